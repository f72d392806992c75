"""When a source that fails is tried again: later with every failure, and once a day for a month when it is dead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

STEP = timedelta(hours=2)  # for every failure that weighs 1
LONGEST = timedelta(days=1)
PATIENCE = timedelta(days=30)
JITTER = 0.1  # share of the wait by which it may be shorter
HARD, SOFT, TEMPORARY = 1.0, 0.5, 0.25
WEIGHTS = {
    "retry-after": 0.0,  # nothing was asked
    "dns-temporary": TEMPORARY,
    **dict.fromkeys(
        ("bad-address", "bad-port", "private-address", "dns", "refused", "unreachable", "certificate", "tls",
         "tls-legacy", "robots", "redirect-loop", "too-large", "too-many-headers", "http-401", "http-403", "http-410"),
        HARD,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """How a source stands. `next_at` is None while its schedule alone decides; `given_up` when only a human may."""

    failures: float = 0.0
    failing_since: datetime | None = None
    next_at: datetime | None = None
    given_up: bool = False


def after(standing: Standing, reason: str, now: datetime, chance: Random, rest: float = 0.0) -> Standing:
    """`reason` of the failure, empty when it went well; `rest`: seconds for which the host wants to be left alone."""
    left_alone = now + timedelta(seconds=rest) if rest > 0 else None
    if not reason:
        return Standing(next_at=left_alone)
    since = standing.failing_since or now
    failures = standing.failures + weight(reason)
    wait = min(failures * STEP, LONGEST) * (1 - chance.uniform(0, JITTER))
    return Standing(
        failures=failures,
        failing_since=since,
        next_at=max(now + wait, left_alone or now),
        given_up=now - since >= PATIENCE,
    )


def weight(reason: str) -> float:
    """Hard failures are those that time alone seldom mends; a 404 is soft, because feeds come back."""
    return WEIGHTS.get(reason, SOFT)
