"""`lantoa recount`: computes the tallies a second way and compares them."""

import typer

from lantoa.cli.context import ProgrammeOption, database_of, own_programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, print_rows
from lantoa.language import _, number
from models.database import reading
from models.queries.recount import Difference
from models.queries.recount import recount as count_again

COLUMNS = ("key", "figure", "stored", "recounted")


def recount(form: FormatOption = Format.table, programme: ProgrammeOption = None) -> None:
    """Counts every item and activity again, by another path, and compares all cells; changes nothing.

    Exit status 1 when any differs. Example: lantoa recount
    """
    settings = settings_for(programme)
    office = own_programme_of(settings)
    with reading(database_of(settings)) as connection:
        found = count_again(connection, office)
    rows = [row for difference in found.differences for row in _rows(difference)]
    if rows or form is not Format.table:
        print_rows(COLUMNS, rows, form)
    err().print(
        _(
            "{cells} cells of {items} items and {activities} activities: {differing} differ.",
            cells=number(found.cells),
            items=number(found.items),
            activities=number(found.activities),
            differing=number(len(found.differences)),
        )
    )
    if rows:
        err().print(_("`lantoa replay --from-beginning` rebuilds a database from the topics."))
        raise typer.Exit(1)


def _rows(difference: Difference) -> list[dict[str, object]]:
    stored, recounted = difference.stored or {}, difference.recounted or {}
    return [
        {"key": difference.key, "figure": name, "stored": stored.get(name), "recounted": recounted.get(name)}
        for name in {**stored, **recounted}
        if stored.get(name) != recounted.get(name)
    ]
