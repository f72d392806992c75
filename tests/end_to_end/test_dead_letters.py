"""Dead letters from the command line: seen, replayed and counted once, or put aside."""

import json
import os
import signal
from contextlib import closing
from hashlib import sha256
from itertools import count

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from sqlalchemy import select

from lantoa.broker import ensure_topics, running_bootstrap, start_broker
from lantoa.views.dead_letters import SHOWN_BYTES, open_dead_letters
from models.database import make_engine, migrate, reading
from models.kafka_options import client_options
from models.messages.dead_letter import DeadLetter
from models.messages.item import Item
from models.messages.topics import DEAD_LETTERS, ITEMS, ITEMS_CLASSIFIED
from models.sql import table_of
from models.tables.items import ItemRow
from producers.publish import open_publisher
from tests.end_to_end.conftest import EMPTY
from tests.waiting import items_stored, until

pytestmark = pytest.mark.slow
TODAY = ["Hậu Giang hôm nay"]
FEED = f"""<rss version="2.0"><channel><title>o1</title><item><title>{TODAY[0]}</title>
<link>https://o1.vn/1</link><pubDate>Tue, 14 May 2024 08:00:00 +0700</pubDate></item></channel></rss>""".encode()
papers = (f"haugiang{number}" for number in count(1))


@pytest.fixture(scope="module")
def up(shared_up):
    return shared_up(["o1"], {"/o1.xml": FEED})


@pytest.fixture
def town(up):
    """Outlet o1 is known, the paper of the letters is not yet; a `lantoa up` runs all the time."""
    lantoa, feeds = up
    return Town(lantoa, feeds, running_bootstrap(lantoa.settings))


@pytest.fixture
def town_apart(make_programme, office, run_lantoa, feeds):
    """The same with a broker alone: each command starts a worker of its own."""
    feeds.bodies["/o1.xml"] = FEED
    programme = make_programme(["o1"])
    settings = office(programme)
    with start_broker(settings) as broker:
        ensure_topics(settings, broker.bootstrap)
        yield Town(run_lantoa(programme), feeds, broker.bootstrap)


class Town:
    """Each has a paper, items and letters of its own: `first` is the number of its first letter."""

    def __init__(self, lantoa, feeds, bootstrap):
        self.lantoa, self.feeds, self.bootstrap = lantoa, feeds, bootstrap
        self.programme, self.settings, self.paper = lantoa.programme, lantoa.settings, next(papers)
        self.first = self.end_of(DEAD_LETTERS)

    def send(self, *records):
        """(topic, key, value)"""
        producer = KafkaProducer(**client_options(self.settings, self.bootstrap))
        for topic, key, value, *headers in records:
            producer.send(topic.name, key=key, value=value, headers=[("from", b"test"), *headers]).get(10)
        producer.close()

    def letters(self, *arguments):
        ran = self.lantoa("dead-letters", "list", "--format", "json", *arguments)
        assert ran.returncode == 0, ran.stderr
        return [row for row in json.loads(ran.stdout) if row["number"] >= self.first]

    def replay(self, *arguments):
        ran = self.lantoa("dead-letters", "replay", "--format", "json", *arguments)
        return ran.returncode, {row["number"]: row["result"] for row in json.loads(ran.stdout or "[]")}

    def counted(self):
        engine = make_engine(self.settings)
        migrate(engine)
        with reading(engine) as connection:
            found = sorted(connection.execute(select(table_of(ItemRow).c.title)).scalars())
        engine.dispose()
        return [title for title in found if title in TODAY or self.paper in title]

    def end_of(self, topic):
        """How many messages its partitions have taken."""
        with closing(KafkaConsumer(**client_options(self.settings, self.bootstrap))) as consumer:
            places = [TopicPartition(topic.name, n) for n in consumer.partitions_for_topic(topic.name)]
            return sum(consumer.end_offsets(places).values())

    def bury(self):
        """Lets a worker see what was sent; returns when it has dealt with all of it."""
        ran = self.lantoa("ingest", "o1-feed")
        assert ran.returncode == 0, ran.stderr

    def add_paper(self):
        self.feeds.bodies[f"/{self.paper}.xml"] = EMPTY
        path = self.programme.folder / "outlets.yaml"
        entry = path.read_text().partition("\n- ")[0].replace("o1", self.paper)
        path.write_text(path.read_text() + entry.rstrip() + "\n")

    def item(self, number, outlet=""):
        outlet = outlet or self.paper
        made = Item(
            id=f"{self.paper}-{number}", identity=f"article:{number}", revision="r1", outlet=outlet,
            source=f"{outlet}-feed", url=f"https://{outlet}.vn/{self.paper}-{number}", title=self.titles(number)[0],
            claimed="2024-05-14T01:00:00Z", fetched_at="2024-05-15T01:00:00Z",
        )  # fmt: skip
        return ITEMS, made.key().encode(), made.encode()

    def titles(self, *numbers):
        return [f"Hậu Giang: kỳ {n} của {self.paper} học tập Nghị quyết 29-NQ/TW" for n in numbers]

    def buried(self):
        """Four letters: three items of an unknown outlet, and rubbish."""
        self.send(*(self.item(n) for n in (1, 2, 3)), (ITEMS, b"x", b"\x1b[31mno json\xff"))
        self.bury()
        return self


