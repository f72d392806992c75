"""Merges items whose pages state the same canonical address, by a correction like any other.

An address that pages of several pieces state (a section, the front page, a mistake in a template) merges nothing: the
pieces must have the same title and day.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlsplit

from config.programme import Outlet
from models.messages.correction import Correction
from models.messages.item import Item
from models.store.source_state import SourceStateRepository
from models.tables.sources import HintKind
from producers.item.address_spelling import plain_host
from producers.item.entry import Entry
from producers.item.identity import Lessons, is_on_front_page, item_id, page_key, title_of

BY = "Lan tỏa"  # the machine, not a person
SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class AddressClaim:
    """An item whose page states a canonical address."""

    item: Item
    canonical: str
    day: str

    @property
    def piece(self) -> list[str]:
        """The title and the day, by which two claims are compared."""
        return [title_of(Entry(title=self.item.title)), self.day]


@dataclass(slots=True)
class Settled:
    """The corrections that follow from the claims, and the hints to store for the outlet."""

    corrections: list[Correction] = field(default_factory=list)
    hints: dict[tuple[HintKind, str], str] = field(default_factory=dict)


def settle(
    store: SourceStateRepository, outlet: Outlet, lessons: Lessons, claims: Iterable[AddressClaim]
) -> Settled:
    """Gives each claimed address to the first item that claims it, unless another item has that very address."""
    named = [(each, key) for each in claims if all(each.piece) and (key := _key(outlet, lessons, each))]
    ids = {key: item_id(outlet.id, key) for _claim, key in named}
    known_ids = {
        name: item_id(outlet.id, key) for name, key in store.aliases(outlet.id, ids.values()).items()
    }
    counted = {
        name: json.dumps(piece, ensure_ascii=False) for name, piece in _counted(store, ids, known_ids).items()
    }
    held = {**counted, **store.claims(outlet.id, ids.values())}
    settled = Settled()
    for claim, key in sorted(named, key=lambda each: each[0].item.id):
        name = ids[key]
        held[name] = _held(claim, held.get(name), known_ids.get(name, name), settled)
        settled.hints["claim", name] = held[name]
    corrected = store.corrected([each.item for each in settled.corrections])
    settled.corrections = [each for each in settled.corrections if each.item not in corrected]
    return settled


def _counted(
    store: SourceStateRepository, ids: Mapping[str, str], known_ids: Mapping[str, str]
) -> dict[str, list[str]]:
    """Returns the items that have a claimed address themselves, whether or not their pages were read."""
    names = {known_ids.get(name, name): name for name in ids.values()}
    found = store.counted(names)
    return {
        names[item]: [item, title_of(Entry(title=title)), day.isoformat()]
        for item, (title, day) in found.items()
    }


def _held(claim: AddressClaim, before: str | None, own: str, settled: Settled) -> str:
    """Returns who holds the address after this claim, and adds the corrections that follow to `settled`."""
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


def _correction(item: str, same_as: str, claim: AddressClaim) -> Correction:
    """Returns the same correction for the same pair: publishing it again changes nothing, even after it was
    withdrawn."""
    made = f"canonical\0{item}\0{same_as}"
    return Correction(
        id=sha256(made.encode()).hexdigest()[:32],
        item=item,
        made_at=claim.item.fetched_at,
        by=BY,
        because=f"rel=canonical: {claim.canonical}",
        same_as=same_as,
    )


def _key(outlet: Outlet, lessons: Lessons, claim: AddressClaim) -> str | None:
    """Returns the key of the claimed address; None where it is no page of the same outlet."""
    stated = [*outlet.hosts, *(urlsplit(source.url).netloc for source in outlet.sources)]
    if plain_host(urlsplit(claim.canonical).netloc) not in {plain_host(host) for host in stated}:
        return None
    key = page_key(outlet, claim.canonical, lessons)
    return None if key is None or is_on_front_page(key) else key
