"""What `lantoa up` says of the dashboard beside it."""

import socket
import time
from contextlib import ExitStack

import pytest

import lantoa.daemon.up
from config.settings import load_settings
from lantoa.daemon.up import start_dashboard
from lantoa.runtime.owner_secret import SecretFile
from models.database import make_engine, migrate

PATIENCE = 120  # seconds; two cores are shared with other tests


@pytest.fixture
def settings(tmp_path):
    made = load_settings(data_dir=tmp_path, kafka_bootstrap_servers="", port=0)
    engine = make_engine(made)
    migrate(engine)
    engine.dispose()
    return made


def test_a_dashboard_that_comes_late_is_told_of_when_it_answers(settings, monkeypatch):
    monkeypatch.setattr(lantoa.daemon.up, "ANSWER_SECONDS", 0)
    said = []
    with ExitStack() as stack:
        start_dashboard(settings, stack, said.append)
        deadline = time.monotonic() + PATIENCE
        while len(said) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
    assert ["http://" in line for line in said] == [False, True]
    assert "logs/dashboard.log" in said[0]
    secret = SecretFile.of(settings).current().value
    assert f"/?secret={secret}" in said[1]
    assert secret not in (settings.data_dir / "logs" / "dashboard.log").read_text()


def test_a_port_that_is_taken_is_said_once(settings):
    said = []
    with socket.create_server(("127.0.0.1", 0)) as taken, ExitStack() as stack:
        start_dashboard(settings.model_copy(update={"port": taken.getsockname()[1]}), stack, said.append)
    assert len(said) == 1
    assert "LANTOA_PORT" in said[0]
