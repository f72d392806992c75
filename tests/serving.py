"""A real server of an application, for the time of a block."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from lantoa.web.office import web_state
from lantoa.web.server import config_of


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Its address on the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(config_of(app))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def owner(app: FastAPI, **options: Any) -> Iterator[httpx.Client]:
    """A client of such a server, with the cookie by which the owner of the machine is known."""
    with serving(app) as address, httpx.Client(base_url=address, **options) as client:
        client.cookies.update(cookie_of(app))
        yield client


def cookie_of(app: FastAPI) -> dict[str, str]:
    file = web_state(app).access.secret
    assert file, "who comes in by an account has no cookie of the owner"
    secret = file.current()
    return {secret.cookie_name: secret.cookie}
