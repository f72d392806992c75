"""What people read on the terminal: English in the code, Vietnamese from `locale/vi.po`, chosen by the locale."""

import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

LOCALES = Path(__file__).parent / "locale"
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in the order that POSIX and gettext look


_chosen: ContextVar[str] = ContextVar("language", default="")


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Whatever the locale says: a page is read by others than those who started the server."""
    token = _chosen.set(chosen)
    try:
        yield
    finally:
        _chosen.reset(token)


def _(text: str, **fields: object) -> str:
    """The text in the reader's language, its `{fields}` filled in."""
    message = _catalogue().get(text) if language() == "vi" else None
    chosen = str(message.string) if message and message.string else text
    return chosen.format(**fields) if fields else chosen


def help_of(command: Callable[..., object]) -> str:
    """A command's help: its docstring, translated as a whole."""
    return _(inspect.getdoc(command) or "")


def number(value: int) -> str:
    """1.717 in Vietnamese, 1,717 in English."""
    return format_decimal(value, locale=language())


def percent(share: float) -> str:
    """99,2% in Vietnamese, 99.2% in English."""
    return format_percent(share, "#,##0.##%", locale=language())


def language() -> str:
    """`vi` or `en`."""
    if chosen := _chosen.get():
        return chosen
    stated = next((value for name in VARIABLES if (value := os.environ.get(name))), "")
    return "vi" if stated.lower().startswith("vi") else "en"


@cache
def _catalogue() -> Catalog:
    with (LOCALES / "vi.po").open("rb") as file:
        return read_po(file, locale="vi")
