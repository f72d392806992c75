"""`lantoa review`: lists what waits for a human."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import zip_longest
from typing import Annotated

import typer

from config.catalogue import Catalogue, load_catalogue
from lantoa.cli.context import ProgrammeOption, database_of, programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, print_json, print_rows
from lantoa.language import _, number
from lantoa.views.explanations import chance
from lantoa.views.labels import issued_in, titled
from lantoa.views.stated_period import stated_period
from models.counting.period import ALWAYS, EXPECTED
from models.database import reading
from models.queries.waiting import Kind, WaitingWords, waiting
from models.queries.waiting_cases import WaitingCase, cases_of, counts_by_kind, waiting_cases

SHOWN = ("kind", "item", "day", "outlet", "title", "words", "candidates")
COLUMNS = (*SHOWN, "probabilities")


def review(
    period: Annotated[str | None, typer.Option(help=EXPECTED)] = None,
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Ambiguous mentions with their candidates, the most probable first; unusable dates; suspected duplicates within
    an outlet; and, listed apart, mere allusions to documents.

    Without --period: this year's. `lantoa correct` settles one. Example: lantoa review --period 2024
    """
    settings = settings_for(programme)
    office = programme_of(settings)
    span = stated_period(period or str(datetime.now(office.timezone).year))
    with reading(database_of(settings)) as connection:
        found = list(waiting(connection, office, span))
        counts = counts_by_kind(cases_of(found))
        is_asked = form is Format.table and not (found or period)
        elsewhere = _years(waiting_cases(connection, office, ALWAYS)) if is_asked else {}
    if form is Format.json:
        print_json([asdict(row) for row in found])
    elif form is Format.csv:
        print_rows(
            COLUMNS,
            [asdict(row) | {name: _joined(getattr(row, name)) for name in COLUMNS[-2:]} for row in found],
            form,
        )
    else:
        catalogue = load_catalogue(*office.resolutions)
        rows = [asdict(row) | {"kind": _(row.kind), "candidates": _choices(row, catalogue)} for row in found]
        print_rows(SHOWN, rows, form)
        err().print(_summary(counts, span.name))
        if elsewhere:
            err().print(_elsewhere(elsewhere))


def _years(cases: Iterable[WaitingCase]) -> dict[str, int]:
    """Counts by year what waits, the newest year first."""
    return dict(sorted(Counter(str(case.day.year) for case in cases).items(), reverse=True))


def _elsewhere(years: Mapping[str, int]) -> str:
    counts = ", ".join(f"{year}: {number(count)}" for year, count in years.items())
    text = "In other years: {counts}. Example: `lantoa review --period {year}`"
    return _(text, counts=counts, year=next(iter(years)))


def _joined(values: Sequence[object]) -> str:
    return ", ".join(map(str, values))


def _choices(row: WaitingWords, catalogue: Catalogue) -> str:
    """Formats `NQ-57-TW-XIII 62 %: Nghị quyết 57-NQ/TW · Về đột phá …; …`, or the other item of a suspected
    duplicate."""
    return "; ".join(
        f"{name}{'' if p is None else ' ' + chance(p)}{_meaning(name, catalogue)}"
        for name, p in zip_longest(row.candidates, row.probabilities)
    )


def _meaning(name: str, catalogue: Catalogue) -> str:
    if name not in catalogue.documents:
        return ""
    year = issued_in(name, catalogue)
    return f": {titled(name, catalogue)}{f' ({year})' if year else ''}"


def _summary(kinds: Mapping[Kind, int], period: str) -> str:
    if not kinds:
        return _("Nothing waits in {period}.", period=period)
    counts = ", ".join(f"{_(kind)}: {number(count)}" for kind, count in kinds.items())
    said = _(
        "{total} to decide ({counts}). `lantoa correct ITEM --because …` settles one.",
        total=number(sum(kinds.values())),
        counts=counts,
    )
    if kinds.get("duplicate", 0) > 1:
        alike = _("With `--same-as CANDIDATE --and-alike` it merges all duplicates of the same two sources.")
        return f"{said} {alike}"
    return said
