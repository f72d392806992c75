"""Assigns a new source to an outlet of the file, to one of the library, or to a new outlet."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from config.outlets import LibraryOutlet, load_library
from config.programme import Level, Medium, Outlet, Programme, Source
from lantoa.sources.writing import FILE, PlaceInFile, source_row, with_outlet, with_source
from producers.http.address import host_of
from stream_apps.rules.text import without_marks

GENERIC = frozenset({"com", "gov", "org", "net", "edu", "info", "vn"})


@dataclass(frozen=True, slots=True)
class NewOutlet:
    """Properties of an outlet that cannot be derived from its address."""

    name: str
    level: Level
    medium: Medium


class Additions:
    """Adds sources to the text of a programme's outlets.yaml. The result is `text`; no file is written."""

    def __init__(self, programme: Programme) -> None:
        self.text = (programme.folder / FILE).read_text("utf-8")
        self._taken = set(programme.sources)
        self._outlets = set(programme.outlets)
        self._known = {source.url: source.id for source in programme.sources.values()}

    def known(self, url: str) -> str | None:
        """Returns the id of the source that has this address already."""
        return self._known.get(url)

    def home(self, url: str) -> Outlet | LibraryOutlet | None:
        """Returns the outlet of the host: that of the file, otherwise that of the library."""
        place = self._place(host_of(url))
        if place and not place.uses:
            return Outlet.model_validate(self._entries()[place.index] | {"sources": []})
        return library_outlet(host_of(url))

    def add(self, source: Source, new: NewOutlet | None = None) -> Source:
        """Returns the source with its id. If its host belongs to no outlet, one is made from `new`."""
        host = host_of(source.url)
        outlet = self.home(source.url)
        named = self._named(source, outlet.id if outlet else _outlet_id(host))
        if place := self._place(host):
            self.text = with_source(self.text, place, source_row(named))
        elif outlet:
            self.text = with_outlet(self.text, {"use": outlet.id, "sources": [_of_library(outlet, named)]})
        elif new:
            self.text = with_outlet(self.text, self._new_row(host, new, named))
        else:
            raise ValueError(f"{host} belongs to no outlet")
        self._known[named.url] = named.id
        self._taken.add(named.id)
        return named

    def add_exported(self, outlet: dict[str, Any], sources: Sequence[dict[str, Any]]) -> None:
        """Adds an outlet and its sources as another programme states them; if the file has the outlet, only the
        sources."""
        index = next((i for i, each in enumerate(self._entries()) if outlet["id"] in _names(each)), None)
        if index is None:
            self.text = with_outlet(self.text, outlet | {"sources": list(sources)})
        else:
            uses = self._entries()[index].get("use")
            for each in sources:
                self.text = with_source(self.text, PlaceInFile(index, uses), each)
        self._outlets.add(outlet["id"])
        self._known |= {each["url"]: each["id"] for each in sources}
        self._taken |= {each["id"] for each in sources}

    def _entries(self) -> list[dict[str, Any]]:
        return [each for each in yaml.safe_load(self.text) or [] if isinstance(each, dict)]

    def _place(self, host: str) -> PlaceInFile | None:
        for index, entry in enumerate(self._entries()):
            used = load_library().get(str(entry.get("use")))
            stated = entry.get("hosts") or (used.hosts if used else ())
            listed = [each.get("url", "") for each in entry.get("sources", ()) if isinstance(each, dict)]
            if host in {host_of(f"//{each}") for each in stated} | {host_of(url) for url in listed}:
                return PlaceInFile(index, used.id if used else None)
        return None

    def _named(self, source: Source, outlet_id: str) -> Source:
        shipped = next(
            (s.id for o in load_library().values() for s in o.sources if s.url == source.url), None
        )
        wanted = shipped or f"{outlet_id}-{_slug(source)}"
        return source.model_copy(update={"id": _free(wanted, self._taken), "outlet": outlet_id})

    def _new_row(self, host: str, new: NewOutlet, source: Source) -> dict[str, object]:
        name = _free(_outlet_id(host), self._outlets)
        self._outlets.add(name)
        row = {"id": name, "name": new.name, "level": new.level, "medium": new.medium, "hosts": [host]}
        return row | {"sources": [source_row(source)]}


def library_outlet(host: str) -> LibraryOutlet | None:
    return next(
        (o for o in load_library().values() if host in {host_of(f"//{each}") for each in o.hosts}), None
    )


def shown(folder: Path, before: str, after: str) -> str:
    """Returns the added lines for people to check."""
    kept = set(before.splitlines())
    return "\n".join([f"{folder / FILE}:", *(f"+ {line}" for line in after.splitlines() if line not in kept)])


def _of_library(outlet: Outlet, source: Source) -> object:
    shipped = {each.id: each.url for each in outlet.sources}
    return source.id if shipped.get(source.id) == source.url else source_row(source)


def _names(entry: dict[str, object]) -> tuple[object, ...]:
    return entry.get("id"), entry.get("use")


def _outlet_id(host: str) -> str:
    """Derives `baohaugiang` from `baohaugiang.com.vn`."""
    parts = [part for part in host.split(".") if part not in GENERIC and part != "www"]
    return _plain(parts[-1] if parts else host) or "outlet"


def _slug(source: Source) -> str:
    """Names the source by the last part of its path: `/rss/thoi-su-12.rss` gives `thoi-su-12`."""
    parts = [part for part in urlsplit(source.url).path.split("/") if part]
    last = _plain(parts[-1].partition(".")[0]) if parts else ""
    return last if last and last not in {"rss", "feed", "index"} else f"{source.kind}"


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", without_marks(text).lower()).strip("-")


def _free(wanted: str, taken: Collection[str]) -> str:
    number = 2
    name = wanted
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    return name
