"""Fetches one source to see what it has; nothing is published or remembered."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

import httpx

from config.errors import FeedError, FetchError
from config.programme import Source
from producers.http.address import stated_ports
from producers.http.fetch import FEEDS, Fetched, Fetcher, Request
from producers.item.dates import Order, proven_order, read_claim
from producers.item.entry import Entry
from producers.parse.documents import Listing
from producers.parse.readers import Readers

PERMANENT = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Probe:
    """The result. `entries` are those of the first document that has any; of an index, those of its newest sitemap."""

    source: Source
    fetched: Fetched
    entries: tuple[Entry, ...] = ()
    maps: int = 0
    error: FetchError | None = None
    newest: datetime | None = None
    order: Order | None = None
    crawl_delay: float = 0.0

    @property
    def gives(self) -> bool:
        return bool(self.entries)

    @property
    def with_text(self) -> float | None:
        """Returns the share of entries that have more than a title."""
        said = [bool(entry.lead or entry.text) for entry in self.entries]
        return sum(said) / len(said) if said else None

    @property
    def moved_to(self) -> str | None:
        """Returns the address to which the source has moved permanently."""
        hops = self.fetched.redirects
        return self.fetched.address if hops and all(hop.status in PERMANENT for hop in hops) else None


async def probe(
    fetcher: Fetcher, readers: Readers, source: Source, local: tzinfo, fetched: Fetched | None = None
) -> Probe:
    """Returns a result for whatever a server does. `fetched` is the source's document if it was fetched already."""
    fetched = fetched or await _get(fetcher, source, source.url)
    listing, error = await _read(readers, source, fetched)
    maps = len(listing.more) if not listing.entries else 0
    if maps:
        newest, error = await _read(readers, source, await _get(fetcher, source, listing.more[0]))
        listing = Listing(newest.entries, newest.problem)
    dates = [text for entry in listing.entries for text in entry.dates]
    order = proven_order(dates)
    claims = [
        read_claim(entry.dates, order or "day-first", local, fetched.fetched_at) for entry in listing.entries
    ]
    moments = [claim.moment for claim in claims if claim.moment and not claim.flag]
    return Probe(
        source,
        fetched,
        listing.entries,
        maps,
        error or listing.problem,
        max(moments, default=None),
        order,
        await _crawl_delay(fetcher, source),
    )


async def _get(fetcher: Fetcher, source: Source, url: str) -> Fetched:
    return await fetcher.fetch(Request(url, accept=FEEDS, ports=stated_ports(source.url)))


async def _read(readers: Readers, source: Source, fetched: Fetched) -> tuple[Listing, FetchError | None]:
    if fetched.error:
        return Listing(()), fetched.error
    try:
        return await readers.aside(readers.listing, source, fetched.document), None
    except FeedError as error:
        return Listing(()), error


async def _crawl_delay(fetcher: Fetcher, source: Source) -> float:
    try:
        return (await fetcher.robots.rules(httpx.URL(source.url), stated_ports(source.url))).crawl_delay
    except FetchError:
        return 0.0
