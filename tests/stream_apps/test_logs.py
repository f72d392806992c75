"""Log lines for machines have a key for each field, lines for people show the same; crashes are told once."""

import ast
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.settings import load_settings
from stream_apps.logs import QUIET, install_logging

METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
ROOMS = ("producers", "stream_apps", "models", "config", "lantoa")
SOURCES = [file for room in ROOMS for file in (Path(__file__).parents[2] / room).rglob("*.py")]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in QUIET}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, known in levels.items():
        logging.getLogger(name).setLevel(known)


def test_json_lines(capsys):
    install_logging(load_settings(log_format="json"))
    fields = {"for": "đĩa cứng", "attempt": 2, "pause": 0.5, "reason": OSError("đầy"), "path": Path("/a")}
    logging.getLogger("stream_apps.worker").warning("worker.waiting", extra=fields)
    line = json.loads(capsys.readouterr().err)
    assert datetime.fromisoformat(line.pop("time")).tzinfo == UTC
    assert line == {
        "level": "WARNING",
        "logger": "stream_apps.worker",
        "event": "worker.waiting",
        "for": "đĩa cứng",
        "attempt": 2,
        "pause": 0.5,
        "reason": "đầy",
        "path": "/a",
    }


def test_an_exception_is_a_field_of_its_line(capsys):
    install_logging(load_settings(log_format="json"))
    try:
        raise ValueError("hỏng")
    except ValueError:
        logging.getLogger("stream_apps.worker").exception("worker.failed")
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "worker.failed"
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ValueError: hỏng")


def test_text_lines(capsys):
    install_logging(load_settings(log_format="text"))
    fields = {"for": "đĩa cứng", "attempt": 2, "reason": "", "said": 'a="b"\n'}
    logging.getLogger("stream_apps.worker").warning("worker.waiting", extra=fields)
    line = capsys.readouterr().err.partition(" WARNING ")[2]
    assert line == 'worker.waiting for="đĩa cứng" attempt=2 reason="" said="a=\\"b\\"\\n"\n'


def test_every_event_of_ours_has_a_name_and_its_fields_beside_it():
    """A text put together from data would be one string for machines."""
    texts = [text for file in SOURCES if "logger." in (text := file.read_text("utf-8"))]
    found = [call for text in texts for call in calls_of_loggers(ast.parse(text))]
    assert len(found) > 50
    for call in found:
        assert [type(each) for each in call.args] == [ast.Constant], ast.unparse(call)
        assert re.fullmatch(r"[a-z_]+\.[a-z_-]+", call.args[0].value), ast.unparse(call)


def calls_of_loggers(tree):
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="logger"), attr=method)) if method in METHODS:
                yield node


def test_noise_is_kept_out(capsys):
    install_logging(load_settings(log_level="DEBUG"))
    logging.getLogger("aiokafka.conn").error("Connection refused")
    logging.getLogger("faust.app").info("Starting...")
    logging.getLogger("mode").error("[^App]: Crashed reason=%r", ValueError())
    assert capsys.readouterr().err == ""
