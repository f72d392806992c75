"""A program that asks, of an office with items, activities and a frozen report."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import Engine

from config.catalogue import load_catalogue
from config.programme import Programme
from config.settings import Settings
from lantoa.web.app import make_app
from models.counting.period import parse_period
from models.counting.stored_activity import ReadActivity
from models.database import writing
from models.messages.activity import Activity
from models.messages.correction import Correction
from models.messages.mention import Mention
from models.store.batch_writer import Writer
from models.store.reports import freeze
from tests.serving import owner

LINKED = "Hậu Giang thực hiện Nghị quyết số 42-NQ/TW khóa XIII"
AMBIGUOUS = "Hậu Giang quán triệt Nghị quyết số 29-NQ/TW"
WAITS = Mention(
    surface="Nghị quyết số 29-NQ/TW",
    start=21,
    end=43,
    zone="title",
    resolution=None,
    symbol="29-NQ/TW",
    family="party",
    status="ambiguous",
    rule="several-terms",
    candidates=("NQ-29-TW-XIII", "NQ-29-TW-XI"),
    probabilities=(0.6, 0.3),
)


@pytest.fixture
def client(settings: Settings, engine: Engine, programme: Programme) -> Iterator[httpx.Client]:
    """Of a real server."""
    with owner(make_app(settings, engine, programme), timeout=30) as asking:
        yield asking


@pytest.fixture
def office(engine: Engine, programme: Programme, write: Callable[..., str]) -> dict[str, str]:
    """Items of three outlets in two years, some linked, ambiguous, flagged, copied and corrected; activities; a report."""
    writer = Writer(engine, programme, load_catalogue())
    same = "Một đoạn văn dài về việc học tập nghị quyết của tỉnh Hậu Giang. " * 20
    linked = [write(title=f"{LINKED}, bài {n}", day=f"2024-0{n + 1}-05", text=f"{n} " * 40) for n in range(6)]
    waits = write("tw-khac", title=AMBIGUOUS, day="2024-03-01", mentions=(WAITS,))
    twice = [write("tw-khac", title="Học tập", text=same, day="2024-03-02") for _ in range(2)]
    write("dai-tinh", title="Hậu Giang phát thanh", day="2024-06-03", claimed=None, date_flag="date-missing")
    write("dai-tinh", title="Hậu Giang phát thanh", day="2023-06-03")
    revised = write("dai-tinh", title="Hậu Giang cũ", day="2024-07-01", key="url:dai-tinh.example/a")
    write(
        "dai-tinh",
        title="Hậu Giang mới",
        day="2024-07-01",
        key="url:dai-tinh.example/a",
        revision="r2",
        fetched_at=datetime(2025, 1, 1, tzinfo=UTC),
    )
    writer.write([_correction(linked[0])], 0)
    writer.write([_activity(n) for n in range(3)], 0)
    with writing(engine) as connection:
        report = freeze(connection, programme, parse_period("2024"), "lan")
    write(title=f"{LINKED}, về sau", day="2024-08-05")
    return {
        "linked": linked[1],
        "corrected": linked[0],
        "waits": waits,
        "twice": twice[0],
        "revised": revised,
        "activity": "hoat-dong-0",
        "report": str(report),
    }


def _correction(item: str) -> Correction:
    return Correction(
        id="c1",
        item=item,
        made_at=datetime(2025, 2, 1, tzinfo=UTC),
        by="lan",
        because="thử",
        form="reportage",
    )


def _activity(number: int) -> ReadActivity:
    activity = Activity.model_validate(
        {
            "id": f"hoat-dong-{number}",
            "identity": f"id:{number}",
            "revision": "r1",
            "reported_at": datetime(2024, 9, 1, tzinfo=UTC),
            "kind": "oral_session",
            "date": f"2024-04-0{number + 1}",
            "unit": "Ban Tuyên giáo",
            "place": "Vị Thanh",
            "title": "Hội nghị",
            "sessions": number + 1,
            "participants": 90,
            "invited": 100 if number else None,
        }
    )
    return ReadActivity(activity, (), ("Vị Thanh",), "1", "1")
