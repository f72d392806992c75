"""What the topic of the tallies says is what `lantoa tallies` says, and what its document says."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from models.counting.cell_message import tally_cell
from models.counting.figures import figures
from models.counting.period import parse_period
from models.database import writing
from models.messages.tally_cell import TallyCell
from models.queries.tally import cells_by_key, read_tallies
from models.sql import table_of
from models.store.item_writer import record
from models.tables.tallies import Cell

TOPICS = Path(__file__).parents[2] / "docs" / "topics.md"


def test_the_example_of_the_document_is_a_message():
    (example,) = re.findall(r"```json\n(.*?)```", TOPICS.read_text(), re.DOTALL)
    assert TallyCell.decode(example.encode()).cell == "hau-giang|2024|channel=central_press"
    assert json.loads(example).keys() == TallyCell.model_fields.keys()


def test_every_figure_of_a_row_is_in_the_message():
    assert figures({}).keys() < TallyCell.model_fields.keys()


@pytest.mark.parametrize("by", [(), ("resolution",), ("channel", "resolution"), ("month", "outlet")], ids=str)
def test_messages_say_what_the_command_says(by, engine, hau_giang, classified):
    with writing(engine) as connection:
        items = [
            classified("a", resolutions=("NQ-42-TW-XIII",)),
            classified("b", outlet="vov", ambiguous=True),
            classified("c", "2024-07-09T01:00", "2024-07-08T10:00", flag="date-implausible"),
        ]
        record(connection, items, hau_giang, {"NQ-42-TW-XIII": "TW-8-XIII"})
        asked = read_tallies(connection, hau_giang, parse_period("2024"), by)
        keys = list(connection.execute(select(table_of(Cell).c.key)).scalars())
        stored = cells_by_key(connection, keys)
    messages = [tally_cell(key, stored[key], datetime.now(UTC), "1", "1") for key in keys]
    told = [m.model_dump() for m in messages if (m.period, sorted(m.values)) == ("2024", sorted(by))]
    if not by:
        (total,) = told
        assert {name: total[name] for name in asked.totals} == asked.totals
        return
    rows = [
        {**row["values"], **{name: row[name] for name in asked.rows[0] if name not in by}} for row in told
    ]
    assert sorted(rows, key=lambda row: [row[name] or "" for name in by]) == asked.rows
