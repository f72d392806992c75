"""One example of each message, as it might be published; the contract shows them."""

from datetime import UTC, date, datetime

from models.messages.activity import Activity
from models.messages.correction import Correction
from models.messages.item import Classified, Item
from models.messages.mention import Mention, Reason
from models.messages.message import Message
from models.messages.source import NightFetched, SourceDue, SourceFetched
from models.messages.tally_cell import CellTouched, TallyCell

NIGHT = datetime(2024, 5, 15, 19, 0, tzinfo=UTC)
ENDED = datetime(2024, 5, 15, 19, 4, 31, tzinfo=UTC)

_ITEM = Item(
    id="8f14e45fceea167a",
    identity="article:812345",
    revision="c9f0f895fb98ab91",
    outlet="nhandan",
    source="nhandan-chinhtri",
    url="https://nhandan.vn/hau-giang-phat-trien-cong-nghiep-post812345.html",
    title="Hậu Giang phát triển công nghiệp theo Nghị quyết số 29-NQ/TW khóa XIII",
    lead="Nghị quyết 29 được Tỉnh ủy Hậu Giang sơ kết chiều 15/5, sau mười tám tháng thực hiện công nghiệp hóa.",
    claimed=datetime(2024, 5, 15, 9, 30, tzinfo=UTC),
    date_text="Wed, 15 May 2024 16:30:00 +0700",
    fetched_at=NIGHT,
    guid="https://nhandan.vn/post812345",
    categories=("Chính trị",),
)
_MENTION = Mention(
    surface="Nghị quyết số 29-NQ/TW khóa XIII",
    start=38,
    end=70,
    zone="title",
    resolution="NQ-29-TW-XIII",
    symbol="29-NQ/TW",
    family="party",
    status="linked",
    rule="stated-term",
    candidates=("NQ-29-TW-XIII", "NQ-29-TW-XI"),
    because="khóa XIII",
)
_WEIGHED = Mention(
    surface="Nghị quyết 29",
    start=0,
    end=13,
    zone="lead",
    resolution="NQ-29-TW-XIII",
    symbol="29-NQ/TW",
    family="party",
    status="linked",
    rule="topic",
    candidates=("NQ-29-TW-XIII", "NQ-29-TW-XI"),
    because="",
    probabilities=(0.96, 0.03),
    reasons=(
        Reason("subject", 2.1, "công nghiệp hóa"),
        Reason("new", 1.4, "18"),
        Reason("state-named", -0.3, "Chính phủ"),
    ),
)

SAMPLES: tuple[Message, ...] = (
    SourceDue(source="nhandan-chinhtri", host="nhandan.vn", reason="nightly", named_at=NIGHT),
    SourceFetched(
        source="nhandan-chinhtri",
        outlet="nhandan",
        status="ok",
        fetched_at=NIGHT,
        seconds=1.4,
        entries=50,
        new=12,
        changed=1,
        unchanged=37,
        pages=13,
    ),
    NightFetched(
        programme="hau-giang",
        night=NIGHT,
        began_at=NIGHT,
        ended_at=ENDED,
        sources=64,
        new=212,
        changed=9,
        unchanged=2875,
        failed=2,
        quiet=17,
        pages=221,
        missing=3,
    ),
    _ITEM,
    Classified(
        item=_ITEM,
        mentions=(_MENTION, _WEIGHED),
        in_scope=True,
        places=("Hậu Giang",),
        channel="central_press",
        form="article",
        level="central",
        partner=True,
        rules_version="5",
        catalogue_version="d3b07384d113edec",
    ),
    Activity(
        id="45c48cce2e2d7fbd",
        identity="row:conference|2024-05-20|huyện ủy phụng hiệp|thị trấn cây dương|quán triệt nghị quyết 42",
        revision="6512bd43d9caa6e0",
        reported_at=NIGHT,
        kind="conference",
        date=date(2024, 5, 20),
        unit="Huyện ủy Phụng Hiệp",
        place="Thị trấn Cây Dương",
        title="Quán triệt Nghị quyết 42",
        resolutions=("42-NQ/TW",),
        participants=310,
        invited=325,
        programme="hau-giang",
        source="thang-5.xlsx, Hội nghị, 7",
    ),
    Correction(
        id="0b7f3c0e-2d0e-4a53-9f0a-6a1f0c9f6f11",
        item=_ITEM.id,
        made_at=ENDED,
        by="lan.nguyen",
        because="bài nói về Nghị quyết 29 khóa XI",
        resolutions=("NQ-29-TW-XI",),
    ),
    CellTouched(cell="hau-giang|2024|channel=central_press"),
    TallyCell(
        cell="hau-giang|2024|channel=central_press",
        programme="hau-giang",
        period="2024",
        values={"channel": "central_press"},
        items=1717,
        stories=1203,
        outlets=23,
        activities=0,
        participants=0,
        points=None,
        invited=None,
        attendance_rate=None,
        waiting=4,
        flagged=0,
        as_of=ENDED,
        rules_version="5",
        catalogue_version="d3b07384d113edec",
    ),
)
