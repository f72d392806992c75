"""Changes of the contract, each judged: what a reader of the last release can live with, and what not."""

import copy
import json

import pytest
from jsonschema import Draft202012Validator

from lantoa.contracts import contract_files
from lantoa.contracts.compatibility import problems
from lantoa.contracts.samples import SAMPLES
from models.messages.item import Classified
from scripts.documents import CONTRACTS

NAME = "vn.lantoa.thu.v1.schema.json"
RELEASED = {
    "type": "object",
    "required": [
        "schema_version",
        "id",
        "kenh",
        "so",
        "tuoi",
        "ten",
        "ngay",
        "xa",
        "luc",
        "noi",
        "tin",
        "dem",
    ],
    "properties": {
        "schema_version": {"type": "integer", "const": 1, "default": 1},
        "id": {"type": "string"},
        "kenh": {"type": "string", "enum": ["báo", "đài"]},
        "so": {"type": "integer", "minimum": 0},
        "tuoi": {"type": "integer", "exclusiveMinimum": 0, "maximum": 150},
        "ten": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[a-z-]+$"},
        "ngay": {
            "type": "string",
            "format": "date",
            "formatMinimum": "1990-01-01",
            "formatMaximum": "2100-12-31",
        },
        "xa": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 20},
        "luc": {"type": "string", "format": "date-time"},
        "noi": {"type": "array", "items": {"type": "string"}},
        "tin": {"$ref": "#/$defs/Tin"},
        "dem": {"type": "object", "additionalProperties": {"type": "integer"}},
        "ly_do": {"type": "string", "x-extensible-enum": ["trễ", "lặp"], "default": "trễ"},
        "ghi_chu": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
    },
    "$defs": {
        "Tin": {
            "type": "object",
            "required": ["tua"],
            "properties": {"tua": {"type": "string"}, "phu": {"type": "string", "default": ""}},
        }
    },
}
TEXT, NULL = {"type": "string"}, {"type": "null"}


def put(path, value):
    """A change: at the path stands that value, or nothing when it is None."""

    def change(schema):
        *way, last = path.split("/")
        for part in way:
            schema = schema[int(part) if part.isdecimal() else part]
        if value is None:
            del schema[last]
        else:
            schema[last] = value

    return change


def leave_out(name):
    return lambda schema: schema["required"].remove(name)


def require(name):
    return lambda schema: schema["required"].append(name)


def both(*changes):
    return lambda schema: [change(schema) for change in changes]


