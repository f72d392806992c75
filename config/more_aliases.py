"""Reads the entry `{use: ID, aliases: […]}` of a programme: more short names of a document in the shipped
catalogue."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.catalogue_entries import Document
from config.errors import CatalogueError
from config.yaml_lines import LineOf

KEYS = {"use", "aliases"}


class MoreAliases:
    """Prepares one file's content; `resolved` are the places of such entries in it."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.resolved: set[int] = set()
        self._documents = documents

    def __call__(self, path: Path, content: object, line_of: LineOf) -> object:
        """Replaces each such entry by the whole document with its additional names. Raises CatalogueError."""
        if not isinstance(content, list):
            return content
        entries = list(content)
        for i, entry in enumerate(content):
            if isinstance(entry, dict) and "use" in entry:
                entries[i] = self._document(entry, path, lambda key, i=i: line_of((i, key)))
                self.resolved.add(i)
        return entries

    def _document(self, entry: dict[str, object], path: Path, line: Any) -> dict[str, object]:
        known = self._documents.get(str(entry["use"]))
        if known is None:
            said = f"expected the id of a shipped entry, found {entry['use']!r}"
            raise CatalogueError(path, line("use"), said)
        for key in entry.keys() - KEYS:
            raise CatalogueError(path, line(key), f"{key}: is not a known key beside `use`: only aliases are")
        more = entry.get("aliases") or []
        if not isinstance(more, list):
            raise CatalogueError(path, line("aliases"), f"aliases: a list was expected, found {more!r}")
        return known.model_dump(mode="json") | {"aliases": list(dict.fromkeys([*known.aliases, *more]))}
