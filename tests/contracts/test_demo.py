"""What a real run leaves on the topics fits the contract, and readers in three languages come to the same figures."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from jsonschema_rs import Draft202012Validator
from prometheus_client.parser import text_string_to_metric_families

from config.settings import as_environment
from lantoa.broker.broker_files import BrokerFiles
from lantoa.broker.java import class_path, find_java
from lantoa.contracts import contract_files
from lantoa.contracts.asyncapi import headers_schema
from lantoa.contracts.samples import SAMPLES
from models.messages.topics import ITEMS, TALLIES, TOPICS
from producers.publish import open_publisher
from scripts.documents import CONTRACTS
from tests.command import run_lantoa
from tests.read_topic import read_all

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
EXAMPLES = Path(__file__).parents[2] / "examples"
FIGURES = (
    "items", "stories", "outlets", "activities", "participants", "points", "invited", "attendance_rate", "waiting",
    "flagged",
)  # fmt: skip


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_every_message_of_the_demo_fits_its_committed_schema(demo_office, topic):
    schemas = {
        name.removesuffix(".schema.json"): Draft202012Validator(schema, validate_formats=True)
        for name, schema in contract_files.read(CONTRACTS).items()
        if name != contract_files.ASYNCAPI
    }
    of_headers = {
        model.ce_type: Draft202012Validator(headers_schema(model.ce_type)) for model in topic.values
    }
    seen = Counter()
    for record in read_all(demo_office.settings, demo_office.bootstrap, topic):
        assert record.key
        if record.value is None:
            assert topic.cleanup == "compact"
            continue
        headers = {name: value.decode() for name, value in record.headers}
        kind = headers["ce_type"]
        assert kind in of_headers
        of_headers[kind].validate(headers)
        schemas[kind].validate(json.loads(record.value))
        seen[kind] += 1
    expected = {"lantoa.items", "lantoa.items.classified", "lantoa.activities", "lantoa.sources.fetched"}
    expected |= {"lantoa.tallies", "lantoa.tallies.touched"}
    assert bool(seen) == (topic.name in expected), seen


def empty_a_cell(office):
    """The row of a cell that the database does not hold, and a null behind it."""
    row = SAMPLES[-1].model_copy(update={"cell": "hau-giang-demo|2024|outlet=không-còn"})
    with open_publisher(office.settings, office.bootstrap) as publisher:
        for value in (row.encode(), None):
            publisher.publish_bytes([(TALLIES, row.key().encode(), value, row.headers("/test"))])
    return row.cell


def run(command, **variables):
    environment = {**os.environ, **variables}
    ran = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", timeout=300, env=environment
    )
    assert ran.returncode == 0, ran.stderr
    return {row["cell"]: row for row in map(json.loads, ran.stdout.splitlines())}


def in_python(account, _folder, _cache):
    return run([sys.executable, EXAMPLES / "tail_tallies.py", account])


def in_javascript(account, _folder, _cache):
    assert (EXAMPLES / "node_modules" / "kafkajs").is_dir(), "kafkajs is not installed: run `make examples`"
    return run([Path(sys.executable).with_name("node"), EXAMPLES / "tail_tallies.js", account])


def silent(_line):
    pass


def in_java(account, folder, cache):
    java, kafka = find_java(), class_path(cache, progress=silent)
    compiler = class_path(cache, progress=silent, environ={}, manifest=Path(__file__).with_name("ecj.toml"))
    command = [java, "-jar", compiler, "-source", "17", "-target", "17", "-encoding", "UTF-8"]
    subprocess.run(
        [*command, "-cp", kafka, "-d", folder, EXAMPLES / "TailTallies.java"], check=True, timeout=300
    )
    classes = os.pathsep.join([str(folder), kafka])
    return run([java, "-Dstdout.encoding=UTF-8", "-cp", classes, "TailTallies", account])


@pytest.mark.parametrize("read", [in_python, in_javascript, in_java])
def test_the_example_ends_with_the_cells_of_the_database(demo_office, read, tmp_path):
    gone = empty_a_cell(demo_office)
    account = BrokerFiles.of(demo_office.settings).reader
    rows = read(account, tmp_path, demo_office.settings.cache_dir)
    assert gone not in rows
    found = {cell: {name: row[name] for name in FIGURES} for cell, row in rows.items()}
    assert found == demo_office.cells()
    assert len(found) > 10_000


def test_the_metrics_are_the_figures_of_the_demo(demo_office):
    """As `lantoa metrics` prints them beside a broker that runs."""
    environment = {**os.environ, **as_environment(demo_office.settings), "LANG": "C.UTF-8"}
    ran = run_lantoa("metrics", environment=environment)
    assert ran.returncode == 0, ran.stderr
    samples = [each for family in text_string_to_metric_families(ran.stdout) for each in family.samples]
    found = {(each.name, *each.labels.values()): each.value for each in samples}
    cells = demo_office.cells()
    years = [figures for cell, figures in cells.items() if re.fullmatch(r"[^|]+\|\d{4}\|", cell)]
    assert found["lantoa_items", "counted"] == sum(figures["items"] for figures in years) > 3000
    assert found["lantoa_items_flagged",] == sum(figures["flagged"] for figures in years) > 0
    assert found["lantoa_items", "out_of_scope"] > 0
    assert found["lantoa_up", "broker"] == found["lantoa_up", "database"] == 1
    lags = {name: value for name, value in found.items() if name[0] == "lantoa_consumer_lag_messages"}
    assert len(lags) == 6
    assert set(lags.values()) == {0}
    items = read_all(demo_office.settings, demo_office.bootstrap, ITEMS)
    assert found["lantoa_topic_messages_total", ITEMS.name] == len(items)
