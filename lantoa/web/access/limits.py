"""Limits on requests and on attempts at passwords, kept in this process with bounded memory."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from math import ceil
from threading import Lock
from typing import Generic, TypeVar

from limits import RateLimitItem, parse

REQUESTS = parse("600/minute")  # requests of an account; also requests from one address without an account
CREDENTIAL_LOOKUPS = parse("600/minute")  # unknown sessions and tokens from one address
PASSWORD_CHECKS = parse("60/minute")  # passwords, on the whole dashboard
REFUSALS = parse("60/minute")  # refusals of an account that are logged
LOG_LINES = parse("1/minute")  # lines in the log about one address
MOST_REMEMBERED = 10_000  # of each kind; the least recently seen is forgotten first
NETWORK_BITS = 64  # bits of an IPv6 address: one client usually has a whole network of them
T = TypeVar("T")
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Delay:
    """The waiting time after failures. After `free` failures it is `first` seconds and doubles with each further one
    up to `longest`. Failures are forgotten after `forgotten` seconds without another."""

    free: int
    first: float
    longest: float
    forgotten: float

    def after(self, failures: int) -> float:
        if failures < self.free:
            return 0.0
        return min(self.first * 2.0 ** min(failures - self.free, 30), self.longest)


PAIR = Delay(free=5, first=60, longest=60 * 60, forgotten=24 * 60 * 60)  # one account from one address
ADDRESS = Delay(free=20, first=30, longest=60 * 60, forgotten=60 * 60)
ACCOUNT = Delay(free=30, first=10, longest=5 * 60, forgotten=60 * 60)  # one account from any address


class RecentlyUsed(Generic[T]):
    """The `MOST_REMEMBERED` most recently used entries."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._rows: OrderedDict[str, T] = OrderedDict()

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, name: str) -> bool:
        return name in self._rows

    def of(self, name: str) -> T:
        found = self._rows.get(name)
        if found is None:
            found = self._rows[name] = self._make()
            if len(self._rows) > MOST_REMEMBERED:
                self._rows.popitem(last=False)
        else:
            self._rows.move_to_end(name)
        return found


@dataclass(slots=True)
class Allowance:
    """A rate limit (generic cell rate algorithm): the time at which the whole allowance is available again."""

    full_at: float = 0.0

    def hit(self, limit: RateLimitItem, now: float) -> float:
        """Uses one unit and returns 0, or returns the seconds until one is available."""
        span = float(limit.get_expiry())
        share, begun = span / limit.amount, max(self.full_at, now)
        if begun + share - now > span * (1 + 1e-9):
            return begun + share - now - span
        self.full_at = begun + share
        return 0.0


@dataclass(slots=True)
class Failures:
    count: int = 0
    under_way: int = 0
    last: float = field(default=float("-inf"))

    def wait(self, delay: Delay, now: float) -> float:
        """Returns the seconds until another attempt may begin. Only as many attempts may run at once as could fail
        without a delay."""
        if now - self.last > delay.forgotten:
            self.count = 0
        if self.under_way >= max(delay.free - self.count, 1):
            return max(delay.after(self.count + self.under_way), 1.0)
        return max(self.last + delay.after(self.count) - now, 0.0)


class Limits:
    """All limits. The methods return the seconds to wait, or 0 if the request may continue."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._allowed: dict[str, RecentlyUsed[Allowance]] = {}
        self._pairs, self._addresses, self._accounts = (RecentlyUsed(Failures) for _each in range(3))
        self._came_in: RecentlyUsed[bool] = RecentlyUsed(lambda: True)
        self._keys: RecentlyUsed[bool] = RecentlyUsed(lambda: True)

    def asked(self, who: str) -> int:
        return self._hit("asked", REQUESTS, who)

    def asked_without_account(self, address: str) -> int:
        return self._hit("anonymous", REQUESTS, network_of(address))

    def shown(self, key: str, address: str) -> int:
        """Limits the lookups of unknown sessions and tokens. Known ones are not limited, so a flood of wrong ones
        does not stop valid ones."""
        with self._lock:
            is_known = key in self._keys
        return 0 if is_known else self._hit("shown", CREDENTIAL_LOOKUPS, network_of(address))

    def knows(self, key: str) -> None:
        with self._lock:
            self._keys.of(key)

    def refused(self, who: str) -> int:
        return self._hit("refused", REFUSALS, who)

    def said(self, address: str) -> int:
        return self._hit("said", LOG_LINES, network_of(address))

    @contextmanager
    def trying(self, name: str, address: str) -> Iterator["Attempt"]:
        """Reserves an attempt before the password is checked. It counts as failed unless `is_right` is set."""
        attempt = self._begin(name, network_of(address))
        try:
            yield attempt
        finally:
            if not attempt.wait:
                self._end(attempt)

    def _begin(self, name: str, network: str) -> "Attempt":
        """Begins an attempt. A user who has logged in from this network before is not delayed by failures of others,
        so that others cannot lock out the owner of an account."""
        pair = f"{network} {name}"
        with self._lock:
            now = self._clock()
            if pair in self._came_in:
                counted = [(self._pairs.of(pair), PAIR)]
            elif wait := self._addresses.of(network).wait(ADDRESS, now):
                return Attempt(pair, [], ceil(wait))
            else:
                of_all = [(self._addresses.of(network), ADDRESS), (self._accounts.of(name), ACCOUNT)]
                counted = [(self._pairs.of(pair), PAIR), *of_all]
            wait = max(failures.wait(delay, now) for failures, delay in counted)
            if not wait and len(counted) > 1:
                wait = self._allowance("checked", "").hit(PASSWORD_CHECKS, now)
            if not wait:
                for failures, _delay in counted:
                    failures.under_way += 1
            return Attempt(pair, [failures for failures, _delay in counted], ceil(wait))

    def _end(self, attempt: "Attempt") -> None:
        with self._lock:
            now = self._clock()
            for failures in attempt.counted:
                failures.under_way -= 1
                if not attempt.was_checked:
                    continue
                if not attempt.is_right:
                    failures.count, failures.last = failures.count + 1, now
            if attempt.is_right:
                attempt.counted[0].count = 0
                self._came_in.of(attempt.pair)

    def _hit(self, kind: str, limit: RateLimitItem, who: str) -> int:
        with self._lock:
            return ceil(self._allowance(kind, who).hit(limit, self._clock()))

    def _allowance(self, kind: str, who: str) -> Allowance:
        return self._allowed.setdefault(kind, RecentlyUsed(Allowance)).of(who)


@dataclass(slots=True)
class Attempt:
    """An attempt at a password. `wait` is the time before it may begin. An attempt that was not checked, because too
    many others wait, does not count."""

    pair: str
    counted: list[Failures]
    wait: int
    is_right: bool = False
    was_checked: bool = True


def network_of(address: str) -> str:
    """Returns the network that one client may have: an IPv4 address, or an IPv6 network."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return f"{ip_address(int(found) >> (128 - NETWORK_BITS) << (128 - NETWORK_BITS))}/{NETWORK_BITS}"
