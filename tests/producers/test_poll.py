"""The flow against a real broker: what is published, once, and what is remembered."""

from feed_text import entry, rss


def test_an_entry_becomes_an_item_with_cloudevents_headers(ingest, server, topics):
    server.answers["/a.xml"] = rss(entry(7, title="Nghị quyết <b>số 7</b>", category="Chính trị"))
    found = ingest({"a": "/a.xml"})
    (result,) = found.results
    assert (result.status, result.entries, result.new, result.changed, result.unchanged) == ("ok", 1, 1, 0, 0)
    (item,) = topics(found, "lantoa.items")
    assert item["identity"] == "url:bao.example/tin-7.html"
    assert item["title"] == "Nghị quyết số 7"
    assert item["claimed"] == "2026-07-28T11:50:00Z"
    assert item["date_flag"] is None
    assert item["outlet"] == item["source"] == "a"
    assert item["categories"] == ["Chính trị"]
    assert item["headers"]["ce_type"] == b"vn.lantoa.item.v1"
    assert item["headers"]["ce_source"] == b"/lantoa/ingest"
    (fetched,) = topics(found, "lantoa.sources.fetched")
    assert (fetched["source"], fetched["status"], fetched["new"]) == ("a", "ok", 1)
    assert sum(end for (topic, _), end in found.published.items() if topic == "lantoa.items") > 0
