"""Remembers which sources were requested on a dashboard, so that none is requested twice within a minute."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

AGAIN = timedelta(minutes=1)
UNHEARD = timedelta(seconds=45)  # afterwards the page suggests to check whether a fetcher is running
SHOWN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Standing:
    """The outcome of the last request for a source. `unheard` says that no fetcher has answered within `UNHEARD`."""

    at: datetime
    fetched: bool
    unheard: bool


class AskedSources:
    """The sources that were requested on one dashboard, with the time of the request."""

    def __init__(self) -> None:
        self._at: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def begin(self, source: str, now: datetime) -> bool:
        """Returns False within a minute after the previous request."""
        with self._lock:
            if source in self._at and now - self._at[source] < AGAIN:
                return False
            self._at[source] = now
            return True

    def forget(self, source: str) -> None:
        with self._lock:
            self._at.pop(source, None)

    def standing(self, source: str, fetched_at: datetime | None, now: datetime) -> Standing | None:
        """Returns None if there was no recent request."""
        with self._lock:
            at = self._at.get(source)
        if at is None or now - at > SHOWN:
            return None
        fetched = fetched_at is not None and fetched_at >= at
        return Standing(at, fetched, not fetched and now - at > UNHEARD)
