"""What feedparser reads of its own test files, and what we read of them: every difference is known."""

import csv
import resource
import time
import warnings
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin

import feedparser
import pytest
from corpus import ADDRESS, headers_of, load_corpus

from config.errors import FeedError
from config.programme import Source
from producers.html_to_text import one_line
from producers.item.dates import read_date
from producers.parse.kinds import FetchedDocument, read

DIFFERENCES = Path(__file__).parent / "differences.tsv"
DATES = ("published", "updated", "created")
SLOWEST = 5  # seconds of the processor
MOST_MEMORY = 300 << 10  # KiB that reading all of them may add


@pytest.fixture(scope="module")
def corpus():
    return load_corpus()


def test_every_difference_to_feedparser_is_known(corpus):
    found = {(name, *each) for name, body in corpus.items() for each in differences(name, body)}
    with DIFFERENCES.open(encoding="utf-8", newline="") as file:
        known = {tuple(row) for row in csv.reader(file, delimiter="\t")} - {("file", "field", "reason")}
    assert (sorted(found - known), sorted(known - found)) == ([], [])


def test_all_of_them_are_there(corpus):
    assert sum(name.startswith("wellformed/") for name in corpus) > 1700
    assert sum(name.startswith("illformed/") for name in corpus) > 15


def test_no_file_takes_long_or_much(corpus):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, body in corpus.items():
        began = time.process_time()
        ours(name, body)
        assert time.process_time() - began < SLOWEST, name
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY


def differences(name, body):
    """Field and reason of each; the reason is put to the test by `why_*`."""
    theirs = parsed(name, body)
    entries, refused = ours(name, body)
    if len(entries) != len(theirs.entries):
        yield "entries", why_entries(theirs, refused)
        return
    unsanitized = parsed(name, body, sanitize_html=False).entries
    for raw, entry, full in zip(theirs.entries, entries, unsanitized, strict=True):
        if raw.get("title", "") != entry.title:
            yield "title", why_title(raw, entry, full)
        if (raw.get("link") or None) != entry.url:
            yield "link", why_link(raw, entry, headers_of(name, body)["content-location"], name)
        stated = [key for key in DATES if key in raw]
        if tuple(dict.fromkeys(raw[key] for key in stated)) != entry.dates:
            yield "dates", "unexplained"
        if any(moment(raw[f"{key}_parsed"]) != ours_of(raw[key]) for key in stated):
            yield "moment", "unexplained"


def why_entries(theirs, refused):
    if refused == "not-a-feed" and not theirs.version:
        return "cdf"
    return {"wrong-encoding": "undeclared-charset", "truncated": "half-an-entry"}.get(refused, "unexplained")


def why_title(raw, entry, full):
    if one_line(raw.title) == entry.title:
        return "text-with-markup" if raw.title_detail.type == "text/plain" else "markup"
    return "sanitized" if one_line(full.title) == entry.title else "unexplained"


def why_link(raw, entry, location, name):
    if entry.url is None and raw.link == urljoin(location, raw.get("id", "")):
        return "id-is-no-address"
    elsewhere = urljoin(location, "/") != urljoin(ADDRESS + name, "/")
    return "content-location" if elsewhere and raw.link.startswith(urljoin(location, "/")) else "unexplained"


def ours(name, body):
    """Entries, and the reason of a refusal."""
    address = ADDRESS + name
    source = Source(id="corpus", kind="feed", url=ADDRESS)
    try:
        return read(
            source, FetchedDocument(body, headers_of(name, body)["content-type"], address)
        ).entries, ""
    except FeedError as error:
        return (), error.reason


def parsed(name, body, **how):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # feedparser's own, about its own files
        return feedparser.parse(BytesIO(body), response_headers=headers_of(name, body), **how)


def moment(time_tuple):
    return time_tuple and datetime(*time_tuple[:6], tzinfo=UTC)


def ours_of(text):
    found = read_date(text, "day-first", UTC)
    return found and found.replace(microsecond=0)
