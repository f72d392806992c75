"""The commands as a user types them, each a process of its own."""

import json
import signal
import time
from pathlib import Path

import psutil
import pytest

from tests.end_to_end.conftest import beside_up
from tests.waiting import asked_in_vain, free_port, items_stored, until

FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{outlet}</title>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>https://{outlet}.vn/{slug}</link><guid>{slug}</guid>
<pubDate>Tue, 14 May 2024 08:00:00 +0700</pubDate><description>{text}</description></item>"""
PATIENCE = 180


def feed(outlet, *items):
    made = (ITEM.format(outlet=outlet, slug=slug, title=title, text=text) for slug, title, text in items)
    return FEED.format(outlet=outlet, items="".join(made)).encode()


NHANDAN = feed(
    "nhandan",
    ("a", "Hậu Giang triển khai Nghị quyết số 42-NQ/TW ngày 24/11/2023", "Tỉnh Hậu Giang tổ chức học tập."),
    ("b", "Thị trường lúa gạo", "Giá lúa tại Hậu Giang tăng nhẹ."),
)
VOV = feed("vov", ("c", "Thời sự sáng", "Bản tin phát thanh."))


OUTLETS, BODIES = ["nhandan", "vov"], {"/nhandan.xml": NHANDAN, "/vov.xml": VOV}


@pytest.fixture
def lantoa(make_programme, run_lantoa, feeds):
    """Runs `lantoa …` with a programme of two outlets; gives the finished process."""
    programme = make_programme(OUTLETS)
    feeds.bodies = dict(BODIES)
    return run_lantoa(programme)


@pytest.fixture
def up(lantoa):
    """A running `lantoa up` that has finished its first round."""
    with beside_up(lantoa) as process:
        yield process


@pytest.fixture(scope="module")
def shared(shared_up):
    """`lantoa …` beside one, with its dashboard, and the feeds, for the tests of what works while it runs."""
    return shared_up(OUTLETS, BODIES, options=())


def left_behind(lantoa):
    """Processes that still work on this test's data folder."""
    folder = lantoa.environment["LANTOA_DATA_DIR"]
    found = []
    for process in psutil.process_iter():
        try:
            mine = process.environ().get("LANTOA_DATA_DIR") == folder or any(
                folder in part for part in process.cmdline()
            )
            if mine and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def kafka_starts(lantoa):
    return any(process.name().startswith("java") for process in left_behind(lantoa))


def items_of(lantoa):
    return items_stored(Path(lantoa.environment["LANTOA_DATA_DIR"]) / "lantoa.db")


def nothing_left_within(lantoa, seconds):
    deadline = time.monotonic() + seconds
    while left_behind(lantoa) and time.monotonic() < deadline:
        time.sleep(0.2)
    return left_behind(lantoa) == []


def tallies(lantoa, *arguments):
    ran = lantoa("tallies", "--period", "2024", "--format", "json", *arguments)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_ingest_returns_when_everything_is_counted_and_twice_is_once(lantoa):
    ran = lantoa("ingest", "--format", "json")
    assert ran.returncode == 0, ran.stderr
    by_source = {row["source"]: row for row in json.loads(ran.stdout)}
    assert {name: (row["new"], row["status"]) for name, row in by_source.items()} == {
        "nhandan-feed": (2, "ok"),
        "vov-feed": (1, "ok"),
    }
    found = tallies(lantoa, "--by", "resolution")
    assert found["totals"]["items"] == 3
    assert {row["resolution"]: row["items"] for row in found["rows"]} == {
        None: 2,
        "NQ-42-TW-XIII": 1,
        "TW-8-XIII": 1,
    }
    again = lantoa("ingest", "--format", "json")
    assert sum(row["new"] + row["changed"] for row in json.loads(again.stdout)) == 0
    assert tallies(lantoa)["totals"] == found["totals"]
    why = lantoa("why", "https://nhandan.vn/a", "--format", "json")
    (evidence,) = json.loads(why.stdout)
    assert [m["surface"] for m in evidence["mentions"]] == ["Nghị quyết số 42-NQ/TW"]
    assert "test|2024|resolution=NQ-42-TW-XIII" in evidence["cells"]
    listed = lantoa("sources", "list", "--format", "csv")
    assert "nhandan-feed,nhandan,central,feed,not-modified" in listed.stdout
    assert nothing_left_within(lantoa, 5)


def test_a_killed_ingest_is_completed_by_the_next(lantoa, feeds):
    """Killed while Kafka starts, when it asks for the first feed, and when something is counted."""
    for moment in (kafka_starts, lambda _: feeds.hits > 0, lambda run: items_of(run) > 0):
        process = lantoa("ingest", wait=False)
        until(lambda: moment(lantoa), lambda: process.poll())  # noqa: B023
        process.kill()
        process.communicate()
    ran = lantoa("ingest", "--format", "json")
    assert ran.returncode == 0, ran.stderr
    assert tallies(lantoa)["totals"]["items"] == 3
    assert nothing_left_within(lantoa, 25)


