"""Invariant 7: a mistake in the programme is said with file and line before anything starts."""

import os

import pytest
import typer

from lantoa.cli import make_app
from tests.command import run_lantoa

OFFICE = "id: test\nname: Test\nplaces: [Hậu Giang]\n"
OUTLETS = "- {id: nhandan, name: Báo Nhân Dân, level: central, medium: newspaper}\n"
MISTAKES = {
    "programme.yaml": f"{OFFICE}timezone: Hanoi\n",
    "outlets.yaml": OUTLETS.replace("central", "trung-uong"),
    "resolutions.yaml": "- use: TW-8-XIII\n- use: TW-88-XIII\n",
    "learned.json": '{\n "format": 1,\n "habits":',
}
LINES = {"programme.yaml": 4, "outlets.yaml": 1, "resolutions.yaml": 2, "learned.json": 3}
ARGUMENTS = {
    "up": ["--no-fetch"],
    "ingest": [],
    "worker": [],
    "fetcher": [],
    "dashboard": [],
    "tallies": ["--period", "2024"],
    "why": ["0f"],
    "classify": ["-"],
    "import": ["bao-cao.csv"],
    "correct": ["0f", "--out-of-scope", "--because", "nhầm"],
    "review": [],
    "recount": [],
    "learn": [],
    "reclassify": [],
    "replay": ["--from-beginning"],
    "metrics": [],
    "digest": [],
    "sources add": ["https://nhandan.vn/rss"],
    "sources check": [],
    "sources list": [],
    "sources import": ["nguon.opml"],
    "sources export": [],
    "corrections list": [],
    "corrections withdraw": ["0f", "--because", "nhầm"],
    "report": ["--period", "2024", "--out", "bao-cao.html"],
    "report freeze": ["--period", "2024"],
    "report list": [],
    "report changes": ["--period", "2024"],
    "dead-letters replay": ["--all"],
}


def written(folder, file):
    folder.mkdir()
    for name, text in {"programme.yaml": OFFICE, "outlets.yaml": OUTLETS, file: MISTAKES[file]}.items():
        (folder / name).write_text(text)
    return folder


def with_a_programme(command, name=""):
    """The names of all commands below this one that take `--programme`."""
    if any("--programme" in parameter.opts for parameter in command.params):
        yield name
    for below, group in getattr(command, "commands", {}).items():
        yield from with_a_programme(group, f"{name} {below}".strip())


def test_the_table_has_every_command_that_goes_by_a_programme():
    assert sorted(ARGUMENTS) == sorted(with_a_programme(typer.main.get_command(make_app())))


@pytest.mark.parametrize(
    ("command", "file"),
    [("up", file) for file in MISTAKES] + [(each, "resolutions.yaml") for each in ARGUMENTS],
)
def test_a_mistake_is_said_before_anything_starts(command, file, tmp_path):
    programme, data = written(tmp_path / "programme", file), tmp_path / "data"
    environment = os.environ | {
        "LANTOA_PROGRAMME": str(programme),
        "LANTOA_DATA_DIR": str(data),
        "LANGUAGE": "en",
    }
    ran = run_lantoa(*command.split(), *ARGUMENTS[command], environment=environment, timeout=60)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"{programme / file}:{LINES[file]}: " in ran.stderr
    assert not data.exists()
