"""Fetches every source once and suggests what to change, for `lantoa sources check`."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from config.programme import Programme, Source
from config.settings import Settings
from lantoa.language import _
from lantoa.sources.advice import advice
from lantoa.sources.probe import Probe, probe
from producers.http.fetch import Fetcher
from producers.http.politeness import visit
from producers.parse.readers import Readers


def check(
    settings: Settings, programme: Programme, sources: Sequence[Source], on_probe: Callable[[Probe], None]
) -> list[Probe]:
    """Probes the sources at the pace of their hosts. The results are in the order of `sources`."""
    found: dict[str, Probe] = {}

    async def look() -> None:
        legacy = programme.legacy_tls_hosts
        async with Fetcher(settings, _now, legacy_tls=legacy) as fetcher:

            async def handle(source: Source) -> None:
                found[source.id] = await probe(fetcher, readers, source, programme.timezone)
                on_probe(found[source.id])

            await visit(sources, lambda source: source.url, handle)

    with Readers() as readers:
        asyncio.run(look())
    return [found[source.id] for source in sources]


def row(each: Probe, programme: Programme) -> dict[str, object]:
    """`text` is the share of entries with a text of their own; `certificate` says until when it is valid and who
    issued it."""
    outlet, certificate, error = programme.outlets[each.source.outlet], each.fetched.certificate, each.error
    hops = [f"{hop.status} {hop.address}" for hop in each.fetched.redirects]
    return {
        "source": each.source.id,
        "status": "failed" if error else "ok",
        "reason": error.reason if error else None,
        "entries": len(each.entries),
        "newest": programme.day(each.newest).isoformat() if each.newest else None,
        "dates": each.order,
        "text": None if each.with_text is None else round(each.with_text, 2),
        "robots": _robots(each),
        "redirects": " → ".join([*hops, each.fetched.address]) if hops else None,
        "certificate": f"{certificate.until:%Y-%m-%d} {certificate.issuer}" if certificate else None,
        "legacy_tls": outlet.legacy_tls or None,
        "advice": "; ".join(advice(each, outlet)) or None,
        "message": str(error) if error else None,
    }


def _robots(each: Probe) -> str:
    if each.error and each.error.reason in {"robots", "robots-unavailable"}:
        return _("refused")
    return _("every {seconds:g} s", seconds=each.crawl_delay) if each.crawl_delay else _("allowed")


def _now() -> datetime:
    return datetime.now(UTC)
