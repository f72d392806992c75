"""Reloads the programme when its files change, whichever program changed them."""

import logging
from dataclasses import replace

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from config.errors import ConfigError
from lantoa.web.office import WebState, web_state

logger = logging.getLogger(__name__)


async def reread(app: FastAPI) -> None:
    """Runs before each request. It costs almost nothing while no file has changed."""
    state = web_state(app)
    if state.watcher.look():
        await run_in_threadpool(_reload, state)


def _reload(state: WebState) -> None:
    """Keeps the previous programme if the files cannot be loaded."""
    try:
        loaded = state.watcher.load()
    except ConfigError as error:
        logger.warning("programme.unreadable", extra={"reason": error})
        return
    state.office = replace(state.office, programme=loaded.programme, catalogue=loaded.catalogue, kept={})
