"""`lantoa outlets`: the library from which an office selects its outlets."""

from collections.abc import Iterable, Mapping
from typing import Annotated

import typer

from config.outlets import LibraryOutlet, load_library
from config.programme import Level
from lantoa.cli.output import Format, FormatOption, print_rows
from lantoa.language import _
from stream_apps.rules.text import fold, without_marks

COLUMNS = ("outlet", "name", "level", "medium", "sources", "verified", "hosts")
SOURCES = ("source", "outlet", "kind", "verified", "url")
LevelOption = Annotated[Level | None, typer.Option("--level", help=_("only outlets of this level"))]
SearchOption = Annotated[
    str,
    typer.Option(
        "--search", help=_("only those whose id, name or address holds this, with or without tone marks")
    ),
]
SourcesOption = Annotated[bool, typer.Option("--sources", help=_("their sources, one a row, with addresses"))]


def outlets(
    level: LevelOption = None,
    search: SearchOption = "",
    sources: SourcesOption = False,
    form: FormatOption = Format.table,
) -> None:
    """The library of outlets; an office picks one by `- use: ID` in its outlets.yaml.

    Example: lantoa outlets --level provincial --search "hậu giang"
    """
    found = list(matching(load_library(), level, search))
    if sources:
        print_rows(SOURCES, [row for outlet in found for row in source_rows(outlet)], form)
    else:
        print_rows(COLUMNS, [outlet_row(outlet) for outlet in found], form)


def matching(library: Mapping[str, LibraryOutlet], level: str | None, search: str) -> Iterable[LibraryOutlet]:
    wanted = _plain(search)
    for outlet in library.values():
        words = (outlet.id, outlet.name, *outlet.hosts, *outlet.pages, *(s.url for s in outlet.sources))
        if level in (None, outlet.level) and any(wanted in _plain(text) for text in words):
            yield outlet


def outlet_row(outlet: LibraryOutlet) -> dict[str, object]:
    """`verified` counts the sources that were seen to work."""
    return {
        "outlet": outlet.id,
        "name": outlet.name,
        "level": outlet.level,
        "medium": outlet.medium,
        "sources": len(outlet.sources),
        "verified": sum(bool(source.verified) for source in outlet.sources),
        "hosts": ", ".join(outlet.hosts),
    }


def source_rows(outlet: LibraryOutlet) -> Iterable[dict[str, object]]:
    """`page` is the kind of a page that cannot be read as it is."""
    for source in outlet.sources:
        named = {"source": source.id, "outlet": outlet.id, "kind": source.kind}
        yield named | {"verified": source.verified, "url": source.url}
    for page in outlet.pages:
        yield {"source": None, "outlet": outlet.id, "kind": "page", "verified": None, "url": page}


def _plain(text: str) -> str:
    return without_marks(fold(text))
