"""The contract as files in `docs/contracts/`: one schema for each message, and one AsyncAPI document."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from config.privacy import share
from lantoa.contracts.asyncapi import asyncapi
from lantoa.contracts.schemas import MESSAGES, file_name, schema_of

ASYNCAPI = "asyncapi.yaml"
Contents = Mapping[str, Any]


def contents() -> Contents:
    """Maps file names to their content according to the present models."""
    schemas = {file_name(name): schema_of(model) for name, model in MESSAGES.items()}
    return {ASYNCAPI: asyncapi(), **schemas}


def texts() -> dict[str, str]:
    return {name: _text(name, content) for name, content in contents().items()}


def write(folder: Path) -> None:
    """Writes the files and deletes the schemas of messages that no longer exist."""
    folder.mkdir(parents=True, exist_ok=True)
    written = texts()
    for path in folder.glob("*.schema.json"):
        if path.name not in written:
            path.unlink()
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
        share(folder / name)


def read(folder: Path) -> Contents:
    """Reads the files of a folder."""
    schemas = {
        path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.schema.json")
    }
    return {ASYNCAPI: yaml.safe_load((folder / ASYNCAPI).read_text(encoding="utf-8")), **schemas}


def _text(name: str, content: object) -> str:
    if name.endswith(".yaml"):
        return yaml.dump(content, sort_keys=False, allow_unicode=True, width=120, Dumper=_Dumper)
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


class _Dumper(yaml.SafeDumper):
    """Writes every value in full, without YAML anchors."""

    def ignore_aliases(self, _data: object) -> bool:
        return True
