"""Each kind of trouble that the demo promises is really in the world."""

import unicodedata
from datetime import timedelta

import pytest

from lantoa.demo.timeline import POLLS, YEAR, hanoi_day
from lantoa.demo.troubles import shared_stories

IN_PIECES = {
    "provincial press": lambda a: a.outlet.level == "provincial" and a.channel == "local_press",
    "television": lambda a: a.channel == "television",
    "radio": lambda a: a.channel == "radio",
    "a radio's texts": lambda a: a.outlet.id == "vov" and a.channel == "central_press",
    "social": lambda a: a.channel == "social",
    "loudspeakers": lambda a: a.channel == "loudspeaker" and a.outlet.level == "district",
    "central papers that are no partners": lambda a: a.outlet.level == "central" and not a.outlet.partner,
    "out of scope": lambda a: not a.in_scope,
    "a company as decoy": lambda a: not a.in_scope and "Dược Hậu Giang" in _words(a),
    "a street as decoy": lambda a: not a.in_scope and "đường Hậu Giang" in _words(a),
    "a river as decoy": lambda a: not a.in_scope and "sông Hậu Giang" in _words(a),
    "a decoy beside a real place": lambda a: a.in_scope and "Công ty cổ phần Dược Hậu Giang" in _words(a),
    "another province's Châu Thành": lambda a: not a.in_scope and "Châu Thành, tỉnh Tiền Giang" in _words(a),
    "the year before": lambda a: hanoi_day(a.published) < "2024",
    "the year after": lambda a: hanoi_day(a.published) >= "2025",
    "2023 in UTC, 2024 in Hanoi": lambda a: a.published.year == 2023 and hanoi_day(a.published) >= "2024",
    "2024 in UTC, 2025 in Hanoi": lambda a: a.published.year == 2024 and hanoi_day(a.published) >= "2025",
    "the last hour of the year": lambda a: timedelta() < YEAR[1] - a.published <= timedelta(hours=1),
    "in two feeds": lambda a: len(a.feeds) > 1,
    "seen again": lambda a: len(a.polls) > 1,
    "seen late": lambda a: a.first and a.published < POLLS[a.first - 1],
    "announced ahead": lambda a: a.published > POLLS[a.first],
    "re-titled under its number": lambda a: _retitled(a) and a.outlet.keeps_number,
    "re-titled at its address": lambda a: _retitled(a) and not a.outlet.keeps_number,
    "corrected to other resolutions": lambda a: a.revisions[0].resolutions != a.text.resolutions,
    "redated into another month": lambda a: (
        a.redated and hanoi_day(a.redated)[:7] != hanoi_day(a.published)[:7]
    ),
    "no date": lambda a: a.dateline == "missing",
    "an unreadable date": lambda a: a.dateline == "unreadable",
    "an absurd date": lambda a: a.dateline == "implausible",
    "no date, first seen in the next year": lambda a: (
        a.dateline != "stated" and hanoi_day(a.counted) >= "2025"
    ),
    "two resolutions": lambda a: len(a.text.resolutions) == 2,
    "a plenum by name": lambda a: any(name.startswith("TW-") for name in a.text.resolutions),
    "the same number of two terms": lambda a: {"NQ-29-TW-XI", "NQ-29-TW-XIII"} <= a.text.resolutions,
    "a resolution in the title": lambda a: a.text.in_title,
    "no resolution": lambda a: not a.text.resolutions,
    "the Government's": lambda a: "128/NQ-CP" in _words(a),
    "the National Assembly's": lambda a: "43/2022/QH15" in _words(a),
    "the People's Council's": lambda a: "NQ-HĐND" in _words(a),
    "the provincial party's": lambda a: "04-NQ/TU" in _words(a),
    "a look-alike and nothing else": lambda a: "128/NQ-CP" in _words(a) and not a.text.resolutions,
    "undecidable": lambda a: a.text.undecided,
    "new tone marks": lambda a: "khoá" in _words(a),
    "capital titles": lambda a: a.spelling == "shouted" and a.text.title.isupper(),
    "no marks at all": lambda a: _words(a).isascii(),
    "Icelandic letters": lambda a: "Ð" in _words(a),
    "hard spaces": lambda a: "\u00a0" in _words(a),
    "a bulletin too short for a story": lambda a: len(_words(a).split()) < 40,
}
FORMS = ("brief", "article", "infographic", "graphic_3d", "video", "audio", "photo", "multimedia")


@pytest.mark.parametrize("kind", IN_PIECES)
def test_pieces_with(kind, world):
    assert sum(1 for article in world.articles if IN_PIECES[kind](article)) >= 1


@pytest.mark.parametrize("form", FORMS)
def test_pieces_of_every_form(form, world):
    assert sum(article.form == form and article.in_scope for article in world.articles) >= 5


def test_syndicated_texts_are_the_same_within_two_days(world):
    shared = shared_stories(list(world.articles))
    assert len(shared) >= 60
    for story in shared:
        pieces = [article for article in world.articles if article.story == story]
        assert len({(piece.text.lead, piece.text.body) for piece in pieces}) == 1
        moments = [piece.published for piece in pieces]
        assert max(moments) - min(moments) < timedelta(days=2)
        assert all(piece.dateline == "stated" and piece.in_scope for piece in pieces)


MARKS = {
    "decomposed text": unicodedata.normalize("NFD", "quyết"),
    "composed text": "quyết",
    "tracking": "utm_source=rss",
    "an outlet's own parameter": "tu-trang=1",
    "plain http": "<link>http://",
    "a mobile host": "://m.",
    "an AMP host": "://amp.",
    "a second host": "://vtvnews.demo.invalid",
    "an AMP page": "/amp",
    "a port": ".demo.invalid:443/",
    "a fragment": "#box-tin",
    "percent-encoded words": "%E1%BB%87",
    "the same in small letters": "%e1%bb%87",
    "month first": " AM</pubDate>",
    "a narrow space": "\u202fPM</pubDate>",
    "a short offset": "+07</pubDate>",
    "a colon in the offset": "+07:00</pubDate>",
    "GMT": "GMT</pubDate>",
    "a year of two digits": " 24 ",
    "ISO": "+07:00</published>",
    "an empty date": "<pubDate></pubDate>",
    "a date in words": "<pubDate>Đang cập nhật</pubDate>",
    "audio": 'type="audio/mpeg"',
    "video": 'type="video/mp4"',
    "a guid without a page": '<guid isPermaLink="false">',
    "markup in a description": "&lt;img src=",
}


@pytest.mark.parametrize("mark", MARKS)
def test_feeds_with(mark, served):
    assert sum(feed.decode().count(MARKS[mark]) for poll in served for feed in poll.values()) >= 3


def _words(article):
    return " ".join((article.text.title, article.text.lead, *article.text.body))


def _retitled(article):
    first, last = article.revisions[0], article.text
    return first.title != last.title and first.body == last.body
