"""What Prometheus is told, of a broker and a database that hold just what each test put there."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

from config.errors import UsageError
from config.programme import load_programme
from config.settings import as_environment, load_settings
from lantoa.broker import ensure_topics, start_broker
from lantoa.cli.metrics import address_of
from lantoa.metrics import OfficeMetrics
from lantoa.metrics.metric_labels import MOST, by_label
from lantoa.views.dead_letters import read_dead_letters
from models.database import make_engine, writing
from models.kafka_options import client_options
from models.loops import Loop
from models.messages.dead_letter import DeadLetter
from models.messages.source import NightFetched, SourceDue
from models.messages.topics import DEAD_LETTERS, GROUP, ITEMS, SOURCES_DUE, SOURCES_FETCHED
from models.sql import table_of
from models.store import tally_outbox
from models.store.dead_letter_state import remember
from models.tables.items import ItemRow
from models.tables.sources import SourceState
from models.tables.tallies import Cell
from producers.publish import open_publisher
from tests.lending import lend_account

NOW = datetime(2024, 5, 16, 1, 0, tzinfo=UTC)
BOARD = Path(__file__).parents[2] / "docs" / "grafana" / "lantoa.json"
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.fixture(scope="module")
def shared_broker(tmp_path_factory):
    """A data folder whose broker has the topics and nothing on them."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("metrics"), kafka_bootstrap_servers="")
    with start_broker(settings) as broker:
        ensure_topics(settings, broker.bootstrap)
        yield settings, broker.bootstrap


@pytest.fixture
def kafka(shared_broker, settings):
    """Its address; the settings of the test find the account."""
    owner, bootstrap = shared_broker
    lend_account(owner, settings)
    return bootstrap


@pytest.fixture
def office(settings, engine, hau_giang):
    """Reads everything anew at each call: name → labels → value."""

    def read(bootstrap="", now=NOW):
        collector = OfficeMetrics(
            settings.model_copy(update={"kafka_bootstrap_servers": bootstrap}), hau_giang, engine, lambda: now
        )
        return told(collector)

    return read


