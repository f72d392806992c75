"""Log lines, for people or for machines: one event is one line, whatever the data in it holds."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from config.visible import UNSEEN, on_one_line, visible

TEXT = "%(asctime)s %(levelname)s %(message)s"
FURTHER = "    "  # before the lines of a traceback: no line of an event looks like another event


class TextLines(logging.Formatter):
    def __init__(self) -> None:
        super().__init__(TEXT)

    def formatMessage(self, record: logging.LogRecord) -> str:
        return on_one_line(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        return _further(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        return _further(super().formatStack(stack_info))


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json_text(line)


def json_text(value: object, indent: int | None = None) -> str:
    """JSON that means exactly `value`, in which no character is one that a terminal obeys."""
    return UNSEEN.sub(_escaped, json.dumps(value, ensure_ascii=False, indent=indent))


def _further(text: str) -> str:
    return "\n".join(FURTHER + line for line in visible(text).splitlines())


def _escaped(found: re.Match[str]) -> str:
    """As JSON writes it: a character beyond the first plane is two."""
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