@pytest.fixture
def buried(town):
    return town.buried()


def numbers(town, reason):
    return [str(row["number"]) for row in town.letters("--reason", reason)]


def test_letters_that_cannot_be_replayed_say_what_to_do_instead(town):
    """The first one: later ones leave letters that can be."""

    def headers(topic, partition):
        letter = DeadLetter(
            topic=topic, partition=partition, offset=-1, error="FeedError", reason="no-link", message="…"
        )
        return letter.headers()

    town.send(
        (DEAD_LETTERS, b"o1-feed", b"{}", *headers("lantoa.items", -1)),
        (DEAD_LETTERS, b"k", b"{}", *headers("somebody.elses", 0)),
        (DEAD_LETTERS, b"k", None),
    )
    first, second, third = (str(town.first + n) for n in range(3))
    for arguments, said in [
        (("replay", first), "lantoa ingest o1-feed"),
        (("replay", second), "somebody.elses"),
        (("replay", third), "cannot be replayed"),
        (("replay",), "Name the letters"),
        (("replay", second, "--all"), "Name the letters"),
        (("show", "99"), "no dead letter 99"),
        (("drop", "99", "--because", "x"), "no dead letter 99"),
        (("drop", "--all"), "because"),
    ]:
        ran = town.lantoa("dead-letters", *arguments)
        assert ran.returncode == 2, arguments
        assert said in " ".join(ran.stderr.split())
        assert "Traceback" not in ran.stderr
    ran = town.lantoa("dead-letters", "replay", "--all")
    assert ran.returncode == 0
    assert "nothing to replay" in ran.stderr
    assert len(town.letters()) == 3


def test_letters_come_back_until_their_cause_is_gone_and_then_count_once(buried):
    listed = buried.letters()
    assert sorted(row["reason"] for row in listed) == ["not-json", *["unknown-outlet"] * 3]
    assert [row["number"] for row in listed] == sorted(row["number"] for row in listed)
    assert {row["topic"] for row in listed} == {"lantoa.items"}
    assert buried.counted() == TODAY

    before = numbers(buried, "unknown-outlet")
    status, results = buried.replay(before[0])
    assert status == 1
    assert results[int(before[0])].startswith("came-back ")
    after = numbers(buried, "unknown-outlet")
    assert after == [*before[1:], results[int(before[0])].split()[1]]

    buried.add_paper()
    status, results = buried.replay("--reason", "unknown-outlet")
    assert (status, set(results.values()), len(results)) == (0, {"handled"}, 3)
    assert buried.counted() == sorted(TODAY + buried.titles(1, 2, 3))
    assert numbers(buried, "unknown-outlet") == []

    status, results = buried.replay(*after)  # by number, also what was replayed before
    assert (status, set(results.values())) == (0, {"handled"})
    assert buried.counted() == sorted(TODAY + buried.titles(1, 2, 3))
    states = {row["number"]: row["state"] for row in buried.letters("--all")}
    assert [states[int(n)] for n in after] == ["replayed"] * 3
    assert states[int(before[0])] == f"came-back {after[-1]}"


def test_a_letter_is_shown_so_that_no_terminal_is_steered_and_put_aside_with_a_reason(buried):
    (number,) = numbers(buried, "not-json")
    ran = buried.lantoa("dead-letters", "show", number)
    assert ran.returncode == 0
    assert "\\x1b[31mno json\\xff" in ran.stdout
    assert "\x1b" not in ran.stdout
    assert "the program that wrote them to lantoa.items" in " ".join(ran.stderr.split())
    shown = json.loads(buried.lantoa("dead-letters", "show", number, "--format", "json").stdout)
    assert shown["headers"] == {"from": "test"}
    (unknown, *_) = numbers(buried, "unknown-outlet")
    assert "outlets.yaml" in buried.lantoa("dead-letters", "show", unknown).stderr

    ran = buried.lantoa("dead-letters", "drop", number, "--because", "gửi thử", "--by", "Lan")
    assert ran.returncode == 0, ran.stderr
    assert numbers(buried, "not-json") == []
    assert [row["state"] for row in buried.letters("--all", "--reason", "not-json")] == ["dropped gửi thử"]
    assert len(buried.letters()) == 3


