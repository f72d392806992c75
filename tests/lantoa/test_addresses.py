"""An item is found by every spelling of its address that identity calls the same, and by no other."""

import pytest
from sqlalchemy import insert

from lantoa.views.evidence import find_items
from models.sql import table_of
from models.tables.sources import SeenEntry
from producers.item.identity import item_id

PAGE = "nhandan.example/bài-về-ấp.html?id=5"
FOUND = [
    "https://nhandan.example/bài-về-ấp.html?id=5",
    "http://www.nhandan.example/b%C3%A0i-v%E1%BB%81-%E1%BA%A5p.html?id=5",
    "nhandan.example/bài-về-ấp.html?id=5",
    "https://m.nhandan.example:443/bài-về-ấp.html/amp?utm_source=zalo&id=5#binh-luan",
    "https://amp.nhandan.example/bài-về-ấp.html;jsessionid=A1?id=5&print=1",
]
OTHERS = [
    "https://nhandan.example/bài-về-ấp.html?id=6",
    "https://nhandan.example/bài-khác.html?id=5",
    "https://nhandan.example/",
    "không phải địa chỉ",
]


@pytest.fixture
def find(engine, programme):
    def ids(name):
        with engine.connect() as connection:
            return find_items(connection, name, programme)

    return ids


@pytest.mark.parametrize("spelling", FOUND)
def test_every_spelling_finds_the_item(find, write, spelling):
    name = write(key="url:nhandan.example/b%C3%A0i-v%E1%BB%81-%E1%BA%A5p.html?id=5")
    write(key="url:nhandan.example/kh%C3%A1c.html")
    assert find(spelling) == [name]


@pytest.mark.parametrize("address", OTHERS)
def test_what_is_another_address_finds_nothing(find, write, address):
    write(key="url:nhandan.example/b%C3%A0i-v%E1%BB%81-%E1%BA%A5p.html?id=5")
    assert find(address) == []


def test_what_documents_have_shown_and_identities_that_stand(engine, find, write):
    """A told parameter leads to one of several; an item under another identity is found by the one that it would have."""
    one = write(key="url:nhandan.example/a.aspx?cid=1", url="http://nhandan.example/a.aspx?cid=1&ref=rss")
    write(key="url:nhandan.example/a.aspx?cid=2", url="http://nhandan.example/a.aspx?cid=2&ref=rss")
    before = write(key="url:nhandan.example/a.aspx", url="http://nhandan.example/cũ")
    alias = item_id("nhandan", "url:nhandan.example/a.aspx?cid=3")
    notes = [("lesson:x", "tells:cid"), (f"alias:{alias}", "url:nhandan.example/a.aspx")]
    with engine.begin() as connection:
        rows = [{"source_id": "outlet:nhandan", "item_id": name, "revision": text} for name, text in notes]
        connection.execute(insert(table_of(SeenEntry)), rows)
    assert find("https://www.nhandan.example/a.aspx?utm_source=x&cid=1") == [one]
    assert find("https://nhandan.example/a.aspx?cid=3") == [before]


def test_an_episode_and_an_address_of_before(find, write):
    episode = write(outlet="dai-tinh", key="guid:tap-1", url="https://dai-tinh.example/nghe/tập-1.html")
    moved = write(key="url:nhandan.example/mới", url="https://nhandan.example/cũ-7.html")
    write(
        key="url:nhandan.example/mới", url="https://nhandan.example/mới", title="Hậu Giang sửa", revision="r2"
    )
    assert find("http://m.dai-tinh.example/nghe/t%E1%BA%ADp-1.html?fbclid=x") == [episode]
    assert find("nhandan.example/cũ-7.html?utm_source=x") == [moved]
