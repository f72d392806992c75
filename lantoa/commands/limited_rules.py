"""Runs the rules of a programme in processes with limits, so that no text blocks the caller."""

import pickle
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, TypeVar

from config.catalogue import Catalogue
from config.errors import LimitError, UsageError
from config.programme import Programme
from lantoa.commands.classifying import Classifying
from lantoa.language import _
from models.counting.stored_activity import ReadActivity
from models.messages.activity import Activity
from models.messages.item import Classified, Item
from producers.limited import LimitedProcesses
from stream_apps.activity_classifier import ActivityClassifier
from stream_apps.classify import Classifier
from stream_apps.rules.piece_classifier import TextClassification

TEXT_CHARACTERS = 200_000  # characters of one text; the longest articles have 60,000
TEXT_SECONDS = 20.0  # for a text, and for each batch of stored texts
BATCH = 50
Each = TypeVar("Each")
Answer = TypeVar("Answer")


def limited_processes() -> LimitedProcesses:
    """Makes processes for two texts at once. A few more wait, and further ones are refused."""
    return LimitedProcesses(2, seconds=TEXT_SECONDS, waiting=8, preload=[__name__])


class LimitedRules:
    """The rules of a programme. It is made again when the programme changes, while the processes stay. Raises
    LimitError `busy` if too many texts are waiting."""

    def __init__(self, programme: Programme, catalogue: Catalogue, limited: LimitedProcesses) -> None:
        self._packed = pickle.dumps((programme, catalogue), pickle.HIGHEST_PROTOCOL)
        self._key = sha256(self._packed).hexdigest()
        self._limited = limited

    def read(self, piece: Mapping[str, object]) -> TextClassification:
        """Does what `Classifying.read` does. Raises LimitError with a message for the user if it takes too long or
        too much memory."""
        try:
            return self._limited.run(_read, self._key, self._packed, dict(piece))
        except LimitError as error:
            if error.reason == "busy":
                raise
            raise LimitError(
                error.reason,
                _(
                    "The rules were not done with this text within {seconds:g} s. Send a shorter part of it.",
                    seconds=self._limited.seconds,
                ),
            ) from error

    def classify(self, items: Sequence[Item]) -> list[Classified]:
        """Does what `Classifier.classify_item` does for each item. Raises UsageError for an item that takes too long."""
        return self._in_batches(_decided, items)

    def read_now(self, activities: Sequence[Activity]) -> list[ReadActivity]:
        """Does what `ActivityClassifier.read_now` does. Raises UsageError for an activity that takes too long."""
        return self._in_batches(_read_now, activities)

    def _in_batches(
        self, work: Callable[[str, bytes, list[Any]], list[Answer]], asked: Sequence[object]
    ) -> list[Answer]:
        found: list[Answer] = []
        for start in range(0, len(asked), BATCH):
            batch = list(asked[start : start + BATCH])
            try:
                found += self._limited.run(work, self._key, self._packed, batch)
            except LimitError as error:
                if error.reason == "busy":
                    raise
                for each in batch:  # find the one that exceeds the limit, to name it
                    found += self._alone(work, each)
        return found

    def _alone(self, work: Callable[[str, bytes, list[Any]], list[Answer]], each: Any) -> list[Answer]:
        try:
            return self._limited.run(work, self._key, self._packed, [each])
        except LimitError as error:
            if error.reason == "busy":
                raise
            raise UsageError(
                _(
                    "The rules were not done with {name} within {seconds:g} s. Nothing was changed.",
                    name=each.id,
                    seconds=self._limited.seconds,
                )
            ) from error


_kept: dict[tuple[str, type], Any] = {}  # in a process of the pool: the compiled rules of the last programme


def _compiled(kind: type[Each], key: str, packed: bytes) -> Each:
    if (key, kind) not in _kept:
        if any(other != key for other, _kind in _kept):
            _kept.clear()
        _kept[key, kind] = kind(*pickle.loads(packed))  # noqa: S301  # packed by our own parent
    found: Each = _kept[key, kind]
    return found


def _read(key: str, packed: bytes, piece: dict[str, object]) -> TextClassification:
    return _compiled(Classifying, key, packed).read(piece)


def _decided(key: str, packed: bytes, items: list[Item]) -> list[Classified]:
    classifier = _compiled(Classifier, key, packed)
    return [classifier.classify_item(item) for item in items]


def _read_now(key: str, packed: bytes, activities: list[Activity]) -> list[ReadActivity]:
    reader = _compiled(ActivityClassifier, key, packed)
    return [reader.read_now(activity) for activity in activities]
