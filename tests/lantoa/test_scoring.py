"""An office's own clippings with right answers: read as Excel writes them, compared, and counted with care."""

import csv
import io
import json
import re
from datetime import date
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import load_catalogue
from config.errors import UsageError
from lantoa.commands.classifying import Classifying
from lantoa.commands.scoring.labelled import Labelled, alike, read_labelled
from lantoa.commands.scoring.score import Score, compare, score, wilson
from models.messages.mention import Mention
from stream_apps.rules.link import Linker
from tests.conftest import REPOSITORY

CATALOGUE = load_catalogue()
ROWS = [
    ("text", "published", "right"),
    ("Học tập Nghị quyết số 29-NQ/TW ngày 17/11/2022; rất tốt, hay, đẹp.", "14/05/2024", "NQ-29-TW-XIII"),
    ('Đoàn "nòng cốt"\nquán triệt nghị quyết', "", ""),
    ("Vở kịch, bài thơ, câu hò; điệu lý", "2024-05-14", "NQ-42-TW-XIII TW-8-XIII"),
]
A, B, C = "NQ-57-TW-XIII", "NQ-42-TW-XIII", "NQ-18-TW-XII"


def written(rows, delimiter=",", encoding="utf-8", line_end="\r\n", head=""):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return (head + file.getvalue()).encode(encoding)


def read(data, programme):
    return read_labelled("bai.csv", data, programme, CATALOGUE)


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_is_read_as_excel_writes_it(hau_giang, delimiter, encoding, line_end):
    found = read(written(ROWS, delimiter, encoding, line_end), hau_giang)
    assert [each.published for each in found] == ["14/05/2024", "", "2024-05-14"]
    assert [each.right for each in found] == [{"NQ-29-TW-XIII"}, set(), {B, "TW-8-XIII"}]
    assert found[0].text == ROWS[1][0]
    assert found[1].text.splitlines() == ROWS[2][0].split("\n")
    assert [each.line for each in found] == [2, 3, 5]


def test_the_separator_that_excel_states_is_heeded(hau_giang):
    data = written(ROWS, ";", head="sep=;\r\n", encoding="utf-8-sig")
    assert [each.line for each in read(data, hau_giang)] == [3, 4, 6]


def test_columns_stand_in_any_order_with_others_between_and_empty_lines(hau_giang):
    rows = [
        (" Right ", "ghi chú", "TEXT", "Published", "lead", "title", "optional", ""),
        ("", "", "", "", "", "", "", ""),
        ("NQ-29-TW-XI", "x", "a", "", "dẫn", "tựa", f"{A}, {B}", ""),
        (),
    ]
    (found,) = read(written(rows), hau_giang)
    assert (found.line, found.right, found.optional) == (3, {"NQ-29-TW-XI"}, {A, B})
    assert (found.title, found.lead, found.text) == ("tựa", "dẫn", "a")


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(str.strip).filter(bool)


@given(rows=st.lists(st.tuples(WORDS, st.sampled_from(["", A, f"{A} {B}"])), min_size=1, max_size=5))
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_whatever_a_text_holds_stays_one_cell(hau_giang, delimiter, rows):
    lines = [("text", "published", "right"), *((f"x{text}", "", right) for text, right in rows)]
    found = read(written(lines, delimiter), hau_giang)
    assert [(each.text, each.right) for each in found] == [(f"x{t}", frozenset(r.split())) for t, r in rows]


