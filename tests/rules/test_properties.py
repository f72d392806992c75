"""What holds for any text."""

import unicodedata
from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.catalogue import load_catalogue
from stream_apps.rules.link import Linker
from stream_apps.rules.text import OLD_STYLE, fold_with_offsets, without_marks

LINKER = Linker(load_catalogue())
PIECES = [
    "nghị quyết", "Nghị quyết số ", "NQ", "29-NQ/TW", " 54", "/2017/QH14", "Trung ương 8", " khóa XIII", "(khoá 12)",
    " của Bộ Chính trị", " của Quốc hội", " của Tỉnh ủy", " ngày 4/11/2013", ", ", " và ", ". ", "\n", "\u00a0", "–",
    "Đại hội XIII", "của Đảng", "Đảng bộ tỉnh", "chỉ thị 05", "Nghị quyết 57", "-NQ/TU", "/NQ-CP", "(", "bộ tứ trụ cột",
    "giáo dục", "khoa học công nghệ", "Hòa Bình", " 18, 19", "TƯ 4",
]  # fmt: skip
ODD_PIECES = ["nghi quyet so 57", "\u0301", "\u0323", "İ", "\u200b", "ﬁ", "ß", "\U0001f600", "Ð"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)
ODD_TEXTS = st.lists(
    st.one_of(st.sampled_from(PIECES), st.sampled_from(ODD_PIECES), st.text(max_size=6)), max_size=24
).map("".join)
DAYS = st.one_of(st.none(), st.dates(date(2001, 1, 1), date(2027, 1, 1)))
same_every_time = settings(derandomize=True, deadline=None, max_examples=250, database=None)


def mentions(text, published=None):
    return LINKER.link("", "", text, published)


def links(text, published=None):
    return [m.resolution for m in mentions(text, published) if m.status == "linked"]


@given(ODD_TEXTS, ODD_TEXTS, ODD_TEXTS, DAYS)
@same_every_time
def test_evidence_stands_where_it_says(title, lead, body, published):
    zones = {"title": title, "lead": lead, "body": body}
    for m in LINKER.link(title, lead, body, published):
        assert zones[m.zone][m.start : m.end] == m.surface
        assert m.surface
        assert (m.status == "linked") == (m.resolution is not None)
        assert m.family == "party" or m.resolution is None


@given(ODD_TEXTS)
@example("İ\u0301\u0323nghị")
@same_every_time
def test_folding_keeps_the_way_back(text):
    folded = fold_with_offsets(text)
    assert folded.original(0, len(folded.text)) == (0, len(text))
    for i in range(len(folded.text)):
        start, end = folded.original(i, i + 1)
        assert 0 <= start <= end <= len(text)


def replaced(text, pairs):
    for a, b in pairs:
        text = text.replace(a, b).replace(a.upper(), b.upper())
    return text


@given(TEXTS, DAYS)
@same_every_time
def test_no_way_of_writing_changes_the_links(text, published):
    expected = links(text, published)
    assert links(unicodedata.normalize("NFD", text), published) == expected
    assert links(text.upper(), published) == expected
    assert links(replaced(text, OLD_STYLE.items()), published) == expected
    assert links(replaced(text, ((old, new) for new, old in OLD_STYLE.items())), published) == expected


@given(ODD_TEXTS, DAYS)
@same_every_time
def test_composed_and_decomposed_text_give_the_same(text, published):
    composed = unicodedata.normalize("NFC", text)
    assert links(composed, published) == links(unicodedata.normalize("NFD", composed), published)


@given(st.lists(st.sampled_from(PIECES), max_size=16).map(" ".join), DAYS)
@same_every_time
def test_removing_the_marks_adds_no_document(text, published):
    assert set(links(without_marks(text), published)) <= set(links(text, published))


@given(st.lists(st.sampled_from([57, 59, 66, 68, 70, 71, 72, 79]), min_size=1, max_size=6, unique=True))
@same_every_time
def test_a_list_gives_what_its_members_give(numbers):
    day = date(2026, 2, 1)
    each = [name for n in numbers for name in links(f"Nghị quyết số {n}-NQ/TW", day)]
    *first, last = map(str, numbers)
    start = f"{', '.join(first)}{' và ' if first else ''}"
    assert links(f"các Nghị quyết số {start}{last}-NQ/TW", day) == each
    assert links(f"các Nghị quyết {start}{last} của Bộ Chính trị", day) == each
    assert links(", ".join(f"Nghị quyết số {n}-NQ/TW" for n in numbers), day) == each


