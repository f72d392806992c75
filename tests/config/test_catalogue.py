"""The catalogue: complete, consistent, and every mistake in an entry is reported with file, line and what was expected."""

import csv
import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from config.catalogue import SHIPPED, load_catalogue
from config.catalogue_entries import Event, PublicOffice
from config.errors import CatalogueError
from config.yaml_lines import load_model
from stream_apps.rules.link import Linker
from stream_apps.rules.text import fold

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
PRONOUNS = {"ai"}  # an acronym in lower case, as texts are read
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


OFFICE = """\
- office: ["Trưởng Ban Thử"]
  holders:
    - {name: Nguyễn Văn Thử, from: 2011-07-23, until: 2016-03-31, source: "a test"}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("from: 2011-07-23, ", "", 3, "0.holders.0.from: is missing"),
        ("until: 2016-03-31, ", "", 3, "0.holders.0.until: is missing"),
        ("2016-03-31", "2011-07-23", 3, "expected an end behind the beginning"),
        ("2011-07-23", "23/7/2011", 3, "0.holders.0.from"),
        ("Nguyễn Văn Thử", "Thử", 3, "0.holders.0.name"),
        ("source", "sources", 3, "0.holders.0.source: is missing"),
        ('["Trưởng Ban Thử"]', "[]", 1, "0.office"),
    ],
)
def test_a_mistake_about_a_holder_is_named_with_its_line(old, new, line, said, tmp_path):
    path = tmp_path / "offices.yaml"
    assert old in OFFICE
    path.write_text(OFFICE, "utf-8")
    assert load_model(path, list[PublicOffice])[0][0].holders[0].name == "Nguyễn Văn Thử"
    path.write_text(OFFICE.replace(old, new), "utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_model(path, list[PublicOffice])
    assert caught.value.line == line
    assert said in caught.value.message


def test_holders_and_events_count_into_the_version(catalogue):
    fewer = [
        replace(catalogue, offices=catalogue.offices[1:]),
        replace(catalogue, events=catalogue.events[1:]),
        catalogue,
    ]
    assert len({each.version for each in fewer}) == 3


def test_no_single_syllable_is_a_phrase_unless_it_is_an_acronym(catalogue):
    """ "vùng" or "biển" two sentences away decides nothing."""
    phrases = [(d.id, words) for d in catalogue.documents.values() for words in (*d.topics, *d.hints)]
    phrases += [(entry.symbol, words) for entry in catalogue.state for words in entry.topics]
    single = [(name, words) for name, words in phrases if len(words.split()) == 1]
    assert [each for each in single if sum(letter.isupper() for letter in each[1]) < 2] == []
    assert [each for each in single if fold(each[1]) in PRONOUNS] == []


def test_documents_of_one_number_share_no_topic(catalogue):
    """A topic identifies the document beside its number, so nothing that has this number may have it too."""
    topics = {}
    for entry in (*catalogue.documents.values(), *catalogue.state):
        if entry.symbol and "CT" not in entry.symbol:
            number = int(re.match(r"\d+", entry.symbol)[0])
            for words in {fold(topic) for topic in entry.topics}:
                topics.setdefault((number, words), []).append(entry.symbol)
    assert {key: symbols for key, symbols in topics.items() if len(symbols) > 1} == {}


def test_every_numbered_document_has_topics_and_hints(catalogue):
    numbered = [entry for entry in catalogue.documents.values() if entry.symbol]
    assert [entry.id for entry in numbered if not entry.topics or not entry.hints] == []
    for entry in numbered:
        assert not {fold(words) for words in entry.topics} & {fold(words) for words in entry.hints}, entry.id


def test_nobody_holds_an_office_twice_at_once(catalogue):
    """But for one who leads two ministries when one ends."""
    for office in catalogue.offices:
        for holder in office.holders:
            spans = sorted((h.began, h.ended or date.max) for h in office.holders if h.name == holder.name)
            assert all(a[1] - b[0] <= timedelta(days=31) for a, b in pairwise(spans)), holder.name


def test_words_of_offices_and_events_stand_once(catalogue):
    words = [w.lower() for office in catalogue.offices for w in office.office]
    words += [w.lower() for event in catalogue.events for w in event.words]
    assert len(words) == len(set(words))


def test_the_guide_names_every_key_of_a_holder_and_an_event():
    text = GUIDE.read_text("utf-8")
    keys = [
        field.alias or name for model in (PublicOffice, Event) for name, field in model.model_fields.items()
    ]
    assert [key for key in keys if f"`{key}`" not in text and f"{key}:" not in text] == []


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
