"""What the commands share: settings with the options that override them, the programme, an up-to-date database."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from config.catalogue import load_catalogue
from config.errors import LantoaError, UsageError
from config.privacy import close_folder
from config.programme import Programme, Source, load_programme
from config.settings import Settings, load_settings
from lantoa.language import _
from lantoa.runtime.data_folder import check_folder
from models.database import DatabaseError, Engine, make_engine, migrate

ProgrammeOption = Annotated[
    Path | None, typer.Option("--programme", help=_("the programme's folder; default: LANTOA_PROGRAMME"))
]


def settings_for(programme: Path | None = None) -> Settings:
    settings = load_settings(programme=programme) if programme else load_settings()
    close_folder(settings.data_dir)
    return settings


@cache
def programme_of(settings: Settings) -> Programme:
    """Loads the programme. Raises ConfigError with file and line for a mistake in any of its files, resolutions
    included, so that a command reports it before it starts anything (invariant 7)."""
    programme = load_programme(settings.programme)
    load_catalogue(*programme.resolutions)
    return programme


def own_programme_of(settings: Settings) -> Programme:
    """Loads the programme for commands that count or write. Raises as `programme_of` does, and OtherProgramme if the
    data folder holds the figures of another programme."""
    programme = programme_of(settings)
    check_folder(settings, programme)
    return programme


def choose(programme: Programme, names: Sequence[str]) -> list[Source]:
    """Raises UsageError for a source that the programme does not have."""
    for name in names:
        if name not in programme.sources:
            raise UsageError(_("There is no source {name!r}. `lantoa sources list` shows them.", name=name))
    return [source for source in programme.sources.values() if not names or source.id in names]


def database_of(settings: Settings, connections: int = 0) -> Engine:
    """Opens the database and migrates it, with a pool of `connections` if many are needed. Raises LantoaError if it
    is unavailable."""
    engine = make_engine(settings, connections)
    try:
        migrate(engine)
    except DatabaseError as error:
        raise LantoaError(
            _(
                "The database cannot be used: {reason}. See LANTOA_DATABASE_URL.",
                reason=str(error.orig).strip(),
            )
        ) from error
    return engine
