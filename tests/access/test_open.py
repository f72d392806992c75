"""`lantoa open`, and how the dashboard says where it is."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from config.settings import as_environment
from lantoa.runtime.owner_secret import FILE
from tests.command import run_lantoa


@pytest.fixture
def database_url(tmp_path):
    return f"sqlite:///{tmp_path / 'lantoa.db'}"


@pytest.fixture
def environment(settings, tmp_path):
    """Of somebody without a browser."""
    own = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "BROWSER": "/bin/false %s", "PATH": str(tmp_path)}
    return os.environ | as_environment(settings) | own


def test_a_dashboard_and_its_owner_find_each_other(settings, engine, environment):
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    refused = run_lantoa("open", environment=environment)
    assert refused.returncode == 1
    assert "lantoa up" in refused.stderr
    port = free_port()
    command = [sys.executable, "-m", "lantoa", "dashboard", "--port", port]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as served:
        said = served.stderr.readline()
        told = re.search(r"The dashboard is at (http://\S+) \(", said)[1]
        assert told.startswith(
            f"http://127.0.0.1:{port}/?secret={(settings.data_dir / FILE).read_text().strip()}"
        )
        wait_for(port)
        opened = run_lantoa("open", environment=environment)
        assert opened.stdout.strip() == told
        with httpx.Client(follow_redirects=True, timeout=30) as client:
            page = client.get(told)
            assert (page.status_code, str(page.url)) == (200, f"http://127.0.0.1:{port}/")
            renewed = run_lantoa("open", "--new-secret", "--print", environment=environment)
            assert renewed.stdout.strip().startswith(f"http://127.0.0.1:{port}/?secret=")
            assert renewed.stdout.strip() != told
            assert client.get(f"http://127.0.0.1:{port}/").status_code == 403
            assert client.get(renewed.stdout.strip()).status_code == 200
        served.send_signal(signal.SIGINT)
        served.communicate(timeout=60)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


def wait_for(port):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/static/icon.svg")
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("it does not answer")
