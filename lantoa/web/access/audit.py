"""The audit log: a route states what a request changes, and the entry is written after the response."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from models.database import Engine, writing
from models.store import accounts
from models.store.accounts import Values

ROUND_SECONDS = 6 * 60 * 60  # between two deletions of old entries
MOST_OF_ONE = 20  # most entries of one request
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Happened:
    event: str
    subject: str
    before: Values | None
    after: Values | None


def happened(
    request: Request, event: str, subject: str, before: Values | None = None, after: Values | None = None
) -> None:
    """Notes a change of this request. `before` and `after` may be complete: equal values are left out."""
    if before is not None and after is not None:
        before, after = _different(before, after), _different(after, before)
    found: list[Happened] = request.state.happened
    if len(found) < MOST_OF_ONE:
        found.append(Happened(event, subject, before, after))


async def forget_what_is_old(engine: Engine, days: int) -> None:
    """Deletes old entries regularly while the dashboard runs, even if one round fails. When it is cancelled, it ends
    after the current round has returned its connection."""
    while True:
        round_ = asyncio.create_task(run_in_threadpool(_forget, engine, days))
        try:
            await asyncio.shield(round_)
        except asyncio.CancelledError:
            await asyncio.wait([round_])
            raise
        except Exception as error:  # the database may be available in the next round
            logger.warning("audit.not_forgotten", extra={"reason": str(error).partition("\n")[0]})
        await asyncio.sleep(ROUND_SECONDS)


def _forget(engine: Engine, days: int) -> None:
    with writing(engine) as connection:
        count = accounts.forget_audit(connection, datetime.now(UTC) - timedelta(days=days))
    if count:
        logger.info("audit.forgotten", extra={"entries": count})


def _different(values: Mapping[str, object], others: Mapping[str, object]) -> Values:
    return {name: value for name, value in values.items() if name not in others or others[name] != value}
