"""Runs work that takes longer than a page may in a background thread; later pages show its progress."""

import logging
import threading
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import uuid4

from config.errors import Busy, LantoaError
from lantoa.language import _

logger = logging.getLogger(__name__)
AT_ONCE = 4
AGAIN_SECONDS = 60
KEPT = 40  # finished tasks whose result is kept
Say = Callable[[str], None]
About = TypeVar("About")


@dataclass(slots=True)
class Task(Generic[About]):
    """A task. `said` is its progress, and `failed` says for people why it ended without a `result`."""

    about: About
    id: str = field(default_factory=lambda: uuid4().hex)
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    said: str = ""
    done: bool = False
    result: Any = None
    failed: str = ""


class Tasks:
    """The tasks of one dashboard, which end with it."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task[Any]] = {}
        self._lock = threading.Lock()

    def start(self, about: About, work: Callable[[Say], object]) -> Task[About]:
        """Starts a task; `work` may report its progress. Raises Busy if too many tasks are running."""
        task = Task(about)
        with self._lock:
            if sum(not each.done for each in self._tasks.values()) >= AT_ONCE:
                raise Busy(
                    _("Other work of this kind is still going on; try again in a minute."), AGAIN_SECONDS
                )
            done = [name for name, each in self._tasks.items() if each.done]
            for name in done[: len(done) - KEPT + 1 if len(done) >= KEPT else 0]:
                del self._tasks[name]
            self._tasks[task.id] = task
        run = copy_context().run  # keeps the language of the request
        threading.Thread(target=run, args=(_run, task, work), name="task", daemon=True).start()
        return task

    def find(self, name: str) -> Task[Any] | None:
        with self._lock:
            return self._tasks.get(name)


def _run(task: Task[Any], work: Callable[[Say], object]) -> None:
    try:
        task.result = work(lambda said: setattr(task, "said", said))
    except LantoaError as error:
        task.failed = str(error)
    except Exception:
        logger.exception("task.failed", extra={"about": type(task.about).__name__})
        task.failed = _("That went wrong in a way that nobody expected; the log of the dashboard says how.")
    task.done = True
