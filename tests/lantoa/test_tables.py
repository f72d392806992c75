"""Tables fit where they are shown, and an id is never cut."""

import io
import re
import sys

import pytest

from lantoa.cli.output import print_table

ID = "407ce657d6b1b94b4259"
TITLE = "Hậu Giang tổ chức hội nghị quán triệt Nghị quyết 42-NQ/TW cho cán bộ chủ chốt"
ROWS = [
    {"id": ID, "outlet": "central_press", "title": TITLE, "items": 1717},
    {"id": ID[::-1], "outlet": "x", "title": "ngắn", "items": None},
]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def printed(monkeypatch, output, columns=None):
    monkeypatch.setattr(sys, "stdout", output)
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns:
        monkeypatch.setenv("COLUMNS", str(columns))
    print_table(("id", "outlet", "title", "items"), ROWS)
    return re.sub(r"\x1b\[[\d;]*m", "", output.getvalue()).splitlines()


def test_a_pipe_gets_whole_lines(monkeypatch):
    lines = printed(monkeypatch, io.StringIO())
    assert sum(ID in line and TITLE in line and "1" in line for line in lines) == 1


@pytest.mark.parametrize("columns", [56, 60, 80, 120])
def test_on_a_terminal_texts_are_folded_between_words(monkeypatch, columns):
    lines = printed(monkeypatch, Terminal(), columns)
    assert all(len(line) <= columns for line in lines)
    words = " ".join(lines).split()
    for cell in ROWS[0].values():
        if isinstance(cell, str):
            assert set(cell.split()) <= set(words)


@pytest.mark.parametrize("columns", [20, 40, 55])
def test_where_there_is_no_room_each_row_is_a_block(monkeypatch, columns):
    lines = printed(monkeypatch, Terminal(), columns)
    assert [line.split()[-1] for line in lines if line.endswith((ID, ID[::-1]))] == [ID, ID[::-1]]
    assert sum(line.endswith(TITLE) for line in lines) == 1
    assert sum(line.startswith(("items", "tin")) for line in lines) == 1  # null is left out
