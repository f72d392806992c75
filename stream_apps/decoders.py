"""The topics that end in the database, and the decoder of each, the same for workers and replay."""

from collections.abc import Callable, Mapping
from functools import partial

from config.catalogue import Catalogue
from config.programme import Programme
from models.counting.classification_history import Placed, Position
from models.messages.correction import Correction
from models.messages.item import Classified
from models.messages.topics import ACTIVITIES, CORRECTIONS, ITEMS_CLASSIFIED, Topic
from models.store.batch_writer import Recorded
from stream_apps.activity_classifier import ActivityClassifier
from stream_apps.dead_letters import Record

Read = Callable[[bytes | None], Recorded]  # it raises MessageError


def readers(programme: Programme, catalogue: Catalogue) -> Mapping[Topic, Read]:
    return {
        ITEMS_CLASSIFIED: Classified.decode,
        CORRECTIONS: Correction.decode,
        ACTIVITIES: ActivityClassifier(programme, catalogue).read,
    }


def placed(read: Read) -> Callable[[Record], Placed[Recorded]]:
    """Decodes a record that a worker has read, and adds its position on the topic."""
    return partial(_placed, read)


def _placed(read: Read, record: Record) -> Placed[Recorded]:
    return Placed(read(record.value), Position(record.offset, record.timestamp))