def told(collector):
    registry = CollectorRegistry()
    registry.register(collector)
    found = {}
    for family in text_string_to_metric_families(generate_latest(registry).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[",".join(sample.labels.values())] = sample.value
    return found


def night(**changed):
    sums = {"sources": 64, "new": 212, "changed": 9, "unchanged": 2875, "failed": 2, "quiet": 17}
    began = NOW - timedelta(hours=6)
    return NightFetched(
        programme="hau-giang",
        night=began,
        began_at=began,
        ended_at=began + timedelta(minutes=5),
        **{**sums, "pages": 221, "missing": 3, **changed},
    )


def item(number, **changed):
    row = {
        "id": f"tin-{number}", "outlet": "nhandan", "source": "nhandan-home", "identity": f"article:{number}", "url": None,
        "title": "Đưa nghị quyết vào cuộc sống", "revision": "r", "fetched_at": NOW, "generation": 0, "first_seen": NOW,
        "claimed": NOW, "published": NOW, "published_by": "", "date_flag": None, "day": NOW.date(), "flagged": False,
        "programme": "hau-giang", "in_scope": True, "counts": True, "same_as": None, "story": None,
        "channel": "central_press", "form": "brief", "level": "central", "partner": True, "language": "vi",
        "press_column": None, "waiting": False, "places": [], "mentions": [], "resolutions": [], "classified": {},
        "corrected": {}, "rules_version": "5", "catalogue_version": "c",
    }  # fmt: skip
    return {**row, **changed}


def cell(period, dimensions="", **sums):
    key = f"hau-giang|{period}|{dimensions}"
    return {"key": key, "programme": "hau-giang", "period": period, "dimensions": dimensions, **sums}


def test_an_office_that_is_empty_and_has_no_broker(office):
    found = office()
    assert found["lantoa_up"] == {"database": 1, "broker": 0}
    assert found["lantoa_items"] == {"counted": 0, "copy": 0, "out_of_scope": 0}
    assert found["lantoa_outbox_cells"] == {"": 0}
    assert "lantoa_consumer_lag_messages" not in found


def test_items_by_state(office, engine):
    elsewhere = {"counts": False, "in_scope": False}
    copy = {"counts": False, "same_as": "tin-1"}
    rows = [item(1), item(2), item(3, **elsewhere), item(4, **elsewhere, same_as="tin-1"), item(5, **copy)]
    rows.append(item(6, **elsewhere, programme="can-tho"))
    cells = [
        cell("2023", items=40, waiting=1, flagged=0),
        cell("2024", items=2, waiting=1, flagged=2),
        cell("2024-Q2", items=2, waiting=1, flagged=2),
        cell("2024", "outlet", items=2, waiting=1, flagged=2),
        {**cell("2024", items=99), "key": "can-tho|2024|", "programme": "can-tho"},
    ]
    defaults = {"waiting": 0, "flagged": 0}
    with writing(engine) as connection:
        connection.execute(insert(table_of(ItemRow)), rows)
        connection.execute(insert(table_of(Cell)), [{**defaults, **row} for row in cells])
    found = office()
    assert found["lantoa_items"] == {"counted": 42, "copy": 1, "out_of_scope": 2}
    assert (found["lantoa_items_waiting"], found["lantoa_items_flagged"]) == ({"": 2}, {"": 2})


def test_sources_by_status_and_failures_by_reason(office, engine, hau_giang):
    sources = list(hau_giang.sources)
    states = {
        0: ("ok", ""),
        1: ("not-modified", ""),
        2: ("failed", "http-404"),
        3: ("failed", "http-404"),
        4: ("failed", "timeout"),
    }
    rows = [
        {"source_id": sources[n], "url": "", "etag": "", "last_modified": "", "body_hash": "", "fetched_at": NOW, "status": status, "reason": reason, "message": ""}
        for n, (status, reason) in states.items()
    ]  # fmt: skip
    rows.append({**rows[2], "source_id": "không-còn-trong-chương-trình"})
    with writing(engine) as connection:
        connection.execute(insert(table_of(SourceState)), rows)
        tally_outbox.enqueue(connection, ["hau-giang|2024|", "hau-giang|2024-05|"])
    found = office()
    never = len(sources) - 5
    assert found["lantoa_sources"] == {"ok": 1, "not-modified": 1, "failed": 3, "never": never}
    assert found["lantoa_source_failures"] == {"http-404": 2, "timeout": 1}
    assert found["lantoa_outbox_cells"] == {"": 2}


def test_a_label_never_has_more_values_than_it_may():
    values = {f"http-{number}": number for number in range(400, 400 + 2 * MOST)}
    samples = by_label("thu", "Thử", "reason", values).samples
    assert len(samples) == MOST + 1
    assert sum(sample.value for sample in samples) == sum(values.values())
    assert samples[-1].labels == {"reason": "other"}


def test_the_lag_is_what_the_group_has_not_acknowledged(office, kafka, settings):
    before = office(kafka)
    due = [SourceDue(source=f"s{n}", host="nhandan.vn", reason="nightly", named_at=NOW) for n in range(3)]
    with open_publisher(settings, kafka) as publisher:
        publisher.publish_messages(SOURCES_DUE, due, "/test")
        publisher.publish_bytes([(ITEMS, b"k", b"{}", [])] * 5)
        place = next(TopicPartition(*place) for place in publisher.ends if place[0] == ITEMS.name)
    after = office(kafka)

    def grown(topic, group=GROUP):
        name, label = "lantoa_consumer_lag_messages", f"{group},{topic}"
        return after[name][label] - before[name][label]

    assert after["lantoa_up"] == {"database": 1, "broker": 1}
    assert (grown(ITEMS.name), grown(SOURCES_DUE.name, "lantoa-fetchers"), grown("lantoa.corrections")) == (
        5,
        3,
        0,
    )
    given = "lantoa_topic_messages_total"
    assert after[given][ITEMS.name] - before[given][ITEMS.name] == 5

    consumer = KafkaConsumer(**client_options(settings, kafka), group_id=GROUP, enable_auto_commit=False)
    end = consumer.end_offsets([place])[place]
    consumer.assign([place])
    consumer.commit({place: OffsetAndMetadata(end - 2, "", -1)})
    consumer.close()
    assert office(kafka)["lantoa_consumer_lag_messages"][f"{GROUP},{ITEMS.name}"] == 2


def test_the_last_night_is_the_last_one(settings, engine, hau_giang, kafka):
    collector = OfficeMetrics(
        settings.model_copy(update={"kafka_bootstrap_servers": kafka}), hau_giang, engine, lambda: NOW
    )
    with open_publisher(settings, kafka) as publisher:
        publisher.publish_messages(SOURCES_FETCHED, [night(new=1), night()], "/test")
    first = told(collector)
    assert first["lantoa_last_night_entries"] == {"new": 212, "changed": 9, "unchanged": 2875}
    assert first["lantoa_last_night_sources"] == {"": 64}
    assert first["lantoa_last_night_sources_without_news"] == {"failed": 2, "quiet": 17}
    assert first["lantoa_last_night_pages"] == {"pages": 221, "missing": 3}
    assert first["lantoa_last_night_duration_seconds"] == {"": 300}
    assert first["lantoa_last_night_age_seconds"] == {"": 6 * 3600 - 300}

    assert told(collector)["lantoa_last_night_entries"]["new"] == 212  # read on from where it stopped
    headers = night().headers("/test")
    with open_publisher(settings, kafka) as publisher:
        publisher.publish_bytes([(SOURCES_FETCHED, b"night|hau-giang", b"{", headers)])
    assert told(collector)["lantoa_last_night_entries"]["new"] == 212  # one that nobody can read
    with open_publisher(settings, kafka) as publisher:
        publisher.publish_messages(SOURCES_FETCHED, [night(new=7)], "/test")
    assert told(collector)["lantoa_last_night_entries"]["new"] == 7


def test_dead_letters_that_nobody_has_dealt_with(settings, engine, hau_giang, kafka):
    collector = OfficeMetrics(
        settings.model_copy(update={"kafka_bootstrap_servers": kafka}), hau_giang, engine, lambda: NOW
    )
    before = Counter(told(collector).get("lantoa_dead_letters", {}))

    def more():
        return Counter(told(collector)["lantoa_dead_letters"]) - before

    about = {"topic": ITEMS.name, "partition": 0, "offset": 1, "error": "MessageError", "message": "hỏng"}
    letters = [DeadLetter(**about, reason=reason) for reason in ("unknown-outlet", "not-json", "not-json")]
    with open_publisher(settings, kafka) as publisher:
        publisher.publish_bytes([(DEAD_LETTERS, b"k", b"\xff", each.headers()) for each in letters])
    assert more() == {"not-json": 2, "unknown-outlet": 1}
    *_others, last = read_dead_letters(settings.model_copy(update={"kafka_bootstrap_servers": kafka}), kafka)
    with writing(engine) as connection:
        remember(connection, [last.id], "dropped", "báo đã sửa", "lan.nguyen")
    assert more() == {"not-json": 1, "unknown-outlet": 1}


def test_a_broker_that_went_away_is_said_to_be_away(office):
    found = office("127.0.0.1:1")
    assert found["lantoa_up"] == {"database": 1, "broker": 0}
    assert "lantoa_items" in found


def test_a_database_that_went_away_is_said_to_be_away(settings, hau_giang, kafka, tmp_path):
    here = settings.model_copy(update={"kafka_bootstrap_servers": kafka})
    nowhere = make_engine(here.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'trống.db'}"}))
    found = told(OfficeMetrics(here, hau_giang, nowhere))
    nowhere.dispose()
    assert found["lantoa_up"] == {"database": 0, "broker": 1}
    assert "lantoa_consumer_lag_messages" in found


def test_a_changed_programme_is_told_by_its_new_files(settings, engine, tmp_path):
    source = "{{id: {0}-feed, kind: feed, url: https://{0}.vn}}"
    outlet = f"- {{{{id: {{0}}, name: A, level: central, medium: newspaper, sources: [{source}]}}}}\n"
    (tmp_path / "programme.yaml").write_text("{id: thu, name: Tỉnh thử, places: [Hậu Giang]}", "utf-8")
    (tmp_path / "outlets.yaml").write_text(outlet.format("a"))
    collector = OfficeMetrics(settings, load_programme(tmp_path), engine)
    assert told(collector)["lantoa_sources"]["never"] == 1
    (tmp_path / "outlets.yaml").write_text(outlet.format("a") + outlet.format("b"))
    assert told(collector)["lantoa_sources"]["never"] == 2
    (tmp_path / "outlets.yaml").write_text("- {id: nobody}")
    assert told(collector)["lantoa_sources"]["never"] == 2


@pytest.mark.parametrize("text", ["9108", ":9108", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", ""])
def test_an_address_that_is_none(text):
    with pytest.raises(UsageError, match=r"127\.0\.0\.1:9108"):
        address_of(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.0.0.1:9108", ("127.0.0.1", 9108)), ("[::1]:80", ("::1", 80)), ("lantoa.hg:1", ("lantoa.hg", 1))],
)
def test_an_address(text, address):
    assert address_of(text) == address


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def test_serving(settings, free_port):
    command = [sys.executable, "-m", "lantoa", "metrics", "--serve", f"127.0.0.1:{free_port}"]
    environment = {**as_environment(settings), "LANG": "C.UTF-8", "PATH": ""}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as served:
        assert served.stderr.readline() == f"http://127.0.0.1:{free_port}/metrics; Ctrl-C stops it.\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/metrics", timeout=30) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain; version=")
            assert 'lantoa_up{part="database"} 1.0' in answer.read().decode()
        second = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        assert second.returncode == 1
        assert "cannot be served: Address already in use. Name another with --serve." in second.stderr
        served.send_signal(signal.SIGTERM)
        assert "Stopped." in served.communicate(timeout=30)[1]
    assert served.returncode == 0


@pytest.fixture
def names(settings, engine, hau_giang, kafka):
    """Every metric that there is, with the names of its labels."""
    with writing(engine) as connection:
        state = {
            "source_id": next(iter(hau_giang.sources)),
            "url": "",
            "etag": "",
            "last_modified": "",
            "body_hash": "",
        }
        failed = {**state, "fetched_at": NOW, "status": "failed", "reason": "timeout", "message": ""}
        connection.execute(insert(table_of(SourceState)), [failed])
    loop = Loop("fetch", engine)
    loop.run(lambda: None)
    loop.failed(ValueError("[/caption] not found"))
    letter = DeadLetter(topic=ITEMS.name, partition=0, offset=1, error="E", reason="not-json", message="")
    with open_publisher(settings, kafka) as publisher:
        publisher.publish_messages(SOURCES_FETCHED, [night()], "/test")
        publisher.publish_bytes([(DEAD_LETTERS, b"k", b"", letter.headers())])
    registry = CollectorRegistry()
    registry.register(
        OfficeMetrics(settings.model_copy(update={"kafka_bootstrap_servers": kafka}), hau_giang, engine)
    )
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {sample.name: set(sample.labels) for family in families for sample in family.samples}


def test_every_query_of_the_grafana_dashboard_asks_for_what_there_is(names):
    board = json.loads(BOARD.read_text())
    asked = set()
    for panel in board["panels"]:
        for target in panel["targets"]:
            found = re.findall(r"\b(lantoa_\w+)(?:\{(\w+)=)?", target["expr"])
            assert found, target["expr"]
            labels = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
            for name, label in found:
                assert name in names, f"{panel['title']}: {name}"
                assert labels | ({label} - {""}) <= names[name], f"{panel['title']}: {name} has no such label"
                asked.add(name)
    assert asked == set(names)


def test_names_are_as_prometheus_wants_them(names):
    assert len(names) > 15
    for name in names:
        assert re.fullmatch(r"lantoa_[a-z]+(_[a-z]+)*", name)


def test_every_metric_stands_in_the_documents(names):
    text = OPERATIONS.read_text()
    assert [name for name in names if f"`{name}" not in text] == []
