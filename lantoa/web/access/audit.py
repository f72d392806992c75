"""What a request did to what, from and to: said by the room that did it, written down when it has been answered."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import Request
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from models import accounts
from models.accounts import Values
from models.database import writing

ROUND_SECONDS = 6 * 60 * 60  # between two looks for what has been kept long enough
MOST_OF_ONE = 20  # entries of one request
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
    """`before` and `after` hold what was changed, and may be told whole: what is alike in both is left out."""
    if before is not None and after is not None:
        before, after = _different(before, after), _different(after, before)
    found: list[Happened] = request.state.happened
    if len(found) < MOST_OF_ONE:
        found.append(Happened(event, subject, before, after))


async def forget_what_is_old(engine: Engine, days: int) -> None:
    """Goes round for as long as the dashboard runs, whatever becomes of one round. Cancelled, it ends when the round that is
    under way has given its connection back."""
    while True:
        round_ = asyncio.create_task(run_in_threadpool(_forget, engine, days))
        try:
            await asyncio.shield(round_)
        except asyncio.CancelledError:
            await asyncio.wait([round_])
            raise
        except Exception as error:  # the next round may find the database again
            logger.warning("audit.not_forgotten", extra={"reason": str(error).partition("\n")[0]})
        await asyncio.sleep(ROUND_SECONDS)


def _forget(engine: Engine, days: int) -> None:
    with writing(engine) as connection:
        count = accounts.forget_audit(connection, datetime.now(UTC) - timedelta(days=days))
    if count:
        logger.info("audit.forgotten", extra={"entries": count})


def _different(values: Mapping[str, Any], others: Mapping[str, Any]) -> Values:
    return {name: value for name, value in values.items() if name not in others or others[name] != value}
