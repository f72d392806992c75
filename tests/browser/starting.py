"""Parts of Lan tỏa as processes for the time of a block, and the browser before them."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import httpx
from playwright.sync_api import Browser, BrowserContext, Page

from config.settings import Settings, as_environment

Found = TypeVar("Found")
PATIENCE = 180  # seconds; two cores are shared with other tests


class Address(str):
    """Of a dashboard, without a path; `way_in` is what it was told with, the owner's secret in it."""

    way_in: str

    @classmethod
    def of(cls, way_in: str) -> "Address":
        made = cls(way_in.partition("/?")[0].rstrip("/"))
        made.way_in = way_in
        return made


@contextmanager
def started(settings: Settings, log: Path, *command: str, until: str) -> Iterator[re.Match[str]]:
    """`lantoa COMMAND` as soon as its log has what is waited for."""
    environment = os.environ | as_environment(settings) | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "lantoa", *command], env=environment, stdout=output, stderr=output
        )
    try:
        yield _waited(lambda: re.search(until, log.read_text()), log, process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


@contextmanager
def working(settings: Settings, log: Path) -> Iterator[Address]:
    """The address of the dashboard of a `lantoa up` whose worker takes what comes."""
    with started(settings, log, "up", "--no-fetch", until=r"The dashboard is at (http://\S+)\n") as said:
        worker = settings.data_dir / "logs" / "worker-1.log"
        _waited(lambda: worker.exists() and "worker.ready" in worker.read_text(), log)
        yield Address.of(said[1])


@contextmanager
def dashboard(settings: Settings, log: Path, *options: str) -> Iterator[Address]:
    """The address of a dashboard alone, without a broker."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with started(settings, log, "dashboard", "--port", port, *options, until=r"(http://\S+) \(") as said:
        address = Address.of(said[1])
        _waited(lambda: _answers(address), log)
        yield address


@contextmanager
def laptop(chromium: Browser, address: Address) -> Iterator[Page]:
    """In Vietnamese. A script that fails, or one that the page's policy stops, fails the test."""
    context = owner(chromium, address, viewport={"width": 1280, "height": 900}, locale="vi-VN")
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert [each for each in wrong if "status of 4" not in each and "status of 5" not in each] == []


def owner(chromium: Browser, address: Address, **options: Any) -> BrowserContext:
    """A browser that was here before, by the address with the secret; the rest it does by plain ones."""
    context = chromium.new_context(base_url=address, **options)
    context.request.get(address.way_in)
    return context


def _waited(look: Callable[[], Found], log: Path, process: subprocess.Popen[bytes] | None = None) -> Found:
    """What `look` finds in the end; a process that ended, or too long a wait, fails with the log."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        assert process is None or process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
    return found


def _answers(address: str) -> bool:
    with suppress(httpx.TransportError):
        return bool(httpx.get(f"{address}/static/icon.svg").is_success)
    return False
