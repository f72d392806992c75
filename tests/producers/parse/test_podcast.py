"""Episodes and how long they play."""

import pytest
from feed_text import entry, rss

from config.programme import Source
from producers.parse.duration import seconds_of
from producers.parse.kinds import FetchedDocument, read

PODCAST = Source(id="dai", kind="podcast", url="https://dai.example/phat-thanh.xml")


def podcast(*entries):
    return read(PODCAST, FetchedDocument(rss(*entries), "application/rss+xml", PODCAST.url))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1830", 1830), ("30:30", 1830), ("0:30:30", 1830), ("00:30:30", 1830), (" 1:02:03 ", 3723), ("90:00", 5400),
     ("1830.75", 1830), ("", None), ("0", None), ("00:00:00", None), ("30 phút", None), ("-5", None), ("1:2:3:4", None),
     ("PT30M", None), ("9" * 5000, None), ("٣٠", 30)],
)  # fmt: skip
def test_durations(text, seconds):
    assert seconds_of(text) == seconds


def test_an_episode_needs_no_page():
    (one,) = podcast(entry(1, link=None, guid="so-1", enclosure="/nghe/1.mp3")).entries
    assert (one.url, one.guid, one.media) == (None, "so-1", "audio")


def test_a_feed_without_sound_is_no_podcast():
    found = podcast(entry(1), entry(2))
    assert len(found.entries) == 2
    assert found.problem is not None
    assert found.problem.reason == "not-a-podcast"