GOOD = {
    "nothing": both(),
    "a new field with a default": put("properties/moi", {"type": "string", "default": ""}),
    "a new field that may be null": put("properties/moi", {"anyOf": [TEXT, NULL], "default": None}),
    "another description": put("properties/id/description", "mã băm"),
    "another title": put("title", "Thư"),
    "a value more where the list is open": put("properties/ly_do/x-extensible-enum", ["trễ", "lặp", "mất"]),
    "another order of values": put("properties/kenh/enum", ["đài", "báo"]),
    "a part under another name": both(
        lambda schema: schema["$defs"].update(BanTin=schema["$defs"].pop("Tin")),
        put("properties/tin/$ref", "#/$defs/BanTin"),
    ),
    "a part written where it stands": lambda schema: schema["properties"].update(tin=schema["$defs"]["Tin"]),
    "a new field inside": put("$defs/Tin/properties/moi", {"type": "integer", "default": 0}),
    "alternatives in another order": put("properties/ghi_chu/anyOf", [NULL, TEXT]),
    "a greater least": put("properties/so/minimum", 1),
    "the least itself no more": both(
        put("properties/so/minimum", None), put("properties/so/exclusiveMinimum", 0)
    ),
    "a most where none stood": put("properties/so/maximum", 1_000_000_000),
    "a smaller most": put("properties/tuoi/maximum", 120),
    "a length where none stood": put("properties/id/maxLength", 20),
    "a smaller length": put("properties/ten/maxLength", 100),
    "a greater least length": put("properties/ten/minLength", 3),
    "a pattern where none stood": put("properties/id/pattern", "^[0-9a-f]+$"),
    "a later first day": put("properties/ngay/formatMinimum", "2000-01-01"),
    "an earlier last day": put("properties/ngay/formatMaximum", "2050-12-31"),
    "days where any stood": put("properties/luc/formatMinimum", "1990-01-01T00:00:00+00:00"),
    "fewer values at most": put("properties/xa/maxItems", 10),
    "more values at least": put("properties/xa/minItems", 2),
    "a length inside of a list": put("properties/noi/items/maxLength", 200),
    "a most inside of a part": put("$defs/Tin/properties/tua/maxLength", 1_000),
    "a most behind a key": put("properties/dem/additionalProperties/maximum", 9),
    "keys that are short": put("properties/dem/propertyNames", {"type": "string", "maxLength": 9}),
    "a length of what may be null": put("properties/ghi_chu/anyOf/0/maxLength", 10),
}
BAD = {
    "a field that was always there goes": (
        both(put("properties/id", None), leave_out("id")),
        "`id` is gone, and readers use it",
    ),
    "a field with a default goes": (put("properties/ghi_chu", None), "`ghi_chu` is gone"),
    "a field is renamed": (
        both(put("properties/ma", TEXT), put("properties/id", None), leave_out("id"), require("ma")),
        "`id` is gone",
    ),
    "a field may be missing": (leave_out("so"), "`so` was always there and may now be missing"),
    "a field may be null": (put("properties/id", {"anyOf": [TEXT, NULL]}), "`id` may now be null"),
    "a field is retyped": (
        put("properties/so", {"type": "string"}),
        "`so` is written as string, and readers expect integer",
    ),
    "a whole number becomes any number": (
        put("properties/so", {"type": "number", "minimum": 0}),
        "`so` is written as number",
    ),
    "one becomes many": (put("properties/id", {"type": "array", "items": TEXT}), "`id` is written as array"),
    "a type more": (
        put("properties/id", {"anyOf": [TEXT, {"type": "integer"}]}),
        "`id` is written as integer, and readers expect string",
    ),
    "a value more": (
        put("properties/kenh/enum", ["báo", "đài", "loa"]),
        "`kenh` may now be 'loa', and readers know ['báo', 'đài']",
    ),
    "any value": (put("properties/kenh", TEXT), "`kenh` may now be anything"),
    "a list that becomes open": (
        put("properties/kenh", {"type": "string", "x-extensible-enum": ["báo", "đài"]}),
        "`kenh` may now be anything",
    ),
    "less than the least": (put("properties/so/minimum", -1), "`so` may now be less than 0"),
    "no least any more": (put("properties/so/minimum", None), "`so` may now be less than 0"),
    "the least itself": (
        both(put("properties/tuoi/exclusiveMinimum", None), put("properties/tuoi/minimum", 0)),
        "`tuoi` may now be less than 0",
    ),
    "a greater most": (put("properties/tuoi/maximum", 200), "`tuoi` may now be more than 150"),
    "no most any more": (put("properties/tuoi/maximum", None), "`tuoi` may now be more than 150"),
    "a greater length": (put("properties/ten/maxLength", 201), "`ten` may now be longer than 200 characters"),
    "no length any more": (
        put("properties/ten/maxLength", None),
        "`ten` may now be longer than 200 characters",
    ),
    "empty where something stood": (
        put("properties/ten/minLength", None),
        "`ten` may now be shorter than 1 characters",
    ),
    "another pattern": (
        put("properties/ten/pattern", "^[a-z]+$"),
        "`ten` need no longer look like ^[a-z-]+$",
    ),
    "no pattern any more": (put("properties/ten/pattern", None), "`ten` need no longer look like"),
    "an earlier first day": (
        put("properties/ngay/formatMinimum", "1945-08-19"),
        "`ngay` may now be less than 1990-01-01",
    ),
    "any last day": (put("properties/ngay/formatMaximum", None), "`ngay` may now be more than 2100-12-31"),
    "more values at most": (put("properties/xa/maxItems", 21), "`xa` may now hold more than 20 values"),
    "no values": (put("properties/xa/minItems", 0), "`xa` may now hold fewer than 1 values"),
    "any text where a moment stood": (put("properties/luc/format", None), "`luc` is no longer a date-time"),
    "a day where a moment stood": (put("properties/luc/format", "date"), "`luc` is no longer a date-time"),
    "other parts of a list": (
        put("properties/noi/items", {"type": "integer"}),
        "`noi[]` is written as integer",
    ),
    "null in a list": (put("properties/noi/items", {"anyOf": [TEXT, NULL]}), "`noi[]` may now be null"),
    "null behind a key": (
        put("properties/dem/additionalProperties", {"anyOf": [{"type": "integer"}, NULL]}),
        "`dem{}` may now be null",
    ),
    "a field goes inside": (
        both(put("$defs/Tin/properties/tua", None), put("$defs/Tin/required", [])),
        "`tin.tua` is gone",
    ),
    "a field inside may be null": (
        put("$defs/Tin/properties/tua", {"anyOf": [TEXT, NULL]}),
        "`tin.tua` may now be null",
    ),
    "another default": (
        put("properties/ly_do/default", "lặp"),
        "`ly_do` means 'lặp' where it is missing, and meant 'trễ'",
    ),
    "another schema version": (
        put("properties/schema_version", {"type": "integer", "const": 2, "default": 2}),
        "`schema_version` may now be 2",
    ),
    "a keyword that nobody has thought of": (
        put("properties/so/multipleOf", 2),
        "`so` differs in `multipleOf`, which this check cannot judge",
    ),
    "a new field without a default": (
        both(put("properties/moi", TEXT), require("moi")),
        "`moi` is required, and messages from before do not have it. Give it a default",
    ),
    "a field without its default": (
        require("ghi_chu"),
        "`ghi_chu` is required, and messages from before may not have it",
    ),
    "a value less": (
        put("properties/kenh/enum", ["báo"]),
        "`kenh` may no longer be 'đài', and messages from before may be that",
    ),
    "a value less in an open list": (
        put("properties/ly_do/x-extensible-enum", ["trễ"]),
        "`ly_do` may no longer be 'lặp'",
    ),
    "never null any more": (
        put("properties/ghi_chu", {"type": "string", "default": None}),
        "`ghi_chu` may no longer be null",
    ),
    "a moment where any text stood": (
        put("properties/id/format", "date-time"),
        "`id` has to be a date-time, and messages from before are not",
    ),
}


