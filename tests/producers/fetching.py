"""Fetching without a broker: some requests through one Fetcher, and a resolver of our own."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from config.errors import FetchError
from config.settings import Settings, load_settings
from producers.http.fetch import Fetched, Fetcher, Request
from producers.http.ssrf_guard import Address


def web_settings(**more: Any) -> Settings:
    stated = {"allow_networks": "127.0.0.1/32", "host_delay": 0, "fetch_timeout": 2} | more
    return load_settings(**stated)


def request(url: str, **more: Any) -> Request:
    """The port of the test server is one that the source states."""
    return Request(url, **{"ports": (urlsplit(url).port or 80,)} | more)


def fetch(
    *asked: str | Request, settings: Settings | None = None, at_once: bool = False, **more: Any
) -> list[Fetched]:
    """One after the other through one Fetcher, or all `at_once`."""
    requests = [request(each) if isinstance(each, str) else each for each in asked]

    async def run() -> list[Fetched]:
        async with Fetcher(settings or web_settings(), now, **more) as fetcher:
            if at_once:
                return await asyncio.gather(*map(fetcher.fetch, requests))
            return [await fetcher.fetch(each) for each in requests]

    return asyncio.run(run())


def now() -> datetime:
    return datetime.now(UTC)


class Names:
    """A name server: each name gives its answers in turn, the last one from then on."""

    def __init__(self, **answers: Sequence[str]) -> None:
        self._answers = {name.replace("_", "."): list(each) for name, each in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, _port: int) -> list[Address]:
        self.asked.append(host)
        if not (answers := self._answers.get(host)):
            raise FetchError("dns", f"{host} has no address")
        return [ip_address(answers.pop(0) if len(answers) > 1 else answers[0])]


def reason(found: Fetched) -> str:
    return found.error.reason if found.error else ""
