"""The services of docker-compose.yml, each command run as the process that its container would run."""

import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest
import yaml

from config.settings import as_environment
from lantoa.broker import start_broker
from lantoa.broker.admin import open_admin
from lantoa.runtime.consumer_lag import has_workers

COMPOSE = yaml.safe_load((Path(__file__).parents[2] / "docker-compose.yml").read_text())["services"]
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>A</title><item><title>Tin</title>
<link>https://a.vn/1</link><pubDate>Tue, 14 May 2024 08:00:00 +0700</pubDate></item></channel></rss>"""


@pytest.fixture
def container(make_programme, office, feeds, database_url):
    """Runs a service's command with the environment of its container, brokers and database being ours."""
    feeds.bodies = {"/a.xml": FEED}
    settings = office(make_programme(["a"]), database_url)
    with start_broker(settings) as broker:
        ours = settings.model_copy(update={"kafka_bootstrap_servers": broker.bootstrap})
        started = []

        def run(service):
            command = [sys.executable, "-m", *COMPOSE[service]["command"]]
            named = {
                name: value
                for name, value in COMPOSE[service]["environment"].items()
                if name == "LANTOA_LOG_FORMAT"
            }
            environment = {**os.environ, **as_environment(ours), **named, "LC_ALL": "C.UTF-8"}
            streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
            started.append(subprocess.Popen(command, env=environment, **streams))
            return started[-1]

        run.settings, run.bootstrap = ours, broker.bootstrap
        yield run
        for process in started:
            if process.poll() is None:
                process.kill()
            process.communicate()


def within(seconds, happened):
    deadline = time.monotonic() + seconds
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.2)
    return happened()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_migrate_then_worker_and_fetcher_do_their_work_and_stop(container):
    assert {name for name, service in COMPOSE.items() if "command" in service} == {
        "migrate",
        "worker",
        "fetcher",
    }
    out, err = container("migrate").communicate(timeout=60)
    assert "the topics are there" in out, err
    health = subprocess.run(
        [sys.executable, "-m", *COMPOSE["worker"]["healthcheck"]["test"][1:]],
        env={**os.environ, **as_environment(container.settings)},
        capture_output=True,
        timeout=60,
    )
    assert health.returncode == 0
    worker, fetcher = container("worker"), container("fetcher")
    assert within(30, lambda: has_workers(partial(open_admin, container.settings, container.bootstrap)))
    said = []
    reader = threading.Thread(target=lambda: said.extend(iter(fetcher.stderr.readline, "")), daemon=True)
    reader.start()
    assert within(90, lambda: any("1 new" in line for line in said)), said
    for process in (fetcher, worker):
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert '"event": "worker.ready' in worker.stderr.read()
