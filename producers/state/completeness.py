"""Estimates by capture and recapture how much of an outlet two of its sources missed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from config.programme import Outlet
from models.database import Connection
from models.queries.shown_items import shown_items


@dataclass(frozen=True, slots=True)
class Captures:
    """The numbers of pieces that the first source showed, the second one showed, and both showed."""

    first: int
    second: int
    both: int

    @property
    def seen(self) -> int:
        return self.first + self.second - self.both


@dataclass(frozen=True, slots=True)
class Estimate:
    """`total` pieces were published, and neither source showed `missed` of them; `variance` applies to both
    figures."""

    total: float
    missed: float
    variance: float


def estimate(captures: Captures) -> Estimate:
    """Chapman's estimator, nearly unbiased also for few pieces: N = (n₁+1)(n₂+1)/(m+1) − 1 (D. G. Chapman, "Some
    properties of the hypergeometric distribution with applications to zoological sample censuses", University of
    California Publications in Statistics 1, 1951). Its variance (n₁+1)(n₂+1)(n₁−m)(n₂−m) / ((m+1)²(m+2)) is that of
    G. A. F. Seber, "The effects of trap response on tag recapture estimates", Biometrics 26, 1970.

    It is valid where the sources are independent, such as a feed of everything and a sitemap. Two columns that share
    little make it too large; a feed made out of the other one makes it too small.
    """
    n, k, m = captures.first, captures.second, captures.both
    if not 0 <= m <= min(n, k):
        raise ValueError(f"both sources cannot have shown {m} pieces when one showed {n} and the other {k}")
    total = (n + 1) * (k + 1) / (m + 1) - 1
    variance = (n + 1) * (k + 1) * (n - m) * (k - m) / ((m + 1) ** 2 * (m + 2))
    return Estimate(total, total - captures.seen, variance)


def captures_of(
    connection: Connection, outlet: Outlet, first: date, last: date
) -> Mapping[tuple[str, str], Captures]:
    """Returns for each pair of the outlet's sources what they showed of the pieces that count on these days. Sources
    that showed nothing are left out."""
    shown = shown_items(connection, outlet.id, [source.id for source in outlet.sources], first, last)
    return {
        (one, other): Captures(len(shown[one]), len(shown[other]), len(shown[one] & shown[other]))
        for one, other in combinations(sorted(shown), 2)
    }
