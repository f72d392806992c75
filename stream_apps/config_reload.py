"""When the programme's files change, a worker ends in order and restarts with the new files."""

import asyncio
import logging

from config.errors import ConfigError
from config.programme_watcher import ProgrammeWatcher
from stream_apps.app import LantoaApp

LOOK_SECONDS = 1.0
logger = logging.getLogger(__name__)


class ProgrammeReload:
    """Checks whether a worker still uses the current files. Files that cannot be read change nothing, nor do those of
    another programme, which may not count here."""

    def __init__(self, app: LantoaApp, watcher: ProgrammeWatcher) -> None:
        self._app, self._watcher = app, watcher
        self._one_at_a_time = asyncio.Lock()

    async def check(self) -> None:
        """Runs before every batch: an item of a new outlet must not meet a worker that does not know it. It does not
        return once the files have changed; the batch is left to the next worker."""
        async with self._one_at_a_time:
            if not self._app.again and await self._changed():
                logger.info("worker.again", extra={"reason": "programme-changed"})
                self._app.begin_again()
        if self._app.again:
            with self._app.excused():
                await asyncio.Future()

    async def watch(self) -> None:
        """Checks also while no batches arrive, so that the next batch does not have to wait for a restart."""
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
