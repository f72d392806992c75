"""Adds sources to an outlets.yaml and keeps every other byte as the office wrote it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from yaml.nodes import SequenceNode

from config.errors import CatalogueError, ConfigError
from config.outlets import load_library
from config.privacy import shared_mode
from config.programme import Outlet, Source, load_programme
from config.yaml_edit import appended, child, in_one_line, with_entry, with_key

FILE = "outlets.yaml"


@dataclass(frozen=True, slots=True)
class PlaceInFile:
    """Where an outlet's entry is in the file; `uses` says that it is an outlet of the library."""

    index: int
    uses: str | None = None


def with_source(text: str, place: PlaceInFile, row: Mapping[str, object]) -> str:
    """Adds a source to an outlet of the file and returns the new text."""
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


def with_outlet(text: str, row: Mapping[str, object]) -> str:
    """Adds an outlet at the end and returns the new text."""
    return with_entry(text, row)


def source_row(source: Source) -> dict[str, object]:
    """Returns the source in the form of the file."""
    return source.model_dump(mode="json", exclude_defaults=True, exclude={"outlet"})


def outlet_row(outlet: Outlet) -> dict[str, object]:
    row = outlet.model_dump(mode="json", exclude_defaults=True, exclude={"sources"})
    return row | {"sources": [source_row(source) for source in outlet.sources]}


def save(folder: Path, text: str) -> None:
    """Replaces the programme's outlets.yaml if the new text can be loaded. Raises CatalogueError if it cannot,
    ConfigError if it cannot be written."""
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
    root = yaml.compose(text, yaml.SafeLoader)  # its marks hold the positions in the text
    if not isinstance(root, SequenceNode):
        raise ConfigError(f"{FILE} is not a list of outlets")
    return root
