"""Checks a programme's files and finds all mistakes at once, where loading it stops at the first."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from config.catalogue import load_catalogue
from config.catalogue_entries import Document
from config.errors import CatalogueError, ConfigError
from config.learned import FILE as LEARNED
from config.learned import read_learned
from config.mistakes import Mistake, mistake
from config.outlets import resolve
from config.programme import Outlet, PressOffice, repeated
from config.yaml_lines import LineOf, read_lines

NO_ZONE = "timezone: is not stated, so days are those of Asia/Ho_Chi_Minh"
NO_PLACES = "places: none is stated, so only sources with `in_scope: always` are in scope"
NO_SOURCES = "no outlet has a source yet: `lantoa sources add URL` adds one"
IN_PLACE = {"id": "", "name": "x", "level": "central", "medium": "newspaper"}


def check_programme(folder: Path) -> list[Mistake]:
    """Returns every mistake and remark, by file and line. Raises ConfigError if there is no such folder."""
    if not folder.is_dir():
        raise ConfigError(
            f"{folder} is not a folder. A programme is a folder with programme.yaml and outlets.yaml"
        )
    found = [*_of_office(folder / "programme.yaml"), *_of_outlets(folder / "outlets.yaml")]
    found += _of_documents(folder / "resolutions.yaml", folder / LEARNED)
    return sorted(found, key=lambda each: (each.path.name, each.line))


def _of_office(path: Path) -> Iterator[Mistake]:
    try:
        content, line_of = read_lines(path)
    except CatalogueError as error:
        yield _from(error)
        return
    yield from _of_model(path, content, PressOffice, line_of)
    if isinstance(content, dict):
        for key, text in (("timezone", NO_ZONE), ("places", NO_PLACES)):
            if not content.get(key):
                yield Mistake(path, line_of((key,)), text, remark=True)


def _of_outlets(path: Path) -> Iterator[Mistake]:
    try:
        content, line_of = read_lines(path)
    except CatalogueError as error:
        yield _from(error)
        return
    if not isinstance(content, list):
        yield from _of_model(path, content, list[Outlet], line_of)
        return
    outlets: dict[int, Outlet] = {}
    for i, entry in enumerate(content):
        yield from _of_outlet(path, i, entry, line_of, outlets)
    for twice in repeated(path, outlets, line_of, {}):
        yield _from(twice)
    if not any(isinstance(entry, dict) and ("use" in entry or entry.get("sources")) for entry in content):
        yield Mistake(path, 1, NO_SOURCES, remark=True)


def _of_outlet(
    path: Path, i: int, entry: Any, line_of: LineOf, outlets: dict[int, Outlet]
) -> Iterator[Mistake]:
    """Adds the outlet to `outlets` if it has no mistake. Of an entry whose `use` cannot be resolved, the other keys
    are still checked."""
    whole = entry
    try:
        resolved = resolve(path, [entry], lambda place: line_of((i, *place[1:])))
        whole = resolved[0] if isinstance(resolved, list) else entry
        usable = True
    except CatalogueError as error:
        yield _from(error)
        usable = False
        rest = {key: value for key, value in entry.items() if key not in {"use", "in_scope", "sources"}}
        whole = IN_PLACE | {"id": f"entry-{i}"} | rest
    try:
        outlet = TypeAdapter(Outlet).validate_python(whole)
    except ValidationError as error:
        yield from _from_all(path, error, Outlet, line_of, (i,))
    else:
        outlets |= {i: outlet} if usable else {}


def _of_documents(own: Path, learned: Path) -> Iterator[Mistake]:
    """The entries of `resolutions.yaml`, each by itself, then how they fit the shipped catalogue."""
    wrong = list(_of_entries(own)) if own.exists() else []
    if learned.exists():
        try:
            read_learned(learned)
        except CatalogueError as error:
            wrong.append(_from(error))
    yield from wrong
    if own.exists() and not wrong:
        try:
            load_catalogue(own)
        except CatalogueError as error:
            yield _from(error)


def _of_entries(path: Path) -> Iterator[Mistake]:
    try:
        content, line_of = read_lines(path)
    except CatalogueError as error:
        yield _from(error)
        return
    if isinstance(content, list):
        content = [None if isinstance(entry, dict) and "use" in entry else entry for entry in content]
        used = {i for i, entry in enumerate(content) if entry is None}
        for i, entry in enumerate(content):
            if i not in used:
                yield from _of_model(path, entry, Document, line_of, (i,))
    else:
        yield from _of_model(path, content, list[Document], line_of)


def _of_model(
    path: Path, content: object, model: Any, line_of: LineOf, at: tuple[str | int, ...] = ()
) -> Iterator[Mistake]:
    try:
        TypeAdapter(model).validate_python(content)
    except ValidationError as error:
        yield from _from_all(path, error, model, line_of, at)


def _from_all(
    path: Path, error: ValidationError, model: object, line_of: LineOf, at: tuple[str | int, ...]
) -> Iterator[Mistake]:
    for each in error.errors(include_url=False):
        place = (*at, *each["loc"])
        each["loc"] = place
        yield mistake(path, line_of(place), model, each)


def _from(error: CatalogueError) -> Mistake:
    return Mistake(error.path, error.line, error.message)
