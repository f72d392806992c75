"""Writes the README's tables and the contract of the topics: `python -m scripts.documents`. Tests compare them."""

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic_core import PydanticUndefined

from config.settings import Settings
from lantoa.contracts import contract_files
from models.messages.topics import DAY_MS, TOPICS, Topic

README = Path(__file__).parent.parent / "README.md"
CONTRACTS = README.parent / "docs" / "contracts"


def settings_table() -> str:
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default is PydanticUndefined else _shown(field.default)
        rows.append((f"`LANTOA_{name.upper()}`", default, field.description or ""))
    return _table(("setting", "default", "meaning"), rows)


def topics_table() -> str:
    rows = []
    for topic in TOPICS:
        value = ", ".join(each.ce_type for each in topic.values) or "the original bytes"
        rows.append((f"`{topic.name}`", topic.key, value, _kept(topic), topic.writer))
    return _table(("topic", "key", "value", "clean-up", "writer"), rows)


def with_tables(text: str) -> str:
    """Returns the README with new tables."""
    return _replaced(_replaced(text, "settings", settings_table()), "topics", topics_table())


def _replaced(text: str, name: str, table: str) -> str:
    head, start, rest = re.split(rf"(<!-- {name}: .*? -->\n)", text, maxsplit=1)
    end = f"<!-- end of {name} -->"
    return f"{head}{start}{table}{end}{rest.partition(end)[2]}"


def _kept(topic: Topic) -> str:
    if topic.cleanup == "compact":
        return "compacted"
    return "kept for ever" if topic.retention_ms < 0 else f"{topic.retention_ms // DAY_MS} days"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _shown(value: object) -> str:
    if isinstance(value, Path):
        return f"the shipped `{value.parent.name}/{value.name}`"
    text = ",".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
    return f"`{text}`" if text.strip("*") else ""


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text()))
    contract_files.write(CONTRACTS)
    sys.stdout.write(f"{README}\n{CONTRACTS}\n")
