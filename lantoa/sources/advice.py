"""Suggests what an office could change about a source, from the results of a probe."""

from collections.abc import Iterator
from datetime import timedelta

from config.programme import Outlet
from lantoa.language import _
from lantoa.sources.probe import Probe

STALE = timedelta(days=60)
SOON = timedelta(days=14)
WHOLE = 0.5  # least share of entries with a text for a source that does not fetch pages
OF_REASON = {
    "not-a-feed": "it is no feed: `lantoa sources add` with the site's address looks for its feeds",
    "not-a-sitemap": "it is no sitemap: `lantoa sources add` with the site's address looks for it",
    "selector-drift": "state other selectors: `lantoa sources add` with this address proposes some",
    "tls-legacy": "state `legacy_tls: true` with its outlet",
    "robots": "robots.txt asks us not to fetch it: ask the outlet, or leave it out",
    "private-address": "it leads into a private network: LANTOA_ALLOW_NETWORKS permits it",
    "certificate": "its certificate is not valid: tell the outlet; nothing is fetched over it",
    "dns": "the name does not exist any more: leave it out, or find where it went",
    "http-404": "it is gone: `lantoa sources add` with the site's address looks for another",
    "document-timeout": "it takes too long to read: ask the outlet, or name a smaller feed of it",
    "document-memory": "it takes too long to read: ask the outlet, or name a smaller feed of it",
    "unexpected": "an unexpected error on our side: the log of the fetcher has the details, and the source is fetched again",
    "http-410": "it is gone: `lantoa sources add` with the site's address looks for another",
}

OF_PAGE = {  # why an item has no text from its page
    "redirected-home": "the address leads to a home or section page",
    "not-found": "the page says that nothing is there",
    "consent": "the page asks for consent or a log-in",
    "challenge": "the page asks for a proof that the reader is no machine",
    "unrelated": "the page shares nothing with title and lead",
    "same-text": "the page shows the text of another piece",
    "no-text": "the page holds no article",
    "http-404": "the page is gone",
    "http-410": "the page is gone",
    "host-failed": "other pages of the host failed one after the other",
    "timeout": "the host is too slow",
}
REFUSED = "the server refuses us: ask the outlet to let us in; LANTOA_CONTACT tells it who asks"
PASSING = "this mostly passes: it is tried again by itself"
OTHER = "docs/fetching.md says what it means; `lantoa sources check` shows more"
PASS = frozenset({
    "timeout", "refused", "unreachable", "disconnected", "truncated", "bad-compression", "dns-temporary", "retry-after",
    "robots-unavailable", "bad-http", "unknown-encoding",
})  # fmt: skip


def remedy(reason: str) -> str:
    """Says what to do about a source whose last fetch failed for this reason."""
    if reason in OF_REASON:
        return _(OF_REASON[reason])
    if reason in {"http-401", "http-403"}:
        return _(REFUSED)
    return _(PASSING if reason in PASS or reason.startswith(("http-5", "http-429")) else OTHER)


def page_words(reason: str) -> str:
    """Says why a page could not be read or does not hold the piece. An unknown reason is shown by its code."""
    return _(OF_PAGE[reason]) if reason in OF_PAGE else reason


def advice(probe: Probe, outlet: Outlet) -> Iterator[str]:
    """Yields the suggestions, the most serious first."""
    if probe.error and probe.error.reason in OF_REASON:
        yield _(OF_REASON[probe.error.reason])
    if probe.moved_to and probe.moved_to != probe.source.url:
        yield _("change the address to {address}", address=probe.moved_to)
    if probe.fetched.downgraded:
        yield _("it leads from https to http: ask the outlet for an address that does not")
    at = probe.fetched.fetched_at
    certificate = probe.fetched.certificate
    if certificate and certificate.until - at < SOON:
        yield _("its certificate ends on {day}", day=certificate.until.date())
    if probe.newest and at - probe.newest > STALE:
        yield _("nothing new since {day}: is it still kept up?", day=probe.newest.date())
    yield from _of_entries(probe, outlet)


def _of_entries(probe: Probe, outlet: Outlet) -> Iterator[str]:
    if probe.gives and probe.newest is None and probe.source.kind != "sitemap":
        yield _("no entry has a date that can be read: the day of the fetch decides, or the page's own date")
    if probe.order and outlet.dates and probe.order != outlet.dates:
        yield _("its dates are {order}: state `dates: {order}` with its outlet", order=probe.order)
    few = probe.with_text is not None and probe.with_text < WHOLE
    if few and probe.source.text == "feed" and probe.source.kind == "feed":
        yield _("its entries carry no text: state `text: page`")
