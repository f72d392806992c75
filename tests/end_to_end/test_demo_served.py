"""`lantoa demo` on a terminal: the province is served until Ctrl-C, and nothing is fetched."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time

import httpx
import pytest

from config.programme import load_programme
from config.settings import as_environment, load_settings
from lantoa.commands.ingesting import ingest
from lantoa.demo import FeedServer, simulate, write_programme
from lantoa.runtime.services import ignore, open_runtime
from models.database import make_engine, migrate, reading
from models.queries.source_rows import last_fetches

PATIENCE = 120  # seconds; two cores are shared with other tests
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\?secret=[\w-]+&period=2024")
SERVE = "from config.settings import load_settings; from lantoa.cli.demo import serve_until_interrupted; "
SERVE += "serve_until_interrupted(load_settings())"


def test_the_province_is_served_until_ctrl_c_and_nothing_is_fetched(kept_demo, tmp_path):
    folder = tmp_path / "tỉnh"
    shutil.copytree(kept_demo, folder)
    settings = load_settings(
        programme=folder / "programme", data_dir=folder, kafka_bootstrap_servers="", port=0
    )
    engine = make_engine(settings)
    with reading(engine) as connection:
        before = last_fetches(connection)
    terminal, theirs = pty.openpty()
    environment = os.environ | as_environment(settings) | {"LC_ALL": "C.UTF-8"}
    child = subprocess.Popen(
        [sys.executable, "-c", SERVE], env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    try:
        said = _until(terminal, ADDRESS)
        with httpx.Client(follow_redirects=True, timeout=PATIENCE) as client:
            page = client.get(ADDRESS.search(said)[0])
        child.send_signal(signal.SIGINT)
        said += _until(terminal, None)
        assert child.wait(PATIENCE) == 0, said
    finally:
        child.kill()
        os.close(terminal)
    with reading(engine) as connection:
        after = last_fetches(connection)
    engine.dispose()
    assert page.status_code == 200
    assert "1.717" in page.text
    assert "Nothing is fetched" in said
    assert "Stopped." in said
    assert before == after
    assert len(before) > 40


def test_three_sources_are_sick_each_in_its_own_way(tmp_path):
    world = simulate(2024)
    with FeedServer(world, len(world.polls) - 1) as server:
        settings = load_settings(
            programme=write_programme(world, server.port, tmp_path / "programme"),
            data_dir=tmp_path,
            kafka_bootstrap_servers="",
            allow_networks="127.0.0.0/8",
            host_delay=0.0,
        )
        engine = make_engine(settings)
        migrate(engine)
        programme = load_programme(settings.programme)
        server.fail()
        with open_runtime(settings, print) as runtime:
            found = ingest(
                runtime,
                programme,
                list(programme.sources.values()),
                on_result=ignore,
                on_remaining=ignore,
            )
        engine.dispose()
    reasons = [one.reason for one in found.results if one.status == "failed"]
    assert len(reasons) == len(set(reasons)) == 3, reasons


def _until(terminal: int, found: re.Pattern[str] | None) -> str:
    """Reads what the child prints until it printed that, or until it ended."""
    said, late = b"", time.monotonic() + PATIENCE
    while time.monotonic() < late:
        if not select.select([terminal], [], [], 1.0)[0]:
            continue
        try:
            part = os.read(terminal, 4096)
        except OSError:  # Linux's way to say that the child has closed it
            return said.decode()
        if not part:
            return said.decode()
        said += part
        if found and found.search(said.decode(errors="replace")) and said.endswith(b"\n"):
            return said.decode()
    pytest.fail(f"it takes too long; it said: {said.decode()}")
