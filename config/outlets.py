"""The library of outlets (config/outlets/*.yaml), and how an office's entry `use: nhandan` becomes one of them."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from config.errors import CatalogueError
from config.programme import Outlet, check_unique
from config.yaml_lines import LineOf, load_model

LIBRARY = Path(__file__).parent / "outlets"


class LibraryOutlet(Outlet):
    """`pages` are addresses of HTML that cannot be read without work: lists of feeds, and listings whose selectors
    are not known yet."""

    pages: tuple[str, ...] = ()

    @property
    def chosen(self) -> tuple[str, ...]:
        """Ids of the sources that an office gets without naming any: those that were seen to work, or all where none
        was."""
        verified = tuple(source.id for source in self.sources if source.verified)
        return verified or tuple(source.id for source in self.sources)


@cache
def load_library(folder: Path = LIBRARY) -> Mapping[str, LibraryOutlet]:
    """Raises CatalogueError with file, line and what was expected."""
    found: dict[str, LibraryOutlet] = {}
    seen: dict[tuple[str, str], tuple[Path, int]] = {}
    for path in sorted(folder.glob("*.yaml")):
        outlets, line_of = load_model(path, list[LibraryOutlet])
        check_unique(path, outlets, line_of, seen)
        found.update({outlet.id: outlet for outlet in outlets})
    return found


def resolve(path: Path, content: object, line_of: LineOf) -> object:
    """Returns the content of an outlets.yaml with every `use:` replaced by the library's outlet, as changed by the
    entry."""
    if not isinstance(content, list):
        return content
    return [
        _Pick(path, i, each, line_of).outlet() if isinstance(each, dict) and "use" in each else each
        for i, each in enumerate(content)
    ]


class _Pick:
    """One entry `use:`. It may hold every key of an outlet; its `in_scope` applies to all its sources."""

    def __init__(self, path: Path, index: int, entry: dict[str, object], line_of: LineOf) -> None:
        self._path, self._index, self._entry, self._line_of = path, index, entry, line_of

    def outlet(self) -> dict[str, object]:
        if "id" in self._entry:
            raise self._wrong(("id",), "stands beside `use`, which gives the id")
        library = load_library()
        used = str(self._entry["use"])
        if used not in library:
            raise self._wrong(("use",), f"outlet {used!r} is not in the library{_near(used, library)}")
        own = {name: value for name, value in self._entry.items() if name not in {"use", "in_scope"}}
        shipped = library[used].model_dump(exclude_unset=True, by_alias=True, exclude={"pages", "sources"})
        return shipped | own | {"sources": self._sources(library[used])}

    def _sources(self, outlet: LibraryOutlet) -> object:
        named = self._entry.get("sources", list(outlet.chosen))
        if not isinstance(named, list):
            return named
        scope = {"in_scope": self._entry["in_scope"]} if "in_scope" in self._entry else {}
        return [self._source(outlet, j, each, scope) for j, each in enumerate(named)]

    def _source(self, outlet: LibraryOutlet, j: int, named: object, scope: dict[str, object]) -> object:
        """`named` is an id, an id with changes, or a whole source of the office's own."""
        own = {"id": named} if isinstance(named, str) else named
        if not isinstance(own, dict) or "url" in own:
            return scope | own if isinstance(own, dict) else own
        shipped = {source.id: source for source in outlet.sources}
        name = str(own.get("id", ""))
        if name not in shipped:
            said = (
                f"source {name!r} is not one of {outlet.id}{_near(name, shipped)}. One of your own has a url"
            )
            raise self._wrong(("sources", j), said)
        return shipped[name].model_dump(exclude_unset=True) | scope | own

    def _wrong(self, place: tuple[str | int, ...], said: str) -> CatalogueError:
        return CatalogueError(self._path, self._line_of((self._index, *place)), said)


def _near(name: str, names: Iterable[str]) -> str:
    found = get_close_matches(name, list(names), n=3)
    return f"; near it: {', '.join(found)}" if found else "; `lantoa outlets --search TEXT` finds one"
