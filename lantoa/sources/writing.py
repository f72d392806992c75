"""Sources written into an outlets.yaml, every other byte of which stays as the office wrote it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from yaml.nodes import SequenceNode

from config.errors import CatalogueError, ConfigError
from config.outlets import load_library
from config.privacy import shared_mode
from config.programme import Outlet, Source, load_programme
from config.yaml_edit import appended, child, in_one_line, with_entry, with_key

FILE = "outlets.yaml"


@dataclass(frozen=True, slots=True)
class Place:
    """An outlet's entry in the file; `uses` when it is one of the library."""

    index: int
    uses: str | None = None


def with_source(text: str, place: Place, row: Mapping[str, Any]) -> str:
    """The file's text with one more source of an outlet that stands in it."""
    entry = _root(text).value[place.index]
    written = in_one_line(row)
    sources = child(entry, "sources")
    if sources is not None:
        return appended(text, sources, written)
    if place.uses:
        chosen = load_library()[place.uses].chosen
        written = f"[{', '.join((*chosen, written))}]"
    else:
        written = f"[{written}]"
    return with_key(text, entry, f"sources: {written}")


def with_outlet(text: str, row: Mapping[str, Any]) -> str:
    """The file's text with one more outlet at its end."""
    return with_entry(text, row)


def source_row(source: Source) -> dict[str, Any]:
    """As it stands in a file."""
    return source.model_dump(mode="json", exclude_defaults=True, exclude={"outlet"})


def outlet_row(outlet: Outlet) -> dict[str, Any]:
    row = outlet.model_dump(mode="json", exclude_defaults=True, exclude={"sources"})
    return row | {"sources": [source_row(source) for source in outlet.sources]}


def save(folder: Path, text: str) -> None:
    """In the place of the programme's outlets.yaml, once it has been seen to load. Raises CatalogueError when it would
    not, ConfigError when it cannot be written."""
    with TemporaryDirectory() as name:
        trial = Path(name)
        for path in folder.glob("*.yaml"):
            (trial / path.name).write_bytes(path.read_bytes())
        (trial / FILE).write_text(text, "utf-8")
        try:
            load_programme(trial)
        except CatalogueError as error:
            raise CatalogueError(folder / error.path.name, error.line, error.message) from error
    try:
        beside = folder / f".{FILE}.new"
        beside.write_text(text, "utf-8")
        beside.chmod((folder / FILE).stat().st_mode if (folder / FILE).exists() else shared_mode())
        beside.replace(folder / FILE)
    except OSError as error:
        raise ConfigError(
            f"{folder / FILE} cannot be written: {error.strerror}. LANTOA_PROGRAMME names a folder of your own"
        ) from error


def _root(text: str) -> SequenceNode:
    root = yaml.compose(text, yaml.SafeLoader)  # whose marks know the place in the text
    if not isinstance(root, SequenceNode):
        raise ConfigError(f"{FILE} is not a list of outlets")
    return root
