"""Compares the tallies with the simulation's own answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from lantoa.demo.truth import Answer, AnswerFigures, Key

Tally = Mapping[str, Any]  # what `lantoa tallies --format json` prints


def compare(answer: Answer, tallies: Mapping[str, Tally]) -> list[str]:
    """Returns the differences in words; none if every figure is equal.

    `tallies` maps the value of `--by` ("" if there was none, "resolution", "resolution,channel", …) to the output. A
    figure that a tally does not contain is not compared.
    """
    return [
        f"{where}: {difference}" if by else difference
        for by, tally in tallies.items()
        for where in [f"by {by}"]
        for difference in (*_totals(answer, tally), *_rows(answer, by, tally))
    ]


def central_partner_of(answer: Answer, by_outlet: Tally) -> tuple[int, int]:
    """Returns outlets and items of the central partners from `lantoa tallies --by outlet`, where each item has one
    outlet."""
    ids = {piece.outlet.id for piece in answer.pieces if piece.outlet.central_partner}
    rows = [row for row in by_outlet["rows"] if row["outlet"] in ids and row["items"]]
    return len(rows), sum(row["items"] for row in rows)


def figures_compared(answer: Answer, tallies: Mapping[str, Tally]) -> int:
    """Counts the figures that `compare` examined, as evidence that an empty list of differences means something."""
    held = 0
    for by, tally in tallies.items():
        expected = answer.rows(_dimensions(by)) if by else {}
        pairs = [(answer.totals, tally["totals"])]
        pairs += [(expected[key], row) for key, row in _keyed(by, tally).items() if key in expected]
        held += sum(_stated(row, name) for figures, row in pairs for name in asdict(figures))
    return held


def _totals(answer: Answer, tally: Tally) -> Iterator[str]:
    yield from _differences("total", answer.totals, tally["totals"])


def _rows(answer: Answer, by: str, tally: Tally) -> Iterator[str]:
    if not by:
        return
    expected, found = answer.rows(_dimensions(by)), _keyed(by, tally)
    for key in sorted(expected.keys() | found.keys(), key=_order):
        name = ", ".join(part or "null" for part in key)
        if key not in found:
            yield f"{name}: no row, {expected[key].items} items expected"
        elif key not in expected:
            yield f"{name}: {found[key].get('items')} items, no row expected"
        else:
            yield from _differences(name, expected[key], found[key])


def _differences(name: str, figures: AnswerFigures, row: Tally) -> Iterator[str]:
    for figure, expected in asdict(figures).items():
        if _stated(row, figure) and row[figure] != expected:
            yield f"{name}: {figure} {row[figure]}, {expected} expected"


def _stated(row: Tally, figure: str) -> bool:
    return row.get(figure) is not None


def _dimensions(by: str) -> Sequence[str]:
    return [part.strip() for part in by.split(",")]


def _keyed(by: str, tally: Tally) -> dict[Key, Tally]:
    """Ignores rows without items, which hold activities only."""
    names = _dimensions(by) if by else []
    return {tuple(row[name] for name in names): row for row in tally["rows"] if names and row.get("items")}


def _order(key: Key) -> tuple[str, ...]:
    return tuple(part or "" for part in key)
