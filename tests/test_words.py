"""Texts for outsiders, docstrings and comments hold none of the words of words.txt, which have a better one."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from config.settings import Settings
from lantoa.cli import make_app

REPOSITORY = Path(__file__).parent.parent
WORDS = Path(__file__).with_name("words.txt")
CODE = re.compile(r"`[^`]*`")
DOCUMENTS = sorted(
    [
        *REPOSITORY.glob("*.md"),
        *(REPOSITORY / "docs").glob("*.md"),
        *(path for path in (REPOSITORY / "docs" / "contracts").iterdir() if path.is_file()),
    ]
)


CODE_ONLY = "# In docstrings and comments only"
ROOMS_OF_PLAIN_SENTENCES = ("config", "models", "producers", "stream_apps", "lantoa", "benchmarks", "scripts")


def better_words(text: str) -> dict[str, str]:
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return dict(line.split(" → ", 1) for line in lines)


def pattern_of(words: dict[str, str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest_first))})(?![\w-])", re.I)


BETTER = better_words(WORDS.read_text().partition(CODE_ONLY)[0])
BETTER_IN_CODE = better_words(WORDS.read_text())
WORST, WORST_IN_CODE = pattern_of(BETTER), pattern_of(BETTER_IN_CODE)


def complaints(text: str, place: str, first: int = 1, worst: re.Pattern[str] = WORST) -> list[str]:
    """One line for each word: file, line, the word and what to write instead."""
    found, in_block = [], False
    for number, line in enumerate(text.splitlines(), first):
        if line.lstrip().startswith("```"):
            in_block = not in_block
        if not in_block:
            words = worst.findall(CODE.sub("`", line))
            found += [f"{place}:{number}: “{word}”: write {BETTER_IN_CODE[word.lower()]}" for word in words]
    return found


def relative(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_documents_and_contracts_hold_none_of_the_worst_words(path):
    assert complaints(path.read_text(), relative(path)) == []


def texts_of_people(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every translated text, of every description of a field and of every metric."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        given = [word.value for word in node.keywords if word.arg in ("description", "help")]
        if name == "_" or name in ("by_label", "GaugeMetricFamily", "CounterMetricFamily"):
            given += node.args
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.lineno, value.value


def modules(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (REPOSITORY / room).rglob("*.py"))


def test_settings_messages_metrics_and_options_hold_none_of_the_worst_words():
    read = [
        (path, *text)
        for path in modules("config", "models", "lantoa/cli", "lantoa/metrics")
        for text in texts_of_people(path)
    ]
    texts = {text for _path, _line, text in read}
    assert {field.description for field in Settings.model_fields.values()} <= texts
    assert len(texts) > 300
    assert [each for path, line, text in read for each in complaints(text, relative(path), line)] == []


def sentences_of(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every docstring and of every comment."""
    for node in ast.walk(ast.parse(source)):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if documented and (docstring := ast.get_docstring(node, clean=False)):
            yield node.body[0].lineno, docstring
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@pytest.mark.parametrize("room", ROOMS_OF_PLAIN_SENTENCES)
def test_docstrings_and_comments_hold_none_of_the_worst_words(room):
    read = [(path, *sentence) for path in modules(room) for sentence in sentences_of(path.read_text())]
    assert len(read) > 20
    found = (complaints(text, relative(path), line, WORST_IN_CODE) for path, line, text in read)
    assert [complaint for each in found for complaint in each] == []


def test_a_word_of_a_docstring_or_a_comment_is_found_with_its_line():
    source = 'def f():\n    """Plain.\n\n    Rules decide."""\n    return 1  # `decide`, told\n'
    assert [
        complaint
        for line, text in sentences_of(source)
        for complaint in complaints(text, "f.py", line, WORST_IN_CODE)
    ] == [
        "f.py:4: “Rules decide”: write rules classify",
        f"f.py:5: “told”: write {BETTER['told']}",
    ]
    assert complaints("Somebody must decide.", "README.md") == []


def commands(group, path=()):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        yield " ".join((*path, name)), command


def test_the_help_of_commands_holds_none_of_the_worst_words():
    sources = {path: path.read_text().splitlines() for path in modules("lantoa/cli")}
    helps = [
        line.strip()
        for _name, command in commands(get_command(make_app()))
        for line in command.help.splitlines()
    ]
    assert len(helps) > 100
    for text in helps:
        for path, lines in sources.items():
            for number, line in enumerate(lines, 1):
                if text and text in line:
                    assert complaints(text, relative(path), number) == []
        assert complaints(text, "help") == []


def test_a_word_of_the_list_is_found_with_its_file_and_line():
    text = "Plain.\nThe broker is away, `is away` is code.\n```\nanew\n```\nFiles are read Anew."
    assert complaints(text, "README.md") == [
        "README.md:2: “is away”: write is unavailable",
        f"README.md:6: “Anew”: write {BETTER['anew']}",
    ]
