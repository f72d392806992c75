"""A source that falls silent is told once to each destination, and told again when it is back."""

import base64
import hmac
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from config.programme import Outlet, PressOffice, Programme
from config.settings import load_settings
from lantoa.notify.alarms import watch
from lantoa.notify.webhook import signature
from models.database import writing
from models.sql import table_of
from models.store import source_days
from models.store.source_days import DayCounts
from models.tables.sources import SourceAlarm

SECRET = "một bí mật dài"
NIGHT = datetime(2026, 8, 1, 19, 30, tzinfo=UTC)  # 02:30 of 2 August in Hanoi
DAY = timedelta(days=1)


@pytest.fixture
def programme(tmp_path):
    sources = [
        {"id": f"bao-{name}", "kind": "feed", "url": f"https://bao.vn/{name}.rss"} for name in ("a", "b")
    ]
    outlet = {
        "id": "bao",
        "name": "Báo Hậu Giang",
        "level": "provincial",
        "medium": "newspaper",
        "sources": sources,
    }
    office = PressOffice.model_validate({"id": "thu", "name": "Tỉnh thử"})
    return Programme(office=office, outlets={"bao": Outlet.model_validate(outlet)}, folder=tmp_path)


@pytest.fixture
def office(engine, programme, tmp_path):
    """`night(n, a=…)` remembers what night n gave and looks; a number is new entries, None a failed fetch."""

    class Nights:
        settings = load_settings(data_dir=tmp_path)

        def __init__(self):
            self.said = []

        def remember(self, number, **given):
            day = programme.day(NIGHT + number * DAY)
            with writing(engine) as connection:
                for name, new in given.items():
                    counts = (
                        DayCounts(day, failed=1)
                        if new is None
                        else DayCounts(day, entries=20 + new, known=20)
                    )
                    source_days.add(connection, f"bao-{name}", counts)

        def look(self, number):
            watch(self.settings, programme, engine, NIGHT + number * DAY, self.said.append)

        def night(self, number, **given):
            self.remember(number, **given)
            self.look(number)

        def usual(self, count=28):
            for number in range(count):
                self.remember(number - count, a=8 + number % 3, b=8 + number % 3)

    nights = Nights()
    nights.usual()
    return nights


@pytest.fixture
def by_mail(office, post, tmp_path):
    office.settings = load_settings(
        data_dir=tmp_path,
        smtp_url=f"smtp://127.0.0.1:{post.port}",
        alarm_mail="truc@bao.example, truong@bao.example",
    )
    return office


@pytest.fixture
def by_hook(office, hook, tmp_path):
    office.settings = load_settings(data_dir=tmp_path, alarm_webhook=hook.url, alarm_secret=SECRET)
    return office


def alarms(engine):
    with engine.connect() as connection:
        query = select(table_of(SourceAlarm)).order_by("noticed_at", "problem")
        return [dict(row) for row in connection.execute(query).mappings()]


def test_a_mail_says_once_what_is_wrong_and_once_that_it_is_over(by_mail, post):
    by_mail.night(0, a=0, b=9)
    assert post.received == []  # the day is not over
    by_mail.night(1, a=0, b=9)
    (mail,) = post.received
    assert mail["To"] == "truc@bao.example, truong@bao.example"
    assert "Tỉnh thử: 1 sources with a problem, 0 recovered" in mail["Subject"]
    assert (
        "Báo Hậu Giang (bao-a): gives less than it is expected to. https://bao.vn/a.rss" in mail.get_content()
    )
    assert "bao-b" not in mail.get_content()
    by_mail.night(2, a=9, b=9)
    assert len(post.received) == 1
    by_mail.night(3, a=9, b=9)
    by_mail.night(4, a=9, b=9)
    _, over = post.received
    assert "0 sources with a problem, 1 recovered" in over["Subject"]
    assert "bao-a): recovered." in over.get_content()
    assert by_mail.said == []


def test_a_graver_problem_is_told_and_no_recovery_in_between(by_hook, hook, engine):
    by_hook.night(0, a=0)
    by_hook.night(1, a=None)
    by_hook.night(2, a=None)
    by_hook.night(3, a=None)
    by_hook.night(4, a=9)
    told = [
        (e["problem"], e["state"]) for _, body in hook.received for e in json.loads(body)["data"]["events"]
    ]
    assert told == [("silent", "begun"), ("dead", "begun"), ("dead", "recovered")]
    assert all(alarm["recovered_at"] for alarm in alarms(engine))


def test_all_sources_at_once_are_one_message(by_mail, post):
    for number in range(3):
        by_mail.night(number, a=None, b=None)
    (mail,) = post.received
    assert "2 sources with a problem" in mail["Subject"]


def test_what_a_server_refuses_is_told_next_time_once(by_mail, post):
    post.closed = True
    by_mail.remember(0, a=0)
    by_mail.look(1)
    assert post.received == []
    (said,) = by_mail.said
    assert "451 come back later" in said
    post.closed = False
    by_mail.look(1)
    by_mail.look(1)
    assert len(post.received) == 1


