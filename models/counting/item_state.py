"""One item, after one more message about it, in whatever order they come (counting.md, Revisions; Date and period)."""

from collections.abc import Mapping
from typing import Any

from config.programme import Programme
from models.counting.cells import Counted
from models.counting.classification_history import ClassificationHistory, Position, RevisionClassification
from models.counting.date_and_period import date_and_period
from models.counting.item_words import words_of
from models.counting.resolution_rows import is_waiting, linked_documents, plenums_of
from models.counting.revisions import winning_revision
from models.counting.stored_item import UNCOUNTED, ShownItem, StoredClassification, StoredItem
from models.messages.item import Classified, Item

Json = dict[str, Any]
History = ClassificationHistory[StoredClassification]


def fold_item(
    stored: StoredItem | None,
    message: Classified,
    position: Position,
    programme: Programme,
    plenum_of: Mapping[str, str],
    history: History,
) -> StoredItem:
    """The item as its winning revision shows it, with the classification in force and its date. How it counts stays as it
    was: corrections, merges and stories come later."""
    item = message.item
    new = RevisionClassification(
        item.revision, message.generation, position, _classified(message, programme, plenum_of)
    )
    if stored is None:
        return StoredItem(_shown(item), date_and_period(None, item, wins=True), new, UNCOUNTED)
    wins, current = winning_revision(stored, (item.fetched_at, item.revision), new, history)
    date = date_and_period(stored.date, item, wins=wins)
    if not wins and current is stored.classification and date == stored.date:
        return stored
    return StoredItem(_shown(item) if wins else stored.shown, date, current, stored.counted)


def counted(item: StoredItem) -> Counted:
    """The fields that determine the item's cells."""
    state, rules = item.counted, item.classification.values
    return Counted(
        programme=rules.programme,
        counts=state.counts,
        day=state.day,
        outlet=item.shown.outlet,
        channel=state.channel,
        form=state.form,
        level=rules.level,
        resolutions=state.resolutions,
        waiting=state.waiting,
        flagged=state.flagged,
        story=state.story,
    )


def classification_of(message: Classified) -> Json:
    """What the rules classified, without the item itself."""
    return message.model_dump(mode="json", exclude={"item", "schema_version", "generation"})


def classification_in(item: StoredItem) -> Json:
    """The same of a stored item."""
    return classification_json(item.classification.values)


def classification_json(rules: StoredClassification) -> Json:
    """The fields of the message."""
    return {
        "mentions": list(rules.mentions),
        "mentions_cut": rules.mentions_cut,
        "in_scope": rules.in_scope,
        "channel": rules.channel,
        "form": rules.form,
        "places": list(rules.places),
        "level": rules.level,
        "partner": rules.partner,
        "language": rules.language,
        "press_column": rules.press_column,
        "rules_version": rules.rules_version,
        "catalogue_version": rules.catalogue_version,
    }


def _shown(item: Item) -> ShownItem:
    return ShownItem(
        id=item.id,
        outlet=item.outlet,
        source=item.source,
        identity=item.identity,
        url=item.url,
        title=item.title,
        words=words_of(item.title, item.lead),
        revision=item.revision,
        fetched_at=item.fetched_at,
        claimed=item.claimed,
    )


def _classified(
    message: Classified, programme: Programme, plenum_of: Mapping[str, str]
) -> StoredClassification:
    documents = linked_documents(message.mentions)
    return StoredClassification(
        programme=programme.id,
        in_scope=message.in_scope,
        channel=message.channel,
        form=message.form,
        resolutions=documents,
        plenums=plenums_of(documents, plenum_of),
        waiting=is_waiting(message.mentions),
        mentions=tuple(m.as_json() for m in message.mentions),
        mentions_cut=message.mentions_cut,
        places=tuple(dict.fromkeys(message.places)),
        level=message.level,
        partner=message.partner,
        language=message.language,
        press_column=message.press_column,
        rules_version=message.rules_version,
        catalogue_version=message.catalogue_version,
    )
