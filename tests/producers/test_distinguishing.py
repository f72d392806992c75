"""What tells pieces of one document apart, what does not, and whole outlets of known pieces, night after night."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programme import outlet_of

from models.messages.item import Enclosure
from models.queries.pieces import Published
from producers.item.distinguishing import learn
from producers.item.entry import Entry
from producers.item.identity import identity, item_id
from producers.state.source_hints import aliases_of, lessons_of

BAO = outlet_of("bao", "http://x/")
HOST = "https://bao.example"


def entry(address="/chi-tiet.aspx", title="", day=None, **more):
    dates = (f"Tue, {day:02} Sep 2024 08:15:00 +0700",) if day else ()
    return Entry(url=f"{HOST}{address}" if address else None, title=title, dates=dates, **more)


def pieces(*entries, outlet=BAO):
    lessons = learn(outlet, entries)
    return len({identity(outlet, each, lessons) for each in entries})


def numbered(pattern, several=3, **more):
    """Entries whose address, guid and the like hold a number where `pattern` and `more` have `{}`."""
    made = []
    for n in range(1, several + 1):
        stated = {name: value.format(n) for name, value in more.items()}
        if file := stated.pop("file", None):
            stated["enclosures"] = (Enclosure(url=f"{HOST}{file}", type="audio/mpeg"),)
        made.append(entry(pattern.format(n), **({"title": f"Bài thứ {n}", "day": n} | stated)))
    return made


SEVERAL = [
    numbered("/chi-tiet.aspx?cid={}"),
    numbered("/chi-tiet.aspx?cid={}&utm_source=rss&PHPSESSID=0123456789abcdef0123"),
    numbered("/chi-tiet.aspx?cid={}", title="Bản tin sáng"),
    numbered("/chi-tiet.aspx?session={}"),
    numbered("/chi-tiet.aspx?utm_content=bai-{}"),
    numbered("/chi-tiet.aspx?share={}"),
    numbered("/chi-tiet.aspx?print={}"),
    numbered("/chi-tiet.aspx;jsessionid={}"),
    numbered("/chi-tiet.aspx?sid=0123456789abcdef{}"),
    numbered("/chi-tiet.aspx?keyword=ấp {}"),
    numbered("/chi-tiet.aspx?source={}&ref=rss"),
    numbered("/lich.html#{}"),
    numbered("/tin#!/{}"),
    numbered("/lich.html", guid=f"{HOST}/lich.html#{{}}"),
    numbered("/lich.html", guid=f"{HOST}/lich.html?cid={{}}"),
    numbered("/lich.html", guid="số {}"),
    numbered("/lich.html", guid="một", file="/{}.mp3"),
    numbered("/lich.html", guid="", file="/{}.mp3"),
    numbered("/lich.html", guid=f"{HOST}/rss", file="/{}.mp3"),
    numbered("/lich.html", guid="một"),
    numbered("/lich.html"),
    [entry(None, title=f"Số {n}", day=n, guid="0") for n in (1, 2, 3)],
    numbered("/#tin-{}"),
    numbered("/#!/tin/{}"),
    numbered("/#/tin/{}"),
    numbered("/", guid=f"{HOST}/#{{}}"),
    numbered("/#tin-{}", guid=f"{HOST}/#tin-{{}}"),
    numbered("/", file="/{}.mp3"),
    numbered("/tap-{}", file="/dai.mp3"),
    numbered("/tap-{}", title="Bản tin sáng", file="/dai.mp3"),
    numbered("/tap-{}", guid="", file="/nghe.aspx?cid={}"),
    numbered("/lich.html", file="/dai.mp3"),
    numbered("/lich.html", guid="một", file="/dai.mp3"),
    numbered("/lich.html", file="/tap.mp3#t={}"),
    numbered("/lich.html", file="/nghe.aspx?cid={}&utm_source=rss"),
    [each.model_copy(update={"url": None}) for each in numbered("/", file="/nghe.aspx?cid={}")],
    [each.model_copy(update={"url": None}) for each in numbered("/", file="/tap.mp3#t={}")],
    [each.model_copy(update={"url": None}) for each in numbered("/", file="/dai.mp3")],
    [each.model_copy(update={"url": None}) for each in numbered("/", guid="một", file="/dai.mp3")],
    [entry(f"/chi-tiet.aspx?cid={n}") for n in (1, 2, 3)],
]


@pytest.mark.parametrize("entries", SEVERAL, ids=lambda entries: f"{entries[0].url} {entries[0].guid}")
def test_what_tells_three_pieces_apart(entries):
    assert pieces(*entries) == 3
    lessons = learn(BAO, entries)
    for seed in range(3):
        assert learn(BAO, Random(seed).sample(entries, 3)) == lessons
        assert learn(BAO, [*entries, *entries]) == lessons
    assert learn(BAO, entries, lessons) == lessons


ONE = [
    ("/bai-1.html", "/bai-1.html?print=1", "/bai-1.html?view=print", "/bai-1.html/print", "/bai-1.html?output=amp"),
    ("/bai-1.html", "/amp/bai-1.html", "/bai-1.amp.html", "/bai-1.html?amp", "/bai-1.html?m=1", "/bai-1.html?amp=1"),
    ("/bai-1.html", "/bai-1.html;jsessionid=AB12.node1", "/bai-1.html;PHPSESSID=ab", "/(S(lit3py55t21z5v55))/bai-1.html"),
    ("/bai-1.html", "/bai-1.html%3Bjsessionid=AB12", "/bai-1.html?PHPSESSID=ab", "/bai-1.html?ASPSESSIONIDQQ=AB"),
    ("/bai-1.html", "/bai-1.html?share=zalo", "/bai-1.html?igshid=1", "/bai-1.html?spm=a2o.1", "/bai-1.html?zarsrc=30"),
    ("/bai-1.html", "/bai-1.html?sid=0123456789abcdef0123", "/bai-1.html?mibextid=x", "/bai-1.html?fb_ref=x#cmt"),
    ("/bai-1.html", "/bai-1.html?af=R", "/bai-1.html?CMP=share_btn_fb", "/bai-1.html?icid=rss", "/bai-1.html?gidzl=x", "/bai-1.html?fbclid=I&_aem_x"),
    ("/bai-1.html", "/bai-1.html?amp&usqp=mq331AQ", "/bai-1.html?amp_js_v=0.1", "/bai-1.html?__cf_chl_tk=x", "/bai-1.html?_sm_au_=x", "/bai-1.html?srsltid=A"),
    ("/bai-1.html", "/bai-1.html#:~:text=x", "/bai-1.html#xtor=RSS-1", "/bai-1.html#comments"),
    ("/a.php?id=5", "/a.php?id=5&PHPSESSID=a", "/a.php?PHPSESSID=b&id=5", "/a.php?id=5&print=yes", "/a.php?id=5&tmpl=component"),
]  # fmt: skip


@pytest.mark.parametrize("addresses", ONE, ids=lambda addresses: addresses[1])
def test_what_a_visit_a_share_or_a_view_adds_makes_no_second_piece(addresses):
    for title in ("Một bài", ""):
        assert pieces(*(entry(each, title=title, day=1) for each in addresses)) == 1


def test_a_piece_seen_with_several_values_is_not_told_by_them():
    """The second piece shows which of the two marks is a visit's."""
    entries = [
        entry(f"/a.aspx?cid={n}&eid={visit}", title=f"Bài {n}", day=n) for n in (1, 2) for visit in (7, 8)
    ]
    assert learn(BAO, entries) == {"tells:cid"}


