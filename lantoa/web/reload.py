"""Pages go by the programme's files as they are now, whoever has changed them."""

import logging
from dataclasses import replace

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from config.errors import ConfigError
from config.programme_watcher import ProgrammeWatcher

logger = logging.getLogger(__name__)


async def reread(app: FastAPI) -> None:
    """Before a request is answered; costs next to nothing while no file has changed."""
    watcher: ProgrammeWatcher = app.state.watcher
    if watcher.look():
        await run_in_threadpool(_reload, app, watcher)


def _reload(app: FastAPI, watcher: ProgrammeWatcher) -> None:
    """Files that cannot be read leave the office as it was."""
    try:
        loaded = watcher.load()
    except ConfigError as error:
        logger.warning("programme.unreadable", extra={"reason": error})
        return
    app.state.office = replace(
        app.state.office, programme=loaded.programme, catalogue=loaded.catalogue, kept={}
    )
