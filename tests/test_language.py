"""Every text that people read stands in the Vietnamese catalogue, with the same fields."""

import string
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po
from typer.main import get_command

from lantoa.cli import (
    correct,
    corrections,
    dead_letters,
    import_,
    ingest,
    learn,
    make_app,
    outlets,
    reclassify,
    recount,
    report,
    review,
    score,
    settings,
    sources_add,
    sources_check,
    sources_list,
    tallies,
    topics,
    why,
)
from lantoa.commands import correcting
from lantoa.commands.reclassification_rows import EFFECTS
from lantoa.language import _, number
from lantoa.sources.advice import OF_PAGE, OF_REASON, OTHER, PASSING, REFUSED
from lantoa.views import explanations
from lantoa.views.labels import LOOPS
from lantoa.web.pages.activities import activity_import
from models.queries import waiting
from models.queries.listed_corrections import Status
from models.queries.tally import KEYS
from producers.sheets import grid, sheet_jobs
from producers.sheets.rows import EXPECTATIONS

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def vietnamese():
    with (REPOSITORY / "lantoa" / "locale" / "vi.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def test_every_text_of_the_code_is_translated(vietnamese, tmp_path):
    pot = tmp_path / "lantoa.pot"
    extract = [
        Path(sys.executable).with_name("pybabel"),
        "-q",
        "extract",
        "-F",
        "babel.cfg",
        "--no-location",
        "-o",
        str(pot),
        ".",
    ]
    subprocess.run(extract, cwd=REPOSITORY, check=True)
    with pot.open("rb") as file:
        texts = {message.id for message in read_po(file) if message.id}
    assert len(texts) > 40
    assert texts - vietnamese.keys() == set()


def test_make_messages_adds_what_is_missing_and_touches_nothing_else(tmp_path):
    whole = (REPOSITORY / "lantoa" / "locale" / "vi.po").read_text("utf-8")
    entry = next(each for each in whole.split("\n\n") if 'msgid "Next run: {time}"' in each)
    file = tmp_path / "vi.po"
    file.write_text(whole.replace(f"{entry}\n\n", ""), "utf-8")
    before = file.read_text("utf-8")
    assert messages(file) == (1, "1 texts added to vi.po; 1 wait for a translation (an empty msgstr).\n")
    added = file.read_text("utf-8").removeprefix(before)
    assert added.strip() == '#, python-brace-format\nmsgid "Next run: {time}"\nmsgstr ""'
    file.write_text(whole, "utf-8")
    assert messages(file) == (0, "0 texts added to vi.po; 0 wait for a translation (an empty msgstr).\n")
    assert file.read_text("utf-8") == whole


def messages(file):
    command = [sys.executable, REPOSITORY / "scripts" / "messages.py", file]
    ran = subprocess.run(command, capture_output=True, text=True)
    return ran.returncode, ran.stdout


def commands(group, path=()):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


@pytest.mark.parametrize(
    "command",
    [c for _, c in commands(get_command(make_app()))],
    ids=[n for n, _ in commands(get_command(make_app()))],
)
def test_every_command_has_a_help_with_an_example_in_both_languages(command, vietnamese):
    assert "Example: " in command.help
    assert "Ví dụ: " in vietnamese[command.help]


def test_every_column_is_translated(vietnamese):
    columns = {
        *tallies.FIGURES,
        *tallies.TOTALS,
        *ingest.COLUMNS,
        *import_.COLUMNS,
        *import_.REJECTIONS,
        *import_.HELD,
        *import_.PROBLEMS.values(),
        *EXPECTATIONS,
        *grid.PROBLEMS,
        *sheet_jobs.PROBLEMS,
        activity_import.NO_HEADING,
        *settings.COLUMNS,
        *sources_add.COLUMNS,
        *sources_check.COLUMNS,
        *sources_list.COLUMNS,
        *sources_list.HEALTH,
        *OF_REASON.values(),
        *OF_PAGE.values(),
        *LOOPS.values(),
        *(OTHER, PASSING, REFUSED),
        *outlets.COLUMNS,
        *outlets.SOURCES,
        *topics.COLUMNS,
        *why.MENTION,
        *why.REVISION,
        *why.ITEM,
        *why.ACTIVITY,
        *why.OF_CELL,
        *why.REPORTS_OF_CELL,
        *why.CORRECTION,
        *KEYS,
        *correcting.FIELDS,
        *correct.COLUMNS,
        *corrections.COLUMNS,
        *get_args(Status),
        *dead_letters.COLUMNS,
        *dead_letters.REPLAYED,
        *EFFECTS,
        *reclassify.ITEMS,
        *reclassify.CELLS,
        *learn.HABITS,
        *learn.SUBJECTS,
        learn.NO_DOCUMENT,
        *recount.COLUMNS,
        *report.REPORTS,
        *report.CHANGES,
        *report.TOTALS,
        *review.COLUMNS,
        *waiting.KINDS,
        *score.COLUMNS,
        *score.FIGURES,
        *score.KINDS,
        *score.SHARES,
        *explanations.texts(),
    }
    assert columns - vietnamese.keys() == set()


def test_translations_have_the_fields_of_their_texts(vietnamese):
    for text, translation in vietnamese.items():
        assert fields(text) == fields(translation), text
        assert translation


def fields(text):
    return sorted(field for _, field, _, _ in string.Formatter().parse(text) if field)


@pytest.mark.parametrize(
    ("locale", "stopped", "figure"),
    [("vi_VN.UTF-8", "Đã dừng.", "1.717"), ("en_US.UTF-8", "Stopped.", "1,717"), ("C", "Stopped.", "1,717")],
)
def test_the_locale_chooses_the_language(locale, stopped, figure, monkeypatch):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)
    assert _("Stopped.") == stopped
    assert number(1717) == figure
