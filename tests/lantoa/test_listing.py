"""`lantoa --help` lists every command with its own help, without importing one."""

import subprocess
import sys

import pytest
from typer.main import get_command

from lantoa.cli import COMMANDS, GROUPS, make_app
from lantoa.language import speaking


@pytest.fixture(scope="module")
def whole():
    return get_command(make_app()).commands


@pytest.mark.parametrize("asked", [[], ["--help"], ["-h"], ["không-có"]])
def test_the_list_has_the_help_of_each_command(whole, asked):
    listed = get_command(make_app(asked)).commands
    assert list(listed) == [*COMMANDS, *GROUPS]
    assert {name: each.help for name, each in listed.items()} == {
        name: each.help for name, each in whole.items()
    }
    assert all(each.help for each in listed.values())


def test_the_list_speaks_vietnamese():
    with speaking("vi"):
        listed = get_command(make_app(["--help"])).commands
    assert "nguồn" in listed["sources"].help


def test_what_is_completed_is_whole(monkeypatch):
    monkeypatch.setenv("_LANTOA_COMPLETE", "complete_bash")
    assert "list" in get_command(make_app([])).commands["topics"].commands


def test_the_list_imports_no_command():
    asked = (
        "import sys; from lantoa.cli import make_app; make_app(['--help']);"
        "print(*[name for name in sys.modules if name in ('sqlalchemy', 'kafka', 'fastapi', 'openpyxl')])"
    )
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""
