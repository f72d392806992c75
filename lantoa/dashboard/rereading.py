"""Pages speak by the programme's files of now, whoever has changed them."""

import logging
from dataclasses import replace

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from config.catalogue import load_catalogue
from config.errors import ConfigError
from config.programme import load_programme
from config.programme_files import ProgrammeFiles

logger = logging.getLogger(__name__)


async def reread(app: FastAPI) -> None:
    """Before a request is answered; costs next to nothing while no file has changed."""
    files: ProgrammeFiles = app.state.files
    if files.changed():
        await run_in_threadpool(_reread, app)


def _reread(app: FastAPI) -> None:
    """Files that cannot be read leave the desk as it was."""
    desk = app.state.desk
    try:
        programme = load_programme(desk.programme.folder)
        catalogue = load_catalogue(*programme.resolutions)
        if programme.id != desk.programme.id:
            raise ConfigError(f"{programme.folder} is of {programme.id} now: start the dashboard again")
    except ConfigError as error:
        logger.warning("programme.unreadable", extra={"reason": error})
        return
    app.state.desk = replace(desk, programme=programme, catalogue=catalogue, kept={})
