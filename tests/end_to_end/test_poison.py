"""Messages that would each have ended a worker: every one of them is counted or a dead letter, and the others count."""

import os
from collections.abc import Callable

import orjson
from confluent_kafka import Consumer, Message, Producer, TopicPartition
from sqlalchemy import select

from config.catalogue import load_catalogue
from config.programme import Programme
from lantoa.runtime.consumer_lag import wait_until_counted
from lantoa.runtime.services import open_runtime
from models.database import make_engine, migrate, reading
from models.kafka_options import confluent_options
from models.messages.dead_letter import DeadLetter
from models.messages.item import Item
from models.messages.topics import (
    ACTIVITIES,
    CORRECTIONS,
    DEAD_LETTERS,
    ITEMS,
    ITEMS_CLASSIFIED,
    LARGEST_MESSAGE,
    TALLIES_TOUCHED,
    Topic,
)
from models.queries.recount import recount
from models.sql import table_of
from models.tables.activities import ActivityRow
from models.tables.items import CorrectionRow, ItemRow
from stream_apps.classify import Classifier

MiB = 1 << 20
Poison = tuple[Topic, bytes, bytes | None, list[tuple[str, bytes]]]  # topic, key, value, headers


def item(key: str, **changes: object) -> Item:
    stated = {
        "id": key,
        "identity": f"article:{key}",
        "revision": "r1",
        "outlet": "o1",
        "source": "o1-feed",
        "url": f"https://o1.vn/{key}",
        "title": "Hậu Giang học tập Nghị quyết 29-NQ/TW",
        "claimed": "2024-05-14T01:00:00Z",
        "fetched_at": "2024-05-15T01:00:00Z",
    }
    return Item.model_validate(stated | changes)


def raw(key: str, **changes: object) -> bytes:
    """As somebody else's program may write it, whatever we allow."""
    return orjson.dumps(orjson.loads(item(key).encode()) | changes)


def report(key: str, **changes: object) -> bytes:
    stated = {
        "id": key,
        "identity": f"id:{key}",
        "revision": "r1",
        "reported_at": "2024-05-15T01:00:00Z",
        "kind": "oral_session",
        "date": "2024-05-14",
        "unit": "Xã Vị Thanh",
        "title": "Học tập Nghị quyết 29-NQ/TW",
        "participants": 30,
    }
    return orjson.dumps(stated | changes)


def correction(key: str, **changes: object) -> bytes:
    stated = {"id": key, "item": "lành-0", "made_at": "2024-06-01T01:00:00Z", "by": "Lan", "because": "thử"}
    return orjson.dumps(stated | changes)


LONG = "".join(chr(0x1000 + i % 40_000) for i in range(1_900))  # 5,700 bytes that do not shrink
DIGITS = b"9" * 5_000
DEEP = b"[" * 300_000 + b"]" * 300_000
NOON = "2024-05-14T01:00:00Z"


def poisons(programme: Programme) -> dict[str, Poison]:
    classifier = Classifier(programme, load_catalogue())

    def classified(key: str, **changes: object) -> bytes:
        return orjson.dumps(orjson.loads(classifier.classify_item(item(key)).encode()) | changes)

    found: dict[str, tuple[Topic, bytes | None]] = {
        "an item that outgrows the topic": (ITEMS, raw("m1", guid="g" * (LARGEST_MESSAGE - 700))),
        "5,000 mentions": (ITEMS, raw("m2", text="nq19 " * 5_000)),
        "the last day": (ACTIVITIES, report("d1", date="9999-12-31", title="Nghị quyết 18")),
        "the first day": (ACTIVITIES, report("d2", date="0001-01-01", title="Nghị quyết 18")),
        "the last moment": (ITEMS, raw("d3", claimed="9999-12-31T23:59:59-14:00")),
        "the first moment": (ITEMS, raw("d4", fetched_at="0001-01-01T00:00:00+14:00")),
        "a correction to the last day": (CORRECTIONS, correction("d5", published="9999-12-31")),
        "a correction made before time": (CORRECTIONS, correction("d6", made_at="0001-01-01T00:00:00+14:00")),
        "a phone number": (ACTIVITIES, report("n1", participants=84_912_345_678)),
        "half of a sum that is too large": (ACTIVITIES, report("n2", participants=2_000_000_000)),
        "the other half": (ACTIVITIES, report("n3", participants=2_000_000_000)),
        "2^63": (ACTIVITIES, report("n4", participants=1).replace(b":1}", b":9223372036854775808}")),
        "2^64 sessions": (ACTIVITIES, report("n5", sessions=1, participants=None).replace(b":1,", b":18446744073709551616,")),
        "5,000 digits": (ACTIVITIES, report("n6").replace(b":30", b":" + DIGITS)),
        "a generation beyond the column": (ITEMS_CLASSIFIED, classified("n7", generation=2**40)),
        "an address of 5,700 bytes": (ITEMS, raw("a1", url=f"https://o1.vn/{LONG}")),
        "an id of 5,700 bytes": (ITEMS, raw("a2", id=LONG)),
        "a place of 5,700 bytes": (ITEMS_CLASSIFIED, classified("a3", places=(LONG,))),
        "a correction's id of 5,700 bytes": (CORRECTIONS, correction(LONG)),
        "a form of 5,700 bytes": (CORRECTIONS, correction("a5", form=LONG)),
        "8 MiB that are no JSON": (ITEMS, os.urandom(8 * MiB)),
        "as much as the topic takes": (ITEMS, os.urandom(LARGEST_MESSAGE - 200)),
        "40 MiB that shrink": (ITEMS, b"[" + b" " * 40 * MiB),
        "a guid of 12 MiB": (ITEMS, raw("s4", guid="chữ nghĩa " * MiB)),
        "12 MiB on another topic": (CORRECTIONS, os.urandom(12 * MiB)),
        "deep": (ITEMS, DEEP),
        "deep inside": (ITEMS, item("j2").encode()[:-1] + b',"x":' + DEEP + b"}"),
        "deep in an activity": (ACTIVITIES, report("j3")[:-1] + b',"reading":' + DEEP + b"}"),
        "half of a character": (ITEMS, item("j4").encode().replace(b"29-NQ", b"\\ud800")),
        "bytes that are no text": (ITEMS, item("j5").encode().replace(b"29-NQ", b"\xff\xfe")),
        "no number": (ACTIVITIES, report("j6").replace(b":30", b":NaN")),
        "no value": (ITEMS, None),
        "no activity": (ACTIVITIES, b"null"),
        "no cell": (TALLIES_TOUCHED, b'{"cell": 7}'),
        "a cell that is none": (TALLIES_TOUCHED, b'{"cell": "x"}'),
        "an outlet that nobody knows": (ITEMS, raw("o1", outlet="khong-co")),
    }  # fmt: skip
    headed = {
        "4 MiB of headers": [("dài", os.urandom(4 * MiB))],
        "9,000 headers": [(f"h{n}", b"v") for n in range(9_000)],
        "headers of ours": [("lantoa_offset", b"x"), ("lantoa_reason", b"\xff"), ("", b"")],
    }
    made = {name: (topic, name.encode(), value, []) for name, (topic, value) in found.items()}
    made |= {name: (ITEMS, name.encode(), os.urandom(9 * MiB), headers) for name, headers in headed.items()}
    made["a key of 3 MiB"] = (ITEMS, b"3 MiB" + os.urandom(3 * MiB), b"{", [])
    return made


