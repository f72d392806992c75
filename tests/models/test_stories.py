import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from config.settings import load_settings
from models.counting.stories.sketch import BANDS
from models.database import make_engine, migrate, migration_config, writing
from models.sql import table_of, upsert
from models.store.stories.regroup import StoryText, regroup
from models.tables.items import ItemRevision, ItemRow
from models.tables.stories import StoryBucket, StoryLikeness, StoryMember, StoryWording
from tests.conftest import fresh_database

MONDAY = date(2024, 5, 6)
ARTICLE = """
Sáng 8/5, tại hội trường Tỉnh ủy Hậu Giang, Ban Thường vụ Tỉnh ủy tổ chức hội nghị trực tuyến quán triệt, triển khai thực
hiện Nghị quyết số 42-NQ/TW về tiếp tục đổi mới, nâng cao chất lượng chính sách xã hội, đáp ứng yêu cầu sự nghiệp xây dựng và
bảo vệ Tổ quốc trong giai đoạn mới. Dự hội nghị có gần mười hai nghìn cán bộ, đảng viên ở ba trăm lẻ hai điểm cầu từ huyện
đến xã, phường, thị trấn. Phát biểu chỉ đạo, đồng chí Bí thư đề nghị từng chi bộ xây dựng chương trình hành động sát với thực
tế, phân công rõ người, rõ việc, rõ thời gian hoàn thành; báo cáo kết quả học tập trước ngày 30 tháng 6. Các cơ quan báo chí
địa phương mở chuyên mục, kịp thời cổ vũ gương điển hình và phê phán biểu hiện lười học, ngại học nghị quyết của một bộ phận
cán bộ; đài truyền thanh cơ sở phát lại bằng tiếng Khmer cho đồng bào vùng sâu Long Mỹ, Châu Thành A, Vị Thủy nghe vào buổi
chiều hằng ngày sau giờ làm đồng."""
WORDS = ARTICLE.replace("/", " ").replace("-", " ").split()
OTHER = " ".join(reversed(WORDS))


def words(first: int, last: int) -> str:
    return " ".join(WORDS[first:last])


class Desk:
    """Gives texts to `regroup` the way recording does: revisions are stored before it, items after it."""

    def __init__(self, connection):
        self.connection = connection
        self.stories: dict[str, str | None] = {}
        self._here: dict[str, StoryText] = {}

    def come(self, *texts: StoryText) -> dict[str, str | None]:
        return self.change((), texts)

    def leave(self, *items: str) -> dict[str, str | None]:
        return self.change(items, ())

    def change(self, gone, come) -> dict[str, str | None]:
        for text in come:
            self._keep(ItemRevision, {"item_id": text.id, "revision": f"{text.lead}|{text.text}"}, text)
        changed = regroup(self.connection, gone, come)
        for text in come:
            self._keep(ItemRow, {"id": text.id, "revision": f"{text.lead}|{text.text}"}, text)
        self._here = {i: t for i, t in self._here.items() if i not in gone} | {t.id: t for t in come}
        self.stories = {i: s for i, s in self.stories.items() if i not in gone} | changed
        return changed

    @property
    def texts(self) -> list[StoryText]:
        return list(self._here.values())

    def rows(self, model) -> int:
        return self.connection.execute(select(func.count()).select_from(table_of(model))).scalar_one()

    def _keep(self, model, key, text) -> None:
        table = table_of(model)
        kinds = {str: "", int: 0, bool: False, date: text.day, datetime: datetime(2024, 5, 6, tzinfo=UTC)}
        filled = {c.name: kinds.get(_python_type(c), []) for c in table.c if not c.nullable}
        row = (
            filled
            | {n: v for n in ("lead", "text", "programme") if n in filled for v in [getattr(text, n)]}
            | key
        )
        insert = upsert(self.connection, table)
        changed = {"revision": insert.excluded.revision}
        self.connection.execute(
            insert.on_conflict_do_update(index_elements=table.primary_key, set_=changed), [row]
        )


def _python_type(column):
    return getattr(column.type, "impl", column.type).python_type


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request, tmp_path_factory):
    """One database for all tests of this file: each gives its work back."""
    on_sqlite = request.param == "sqlite"
    folder = tmp_path_factory.mktemp("stories")
    url = "" if on_sqlite else fresh_database(request.getfixturevalue("postgresql"))
    engine = make_engine(load_settings(data_dir=folder, database_url=url))
    migrate(engine)
    yield engine
    engine.dispose()


@contextmanager
def fresh_desk(engine) -> Iterator[Desk]:
    with writing(engine) as connection:
        yield Desk(connection)
        connection.rollback()


@pytest.fixture
def desk(engine) -> Iterator[Desk]:
    with fresh_desk(engine) as desk:
        yield desk


