"""How often somebody may try: in this process, forgotten when the time is over."""

import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

TRIES = parse("5/5minutes")  # wrong passwords, of one account and from one address
ASKED = parse("600/minute")  # pages, of one account


class Limits:
    """Methods return the seconds to wait; 0 when it may go on."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def asked(self, who: str) -> int:
        return 0 if self._limiter.hit(ASKED, "asked", who) else self._wait(ASKED, "asked", who)

    def locked(self, name: str, address: str) -> int:
        return max(self._left(TRIES, "account", name), self._left(TRIES, "address", address))

    def failed(self, name: str, address: str) -> None:
        self._limiter.hit(TRIES, "account", name)
        self._limiter.hit(TRIES, "address", address)

    def _left(self, limit: RateLimitItem, *who: str) -> int:
        return 0 if self._limiter.test(limit, *who) else self._wait(limit, *who)

    def _wait(self, limit: RateLimitItem, *who: str) -> int:
        return max(int(self._limiter.get_window_stats(limit, *who).reset_time - time.time()) + 1, 1)
