"""`lantoa why` and `lantoa review` of weighed mentions: on the terminal in words, for programs in numbers."""

import csv
import io
import json
import os

import pytest

from models.messages.mention import Mention, Reason
from tests.command import run_lantoa

TITLE = "Hậu Giang bàn Nghị quyết 18 cùng các nghị quyết của Bộ Chính trị"


def mention(surface, candidates=(), probabilities=(), *reasons, rule="several-terms", status="ambiguous"):
    start = TITLE.index(surface)
    resolution = candidates[0] if status == "linked" else None
    return Mention(surface, start, start + len(surface), "title", resolution, None, "party", status, rule,
                   candidates, "", probabilities, reasons)  # fmt: skip


EIGHTEEN = mention(
    "Nghị quyết 18", ("NQ-18-TW-XIII", "NQ-18-TW-XII"), (0.62, 0.3), Reason("current-term", 1.0)
)
LINKED = mention(
    "Nghị quyết 18",
    ("NQ-18-TW-XII",),
    (0.9991,),
    Reason("subject", 2.0, "[red]bộ máy[/red]\x1b[2J"),
    status="linked",
)
ALLUSION = mention("các nghị quyết của Bộ Chính trị", rule="allusion")


@pytest.fixture
def lantoa(settings, tmp_path):
    """Runs a command on the office of `write`."""
    folder = tmp_path / "chương trình"
    folder.mkdir()
    (folder / "programme.yaml").write_text("id: thu\nname: Tỉnh thử\nplaces: [Hậu Giang]\n", "utf-8")
    (folder / "outlets.yaml").write_text("[]\n", "utf-8")
    environment = {
        **os.environ,
        "LANTOA_PROGRAMME": str(folder),
        "LANTOA_DATA_DIR": str(tmp_path / "data"),
        "LANTOA_DATABASE_URL": settings.database,
        "COLUMNS": "250",
        "LC_ALL": "C.UTF-8",
    }

    def run(*arguments, stream="stdout"):
        ran = run_lantoa(*arguments, environment=environment)
        assert ran.returncode == 0, ran.stderr
        return getattr(ran, stream)

    return run


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_why_says_how_probable_and_why(lantoa, write):
    name = write(title=TITLE, mentions=(LINKED, ALLUSION))
    told = " ".join(lantoa("why", name).split())
    assert "over 99 %" in told
    assert "[red]bộ máy[/red]" in told
    assert "\x1b" not in told
    weighed, outright = rows(lantoa("why", name, "--format", "csv"))
    assert (weighed["probability"], outright["probability"]) == ("0.9991", "")
    assert "Else: another document than these (below 1 %)" in weighed["because"]
    (found,) = json.loads(lantoa("why", name, "--format", "json"))
    assert found["mentions"][0]["probabilities"] == [0.9991]
    assert found["mentions"][0]["reasons"][0]["feature"] == "subject"


def test_what_waits_is_listed_by_probability_and_allusions_come_last(lantoa, write):
    alluding = write(title=TITLE, mentions=(ALLUSION,), day="2024-05-09")
    waiting = write(title=TITLE, mentions=(ALLUSION, EIGHTEEN), day="2024-05-01")
    write(title=TITLE, mentions=(LINKED,))
    found = json.loads(lantoa("review", "--period", "2024", "--format", "json"))
    assert [(each["kind"], each["item"]) for each in found] == [
        ("ambiguous", waiting),
        ("ambiguous", waiting),
        ("allusion", alluding),
    ]
    assert found[1]["candidates"] == ["NQ-18-TW-XIII", "NQ-18-TW-XII"]
    assert found[1]["probabilities"] == [0.62, 0.3]
    _first, second, _last = rows(lantoa("review", "--period", "2024", "--format", "csv"))
    assert (second["candidates"], second["probabilities"]) == ("NQ-18-TW-XIII, NQ-18-TW-XII", "0.62, 0.3")
    table = " ".join(lantoa("review", "--period", "2024").split())
    assert "NQ-18-TW-XIII 62 %" in table
    assert "Nghị quyết 18-NQ/TW khóa XIII" in table


def test_nothing_waits(lantoa, write):
    write(title="Hậu Giang được mùa")
    assert json.loads(lantoa("review", "--period", "2024", "--format", "json")) == []


def test_what_waits_in_other_years_is_pointed_to(lantoa, write):
    for day in ("2024-05-01", "2023-05-01"):
        write(title=TITLE, mentions=(EIGHTEEN,), day=day)
    told = lantoa("review", stream="stderr")
    assert "In other years: 2024: 1, 2023: 1. Example: `lantoa review --period 2024`" in told
    assert "In other years" not in lantoa("review", "--period", "2022", stream="stderr")