def test_where_a_reader_came_from_tells_no_piece():
    """Two headlines for one piece: on the front page and in its section."""
    others = [
        entry(f"/bai-{n}.html?source={where}", title=f"Bài {n}", day=n)
        for n, where in ((2, "home"), (3, "muc"))
    ]
    one = [entry(f"/bai-1.html?source={where}", title=f"Bài ở {where}", day=1) for where in ("home", "muc")]
    assert pieces(*one, *others) == 3


def test_one_piece_under_the_guids_of_two_lists():
    twice = [entry("/bai-1.html", title="Bài", day=1, guid=guid) for guid in ("trang-nhat-1", "muc-1")]
    assert pieces(*twice) == 1


def test_a_word_is_a_mark_where_a_number_is_a_piece():
    told = numbered("/chi-tiet.aspx?cid={}")
    seen = [entry(f"/bai-9.html{each}", title="Bài 9", day=9) for each in ("", "?cid=rss", "?cid=trang-nhat")]
    assert pieces(*told, *seen) == 4


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "",
        "/#",
        "/#top",
        "/#xtor=RSS-1",
        "/#utm_source=rss&utm_medium=x",
        "/#:~:text=tin",
        "/index.html#",
    ],
)
def test_the_front_page_is_nobodys_however_it_is_spelt(address):
    """An entry without anything of its own is rejected by name."""
    found = identity(BAO, entry(address, title="Bài", day=1), ())
    assert found is None or address == "/index.html#"


def test_an_enclosure_of_a_night_before_keeps_its_id():
    first, *later = numbered("/lich.html", file="/nghe.aspx?cid={}")
    before = learn(BAO, [first])
    lessons = learn(BAO, [first, *later], before)
    assert identity(BAO, first, before) == "enclosure:bao.example/nghe.aspx"
    assert len({identity(BAO, each, lessons) for each in (first, *later)}) == 3


def test_two_titles_of_one_day_behind_one_address_are_one_piece():
    assert (
        pieces(entry("/bai-1.html", title="Tin nhanh", day=1), entry("/bai-1.html", title="Tin đủ", day=1))
        == 1
    )


