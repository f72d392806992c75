"""The catalogue: complete, consistent, and every mistake in an entry is reported with file, line and what was expected."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from config.catalogue import SHIPPED, load_catalogue
from config.errors import CatalogueError
from stream_apps.rules.link import Linker

GUIDE = Path(__file__).parents[2] / "docs" / "catalogue.md"
ISSUERS = {
    "Bộ Chính trị": "politburo",
    "Ban Bí thư": "secretariat",
    "Ban Chấp hành Trung ương": "central_committee",
    "Đại hội": "congress",
}
ENTRY = """\
- id: NQ-88-TW-XIII
  symbol: 88-NQ/TW
  kind: resolution
  issuer: politburo
  term: XIII
  issued: 2025-12-01
  title: "Về một văn bản để thử"
"""
PLENUM = """\
- id: TW-12-XIII
  kind: plenum
  issuer: central_committee
  term: XIII
  title: "Nghị quyết Hội nghị Trung ương 12 khóa XIII"
"""


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def linker(catalogue):
    return Linker(catalogue)


def listed(shared_data, family):
    with (shared_data / "resolutions.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["family"] == family]


@pytest.mark.shared_data
def test_every_listed_document_of_the_party_is_there(catalogue, shared_data):
    rows = listed(shared_data, "party")
    assert len(rows) == len(catalogue.documents) == 138
    for row in rows:
        entry = catalogue.documents[row["id"]]
        stated = (entry.symbol, entry.term, entry.plenum, entry.issued and entry.issued.isoformat())
        assert stated == tuple(row[key] or None for key in ("symbol", "term", "plenum", "issued"))
        assert (entry.issuer, entry.certainty) == (issuer_of(row["issuer"]), row["certainty"])
        assert row["title"].startswith(entry.title)
        assert entry.source


def issuer_of(name):
    return next(code for vietnamese, code in ISSUERS.items() if name.startswith(vietnamese))


@pytest.mark.shared_data
def test_every_listed_look_alike_of_the_state_is_there(catalogue, shared_data):
    rows = listed(shared_data, "state")
    entries = {entry.symbol: entry for entry in catalogue.state}
    assert len(rows) == 12
    for row in rows:
        entry = entries[row["symbol"]]
        assert (entry.issuer, entry.issued.isoformat()) == (row["issuer"], row["issued"])
        assert entry.topics


def test_no_two_entries_are_one_document(catalogue):
    numbered = [(entry.symbol, entry.term) for entry in catalogue.documents.values() if entry.symbol]
    assert len(numbered) == len(set(numbered))
    state = [(entry.symbol, entry.issued) for entry in catalogue.state]
    assert len(state) == len(set(state))


def test_every_plenum_issued_something(catalogue):
    plenums = {name for name, entry in catalogue.documents.items() if entry.kind == "plenum"}
    assert plenums == {entry.plenum for entry in catalogue.documents.values() if entry.plenum}


def test_numbers_of_a_term_run_with_their_dates(catalogue):
    """A slip in a number or a date would most often break the order."""
    for term in {entry.term for entry in catalogue.documents.values()}:
        dated = sorted(
            (int(entry.symbol.split("-")[0]), entry.issued)
            for entry in catalogue.documents.values()
            if entry.term == term and entry.symbol and entry.kind == "resolution" and entry.issued
        )
        assert [day for _, day in dated] == sorted(day for _, day in dated), term


@pytest.mark.parametrize("entry", load_catalogue().documents.values(), ids=lambda entry: entry.id)
def test_a_document_is_linked_by_its_symbol_and_date_or_by_its_name(entry, linker):
    words = entry.title
    if entry.symbol:
        kind = "Chỉ thị" if entry.kind == "directive" else "Nghị quyết"
        when = f" ngày {entry.issued:%d/%m/%Y}" if entry.issued else f" khóa {entry.term}"
        words = f"{kind} số {entry.symbol}{when}"
    found = linker.link("", "", words, date(2026, 12, 31))
    assert [m.resolution for m in found] == [entry.id]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("NQ-88-TW-XIII", "NQ-57-TW-XIII", 1, "the id NQ-57-TW-XIII is taken already"),
        ("NQ-88-TW-XIII", "nq 88", 1, "id"),
        ("88-NQ/TW", "57-NQ/TW", 2, "NQ-57-TW-XIII has this symbol in the same term already"),
        ("88-NQ/TW", "NQ 88", 2, "symbol"),
        ("kind: resolution", "kind: nghị quyết", 3, "'resolution'"),
        ("kind: resolution", "kind: resolution\n  term: XIII", 6, "stands here twice"),
        ("issuer: politburo", "issuer: bct", 4, "'politburo'"),
        ("term: XIII", "term: 13", 5, "'XIII'"),
        ("2025-12-01", "2026-05-01", 6, "expected a date in term XIII, which began on 2021-02-01"),
        ("2025-12-01", "2020-12-01", 6, "expected a date in term XIII, which began on 2021-02-01"),
        ("2025-12-01", "1/12/2025", 6, "issued"),
        ("title:", "colour: red\n  title:", 7, "colour: is not a known key"),
        ('  title: "Về một văn bản để thử"\n', "", 1, "title: is missing"),
        ("  issued", "  plenum: TW-99-XIII\n  issued", 6, "expected the id of a plenum's own entry, found 'TW-99-XIII'"),
        ("  issued", "  plenum: DH-XIII\n  issued", 6, "expected the id of a plenum's own entry, found 'DH-XIII'"),
        ("  issued", "  plenum: TW-8-XII\n  issued", 5, "expected term XII of its plenum TW-8-XII, found XIII"),
        ("  issued", '  aliases: ["Tam nông"]\n  issued', 6, "expected an alias that begins with a document's word"),
        (ENTRY, PLENUM.replace("  term: XIII\n", ""), 2, "expected a term for a plenum"),
        (ENTRY, "", 1, "empty"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(old, new, line, said, tmp_path):
    path = tmp_path / "resolutions.yaml"
    assert old in ENTRY
    path.write_text(ENTRY.replace(old, new), "utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(path)
    assert (caught.value.path, caught.value.line) == (path, line)
    assert said in caught.value.message


def test_the_version_changes_with_every_entry(catalogue, tmp_path):
    path = tmp_path / "resolutions.yaml"
    path.write_text(ENTRY, "utf-8")
    first = load_catalogue(path).version
    path.write_text(ENTRY.replace("để thử", "để sửa"), "utf-8")
    assert len({catalogue.version, first, load_catalogue(path).version}) == 3
    assert load_catalogue().version == catalogue.version


def guide_examples():
    return re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)


def test_the_examples_of_the_guide_are_entries(tmp_path):
    examples = guide_examples()
    assert len(examples) >= 3
    for number, example in enumerate(examples):
        path = tmp_path / f"{number}.yaml"
        path.write_text(example, "utf-8")
    assert (
        load_catalogue(*sorted(tmp_path.glob("*.yaml"))).documents.keys() > load_catalogue().documents.keys()
    )


def test_the_guide_names_every_key_and_every_file():
    text = GUIDE.read_text("utf-8")
    keys = [key for key in type(load_catalogue().documents["DH-IX"]).model_fields if f"`{key}`" not in text]
    files = [
        path.name for path in SHIPPED.glob("*.yaml") if path.name not in text and "term-" not in path.name
    ]
    assert keys + files == []


def test_the_document_that_the_guide_adds_is_linked(tmp_path):
    path = tmp_path / "resolutions.yaml"
    path.write_text("".join(guide_examples()), "utf-8")
    linker = Linker(load_catalogue(path))
    (sentence,) = re.findall(r"^> (Nghị quyết .*)$", GUIDE.read_text("utf-8"), re.MULTILINE)
    (mention,) = linker.link("", "", sentence, date(2026, 10, 1))
    assert (mention.resolution, mention.status) == ("NQ-30-TW-XIV", "linked")
