"""Groups a year's items into stories, beside a comparison of all pairs that are close enough in time: `python -m
benchmarks.stories [URL]`.

20,000 items of 300 syllables, all quoting one of three documents by its long name, a fifth of them syndicated: half
word for word, half with a new opening. It runs on SQLite, or in the empty database at URL.
"""

import random
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, select, text

from config.settings import load_settings
from models.counting.stories import wording
from models.counting.stories.components import DAYS
from models.database import make_engine, migrate, writing
from models.sql import table_of
from models.store.stories.regroup import StoryText, regroup
from models.tables.items import ItemRevision, ItemRow
from models.tables.stories import StoryMember

ITEMS, SYLLABLES, BATCH, OUTLETS = 20_000, 300, 500, 10
TABLES = ("story_wording", "story_bucket", "story_likeness", "story_member")
DOCUMENTS = (
    "Nghị quyết số 18-NQ/TW ngày 25 tháng 10 năm 2017 của Ban Chấp hành Trung ương Đảng khóa XII một số vấn đề về tiếp tục "
    "đổi mới, sắp xếp tổ chức bộ máy của hệ thống chính trị tinh gọn, hoạt động hiệu lực, hiệu quả",
    "Nghị quyết số 42-NQ/TW ngày 24 tháng 11 năm 2023 của Ban Chấp hành Trung ương Đảng khóa XIII về tiếp tục đổi mới, nâng "
    "cao chất lượng chính sách xã hội, đáp ứng yêu cầu sự nghiệp xây dựng và bảo vệ Tổ quốc trong giai đoạn mới",
    "Nghị quyết số 57-NQ/TW ngày 22 tháng 12 năm 2024 của Bộ Chính trị về đột phá phát triển khoa học, công nghệ, đổi mới "
    "sáng tạo và chuyển đổi số quốc gia",
)


def main(url: str = "") -> None:
    year = list(simulated_year())
    with TemporaryDirectory() as folder:
        engine = make_engine(load_settings(data_dir=Path(folder), database_url=url))
        migrate(engine)
        seconds = [_record(engine, year[n : n + BATCH]) for n in range(0, ITEMS, BATCH)]
        ours, size = _stories(engine), _size(engine)
        one_by_one = [_record(engine, [item]) for item in _last_minute(year)]
        engine.dispose()
    began = time.perf_counter()
    plain = all_pairs(year)
    plain_seconds = time.perf_counter() - began
    print(f"\nstories: {ITEMS} items of {SYLLABLES} syllables on {engine.dialect.name}, batches of {BATCH}")
    print(
        f"  index       {ITEMS / sum(seconds):8.0f}/s  {plain_seconds / sum(seconds):6.1f} times all pairs within days"
    )
    print(f"  all pairs   {ITEMS / plain_seconds:8.0f}/s")
    print(
        f"  a batch     {median(seconds):8.2f} s   {max(seconds):6.2f} s at most; an item alone {median(one_by_one) * 1000:.1f} ms"
    )
    print(f"  stored      {size / ITEMS:8.0f} bytes an item")
    assert ours == plain, "the index and the comparison of all pairs disagree"


def simulated_year() -> Iterator[StoryText]:
    """Yields items in the order of days. A syndicated text appears at ten outlets on three days."""
    chance = random.Random(2024)
    syllables = [f"{head}{rhyme}" for head in "bcdđghklmnprstvx" for rhyme in _rhymes()]
    stories = ITEMS - ITEMS // 5 + ITEMS // 5 // OUTLETS
    dated: list[tuple[date, str]] = []
    for story in range(stories):
        first = date(2024, 1, 1) + timedelta(days=chance.randrange(363))
        document = chance.choice(DOCUMENTS)
        body = f"{document} {' '.join(chance.choices(syllables, k=SYLLABLES - len(document.split())))}"
        dated.append((first, body))
        for copy in range(OUTLETS - 1 if story < ITEMS // 5 // OUTLETS else 0):
            opening = " ".join(chance.choices(syllables, k=12)) if copy % 2 else ""
            dated.append((first + timedelta(days=chance.randrange(3)), f"{opening} {body}"))
    dated.sort(key=lambda one: one[0])
    for number, (day, body) in enumerate(dated):
        yield StoryText(f"{number:020x}", "hau-giang", day, "", body)


def all_pairs(items: Sequence[StoryText]) -> dict[str, str | None]:
    """Applies the definition directly: compares each item with all items of the last days."""
    near: deque[tuple[StoryText, wording.Shingles]] = deque()
    together = {item.id: {item.id} for item in items}
    for item in items:
        said = wording.shingles(item.programme, wording.syllables(item.lead, item.text))
        while near and (item.day - near[0][0].day).days > DAYS:
            near.popleft()
        for other, known in near:
            if wording.alike(said, known) and together[item.id] is not together[other.id]:
                joined = together[item.id] | together[other.id]
                together |= dict.fromkeys(joined, joined)
        near.append((item, said))
    return {item: min(names) if len(names) > 1 else None for item, names in together.items()}


def _rhymes() -> Iterator[str]:
    yield from (
        f"{vowel}{end}" for vowel in "aăâeêioôơuưáàảãạéèíìóòốồớờúù" for end in ("", "n", "ng", "t", "m", "i")
    )


def _last_minute(year: Sequence[StoryText]) -> Iterator[StoryText]:
    """Yields new items among those of the last days."""
    for number, item in enumerate(year[-50:]):
        turned = " ".join(reversed(item.text.split()))
        yield StoryText(f"z{number:019x}", item.programme, item.day, "", turned)


def _record(engine: Engine, batch: Sequence[StoryText]) -> float:
    """Returns the seconds for the stories alone: the items' own rows are written outside the measurement."""
    with writing(engine) as connection:
        _write(connection, ItemRevision, [{"item_id": t.id, "lead": t.lead, "text": t.text} for t in batch])
        began = time.perf_counter()
        regroup(connection, (), batch)
        took = time.perf_counter() - began
        _write(connection, ItemRow, [{"id": t.id, "programme": t.programme, "day": t.day} for t in batch])
    return took


def _write(
    connection: Connection, model: type[ItemRevision] | type[ItemRow], rows: list[dict[str, object]]
) -> None:
    table = table_of(model)
    plain = {str: "", int: 0, bool: False, datetime: datetime(2024, 1, 1, tzinfo=UTC)}
    kinds = {c.name: getattr(c.type, "impl", c.type).python_type for c in table.c if not c.nullable}
    filled = {name: plain.get(kind, []) for name, kind in kinds.items()}
    connection.execute(table.insert(), [filled | row for row in rows])


def _stories(engine: Engine) -> dict[str, str | None]:
    table = table_of(StoryMember)
    with engine.connect() as connection:
        return dict(connection.execute(select(table.c.item_id, table.c.story)).all())


def _size(engine: Engine) -> int:
    """Returns the bytes of the tables that stories need, with their indexes."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            sizes = (text("SELECT pg_total_relation_size(:name)").bindparams(name=name) for name in TABLES)
            return sum(connection.execute(size).scalar_one() for size in sizes)
        pages = text("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%story\\_%' ESCAPE '\\'")
        return int(connection.execute(pages).scalar_one())


if __name__ == "__main__":
    main(*sys.argv[1:])
