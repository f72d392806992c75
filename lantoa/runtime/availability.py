"""Services wait for a database or a broker that is unavailable; a single command reports it and ends."""

import logging
from collections.abc import Callable

from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential

from config.errors import AlreadyRunning, BrokerError, TopicMismatch
from config.settings import Settings
from config.visible import said
from lantoa.broker import ensure_topics
from lantoa.language import _
from models.database import Engine, is_unavailable, make_engine, migrate, raise_for_installation

LONGEST_WAIT_SECONDS = 10.0  # seconds between two attempts
Say = Callable[[str], None]
logger = logging.getLogger(__name__)


def database_when_there(settings: Settings, say: Say) -> Engine:
    """Waits for the database and migrates it. Raises InstallationError if it refuses the connection for a lasting
    reason."""
    engine = make_engine(settings)
    try:
        _patiently(say, _("The database does not answer yet ({reason}); waiting for it …"), migrate, engine)
    except Exception as error:
        raise_for_installation(error)
        raise
    return engine


def topics_when_there(settings: Settings, bootstrap: str, say: Say) -> None:
    """Waits for the brokers and creates missing topics. Raises TopicMismatch."""
    text = _("Kafka does not answer yet ({reason}); waiting for it …")
    _patiently(say, text, ensure_topics, settings, bootstrap)


def _patiently(say: Say, text: str, call: Callable[..., object], *arguments: object) -> None:
    def report(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        reason = said(str(getattr(error, "orig", error)))
        if state.attempt_number == 1:
            say(text.format(reason=reason))
        logger.warning("start.waiting", extra={"attempt": state.attempt_number, "reason": reason})

    Retrying(
        retry=retry_if_exception(_passes),
        wait=wait_random_exponential(multiplier=0.2, max=LONGEST_WAIT_SECONDS),
        before_sleep=report,
    )(call, *arguments)


def _passes(error: BaseException) -> bool:
    if is_unavailable(error):
        return True
    return isinstance(error, BrokerError) and not isinstance(error, TopicMismatch | AlreadyRunning)