def test_no_message_stops_the_stream(make_programme: Callable, office: Callable, database_url: str) -> None:
    programme = make_programme(["o1"])
    settings = office(programme, database_url)
    engine = make_engine(settings)
    migrate(engine)
    bad = poisons(programme)
    sound = [f"lành-{n}" for n in range(60)]
    lots = [list(bad.values())[i::10] for i in range(10)]
    with open_runtime(settings, lambda _: None) as running:
        ends = send(
            confluent_options(settings, running.bootstrap),
            [
                each
                for i, lot in enumerate(lots)
                for each in (
                    *[(ITEMS, key.encode(), item(key).encode(), []) for key in sound[i::10]],
                    *[(ACTIVITIES, key.encode(), report(key), []) for key in sound[i::10]],
                    *lot,
                )
            ],
        )
        wait_until_counted(running.bus.admin, settings.counting_patience, ends, lambda _: running.check())
        log = (settings.data_dir / "logs" / "worker.log").read_text()
        letters = read_letters(confluent_options(settings, running.bootstrap))
    assert log.count("worker.ready") == 1, log
    with reading(engine) as connection:
        counted = {
            model: set(connection.execute(select(table_of(model).c.id)).scalars())
            for model in (ItemRow, ActivityRow, CorrectionRow)
        }
        assert recount(connection, programme).differences == ()
    engine.dispose()
    assert set(sound) <= counted[ItemRow]
    assert set(sound) <= counted[ActivityRow]
    about = {letter.key(): DeadLetter.from_headers(dict(letter.headers())) for letter in letters}
    for name, (topic, key, value, _headers) in bad.items():
        if key in about:
            assert about[key].reason, name
            assert about[key].topic == topic.name
        elif topic is not TALLIES_TOUCHED:
            stated = orjson.loads(value or b"")
            known = stated.get("id") or stated["item"]["id"]  # a classified item goes on by the item's
            assert known.encode() in about or known in set().union(*counted.values()), name


def send(options: dict[str, str], messages: list[Poison]) -> dict[tuple[str, int], int]:
    """The ends of what was sent."""
    ends: dict[tuple[str, int], int] = {}

    def delivered(error: object, message: Message) -> None:
        assert error is None
        place = message.topic(), message.partition()
        ends[place] = max(ends.get(place, 0), message.offset() + 1)

    producer = Producer(
        {
            **options,
            "message.max.bytes": 100 * MiB,
            "compression.type": "lz4",
            "partitioner": "murmur2_random",
        }
    )
    for topic, key, value, headers in messages:
        producer.produce(topic.name, value, key, on_delivery=delivered, headers=headers)
        producer.flush(30)
    return ends


def read_letters(options: dict[str, str]) -> list[Message]:
    consumer = Consumer({**options, "group.id": "test", "enable.auto.commit": False})
    place = TopicPartition(DEAD_LETTERS.name, 0, 0)
    end = consumer.get_watermark_offsets(place, 10)[1]
    consumer.assign([place])
    found: list[Message] = []
    while not found or (found[-1].offset() or 0) + 1 < end:
        found += consumer.consume(end, 10)
    consumer.close()
    return found
