"""The feeds say what the simulation knows: an independent reading of the bytes."""

import re
from collections import defaultdict
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree

import pytest

ATOM = "{http://www.w3.org/2005/Atom}"
TRACKING = {"utm_source", "utm_medium", "utm_campaign", "fbclid", "gclid", "tu-trang"}


@pytest.fixture(scope="module")
def entries(world, served):
    """(feed, poll) → its entries as {element name: text}; reading them proves that they are well-formed."""
    return {
        (path, poll): [_entry(e) for e in _items(ElementTree.fromstring(content))]  # noqa: S314 - our own bytes
        for poll, feeds in enumerate(served)
        for path, content in feeds.items()
    }


def test_every_feed_holds_exactly_what_is_shown_then(world, entries):
    for outlet in world.outlets:
        for feed in outlet.feeds:
            for poll in range(len(world.polls)):
                shown = [a for a in world.articles if feed in a.feeds and poll in a.polls]
                found = entries[feed.path, poll]
                assert sorted(_numbers(found, shown)) == sorted(a.number for a in shown)


def test_a_page_without_a_number_in_the_regular_expression_keeps_one_address(world, entries):
    """Counted from the bytes alone: distinct canonical addresses of an outlet are its distinct pieces."""
    for outlet in world.outlets:
        if not outlet.address or outlet.keeps_number:
            continue
        pages = [a for a in world.articles if a.outlet == outlet and a.kind != "podcast"]
        text_feeds = {feed.path for feed in outlet.feeds if feed.kind != "podcast"}
        links = [e["link"] for (path, _), found in entries.items() if path in text_feeds for e in found]
        assert len({_canonical(link, outlet.hosts) for link in links}) == len(pages)


def test_a_number_is_stable_where_slugs_change(world, entries):
    for outlet in world.outlets:
        if outlet.keeps_number:
            paths = {feed.path for feed in outlet.feeds}
            addresses = defaultdict(set)
            for (path, _), found in entries.items():
                for entry in found if path in paths else ():
                    number = re.search(r"-[a-z]*(\d{6,})\.", entry["link"])
                    if number:
                        addresses[number[1]].add(entry["link"])
            known = {str(a.number) for a in world.articles if a.outlet == outlet and a.kind != "podcast"}
            assert set(addresses) == known


def test_a_shared_page_is_seen_to_be_shared_at_every_poll(world, entries):
    for poll in range(len(world.polls)):
        episodes = entries["/vov-podcast.xml", poll]
        assert len(episodes) >= 2
        assert len({episode["link"] for episode in episodes}) == 1
        assert len({episode["guid"] for episode in episodes}) == len(episodes)


def test_the_province_s_radio_has_nothing_but_enclosures(entries):
    for (path, _), found in entries.items():
        if path == "/haugiangtv-phatthanh.xml":
            assert all(entry["enclosure"] and not entry["link"] and not entry["guid"] for entry in found)


def test_one_date_decides_the_order_of_an_outlet_that_declares_none(world, entries):
    for poll in range(len(world.polls)):
        days = [re.match(r"\d+/(\d+)/", entry["date"]) for entry in entries["/vtcnews-home.xml", poll]]
        assert max(int(day[1]) for day in days if day) > 12


def test_texts_reach_the_feed_whole(world, served):
    content = served[4]["/daibieunhandan-home.xml"].decode()
    articles = [a for a in world.articles if a.outlet.id == "daibieunhandan" and 4 in a.polls]
    assert articles
    assert all(paragraph in content for article in articles for paragraph in article.text.body)


def _items(root):
    return root.findall(f"{ATOM}entry") or root.findall("channel/item")


def _entry(element):
    if element.tag.startswith(ATOM):
        link = element.find(f"{ATOM}link").get("href")
        return {"link": link, "guid": element.findtext(f"{ATOM}id"), "date": "", "enclosure": ""}
    enclosure = element.find("enclosure")
    return {
        "link": element.findtext("link") or "",
        "guid": element.findtext("guid") or "",
        "date": element.findtext("pubDate") or "",
        "enclosure": enclosure.get("url") if enclosure is not None else "",
    }


def _numbers(found, shown):
    known = {str(article.number) for article in shown}
    for entry in found:
        seen = set(re.findall(r"\d{6,}", f"{entry['link']} {entry['guid']} {entry['enclosure']}"))
        yield int((seen & known).pop())


def _canonical(link, hosts):
    """Not the product's: a reading of counting.md that suits these few outlets."""
    parts = urlsplit(link)
    host = re.sub(r"^(www|m|amp|mobile)\.", "", parts.hostname)
    host = hosts[0] if host in hosts else host
    path = re.sub(r"(/amp|\.amp|/)$", "", parts.path.replace("//", "/"))
    query = sorted(pair for pair in parse_qsl(parts.query) if pair[0] not in TRACKING)
    words = re.sub(r"^/tin/.*/", "/tin/", unquote(path))
    return host, words, tuple(query)
