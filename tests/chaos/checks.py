"""What must hold after every fault: the figures are those of the simulation, of a recount, and of the compacted topic."""

import json
import subprocess
import sys
from contextlib import closing

from province import REPOSITORY, Province

from lantoa.broker import running_bootstrap
from lantoa.broker.broker_files import BrokerFiles
from lantoa.demo import answer, compare, figures_compared
from lantoa.runtime.bus import Bus
from lantoa.runtime.tallies_topic import wait_until_published
from models.counting.figures import figures
from models.counting.period import parse_period
from models.database import reading
from models.messages.topics import DEAD_LETTERS
from models.queries.recount import recount
from models.queries.tally import cell_figures, of_cell, parse_keys, read_tallies
from tests.read_topic import read_all

PERIOD = "2024"
TOLD_SECONDS = 600  # after kills near one place, 2,500 records are tried one by one
OF_ACTIVITIES = ("kind", "unit")
COMPARED = (
    "",
    "channel",
    "resolution",
    "month",
    "outlet",
    "form",
    "level",
    "resolution,channel",
    "outlet,month",
)
NAMES = tuple(figures({}))
TAIL = REPOSITORY / "examples" / "tail_tallies.py"


def check(province: Province) -> None:
    """Everything is up and nothing under way."""
    assert differences(province) == []
    with reading(province.engine) as connection:
        counted = recount(connection, province.programme)
    assert counted.cells > 1000
    assert counted.differences == ()
    bootstrap = running_bootstrap(province.settings)
    assert bootstrap
    with closing(Bus(province.settings, lambda: bootstrap)) as bus:
        assert wait_until_published(province.settings, bus.admin, TOLD_SECONDS), province.said()
    assert topic(province) == stored(province)
    assert dead_letters(province, bootstrap) == []


def differences(province: Province) -> list[str]:
    """From the simulation's own answer, which is what an undisturbed year comes to."""
    with reading(province.engine) as connection:
        found = {
            by: read_tallies(connection, province.programme, parse_period(PERIOD), parse_keys(by)).as_json()
            for by in (*COMPARED, *OF_ACTIVITIES)
        }
    of_items = {by: found[by] for by in COMPARED}
    expected = answer(province.world, PERIOD)
    assert figures_compared(expected, of_items) > 1000
    return [*compare(expected, of_items), *province.year.differences(found)]


def topic(province: Province) -> dict[str, dict[str, object]]:
    """Cell → figures, as a stranger reads them."""
    account = BrokerFiles.of(province.settings).reader
    ran = subprocess.run([sys.executable, TAIL, account], capture_output=True, text=True, timeout=600)
    assert ran.returncode == 0, ran.stderr
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    return {row["cell"]: {name: row[name] for name in NAMES} for row in rows}


def stored(province: Province) -> dict[str, dict[str, object]]:
    with reading(province.engine) as connection:
        return {row["key"]: dict(of_cell(row)) for row in connection.execute(cell_figures()).mappings()}


def dead_letters(province: Province, bootstrap: str) -> list[dict[str, str]]:
    """The headers of each."""
    records = read_all(province.settings, bootstrap, DEAD_LETTERS)
    return [{name: value.decode() for name, value in record.headers} for record in records]