def released(schema=RELEASED, **topics):
    channel = {
        "partitions": 4,
        "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": -1},
        **topics,
    }
    return {
        contract_files.ASYNCAPI: {
            "channels": {"lantoa.thu": {"bindings": {"kafka": channel}}},
            "components": {
                "messages": {"vn.lantoa.thu.v1": {"bindings": {"kafka": {"key": {"description": "id"}}}}}
            },
        },
        NAME: schema,
    }


def after(change):
    schema = copy.deepcopy(RELEASED)
    change(schema)
    return released(schema)


@pytest.mark.parametrize("change", GOOD.values(), ids=GOOD)
def test_a_change_that_readers_can_live_with(change):
    assert problems(released(), after(change)) == []


@pytest.mark.parametrize(("change", "says"), BAD.values(), ids=BAD)
def test_a_change_that_breaks_somebody(change, says):
    found = problems(released(), after(change))
    assert any(says in each for each in found), found
    for each in found:
        assert each.startswith("vn.lantoa.thu.v1: `")
        assert "add a message of its own beside it: ce_type `vn.lantoa.thu.v2`, schema_version 2" in each


@pytest.mark.parametrize("change", [change for change, _says in BAD.values()], ids=BAD)
def test_the_same_change_in_a_message_of_a_new_version(change):
    later = {"vn.lantoa.thu.v2.schema.json": after(change)[NAME]}
    assert problems(released(), {**released(), **later}) == []


