"""Items that a human named as other copies of one item: the one that they lead to is counted, and it alone.

An item is replaced by the item that it is the same as, once that one is here. Items that name one another in a ring
would all give way; the least id of the ring stays. So the answer does not depend on what arrived first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from models.stored_row import Row


class MergedItems(Protocol):
    """The items of one transaction: as they are after it, loaded when asked."""

    def get(self, item_id: str) -> Row | None: ...

    def put(self, item_id: str, **values: object) -> None: ...

    def pointing_to(self, ids: Sequence[str]) -> set[str]:
        """The items that a human named as the same as one of these."""
        ...


def settle(items: MergedItems, before: Mapping[str, Row], changed: Iterable[str]) -> None:
    """Sets `counts` of the changed items and of every item that the change reaches."""
    reached = set(changed)
    for item_id in list(reached):
        pointers = {row["same_as"] for row in (before.get(item_id), items.get(item_id)) if row}
        for pointer in pointers - {None}:
            reached |= {*_path(items, pointer)}
    new = [item_id for item_id in changed if item_id not in before]
    reached |= items.pointing_to(new)
    for item_id in sorted(reached):
        row = items.get(item_id)
        if row:
            items.put(item_id, counts=bool(row["in_scope"]) and not _gives_way(items, row))


def _gives_way(items: MergedItems, row: Row) -> bool:
    target = row["same_as"]
    if target is None or items.get(target) is None:
        return False
    path = list(_path(items, target))
    return row["id"] not in path or row["id"] != min(path[: path.index(row["id"]) + 1])


def _path(items: MergedItems, start: str | None) -> Iterator[str]:
    """The items that one leads to, itself first, each once."""
    seen: set[str] = set()
    while start is not None and start not in seen:
        row = items.get(start)
        if row is None:
            return
        seen.add(start)
        yield start
        start = row["same_as"]
