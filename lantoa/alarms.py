"""Problems of sources: noticed, told once to each destination, told again when they are over."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from config.errors import LantoaError
from config.programme import Programme
from config.settings import Settings
from config.visible import said
from lantoa.language import _
from lantoa.mailing import Mail
from lantoa.webhook import Webhook
from models.database import when_back, writing
from models.source_alarms import alarms_since, begin, give_way, open_alarms, recover, remember_told
from models.source_days import days_since
from models.sql import Row
from producers.health import MEMORY, Health, changes, judge

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notice:
    """`id` stays the same when it has to be told again."""

    id: str
    source: str
    problem: str
    since: datetime
    recovered: bool
    text: str


def watch(
    settings: Settings, programme: Programme, engine: Engine, now: datetime, say: Callable[[str], None]
) -> list[Exception]:
    """Call after every run. A destination that cannot be told now is told next time; `say` hears why, and the errors are
    returned."""
    notice(engine, programme, now)
    failed: list[Exception] = []
    for name, destination in destinations(settings).items():
        pending = _pending(engine, programme, name, now)
        if not pending:
            continue
        try:
            destination(settings).tell(programme, [_notice(alarm, programme) for alarm in pending], now)
        except Exception as error:  # the other destinations are told all the same
            expected = isinstance(error, LantoaError)
            logger.warning(
                "alarm.untold",
                extra={"destination": name, "reason": error},
                exc_info=None if expected else error,
            )
            say(
                _("Alarms could not be told: {reason}. They will be told next time.", reason=said(str(error)))
            )
            failed.append(error)
            continue
        when_back(
            _remember, engine, pending, name
        )  # they were told: waiting is better than telling them twice
    return failed


def _remember(engine: Engine, told: Sequence[Row], destination: str) -> None:
    with writing(engine) as connection:
        for alarm in told:
            remember_told(connection, alarm, destination)


def health_of(engine: Engine, programme: Programme, now: datetime) -> Mapping[str, Health]:
    """Of each source of the programme."""
    today = programme.day(now)
    with engine.connect() as connection:
        days = days_since(connection, today - MEMORY)
    return {source: judge(days.get(source, ()), today) for source in programme.sources}


def notice(engine: Engine, programme: Programme, now: datetime) -> None:
    """What begins and what is over goes into the database, told or not."""
    found = health_of(engine, programme, now)
    with writing(engine) as connection:
        already = open_alarms(connection)
        new = changes(found, {source: alarm["problem"] for source, alarm in already.items()})
        for source in new.recovered:
            recover(connection, already[source], now)
        for source, problem in new.begun.items():
            if source in already:
                give_way(connection, already[source], now)
            begin(connection, source, problem, now)
    for source, problem in new.begun.items():
        logger.warning("source.alarm", extra={"source": source, "problem": problem})
    for source in new.recovered:
        logger.info("source.recovered", extra={"source": source})


def destinations(settings: Settings) -> Mapping[str, type[Mail] | type[Webhook]]:
    """Those that the settings name."""
    found: dict[str, type[Mail] | type[Webhook]] = {"mail": Mail, "webhook": Webhook}
    wanted = {"mail": settings.alarm_mail, "webhook": settings.alarm_webhook}
    return {name: kind for name, kind in found.items() if wanted[name]}


def _pending(engine: Engine, programme: Programme, destination: str, now: datetime) -> Sequence[Row]:
    with engine.connect() as connection:
        alarms = alarms_since(connection, now - MEMORY)
    ours: Iterable[Row] = (alarm for alarm in alarms if alarm["source_id"] in programme.sources)
    return [alarm for alarm in ours if _is_pending(alarm, destination)]


def _is_pending(alarm: Row, destination: str) -> bool:
    """Who never heard of an alarm need not hear that it is over."""
    if alarm["recovered_at"]:
        return destination in alarm["told"] and destination not in alarm["told_recovered"]
    return destination not in alarm["told"]


def _notice(alarm: Row, programme: Programme) -> Notice:
    source, problem, over = alarm["source_id"], alarm["problem"], alarm["recovered_at"]
    outlet = programme.outlets[programme.sources[source].outlet].name
    what = _("recovered") if over else words(problem)
    return Notice(
        id=f"{source}/{problem}/{alarm['noticed_at']:%Y%m%dT%H%M%S}/{'recovered' if over else 'begun'}",
        source=source,
        problem=problem,
        since=over or alarm["noticed_at"],
        recovered=bool(over),
        text=f"{outlet} ({source}): {what}. {programme.sources[source].url}",
    )


def words(problem: str) -> str:
    """For people."""
    return {
        "dead": _("no fetch has succeeded for three days"),
        "drift": _("the page has content, but a selector matches nothing in it"),
        "silent": _("gives less than it is expected to"),
    }[problem]
