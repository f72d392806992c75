"""Whatever may arrive on a topic: what its schema allows, near every limit, and bytes that nobody means to send.

All of it is drawn from one seed. What must become of a message is judged in `judged.py`, from its bytes alone.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from models.messages.topics import (
    ACTIVITIES,
    CORRECTIONS,
    ITEMS,
    ITEMS_CLASSIFIED,
    LARGEST_MESSAGE,
    SOURCES_DUE,
    TALLIES_TOUCHED,
    Topic,
)
from scripts.documents import CONTRACTS

Key = bytes | None
Headers = list[tuple[str, bytes | None]]
TOPICS = (ITEMS, ITEMS_CLASSIFIED, ACTIVITIES, CORRECTIONS, TALLIES_TOUCHED, SOURCES_DUE)
SHARES = (30, 30, 15, 15, 5, 5)  # of each topic, in percent
ALLOWED = 0.6  # of the messages are what the schema allows; the others are bent, broken or rubbish
ODD = (0.0, 0.0, 0.03, 0.3)  # of the fields of one message hold what no office would send
LARGE = (8_100_000, 10_000_000, 15_900_000)  # bytes that no compression makes smaller
LARGEST_VALUE = LARGEST_MESSAGE - 64 * 1024  # the rest is for keys and headers
NEST = 50_000
LONG = ("title", "lead", "text", "surface", "because", "note")  # fields that hold sentences
WORDS = (
    "Hậu Giang", "học tập", "Nghị quyết 29-NQ/TW", "Nghị quyết Trung ương 8 khóa XIII", "nq19", "cùng với",
    "và", "khóa XII", "các nghị quyết", "Chỉ thị 05-CT/TW", "Châu Thành", "Vị Thanh", "(", ")", ",", ";", "số 18",
    "của Bộ Chính trị", "Đại hội XIII", "ngày 1/2/2023", "về xây dựng Đảng", "Nghị quyết 128/NQ-CP", "\n", "&",
)  # fmt: skip
ODD_TEXTS = (
    "", " ", "\t\r\n", "[/b]", "[link=http://x]", "=HYPERLINK(1)", "<script>alert(1)</script>", "\u202e\u2066tin",
    "a\u0301\u0323" * 20, "😀👩‍👩‍👧", "\x01\x1b[31m\x7f", "\\u0000", "\\", '"', "%s{}$", "../../etc", "'; DROP TABLE item", "\ufeff",
    "\uffff\ufffe", "\U0010ffff", "ﷺ", "|", "a,b=c|d", "null", "-1", "١٢٣", "K\u212a\u017f", "x" * 300, "ế" * 900,
)  # fmt: skip
EVIL_TEXTS = (
    "Nghị quyết 18 " + "cùng với " * 60 + "x nghị quyết 19",
    "Nghị quyết " + "18, " * 1500 + "19",
    "(" * 3000 + "Nghị quyết 18" + ")" * 3000,
    "nq19 " * 3000,
    " " * 20_000 + "Nghị quyết",
    "\u0301" * 5000,
    "Hậu Giang " * 2000,
)
NUMBERS = (0, 1, 2, -1, 84912345678, 2**15, 2**31 - 1, 2**31, 2**32, 10**9, 10**9 + 1, 2**53, 2**63 - 1, 2**63, 2**64,
           -(2**63) - 1, 10**30, 1.0, 3.0, 1e9)  # fmt: skip
DAYS = ("2024-05-14", "2024-02-29", "1990-01-02", "2100-12-30", "2025-12-31", "2023-01-01", "1990-01-01", "2100-12-31",
        "1989-12-31", "2101-01-01", "0001-01-01", "9999-12-31", "1582-10-14")  # fmt: skip
TIMES = (
    "00:00:00Z",
    "12:34:56.789Z",
    "23:59:59.999999Z",
    "00:00:00+14:00",
    "23:59:59-12:00",
    "06:30:00+05:45",
)
SENSIBLE_DAYS, SENSIBLE_TIMES = DAYS[:6], TIMES[:4]


@dataclass(frozen=True, slots=True)
class Arrival:
    """`scrambled`: single bytes were changed, so that nobody can say how a lenient reader takes it."""

    topic: Topic
    key: Key
    value: bytes | None
    headers: Headers
    scrambled: bool = False


def arrivals(seed: int, number: int, outlets: Sequence[str], sources: Sequence[str]) -> Iterator[Arrival]:
    """So many messages, of all topics that workers and fetchers read, and of any size that brokers take."""
    made = _Made(random.Random(seed), outlets, sources)
    fitting = (arrival for arrival in iter(made.one, None) if len(arrival.value or b"") < LARGEST_VALUE)
    yield from islice(fitting, number)


class _Made:
    def __init__(self, rng: random.Random, outlets: Sequence[str], sources: Sequence[str]) -> None:
        self._rng, self._outlets, self._sources = rng, outlets, sources
        self._schemas = {topic: schema_of(topic) for topic in TOPICS}
        self._ids: list[str] = []
        self._number = 0
        self._large = list(LARGE)
        self._odd = 0.0

    def one(self) -> Arrival:
        rng = self._rng
        self._number += 1
        self._odd = rng.choice(ODD)
        topic = rng.choices(TOPICS, SHARES)[0]
        value = self._value(topic, self._schemas[topic], "")
        scrambled = False
        if rng.random() < ALLOWED:
            body: bytes | None = self._written(value)
        else:
            scrambled = (way := rng.choice(WAYS)) in SCRAMBLING
            body = way(rng, value)
        if self._large and rng.random() < 0.002:
            body = rng.randbytes(self._large.pop())
        return Arrival(topic, self._key(topic, value), body, self._headers(topic), scrambled)

    def _key(self, topic: Topic, value: Any) -> Key:
        if self._rng.random() < 0.8:
            named = value.get("item", value.get("id", ""))
            named = named.get("id", "") if isinstance(named, dict) else named
            return str(named).encode("utf-8", "replace")
        keys: list[Key] = [b"", b"\xff\xfe", b"\0", b"k" * 20_000, "khóa".encode()]
        return self._rng.choice(keys if topic.cleanup == "compact" else [*keys, None])

    def _headers(self, topic: Topic) -> Headers:
        plain: Headers = [("ce_type", _ce_type(topic).encode()), ("ce_specversion", b"1.0")]
        if self._rng.random() < 0.8:
            return plain
        odd: list[Headers] = [
            [],
            [("", b"")],
            [("ce_type", None)],
            [("ce_type", b"\xff\x00")],
            [("đầu\n:", b"[/b]")],
            [(f"h{n}", b"x" * 100) for n in range(300)],
            [("lantoa_reason", b"\xff"), ("lantoa_topic", b"nowhere"), ("lantoa_offset", b"x")],
            [*plain, *plain],
        ]
        return self._rng.choice(odd)

    def _written(self, value: Any) -> bytes:
        """JSON in one of the ways in which it may be written."""
        rng = self._rng
        separators = rng.choice([(",", ":"), (", ", ": "), (" ,\n", "\t:\r\n")])
        text = json.dumps(value, ensure_ascii=rng.random() < 0.3, separators=separators)
        return text.encode()

    def _value(self, topic: Topic, schema: Mapping[str, Any], name: str) -> Any:
        defs = self._schemas[topic].get("$defs", {})
        if "$ref" in schema:
            return self._value(topic, defs[schema["$ref"].rsplit("/", 1)[1]], name)
        if "anyOf" in schema:
            return self._value(topic, self._rng.choice(schema["anyOf"]), name)
        if "const" in schema:
            return schema["const"]
        for listed in ("enum", "x-extensible-enum"):
            if listed in schema:
                return self._rng.choice(schema[listed])
        return self._of_type(topic, schema, name)

    def _of_type(self, topic: Topic, schema: Mapping[str, Any], name: str) -> Any:
        rng = self._rng
        kind = schema.get("type")
        if kind == "object":
            return self._object(topic, schema)
        if kind == "array":
            sizes = (0, 1, 1, 2, 3) if rng.random() >= self._odd / 50 else (schema.get("maxItems", 500), 501)
            return [self._value(topic, schema["items"], name) for _ in range(rng.choice(sizes))]
        if kind in ("integer", "number"):
            return self._number_of(schema)
        if kind == "boolean":
            return rng.random() < 0.8
        return self._text(schema, name) if kind == "string" else None

    def _object(self, topic: Topic, schema: Mapping[str, Any]) -> dict[str, Any]:
        rng = self._rng
        required = schema.get("required", ())
        made = {
            name: self._value(topic, each, name)
            for name, each in schema.get("properties", {}).items()
            if name in required or rng.random() < 0.7
        }
        if rng.random() < 0.05:
            made["a_later_field"] = rng.choice(
                [None, "của bản sau", [[[]]], 10**40, {"a": {"b": [1.5, None]}}]
            )
        return made

    def _number_of(self, schema: Mapping[str, Any]) -> int | float:
        if self._rng.random() >= self._odd:
            return self._rng.randrange(1, 400)
        limits = [schema[name] for name in ("minimum", "maximum") if name in schema]
        return self._rng.choice([*NUMBERS, *limits, *(limit + step for limit in limits for step in (-1, 1))])

    def _text(self, schema: Mapping[str, Any], name: str) -> str:
        rng = self._rng
        sensible = rng.random() >= self._odd
        if schema.get("format") in ("date", "date-time"):
            day = rng.choice(SENSIBLE_DAYS if sensible else DAYS)
            if schema["format"] == "date":
                return day
            return f"{day}T{rng.choice(SENSIBLE_TIMES if sensible else TIMES)}"
        if sensible or (name in ("outlet", "id", "revision") and rng.random() < 0.8):
            return self._usual(name)
        longest = schema.get("maxLength", 0)
        if longest and rng.random() < (0.3 if longest < 10_000 else 0.03):
            return rng.choice("aế😀") * (longest + rng.choice([-1, 0, 1]))
        return rng.choice(ODD_TEXTS if rng.random() < 0.98 else EVIL_TEXTS)

    def _usual(self, name: str) -> str:
        """Of a field by its name, as producers would fill it."""
        rng = self._rng
        if name in ("id", "item", "same_as", "withdraws"):
            if self._ids and (name != "id" or rng.random() < 0.1):
                return rng.choice(self._ids)
            self._ids.append(f"{self._number:016x}")
            return self._ids[-1]
        usual: dict[str, Callable[[], str]] = {
            "outlet": lambda: rng.choice(self._outlets),
            "source": lambda: rng.choice(self._sources),
            "url": lambda: f"https://báo{self._number}.vn/tin-{rng.randrange(10**6)}.html",
            "revision": lambda: f"r{rng.randrange(10**9)}",
            "resolution": lambda: rng.choice(["NQ-29-TW-XIII", "TW-8-XIII", "NQ-18-TW-XII"]),
            "resolutions": lambda: rng.choice(["NQ-29-TW-XIII", "29-NQ/TW", "Nghị quyết Trung ương 8"]),
            "form": lambda: rng.choice(["brief", "article", "video"]),
            "cell": lambda: f"hau-giang|2024|outlet={rng.choice(self._outlets)}",
            "host": lambda: "báo.vn",
        }
        most = 30 if name in LONG else 4
        return usual.get(name, lambda: " ".join(rng.choices(WORDS, k=rng.randrange(1, most))))()


@cache
def schema_of(topic: Topic) -> dict[str, Any]:
    """As it is published."""
    found: dict[str, Any] = json.loads((CONTRACTS / f"{_ce_type(topic)}.schema.json").read_text())
    return found


def _ce_type(topic: Topic) -> str:
    assert topic.value
    return topic.value.ce_type


def _bent(rng: random.Random, value: dict[str, Any]) -> bytes:
    """One field of a type that it cannot have, or without a field that it needs."""
    bent = dict(value)
    name = rng.choice(list(bent))
    wrong = (
        [[], {}, [1], {"a": None}, [[[]]]] if not isinstance(bent[name], dict | list) else [1, True, "x", 1.5]
    )
    bent[name] = rng.choice(wrong)
    return json.dumps(bent).encode()


def _without(rng: random.Random, value: dict[str, Any]) -> bytes:
    name = rng.choice(list(value))
    return json.dumps({key: each for key, each in value.items() if key != name}).encode()


def _other_values(rng: random.Random, value: dict[str, Any]) -> bytes:
    """One field holds what JSON can write and hardly anybody can keep."""
    name = rng.choice(list(value))
    others = ["9" * 4500, '"\\ud800"', '"x\\u0000y"', '"x\\\\u0000y"', "null", "-1", "1e308", '"9999-12-31T23:59:59-12:00"',
              '"31/12/9999"', "1180591620717411303424", f'"{"x" * 100_000}"', '"0"', "true"]  # fmt: skip
    fields = {json.dumps(key): json.dumps(each) for key, each in value.items()} | {
        json.dumps(name): rng.choice(others)
    }
    return ("{" + ",".join(f"{key}:{each}" for key, each in fields.items()) + "}").encode()


def _raw(rng: random.Random, value: dict[str, Any]) -> bytes | None:
    """No JSON, or JSON written in a way that some parsers take and others do not."""
    whole = json.dumps(value).encode()
    ways: list[Callable[[], bytes | None]] = [
        lambda: rng.choice(RUBBISH),
        lambda: rng.randbytes(rng.randrange(1, 3000)),
        lambda: b"\xef\xbb\xbf" + whole,
        lambda: whole + whole,
        lambda: whole + b"\0",
        lambda: whole.decode().encode("utf-16"),
        lambda: whole[:-1] + b',"x":Infinity}',
        lambda: whole[:-1] + b"," + whole[1:],
        lambda: b'{"a_later_field":' + b"[" * 300 + b"]" * 300 + b"," + whole[1:],
    ]
    return rng.choice(ways)()


def _truncated(rng: random.Random, value: dict[str, Any]) -> bytes:
    whole = json.dumps(value, ensure_ascii=False).encode()
    return whole[: rng.randrange(len(whole))]


def _mutated(rng: random.Random, value: dict[str, Any]) -> bytes:
    """Some bytes of it are others."""
    whole = bytearray(json.dumps(value, ensure_ascii=False).encode())
    for _ in range(rng.randrange(1, 6)):
        whole[rng.randrange(len(whole))] = rng.choice([rng.randrange(256), *b'"{}[],:0-\\', 0])
    return bytes(whole)


RUBBISH = (
    None, b"", b"\0", b"{", b"}", b"[]", b"null", b"0", b'""', b"NaN", b"-", b"1e999", b"\xff\xfe{\0}\0", b"\x1b[31m[/b]",
    b"9" * 10_000, b" " * 70_000, b"[" * NEST, b"[" * NEST + b"]" * NEST, b'{"id":' * NEST,
)  # fmt: skip
WAYS = (_bent, _without, _other_values, _raw, _truncated, _mutated)
SCRAMBLING = (_other_values, _raw, _mutated)