def test_each_destination_is_told_by_itself(by_mail, post, hook, tmp_path):
    by_mail.settings = load_settings(
        data_dir=tmp_path,
        smtp_url=f"smtp://127.0.0.1:{post.port}",
        alarm_mail="truc@bao.example",
        alarm_webhook=hook.url,
        alarm_secret=SECRET,
    )
    hook.status = 500
    by_mail.remember(0, a=0)
    for _ in range(3):
        by_mail.look(1)
    hook.status = 204
    by_mail.look(1)
    by_mail.look(1)
    assert len(post.received) == 1
    assert len(hook.received) == 4
    assert len({headers["webhook-id"] for headers, _ in hook.received}) == 1


def test_who_never_heard_of_it_does_not_hear_that_it_is_over(by_mail, post, engine):
    post.closed = True
    by_mail.night(0, a=0)
    by_mail.night(1, a=9)
    by_mail.night(2, a=9)
    post.closed = False
    by_mail.night(3, a=9)
    assert post.received == []
    (alarm,) = alarms(engine)
    assert alarm["recovered_at"] is not None


def test_a_webhook_can_be_checked_with_the_secret(by_hook, hook):
    by_hook.remember(0, a=0)
    by_hook.look(1)
    ((headers, body),) = hook.received
    signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    expected = base64.b64encode(hmac.new(SECRET.encode(), signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int((NIGHT + DAY).timestamp()))
    (event,) = json.loads(body)["data"]["events"]
    assert (event["source"], event["problem"], event["state"]) == ("bao-a", "silent", "begun")


def test_the_signature_is_that_of_the_standards_own_example():
    """From the test of the Standard Webhooks libraries."""
    found = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        b'{"test": 2432232314}',
    )
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", [302, 404, 503])
def test_an_answer_that_is_no_success_is_said(status, by_hook, hook):
    hook.status = status
    by_hook.remember(0, a=0)
    by_hook.look(1)
    assert len(hook.received) == 1  # a redirect is not followed
    (said,) = by_hook.said
    assert f"HTTP {status}" in said


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"alarm_mail": "truc@bao.example"}, "LANTOA_SMTP_URL"),
        ({"alarm_mail": "truc@bao.example", "smtp_url": "mail.bao.example:25"}, "smtp://user:password@host"),
        ({"alarm_webhook": "http://127.0.0.1:9/x"}, "LANTOA_ALARM_SECRET"),
        ({"alarm_webhook": "http://127.0.0.1:9/x", "alarm_secret": "whsec_$"}, "base64"),
        ({"alarm_webhook": "http://127.0.0.1:9/x", "alarm_secret": "a"}, "127.0.0.1:9"),
        ({"alarm_webhook": "ftp://127.0.0.1/x", "alarm_secret": "a"}, "ftp://"),
        ({"alarm_mail": "truc@bao.example", "smtp_url": "smtp://127.0.0.1:9"}, "mail by 127.0.0.1"),
    ],
)
def test_a_wrong_setting_is_said_and_ends_nothing(wrong, said, office, tmp_path, engine):
    office.settings = load_settings(data_dir=tmp_path, **wrong)
    office.remember(0, a=0)
    office.look(1)
    assert said in office.said[0]
    assert len(alarms(engine)) == 1


def test_a_password_is_not_sent_in_the_clear(by_mail, post, tmp_path):
    by_mail.settings = load_settings(
        data_dir=tmp_path, smtp_url=f"smtp://truc:pass@127.0.0.1:{post.port}", alarm_mail="truc@bao.example"
    )
    by_mail.remember(0, a=0)
    by_mail.look(1)
    assert "no encryption" in by_mail.said[0]
    assert post.received == []


def test_the_list_shows_health_with_problems_first(office, programme, engine, tmp_path, settings):
    (tmp_path / "programme.yaml").write_text("{id: thu, name: Tỉnh thử}", "utf-8")
    outlet = programme.outlets["bao"].model_dump(mode="json", exclude={"sources": {"__all__": {"outlet"}}})
    (tmp_path / "outlets.yaml").write_text(json.dumps([outlet]), "utf-8")
    today = datetime.now(UTC)
    with writing(engine) as connection:
        for number in range(1, 30):
            for name, new in (("a", 10), ("b", 0 if number == 1 else 10)):
                counts = DayCounts(programme.day(today - number * DAY), entries=20 + new, known=20)
                source_days.add(connection, f"bao-{name}", counts)
    environment = {**os.environ, "LANTOA_DATABASE_URL": settings.database, "LANTOA_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "lantoa", "sources", "list", "--health", "--format", "json"]
    ran = subprocess.run(
        [*command, "--programme", str(tmp_path)], env=environment, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    first, second = json.loads(ran.stdout)
    assert (first["source"], first["problem"], first["given"], first["usual"]) == ("bao-b", "silent", 0, 10)
    assert (second["source"], second["problem"], second["given"]) == ("bao-a", None, 10)