def head(*names):
    return written([names or ("text", "published", "right")])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", ["is empty"]),
        (b" \r\n\r\n", ["is empty"]),
        (b"PK\x03\x04" + b"\0" * 30, ["workbook", "CSV UTF-8"]),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 30, ["workbook"]),
        (b"text\x00\x00", ["no text"]),
        (head("text", "published"), ["line 1", "no column right", "It has: text, published"]),
        (head("text", "right"), ["line 1", "no column published"]),
        (head("published", "right"), ["line 1", "no column text or url"]),
        (head("văn bản", "ngày"), ["no column text or url, published, right"]),
        (head("text", "text", "published", "right"), ["line 1", "text is named twice"]),
        (head(), ["no clippings"]),
        (head() + b'"a,,\r\nb,,\r\n', ["line 2", "do not close"]),
        (head() + b"a,,\r\nb,,NQ-29-TW\r\n", ["line 3", "'NQ-29-TW'", "NQ-29-TW-XI", "NQ-29-TW-XIII"]),
        (head() + b"a,,57-NQ/TW\r\n", ["line 2", "Did you mean NQ-57-TW-XIII?"]),
        (head() + b"a,,nq-57-tw-xiii\r\n", ["line 2", "Did you mean NQ-57-TW-XIII?"]),
        (head() + "a,hôm qua,\r\n".encode(), ["line 2", "'hôm qua'", "14/05/2024"]),
        (head() + b"a,1066-05-14,\r\n", ["line 2", "1990 to 2100"]),
        (head() + b",14/05/2024,\r\n", ["line 2", "neither text nor url"]),
        (head("url", "published", "right") + b"baohaugiang,,\r\n", ["line 2", "no address", "https://"]),
        (
            head("text", "published", "right", "optional") + b"a,,,NQ-1\r\n",
            ["line 2", "'NQ-1' (optional)"],
        ),
    ],
)
def test_a_mistake_is_said_with_its_line_and_what_to_do(hau_giang, data, said):
    with pytest.raises(UsageError) as caught:
        read(data, hau_giang)
    for words in ["bai.csv", *said]:
        assert words in str(caught.value)
    assert caught.value.exit_code == 2


def test_all_mistakes_are_said_at_once_and_many_are_counted(hau_giang):
    data = head() + b"a,,NQ-1\r\n" * 25
    with pytest.raises(UsageError) as caught:
        read(data, hau_giang)
    assert len(str(caught.value).splitlines()) == 11
    assert "and 15 more" in str(caught.value)


@pytest.mark.parametrize("name", [A[:-1], A.lower(), A.replace("-", "_"), "57-NQ/TW", "57-TW"])
def test_a_mistyped_id_finds_the_one_that_was_meant(name):
    assert A in alike(name, CATALOGUE)


def labelled(right="", optional=""):
    return Labelled(2, "Một bài", "", "Tựa", "", "", frozenset(right.split()), frozenset(optional.split()))


def linked(document, **more):
    return mention("linked", document, (document,), **more)


def waits(*candidates, probabilities=(), rule="bare-number", surface="nghị quyết"):
    return mention("ambiguous", None, candidates, probabilities=probabilities, rule=rule, surface=surface)


def mention(status, document, candidates, probabilities=(), rule="topic", surface="nghị quyết"):
    return Mention(surface, 0, len(surface), "body", document, None, "party", status, rule, candidates,
                   "nothing decides between them", probabilities)  # fmt: skip


@pytest.mark.parametrize(
    ("row", "mentions", "figures", "differences"),
    [
        (labelled(A), [linked(A)], (1, 0, 0, 0), []),
        (labelled(A), [linked(A), linked(A)], (1, 0, 0, 0), []),
        (labelled(A), [], (0, 0, 1, 0), [("missed", A)]),
        (labelled(), [linked(A)], (0, 1, 0, 0), [("wrong", A)]),
        (labelled(A), [linked(B)], (0, 1, 1, 0), [("wrong", B), ("missed", A)]),
        (labelled(A), [waits(B, A)], (0, 0, 1, 1), [("waits", A)]),
        (labelled(A), [waits(B, C)], (0, 0, 1, 0), [("missed", A), ("waits", None)]),
        (labelled(), [waits(B), waits(B)], (0, 0, 0, 0), [("waits", None)]),
        (labelled(A), [linked(A), waits(B, A)], (1, 0, 0, 0), [("waits", None)]),
        (labelled("", optional=A), [linked(A)], (0, 0, 0, 0), []),
        (labelled("", optional=A), [], (0, 0, 0, 0), []),
        (labelled(A, optional=A), [], (0, 0, 0, 0), []),
        (labelled(), [waits(rule="allusion")], (0, 0, 0, 0), []),
        (labelled("TW-8-XIII"), [linked("TW-8-XIII")], (1, 0, 0, 0), []),
        (labelled(B), [linked(B)], (1, 0, 0, 0), []),  # its plenum only follows from it
        (labelled(f"{B} TW-8-XIII"), [linked(B)], (1, 0, 1, 0), [("missed", "TW-8-XIII")]),
    ],
)
def test_each_article_is_compared_by_what_it_names(row, mentions, figures, differences):
    found = Score()
    compare(found, row, mentions, str)
    assert (found.right, found.wrong, found.missed, found.missed_waiting) == figures
    assert [(each.kind, each.document) for each in found.differences] == differences


