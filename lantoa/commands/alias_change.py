"""Adds a document's short name to a programme's resolutions.yaml, or removes it, and keeps the rest of the file's
text."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import yaml
from yaml.nodes import MappingNode, SequenceNode

from config.catalogue import Catalogue, load_catalogue
from config.catalogue_entries import DOCUMENT_WORDS
from config.errors import CatalogueError, ConfigError, UsageError
from config.privacy import shared_mode
from config.programme import Programme
from config.yaml_edit import appended, child, with_entry, with_key, without
from lantoa.commands.own_programme import check_writable
from lantoa.language import _

FILE = "resolutions.yaml"
ALIAS_CHARACTERS = 120
NAME = re.compile(r"[\w ,./()&'“”\"–-]+")
_writing = Lock()


@dataclass(frozen=True, slots=True)
class AliasChange:
    """The file's text before and after the change; None where there is no file."""

    document: str
    alias: str
    before: str | None
    after: str | None

    @property
    def back(self) -> "AliasChange":
        return AliasChange(self.document, self.alias, self.after, self.before)


def own_aliases(programme: Programme, document: str) -> tuple[str, ...]:
    """Returns the short names from the programme's own file."""
    entry = _entry(_text(programme.folder), document)
    return tuple(each.value for each in _aliases(entry).value) if entry else ()


def with_alias(programme: Programme, catalogue: Catalogue, document: str, alias: str) -> AliasChange:
    """Adds a short name. Raises UsageError if it cannot be one."""
    alias = _checked(catalogue, alias)
    before = _text(programme.folder)
    return AliasChange(document, alias, before, _added(before or "", document, alias))


def without_alias(programme: Programme, document: str, alias: str) -> AliasChange:
    """Removes a short name. Raises UsageError if the programme's file does not have it."""
    before = _text(programme.folder)
    own = own_aliases(programme, document)
    entry = _entry(before, document)
    if before is None or entry is None or alias not in own:
        raise UsageError(_("{alias!r} is not one of the programme's own short names.", alias=alias))
    return AliasChange(document, alias, before, without(before, _aliases(entry), own.index(alias)))


def catalogue_with(text: str | None, *beside: Path) -> Catalogue:
    """Loads the catalogue as it would be with this text of the file, and with the files `beside` it. Raises
    CatalogueError."""
    if text is None:
        return load_catalogue(*beside)
    with TemporaryDirectory() as folder:
        trial = Path(folder) / FILE
        trial.write_text(text, "utf-8")
        try:
            return load_catalogue(trial, *beside)
        except CatalogueError as error:
            if error.path != trial:
                raise
            raise CatalogueError(Path(FILE), error.line, error.message) from error


def keep(folder: Path, before: str | None, after: str | None) -> None:
    """Replaces the file's text atomically. Raises UsageError if the file has changed since `before`, ConfigError if
    it cannot be written."""
    check_writable(folder)
    path = folder / FILE
    with _writing:
        if _text(folder) != before:
            raise UsageError(
                _("{file} was changed meanwhile. Nothing was written; look at it again.", file=FILE)
            )
        try:
            if after is None:
                path.unlink(missing_ok=True)
                return
            beside = folder / f".{FILE}.new"
            beside.write_text(after, "utf-8")
            beside.chmod(path.stat().st_mode if path.exists() else shared_mode())
            beside.replace(path)
        except OSError as error:
            raise ConfigError(
                _("{file} cannot be written: {reason}", file=path, reason=error.strerror)
            ) from error


def _checked(catalogue: Catalogue, stated: str) -> str:
    alias = " ".join(stated.split())
    words = [word for word in DOCUMENT_WORDS if alias.lower().startswith(f"{word} ")]
    if not words or len(alias) > ALIAS_CHARACTERS or not NAME.fullmatch(alias):
        raise UsageError(
            _(
                "A short name begins with a document's word, such as Nghị quyết or Chỉ thị, and has letters behind it, {most} characters at most.",
                most=ALIAS_CHARACTERS,
            )
        )
    for document in catalogue.documents.values():
        if alias.lower() in {each.lower() for each in document.aliases}:
            raise UsageError(
                _("{alias!r} is a short name of {document} already.", alias=alias, document=document.id)
            )
    return alias


def _text(folder: Path) -> str | None:
    path = folder / FILE
    return path.read_text("utf-8") if path.exists() else None


def _added(text: str, document: str, alias: str) -> str:
    entry = _entry(text, document)
    if entry is None:
        return with_entry(text, {"use": document, "aliases": [alias]})
    quoted = json.dumps(alias, ensure_ascii=False)
    listed = child(entry, "aliases")
    return appended(text, listed, quoted) if listed else with_key(text, entry, f"aliases: [{quoted}]")


def _entry(text: str | None, document: str) -> MappingNode | None:
    """Finds the entry of the document itself, or the one that extends it by `use`."""
    root = yaml.compose(text or "", yaml.SafeLoader)
    for entry in root.value if isinstance(root, SequenceNode) else ():
        named = [child(entry, key) for key in ("use", "id")]
        if document in {each.value for each in named if each}:
            found: MappingNode = entry
            return found
    return None


def _aliases(entry: MappingNode) -> SequenceNode:
    listed = child(entry, "aliases")
    return listed if isinstance(listed, SequenceNode) else SequenceNode("", [])
