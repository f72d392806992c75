"""Nine real nights of seventeen outlets, served on the loopback poll after poll and ingested twice each.

What is expected comes from the files by another way than our reader's: lxml and the standard library.
"""

import re
from collections import Counter
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from config.programme import Programme, load_programme
from producers.poll import open_dependencies, poll

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
HERE = Path(__file__).parent / "nine_nights"
pytestmark = [pytest.mark.shared_data, pytest.mark.slow]


@pytest.fixture
def programme(tmp_path, server) -> Programme:
    (tmp_path / "programme.yaml").write_text("{id: nine-nights, name: Chín đêm}", "utf-8")
    outlets = (HERE / "outlets.yaml").read_text("utf-8").replace("{port}", str(server.port))
    (tmp_path / "outlets.yaml").write_text(outlets, "utf-8")
    return load_programme(tmp_path)


def test_every_piece_is_an_item_once_on_its_day(
    shared_data, programme, server, broker, quick_settings, topics
):
    server.conditional = False  # so that the second time everything is read again
    files = sorted((shared_data / "feeds").glob("*/*.xml"))
    new, found = Counter(), None
    for night in nights(files):
        for file in night:
            server.answers[f"/{file.parent.name}.xml"] = file.read_bytes()
        clock = max(polled_at(file) for file in night)
        with open_dependencies(quick_settings, broker.bootstrap) as dependencies:
            found = poll(programme, dependencies, now=lambda clock=clock: clock)
        assert {r.source.id: r.reason for r in found.results if r.status != "ok"} == {}
        with open_dependencies(quick_settings, broker.bootstrap) as dependencies:
            again = poll(programme, dependencies, now=lambda clock=clock: clock)
        assert [(r.source.id, r.new, r.changed) for r in again.results if r.new or r.changed] == []
        assert not any(topic == "lantoa.items" for topic, _ in again.published)
        for result in found.results:
            new["items"] += result.new
            new["rejected"] += result.rejected
            new["entries"] += result.entries
    items = topics(found, "lantoa.items")
    first = {}
    for item in items:
        first.setdefault(item["id"], item)
    assert new == Counter({"entries": 4347, "items": 4345})
    assert len(first) == 4345
    assert {item["date_flag"] for item in items} == {None}
    days = Counter(
        (i["outlet"], datetime.fromisoformat(i["claimed"]).astimezone(HANOI).date()) for i in first.values()
    )
    assert days == expected_days(files)


def nights(files: list[Path]) -> list[list[Path]]:
    names = sorted({file.stem for file in files})
    return [[file for file in files if file.stem == name] for name in names]


def polled_at(file: Path) -> datetime:
    return datetime.strptime(file.stem, "%Y%m%dT%H%M").replace(tzinfo=HANOI)


def expected_days(files: list[Path]) -> Counter[tuple[str, date]]:
    """Pieces by outlet and day in Hanoi: one for each address without its parameters, on the day that the first poll
    gives."""
    days: dict[tuple[str, str], date] = {}
    for file in sorted(files, key=lambda file: file.stem):
        for item in etree.parse(file).iter("item"):
            address = item.findtext("link").partition("?")[0]
            days.setdefault((file.parent.name, address), day(item.findtext("pubDate")))
    return Counter((outlet, day) for (outlet, _), day in days.items())


def day(text: str) -> date:
    if text[0].isdigit():
        moment = datetime.strptime(text.replace("\u202f", " "), "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=HANOI)
    else:
        tidy = re.sub(r"\+07(:?00)?$", "+0700", text)
        moment = parsedate_to_datetime(tidy).astimezone(HANOI)
    return moment.date()
