"""The rules of one programme, asked in processes with limits: no text stops who asks."""

import pickle
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, TypeVar

from config.catalogue import Catalogue
from config.errors import LimitError, UsageError
from config.programme import Programme
from lantoa.commands.classifying import Classifying
from lantoa.language import _
from models.activities import ReadActivity
from models.activity import Activity
from models.messages import Classified, Item
from producers.limited import LimitedProcesses
from stream_apps.activity_classifier import ActivityClassifier
from stream_apps.classify import Classifier
from stream_apps.rules.piece_classifier import Reading

LONGEST = 200_000  # characters of one text; the longest articles have 60,000
SECONDS = 20.0  # for a text, and for each batch of stored ones
BATCH = 50
Each = TypeVar("Each")
Answer = TypeVar("Answer")


def limited_processes() -> LimitedProcesses:
    """Two texts at once, a few that wait, and a plain refusal for more."""
    return LimitedProcesses(2, seconds=SECONDS, waiting=8, preload=[__name__])


class LimitedRules:
    """Made anew when the programme changes; the processes stay. Raises LimitError `busy` when too many ask at once."""

    def __init__(self, programme: Programme, catalogue: Catalogue, limited: LimitedProcesses) -> None:
        self._packed = pickle.dumps((programme, catalogue), pickle.HIGHEST_PROTOCOL)
        self._key = sha256(self._packed).hexdigest()
        self._limited = limited

    def read(self, piece: Mapping[str, Any]) -> Reading:
        """As `Classifying.read`. Raises LimitError, worded for who asked, where it takes too long or too much memory."""
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
        """As `Classifier.decide`. Raises UsageError for an item that takes too long."""
        return self._in_batches(_decided, items)

    def read_now(self, activities: Sequence[Activity]) -> list[ReadActivity]:
        """As `ActivityClassifier.read_now`. Raises UsageError for an activity that takes too long."""
        return self._in_batches(_read_now, activities)

    def _in_batches(
        self, work: Callable[[str, bytes, list[Any]], list[Answer]], asked: Sequence[Any]
    ) -> list[Answer]:
        found: list[Answer] = []
        for start in range(0, len(asked), BATCH):
            batch = list(asked[start : start + BATCH])
            try:
                found += self._limited.run(work, self._key, self._packed, batch)
            except LimitError as error:
                if error.reason == "busy":
                    raise
                for each in batch:  # the one that takes so long is named
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


_kept: dict[
    tuple[str, type], Any
] = {}  # in a process of the pool: what it compiled for the programme it was asked last


def _compiled(kind: type[Each], key: str, packed: bytes) -> Each:
    if (key, kind) not in _kept:
        if any(other != key for other, _kind in _kept):
            _kept.clear()
        _kept[key, kind] = kind(*pickle.loads(packed))  # noqa: S301  # of our own parent
    found: Each = _kept[key, kind]
    return found


def _read(key: str, packed: bytes, piece: dict[str, Any]) -> Reading:
    return _compiled(Classifying, key, packed).read(piece)


def _decided(key: str, packed: bytes, items: list[Item]) -> list[Classified]:
    classifier = _compiled(Classifier, key, packed)
    return [classifier.classify_item(item) for item in items]


def _read_now(key: str, packed: bytes, activities: list[Activity]) -> list[ReadActivity]:
    reader = _compiled(ActivityClassifier, key, packed)
    return [reader.read_now(activity) for activity in activities]
