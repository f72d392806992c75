"""Whatever others write is shown as text: through every table, line, log, mail and export that there is."""

import csv
import io
import json
import logging
import re
import socket
import sys
import threading
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

import lantoa.cli
from config.errors import FetchError, LantoaError
from config.programme import Outlet, PressOffice, Programme
from config.settings import load_settings
from config.visible import MOST_SAID, UNSEEN, UNSEEN_ON_A_LINE
from lantoa.cli.bars import bars, description
from lantoa.cli.output import Format, err, out, print_rows
from lantoa.notify import webhook
from lantoa.notify.mailing import Mail
from lantoa.notify.notice import Notice
from lantoa.notify.webhook import Webhook
from lantoa.sources.opml import read_opml, write_opml
from models.formulas import CALCULATED, as_text, as_written
from models.log_lines import TextLines
from producers.sheets.grid import read_grids
from stream_apps.logs import JsonLines

NOW = datetime(2026, 12, 1, tzinfo=UTC)
HOSTILE = (
    "[/b]", "[/caption] not found", "[link=http://evil]", "[bold red]", ":smile:", "\\[x]", "\x1b[31m", "\x1b]8;;http://evil\x07",
    "\x9b2J", "\u202e", "\u2066", "\x07", "\r", "\r\n", "\n", "\b", "\x00", "\ud800", "\udfff", "\u2028", "\x85", "\x1c", "\t", "=1+1",
    "'=1", "+84", "-5", "@SUM(A1)", "\uff1d1", " =x", ",", ";", '"', "'", "Nghị quyết", "ទីក្រុង", "🌾", "\U000e0041", "%s", "{x}",
)  # fmt: skip
ANY = st.text(st.characters(exclude_categories=()), max_size=20)
TEXTS = st.lists(st.one_of(st.sampled_from(HOSTILE), ANY), max_size=5).map("".join)
NAMES = TEXTS.map(
    lambda text: re.sub("[\ud800-\udfff]", "", text) or "Thử"
)  # which no file of a programme holds
often = profile(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def printed(call):
    """On both outputs."""
    output = io.StringIO(newline="")
    with redirect_stdout(output), redirect_stderr(output):
        call()
    return output.getvalue()


def joined(text):
    """Two halves of a character that meet are one, in JSON as everywhere."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


@often
@given(st.lists(TEXTS, min_size=2, max_size=2), TEXTS)
def test_tables_and_lines(cells, title):
    row = dict(zip(("title", "message"), cells, strict=True)) | {"items": 3}
    shown = [
        printed(lambda: print_rows(tuple(row), [row, row], Format.table, title=title)),
        printed(lambda: out().print(title)),
        printed(lambda: err().print(title, style="bold", soft_wrap=True)),
        printed(lambda: err().print(bars(description()).get_renderable())),
        printed(lambda: err().print(_task(title))),
        printed(lambda: err().print(err().status(title).renderable)),
    ]
    for each in shown:
        assert not UNSEEN.search(each.replace("\r\n", "\n")), each


def _task(text):
    bar = bars(description())
    bar.add_task(text, total=None)
    return bar.get_renderable()


@pytest.mark.parametrize(
    "text", ["[/caption] not found", "[bold]đậm[/bold]", "[link=http://evil]x", ":smile:", "\\[x]"]
)
def test_markup_is_shown_as_it_is_written(text):
    assert printed(lambda: out().print(text)) == f"{text}\n"
    assert text in printed(lambda: print_rows(("title",), [{"title": text}], Format.table))


@often
@given(
    st.lists(TEXTS, min_size=1, max_size=3), st.integers(), st.floats(allow_nan=False, allow_infinity=False)
)
def test_json_and_csv_say_what_was_given(cells, figure, rate):
    columns = [f"c{n}" for n, _cell in enumerate(cells)]
    row = dict(zip(columns, cells, strict=True)) | {"figure": figure, "rate": rate, "nothing": None}
    written = printed(lambda: print_rows(tuple(row), [row], Format.json))
    assert not UNSEEN.search(written)
    assert json.loads(written) == [{k: joined(v) if isinstance(v, str) else v for k, v in row.items()}]
    written = printed(lambda: print_rows(tuple(row), [row], Format.csv))
    head, found = list(csv.reader(io.StringIO(written, newline="")))
    texts, numbers = found[: len(cells)], found[len(cells) :]
    assert head == list(row)
    assert [as_written(each) for each in texts] == cells
    assert numbers == [str(figure), str(rate), ""]
    assert not any(re.match(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]", each) for each in texts)


@often
@given(TEXTS)
def test_the_mark_of_a_text_is_taken_away_again(text):
    marked = as_text(text)
    assert as_written(marked) == text
    assert (marked != text) == bool(CALCULATED.match(text))


@pytest.mark.parametrize("number", [-5, -0.5, 3, True, None])
def test_numbers_stay_numbers(number):
    assert as_text(number) is number


def test_import_reads_what_the_export_marked(tmp_path):
    row = {"title": '=HYPERLINK("http://evil")', "unit": "-Đoàn", "note": "'=x"}
    file = tmp_path / "xuat.csv"
    file.write_text(printed(lambda: print_rows(tuple(row), [row], Format.csv)), "utf-8")
    (grid,) = read_grids(file)
    assert grid.rows[1] == list(row.values())


@often
@given(TEXTS, TEXTS, st.sampled_from([TextLines, JsonLines]), st.booleans())
def test_an_event_is_one_line_of_the_log(text, name, form, raised):
    output = io.StringIO(newline="")
    handler = logging.StreamHandler(output)
    handler.setFormatter(form())
    record = logging.LogRecord(name, logging.ERROR, "", 0, "source.failed at %s", (text,), None)
    record.said = text
    if raised:
        try:
            raise ValueError(text)
        except ValueError:
            record.exc_info = sys.exc_info()
    handler.emit(record)
    first, *further = output.getvalue().removesuffix("\n").split("\n")
    assert not UNSEEN.search(output.getvalue())
    if form is JsonLines:
        assert further == []
        assert json.loads(first)["event"] == joined(f"source.failed at {text}")
        assert json.loads(first)["said"] == joined(text)
    else:
        assert bool(further) is raised
        assert all(line.startswith("    ") for line in further)


@often
@given(NAMES, TEXTS)
def test_a_mail_has_our_headers_and_no_other(name, text):
    settings = load_settings(
        smtp_url="smtp://tin%0aBcc:evil@example.com:x@127.0.0.1:25",
        alarm_mail="truc@bao.example,a@b.example\r\nBcc: evil@example.com",
    )
    programme = Programme(
        office=PressOffice.model_validate({"id": "thu", "name": name}), outlets={}, folder=Path()
    )
    notice = Notice("1", "a", "dead", NOW, recovered=False, text=text)
    written = Mail(settings)._message(programme, [notice], NOW).as_bytes()
    read = message_from_bytes(written, policy=default)
    assert set(read.keys()) == {
        "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
        "MIME-Version",
    }  # fmt: skip
    assert "\x1b" not in read.get_content()


@often
@given(st.integers(0, 60), TEXTS)
def test_what_a_server_says_is_cut_and_cleaned_where_the_message_is_made(times, text):
    message = str(FetchError("http-404", f"HTTP 404 {text * times}"))
    assert len(message) <= MOST_SAID
    assert not UNSEEN_ON_A_LINE.search(message)


@often
@given(NAMES)
def test_a_list_of_sources_is_xml_whatever_an_outlet_is_called(name):
    outlet = {"id": "bao", "name": name, "level": "central", "medium": "newspaper"}
    source = {"id": "bao-feed", "kind": "feed", "url": "https://bao.vn/rss"}
    (listed,) = read_opml(write_opml(name, [Outlet.model_validate(outlet | {"sources": [source]})]))
    assert listed.outlet["name"] == joined(name)


@contextmanager
def answering(pieces):
    """A server that answers with these bytes, one after the other, for as long as somebody reads."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def serve():
            connection, _address = server.accept()
            with connection:
                for piece in pieces:
                    try:
                        connection.sendall(piece)
                    except OSError:
                        return
                    if over.wait(0.01):
                        return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        over.set()
        thread.join(5)


def for_ever(first, piece):
    yield first
    while True:
        yield piece


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        (lambda: for_ever(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536), None),
        (
            lambda: for_ever(b"HTTP/1.1 500 [/x]\x1b[31m" + b"dai" * 99 + b"\r\n\r\n", b"x" * 65536),
            "HTTP 500 [/x]",
        ),
        (lambda: for_ever(b"HTTP/1.1 200 OK\r\n", b"a"), "not done within"),
        (lambda: [b"[/caption]\r\n\r\n"], ""),
    ],
)
def test_a_webhook_that_answers_without_end_holds_nobody(monkeypatch, pieces, said):
    monkeypatch.setattr(webhook, "SECONDS", 1.0)
    programme = Programme(
        office=PressOffice.model_validate({"id": "thu", "name": "Thử"}), outlets={}, folder=Path()
    )
    with answering(pieces()) as url:
        hook = Webhook(load_settings(alarm_webhook=url, alarm_secret="bí mật"))
        if said is None:
            hook.send_alarms(programme, [], NOW)
            return
        with pytest.raises(LantoaError) as caught:
            hook.send_alarms(programme, [], NOW)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 400
    assert not UNSEEN_ON_A_LINE.search(str(caught.value))


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_what_nobody_expected_is_one_line_and_a_traceback_in_a_file(monkeypatch, tmp_path, capsys, level):
    def broken(_arguments):
        raise ValueError("[/caption]\x1b[31m\nhỏng")

    monkeypatch.setenv("LANTOA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANTOA_LOG_LEVEL", level)
    monkeypatch.setattr(lantoa.cli, "make_app", broken)
    with pytest.raises(SystemExit) as ended:
        lantoa.cli.main()
    *_traceback, line = capsys.readouterr().err.strip().split("\n")
    assert ended.value.code == 1
    assert line.startswith("lantoa: ")
    assert "ValueError: [/caption]\\x1b[31m hỏng" in line
    assert "Traceback" in (tmp_path / "logs" / "errors.log").read_text("utf-8")


ALLOWED = {"output.py": {"Console"}, "bars.py": {"TextColumn"}}


def test_nothing_else_of_the_code_makes_a_console_that_reads_markup():
    root = Path(lantoa.cli.__file__).parents[1]
    for file in root.rglob("*.py"):
        found = set(
            re.findall(
                r"\b(Console|TextColumn|from_markup|Panel|markup)\b(?=[\s.(=])", file.read_text("utf-8")
            )
        )
        if "rich" in file.read_text("utf-8"):
            assert found <= ALLOWED.get(file.name, set()) | ({"markup"} if file.name in ALLOWED else set()), (
                file
            )
