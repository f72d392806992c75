"""Back-off: a failing source is tried again later with every failure, and a dead one once a day for a month."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

STEP = timedelta(hours=2)  # added for every failure of weight 1
LONGEST = timedelta(days=1)
GIVE_UP_AFTER = timedelta(days=30)
JITTER = 0.1  # share of the wait by which it may be shorter
HARD, SOFT, TEMPORARY = 1.0, 0.5, 0.25
WEIGHTS = {
    "retry-after": 0.0,  # no request was sent
    "dns-temporary": TEMPORARY,
    **dict.fromkeys(
        ("bad-address", "bad-port", "private-address", "dns", "refused", "unreachable", "certificate", "tls",
         "tls-legacy", "robots", "redirect-loop", "too-large", "too-many-headers", "http-401", "http-403", "http-410"),
        HARD,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BackoffState:
    """The failures of a source so far. `next_at` is None while the schedule alone sets the next fetch; a source that
    was `given_up` is fetched again only when a person asks for it."""

    failures: float = 0.0
    failing_since: datetime | None = None
    next_at: datetime | None = None
    given_up: bool = False


def after(
    standing: BackoffState, reason: str, now: datetime, chance: Random, rest: float = 0.0
) -> BackoffState:
    """Returns the state after a fetch. `reason` is the failure's code, empty when the fetch succeeded; `rest` is the
    number of seconds that the host asked us to wait."""
    left_alone = now + timedelta(seconds=rest) if rest > 0 else None
    if not reason:
        return BackoffState(next_at=left_alone)
    since = standing.failing_since or now
    failures = standing.failures + weight(reason)
    wait = min(failures * STEP, LONGEST) * (1 - chance.uniform(0, JITTER))
    return BackoffState(
        failures=failures,
        failing_since=since,
        next_at=max(now + wait, left_alone or now),
        given_up=now - since >= GIVE_UP_AFTER,
    )


def weight(reason: str) -> float:
    """Returns how much a failure counts. Failures that seldom pass by themselves count more; a 404 counts little,
    because feeds come back."""
    return WEIGHTS.get(reason, SOFT)