DATED = [
    (29, date(2013, 11, 4), "NQ-29-TW-XI"),
    (11, date(2017, 6, 3), "NQ-11-TW-XII"),
    (19, date(2022, 6, 16), "NQ-19-TW-XIII"),
]
SEPARATORS = st.sampled_from(["/", "-", "–", " / ", " - ", "/ "])
CENTRES = st.sampled_from(["TW", "TƯ", "T.Ư", "T.W", "tw"])
OTHERS = st.sampled_from(["TU", "HU", "CP", "QH15", "HĐND", "HĐQT", "ĐU", "UBTVQH14"])
WHEN = st.sampled_from([
    " ngày {d.day}/{d.month}/{d.year}", " (ngày {d.day}.{d.month}.{d.year})", ", ngày {d.day} tháng {d.month} năm {d.year}", " {d.day}-{d.month}-{d.year}",
    " ({d.day}/{d.month}/{d.year})", " năm {d.year}", " ({d.year})", " {d.year}", "/{d.year}", " ban hành ngày {d.day}/{d.month}/{d.year}",
])  # fmt: skip


@st.composite
def symbols(draw, agencies):
    """`29-NQ/TW`, turned round or not, with a word before it or alone."""
    number, day, name = draw(st.sampled_from(DATED))
    agency, between = draw(agencies), draw(SEPARATORS)
    if draw(st.booleans()):
        head = draw(
            st.sampled_from(["", "Nghị quyết ", "Nghị quyết số ", "nghị quyết số: ", "NQ ", "(", "theo "])
        )
        symbol = f"{number}{draw(st.one_of(SEPARATORS, st.sampled_from(['', ' ', '.'])))}NQ{between}{agency}"
    else:
        head = draw(st.sampled_from(["", "Nghị quyết ", "theo "]))
        said = [" số ", " số: ", " "] if number > 15 else [" số ", " số: "]  # "NQ/TW 11" is a plenum's
        symbol = f"NQ{between}{agency}{draw(st.sampled_from(said))}{number}"
    when = draw(WHEN)
    if symbol.endswith(str(number)) and when == " {d.year}":
        when = "/{d.year}"  # nobody writes two numbers side by side
    return f"{head}{symbol}", when.format(d=day), name


@given(symbols(CENTRES))
@same_every_time
def test_a_symbol_is_read_however_it_is_turned(made):
    text, when, name = made
    assert links(f"{text}{when}.", date(2026, 2, 1)) == [name]


@given(symbols(OTHERS))
@same_every_time
def test_another_bodys_symbol_is_never_the_centres(made):
    text, when, _ = made
    for way in (f"{text}{when}.", without_marks(f"{text}{when}.")):
        assert links(way, date(2026, 2, 1)) == []


UNRELATED = [
    "Giá rau tăng nhẹ sau mưa.",
    "Đội tuyển thắng hai trận liền.",
    "Trời Hà Tĩnh nắng đẹp!",
    "Hội chợ mở cửa.",
]
STATEMENTS = [
    "Nghị quyết số 29-NQ/TW ngày 4/11/2013",
    "Nghị quyết 54",
    "Nghị quyết 128/NQ-CP",
    "Nghị quyết 57 về khoa học công nghệ",
    "Nghị quyết Trung ương 8 khóa XIII",
    "Nghị quyết Đại hội XIII của Đảng",
    "các Nghị quyết 57, 59, 66 và 68 của Bộ Chính trị",
    "Nghị quyết Đại hội Đảng bộ tỉnh lần thứ XIV",
]


@given(
    st.sampled_from(STATEMENTS),
    st.lists(st.sampled_from(UNRELATED), max_size=4),
    st.lists(st.sampled_from(UNRELATED), max_size=4),
    DAYS,
)
@same_every_time
def test_unrelated_text_changes_nothing(text, before, after, published):
    joined = "\n".join([*before, f"{text}.", *after])
    assert links(joined, published) == links(f"{text}.", published)


@given(
    st.sampled_from(STATEMENTS[2:]), st.sampled_from(["128/NQ-CP", "54/2017/QH14", "04-NQ/TU", "718/NQ-HĐQT"])
)
@same_every_time
def test_a_document_of_another_family_beside_it_changes_nothing(text, symbol):
    day = date(2026, 2, 1)
    assert links(f"Nghị quyết số {symbol}. {text}.", day) == links(f"{text}.", day)
