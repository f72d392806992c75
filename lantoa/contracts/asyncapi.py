"""Describes the topics as an AsyncAPI 3.0 document: channels, messages, keys, headers, partitions, clean-up, retention."""

import json
from importlib.metadata import version
from typing import Any

from config.settings import Settings
from lantoa.contracts.samples import SAMPLES
from lantoa.contracts.schemas import DIALECT, MESSAGES, file_name
from models.messages.dead_letter import DeadLetter
from models.messages.message import Message
from models.messages.topics import TOPICS, Topic

BINDING = "0.5.0"  # version of AsyncAPI's Kafka bindings
WRITERS = ("/lantoa/ingest", "/lantoa/worker", "/lantoa/import", "/lantoa/correct", "/lantoa/reclassify")
SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"
LETTER = "vn.lantoa.dead-letter.v1"
ABOUT = """The topics of Lan tỏa, which counts how Party resolutions reach the public. Every account may read any topic; only \
the writer that an operation names may write to it. A message stays readable for consumers of an earlier release, or gets a \
new type. Consumers ignore fields that they do not know and, where `x-extensible-enum` is given, accept values that they do \
not know. A record with a null value (a tombstone) states that its key is gone; it carries no headers."""
Section = dict[str, Any]
LETTER_HEADERS: Section = {
    "type": "object",
    "required": [f"lantoa_{name}" for name, field in DeadLetter.model_fields.items() if field.is_required()],
    "properties": {
        f"lantoa_{name}": {"type": "string", "description": field.description}
        for name, field in DeadLetter.model_fields.items()
    },
}


def asyncapi() -> Section:
    return {
        "asyncapi": "3.0.0",
        "id": "urn:lantoa:topics",
        "info": {
            "title": "Lan tỏa",
            "version": version("lantoa"),
            "description": ABOUT,
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": {f"send.{topic.name}": _operation(topic) for topic in TOPICS},
        "components": {
            "messages": {**{name: _message(model) for name, model in MESSAGES.items()}, LETTER: _letter()}
        },
    }


def _channel(topic: Topic) -> Section:
    return {
        "address": topic.name,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _messages_of(topic)},
        "bindings": {"kafka": _kafka(topic)},
    }


def _kafka(topic: Topic) -> Section:
    """Returns the Kafka bindings. The number of `many` partitions is a setting; the contract has its default."""
    configs = topic.configs()
    return {
        "topic": topic.name,
        "partitions": topic.partition_count(Settings.model_fields["kafka_partitions"].default),
        "replicas": Settings.model_fields["kafka_replication"].default,
        "topicConfiguration": {
            "cleanup.policy": [configs["cleanup.policy"]],
            "retention.ms": int(configs["retention.ms"]),
            **({"retention.bytes": int(configs["retention.bytes"])} if topic.kept_for_ever else {}),
            "max.message.bytes": int(configs["max.message.bytes"]),
        },
        "bindingVersion": BINDING,
    }


def _operation(topic: Topic) -> Section:
    channel = f"#/channels/{topic.name}"
    return {
        "action": "send",
        "channel": {"$ref": channel},
        "summary": f"Writer: {topic.writer}. No other part writes to this topic.",
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in _messages_of(topic)],
    }


def _messages_of(topic: Topic) -> list[str]:
    return [model.ce_type for model in topic.values] or [LETTER]


def _message(model: type[Message]) -> Section:
    sample = next(each for each in SAMPLES if type(each) is model)
    return {
        "name": model.ce_type,
        "title": model.__name__,
        "summary": " ".join((model.__doc__ or "").split()),
        "contentType": "application/json",
        "headers": headers_schema(model.ce_type),
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"./{file_name(model.ce_type)}"}},
        "bindings": {"kafka": {"key": _key(model), "bindingVersion": BINDING}},
        "examples": [
            {
                "summary": f"key: {sample.key()}",
                "headers": sample_headers(model.ce_type),
                "payload": json.loads(sample.encode()),
            }
        ],
    }


def _key(model: type[Message]) -> Section:
    topic = next(each for each in TOPICS if model in each.values)
    stated = topic.key if model is topic.value else "`night|` and the programme"
    return {"type": "string", "description": stated}


def _letter() -> Section:
    """Describes a dead letter. Its value may be any bytes; only its headers have a schema."""
    return {
        "name": LETTER,
        "title": "DeadLetter",
        "summary": "A record that could not be handled: the original bytes, key and headers, with the reason.",
        "contentType": "application/octet-stream",
        "headers": LETTER_HEADERS,
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$schema": DIALECT}},
        "bindings": {
            "kafka": {"key": {"type": "string", "description": "as received"}, "bindingVersion": BINDING}
        },
    }


def headers_schema(ce_type: str) -> Section:
    """Describes the headers as text, because Kafka's headers are bytes in UTF-8."""
    stated: Section = {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_type": {"type": "string", "const": ce_type},
        "ce_source": {
            "type": "string",
            "description": "Part of Lan tỏa that wrote the message.",
            "examples": list(WRITERS),
        },
        "ce_id": {"type": "string", "description": "Unique identifier of the message."},
        "ce_time": {"type": "string", "format": "date-time"},
        "content-type": {"type": "string", "const": "application/json"},
    }
    return {"type": "object", "required": list(stated), "properties": stated}


def sample_headers(ce_type: str) -> dict[str, str]:
    return {
        "ce_specversion": "1.0",
        "ce_type": ce_type,
        "ce_source": "/lantoa/ingest",
        "ce_id": "1f0e3dad99908345f7439f8ffabdffc4",
        "ce_time": "2024-05-15T19:04:31.000+00:00",
        "content-type": "application/json",
    }
