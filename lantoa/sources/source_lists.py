"""Adds the feeds of an OPML list to a programme."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from config.errors import UsageError
from config.programme import Level, Medium, Outlet, Programme, Source
from lantoa.language import _
from lantoa.sources.adding import Additions, NewOutlet
from lantoa.sources.opml import Listed
from producers.http.address import host_of
from producers.item.identity import is_address

CONSEQUENCES = frozenset(
    {"legacy_tls", "page", "listing", "article_id", "keep_parameters", "ignore_parameters"}
)


@dataclass(frozen=True, slots=True)
class Imported:
    """The result. `text` is the new content of outlets.yaml."""

    text: str
    added: tuple[str, ...]
    known: tuple[str, ...]


def import_listed(
    programme: Programme, listed: Sequence[Listed], level: Level | None, medium: Medium | None
) -> Imported:
    """Adds the feeds. `level` and `medium` apply to outlets that neither the programme, the library nor the list
    describes. Raises UsageError."""
    additions = Additions(programme)
    fresh = {str(each.source.get("url", "")): each for each in listed}
    known = [name for url in fresh if (name := additions.known(url))]
    fresh = {url: each for url, each in fresh.items() if not additions.known(url)}
    if wrong := [url for url in fresh if not is_address(url)]:
        raise UsageError(_("{address!r} is not the address of a feed.", address=wrong[0]))
    _name_unknown(fresh, additions, level, medium)
    added = []
    for outlet, sources in _exported(fresh.values()):
        additions.add_exported(outlet, sources)
        added += [str(each["id"]) for each in sources]
    for url, each in fresh.items():
        if each.outlet is None:
            new = NewOutlet(each.title or host_of(url), level, medium) if level and medium else None
            added.append(additions.add(Source.model_construct(id="", kind="feed", url=url), new).id)
    return Imported(additions.text, tuple(added), tuple(known))


def of_consequence(listed: Sequence[Listed]) -> tuple[str, ...]:
    """Names the settings in a list that change how pages are fetched and read, so that a human checks them first."""
    stated = {name for each in listed for name in (*(each.outlet or ()), *each.source)}
    return tuple(sorted(stated & CONSEQUENCES))


def _name_unknown(
    fresh: dict[str, Listed], additions: Additions, level: Level | None, medium: Medium | None
) -> None:
    homeless = [url for url, each in fresh.items() if each.outlet is None and additions.home(url) is None]
    if homeless and not (level and medium):
        hosts = ", ".join(sorted({host_of(url) for url in homeless}))
        raise UsageError(
            _("The level and the medium of {hosts} are unknown: give --level and --medium.", hosts=hosts)
        )


def _exported(listed: Any) -> list[tuple[dict[str, object], list[dict[str, object]]]]:
    """Yields each outlet that our own export describes, with its sources."""
    found: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {}
    for each in listed:
        if each.outlet is not None:
            if "id" not in each.outlet or "id" not in each.source:
                raise UsageError(_("This list was changed by hand: {reason}", reason="id"))
            found.setdefault(str(each.outlet["id"]), (each.outlet, []))[1].append(each.source)
    for outlet, sources in found.values():
        _check(outlet, sources)
    return list(found.values())


def _check(outlet: dict[str, object], sources: list[dict[str, object]]) -> None:
    """Validates like outlets.yaml."""
    try:
        Outlet.model_validate({**outlet, "sources": sources})
    except ValidationError as error:
        first = error.errors()[0]
        said = f"{outlet['id']}: {'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise UsageError(_("This list was changed by hand: {reason}", reason=said)) from error
