"""Retry-After as servers write it, and how long they are left alone for."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from feed_server import status
from fetching import fetch, reason
from hostile_answers import BESIDE, HOST, WELL, names, outlived

from producers.http.politeness import LONGEST_REST, retry_after

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
YEAR = 31_536_000.0
JITTER = 3600.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("31536000", YEAR),
        ("9" * 5000, 9_999_999_999.0),
        (format_datetime(NOON + timedelta(minutes=5), usegmt=True), 300.0),
        ("Tue, 24 Nov 2026 12:05:00 +0700", 300.0),
        ("Tue, 24 Nov 2026 05:05:00", 300.0),
        ("Tuesday, 24-Nov-26 05:05:00 GMT", 300.0),
        (format_datetime(NOON - timedelta(days=1), usegmt=True), -86_400.0),
        *((value, None) for value in ("", "soon", "-5", "1.5", "1e9", "60, 120", "60s", "²", "\x00", "2026-11-24")),
        ("Mon, 01 Jan 99999 00:00:00 GMT", None),
        ("Mon, 01 Jan 2027 00:00:00 +9999999999999999", None),
        ("Mon, 40 Jan 2027 00:00:00 GMT", None),
    ],
)  # fmt: skip
def test_both_forms_and_rubbish(value, seconds):
    assert retry_after(value, NOON) == seconds


@pytest.mark.parametrize(
    ("number", "value", "least", "most"),
    [
        (503, "900", 899, 900),
        (503, str(int(YEAR)), LONGEST_REST - 1, LONGEST_REST),
        (503, "9" * 5000, LONGEST_REST - 1, LONGEST_REST),
        (503, "Fri, 31 Dec 2100 23:59:59 GMT", LONGEST_REST - 1, LONGEST_REST),
        (429, "900", 899, 900 + JITTER),
        (429, "Fri, 31 Dec 2100 23:59:59 GMT", LONGEST_REST - 1, LONGEST_REST + JITTER),
    ],
)
def test_a_host_is_left_alone_for_a_day_at_most(server, number, value, least, most):
    server.answers |= {"/ban": status(number, Retry_After=value), "/tot": WELL}
    busy, again, beside = fetch(
        server.url("/ban", HOST), server.url("/tot", HOST), server.url("/tot", BESIDE), resolve=names()
    )
    assert (reason(busy), reason(again), beside.body) == (f"http-{number}", "retry-after", WELL)
    assert least < busy.rest_seconds <= most
    assert len(server.times("/tot")) == 1


@pytest.mark.parametrize(
    "value", ["", "-5", "soon", "Fri, 31 Dec 1999 23:59:59 GMT", "Mon, 01 Jan 2027 00:00:00 +99999999999"]
)
def test_a_503_that_says_nothing_of_use_asks_for_no_rest(server, value):
    found = outlived(server, status(503, Retry_After=value))
    assert (reason(found), found.rest_seconds) == ("http-503", 0.0)
