"""Shows what a changed programme, catalogue or rule would change, and applies the change.

The preview makes all changes in a transaction and rolls it back, so preview and result cannot differ.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal, Protocol

from config.catalogue import Catalogue
from config.programme import Programme
from lantoa.runtime.consumer_lag import Remaining
from lantoa.runtime.services import Outcome, Runtime, ignore
from models.counting.figures import Figures
from models.counting.item_state import classification_in, classification_of
from models.counting.resolution_rows import is_waiting, linked_documents, plenums_of, rows_of
from models.counting.stored_activity import ReadActivity, StoredActivity
from models.counting.stored_item import StoredItem
from models.database import Connection, Engine, reading, writing
from models.messages.activity import Activity
from models.messages.item import Classified, Item
from models.messages.topics import ACTIVITIES, ITEMS_CLASSIFIED
from models.queries.counted_items import CountedAs, CountedItem, counted_items
from models.queries.reclassification_runs import last_that_stands, next_one
from models.queries.stored_activities import returned_activities, stored_activities
from models.queries.stored_items import items_of, returned_items
from models.queries.tally import cells_by_key
from models.store.activity_writer import record_activities
from models.store.item_writer import record
from models.store.turns import count_alone
from producers.publish import to_send
from stream_apps.activity_classifier import ActivityClassifier
from stream_apps.classify import Classifier

SPEAKER = "/lantoa/reclassify"
BATCH = 500
OF_MENTION = ("surface", "start", "end", "zone", "resolution", "symbol", "family", "status")
ItemEffect = Literal["gained", "lost", "moved", "evidence"]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """The change of one item. The effect `evidence` means that it counts as before because of other words."""

    effect: ItemEffect
    id: str
    title: str
    before: CountedAs
    after: CountedAs


@dataclass(slots=True)
class Plan:
    """The classifications to publish, and what they change."""

    classified: list[Classified] = field(default_factory=list)
    activities: list[ReadActivity] = field(default_factory=list)
    items: list[ItemChange] = field(default_factory=list)
    cells: dict[str, tuple[Figures | None, Figures | None]] = field(
        default_factory=dict
    )  # key → before, after


class ItemRules(Protocol):
    """Rules that run in this process or in one with limits (`LimitedRules`)."""

    def classify(self, items: Sequence[Item]) -> Sequence[Classified]: ...

    def read_now(self, activities: Sequence[Activity]) -> Sequence[ReadActivity]: ...


class Reclassifying:
    """Reclassification by one programme and catalogue as their files are now. Items of other programmes are not
    changed."""

    def __init__(
        self, engine: Engine, programme: Programme, catalogue: Catalogue, rules: ItemRules | None = None
    ) -> None:
        self._engine = engine
        self._programme = programme
        self._reader = ActivityClassifier(programme, catalogue)
        self._rules = rules or _Here(Classifier(programme, catalogue), self._reader)
        self._plenum_of = {i: p for i in catalogue.documents if (p := catalogue.plenum_of(i))}

    def plan(self, on_progress: Callable[[int], None]) -> Plan:
        """Plans the reclassification by the present files; `on_progress` receives the number of items examined."""
        plan = Plan()
        with reading(self._engine) as connection:
            generation = next_one(connection)
            for batch in items_of(connection, self._programme.id):
                # an item of an outlet that was removed from the programme stays counted
                known = [(old, item) for old, item in batch if item.outlet in self._programme.outlets]
                classified = self._rules.classify([item for _, item in known])
                pairs = zip(known, classified, strict=True)
                plan.classified += [
                    new.model_copy(update={"generation": generation})
                    for (old, _), new in pairs
                    if self._differs(old, new)
                ]
                on_progress(len(batch))
            stored = list(stored_activities(connection, self._programme.id))
            found = self._rules.read_now([activity for _, activity in stored])
            for (old, _), new in zip(stored, found, strict=True):
                if again := self._read(old, new, generation):
                    plan.activities.append(again)
        return self._previewed(plan)

    def undo(self) -> Plan:
        """Plans the way back before the last reclassification, which may itself be an undo."""
        plan = Plan()
        with reading(self._engine) as connection:
            own = self._programme.id
            if last := last_that_stands(connection, own):
                plan.classified += returned_items(connection, own, last)
                plan.activities += map(self._reader.read_message, returned_activities(connection, own, last))
        return self._previewed(plan)

    def _differs(self, old: StoredItem, new: Classified) -> bool:
        """Says whether the figures or the evidence would change."""
        documents, state = old.classification.values.resolutions, old.counted
        rows = {*documents, *plenums_of(documents, self._plenum_of)}
        same_rows = rows == {*state.resolutions} or "resolutions" in state.corrected
        return not (same_rows and _essence(classification_of(new)) == _essence(classification_in(old)))

    def _read(self, old: StoredActivity, new: ReadActivity, generation: int) -> ReadActivity | None:
        documents, before = linked_documents(new.mentions), old.classification.values
        rows = rows_of(documents, plenums_of(documents, self._plenum_of))
        waiting = is_waiting(new.mentions)
        if (rows, waiting, tuple(new.places)) == (before.resolutions, before.waiting, before.places):
            return None
        stated = new.activity.model_copy(update={"reading": new.reading, "generation": generation})
        return self._reader.read_message(stated)

    def _previewed(self, plan: Plan) -> Plan:
        """Records all changes and rolls them back; another connection reads the figures before."""
        ids = [message.item.id for message in plan.classified]
        with writing(self._engine) as connection:
            count_alone(connection)
            keys: set[str] = set()
            for part in _parts(plan.classified):
                keys |= record(connection, part, self._programme, self._plenum_of)
            keys |= record_activities(connection, plan.activities, self._programme, self._plenum_of)
            after, cells_after = counted_items(connection, ids), _cells(connection, keys)
            with self._engine.connect() as aside:
                before, cells_before = counted_items(aside, ids), _cells(aside, keys)
            connection.rollback()
        plan.items = [_change(i, before[i].counted, after[i]) for i in ids]
        for key in sorted(keys):
            if cells_before.get(key) != cells_after.get(key):
                plan.cells[key] = cells_before.get(key), cells_after.get(key)
        return plan


@dataclass(frozen=True, slots=True)
class _Here:
    classifier: Classifier
    reader: ActivityClassifier

    def classify(self, items: Sequence[Item]) -> list[Classified]:
        return [self.classifier.classify_item(item) for item in items]

    def read_now(self, activities: Sequence[Activity]) -> list[ReadActivity]:
        return [self.reader.read_now(activity) for activity in activities]


def apply(
    runtime: Runtime,
    plan: Plan,
    on_remaining: Callable[[Remaining], None] = ignore,
    *,
    within: float | None = None,
) -> Outcome:
    """Publishes the plan. Returns when the workers have counted it, or pending after `within` seconds. Raises
    BrokerError."""
    sent = chain(
        to_send(ITEMS_CLASSIFIED, plan.classified, SPEAKER),
        to_send(ACTIVITIES, (each.activity for each in plan.activities), SPEAKER),
    )
    return runtime.publish_and_wait(sent, on_remaining, within=within)


def _essence(classification: Mapping[str, Any]) -> dict[str, object]:
    """Drops versions and reasons."""
    kept = {
        name: value
        for name, value in classification.items()
        if name not in {"rules_version", "catalogue_version"}
    }
    return kept | {"mentions": [{name: m[name] for name in OF_MENTION} for m in classification["mentions"]]}


def _change(item_id: str, before: CountedAs, now: CountedItem) -> ItemChange:
    after = now.counted
    if before.counts != after.counts:
        effect: ItemEffect = "gained" if after.counts else "lost"
    else:
        effect = "moved" if before != after and after.counts else "evidence"
    return ItemChange(effect, item_id, now.title, before, after)


def _parts(messages: Sequence[Classified]) -> Iterator[Sequence[Classified]]:
    for start in range(0, len(messages), BATCH):
        yield messages[start : start + BATCH]


def _cells(connection: Connection, keys: Iterable[str]) -> dict[str, Figures]:
    listed = sorted(keys)
    found: dict[str, Figures] = {}
    for start in range(0, len(listed), BATCH):
        found |= cells_by_key(connection, listed[start : start + BATCH])
    return found
