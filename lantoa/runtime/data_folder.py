"""A data folder belongs to one programme. Another programme does not touch it unless it is the successor."""

from config.errors import UsageError
from config.programme import Programme
from config.settings import Settings
from lantoa.language import _
from models.database import DatabaseError, make_engine
from models.queries.programmes import programmes_in


class OtherProgramme(UsageError):
    """The database holds figures of programmes that are not predecessors of this one."""


def check_folder(settings: Settings, programme: Programme) -> None:
    """Runs before anything is written, started or migrated. Raises OtherProgramme. An unavailable database is no
    error here, because callers that need it report it or wait for it."""
    if not settings.database_url and not settings.database_file.exists():
        return
    engine = make_engine(settings)
    try:
        with engine.connect() as connection:
            held = programmes_in(connection)
    except DatabaseError:
        return
    finally:
        engine.dispose()
    if others := [each for each in held if each not in {programme.id, *programme.office.predecessors}]:
        raise OtherProgramme(
            _(
                "{place} holds the figures of another programme: {others}. The programme {own} does not touch it. Give it a folder of its own in LANTOA_DATA_DIR (and a database of its own, where LANTOA_DATABASE_URL names one); if it continues the other, add to its programme.yaml: predecessors: [{others}]",
                place=settings.data_dir if not settings.database_url else _("The database"),
                others=", ".join(others),
                own=programme.id,
            )
        )
