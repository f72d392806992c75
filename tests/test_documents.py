"""Documents that cannot rot: tables are generated, every command and setting is there, and the examples run."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import Settings
from lantoa.cli import COMMANDS, GROUPS
from models.messages.topics import TOPICS
from scripts.documents import with_tables

REPOSITORY = Path(__file__).parent.parent
README = (REPOSITORY / "README.md").read_text()
RECIPES = re.findall(r"^make ([a-z]+)", README, re.MULTILINE)


def test_the_tables_of_the_readme_are_the_generated_ones():
    assert with_tables(README) == README, "run `python -m scripts.documents`"


@pytest.mark.parametrize("name", [*COMMANDS, *GROUPS])
def test_every_command_stands_in_the_readme(name):
    assert f"`lantoa {name}" in README


def test_every_setting_and_every_topic_stands_in_the_readme():
    missing = [n for n in Settings.model_fields if f"`LANTOA_{n.upper()}`" not in README]
    assert missing + [topic.name for topic in TOPICS if f"`{topic.name}`" not in README] == []


def test_every_link_between_documents_leads_somewhere():
    for document in (
        REPOSITORY / "README.md",
        REPOSITORY / "CONTRIBUTING.md",
        *(REPOSITORY / "docs").glob("*.md"),
    ):
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def glossary():
    """The rows of the glossary's tables, each as its cells."""
    text = (REPOSITORY / "docs" / "glossary.md").read_text()
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [row for row in rows if row[0] != "Vietnamese"]


def test_the_glossary_has_its_terms_once():
    assert len(glossary()) >= 60
    assert {len(row) for row in glossary()} == {4}
    terms = [row[1] for row in glossary()]
    assert [term for term in terms if terms.count(term) > 1] == []


def test_the_names_of_the_glossary_are_names_of_the_code():
    rooms = ("config", "models", "producers", "stream_apps", "lantoa")
    files = [
        path for room in rooms for kind in ("*.py", "*.yaml") for path in (REPOSITORY / room).rglob(kind)
    ]
    words = set(re.findall(r"[\w.-]+", "\n".join([README, *(path.read_text() for path in files)])))
    named = {name for row in glossary() for name in re.findall(r"`([^`]+)`", row[2])}
    assert len(named) > 60
    assert [name for name in sorted(named) if not words.issuperset(name.split())] == []


def test_the_recipes_of_the_readme_are_recipes_of_the_makefile():
    makefile = (REPOSITORY / "Makefile").read_text()
    named = {*RECIPES, *re.findall(r"`make ([a-z]+)`", README)}
    assert {"demo", "test", "up", "lint", "bench", "help"} <= named
    assert [name for name in named if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_every_field_of_the_log_stands_in_the_operations():
    log = (
        (REPOSITORY / "docs" / "operations.md").read_text().partition("\n## The log")[2].partition("\n## ")[0]
    )
    documented = set(re.findall(r"`([a-z_]+)`", log))
    fields = set()
    for room in ("producers", "stream_apps", "models", "lantoa"):
        for file in (REPOSITORY / room).rglob("*.py"):
            text = file.read_text("utf-8")
            for node in ast.walk(ast.parse(text)) if "logger." in text else ():
                if isinstance(node, ast.keyword) and node.arg == "extra" and isinstance(node.value, ast.Dict):
                    fields |= {key.value for key in node.value.keys}
    assert len(fields) > 30
    assert fields - documented == set()


def test_the_map_of_changes_leads_to_files_that_are_there():
    table = (
        (REPOSITORY / "CONTRIBUTING.md").read_text().partition("## I want to change")[2].partition("\n## ")[0]
    )
    named = re.findall(r"`((?:producers|stream_apps|models|config|tests)/[^`]+)`", table)
    assert len(named) > 40
    assert [path for path in named if not (REPOSITORY / path).exists()] == []


@pytest.mark.parametrize("page", ["security.md", "faults.md"])
def test_the_tests_behind_promises_are_there(page):
    named = re.findall(r"`(tests/[^`]+)`", (REPOSITORY / "docs" / page).read_text())
    assert len(named) > 10
    assert [path for path in named if not (REPOSITORY / path).is_file()] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["tallies", "--period", "2024", "--by", "resolution,channel"],
        ["sources", "list"],
        ["settings"],
        ["topics", "list"],
        ["topics", "create"],
    ],
    ids=" ".join,
)
def test_the_commands_of_the_readme_run(arguments, tmp_path):
    environment = {**os.environ, "LANTOA_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "-m", "lantoa", *arguments]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert ran.returncode == (1 if arguments == ["topics", "list"] else 0), (
        ran.stderr
    )  # none exists before `create`
    assert ran.stdout


def test_make_demo_ends_as_the_readme_says(demo_said):
    """The README's own lines. What they end is the command that made the demo of the tests."""
    recipe = subprocess.run(
        ["make", "--silent", "--dry-run", "demo"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert recipe.stdout.splitlines()[-1] == ".venv/bin/lantoa demo"
    lines = re.findall(r"^(?:In 2024|All [\d,]+ figures).*$", README, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        assert line in demo_said
