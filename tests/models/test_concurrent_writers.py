"""Four writers at once on the same stories and cells, with a human deciding meanwhile: the sum of all is that of one writer."""

import random
import threading
from datetime import UTC, datetime, timedelta

import pytest

from config.catalogue import load_catalogue
from config.settings import load_settings
from models.database import make_engine, migrate, reading
from models.messages.correction import Correction
from models.queries.recount import recount
from models.queries.tally import cell_figures, of_cell
from models.store.batch_writer import Writer

WRITERS, BATCHES, EACH = 4, 12, 25
DOCUMENTS = ("NQ-42-TW-XIII", "NQ-43-TW-XIII", "NQ-29-TW-XIII")
NOON = datetime(2024, 5, 14, 5, 0, tzinfo=UTC)
TEXTS = [" ".join(f"chữ{n * story % 97}" for n in range(1, 80)) for story in range(1, 8)]


@pytest.fixture
def parts(classified):
    """Partition → its batches: the same few stories in every partition, items revised, corrected and merged."""
    rng = random.Random(11)

    def piece(partition, number, revision):
        made = classified(
            f"p{partition}-{number % 60}",
            outlet=f"o{number % 5}",
            resolutions=tuple(rng.sample(DOCUMENTS, rng.randint(0, 2))),
            revision=f"r{revision}",
            claimed=f"2024-05-{rng.randint(10, 16)}T10:00",
        )
        fetched = NOON + timedelta(minutes=revision)
        item = made.item.model_copy(update={"text": rng.choice(TEXTS), "fetched_at": fetched})
        return made.model_copy(update={"item": item})

    def decision(partition, number, batch):
        fields = rng.choice([{"in_scope": False}, {"resolutions": DOCUMENTS[:1]}, {"channel": "radio"},
                             {"same_as": f"p{partition}-{rng.randrange(60)}"}])  # fmt: skip
        return Correction(
            id=f"c{partition}-{batch}-{number}", item=f"p{partition}-{rng.randrange(60)}",
            made_at=NOON + timedelta(seconds=100 * batch + number), by="cán bộ", because="kiểm tra", **fields,
        )  # fmt: skip

    found = {}
    for partition in range(WRITERS):
        found[partition] = []
        for batch in range(BATCHES):
            found[partition].append([piece(partition, batch * 7 + n, batch * EACH + n) for n in range(EACH)])
            found[partition].append([decision(partition, n, batch) for n in range(3)])
    return found


def cells(engine):
    with reading(engine) as connection:
        return {row["key"]: of_cell(row) for row in connection.execute(cell_figures()).mappings()}


def written_by_one(parts, programme, catalogue, folder):
    engine = make_engine(load_settings(data_dir=folder, database_url=""))
    migrate(engine)
    writer = Writer(engine, programme, catalogue)
    for partition, batches in parts.items():
        for batch in batches:
            writer.write_when_back(batch, partition)
    found = cells(engine)
    engine.dispose()
    return found


@pytest.mark.slow
def test_four_writers_and_a_human_come_to_what_one_writer_comes_to(engine, hau_giang, parts, tmp_path):
    catalogue = load_catalogue()
    failed = []
    ready = threading.Barrier(WRITERS)

    def write(partition):
        writer = Writer(engine, hau_giang, catalogue)
        ready.wait()
        try:
            for batch in parts[partition]:
                writer.write_when_back(batch, partition)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(partition,)) for partition in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    found = cells(engine)
    assert len(found) > 50
    assert found == written_by_one(parts, hau_giang, catalogue, tmp_path / "one")
    with reading(engine) as connection:
        assert recount(connection, hau_giang).differences == ()
