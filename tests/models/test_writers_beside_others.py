"""What is written at once on PostgreSQL: the same stories in several partitions, merges in rings across them, corrections that come
while their item is being written. The end is what the counter that knows only counting.md says, whoever came first."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from reference_counter import count

from config.catalogue import load_catalogue
from models.counting.cells import CellName
from models.counting.classification_history import Placed, Position
from models.database import is_unavailable, writing
from models.database import reading as read_only
from models.messages.correction import Correction
from models.queries.recount import recount
from models.queries.tally import cell_figures, of_cell
from models.store.batch_writer import Writer
from models.store.item_writer import record, record_corrections
from models.store.turns import NotBesideOthers, lock_partition

WRITERS, BATCHES, NAMES = 4, 40, 24
CATALOGUE = load_catalogue()
PLENUMS = {i: p for i in CATALOGUE.documents if (p := CATALOGUE.plenum_of(i))}
DOCUMENTS = ("NQ-42-TW-XIII", "NQ-43-TW-XIII", "NQ-29-TW-XIII")
WORDS = [f"chữ{n}" for n in range(90)]
NOON = datetime(2024, 6, 1, 5, 0, tzinfo=UTC)
START = date(2024, 5, 9)  # two locks of sixteen days begin within the month after it


pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer


def text_of(story, variant):
    """Variants of a story are alike when their numbers are near: 90 words of which a few at the end differ."""
    words = [f"{word}-{story}" for word in WORDS]
    return " ".join([*words[: 90 - variant], *(f"khác{n}" for n in range(variant))])


def piece(classified, name, text, day, revision="r1", **fields):
    made = classified(name, revision=revision, claimed=f"{day}T03:00", **fields)
    minutes = int(revision[1:])
    item = made.item.model_copy(update={"text": text, "fetched_at": NOON + timedelta(minutes=minutes)})
    return made.model_copy(update={"item": item})


def histories(seed, classified):
    """Partition → its batches. An item's messages are in its partition; its corrections are in any."""
    rng = random.Random(seed)
    names = [f"{rng.randrange(16**6):06x}" for _ in range(NAMES)]
    numbers = dict.fromkeys(names, 0)
    made = 0
    batches = {partition: [] for partition in range(WRITERS)}
    for turn in range(BATCHES * WRITERS):
        partition = turn % WRITERS
        if rng.random() < 0.25:
            made += 1
            fields = rng.choice([{"in_scope": False}, {"in_scope": True}, {"resolutions": DOCUMENTS[:1]},
                                 {"published": START + timedelta(days=rng.randrange(30))},
                                 {"same_as": rng.choice(names)}])  # fmt: skip
            batches[partition].append([Correction(
                id=f"c{made:04}", item=rng.choice(names), made_at=NOON + timedelta(seconds=made), by="cán bộ",
                because="kiểm tra", **fields,
            )])  # fmt: skip
            continue
        batch = []
        for name in rng.sample(names[partition::WRITERS], rng.randint(1, 4)):
            numbers[name] += 1
            text = text_of(rng.randrange(3), rng.choice([0, 2, 4, 8, 14]))
            day = START + timedelta(days=rng.choice([0, 2, 9, 16, 17, rng.randrange(30)]))
            batch.append(piece(classified, name, text, day, f"r{numbers[name]}", in_scope=rng.random() < 0.8,
                               outlet=f"o{rng.randrange(4)}", resolutions=tuple(rng.sample(DOCUMENTS, 1))))  # fmt: skip
        batches[partition].append(batch)
        if rng.random() < 0.2:
            batches[partition].append(rng.choice([b for b in batches[partition] if b]))  # delivered again
    return batches


def cells(engine):
    with read_only(engine) as connection:
        return {row["key"]: of_cell(row) for row in connection.execute(cell_figures()).mappings()}


def expected(messages, programme):
    items = [m for m in messages if not isinstance(m, Correction)]
    said = {m.id: m for m in messages if isinstance(m, Correction)}
    counted = count(items, [*said.values()], [], programme, PLENUMS)
    return {CellName(programme.id, *cell).key: figures for cell, figures in counted.items()}


def positioned(batches):
    """Each message at its own place, also when it comes again."""
    places = {}
    return [
        [Placed(m, places.setdefault(id(m), Position(len(places), len(places)))) for m in b] for b in batches
    ]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_random_histories_at_once_end_as_the_reference_says(engine, hau_giang, classified, seed):
    parts = histories(seed, classified)
    ready = threading.Barrier(WRITERS)

    def write(partition):
        writer = Writer(engine, hau_giang, CATALOGUE)
        ready.wait()
        for batch in positioned(parts[partition]):
            writer.write_when_back(batch, partition)

    with ThreadPoolExecutor(WRITERS) as pool:
        assert [*pool.map(write, parts)] == [None] * WRITERS
    messages = [message for batches in parts.values() for batch in batches for message in batch]
    assert cells(engine) == expected(messages, hau_giang)
    with read_only(engine) as connection:
        assert recount(connection, hau_giang).differences == ()


