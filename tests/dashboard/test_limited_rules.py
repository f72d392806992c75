"""Texts that pages and programs hand in are classified where it can be ended, and the other pages stay quick."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lantoa.commands import limited_rules
from lantoa.commands.limited_rules import TEXT_CHARACTERS
from lantoa.web.app import make_app
from lantoa.web.office import web_state
from producers.limited import LimitedProcesses
from tests.dashboard.endless import TITLE, endless
from tests.serving import owner

TEXT_SECONDS = 8.0
ENDLESS = {"title": TITLE}
SHORT = {"title": "Phụng Hiệp học Nghị quyết số 42-NQ/TW khóa XIII"}


@pytest.fixture
def database_url(tmp_path):
    """What is tried here is the same on both databases."""
    return f"sqlite:///{tmp_path / 'lantoa.db'}"


@pytest.fixture
def limited(settings, engine, programme, monkeypatch, request):
    """A client of an office whose rules have eight seconds, or as many as the test says, and room for one text."""
    monkeypatch.setattr(limited_rules, "_read", endless)
    app = make_app(settings, engine, programme)
    processes = LimitedProcesses(
        1, seconds=getattr(request, "param", TEXT_SECONDS), waiting=0, preload=["tests.dashboard.endless"]
    )
    state = web_state(app)
    state.office = replace(state.office, rules=processes)
    with owner(app, timeout=90) as client:
        yield client
    processes.close()


def test_a_text_that_takes_too_long_is_ended_and_the_next_one_is_read(limited):
    refused = limited.post("/api/v1/classify", json=ENDLESS)
    assert refused.status_code == 422
    assert "8 giây" in refused.json()["detail"]
    assert refused.headers["content-type"] == "application/problem+json"
    page = limited.post("/try", data=ENDLESS)
    assert (page.status_code, "ngắn hơn" in page.text) == (422, True)
    assert _until_read(limited).json()["mentions"][0]["surface"] == "Nghị quyết số 42-NQ/TW"


def test_other_pages_are_quick_meanwhile_and_the_queue_says_that_it_is_full(limited):
    with ThreadPoolExecutor(12) as threads:
        asked = [threads.submit(limited.post, "/api/v1/classify", json=ENDLESS) for _ in range(12)]
        assert limited.get("/static/style.css").status_code == 200
        waiting = [each for each in asked if not each.done()]
        answers = [each.result() for each in asked]
    assert sorted({answer.status_code for answer in answers}) == [422, 503]
    assert {answer.headers.get("retry-after") for answer in answers if answer.status_code == 503} == {"30"}
    assert waiting  # the page came before the rules were done


def test_a_text_that_is_too_long_is_refused_before_it_is_read(limited):
    for stated in ({"text": "a" * (TEXT_CHARACTERS + 1)}, {"lead": "a" * 20_001}, {"title": "a" * 10_001}):
        assert limited.post("/api/v1/classify", json=stated).status_code == 422


@pytest.mark.parametrize("limited", [60.0], indirect=True)
@pytest.mark.parametrize("day", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "32/13/2024"])
def test_a_day_at_the_end_of_time_is_named_or_read(limited, day):
    assert _until_read(limited, SHORT | {"published": day}).json().get("error", day).find(day) >= 0


def _until_read(client, stated=SHORT):
    """A process that has just started compiles the programme first: too much for its time on a busy machine, perhaps."""
    for _ in range(10):
        answer = client.post("/api/v1/classify", json=stated)
        if answer.status_code == 200:
            return answer
    raise AssertionError(answer.text)
