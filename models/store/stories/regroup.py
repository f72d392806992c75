"""Stories of the items that came, changed or left.

Items with the same words on the same day share one place; places within a week of each other are in one story when
their wordings are alike. So whatever is compared or kept grows with the wordings, not with the pairs of items.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection

from models.counting.stories.components import Place, stories
from models.counting.stories.wording import StoryText
from models.store.stories import index, likeness, members
from models.store.stories.members import Member
from models.store.stories.wordings import Wordings
from models.store.turns import NotBesideOthers, Slots, slot_of

__all__ = ["StoryText", "regroup"]


def regroup(
    connection: Connection,
    gone: Collection[str],
    come: Sequence[StoryText],
    wordings: Wordings | None = None,
    slots: Slots | None = None,
) -> dict[str, str | None]:
    """Every item that came, and every other one whose story has changed → the least id of its story, or null while it
    is alone.

    Of the days in `slots`, and of all days when there are none, no other writer writes anything. Raises NotBesideOthers when a
    story reaches beyond them. What is stored of all other items is read as it was before this transaction.
    """
    if not gone and not come:
        return {}
    wordings = wordings or Wordings(connection)
    after = wordings.places(come)
    before = members.among(connection, {*gone, *(item.id for item in come)})
    left = [member for member in before.values() if after.get(member.item) != member.place]
    stayed = before.keys() - {member.item for member in left}
    arrived = {item: place for item, place in after.items() if item not in stayed}
    _move(connection, wordings, left, arrived)
    changed = _rename(connection, left, arrived, slots)
    return {item.id: before[item.id].story if item.id in stayed else None for item in come} | changed


def _move(
    connection: Connection, wordings: Wordings, left: Sequence[Member], arrived: Mapping[str, Place]
) -> None:
    """Keeps the index and the likeness of wordings to what has items."""
    members.remove(connection, [member.item for member in left])
    vacated, wanted = {member.place for member in left}, {*arrived.values()}
    concerned = vacated | wanted
    occupied = {m.place for m in members.near(connection, concerned, _wordings(concerned)).values()}
    members.add(connection, arrived)
    fresh, empty = wanted - vacated - occupied, vacated - wanted - occupied
    wordings.load_sketches(_wordings(fresh | empty))
    index.drop(connection, empty, wordings.sketches)
    known = likeness.of(connection, _wordings(fresh))
    pairs = index.candidates(connection, fresh, wordings.sketches) - known
    likeness.add(connection, wordings.verified(pairs))
    index.add(connection, fresh, wordings.sketches)
    wordings.forget(_wordings(empty))


def _rename(
    connection: Connection, left: Sequence[Member], arrived: Mapping[str, Place], slots: Slots | None
) -> dict[str, str | None]:
    """The stories that anything left or came near to, found again; those of their items that changed."""
    places = {*arrived.values()}
    like = likeness.of(connection, _wordings(places))
    reached = members.near(connection, places, {*_wordings(places), *(w for pair in like for w in pair)})
    if slots is not None:  # the others are too far away from any of the places
        reached = {item: member for item, member in reached.items() if slot_of(member.place[1]) in slots}
    former = {member.story for member in (*left, *reached.values()) if member.story}
    reached |= members.of_stories(connection, former)
    if slots is not None and any(slot_of(member.place[1]) not in slots for member in reached.values()):
        raise NotBesideOthers
    places_reached = {item: member.place for item, member in reached.items()}
    names = stories(places_reached, likeness.of(connection, _wordings(places_reached.values())))
    changed = {item: name for item, name in names.items() if name != reached[item].story}
    members.rename(connection, changed)
    return changed


def _wordings(places: Iterable[Place]) -> set[int]:
    return {wording for wording, _ in places}
