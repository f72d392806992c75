"""The outlets of the demo province: what the programme declares, and how the simulation lets them behave."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

FOLDER = Path(__file__).parent
PieceKind = Literal["text", "video", "podcast", "bulletin"]
CHANNELS = {"radio": "radio", "television": "television", "loudspeaker": "loudspeaker", "social": "social"}


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed of an outlet. `channel` is that of its pieces; `always` puts them in scope whatever their text."""

    id: str
    kind: PieceKind
    channel: str
    always: bool

    @property
    def path(self) -> str:
        return f"/{self.id}.xml"


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet. `share` is its part of the fixed total of central partners, `items` the range of outlets without a
    fixed total."""

    id: str
    name: str
    level: str
    partner: bool
    hosts: tuple[str, ...]
    feeds: tuple[Feed, ...]
    keeps_number: bool  # a piece with a new title gets a new slug and keeps its number
    long_numbers: bool
    ignored: tuple[str, ...]  # parameters that only this outlet adds
    dates: str
    share: int = 0
    items: tuple[int, int] = (0, 0)
    elsewhere: int = 0
    address: str = ""  # empty if its pieces have no page
    nfd: bool = False
    html: bool = False
    atom: bool = False
    guids: bool = True
    slow: bool = False  # its feeds still show what the previous fetch saw
    programme_page: bool = False  # all podcast episodes link to one page

    @property
    def central_partner(self) -> bool:
        return self.level == "central" and self.partner


@cache
def load_cast() -> tuple[Outlet, ...]:
    """Reads programme/outlets.yaml and habits.yaml; the order is that of the former."""
    declared = read_yaml(FOLDER / "programme" / "outlets.yaml")
    habits = read_yaml(FOLDER / "habits.yaml")
    return tuple(_outlet(entry, dict(habits[entry["id"]])) for entry in declared)


def read_yaml(path: Path) -> Any:
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, yaml.CSafeLoader)


def _outlet(entry: dict[str, Any], habit: dict[str, Any]) -> Outlet:
    kinds = habit.pop("kinds", {})
    low, high = habit.pop("items", (0, 0))
    article_id = entry.get("article_id", "")
    return Outlet(
        id=entry["id"],
        name=entry["name"],
        level=entry["level"],
        partner=entry.get("partner", False),
        hosts=tuple(entry.get("hosts", ())),
        feeds=tuple(_feed(entry, source, kinds.get(source["id"], "text")) for source in entry["sources"]),
        keeps_number=bool(article_id),
        long_numbers="{12,}" in article_id,
        ignored=tuple(entry.get("ignore_parameters", ())),
        items=(low, high),
        **habit,
    )


def _feed(entry: dict[str, Any], source: dict[str, Any], kind: PieceKind) -> Feed:
    press = "central_press" if entry["level"] == "central" else "local_press"
    channel = source.get("channel") or CHANNELS.get(entry["medium"], press)
    return Feed(id=source["id"], kind=kind, channel=channel, always=source.get("in_scope") == "always")
