"""A worker whose programme's files have changed ends in order and begins again by the new ones."""

import asyncio
import logging

from config.errors import ConfigError
from config.programme_watcher import ProgrammeWatcher
from stream_apps.app import LantoaApp

LOOK_SECONDS = 1.0
logger = logging.getLogger(__name__)


class ProgrammeReload:
    """Whether a worker still works by what the files say. Files that cannot be read change nothing, nor do those of another
    programme: it may not count here."""

    def __init__(self, app: LantoaApp, watcher: ProgrammeWatcher) -> None:
        self._app, self._watcher = app, watcher
        self._one_at_a_time = asyncio.Lock()

    async def check(self) -> None:
        """Before every batch: an item of a new outlet must not meet a worker that does not know it. Once the files have
        changed it does not return; what is in hand is given to the next worker."""
        async with self._one_at_a_time:
            if not self._app.again and await self._changed():
                logger.info("worker.again", extra={"reason": "programme-changed"})
                self._app.begin_again()
        if self._app.again:
            with self._app.excused():
                await asyncio.Future()

    async def watch(self) -> None:
        """Without batches too: the next one shall not wait for the start."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.check()

    async def _changed(self) -> bool:
        if not self._watcher.look():
            return False
        try:
            await asyncio.to_thread(self._watcher.load)
        except ConfigError as error:
            logger.warning("programme.unreadable", extra={"reason": error})
            return False
        return True
