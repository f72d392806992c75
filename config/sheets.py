"""The names that offices give to the columns and kinds of their activity sheets."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from config.letters import bare
from config.yaml_lines import load_model

SHIPPED = Path(__file__).parent / "sheets.yaml"
ActivityKind = Literal[
    "mobile_information", "loudspeaker_programme", "oral_session", "conference", "contest", "exhibition", "visual"
]  # fmt: skip
Field = Literal[
    "id", "kind", "date", "unit", "place", "title", "resolutions", "sessions", "points", "participants", "invited",
    "language", "note", "ignored",
]  # fmt: skip
ASIDE = re.compile(r"\(.*?\)|\[.*?\]", re.S)
NO_LETTERS = re.compile(r"[\W_]+")


class SheetNames(BaseModel):
    """Maps a field or code to the words for it. A programme's mapping file adds columns of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))
    columns: Mapping[Field, tuple[str, ...]]
    kinds: Mapping[ActivityKind, tuple[str, ...]] = {}
    languages: Mapping[Literal["vi", "km"], tuple[str, ...]] = {}
    totals: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {plain(name): field for field, names in self.columns.items() for name in names}

    @cached_property
    def total_words(self) -> frozenset[str]:
        return frozenset(map(plain, self.totals))

    def kind_in(self, text: str) -> ActivityKind | None:
        """Returns the kind that the words name, trying the longest name first; None when they name none."""
        words = f" {plain(text)} "
        named = [(plain(name), kind) for kind, names in self.kinds.items() for name in (*names, kind)]
        return next(
            (kind for name, kind in sorted(named, key=lambda n: -len(n[0])) if f" {name} " in words), None
        )

    def language_in(self, text: str) -> Literal["vi", "km"] | None:
        words = plain(text)
        return next((code for code, names in self.languages.items() if words in map(plain, names)), None)

    def with_columns(self, columns: Mapping[Field, tuple[str, ...]]) -> "SheetNames":
        merged = {field: (*self.columns.get(field, ()), *names) for field, names in columns.items()}
        return self.model_copy(update={"columns": {**self.columns, **merged}})


def load_sheet_names(mapping: Path | None = None) -> SheetNames:
    """Returns the shipped names, with those of a mapping file (`field: [name, …]`). Raises CatalogueError."""
    shipped, _ = load_model(SHIPPED, SheetNames)
    if mapping is None:
        return shipped
    columns, _ = load_model(mapping, dict[Field, tuple[str, ...]])
    return shipped.with_columns(columns)


def plain(text: str) -> str:
    """Returns small letters without marks, brackets and punctuation, so that any spelling of a heading compares
    equal."""
    return " ".join(NO_LETTERS.sub(" ", bare(ASIDE.sub(" ", text))).split())
