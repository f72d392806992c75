"""What the commands share: settings with the options that override them, the programme, an up-to-date database."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from config.catalogue import load_catalogue
from config.errors import LantoaError, UsageError
from config.privacy import close_folder
from config.programme import Programme, Source, load_programme
from config.settings import Settings, load_settings
from lantoa.language import _
from lantoa.runtime.data_folder import check_folder
from models.database import make_engine, migrate

ProgrammeOption = Annotated[
    Path | None, typer.Option("--programme", help=_("the programme's folder; default: LANTOA_PROGRAMME"))
]


def settings_for(programme: Path | None = None) -> Settings:
    settings = load_settings(programme=programme) if programme else load_settings()
    close_folder(settings.data_dir)
    return settings


@cache
def programme_of(settings: Settings) -> Programme:
    """Raises ConfigError with file and line for a mistake in any of its files, the resolutions included, so that a
    command says it before it starts anything (invariant 7)."""
    programme = load_programme(settings.programme)
    load_catalogue(*programme.resolutions)
    return programme


def own_programme_of(settings: Settings) -> Programme:
    """For commands that count or write. Raises as `programme_of`, and OtherProgramme where the data folder holds another
    programme's figures."""
    programme = programme_of(settings)
    check_folder(settings, programme)
    return programme


def choose(programme: Programme, names: Sequence[str]) -> list[Source]:
    """Raises UsageError for a name that the programme does not have."""
    for name in names:
        if name not in programme.sources:
            raise UsageError(_("There is no source {name!r}. `lantoa sources list` shows them.", name=name))
    return [source for source in programme.sources.values() if not names or source.id in names]


def database_of(settings: Settings, connections: int = 0) -> Engine:
    """Brought up to date; `connections` at once where many are needed. Raises LantoaError when it cannot be reached."""
    engine = make_engine(settings, connections)
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
