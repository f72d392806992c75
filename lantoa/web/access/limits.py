"""How often somebody may ask, and how often try a password: in this process, bounded, forgotten with time."""

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

ASKED = parse("600/minute")  # pages, of one account; and whatever is asked from one address without one
SHOWN = parse("600/minute")  # sessions and tokens from one address that were not known yet: each is looked up
CHECKED = parse("60/minute")  # passwords, of the whole dashboard
REFUSED = parse("60/minute")  # what an account's role does not allow, as far as it is written down
SAID = parse("1/minute")  # lines of the log about one address
MOST_KNOWN = 10_000  # of each kind; who was seen longest ago is forgotten first
OF_NETWORK = 64  # bits of an IPv6 address: who has one has all that begin with them
T = TypeVar("T")
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Delay:
    """After `free` failures each next try waits: `first` seconds, then twice as long, `longest` at most. A failure is
    forgotten after `forgotten` seconds without another."""

    free: int
    first: float
    longest: float
    forgotten: float

    def after(self, failures: int) -> float:
        if failures < self.free:
            return 0.0
        return min(self.first * 2.0 ** min(failures - self.free, 30), self.longest)


PAIR = Delay(free=5, first=60, longest=60 * 60, forgotten=24 * 60 * 60)  # of one account from one address
ADDRESS = Delay(free=20, first=30, longest=60 * 60, forgotten=60 * 60)
ACCOUNT = Delay(free=30, first=10, longest=5 * 60, forgotten=60 * 60)  # from wherever it is tried


class Known(Generic[T]):
    """The latest `MOST_KNOWN` that were seen."""

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
            if len(self._rows) > MOST_KNOWN:
                self._rows.popitem(last=False)
        else:
            self._rows.move_to_end(name)
        return found


@dataclass(slots=True)
class Allowance:
    """Of a limit so and so often in so and so long: when as much as was asked for will have been earned back."""

    full_at: float = 0.0

    def hit(self, limit: RateLimitItem, now: float) -> float:
        """Takes one, and gives 0; where none is left, the seconds until there is one."""
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
        """Seconds until another try may begin. As many may be under way as could fail without a delay."""
        if now - self.last > delay.forgotten:
            self.count = 0
        if self.under_way >= max(delay.free - self.count, 1):
            return max(delay.after(self.count + self.under_way), 1.0)
        return max(self.last + delay.after(self.count) - now, 0.0)


class Limits:
    """Numbers that are returned are seconds to wait; 0 when it may go on."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._allowed: dict[str, Known[Allowance]] = {}
        self._pairs, self._addresses, self._accounts = (Known(Failures) for _each in range(3))
        self._came_in: Known[bool] = Known(lambda: True)
        self._keys: Known[bool] = Known(lambda: True)

    def asked(self, who: str) -> int:
        return self._hit("asked", ASKED, who)

    def asked_without_account(self, address: str) -> int:
        return self._hit("anonymous", ASKED, network_of(address))

    def shown(self, key: str, address: str) -> int:
        """Before a session or token is looked up, by its hash: a flood of wrong ones does not stop a right one."""
        with self._lock:
            is_known = key in self._keys
        return 0 if is_known else self._hit("shown", SHOWN, network_of(address))

    def knows(self, key: str) -> None:
        with self._lock:
            self._keys.of(key)

    def refused(self, who: str) -> int:
        return self._hit("refused", REFUSED, who)

    def said(self, address: str) -> int:
        return self._hit("said", SAID, network_of(address))

    @contextmanager
    def trying(self, name: str, address: str) -> Iterator["Try"]:
        """Reserves a try of an account's password before it is checked; it counts as failed unless `right` is called."""
        attempt = self._begin(name, network_of(address))
        try:
            yield attempt
        finally:
            if not attempt.wait:
                self._end(attempt)

    def _begin(self, name: str, network: str) -> "Try":
        """Who has come in from there before waits for no stranger: nobody locks an account's owner out from elsewhere."""
        pair = f"{network} {name}"
        with self._lock:
            now = self._clock()
            if pair in self._came_in:
                counted = [(self._pairs.of(pair), PAIR)]
            elif wait := self._addresses.of(network).wait(ADDRESS, now):
                return Try(pair, [], ceil(wait))
            else:
                of_all = [(self._addresses.of(network), ADDRESS), (self._accounts.of(name), ACCOUNT)]
                counted = [(self._pairs.of(pair), PAIR), *of_all]
            wait = max(failures.wait(delay, now) for failures, delay in counted)
            if not wait and len(counted) > 1:
                wait = self._allowance("checked", "").hit(CHECKED, now)
            if not wait:
                for failures, _delay in counted:
                    failures.under_way += 1
            return Try(pair, [failures for failures, _delay in counted], ceil(wait))

    def _end(self, attempt: "Try") -> None:
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
        return self._allowed.setdefault(kind, Known(Allowance)).of(who)


@dataclass(slots=True)
class Try:
    """`wait`: it may not begin yet. What was not checked after all (too many others wait) does not count."""

    pair: str
    counted: list[Failures]
    wait: int
    is_right: bool = False
    was_checked: bool = True


def network_of(address: str) -> str:
    """What one asker may be taken to have: an IPv4 address, or a network of IPv6 addresses."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return f"{ip_address(int(found) >> (128 - OF_NETWORK) << (128 - OF_NETWORK))}/{OF_NETWORK}"
