"""Situations that people met, served and ingested as an office would (tests/cases/README.md)."""

import json
from pathlib import Path
from typing import Any

import pytest

from config.programme import Programme, load_programme
from models.messages.item import Item
from producers.poll import open_dependencies, poll
from stream_apps.classify import Classifier
from tests.cases.served import serving

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/served.json"))


@pytest.mark.parametrize("name", CASES)
def test_what_comes_of_a_case(name, tmp_path, broker, quick_settings, topics):
    expected = json.loads((HERE / name / "expected.json").read_text("utf-8"))["expected"]
    with serving(HERE / name) as served:
        (tmp_path / "programme.yaml").write_text("{id: thu, name: Tỉnh thử}", "utf-8")
        outlets = served.here((HERE / name / "outlets.yaml").read_text("utf-8"))
        (tmp_path / "outlets.yaml").write_text(outlets, "utf-8")
        programme = load_programme(tmp_path)
        for night in served.nights:
            served.night(night)
            with open_dependencies(quick_settings, broker.bootstrap) as dependencies:
                result = poll(programme, dependencies)
    published = [Item.model_validate(each) for each in topics(result, "lantoa.items")]
    fetched = topics(result, "lantoa.sources.fetched")
    is_by_outlet = expected.keys() <= programme.outlets.keys()
    for outlet, wanted in (expected if is_by_outlet else dict.fromkeys(programme.outlets, expected)).items():
        latest = {each.id: each for each in published if each.outlet == outlet}
        told = max((each["collapsed"] for each in fetched if each["outlet"] == outlet), default=0)
        found = observed(programme, list(latest.values())) | {"collapsed": told}
        wanted = {each: value for each, value in wanted.items() if each not in {"note", "text_without"}}
        assert {each: found[each] for each in wanted} == wanted, outlet
        absent = expected.get("text_without")
        assert absent is None or all(absent not in f"{each.lead} {each.text}" for each in latest.values())


def observed(programme: Programme, items: list[Item]) -> dict[str, Any]:
    """What an expectation may name; of several items, what they have in common."""
    decided = [Classifier(programme).classify_item(item) for item in items]
    linked = {m.resolution for each in decided for m in each.mentions if m.status == "linked"}
    flags, reasons = ({getattr(each, name, None) for each in items} for name in ("text_flag", "text_reason"))
    return {
        "items": len(items),
        "text_flag": flags.pop() if len(flags) == 1 else flags,
        "text_reason": reasons.pop() if len(reasons) == 1 else reasons,
        "resolutions": sorted(linked),
    }
