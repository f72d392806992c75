"""The committed contract is the one of the models, and every part of it is what it claims to be."""

import json
import os
import re
from datetime import date, datetime
from pathlib import Path
from typing import get_type_hints

import jsonschema
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from lantoa.contracts import contract_files
from lantoa.contracts.asyncapi import WRITERS, headers_schema, sample_headers
from lantoa.contracts.samples import SAMPLES
from lantoa.contracts.schemas import MESSAGES, schema_of
from models.messages.activity import Activity
from models.messages.dead_letter import DeadLetter
from models.messages.mention import Mention, Reason
from models.messages.topics import TOPICS
from scripts.documents import CONTRACTS
from tests.command import run_lantoa

ASYNCAPI = contract_files.contents()[contract_files.ASYNCAPI]
NEAR = (datetime.fromisoformat("1980-01-01"), datetime.fromisoformat("2110-01-01"))  # around the limits
st.register_type_strategy(AwareDatetime, st.datetimes(*NEAR, timezones=st.timezones()))
st.register_type_strategy(date, st.dates(*(moment.date() for moment in NEAR)))
FINITE = st.floats(allow_nan=False, allow_infinity=False)
st.register_type_strategy(float, FINITE)
st.register_type_strategy(Reason, st.builds(Reason, feature=st.text(), weight=FINITE, words=st.text()))
MENTION = {name: st.from_type(hint) for name, hint in get_type_hints(Mention).items()}
MENTION |= dict.fromkeys(("start", "end"), st.integers(-1, 900_000))
st.register_type_strategy(
    Mention, st.builds(TypeAdapter(Mention).validate_python, st.fixed_dictionaries(MENTION))
)  # as a message reads it: built by hand it is not checked
st.register_type_strategy(int, st.integers(-1, 10**9 + 1))
SPECS = Path(__file__).parents[2] / "examples" / "node_modules" / "@asyncapi" / "specs" / "schemas"


def validator(schema):
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_the_committed_files_are_those_of_the_models():
    committed = {path.name: path.read_text() for path in CONTRACTS.iterdir() if path.is_file()}
    assert committed == contract_files.texts(), "run `python -m scripts.documents`"


@pytest.mark.parametrize("name", MESSAGES)
def test_a_schema_is_a_schema(name):
    Draft202012Validator.check_schema(schema_of(MESSAGES[name]))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.ce_type)
def test_an_example_fits_its_schema_and_a_changed_one_does_not(sample):
    schema = validator(schema_of(type(sample)))
    value = json.loads(sample.encode())
    schema.validate(value)
    for field in schema.schema["required"]:
        assert not schema.is_valid({name: each for name, each in value.items() if name != field})
        assert not schema.is_valid({**value, field: {"một": ["kiểu", "khác"]}})
    assert schema.is_valid({**value, "a_later_field": "của bản sau"})


def test_every_message_has_its_example():
    assert sorted(sample.ce_type for sample in SAMPLES) == sorted(MESSAGES)


def anything(model):
    """The fields of any message, of which the model lets most through."""
    fields = {name: st.from_type(field.annotation) for name, field in model.model_fields.items()}
    fields["schema_version"] = st.just(1)
    if model is Activity:
        counts = st.integers(0, 10**6)
        fields |= dict.fromkeys(("sessions", "points", "participants", "invited"), counts)
    return st.fixed_dictionaries(fields)


@pytest.mark.parametrize("name", MESSAGES)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_whatever_the_model_lets_through_fits_the_schema(name, data):
    try:
        message = MESSAGES[name](**data.draw(anything(MESSAGES[name])))
    except ValidationError:
        reject()
    validator(schema_of(MESSAGES[name])).validate(json.loads(message.encode()))


def test_the_asyncapi_file_is_one_by_its_own_schema():
    assert SPECS.is_dir(), "the schemas of AsyncAPI are not installed: run `make examples`"
    schema = json.loads((SPECS / "3.0.0.json").read_text())
    jsonschema.Draft7Validator(schema).validate(ASYNCAPI)
    broken = {**ASYNCAPI, "channels": {"lantoa.items": {"address": 7}}}
    assert not jsonschema.Draft7Validator(schema).is_valid(broken)


