"""JSON Schema (2020-12) of every message, made from the models.

`required` is what every message of the topic has, the oldest included. What has a default may be missing in a message from
before the field was there, and then means the default.
"""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from lantoa.contracts.remarks import remarks
from models.activity import Reading
from models.mention import Mention, Reason
from models.messages import Enclosure, Item, Message
from models.topics import TOPICS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PARTS: dict[str, type] = {
    each.__name__: each for each in (Item, Mention, Reason, Enclosure, Reading)
}  # inside of messages
MESSAGES = {model.ce_type: model for topic in TOPICS for model in topic.values}
Schema = dict[str, Any]


class _Generator(GenerateJsonSchema):
    """A field's title would only repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def schema_of(model: type[Message]) -> Schema:
    schema: JsonSchemaValue = model.model_json_schema(schema_generator=_Generator)
    parts = schema.pop("$defs", {})
    for name, part in parts.items():
        _explain(part, PARTS[name])
    _explain(schema, model)
    return {"$schema": DIALECT, **schema, **({"$defs": parts} if parts else {})}


def file_name(ce_type: str) -> str:
    return f"{ce_type}.schema.json"


def _explain(schema: Schema, model: type) -> None:
    said = remarks(model)
    for name, field in schema["properties"].items():
        if name in said:
            field["description"] = said[name]
    if issubclass(model, Message):
        schema["required"].insert(
            0, "schema_version"
        )  # has a default and was there from the first message on
    if doc := schema.get("description"):
        schema["description"] = " ".join(doc.split())
