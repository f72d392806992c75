"""docs/linking.md explains every rule, and every rule is proved by rows."""

import re
from pathlib import Path
from typing import get_args

import pytest

from stream_apps.rules.mention_verdict import Rule
from tests.rules.table import ROWS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "linking.md").read_text("utf-8")
RULES = DOCUMENT.partition("## The rules\n")[2].partition("\n## ")[0]
EXPLAINED = re.findall(r"^\| `([a-z-]+)` \|", RULES, re.MULTILINE)
PROGRAMMES_OWN = {"local"}  # tests/rules/test_link.py: the shipped catalogue has none


def test_the_document_explains_every_rule_and_no_other():
    assert sorted(EXPLAINED) == sorted(get_args(Rule))


@pytest.mark.parametrize("rule", sorted({*get_args(Rule)} - PROGRAMMES_OWN))
def test_every_rule_has_rows(rule):
    assert any(rule in row.rules for row in ROWS)


@pytest.mark.parametrize("module", sorted(set(re.findall(r"`([a-z_]+\.py)`", DOCUMENT))))
def test_the_modules_that_it_names_exist(module):
    assert (Path(__file__).parents[2] / "stream_apps" / "rules" / module).exists()