def test_a_difference_says_its_words_and_reasons():
    found = Score()
    row = labelled(A)
    compare(found, row, [waits(B, A, probabilities=(0.5, 0.3), surface="Nghị quyết 57")], str)
    (each,) = found.differences
    assert (each.line, each.title, each.words, each.probability) == (2, "Tựa", "Nghị quyết 57", 0.3)
    assert each.candidates == (B, A)
    assert f"{A} (30 %)" in each.because


def test_articles_that_only_allude_are_counted_apart():
    found = Score()
    for mentions in ([waits(rule="allusion")], [waits(rule="allusion"), waits(A, B)], [linked(A)], []):
        compare(found, labelled(optional=A), mentions, str)
    shares = found.shares()
    assert (shares["articles_waiting"], shares["articles_alluding"]) == ((1, 4), (1, 4))


@pytest.mark.shared_data
def test_a_file_scores_as_its_articles_do(hau_giang, shared_data):
    """Labelled articles through the csv file that an office would write, against the rules asked directly."""
    path = shared_data / "mentions-dev.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()][:40]
    lines = [(row["title"], row["text"], "2024-05-14", " ".join(row["resolutions"])) for row in rows]
    data = written([("title", "text", "published", "right"), *lines], ";", "utf-8-sig")
    found = score(read(data, hau_giang), Classifying(hau_giang, CATALOGUE), str)
    linker, right, wrong = Linker(CATALOGUE), 0, 0
    for row in rows:
        mentions = linker.link(row["title"], "", row["text"].strip(), date(2024, 5, 14))
        named = {each.resolution for each in mentions if each.status == "linked"}
        right += len(named & {*row["resolutions"]})
        wrong += len(named - {*row["resolutions"]})
    assert (found.articles, found.right, found.wrong) == (40, right, wrong)
    assert found.missed == sum(len(row["resolutions"]) for row in rows) - right
    assert right > 10


@given(st.data())
def test_an_interval_holds_the_share_and_narrows(data):
    of = data.draw(st.integers(1, 5000))
    count = data.draw(st.integers(0, of))
    low, high = wilson(count, of)
    assert 0 <= low <= count / of <= high <= 1
    wider = wilson(count, of)
    narrower = wilson(4 * count, 4 * of)
    assert narrower[1] - narrower[0] < wider[1] - wider[0]
    mirrored = wilson(of - count, of)
    assert mirrored == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(
    ("count", "of", "interval"),
    [(0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0)), (98, 100, (0.9300, 0.9945)), (81, 263, (0.2553, 0.3662))],
)  # fmt: skip
def test_intervals_are_those_of_the_books(count, of, interval):
    """The last is Newcombe's example (1998)."""
    assert wilson(count, of) == pytest.approx(interval, abs=0.0001)
    assert wilson(0, 0) is None


def test_an_interval_covers_as_often_as_it_says():
    """Summed over all outcomes of 60 links of which each is right with 0.9."""
    covered = sum(
        comb(60, k) * 0.9**k * 0.1 ** (60 - k)
        for k in range(61)
        if wilson(k, 60)[0] <= 0.9 <= wilson(k, 60)[1]
    )
    assert 0.93 < covered < 0.98


def test_the_example_of_the_documents_is_scored(hau_giang):
    document = (REPOSITORY / "docs" / "linking.md").read_text("utf-8")
    (example,) = re.findall(r"```csv\n(.*?)```", document, re.DOTALL)
    found = score(read(example.encode(), hau_giang), Classifying(hau_giang, CATALOGUE), str)
    assert (found.right, found.wrong, found.missed) == (1, 0, 0)
