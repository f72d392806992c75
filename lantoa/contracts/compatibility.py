"""Checks that readers of the released contract can read present messages, and that we can read released ones.

We write our topics and others read them. A new or tighter limit narrows what is written. It breaks no reader, and we
ourselves read earlier messages without the limits of writers (models/messages/limits.py). A limit that is removed or widened
allows values that readers do not expect.
"""

from collections.abc import Iterator
from typing import Any

from lantoa.contracts.contract_files import ASYNCAPI, Contents
from lantoa.contracts.shapes import Shape, Unexpected, unexpected

NEW_VERSION = (
    "Take it back, or leave {message} as it is and add a message of its own beside it: "
    "ce_type `{next}`, schema_version {number}, listed on the topic."
)
FOR_READERS = {
    "gone": "is gone, and readers use it",
    "missing": "was always there and may now be missing",
    "null": "may now be null",
    "type": "is written as {written}, and readers expect {read}",
    "value": "may now be {written!r}, and readers know {read}",
    "open": "may now be anything, and readers know {read}",
    "format": "is no longer a {read}",
    "less": "may now be less than {read}",
    "more": "may now be more than {read}",
    "shorter": "may now be shorter than {read} characters",
    "longer": "may now be longer than {read} characters",
    "fewer": "may now hold fewer than {read} values",
    "many": "may now hold more than {read} values",
    "pattern": "need no longer look like {read}",
    "default": "means {written!r} where it is missing, and meant {read!r}",
    "keyword": "differs in `{written}`, which this check cannot judge (lantoa/contracts/shapes.py)",
}
FOR_US = {
    "gone": "is required, and messages from before do not have it. Give it a default",
    "missing": "is required, and messages from before may not have it. Give it a default",
    "null": "may no longer be null, and messages from before may hold null",
    "type": "is read as {read}, and messages from before hold {written}",
    "value": "may no longer be {written!r}, and messages from before may be that",
    "open": "may only be one of {read}, and messages from before may be anything",
    "format": "has to be a {read}, and messages from before are not",
}


def problems(released: Contents, current: Contents) -> list[str]:
    """Returns one line for each breaking change: what it is, and what to do. The list is empty if all is well."""
    found: list[str] = []
    for name, schema in released.items():
        message = name.removesuffix(".schema.json")
        if name == ASYNCAPI:
            found += _of_topics(schema, current[name])
        elif name in current:
            found += _of_message(message, schema, current[name])
        elif not _later(message, current):
            found.append(f"{message} is gone. {_advice(message)}")
    return found


def _of_message(message: str, old: Any, new: Any) -> Iterator[str]:
    forward = unexpected(Shape.of(new, heeds_open=True), Shape.of(old, heeds_open=True))
    back = unexpected(Shape.of(old, heeds_open=False), Shape.of(new, heeds_open=False))
    for each in forward:
        yield f"{message}: {_says(each, FOR_READERS[each.what])}. {_advice(message)}"
    for each in back:
        if each.what in FOR_US and each.read != "optional":
            yield f"{message}: {_says(each, FOR_US[each.what])}. {_advice(message)}"


def _says(found: Unexpected, words: str) -> str:
    return f"`{found.field}` {words.format(written=found.written, read=found.read)}"


def _advice(message: str) -> str:
    stem, _, number = message.rpartition(".v")
    return NEW_VERSION.format(message=message, next=f"{stem}.v{int(number) + 1}", number=int(number) + 1)


def _later(message: str, current: Contents) -> bool:
    stem, _, number = message.rpartition(".v")
    heads = (name.removesuffix(".schema.json").rpartition(".v") for name in current if name != ASYNCAPI)
    return any(head == stem and int(found) > int(number) for head, _, found in heads)


def _of_topics(old: Any, new: Any) -> Iterator[str]:
    """Checks that a topic remains, with the same keys and retention; messages of a new version are added beside the
    old ones."""
    for name, was in old["channels"].items():
        now = new["channels"].get(name)
        if now is None:
            yield f"{name} is gone. Keep the topic, and write the new one beside it."
            continue
        yield from _kept(name, was["bindings"]["kafka"], now["bindings"]["kafka"])
    for name, was in old["components"]["messages"].items():
        now = new["components"]["messages"].get(name, was)
        before, after = (each["bindings"]["kafka"]["key"]["description"] for each in (was, now))
        if before != after:
            yield f"{name}: its key is {after}, and was {before}. Other keys need a topic of their own."


def _kept(name: str, was: Any, now: Any) -> Iterator[str]:
    before, after = was["topicConfiguration"], now["topicConfiguration"]
    if before["cleanup.policy"] != after["cleanup.policy"]:
        yield (
            f"{name}: its clean-up is {after['cleanup.policy'][0]}, and was {before['cleanup.policy'][0]}. "
            "Readers rely on what stays: take it back, or use a topic of its own."
        )
    lasted, lasts = (each["retention.ms"] for each in (before, after))
    if 0 <= lasts < lasted or lasted < 0 <= lasts:
        yield f"{name}: is kept for {lasts} ms, and was for {lasted if lasted >= 0 else 'ever'}. Keep it as long."
    if (was["partitions"] == 1) != (now["partitions"] == 1):
        yield f"{name}: one partition keeps one order for all; {was['partitions']} became {now['partitions']}. Keep it."