def test_a_replay_that_is_killed_in_the_middle_counts_once_when_it_is_given_again(town_apart):
    """Killed when its worker starts, when something is sent again, and when something more is counted."""
    buried = town_apart.buried()
    buried.add_paper()
    items, counted = buried.end_of(ITEMS), len(buried.counted())
    for moment in (
        lambda pid: psutil.Process(pid).children(),
        lambda _: buried.end_of(ITEMS) > items,
        lambda _: items_stored(buried.settings.database_file) > counted,
    ):
        process = buried.lantoa("dead-letters", "replay", "--reason", "unknown-outlet", wait=False)
        until(lambda: moment(process.pid), process.poll)  # noqa: B023
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    status, _results = buried.replay("--reason", "unknown-outlet")
    assert status == 0
    assert buried.counted() == sorted(TODAY + buried.titles(1, 2, 3))
    assert numbers(buried, "unknown-outlet") == []


def test_a_classified_item_that_was_unreadable_is_replayed_to_its_own_topic(town):
    town.send((ITEMS_CLASSIFIED, b"k", b"{}"))
    town.bury()
    (letter,) = town.letters()
    assert letter["topic"] == "lantoa.items.classified"
    status, results = town.replay(str(letter["number"]))
    (result,) = results.values()
    assert (status, result) == (1, f"came-back {letter['number'] + 1}")


def test_a_value_that_is_no_letter_is_fetched_from_where_it_came_or_said_to_be_gone(town):
    topic, key, value = town.item(7, outlet="o1")
    with open_publisher(town.settings, town.bootstrap) as publisher:
        ((_topic, partition, offset),) = publisher.publish_bytes([(topic, key, value, [("from", b"test")])])
    letter = DeadLetter(
        topic=ITEMS.name, partition=partition, offset=offset, error="ValueError", reason="too-large", message="…",
        value_sha256=sha256(value).hexdigest(), value_bytes=len(value),
    )  # fmt: skip
    other = letter.model_copy(update={"value_sha256": "0" * 64})
    town.send(*((DEAD_LETTERS, key, None, *each.headers()) for each in (letter, other)))
    first, second = town.first, town.first + 1
    ran = town.lantoa("dead-letters", "show", str(first))
    assert letter.value_sha256 in ran.stdout
    status, results = town.replay(str(first), str(second))
    assert (status, results) == (1, {first: "handled", second: "not-sent"})
    assert town.titles(7)[0] in town.counted()
    assert {row["number"]: row["state"] for row in town.letters("--all")} == {first: "replayed", second: None}


def test_letters_are_read_without_their_values_and_a_page_at_a_time(town):
    with open_publisher(town.settings, town.bootstrap) as publisher:
        letter = DeadLetter(
            topic=ITEMS.name, partition=0, offset=0, error="E", reason="not-json", message="…"
        )
        for number in range(12):
            publisher.publish_bytes([(DEAD_LETTERS, b"k", bytes([65 + number]) * 2**20, letter.headers())])
    first = town.first
    with open_dead_letters(town.settings, town.bootstrap) as box:
        found = [each for each in box.letters() if each.number >= first]
        assert [(each.number, each.size, each.beginning) for each in found] == [
            (first + n, 2**20, b"") for n in range(12)
        ]
        assert [each.number for each in box.letters(first + 10, 4)] == [first + 10, first + 11]
        assert box.one(first + 7).beginning == b"H" * SHOWN_BYTES
        assert box.original(box.one(first + 3)).value == b"D" * 2**20
        assert box.one(first + 12) is None


@given(
    st.dictionaries(
        st.sampled_from(sorted(f"lantoa_{n}" for n in DeadLetter.model_fields)), st.none() | st.binary()
    )
)
def test_any_headers_make_a_letter(headers):
    found = DeadLetter.from_headers(headers)
    assert found.reason == "no-headers" or found.topic == headers["lantoa_topic"].decode("utf-8", "replace")
    assert -1 <= found.partition < 2**31
