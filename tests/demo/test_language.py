"""What the pieces say, read again without the plan that they were written to."""

import re
import unicodedata
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import combinations

import pytest

from lantoa.demo.cast import FOLDER, read_yaml
from lantoa.demo.language import sentences
from lantoa.demo.references import load_references
from lantoa.demo.spelling import new_tones, slug, without_marks
from lantoa.demo.timeline import hanoi_day

PLACES = ("hau giang", "vi thanh", "nga bay", "long my", "phung hiep", "vi thuy", "chau thanh a")
DECOYS = ("duoc hau giang", "duong hau giang", "song hau giang")


def test_there_are_enough_sentences():
    words = sentences()
    assert len(words["bodies"]) + len(words["leads"]) + len(words["references"]) >= 60
    for kind in ("titles", "leads", "bodies", "references"):
        assert len(set(words[kind])) == len(words[kind])


def test_templates_name_no_place_and_no_document():
    words = sentences()
    for kind in ("titles", "title_references", "leads", "bodies", "references", "look_alikes", "neutral"):
        for template in words[kind]:
            assert not _names_a_place(template), template
            assert not re.search(r"NQ|\bkhóa [XIV]|Trung ương \d|Đại hội", template), template


def test_scope_is_what_the_words_say(world):
    """No other zone or spelling can hide a place: marks are dropped for this reading."""
    for article in world.articles:
        if not article.feeds[0].always:
            assert _names_a_place(_words(article)) == article.in_scope, article.id


def test_some_loudspeaker_pieces_name_no_place(world):
    named = Counter(_names_a_place(_words(a)) for a in world.articles if a.feeds[0].always)
    assert named[False] > 100


def test_sizes_decide_between_brief_and_article(world):
    for article in world.articles:
        body = sum(len(paragraph.split()) for paragraph in article.text.body)
        if article.form == "article":
            assert body >= 285
        if article.form == "brief":
            assert body + len(article.text.lead.split()) <= 215


def test_a_document_is_not_mentioned_before_it_was_issued(world):
    for article in world.articles:
        if "NQ-57-TW-XIII" in article.text.resolutions:
            assert hanoi_day(article.published) > "2024-12-22"


def test_symbols_in_the_words_are_those_of_the_plan(world):
    """Numbers in front of -NQ/TW, read again; lists and plena are left aside."""
    for article in world.articles:
        words = without_marks(_words(article).replace("TƯ", "TW")).replace("–", "-")
        found = set(re.findall(r"(\d+)-NQ/TW", words.upper()))
        planned = {name.split("-")[1] for name in article.text.resolutions if name.startswith("NQ-")}
        assert found <= planned or article.text.undecided, article.id
        assert bool(found) == bool(planned) or article.text.undecided, article.id


def test_references_agree_with_each_other():
    references = load_references()
    known = {name for document in references.documents for name in document.ids}
    assert set(references.plena) <= known
    assert {*references.plena.values()} - known == {"TW-6-XII", "TW-8-XI"}  # plena that nobody names
    assert all("{" not in phrase for document in references.documents for phrase in document.phrases)


def test_habits_and_outlets_name_the_same_outlets():
    declared = [outlet["id"] for outlet in read_yaml(FOLDER / "programme" / "outlets.yaml")]
    assert declared == list(read_yaml(FOLDER / "habits.yaml"))


def test_stories_are_far_from_each_other(world):
    """counting.md, Stories: five-syllable shingles; different stories stay far below 0.8."""
    pieces = {article.story: article for article in world.articles if article.in_scope}
    shingles = {story: _shingles(article) for story, article in pieces.items()}
    holders = defaultdict(list)
    for story, grams in shingles.items():
        for gram in grams:
            holders[gram].append(story)
    common = Counter(
        pair for stories in holders.values() if len(stories) < 60 for pair in combinations(stories, 2)
    )
    for (one, other), count in common.items():
        if count > 0.45 * min(len(shingles[one]), len(shingles[other])):
            near = abs(pieces[one].counted - pieces[other].counted) <= timedelta(days=8)
            jaccard = count / len(shingles[one] | shingles[other])
            assert jaccard < (0.7 if near else 0.9), (one, other, jaccard)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("khóa XIII", "khoá XIII"),
        ("Hòa An", "Hoà An"),
        ("Vị Thủy", "Vị Thuỷ"),
        ("hoàn toàn", "hoàn toàn"),
        ("quý", "quý"),
        ("HÓA", "HOÁ"),
        ("hủy", "huỷ"),
    ],
)
def test_new_tones(old, new):
    assert new_tones(old) == new
    assert new == unicodedata.normalize("NFC", new)


@pytest.mark.parametrize(
    ("marked", "plain"), [("Nghị quyết số 5-NQ/TƯ", "Nghi quyet so 5-NQ/TW"), ("Đảng đã", "Dang da")]
)
def test_without_marks(marked, plain):
    assert without_marks(marked) == plain


def test_slug():
    assert slug("[Ảnh] Đổi thay ở Vị Thủy: 3 mô hình") == "anh-doi-thay-o-vi-thuy-3-mo-hinh"


def _words(article):
    return " ".join((article.text.title, article.text.lead, *article.text.body))


def _names_a_place(words):
    plain = " ".join(without_marks(words).lower().split())
    for decoy in DECOYS:
        plain = plain.replace(decoy, "")
    return any(re.search(rf"\b{place}\b", plain) for place in PLACES)


def _shingles(article):
    text = unicodedata.normalize("NFC", " ".join((article.text.lead, *article.text.body))).lower()
    syllables = re.findall(r"\w+", text)
    if len(syllables) < 30:
        return set()
    return {tuple(syllables[start : start + 5]) for start in range(len(syllables) - 4)}
