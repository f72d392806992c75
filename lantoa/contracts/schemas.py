"""JSON Schema (2020-12) of every message, generated from the models.

`required` lists the fields that every message of the topic has, including the oldest. A field with a default may be
missing in messages from before the field existed, and then has the default.
"""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from models.messages.message import Message
from models.messages.topics import TOPICS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MESSAGES = {model.ce_type: model for topic in TOPICS for model in topic.values}
Schema = dict[str, Any]


class _Generator(GenerateJsonSchema):
    """Leaves out the titles of fields, which would only repeat their names."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002
        return False


def schema_of(model: type[Message]) -> Schema:
    schema: JsonSchemaValue = model.model_json_schema(schema_generator=_Generator)
    parts = schema.pop("$defs", {})
    for part in parts.values():
        _unwrap(part)
        if "schema_version" in part["properties"]:
            _require_version(part)
    _unwrap(schema)
    _require_version(schema)
    return {"$schema": DIALECT, **schema, **({"$defs": parts} if parts else {})}


def file_name(ce_type: str) -> str:
    return f"{ce_type}.schema.json"


def _unwrap(schema: Schema) -> None:
    """Joins the lines of a docstring to a description of one line."""
    if doc := schema.get("description"):
        schema["description"] = " ".join(doc.split())


def _require_version(schema: Schema) -> None:
    """Requires the version although it has a default, because every message has stated it from the first one on."""
    schema["required"].insert(0, "schema_version")
