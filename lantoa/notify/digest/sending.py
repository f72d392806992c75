"""Sends the digests that are due. A digest is recorded as sent when the server has accepted it, and is not sent
again."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.catalogue import Catalogue
from config.errors import LantoaError
from config.programme import Programme, Recipient
from config.settings import Settings
from config.visible import said
from lantoa.language import _
from lantoa.notify.digest.digest_content import Digest, digest_for
from lantoa.notify.digest.message import message
from lantoa.notify.mailing import Mail
from models.database import Engine, reading, retry_until_available, writing
from models.queries.last_digests import last_digest
from models.store.digests import remember

logger = logging.getLogger(__name__)
EVERY = {"day": timedelta(days=1), "week": timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class SentDigest:
    """How many mails were accepted, and why others were not."""

    mails: int
    failed: tuple[Exception, ...]


def due(engine: Engine, programme: Programme, now: datetime) -> Iterator[Recipient]:
    """Yields the recipients who got none today or this week, by the days of the programme's time zone."""
    today = programme.day(now)
    with reading(engine) as connection:
        for recipient in programme.office.digest:
            before = last_digest(connection, programme.id, recipient.to)
            if before is None or programme.day(before.told_at) + EVERY[recipient.every] <= today:
                yield recipient


def send_due(
    settings: Settings,
    programme: Programme,
    catalogue: Catalogue,
    engine: Engine,
    now: datetime,
    say: Callable[[str], None],
) -> SentDigest:
    """Sends the digests. What cannot be sent now is part of the next one; `say` receives the reason."""
    sent, failed = 0, list[Exception]()
    for recipient in list(due(engine, programme, now)):
        try:
            with reading(engine) as connection:
                found = digest_for(connection, recipient, programme, catalogue, now)
            sent += _send(settings, found)
        except Exception as error:  # the other recipients still get theirs
            expected = isinstance(error, LantoaError)
            logger.warning(
                "digest.unsent",
                extra={"to": recipient.to, "reason": error},
                exc_info=None if expected else error,
            )
            say(
                _(
                    "The digest for {to} could not be sent: {reason}. It will be with the next one.",
                    to=recipient.to,
                    reason=said(str(error)),
                )
            )
            failed.append(error)
            continue
        # It was sent and must not be sent twice.
        retry_until_available(_remember, engine, programme, recipient, now, found)
    return SentDigest(sent, tuple(failed))


def _remember(
    engine: Engine, programme: Programme, recipient: Recipient, now: datetime, found: Digest
) -> None:
    with writing(engine) as connection:
        remember(connection, programme.id, recipient.to, now, found.seen, found.totals)


def _send(settings: Settings, found: Digest) -> int:
    if found.says_nothing and found.since is not None and not found.recipient.nothing_new:
        return 0
    mail = Mail(settings)
    mail.send(message(found, mail.sender(found.recipient.to)))
    return 1