def test_up_runs_everything_and_ingest_uses_it(shared):
    lantoa, feeds = shared
    assert tallies(lantoa)["totals"]["items"] == 3
    feeds.bodies["/vov.xml"] = feed("vov", ("d", "Thêm một tin", "Ở Hậu Giang."))
    ran = lantoa("ingest", "vov-feed", "--format", "json")
    assert [(row["source"], row["new"]) for row in json.loads(ran.stdout)] == [("vov-feed", 1)]
    assert tallies(lantoa)["totals"]["items"] == 4
    second = lantoa("up")
    assert second.returncode == 3
    assert f"process {lantoa.up.pid}" in second.stderr
    listed = lantoa("topics", "list", "--format", "json")
    assert all(row["ok"] for row in json.loads(listed.stdout))


def test_a_source_that_fails_is_named_and_disturbs_no_other(shared):
    lantoa, feeds = shared
    before = tallies(lantoa)["totals"]["items"]
    feeds.bodies["/nhandan.xml"] = feed("nhandan", ("g", "Hậu Giang", "Một."), ("h", "Hậu Giang", "Hai."))
    del feeds.bodies["/vov.xml"]
    ran = lantoa("ingest", "--format", "json")
    assert ran.returncode == 1
    by_source = {row["source"]: row for row in json.loads(ran.stdout)}
    assert (by_source["vov-feed"]["status"], by_source["vov-feed"]["reason"]) == ("failed", "http-404")
    assert by_source["nhandan-feed"]["new"] == 2
    assert tallies(lantoa)["totals"]["items"] == before + 2


def test_up_starts_a_killed_worker_and_a_killed_broker_again(shared):
    lantoa, feeds = shared
    before = tallies(lantoa)["totals"]["items"]
    for process in left_behind(lantoa):
        if process.name().startswith("java") or process.cmdline()[1:4] == ["-m", "lantoa", "worker"]:
            process.kill()
    feeds.bodies["/vov.xml"] = feed("vov", ("e", "Sau sự cố", "Ở Hậu Giang."))
    deadline = time.monotonic() + PATIENCE
    while (ran := lantoa("ingest", "vov-feed")).returncode and time.monotonic() < deadline:
        time.sleep(1)
    assert ran.returncode == 0, ran.stderr
    assert tallies(lantoa)["totals"]["items"] == before + 1


def test_up_that_is_interrupted_ends_and_leaves_nothing_behind(shared):
    """The last one beside it."""
    lantoa, _feeds = shared
    lantoa.up.send_signal(signal.SIGINT)
    assert lantoa.up.wait(30) == 0
    assert nothing_left_within(lantoa, 5)


def test_up_that_is_killed_leaves_nothing_behind(up, lantoa):
    up.kill()
    up.wait(10)
    assert nothing_left_within(lantoa, 25)


def test_up_interrupted_twice_leaves_nothing_behind(up, lantoa):
    up.send_signal(signal.SIGINT)
    time.sleep(0.3)
    up.send_signal(signal.SIGINT)
    up.wait(30)
    assert nothing_left_within(lantoa, 25)


def test_a_mistake_in_a_programme_is_reported_with_file_line_and_expectation(lantoa):
    outlets = Path(lantoa.environment["LANTOA_PROGRAMME"]) / "outlets.yaml"
    outlets.write_text(outlets.read_text().replace("level: central", "level: trung-uong", 1))
    ran = lantoa("ingest")
    line = outlets.read_text().splitlines().index("  level: trung-uong") + 1
    assert ran.returncode == 2
    assert f"outlets.yaml:{line}: " in ran.stderr
    assert "'central'" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_worker_waits_for_brokers_that_are_away(lantoa):
    port = free_port()
    process = lantoa("worker", wait=False, LANTOA_KAFKA_BOOTSTRAP_SERVERS=f"127.0.0.1:{port}")
    assert "waiting" in process.stderr.readline()
    asked_in_vain(port, times=3)
    assert process.poll() is None
    process.terminate()
    assert process.wait(30) == 0
    process.communicate()


@pytest.mark.parametrize("command", [("ingest",), ("topics", "list")])
def test_brokers_that_are_away_are_a_clear_message(lantoa, command):
    process = lantoa(*command, wait=False, LANTOA_KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:9")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 3
    assert "127.0.0.1:9" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("tallies", "--period", "năm nay"), "2024-Q3"),
        (("tallies", "--period", "2024", "--by", "papers"), "resolution"),
        (("ingest", "no-such-source"), "lantoa sources list"),
        (("why", "https://nowhere.vn/x"), "No item"),
        (("up", "--nightly", "late"), "02:00"),
    ],
)
def test_bad_words_are_answered_with_what_was_expected(lantoa, arguments, said):
    ran = lantoa(*arguments)
    assert ran.returncode == 2
    assert said in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
