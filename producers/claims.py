"""What pages say that their own address is: items that are one piece by it are merged, by a correction like any other.

An address that pages of several pieces claim (a section, the front page, a template's mistake) merges nothing: the pieces have to
have one title and one day.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlsplit

from config.programme import Outlet
from models.correction import Correction
from models.messages import Item
from producers.entry import Entry
from producers.identity import Lessons, is_on_front_page, item_id, page_key, title_of
from producers.memory import CLAIM, SourceMemory
from producers.spelling import plain_host

BY = "Lan tỏa"  # nobody: the machine
SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Claim:
    """An item whose page names an address as its own."""

    item: Item
    canonical: str
    day: str

    @property
    def piece(self) -> list[str]:
        """By which it is compared."""
        return [title_of(Entry(title=self.item.title)), self.day]


@dataclass(slots=True)
class Settled:
    """`notes` are to be remembered of the outlet."""

    corrections: list[Correction] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)


def settle(memory: SourceMemory, outlet: Outlet, lessons: Lessons, claims: Iterable[Claim]) -> Settled:
    """Whoever claims an address first holds it, unless an item has that very address."""
    named = [(each, key) for each in claims if all(each.piece) and (key := _key(outlet, lessons, each))]
    ids = {key: item_id(outlet.id, key) for _claim, key in named}
    stand = {name: item_id(outlet.id, key) for name, key in memory.aliases(outlet.id, ids.values()).items()}
    counted = {
        name: json.dumps(piece, ensure_ascii=False) for name, piece in _counted(memory, ids, stand).items()
    }
    held = {**counted, **memory.claims(outlet.id, ids.values())}
    settled = Settled()
    for claim, key in sorted(named, key=lambda each: each[0].item.id):
        name = ids[key]
        held[name] = _held(claim, held.get(name), stand.get(name, name), settled)
        settled.notes[f"{CLAIM}{name}"] = held[name]
    decided = memory.decided([each.item for each in settled.corrections])
    settled.corrections = [each for each in settled.corrections if each.item not in decided]
    return settled


def _counted(memory: SourceMemory, ids: Mapping[str, str], stand: Mapping[str, str]) -> dict[str, list[str]]:
    """Items that have a claimed address themselves, whether or not their pages were read."""
    names = {stand.get(name, name): name for name in ids.values()}
    found = memory.counted(names)
    return {
        names[item]: [item, title_of(Entry(title=title)), day.isoformat()]
        for item, (title, day) in found.items()
    }


def _held(claim: Claim, before: str | None, own: str, settled: Settled) -> str:
    """Who holds the address after this claim; adds what follows to `settled`."""
    mine = json.dumps([claim.item.id, *claim.piece], ensure_ascii=False)
    if before is None:
        return mine
    if before == SEVERAL:
        return SEVERAL
    holder, *piece = json.loads(before)
    if holder == claim.item.id:
        return mine
    if piece != claim.piece:
        return SEVERAL
    is_own = claim.item.id == own
    gives_way, stays = (holder, claim.item.id) if is_own else (claim.item.id, holder)
    settled.corrections.append(_correction(gives_way, stays, claim))
    return mine if is_own else before


def _correction(item: str, same_as: str, claim: Claim) -> Correction:
    """The same of the same: one that comes again, or was withdrawn, changes nothing."""
    made = f"canonical\0{item}\0{same_as}"
    return Correction(
        id=sha256(made.encode()).hexdigest()[:32],
        item=item,
        made_at=claim.item.fetched_at,
        by=BY,
        because=f"rel=canonical: {claim.canonical}",
        same_as=same_as,
    )


def _key(outlet: Outlet, lessons: Lessons, claim: Claim) -> str | None:
    """Of an address of the same outlet that is a page."""
    stated = [*outlet.hosts, *(urlsplit(source.url).netloc for source in outlet.sources)]
    if plain_host(urlsplit(claim.canonical).netloc) not in {plain_host(host) for host in stated}:
        return None
    key = page_key(outlet, claim.canonical, lessons)
    return None if key is None or is_on_front_page(key) else key
