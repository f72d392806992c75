"""Identity of an item, line by line (counting.md)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programme import outlet_of

from models.messages.item import Enclosure
from producers.item.distinguishing import shared_pages
from producers.item.entry import Entry
from producers.item.identity import canonical_address, identity, item_id, page_key

PLAIN = outlet_of("bao", "http://x/")
NHANDAN = outlet_of(
    "nhandan", "http://x/", hosts=["nhandan.vn", "special.nhandan.vn"], article_id=r"-post(\d+)\.html"
)
SAME = [
    "http://bao.example/tin/a-1.html",
    "https://www.bao.example/tin/a-1.html",
    "https://m.bao.example/tin/a-1.html",
    "https://amp.bao.example/tin/a-1.html",
    "https://mobile.bao.example/tin/a-1.html",
    "https://www.m.bao.example/tin/a-1.html",
    "https://BAO.Example/tin/a-1.html",
    "https://bao.example:443/tin/a-1.html",
    "http://bao.example:80/tin/a-1.html",
    "https://bao.example./tin/a-1.html",
    "https://bao.example/tin/a-1.html#binh-luan",
    "https://bao.example/tin/a-1.html/",
    "https://bao.example//tin///a-1.html",
    "https://bao.example/tin/a-1.html/amp",
    "https://bao.example/tin/a-1.html/amp/",
    "https://bao.example/tin/a-1.html.amp",
    "https://bao.example/tin/%61-1.html",
    "https://bao.example/tin/a-1.html?utm_source=rss&utm_medium=feed",
    "https://bao.example/tin/a-1.html?fbclid=IwAR0&gclid=x",
    "https://bao.example/tin/a-1.html?at_medium=RSS&at_campaign=rss",
    "  https://bao.example/tin/a-1.html\n",
]


@pytest.mark.parametrize("address", SAME)
def test_spellings_of_one_address(address):
    assert canonical_address(address, PLAIN) == "bao.example/tin/a-1.html"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://bao.example/a?id=1", "https://bao.example/a?id=2"),
        ("https://bao.example/a?123", "https://bao.example/a?124"),
        ("https://bao.example/A", "https://bao.example/a"),
        ("https://bao.example/a%2Fb", "https://bao.example/a/b"),
        ("https://bao.example/%E3", "https://bao.example/%E4"),
        ("https://bao.example/anh?gallery=1", "https://bao.example/anh?gallery=2"),
        ("https://bao.example/game?gameid=1", "https://bao.example/game?gameid=2"),
        ("https://bao.example:8080/a", "https://bao.example/a"),
        ("https://thethao.bao.example/a", "https://bao.example/a"),
        ("https://bao.example/camp", "https://bao.example/c"),
    ],
)
def test_different_addresses_stay_different(one, other):
    assert canonical_address(one, PLAIN) != canonical_address(other, PLAIN)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://b.example/x?b=2&a=1", "https://b.example/x?a=1&b=2"),
        ("https://b.example/x?a=1&amp;b=2", "https://b.example/x?a=1&b=2"),
        ("https://b.example/x?q=a%20b", "https://b.example/x?q=a+b"),
        ("https://b.example/nghị-quyết", "https://b.example/ngh%e1%bb%8b-quy%E1%BA%BFt"),
        ("https://b.example/nghi%CC%A3", "https://b.example/nghị"),
        ("https://b.example/hai từ.html", "https://b.example/hai%20t%E1%BB%AB.html"),
    ],
)
def test_parameters_are_sorted_and_encoding_is_one(one, other):
    assert canonical_address(one, PLAIN) == canonical_address(other, PLAIN)


def test_a_prefix_is_not_cut_from_the_domain_itself():
    assert canonical_address("https://m.vn/a", PLAIN) == "m.vn/a"


def test_the_hosts_of_an_outlet_are_one():
    addresses = ("https://nhandan.vn/a", "https://special.nhandan.vn/a", "http://m.special.nhandan.vn/a")
    assert {canonical_address(each, NHANDAN) for each in addresses} == {"nhandan.vn/a"}


def test_an_outlet_ignores_parameters_of_its_own():
    outlet = outlet_of("bao", "http://x/", ignore_parameters=["Zarsrc"])
    assert canonical_address("https://b.example/a?zarsrc=31&id=2", outlet) == "b.example/a?id=2"


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("abAmp./%?&=#20-ị\u0323+: ;@"), max_size=60))
def test_the_canonical_address_is_its_own(tail):
    address = f"https://www.bao.example/{tail}"
    try:
        once = canonical_address(address, NHANDAN)
    except ValueError:
        return
    assert canonical_address(f"https://{once}", NHANDAN) == once


@pytest.mark.parametrize(
    "address",
    [
        "https://nhandan.vn/mot-tieu-de-post976633.html",
        "https://nhandan.vn/tieu-de-moi-post976633.html",
        "http://m.nhandan.vn/x-post976633.html/amp?utm_source=rss#a",
    ],
)
def test_an_article_number_survives_a_new_title(address):
    assert page_key(NHANDAN, address) == "article:976633"


def test_a_number_in_a_tracking_parameter_is_another_piece():
    assert page_key(NHANDAN, "https://nhandan.vn/a.html?utm_source=-post1.html") == "url:nhandan.vn/a.html"


@pytest.mark.parametrize(
    ("pattern", "address", "number"),
    [
        (r"[?&]cid=(\d+)", "https://bao.example/a.aspx?cid=1501", "1501"),
        (r"utm_content=(\d+)", "https://bao.example/a.aspx?utm_content=15", "15"),
        (r"#/tin/(\d+)", "https://bao.example/app#/tin/7", "7"),
        (r"-(\d+)\.html$", "https://bao.example/a-5.html?utm_source=x#y", "5"),
        (r";bai=(\d+)", "https://bao.example/a;bai=9;jsessionid=A", "9"),
    ],
)
def test_an_article_number_is_looked_for_in_the_address_as_received(pattern, address, number):
    assert page_key(outlet_of("bao", "http://x/", article_id=pattern), address) == f"article:{number}"


def test_without_a_number_the_address_decides():
    assert page_key(NHANDAN, "https://nhandan.vn/emagazine/bai.html") == "url:nhandan.vn/emagazine/bai.html"


@pytest.mark.parametrize(
    "address", [None, "", "urn:x:1", "https://bao.example/", "https://bao.example", "mailto:a@b"]
)
def test_what_is_no_page_of_its_own(address):
    assert page_key(PLAIN, address) is None


def test_the_same_piece_at_two_outlets_is_two_items():
    assert item_id("nhandan", "url:x") != item_id("vov", "url:x")


def test_audio_without_a_page_is_its_guid_and_then_its_enclosure():
    enclosure = Enclosure(url="https://cdn.bao.example/1.mp3?utm_source=x", type="audio/mpeg")
    assert identity(PLAIN, Entry(guid="tap-1", enclosures=(enclosure,)), ()) == "guid:tap-1"
    assert identity(PLAIN, Entry(enclosures=(enclosure,)), ()) == "enclosure:cdn.bao.example/1.mp3"
    assert identity(PLAIN, Entry(title="chỉ có tên"), ()) is None


def test_a_page_that_entries_share_is_no_identity():
    page = "https://vov.example/chuong-trinh"
    entries = [Entry(url=page, guid=f"tap-{n}") for n in (1, 2)]
    shared = shared_pages(PLAIN, entries)
    assert [identity(PLAIN, each, shared) for each in entries] == ["guid:tap-1", "guid:tap-2"]
    assert identity(PLAIN, entries[0], ()) == "url:vov.example/chuong-trinh"


def test_a_guid_that_is_the_page_again_shares_nothing():
    """BBC counts the versions of an article behind the # of its guid."""
    page = "https://bao.example/articles/c4g6xr2zy1eo"
    entries = [Entry(url=f"{page}?at_medium=RSS", guid=f"{page}#{n}") for n in (0, 1)]
    assert shared_pages(PLAIN, entries) == set()
    assert {identity(PLAIN, each, ()) for each in entries} == {"url:bao.example/articles/c4g6xr2zy1eo"}


def test_an_episode_alone_tonight_is_the_same_when_the_next_one_shares_its_page():
    page = "https://vov.example/chuong-trinh"
    audio = (Enclosure(url="https://vov.example/1.mp3", type="audio/mpeg"),)
    alone = Entry(url=page, guid="tap-1", enclosures=audio)
    both = [alone, Entry(url=page, guid="tap-2")]
    assert identity(PLAIN, alone, ()) == identity(PLAIN, alone, shared_pages(PLAIN, both)) == "guid:tap-1"


def test_an_article_that_can_be_heard_keeps_its_page():
    page = "https://bao.example/bai-1.html"
    audio = (Enclosure(url="https://bao.example/doc/1.mp3", type="audio/mpeg"),)
    assert identity(PLAIN, Entry(url=page, guid=page, enclosures=audio), ()) == "url:bao.example/bai-1.html"