def test_every_reference_of_the_asyncapi_file_leads_somewhere():
    for reference in references(ASYNCAPI):
        if reference.startswith("#/"):
            place = ASYNCAPI
            for part in reference[2:].split("/"):
                place = place[part]
        else:
            assert (CONTRACTS / reference).is_file()


def references(part):
    if isinstance(part, dict):
        yield from [part["$ref"]] if "$ref" in part else []
        part = list(part.values())
    for each in part if isinstance(part, list) else ():
        yield from references(each)


def test_the_asyncapi_file_says_of_every_topic_what_the_contract_says():
    assert list(ASYNCAPI["channels"]) == [topic.name for topic in TOPICS]
    for topic in TOPICS:
        kafka = ASYNCAPI["channels"][topic.name]["bindings"]["kafka"]
        configuration = kafka["topicConfiguration"]
        assert kafka["topic"] == topic.name
        assert (kafka["partitions"] == 1) == (topic.partitions == "one")
        assert (configuration["cleanup.policy"], configuration["retention.ms"]) == (
            [topic.cleanup],
            topic.retention_ms,
        )


@pytest.mark.parametrize("name", ASYNCAPI["components"]["messages"])
def test_the_examples_of_the_asyncapi_file_fit(name):
    stated = ASYNCAPI["components"]["messages"][name]
    if name not in MESSAGES:  # dead letters are whatever came
        assert "examples" not in stated
        return
    for example in stated["examples"]:
        validator(stated["headers"]).validate(example["headers"])
        validator(schema_of(MESSAGES[name])).validate(example["payload"])


def test_the_headers_are_those_that_messages_are_sent_with():
    sample = SAMPLES[0]
    sent = {name: value.decode() for name, value in sample.headers(WRITERS[0])}
    validator(headers_schema(sample.ce_type)).validate(sent)
    assert list(sent) == ["ce_specversion", "ce_type", "ce_source", "ce_id", "ce_time", "content-type"]
    assert sorted(sample_headers(sample.ce_type)) == sorted(sent)


def test_the_headers_of_a_dead_letter_are_those_that_it_is_sent_with():
    letter = DeadLetter(
        topic="lantoa.items", partition=0, offset=7, error="MessageError", reason="not-json", message=""
    )
    sent = {name: value.decode() for name, value in letter.headers()}
    stated = ASYNCAPI["components"]["messages"]["vn.lantoa.dead-letter.v1"]["headers"]
    validator(stated).validate(sent)
    assert stated["required"] == list(sent)


def lantoa(*arguments):
    return run_lantoa(*arguments, environment={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"})


def test_the_command_gives_the_same_contract(tmp_path):
    assert lantoa("topics", "contract").stdout == (CONTRACTS / contract_files.ASYNCAPI).read_text()
    folder = tmp_path / "giao ước"
    assert lantoa("topics", "contract", "--out", str(folder)).returncode == 0
    assert {path.name: path.read_text() for path in folder.iterdir()} == contract_files.texts()


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "tệp").write_text("")
    ran = lantoa("topics", "contract", "--out", str(tmp_path / "tệp"))
    assert (ran.returncode, "cannot be written" in ran.stderr) == (1, True)


def test_a_schema_of_a_message_that_is_gone_goes(tmp_path):
    (tmp_path / "vn.lantoa.cũ.v1.schema.json").write_text("{}")
    (tmp_path / "ghi chú.md").write_text("của người khác")
    contract_files.write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {*contract_files.texts(), "ghi chú.md"}


@pytest.mark.parametrize("name", MESSAGES)
def test_every_field_has_a_sentence_for_those_who_read_it(name):
    schema = schema_of(MESSAGES[name])
    for part in (schema, *schema.get("$defs", {}).values()):
        for field, stated in part["properties"].items():
            assert re.fullmatch(r"[A-Z`].*\.", stated.get("description", "")), f"{name}: {field}"