class Two:
    """One transaction that stays open, and another one that begins meanwhile."""

    def __init__(self, engine, programme):
        self.engine, self.programme = engine, programme

    def while_written(self, first, second):
        """Whether the second had to wait for the first."""
        other = threading.Thread(target=self._write, args=(1, second))
        with writing(self.engine) as connection:
            self._record(connection, 0, first)
            other.start()
            other.join(1.0)
            waited = other.is_alive()
        other.join(30)
        assert not other.is_alive()
        return waited

    def _write(self, partition, messages):
        Writer(self.engine, self.programme, CATALOGUE).write_when_back(messages, partition)

    def _record(self, connection, partition, messages):
        lock_partition(connection, partition)
        corrects = isinstance(messages[0], Correction)
        write = record_corrections if corrects else partial(record, beside=True)
        write(connection, messages, self.programme, PLENUMS)


@pytest.fixture
def two(engine, hau_giang):
    return Two(engine, hau_giang)


def test_items_of_one_story_that_come_at_once_are_one_story(engine, hau_giang, classified, two):
    one, other = (piece(classified, name, text_of(0, n), START) for name, n in (("a", 0), ("b", 2)))
    assert two.while_written([one], [other])
    assert cells(engine) == expected([one, other], hau_giang)


def test_a_third_item_joins_two_that_are_alone(engine, hau_giang, classified, two):
    days = (START, START + timedelta(days=6), START + timedelta(days=12))
    first, joins, last = (
        piece(classified, n, text_of(0, 0), day) for n, day in zip("abc", days, strict=True)
    )
    two.while_written([first], [last])
    two.while_written([joins], [piece(classified, "a", text_of(0, 0), START, "r2", form="article")])
    messages = [first, last, joins, piece(classified, "a", text_of(0, 0), START, "r2", form="article")]
    assert cells(engine) == expected(messages, hau_giang)


def test_a_correction_that_comes_while_its_item_is_written_is_applied(engine, hau_giang, classified, two):
    item = piece(classified, "a", text_of(0, 0), START, in_scope=False)
    made = Correction(id="c1", item="a", made_at=NOON, by="cán bộ", because="đọc lại", in_scope=True)
    assert two.while_written([item], [made])
    assert cells(engine) == expected([item, made], hau_giang) != {}


def test_an_item_that_comes_while_its_correction_is_written_is_corrected(engine, hau_giang, classified, two):
    item = piece(classified, "a", text_of(0, 0), START)
    made = Correction(id="c1", item="a", made_at=NOON, by="cán bộ", because="đọc lại", in_scope=False)
    assert two.while_written([made], [item])
    assert cells(engine) == expected([item, made], hau_giang) == {}


def test_what_touches_nothing_in_common_does_not_wait(engine, hau_giang, classified, two):
    one = piece(classified, "a", text_of(0, 0), date(2024, 5, 9))
    other = piece(classified, "b", text_of(1, 0), date(2023, 5, 9))
    assert not two.while_written([one], [other])
    assert cells(engine) == expected([one, other], hau_giang)


def test_the_same_words_in_other_years_are_stored_once(engine, hau_giang, classified, two):
    """Words that another transaction is storing are waited for, and those that it has just forgotten are stored again."""
    one, other = (
        piece(classified, "a", text_of(0, 0), date(2024, 5, 9)),
        piece(classified, "b", text_of(0, 0), date(2023, 5, 9)),
    )
    two.while_written([one], [other])
    assert two.while_written([piece(classified, "a", text_of(1, 0), date(2024, 5, 9), "r2")],
                             [piece(classified, "c", text_of(1, 0), date(2022, 5, 9))])  # fmt: skip
    two.while_written([piece(classified, "a", text_of(2, 0), date(2024, 5, 9), "r3")],
                      [piece(classified, "b", text_of(1, 0), date(2023, 5, 9), "r2")])  # fmt: skip
    near = piece(classified, "d", text_of(1, 2), date(2023, 5, 10))
    two.while_written([near], [piece(classified, "e", text_of(1, 4), date(2022, 5, 10))])
    with read_only(engine) as connection:
        assert recount(connection, hau_giang).differences == ()
    messages = [other, piece(classified, "a", text_of(2, 0), date(2024, 5, 9), "r3"), near,
                piece(classified, "b", text_of(1, 0), date(2023, 5, 9), "r2"),
                piece(classified, "c", text_of(1, 0), date(2022, 5, 9)),
                piece(classified, "e", text_of(1, 4), date(2022, 5, 10))]  # fmt: skip
    assert cells(engine) == expected(messages, hau_giang)


def test_a_story_beyond_the_locked_weeks_is_not_written_beside_others(engine, hau_giang, classified):
    writer = Writer(engine, hau_giang, CATALOGUE)
    chain = [piece(classified, f"m{n}", text_of(0, 0), START + timedelta(days=7 * n)) for n in range(8)]
    writer.write(chain, 0)
    more = piece(classified, "a", text_of(0, 2), START)
    with pytest.raises(NotBesideOthers), writing(engine) as connection:
        record(connection, [more], hau_giang, PLENUMS, beside=True)
    writer.write([more], 0)
    assert cells(engine) == expected([*chain, more], hau_giang)


def test_two_writers_that_wait_in_a_ring_write_again(engine):
    """PostgreSQL ends one of them, with an error that is waited for."""
    ready = threading.Barrier(2)

    def both(first, second):
        try:
            with writing(engine) as connection:
                lock_partition(connection, first)
                ready.wait()
                lock_partition(connection, second)
        except Exception as error:
            return is_unavailable(error)
        return None

    with ThreadPoolExecutor(2) as pool:
        assert {*pool.map(both, (1, 2), (2, 1))} == {True, None}
