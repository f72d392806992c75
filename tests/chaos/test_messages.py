"""Whatever arrives on the topics: what is sound is counted, everything else is one dead letter, and the worker goes on.

3,000 messages on each database; with `LANTOA_CHAOS=1` (make chaos) 100,000.
"""

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from arrivals import Arrival, arrivals
from judged import fate_of
from one_worker import Identity, OneWorker, Place, identity

from config.settings import load_settings
from lantoa.broker import start_broker
from models.counting.figures import figures
from models.database import reading
from models.messages.dead_letter import DeadLetter
from models.messages.topics import SOURCES_DUE
from models.queries.recount import recount

LONG = os.environ.get("LANTOA_CHAOS") == "1"
NUMBER = 100_000 if LONG else 3_000
SEED = 20241130
PATIENCE = 3600.0 if LONG else 240.0


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[OneWorker]:
    settings = load_settings(
        data_dir=tmp_path / "data", database_url=database_url, kafka_bootstrap_servers=""
    )
    with (
        start_broker(settings) as broker,
        closing(OneWorker(settings, broker.bootstrap, tmp_path / "worker.log")) as office,
    ):
        yield office


@pytest.mark.slow
@pytest.mark.timeout(2 * PATIENCE + 120)
def test_what_is_sound_is_counted_and_everything_else_is_one_dead_letter(office):
    outlets, sources = list(office.programme.outlets), list(office.programme.sources)
    sent = office.publish(arrivals(SEED, NUMBER, outlets, sources))
    assert len(sent) == NUMBER
    office.wait_until_handled(PATIENCE)
    taken = office.counted() | office.fetch_due()
    letters = office.letters()

    assert [place for place, found in letters.items() if len(found) > 1] == []
    assert [place for place, found in letters.items() if not whole(sent.get(place), found[0])] == []
    buried = {*letters, *sent_before(office, sent, letters)}
    fates = {place: fate_of(arrival, outlets) for place, arrival in sent.items()}
    wrong = [
        (place, fate, str(sent[place].value)[:300])
        for place, fate in fates.items()
        if not came_to(fate, place in buried, is_among(sent[place], taken, sources))
    ]
    assert wrong == []
    shares = Counter(fates.values())
    assert min(shares["counted"], shares["letter"]) > NUMBER / 5

    with reading(office.engine) as connection:
        counted = recount(connection, office.programme)
    assert counted.cells > 1000
    assert counted.differences == ()
    assert office.published(figures({})) == office.stored()
    assert office.never_ended(), office.said()


def whole(arrival: Arrival | None, letter) -> bool:
    """Has its reason, and the bytes as they came or where to find them."""
    stated = DeadLetter.from_headers(dict(letter.headers))
    kept = arrival is None or letter.value == arrival.value or stated.value_sha256
    return bool(stated.reason and stated.error and kept)


def sent_before(
    office: OneWorker, sent: Mapping[Place, Arrival], letters: Collection[Place]
) -> Iterator[Place]:
    """Items that were classified and then buried: the letter is about what the worker sent to itself."""
    classified = office.classified()
    ours = {classified[place] for place in letters if place in classified and place not in sent}
    return (place for place, arrival in sent.items() if identity(arrival.topic, arrival.value) in ours)


def is_among(arrival: Arrival, taken: set[Identity], sources: Collection[str]) -> bool:
    """A source that the programme does not have is read and left alone; of what only a lenient reader takes nobody can say."""
    named = identity(arrival.topic, arrival.value)
    return named is None or named in taken or (arrival.topic == SOURCES_DUE and named[1] not in sources)


def came_to(fate: str, buried: bool, counted: bool) -> bool:
    return {"counted": counted and not buried, "letter": buried, "either": buried or counted}[fate]