def told(item: str, text: str, day: int = 0, lead: str = "", programme: str = "hau-giang") -> StoryText:
    return StoryText(item, programme, MONDAY + timedelta(days=day), lead, text)


# what stories are, looked at all at once: counting.md in the shortest words
def reference(texts: list[StoryText]) -> dict[str, str | None]:
    shingled = {t.id: _shingles(f"{t.lead} {t.text}") for t in texts}
    names = {t.id: {t.id} for t in texts}
    for a, b in combinations(texts, 2):
        one, other = shingled[a.id], shingled[b.id]
        near = abs((a.day - b.day).days) <= 7 and a.programme == b.programme
        if near and one and other and len(one & other) / len(one | other) >= 0.8:
            joined = names[a.id] | names[b.id]
            names |= dict.fromkeys(joined, joined)
    return {item: min(together) if len(together) > 1 else None for item, together in names.items()}


def _shingles(text: str) -> set[tuple[str, ...]]:
    lower = unicodedata.normalize("NFC", text).lower()
    said = "".join(c if c.isalnum() else " " for c in lower).split()
    return {tuple(said[i : i + 5]) for i in range(len(said) - 4)} if len(said) >= 30 else set()


TOGETHER = [
    ("the same words", told("a", words(0, 60)), told("b", words(0, 60))),
    ("40 of 50 shingles: exactly 0.8", told("a", words(0, 44)), told("b", words(0, 54))),
    ("80 of 100 shingles", told("a", words(20, 104)), told("b", words(20, 124))),
    ("50 of 62 shingles", told("a", words(0, 60)), told("b", words(6, 66))),
    ("seven days", told("a", words(0, 60)), told("b", words(0, 60), day=7)),
    ("seven days back, other words", told("a", words(0, 44)), told("b", words(0, 54), day=-7)),
    ("30 syllables", told("a", words(0, 30)), told("b", words(0, 30))),
    ("30 syllables with the lead's", told("a", words(9, 30), lead=words(0, 9)), told("b", words(0, 30))),
    ("upper case", told("a", words(0, 60).upper()), told("b", words(0, 60))),
    ("marks apart", told("a", unicodedata.normalize("NFD", words(0, 60))), told("b", words(0, 60))),
    ("other punctuation", told("a", words(0, 60)), told("b", "“" + "… – ".join(WORDS[:60]) + "”!")),
]
APART = [
    ("40 of 51 shingles", told("a", words(0, 44)), told("b", words(0, 55))),
    ("80 of 101 shingles", told("a", words(20, 104)), told("b", words(20, 125))),
    ("49 of 63 shingles", told("a", words(0, 60)), told("b", words(7, 67))),
    ("eight days", told("a", words(0, 60)), told("b", words(0, 60), day=8)),
    ("eight days, other words", told("a", words(0, 44)), told("b", words(0, 54), day=8)),
    ("29 syllables", told("a", words(0, 29)), told("b", words(0, 29))),
    ("29 and 30 syllables", told("a", words(0, 29)), told("b", words(0, 30))),
    ("other marks", told("a", words(0, 60)), told("b", words(0, 60).replace("ủ", "ù").replace("ị", "ì"))),
    ("another programme", told("a", words(0, 60)), told("b", words(0, 60), programme="can-tho")),
    ("the same words the other way round", told("a", ARTICLE), told("b", OTHER)),
    ("no text", told("a", ""), told("b", "")),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "story"), [
    *(pytest.param(a, b, "a", id=name) for name, a, b in TOGETHER),
    *(pytest.param(a, b, None, id=name) for name, a, b in APART),
])  # fmt: skip
@pytest.mark.parametrize("at_once", [True, False])
def test_two_items_are_one_story_or_two(desk, one, other, story, at_once):
    if at_once:
        desk.come(other, one)
    else:
        desk.come(one)
        desk.come(other)
    assert desk.stories == {"a": story, "b": story} == reference([one, other])


def test_every_item_whose_story_changes_is_named_and_no_other(desk):
    assert desk.come(told("m", ARTICLE), told("z", OTHER)) == {"m": None, "z": None}
    assert desk.come(told("p", ARTICLE)) == {"m": "m", "p": "m"}
    assert desk.come(told("q", ARTICLE)) == {"q": "m"}
    assert desk.come(told("b", ARTICLE)) == {"b": "b", "m": "b", "p": "b", "q": "b"}
    assert desk.come(told("q", ARTICLE)) == {"q": "b"}  # as it was
    assert desk.leave("b") == {"m": "m", "p": "m", "q": "m"}
    assert desk.leave("m", "p") == {"q": None}
    assert desk.leave("q", "never seen") == {}
    assert regroup(desk.connection, (), ()) == {}


