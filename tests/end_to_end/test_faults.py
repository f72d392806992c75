"""Faults in the middle of a run: nothing is lost, and it goes on when what was away is back."""

import json
import os
import subprocess
import sys

import psutil
from kafka import KafkaConsumer, KafkaProducer

from config.settings import as_environment
from lantoa.broker import start_broker
from lantoa.commands.ingesting import ingest
from lantoa.runtime.services import open_runtime
from models.counting.period import parse_period
from models.database import make_engine, migrate
from models.kafka_options import client_options
from models.messages.topics import DEAD_LETTERS, ITEMS, ITEMS_CLASSIFIED
from models.queries.tally import read_tallies
from tests.waiting import asked_in_vain, port_of, until

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>A</title>{items}</channel></rss>"""
ITEM = """<item><title>Hậu Giang, tin {n}</title><link>https://{outlet}.vn/{n}</link>
<pubDate>Tue, 14 May 2024 08:00:00 +0700</pubDate></item>"""
OUTLETS = [f"o{n}" for n in range(8)]
EACH = 50


def test_a_broker_that_is_killed_in_the_middle_of_a_run_loses_nothing(make_programme, office, feeds):
    settings = office(make_programme(OUTLETS))
    feeds.bodies = {
        f"/{o}.xml": FEED.format(items="".join(ITEM.format(n=n, outlet=o) for n in range(EACH))).encode()
        for o in OUTLETS
    }
    feeds.delay = 1.0
    broker = start_broker(settings)
    ours = settings.model_copy(update={"kafka_bootstrap_servers": broker.bootstrap})
    environment = {**os.environ, **as_environment(ours), "LC_ALL": "C.UTF-8"}
    lantoa = [sys.executable, "-m", "lantoa"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    run = subprocess.Popen([*lantoa, "ingest", "--format", "json"], env=environment, **streams)
    until(lambda: feeds.hits >= 2, run.poll)
    psutil.Process(broker.pid).kill()
    broker.stop()
    asked_in_vain(port_of(broker.bootstrap))
    with start_broker(settings) as again:
        assert again.bootstrap == broker.bootstrap
        out, err = run.communicate(timeout=120)
        assert run.returncode == 0, err
        assert sum(row["new"] for row in json.loads(out)) == EACH * len(OUTLETS)
        counted = subprocess.run(
            [*lantoa, "tallies", "--period", "2024", "--format", "json"],
            env=environment,
            capture_output=True,
            text=True,
        )
    assert json.loads(counted.stdout)["totals"]["items"] == EACH * len(OUTLETS)


RUBBISH = (b"no json", b"{}", b'{"id": "\\u0000"}', "Hậu".encode("utf-16"), b"")


def test_rubbish_on_a_topic_is_buried_with_its_bytes_and_the_stream_goes_on(make_programme, office, feeds):
    programme = make_programme(["o0"])
    settings = office(programme)
    feeds.bodies = {"/o0.xml": FEED.format(items=ITEM.format(n=1, outlet="o0")).encode()}
    engine = make_engine(settings)
    migrate(engine)
    with open_runtime(settings, lambda _: None) as running:
        options = client_options(settings, running.bootstrap)
        producer = KafkaProducer(**options)
        for topic in (ITEMS, ITEMS_CLASSIFIED):
            for value in RUBBISH:
                producer.send(topic.name, key=b"k", value=value, headers=[("from", b"test")]).get(timeout=10)
        producer.close()
        found = ingest(running, programme, None, on_result=lambda _: None, on_remaining=lambda _: None)
        letters = dead_letters(options, 2 * len(RUBBISH))
    assert [result.new for result in found.results] == [1]
    with engine.connect() as connection:
        assert read_tallies(connection, programme, parse_period("2024")).totals["items"] == 1
    engine.dispose()
    assert sorted(letter.value for letter in letters) == sorted(2 * RUBBISH)
    for letter in letters:
        headers = dict(letter.headers)
        assert headers["from"] == b"test"
        assert headers["lantoa_topic"].decode() in {ITEMS.name, ITEMS_CLASSIFIED.name}
        assert headers["lantoa_reason"] in {b"not-json", b"not-this-schema", b"null-character"}


def dead_letters(options, number):
    consumer = KafkaConsumer(
        DEAD_LETTERS.name, **options, auto_offset_reset="earliest", consumer_timeout_ms=10_000, group_id=None
    )
    letters = [next(consumer) for _ in range(number)]
    consumer.close()
    return letters
