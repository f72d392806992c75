"""Who is due, and the mail on its way: told only when the server took it, and then never again."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Engine

from config.catalogue import Catalogue
from config.errors import LantoaError
from config.programme import Programme, Recipient
from config.settings import Settings
from lantoa.digest.content import Digest, digest_for
from lantoa.digest.message import message
from lantoa.language import _
from lantoa.mailing import Mail
from models.database import reading, writing
from models.digests import remember, told

logger = logging.getLogger(__name__)
EVERY = {"day": timedelta(days=1), "week": timedelta(days=7)}


def due(engine: Engine, programme: Programme, now: datetime) -> Iterator[Recipient]:
    """By the days of the programme's time zone: whoever was told today, or this week, waits."""
    today = programme.day(now)
    with reading(engine) as connection:
        for recipient in programme.office.digest:
            before = told(connection, programme.id, recipient.to)
            if before is None or programme.day(before["told_at"]) + EVERY[recipient.every] <= today:
                yield recipient


def send_due(
    settings: Settings,
    programme: Programme,
    catalogue: Catalogue,
    engine: Engine,
    now: datetime,
    say: Callable[[str], None],
) -> int:
    """How many mails were taken. What cannot be sent now is told with the next one; `say` hears why."""
    sent = 0
    for recipient in list(due(engine, programme, now)):
        with reading(engine) as connection:
            found = digest_for(connection, recipient, programme, catalogue, now)
        try:
            sent += _send(settings, found)
        except LantoaError as error:
            logger.warning("digest.unsent to=%s reason=%s", recipient.to, error)
            say(
                _(
                    "The digest for {to} could not be sent: {reason}. It will be with the next one.",
                    to=recipient.to,
                    reason=error,
                )
            )
            continue
        with writing(engine) as connection:
            remember(connection, programme.id, recipient.to, now, found.seen, found.totals)
    return sent


def _send(settings: Settings, found: Digest) -> int:
    if found.says_nothing and found.since is not None and not found.recipient.nothing_new:
        return 0
    mail = Mail(settings)
    mail.send(message(found, mail.sender(found.recipient.to)))
    return 1
