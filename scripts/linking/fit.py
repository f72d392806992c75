"""Fits the weights: a log-linear model over the options of each case, by maximum likelihood (scipy's L-BFGS)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from scripts.linking.examples import Example

# Features that may only count for the option that has them, and those that may only count against it, so that few examples cannot reverse them.
FOR = frozenset(
    [
        "habit",
        "new",
        "newest",
        "current-term",
        "subject",
        "subject-clause",
        "subject-around",
        "subject-article",
        "issuer",
        "issuer-and-subject",
        "company",
        "list-of-new",
        "short-name",
        "only-one",
        "states-term",
        "states-year",
        "state-named",
        "state-in-article",
        "local-named",
        "local-in-article",
        "of-place",
        "another-congress",
        "no-issuer",
        "says-nothing",
        "plural",
        "gap",
    ]
)
AGAINST = frozenset(
    [
        "old",
        "other-issuer",
        "other-subject",
        "other-company",
        "list-of-none",
        "subject-missing",
        "terms-ago",
        "party-named",
        "party-in-article",
    ]
)
STRICTNESS = 0.15  # weight of the penalty on large weights
APART = 2.0  # penalty factor where a kind's weight differs from that of all kinds


def fit(found: Sequence[Example]) -> dict[str, dict[str, float]]:
    """Returns weights by kind, by feature: a weight that all kinds share, plus what each kind adds."""
    kinds = sorted({example.case.kind for example in found})
    names = sorted({name for example in found for option in example.options for name in option.features})
    place = {
        name: i for i, name in enumerate([*names, *(f"{kind}:{name}" for kind in kinds for name in names)])
    }
    penalty = np.array([STRICTNESS * (APART if ":" in name else 1.0) for name in place])
    best = minimize(
        _Loss(found, place, penalty),
        np.zeros(len(place)),
        jac=True,
        method="L-BFGS-B",
        bounds=[_bounds(name.rpartition(":")[2]) for name in place],
        options={"maxiter": 500},
    ).x
    return {kind: _merged(kind, names, place, best) for kind in kinds}


def _bounds(feature: str) -> tuple[float | None, float | None]:
    return (0.0 if feature in FOR else None, 0.0 if feature in AGAINST else None)


class _Loss:
    """The negative log-likelihood that an accepted option is meant, and its gradient."""

    def __init__(self, found: Sequence[Example], place: dict[str, int], penalty: Any) -> None:
        entries: list[tuple[int, int, float]] = []
        self._first: list[int] = []
        accepted: list[bool] = []
        for example in found:
            self._first.append(len(accepted))
            for number, option in enumerate(example.options):
                for name, value in option.features.items():
                    entries.append((len(accepted), place[name], value))
                    entries.append((len(accepted), place[f"{example.case.kind}:{name}"], value))
                accepted.append(number in example.accepted)
        rows, columns, values = zip(*entries, strict=True)
        self._matrix = csr_matrix((values, (rows, columns)), shape=(len(accepted), len(place)))
        self._accepted, self._penalty = np.array(accepted), penalty
        self._weight = np.array([example.weight for example in found])
        self._owner = np.repeat(np.arange(len(found)), [len(example.options) for example in found])

    def __call__(self, weights: Any) -> tuple[float, Any]:
        scores = self._matrix @ weights
        everything, right = self._log_sums(scores), self._log_sums(np.where(self._accepted, scores, -np.inf))
        expected = np.exp(scores - everything[self._owner])
        expected -= np.where(self._accepted, np.exp(scores - right[self._owner]), 0.0)
        slope = self._matrix.T @ (expected * self._weight[self._owner]) + self._penalty * weights
        loss = float(self._weight @ (everything - right)) + float(0.5 * self._penalty @ weights**2)
        return loss, slope

    def _log_sums(self, scores: Any) -> Any:
        return np.logaddexp.reduceat(scores, self._first)


def _merged(kind: str, names: Sequence[str], place: dict[str, int], best: Any) -> dict[str, float]:
    summed = {name: float(best[place[name]] + best[place[f"{kind}:{name}"]]) for name in names}
    return {name: round(weight, 4) for name, weight in summed.items() if abs(weight) > 1e-3}