def test_a_message_that_is_gone():
    current = released()
    schema = current.pop(NAME)
    assert problems(released(), current)[0].startswith("vn.lantoa.thu.v1 is gone. Take it back")
    assert problems(released(), {**current, "vn.lantoa.thu.v2.schema.json": schema}) == []
    assert problems(released(), {**current, "vn.lantoa.thu.khac.v2.schema.json": schema}) != []


@pytest.mark.parametrize(
    ("before", "now", "says"),
    [
        ({}, {}, None),
        ({"partitions": 4}, {"partitions": 8}, None),
        ({"partitions": 1}, {"partitions": 4}, "one partition keeps one order for all"),
        ({}, {"topicConfiguration": {"cleanup.policy": ["compact"], "retention.ms": -1}}, "was delete"),
        (
            {},
            {"topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": 86400000}},
            "is kept for 86400000 ms, and was for ever",
        ),
        (
            {"topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": 86400000}},
            {"topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": 3600000}},
            "is kept for 3600000 ms, and was for 86400000",
        ),
        ({"topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": 86400000}}, {}, None),
    ],
)
def test_what_a_topic_promises(before, now, says):
    found = problems(released(**before), released(**now))
    assert [says in each for each in found] == ([True] if says else [])


def test_a_topic_that_is_gone_and_a_key_that_is_another():
    current = released()
    current[contract_files.ASYNCAPI] = copy.deepcopy(current[contract_files.ASYNCAPI])
    current[contract_files.ASYNCAPI]["channels"] = {}
    key = current[contract_files.ASYNCAPI]["components"]["messages"]["vn.lantoa.thu.v1"]["bindings"]["kafka"][
        "key"
    ]
    key["description"] = "outlet"
    gone, other = problems(released(), current)
    assert gone == "lantoa.thu is gone. Keep the topic, and write the new one beside it."
    assert other.startswith("vn.lantoa.thu.v1: its key is outlet, and was id.")


def test_the_contract_of_now_is_readable_by_readers_of_the_last_release():
    last = contract_files.read(CONTRACTS / "released")
    assert len(last) > 5
    assert problems(last, contract_files.contents()) == []


@pytest.mark.parametrize(
    "name", [name for name in contract_files.contents() if name != contract_files.ASYNCAPI]
)
def test_the_last_release_would_miss_any_field_of_any_message(name):
    """The check has eyes for the real schemas too."""
    last, current = contract_files.read(CONTRACTS / "released"), copy.deepcopy(contract_files.contents())
    fields = list(last[name]["properties"])
    for field in fields:
        changed = copy.deepcopy(current)
        del changed[name]["properties"][field]
        changed[name]["required"] = [each for each in changed[name]["required"] if each != field]
        assert any(f"`{field}` is gone" in each for each in problems(last, changed))


def test_mentions_say_how_probable_they_are_and_those_of_before_are_still_read():
    """What was added to a mention: the last release's schema lets it pass, and its own messages are read without it."""
    (sample,) = [each for each in SAMPLES if isinstance(each, Classified)]
    written = json.loads(sample.encode())
    assert any(each["probabilities"] and each["reasons"] for each in written["mentions"])
    last = contract_files.read(CONTRACTS / "released")[f"{Classified.ce_type}.schema.json"]
    Draft202012Validator(last).validate(written)
    assert Classified.decode(sample.encode()) == sample
    for mention in written["mentions"]:
        del mention["probabilities"], mention["reasons"]
    read = Classified.decode(json.dumps(written).encode())
    assert {(each.probabilities, each.reasons) for each in read.mentions} == {((), ())}
