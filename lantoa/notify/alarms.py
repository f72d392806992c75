"""Notices problems of sources and sends one alarm to each destination when a problem begins and one when it is over."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from config.errors import LantoaError
from config.programme import Programme
from config.settings import Settings
from config.visible import said
from lantoa.language import _
from lantoa.notify.mailing import Mail
from lantoa.notify.notice import Notice
from lantoa.notify.webhook import Webhook
from lantoa.views.source_health import health_of, problem_words
from models.database import Engine, retry_until_available, writing
from models.queries.alarm_history import StoredAlarm, alarms_since, open_alarms
from models.store.source_alarms import begin, give_way, recover, remember_told
from producers.state.health_checks import MEMORY, changes

logger = logging.getLogger(__name__)


def watch(
    settings: Settings, programme: Programme, engine: Engine, now: datetime, say: Callable[[str], None]
) -> list[Exception]:
    """Sends what is due; to be called after every run. What cannot be sent now is sent next time; `say` receives the
    reason, and the errors are returned."""
    notice(engine, programme, now)
    failed: list[Exception] = []
    for name, destination in destinations(settings).items():
        pending = _pending(engine, programme, name, now)
        if not pending:
            continue
        try:
            destination(settings).send_alarms(
                programme, [_notice(alarm, programme) for alarm in pending], now
            )
        except Exception as error:  # the other destinations still get theirs
            expected = isinstance(error, LantoaError)
            logger.warning(
                "alarm.untold",
                extra={"destination": name, "reason": error},
                exc_info=None if expected else error,
            )
            say(
                _("Alarms could not be sent: {reason}. They will be sent next time.", reason=said(str(error)))
            )
            failed.append(error)
            continue
        # Already sent: waiting is better than sending twice.
        retry_until_available(_remember, engine, pending, name)
    return failed


def _remember(engine: Engine, told: Sequence[StoredAlarm], destination: str) -> None:
    with writing(engine) as connection:
        for alarm in told:
            remember_told(connection, alarm, destination)


def notice(engine: Engine, programme: Programme, now: datetime) -> None:
    """Records the beginning and the end of problems in the database, whether or not they can be sent."""
    found = health_of(engine, programme, now)
    with writing(engine) as connection:
        already = open_alarms(connection)
        new = changes(found, {source: alarm.problem for source, alarm in already.items()})
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
    """Returns the destinations that the settings name."""
    found: dict[str, type[Mail] | type[Webhook]] = {"mail": Mail, "webhook": Webhook}
    wanted = {"mail": settings.alarm_mail, "webhook": settings.alarm_webhook}
    return {name: kind for name, kind in found.items() if wanted[name]}


def _pending(engine: Engine, programme: Programme, destination: str, now: datetime) -> Sequence[StoredAlarm]:
    with engine.connect() as connection:
        alarms = alarms_since(connection, now - MEMORY)
    ours: Iterable[StoredAlarm] = (alarm for alarm in alarms if alarm.source_id in programme.sources)
    return [alarm for alarm in ours if _is_pending(alarm, destination)]


def _is_pending(alarm: StoredAlarm, destination: str) -> bool:
    """Says whether an alarm has to be sent. A destination that never got it does not hear of its end."""
    if alarm.recovered_at:
        return destination in alarm.told and destination not in alarm.told_recovered
    return destination not in alarm.told


def _notice(alarm: StoredAlarm, programme: Programme) -> Notice:
    source, problem, over = alarm.source_id, alarm.problem, alarm.recovered_at
    outlet = programme.outlets[programme.sources[source].outlet].name
    what = _("recovered") if over else problem_words(problem)
    return Notice(
        id=f"{source}/{problem}/{alarm.noticed_at:%Y%m%dT%H%M%S}/{'recovered' if over else 'begun'}",
        source=source,
        problem=problem,
        since=over or alarm.noticed_at,
        recovered=bool(over),
        text=f"{outlet} ({source}): {what}. {programme.sources[source].url}",
    )
