"""What must become of an arrival, judged from its bytes, its published schema and the outlets, without any of the code under test.

Within every limit it has to be counted; what is no message of its topic has to be a dead letter. What the schema allows and
a stated limit forbids may be either, as long as it is exactly one of the two.
"""

import json
from collections.abc import Collection, Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

from arrivals import Arrival, schema_of
from jsonschema_rs import Draft202012Validator

from models.messages.topics import ITEMS, TALLIES_TOUCHED, Topic

Fate = Literal["counted", "letter", "either"]
NAMED = ("id", "identity", "revision", "outlet", "source", "form", "language", "unit", "place", "by", "item", "cell",
         "same_as", "withdraws", "resolution", "candidates", "resolutions", "places", "host", "rules_version", "catalogue_version",
         "press_column", "symbol", "rule", "guid", "type", "identity", "date_text")  # fmt: skip
LONGEST_NAME = 200  # bytes; of a text that is a key or stands in one
LONGEST_TEXT = 100_000  # letters
LONGEST_ADDRESS = 2_048  # bytes
LARGEST_NUMBER = 1_000_000_000
MOST_LISTED = 500
DEEPEST = 50
FIRST_DAY, LAST_DAY = "1990-01-01", "2100-12-31"
LIMITS = ("maxLength", "maxItems", "minimum", "maximum", "formatMinimum", "formatMaximum")


def fate_of(arrival: Arrival, outlets: Collection[str]) -> Fate:
    value = parsed(arrival.value)
    if value is UNREADABLE:
        return "letter"
    if value is BEYOND or arrival.scrambled:
        return "either"
    if any("\0" in text or _surrogate(text) for text in _texts(value)):
        return "letter"
    if not _shape(arrival.topic).is_valid(value):
        return "letter"
    if arrival.topic == ITEMS and value["outlet"] not in outlets:
        return "letter"
    allowed = _contract(arrival.topic).is_valid(value) and _within_limits(arrival.topic, value)
    return "counted" if allowed else "either"


UNREADABLE, BEYOND = object(), object()


def parsed(value: bytes | None) -> Any:
    """UNREADABLE where it is no JSON, BEYOND where it is JSON that no parser need take."""
    try:
        return json.loads((value or b"").decode(), parse_constant=_refuse, parse_int=_whole)
    except RecursionError:
        return BEYOND
    except OverflowError:
        return BEYOND
    except ValueError:
        return UNREADABLE


def _refuse(name: str) -> None:
    """NaN and Infinity are no JSON, but in a field that nobody reads they do no harm."""
    raise OverflowError(name)


def _whole(digits: str) -> int:
    if len(digits) > 4_000:
        raise OverflowError
    return int(digits)


@cache
def _contract(topic: Topic) -> Draft202012Validator:
    return Draft202012Validator(schema_of(topic), validate_formats=True)


@cache
def _shape(topic: Topic) -> Draft202012Validator:
    """The contract without its limits: readers take what was written before there were any, or a version."""
    schema = _without_limits(schema_of(topic))
    schema["required"].remove("schema_version")
    return Draft202012Validator(schema, validate_formats=True)


def _without_limits(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {name: _without_limits(each) for name, each in schema.items() if name not in LIMITS}
    return list(map(_without_limits, schema)) if isinstance(schema, list) else schema


def _within_limits(topic: Topic, value: dict[str, Any]) -> bool:
    if topic == TALLIES_TOUCHED and value["cell"].count("|") != 2:
        return False
    return _depth(value) <= DEEPEST and all(_fits(name, each) for name, each in _fields(value))


def _fits(name: str, value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= MOST_LISTED
    if isinstance(value, str):
        return _text_fits(name, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return 0 <= value <= LARGEST_NUMBER
    return True


def _text_fits(name: str, text: str) -> bool:
    if name in DATED:
        return _day_fits(text)
    if name == "url":
        return len(text.encode()) <= LONGEST_ADDRESS
    return len(text.encode()) <= LONGEST_NAME if name in NAMED else len(text) <= LONGEST_TEXT


DATED = ("date", "published", "claimed", "document_at", "fetched_at", "made_at", "reported_at", "named_at")


def _day_fits(text: str) -> bool:
    try:
        read = datetime.fromisoformat(text) if len(text) > 10 else date.fromisoformat(text)
    except ValueError:
        return False
    return FIRST_DAY < read.isoformat()[:10] < LAST_DAY  # the first and the last are another day elsewhere


def _fields(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in it with the name of the field that it stands in."""
    yield name, value
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _fields(each, key)
    if isinstance(value, list):
        for each in value:
            yield from _fields(each, name)


def _texts(value: Any) -> Iterator[str]:
    for name, each in _fields(value):
        yield name
        if isinstance(each, str):
            yield each


def _surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _depth(value: Any) -> int:
    within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, within), default=0)
