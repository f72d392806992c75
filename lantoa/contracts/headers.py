"""The headers of the topics as JSON Schema: CloudEvents in binary mode, and what dead letters carry beside them."""

from typing import Any

from models.messages import DeadLetter

Schema = dict[str, Any]
WRITERS = ("/lantoa/ingest", "/lantoa/worker", "/lantoa/import", "/lantoa/correct", "/lantoa/reclassify")


def headers_schema(ce_type: str) -> Schema:
    """Kafka's headers are bytes: these are their UTF-8 texts."""
    stated: Schema = {
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


LETTER_HEADERS: Schema = {
    "type": "object",
    "required": [f"lantoa_{name}" for name, field in DeadLetter.model_fields.items() if field.is_required()],
    "properties": {
        f"lantoa_{name}": {"type": "string", "description": field.description}
        for name, field in DeadLetter.model_fields.items()
    },
}
