"""A site of our own on the loopback, and a programme that an office has written."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

sys.path.append(str(Path(__file__).parents[1] / "producers"))  # its server of feeds

from feed_server import FeedServer

from lantoa.cli import make_app
from lantoa.cli.context import programme_of

OUTLETS = """\
# What the office has picked
- {use: nhandan, partner: true}  # the Party's own paper
- use: vov
  partner: true
  sources: [vov-chinh-tri]

- id: bao-tinh
  name: "Báo Tỉnh"
  level: provincial
  medium: newspaper
  hosts: [baotinh.example]
  sources:
    - {id: bao-tinh-moi, kind: feed, url: "https://baotinh.example/rss/moi.rss"}  # seen to work
# the end
"""


@pytest.fixture
def site() -> Iterator[FeedServer]:
    with FeedServer(conditional=False) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The programme's; settings name it, and allow the loopback."""
    programme = tmp_path / "programme"
    programme.mkdir()
    (programme / "programme.yaml").write_text("id: thu\nname: Tỉnh thử\n", "utf-8")
    (programme / "outlets.yaml").write_text(OUTLETS, "utf-8")
    for name, value in {
        "PROGRAMME": programme,
        "DATA_DIR": tmp_path / "data",
        "ALLOW_NETWORKS": "127.0.0.0/8",
        "HOST_DELAY": 0,
        "FETCH_TIMEOUT": 3,
    }.items():
        monkeypatch.setenv(f"LANTOA_{name}", str(value))
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")
    return programme


@pytest.fixture
def lantoa(folder: Path):
    """Runs a command as the command line does, in this process."""

    def run(*arguments: str, stdin: str = "") -> Result:
        programme_of.cache_clear()  # which a process of its own would not have
        return CliRunner().invoke(make_app(arguments), list(arguments), input=stdin)

    return run