def test_what_an_outlet_states_overrules_what_its_documents_show():
    marked = numbered("/chi-tiet.aspx?cid={}", several=2)
    assert pieces(*marked, outlet=outlet_of("bao", "http://x/", ignore_parameters=["CID"])) == 1
    paths = [entry(f"/a;v={n}", title="Một") for n in (1, 2)]
    assert [
        pieces(*paths),
        pieces(*paths, outlet=outlet_of("bao", "http://x/", ignore_parameters=[";v"])),
    ] == [2, 1]
    kept = outlet_of("bao", "http://x/", keep_parameters=["utm_id", ";jsessionid", "#"])
    for pattern in ("/a?utm_id={}", "/a;jsessionid={}", "/a#{}"):
        assert identity(kept, entry(pattern.format(1)), ()) != identity(kept, entry(pattern.format(2)), ())


VISITS = [
    "",
    "utm_source=rss",
    "utm_source=zalo&utm_medium=social",
    "PHPSESSID=ab12",
    "fbclid=Iw1",
    "print=1",
    "share=zalo",
    "spm=a.1",
]
PATH_VISITS = ["", ";jsessionid=A1", ";jsessionid=B2.node", "/amp", "/"]
SHAPES = ["path", "slug", "parameter", "mark", "word", "fragment", "guid-fragment", "guid", "enclosure", "void"]  # fmt: skip
NO_PAGE = {"guid", "enclosure", "void"}  # a list without guids and enclosures cannot know these


def shown(shape, number, title, visit, path_visit, *, second):
    """How a source of an outlet of this shape shows its piece."""
    query = f"?{visit}" if visit else ""
    more = f"&{visit}" if visit else ""
    page = f"/lich-phat-thanh.html{query}"
    addresses = {
        "path": f"/bai-{number}.html{path_visit}{query}", "slug": f"/{'ấp-vui-' * number}moi{path_visit}{query}",
        "parameter": f"/tin.php?id={number}{more}", "mark": f"/tin.aspx?cid={number}{more}",
        "word": f"/tin.aspx?keyword={'ấp' * number}{more}", "fragment": f"{page}#k{number}",
    }  # fmt: skip
    audio = (Enclosure(url=f"https://cdn.example/{number}.mp3", type="audio/mpeg"),)
    stated = {
        "guid-fragment": {"guid": f"{HOST}/lich-phat-thanh.html#k{number}"}, "guid": {"guid": f"tag:bao,{number}"},
        "enclosure": {"enclosures": audio}, "void": {"enclosures": audio, "guid": f"{HOST}/rss"},
    }.get(shape, {} if second else {"guid": f"tag:bao,{number}"})  # fmt: skip
    if shape == "guid-fragment" and second:
        return entry(f"{page}#k{number}", title=title, day=number)
    return entry(addresses.get(shape, page), title=title, day=number, **stated)


class Office:
    """Ingests as producers.state.source_hints does, from what it has published."""

    def __init__(self):
        self.lessons, self.published, self.aliases = frozenset(), {}, {}

    def ingest(self, numbered_entries):
        """Number of a piece → its identity."""
        entries = [each for _number, each in numbered_entries]
        lessons = learn(BAO, entries, self.lessons)
        if lessons != self.lessons:
            self.lessons = lessons
            self.aliases |= aliases_of(BAO, self.published.values(), lessons)
        found = []
        for number, each in numbered_entries:
            key = identity(BAO, each, lessons)
            key = self.aliases.get(item_id("bao", key), key)
            files = tuple((file.url, file.type) for file in each.enclosures)
            self.published[key] = Published(
                item_id("bao", key), key, "bao", each.url, each.title, each.dates[0], each.guid, files
            )
            found.append((number, key))
        return found

    def replayed(self):
        """From what was published alone."""
        again = Office()
        again.published = dict(self.published)
        again.lessons = lessons_of(BAO, list(self.published.values()))
        again.aliases = aliases_of(BAO, self.published.values(), again.lessons)
        return again


@settings(deadline=None, max_examples=60)
@given(
    shape=st.sampled_from(SHAPES),
    nights=st.lists(
        st.tuples(st.lists(st.integers(1, 6), min_size=1, max_size=6, unique=True), st.booleans(), st.booleans()),
        min_size=1, max_size=5,
    ),
    visits=st.lists(st.tuples(st.sampled_from(VISITS), st.sampled_from(PATH_VISITS)), min_size=6, max_size=6),
    random=st.randoms(use_true_random=False),
)  # fmt: skip
def test_as_many_items_as_pieces_whatever_a_source_adds(shape, nights, visits, random):
    """The first document shows several pieces; after it one at a time will do, from either source."""
    office, truth = Office(), {}
    nights = [([1, 2, 3], False, False), *nights]
    for numbers, second, replayed in nights:
        if replayed:
            office = office.replayed()
        random.shuffle(visits)
        visit, path_visit = visits[0]
        night = [(n, shown(shape, n, f"Bài thứ {n}", visit, path_visit, second=second)) for n in numbers]
        random.shuffle(night)
        for number, key in office.ingest(night):
            assert truth.setdefault(number, key) == key
    assert len(set(truth.values())) == len(truth)