def test_a_story_splits_when_what_held_it_together_leaves_or_changes(desk):
    chain = [
        told("a", words(0, 60)),
        told("b", words(5, 65), 5),
        told("c", words(10, 70), 10),
        told("d", OTHER),
    ]
    desk.come(*chain)
    assert desk.stories == {"a": "a", "b": "a", "c": "a", "d": None}
    assert desk.leave("b") == {"a": None, "c": None}
    desk.come(chain[1])
    assert desk.come(replace(chain[1], day=chain[1].day - timedelta(days=3))) == {"b": "a", "c": None}
    assert desk.come(replace(chain[1], text=OTHER)) == {"a": None, "b": "b", "d": "b"}
    assert desk.come(replace(chain[1], text=words(0, 29))) == {"b": None, "d": None}


def test_a_thousand_outlets_with_one_text_take_one_place_in_the_index(desk):
    desk.come(*(told(f"báo-{n:03}", ARTICLE) for n in range(1000)))
    assert set(desk.stories.values()) == {"báo-000"}
    assert [desk.rows(m) for m in (StoryWording, StoryBucket, StoryLikeness)] == [1, BANDS, 0]
    assert len(desk.leave("báo-000")) == 999


def test_more_wordings_at_once_than_one_statement_takes(desk):
    news = [" ".join(f"{w}{n}" for w in WORDS[:40]) for n in range(700)]
    desk.come(*(told(f"{kind}{n:03}", text, n % 8) for n, text in enumerate(news) for kind in "ab"))
    assert desk.stories == {f"{kind}{n:03}": f"a{n:03}" for n in range(700) for kind in "ab"}
    desk.leave(*(f"{kind}{n:03}" for n in range(700) for kind in "ab"))
    assert desk.rows(StoryBucket) == 0


def test_nothing_is_kept_of_items_that_are_short_or_have_left(desk):
    desk.come(
        told("a", words(0, 60)),
        told("b", words(3, 63), 2),
        told("c", words(0, 29)),
        told("d", words(0, 60), 4),
    )
    assert desk.rows(StoryMember) == 3
    desk.leave("a", "b", "c")
    assert [desk.rows(m) for m in (StoryMember, StoryWording, StoryBucket, StoryLikeness)] == [1, 1, BANDS, 0]
    desk.leave("d")
    assert [desk.rows(m) for m in (StoryMember, StoryWording, StoryBucket, StoryLikeness)] == [0, 0, 0, 0]


items = st.sampled_from("abcdefgh")
tellings = st.tuples(
    st.integers(0, 8), st.integers(0, 24)
)  # where its 60 words begin, in threes, and the day
edits = st.lists(st.tuples(items, st.none() | tellings), max_size=25)
many = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def make(item: str, telling: tuple[int, int]) -> StoryText:
    start, day = telling
    if start == 8:
        return told(item, words(0, 29), day)
    return told(item, words(3 * start, 3 * start + 60), day)


@many
@given(known=st.dictionaries(items, tellings), random=st.randoms(use_true_random=False))
def test_stories_do_not_depend_on_the_order_of_arrival(engine, known, random):
    texts = [make(*one) for one in known.items()]
    random.shuffle(texts)
    with fresh_desk(engine) as desk:
        while texts:
            batch = [texts.pop() for _ in range(min(len(texts), random.randint(1, 4)))]
            desk.come(*batch)
        assert desk.stories == reference(desk.texts)


@many
@given(edits=edits, random=st.randoms(use_true_random=False))
def test_items_that_change_leave_and_return(engine, edits, random):
    with fresh_desk(engine) as desk:
        while edits:
            size = random.randint(1, 5)
            batch, edits = dict(edits[:size]), edits[size:]
            gone = [item for item, telling in batch.items() if telling is None]
            desk.change(gone, [make(item, telling) for item, telling in batch.items() if telling])
            assert desk.stories == reference(desk.texts)
        desk.leave(*desk.stories)
        assert [desk.rows(m) for m in (StoryMember, StoryWording, StoryBucket, StoryLikeness)] == [0, 0, 0, 0]


def test_the_index_is_rebuilt_on_the_way_up_and_down(desk):
    """The migration to an index in the order of days, with what stands in it."""
    desk.come(told("a", words(0, 90)), told("b", words(20, 120), day=30))
    before = index_of(desk.connection)
    command.downgrade(migration_config(desk.connection), "0004")
    bare = index_of(desk.connection)
    command.upgrade(migration_config(desk.connection), "head")
    assert index_of(desk.connection) == before
    assert len(before) == 2 * BANDS
    assert all(-(2**31) <= bucket < 2**31 for bucket, _, _ in bare)
    assert before != bare == sorted((_signed(bucket), day, wording) for bucket, day, wording in before)


def index_of(connection):
    return sorted(map(tuple, connection.execute(select(table_of(StoryBucket)))))


def _signed(bucket):
    low = bucket % 2**32
    return low - 2**32 if low >= 2**31 else low
