"""A source fetched now because somebody asks for it; the page does not wait for it, but looks for what became of it."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from config.errors import BrokerError
from lantoa.sources.asking import ask
from lantoa.web.access.audit import happened
from lantoa.web.office import office_of
from lantoa.web.work_queues import in_queue

router = APIRouter(prefix="/sources/{name}/fetch")
SPEAKER = "/lantoa/dashboard"
AGAIN = timedelta(minutes=1)
UNHEARD = timedelta(seconds=45)  # after which somebody should look whether anything fetches
SHOWN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of the last question."""

    at: datetime
    fetched: bool
    unheard: bool


class Asked:
    """Which sources were asked for on this dashboard, and when."""

    def __init__(self) -> None:
        self._at: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def begin(self, source: str, now: datetime) -> bool:
        """False within a minute of the last time."""
        with self._lock:
            if source in self._at and now - self._at[source] < AGAIN:
                return False
            self._at[source] = now
            return True

    def forget(self, source: str) -> None:
        with self._lock:
            self._at.pop(source, None)

    def standing(self, source: str, fetched_at: datetime | None, now: datetime) -> Standing | None:
        """None where nobody has asked lately."""
        with self._lock:
            at = self._at.get(source)
        if at is None or now - at > SHOWN:
            return None
        fetched = fetched_at is not None and fetched_at >= at
        return Standing(at, fetched, not fetched and now - at > UNHEARD)


@router.post("")
@in_queue("decisions")
def fetch_now(request: Request, name: str) -> Response:
    """Twice within a minute is once."""
    office, now = office_of(request), datetime.now(UTC)
    if name not in office.programme.sources:
        raise HTTPException(404)
    asked: Asked = request.app.state.asked
    if asked.begin(name, now):
        try:
            ask(office.running.bus, office.programme.sources[name], now, SPEAKER)
        except BrokerError:
            asked.forget(name)
            raise
        happened(request, "source-fetched", name)
    return RedirectResponse(f"/sources/{name}", 303)
