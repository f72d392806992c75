"""Items that a human named as other copies of one item: the one that they lead to is counted, and it alone
(counting.md, Corrections).

An item is replaced by the item that it is the same as, once that one is here. Items that name one another in a ring
would all give way; the least id of the ring stays. So the answer does not depend on what arrived first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from models.counting.stored_item import StoredItem


class MergedItems(Protocol):
    """The items of one transaction: as they are after it, loaded when asked."""

    def get(self, item_id: str) -> StoredItem | None: ...

    def put(self, item: StoredItem) -> None: ...

    def pointing_to(self, ids: Sequence[str]) -> set[str]:
        """The items that a human named as the same as one of these."""
        ...


def settle_merges(
    items: MergedItems, before: Mapping[str, StoredItem], changed: Iterable[str]
) -> frozenset[str]:
    """Sets `counts` of the changed items and of every item that the change reaches, and returns the ids of all of them
    (counting.md, Corrections: the same as another item)."""
    reached = {*changed}
    for item_id in list(reached):
        pointers = {item.counted.same_as for item in (before.get(item_id), items.get(item_id)) if item}
        for pointer in pointers - {None}:
            reached |= {*_path(items, pointer)}
    new = [item_id for item_id in changed if item_id not in before]
    reached |= items.pointing_to(new)
    for item_id in sorted(reached):
        item = items.get(item_id)
        if item is None:
            continue
        counts = item.counted.in_scope and not _gives_way(items, item)
        if counts != item.counted.counts:
            items.put(item.with_state(replace(item.counted, counts=counts)))
    return frozenset(reached)


def _gives_way(items: MergedItems, item: StoredItem) -> bool:
    target = item.counted.same_as
    if target is None or items.get(target) is None:
        return False
    path = list(_path(items, target))
    return item.id not in path or item.id != min(path[: path.index(item.id) + 1])


def _path(items: MergedItems, start: str | None) -> Iterator[str]:
    """The items that one leads to, itself first, each once."""
    seen: set[str] = set()
    while start is not None and start not in seen:
        item = items.get(start)
        if item is None:
            return
        seen.add(start)
        yield start
        start = item.counted.same_as
