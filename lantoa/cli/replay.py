"""`lantoa replay`: builds a database from the topics alone."""

import time
from functools import partial
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn

from config.catalogue import load_catalogue
from config.errors import UsageError
from config.programme import Programme
from config.settings import Settings
from lantoa.broker import ensure_topics
from lantoa.broker.admin import open_admin
from lantoa.cli.bars import bars, description
from lantoa.cli.context import ProgrammeOption, database_of, own_programme_of, settings_for
from lantoa.cli.output import err
from lantoa.commands.ingesting import one_at_a_time
from lantoa.commands.replaying import Replay, Replayed
from lantoa.language import _, number
from lantoa.runtime.consumer_lag import has_workers
from lantoa.runtime.services import open_brokers
from models.database import Engine, reading
from models.queries.programmes import is_empty

MOST_SHOWN = 10


def replay(
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help=_("every message that the topics hold"))
    ] = False,
    programme: ProgrammeOption = None,
) -> None:
    """Fills an empty database from the topics alone, with the same tallies. No worker may run at the same time.

    Example: LANTOA_DATABASE_URL=sqlite:///new.db lantoa replay --from-beginning
    """
    if not from_beginning:
        raise UsageError(_("Say --from-beginning: there is no other place to begin at."))
    settings = settings_for(programme)
    office = own_programme_of(settings)
    database = database_of(settings)
    _refuse_unless_empty(database)
    with one_at_a_time(settings, err().print), open_brokers(settings, err().print) as bootstrap:
        if has_workers(partial(open_admin, settings, bootstrap)):
            raise UsageError(
                _(
                    "Workers are running. Stop `lantoa up` and every `lantoa worker`, then run the command again."
                )
            )
        ensure_topics(settings, bootstrap)
        began = time.monotonic()
        found = _with_progress(settings, bootstrap, office, database)
    _say(found, time.monotonic() - began)


def _refuse_unless_empty(database: Engine) -> None:
    with reading(database) as connection:
        if is_empty(connection):
            return
    raise UsageError(
        _(
            "The database {address} is not empty. Name a new one in LANTOA_DATABASE_URL, or move this one away.",
            address=database.url.render_as_string(),
        )
    )


def _with_progress(settings: Settings, bootstrap: str, office: Programme, database: Engine) -> Replayed:
    columns = (description(), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    replay = Replay(settings, bootstrap, office, load_catalogue(*office.resolutions))
    try:
        with bars(*columns) as bar:
            task = bar.add_task(_("Replaying"), total=replay.total)
            return replay.run(database, lambda messages: bar.advance(task, messages))
    finally:
        replay.close()


def _say(found: Replayed, seconds: float) -> None:
    say = err().print
    rate = number(round(found.messages / max(seconds, 0.001)))
    say(
        _(
            "{messages} messages in {seconds} s, {rate} a second. `lantoa recount` proves what they gave.",
            messages=number(found.messages),
            seconds=f"{seconds:.1f}",
            rate=rate,
        )
    )
    if found.cut:
        say(
            _(
                "These topics no longer begin at their beginning, so older messages are missing: {topics}",
                topics=", ".join(found.cut),
            )
        )
    if found.unreadable:
        say(_("{count} messages could not be read, as by the workers before:", count=len(found.unreadable)))
        for each in found.unreadable[:MOST_SHOWN]:
            say(
                f"  {each.topic} {each.partition}:{each.offset} {each.reason}: {each.message}", soft_wrap=True
            )
