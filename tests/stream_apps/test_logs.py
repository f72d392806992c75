"""Log lines for machines hold the event whole; crashes are told once."""

import json
import logging
from collections.abc import Iterator

import pytest

from config.settings import load_settings
from stream_apps.logs import QUIET, install_logging


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
    logging.getLogger("stream_apps.worker").warning("worker.waiting for=%s", "đĩa")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"], line["logger"]) == (
        "worker.waiting for=đĩa",
        "WARNING",
        "stream_apps.worker",
    )


def test_noise_is_kept_out(capsys):
    install_logging(load_settings(log_level="DEBUG"))
    logging.getLogger("aiokafka.conn").error("Connection refused")
    logging.getLogger("faust.app").info("Starting...")
    logging.getLogger("mode").error("[^App]: Crashed reason=%r", ValueError())
    assert capsys.readouterr().err == ""
