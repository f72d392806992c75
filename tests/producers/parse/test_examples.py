"""A recorded example of every kind, and what it gives."""

from pathlib import Path
from typing import get_args

import pytest
import yaml

from config.programme import Source, SourceKind
from producers.parse.kinds import FetchedDocument, read

EXAMPLES = Path(__file__).parent / "examples"
EXPECTED = sorted(EXAMPLES.glob("*.yaml"))


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_an_example_gives_its_entries(expected):
    stated = yaml.safe_load(expected.read_text("utf-8"))
    (recorded,) = (path for path in EXAMPLES.glob(f"{expected.stem}.*") if path != expected)
    source = Source.model_validate(stated["source"])
    found = read(source, FetchedDocument(recorded.read_bytes(), "", source.url))
    assert [entry.model_dump(mode="json", exclude_defaults=True) for entry in found.entries] == stated[
        "entries"
    ]
    assert (found.more, found.problem) == (tuple(stated.get("more", ())), None)


def test_every_kind_has_an_example():
    kinds = {yaml.safe_load(path.read_text("utf-8"))["source"]["kind"] for path in EXPECTED}
    assert kinds == set(get_args(SourceKind))
