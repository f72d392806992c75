"""The feeds hold what counts, are Atom by its own rules, and whatever an outlet wrote stays text."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import feedparser
import pytest
from bs4 import BeautifulSoup
from lxml import etree

from models.queries.newest_items import MOST

ATOM = {"a": "http://www.w3.org/2005/Atom"}
HOSTILE = [
    '<script>alert(1)</script> & "tin" </title> ]]> Hậu Giang',
    "&lt;b&gt;Hậu Giang&lt;/b&gt; &#0;",
    "Hậu Giang \x01\x0b\x1f\x7f\x85 \ufffe học tập",
    "ខេត្តហូវយ៉ាង Hậu Giang ព័ត៌មាន",
    "👩‍🌾🇻🇳 Hậu Giang 🌾",
    "Hậu Giang " + "học tập " * 1249,
]


def read(client, name="all"):
    """As feedparser reads it, and as lxml does; both find it well-formed and by the rules."""
    answered = client.get(f"/feeds/{name}.atom")
    assert answered.status_code == 200, answered.text
    assert answered.headers["content-type"] == "application/atom+xml"
    found = feedparser.parse(answered.content, response_headers=dict(answered.headers))
    assert (found.bozo, found.version) == (0, "atom10")
    tree = etree.fromstring(answered.content)
    check_rules(tree)
    return found, tree


def check_rules(tree):
    """RFC 4287, sections 4.1.1 and 4.1.2; RFC 3339; RFC 4151."""
    assert tree.tag == f"{{{ATOM['a']}}}feed"
    ids = tree.xpath("//a:entry/a:id/text()", namespaces=ATOM)
    assert len(ids) == len(set(ids))
    for part in [tree, *tree.findall("a:entry", ATOM)]:
        for once in ("id", "title", "updated"):
            assert len(part.findall(f"a:{once}", ATOM)) == 1
        assert re.fullmatch(r"tag:[a-z.]+,\d{4}(-\d\d){0,2}:[\w/-]+", part.findtext("a:id", None, ATOM))
        for moment in part.xpath("a:updated | a:published", namespaces=ATOM):
            assert datetime.fromisoformat(moment.text).tzinfo
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", moment.text)
        assert len(part.findall("a:link[@rel='alternate']", ATOM)) == 1
        for link in part.findall("a:link", ATOM):
            assert urlsplit(link.get("href")).scheme in {"http", "https"}
            assert not re.search(r'[\s"<>\\^`{|}]', link.get("href"))
    assert len(tree.findall("a:link[@rel='self']", ATOM)) == 1
    for entry in tree.findall("a:entry", ATOM):
        assert entry.findtext("a:author/a:name", "", ATOM)


def test_the_feeds_hold_what_the_tallies_count(client, office):
    rows = client.get("/api/v1/tallies?by=resolution&period=2024-01-01..2024-12-31").json()["rows"]
    counts = {row["resolution"]: row["items"] for row in rows if row["resolution"]}
    assert counts
    for resolution, items in counts.items():
        found, _tree = read(client, resolution)
        assert len(found.entries) == items
        assert all(resolution in [tag.term for tag in entry.tags] for entry in found.entries)
    found, _tree = read(client)
    both_years = client.get("/api/v1/items?period=2023-01-01..2024-12-31").json()
    assert [entry.id.rpartition("/")[2] for entry in found.entries] == [i["id"] for i in both_years["items"]]
    assert [entry.link for entry in found.entries] == [item["url"] for item in both_years["items"]]
    assert found.entries[-1].author == "Đài Tỉnh"


def test_an_entry_keeps_its_id_and_is_updated_when_it_changes(client, write):
    write(key="url:nhandan.example/a", title="Hậu Giang cũ")
    before, _tree = read(client)
    later = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    write(key="url:nhandan.example/a", title="Hậu Giang mới", revision="r2", fetched_at=later)
    after, _tree = read(client)
    assert after.entries[0].id == before.entries[0].id
    assert after.entries[0].title == "Hậu Giang mới"
    assert (before.entries[0].updated, after.entries[0].updated) == (
        "2024-12-31T00:00:00+00:00",
        later.isoformat(),
    )
    assert after.feed.updated == later.isoformat()


def test_a_human_s_decision_updates_its_entry(client, office):
    found, _tree = read(client)
    updated = {entry.id.rpartition("/")[2]: entry.updated for entry in found.entries}
    assert updated[office["corrected"]] == found.feed.updated == "2025-02-01T00:00:00+00:00"


def test_hostile_titles_stay_text(client, write):
    for title in HOSTILE:
        write(title=title, lead=title)
    _found, tree = read(client)
    titles = [entry.findtext("a:title", None, ATOM) for entry in tree.findall("a:entry", ATOM)]
    unwritable = dict.fromkeys([*range(32), *range(0x7F, 0xA0), 0xFFFE], " ")
    assert sorted(titles) == sorted(title.translate(unwritable) for title in HOSTILE)
    assert not tree.xpath("//*[local-name() = 'script' or local-name() = 'b']")
    assert {each.get("type") for each in tree.iterfind(".//a:entry/a:title", ATOM)} == {"text"}


@pytest.mark.parametrize(
    ("url", "link"),
    [
        (
            "https://nhandan.example/a b?c=<d>&e=Nghị quyết",
            "https://nhandan.example/a%20b?c=%3Cd%3E&e=Nghị%20quyết",
        ),
        ("https://nhandan.example/%C3%A0", "https://nhandan.example/%C3%A0"),
        ("javascript:alert(1)", None),
        (None, None),
    ],
)
def test_an_entry_leads_to_the_article_or_else_to_its_evidence(client, write, url, link):
    item = write(url=url)
    _found, tree = read(client)
    (address,) = tree.xpath("//a:entry/a:link[@rel='alternate']/@href", namespaces=ATOM)
    assert address == (link or f"{client.base_url}/items/{item}")


def test_a_feed_holds_the_newest(client, write):
    for n in range(MOST + 3):
        write(day=f"2024-{n // 28 + 1:02}-{n % 28 + 1:02}", title=f"Hậu Giang {n}", text=f"{n} " * 30)
    found, _tree = read(client)
    assert [entry.title for entry in found.entries] == [f"Hậu Giang {n}" for n in range(MOST + 2, 2, -1)]


def test_an_empty_feed_is_a_feed_and_an_unknown_one_is_none(client):
    found, _tree = read(client, "NQ-29-TW-XIII")
    assert found.entries == []
    assert "29-NQ/TW" in found.feed.title
    unknown = client.get("/feeds/NQ-999-TW-XIII.atom")
    assert (unknown.status_code, unknown.headers["content-type"]) == (404, "application/problem+json")


def test_a_feed_is_sent_once_and_found_from_the_pages(client, office):
    page = BeautifulSoup(client.get("/").text, "lxml")
    (link,) = page.select("link[rel=alternate][type='application/atom+xml']")
    first = client.get(link["href"])
    again = client.get(link["href"], headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
