"""Log lines for people: one event is one line, its name and then its fields, whatever the data in them holds."""

import json
import logging
import re
from collections.abc import Callable
from typing import Any

from config.visible import UNSEEN, on_one_line, visible

TEXT = "%(asctime)s %(levelname)s %(message)s"
FURTHER = "    "  # before the lines of a traceback: no line of an event looks like another event


NOT_FIELDS = {
    *vars(logging.makeLogRecord({})),
    "message",
    "asctime",
    "color_message",
}  # the last is uvicorn's
BARE = re.compile(r"[^\s\"=]+")  # what needs no quotes to be distinct from the next field


class TextLines(logging.Formatter):
    def __init__(self) -> None:
        super().__init__(TEXT)

    def formatMessage(self, record: logging.LogRecord) -> str:
        fields = (f"{name}={_value(value)}" for name, value in fields_of(record).items())
        return on_one_line(" ".join((super().formatMessage(record), *fields)))

    def formatException(self, ei: Any) -> str:
        return _further(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        return _further(super().formatStack(stack_info))


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """What the call of the logger gave as `extra`."""
    return {name: value for name, value in vars(record).items() if name not in NOT_FIELDS}


def json_text(
    value: object, indent: int | None = None, default: Callable[[Any], object] | None = None
) -> str:
    """JSON that means exactly `value`, in which no character is one that a terminal obeys. `default` gives what is written
    for a value that JSON does not know."""
    return UNSEEN.sub(_escaped, json.dumps(value, ensure_ascii=False, indent=indent, default=default))


def _value(value: object) -> str:
    text = str(value)
    return text if BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _further(text: str) -> str:
    return "\n".join(FURTHER + line for line in visible(text).splitlines())


def _escaped(found: re.Match[str]) -> str:
    """As JSON writes it: a character beyond the first plane is two."""
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
