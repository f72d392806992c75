"""Cursors of long lists come from an address that anybody can type."""

from collections.abc import Iterator
from contextlib import contextmanager

from config.errors import UsageError
from lantoa.language import _
from models.queries.paging import UnknownPlaceError


@contextmanager
def stated_places() -> Iterator[None]:
    """Raises UsageError for a cursor that is no place in the list."""
    try:
        yield
    except UnknownPlaceError as error:
        raise UsageError(_("{after!r} is no place in a list", after=str(error))) from error
