"""A worker whose programme's files have changed ends in order and begins again by the new ones."""

import asyncio
import logging
from pathlib import Path

from config.catalogue import load_catalogue
from config.errors import ConfigError
from config.programme import load_programme
from config.programme_files import ProgrammeFiles
from stream_apps.app import LantoaApp

LOOK_SECONDS = 1.0
logger = logging.getLogger(__name__)


class UpToDate:
    """Whether a worker still works by what the files say. Files that cannot be read change nothing, nor do those of another
    programme than `own`: it may not count here."""

    def __init__(self, app: LantoaApp, files: ProgrammeFiles, folder: Path, own: str | None = None) -> None:
        self._app, self._files, self._folder, self._own = app, files, folder, own
        self._one_at_a_time = asyncio.Lock()

    async def check(self) -> None:
        """Before every batch: an item of a new outlet must not meet a worker that does not know it. Once the files have
        changed it does not return; what is in hand is given to the next worker."""
        async with self._one_at_a_time:
            if not self._app.again and await self._changed():
                logger.info("worker.again", extra={"reason": "programme-changed", "folder": self._folder})
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
        return self._files.changed() and await asyncio.to_thread(_usable, self._folder, self._own)


def _usable(folder: Path, own: str | None) -> bool:
    try:
        programme = load_programme(folder)
        load_catalogue(*programme.resolutions)
        if own not in {None, programme.id}:
            raise ConfigError(f"{folder} is of {programme.id} now: that needs a start of its own")
    except ConfigError as error:
        logger.warning("programme.unreadable", extra={"reason": error})
        return False
    return True
