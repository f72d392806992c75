"""Fetches the pages of clippings that are given by address, at the usual pace, and reads them as producers do."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from config.errors import FetchError, PageError
from config.programme import Outlet, Programme
from config.settings import Settings
from lantoa.commands.scoring.labelled import Labelled
from producers.http.address import host_of, stated_ports
from producers.http.fetch import Fetcher, Request
from producers.http.politeness import visit
from producers.item.dates import read_claim
from producers.parse.readers import Readers

Unread = tuple[Labelled, FetchError]


def with_pages(
    settings: Settings, programme: Programme, rows: Sequence[Labelled], on_page: Callable[[], None]
) -> tuple[list[Labelled], list[Unread]]:
    """Returns the rows with the words of their pages, and the rows whose page cannot be read, with the reason."""
    if all(row.is_at_hand for row in rows):
        return list(rows), []
    read: dict[int, Labelled | FetchError] = {}

    async def fetch_all() -> None:
        async with Fetcher(settings, _now, legacy_tls=programme.legacy_tls_hosts) as fetcher:

            async def handle(row: Labelled) -> None:
                try:
                    read[row.line] = await _with_page(fetcher, readers, programme, row)
                except FetchError as error:
                    read[row.line] = error
                on_page()

            await visit([row for row in rows if not row.is_at_hand], lambda row: row.url, handle)

    with Readers() as readers:
        asyncio.run(fetch_all())
    found = [(row, read.get(row.line, row)) for row in rows]
    return (
        [each for _row, each in found if isinstance(each, Labelled)],
        [(row, each) for row, each in found if isinstance(each, FetchError)],
    )


async def _with_page(fetcher: Fetcher, readers: Readers, programme: Programme, row: Labelled) -> Labelled:
    """Adds the words of the page. What the row itself states has priority. Raises FetchError."""
    fetched = await fetcher.fetch(Request(row.url, ports=stated_ports(row.url)))
    if fetched.error:
        raise fetched.error
    outlet = _outlet_of(row.url, programme)
    kind = fetched.headers.get("content-type", "")
    selectors = outlet.page if outlet else None
    article = await readers.aside(readers.page, fetched.body, kind, fetched.address, selectors)
    if not (article.text or article.lead):
        raise PageError("no-text", f"{fetched.address} holds no article")
    order = (outlet.dates if outlet else None) or "day-first"
    claim = read_claim(article.dates, order, programme.timezone, fetched.fetched_at)
    day = programme.day(claim.moment).isoformat() if claim.moment and not claim.flag else ""
    return replace(
        row,
        text=article.text,
        title=row.title or article.title,
        lead=row.lead or article.lead,
        published=row.published or day,
    )


def _outlet_of(url: str, programme: Programme) -> Outlet | None:
    host = _plain(host_of(url))
    return next((o for o in programme.outlets.values() if host in {_plain(each) for each in o.hosts}), None)


def _plain(host: str) -> str:
    return host.casefold().removeprefix("www.").removeprefix("m.")


def _now() -> datetime:
    return datetime.now(UTC)
