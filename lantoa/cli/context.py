"""What the commands share: settings with the options that override them, the programme, an up-to-date database."""

from functools import cache
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from config.errors import LantoaError
from config.programme import Programme, load_programme
from config.settings import Settings, load_settings
from lantoa.language import _
from models.database import make_engine, migrate

ProgrammeOption = Annotated[
    Path | None, typer.Option("--programme", help=_("the programme's folder; default: LANTOA_PROGRAMME"))
]


def settings_for(programme: Path | None = None) -> Settings:
    return load_settings(programme=programme) if programme else load_settings()


@cache
def programme_of(settings: Settings) -> Programme:
    return load_programme(settings.programme)


def database_of(settings: Settings) -> Engine:
    """Brought up to date. Raises LantoaError when it cannot be reached."""
    engine = make_engine(settings)
    try:
        migrate(engine)
    except DBAPIError as error:
        raise LantoaError(
            _(
                "The database cannot be used: {reason}. See LANTOA_DATABASE_URL.",
                reason=str(error.orig).strip(),
            )
        ) from error
    return engine
