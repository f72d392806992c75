"""A programme that is changed while everything runs: nobody has to start anything again."""

import json
import time

import pytest
import yaml

DOCUMENT, ALIAS = "NQ-42-TW-XIII", "Nghị quyết lo cho dân"
FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>x</title>
<item><title>{title}</title><link>https://{host}/{slug}</link><guid>{slug}</guid>
<pubDate>Tue, 14 May 2024 08:00:00 +0700</pubDate><description>Tỉnh học tập.</description></item></channel></rss>"""
LEARNED = (
    '{"format": 1, "corrections": 16, "subjects": {}, "habits": {"NQ 29": {"NQ-29-TW-XIII": {"4048": 16.0}}}}'
)
PATIENCE = 180

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def up(shared_up):
    return shared_up(["nhandan"], {"/nhandan.xml": feed("Hậu Giang học tập", "nhandan.vn", "first")})


@pytest.fixture
def lantoa(up):
    return up[0]


@pytest.fixture
def feeds(up):
    return up[1]


def feed(title, host, slug):
    return FEED.format(title=title, host=host, slug=slug).encode()


def until(what, done):
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def tallied(lantoa, key):
    ran = lantoa("tallies", "--period", "2024", "--by", key, "--format", "json")
    assert ran.returncode == 0, ran.stderr
    return {row[key]: row["items"] for row in json.loads(ran.stdout)["rows"]}


def test_workers_decide_by_the_new_files_and_go_on_where_they_cannot_be_read(lantoa, feeds):
    """The first one, as it counts the starts of the worker."""
    folder = lantoa.programme.folder
    log = lantoa.settings.data_dir / "logs" / "worker-1.log"
    said = log.read_text
    (folder / "resolutions.yaml").write_text(f"- {{use: {DOCUMENT}, aliases: [{ALIAS}]}}\n", "utf-8")
    until("a second start", lambda: said().count("worker.ready") == 2)
    feeds.bodies["/nhandan.xml"] = feed(f"{ALIAS} ở Hậu Giang", "nhandan.vn", "second")
    assert lantoa("ingest").returncode == 0
    assert tallied(lantoa, "resolution")[DOCUMENT] == 1

    (folder / "resolutions.yaml").write_text("- use: NQ-không-có\n", "utf-8")
    until("the mistake is told", lambda: "programme.unreadable" in said() and "resolutions.yaml:1" in said())
    assert said().count("worker.ready") == 2
    (folder / "resolutions.yaml").unlink()
    (folder / "learned.json").write_text(LEARNED[:-2], "utf-8")
    until("the damage is told", lambda: "learned.json:1" in said())
    assert said().count("worker.ready") == 2
    (folder / "learned.json").write_text(LEARNED, "utf-8")
    until("a third start", lambda: said().count("worker.ready") == 3)
    feeds.bodies["/nhandan.xml"] = feed("Hậu Giang học tập Nghị quyết 29", "nhandan.vn", "third")
    assert lantoa("ingest").returncode == 0
    assert tallied(lantoa, "resolution")["NQ-29-TW-XIII"] == 1
    assert "worker.failed" not in said()
    assert lantoa("recount").returncode == 0


def with_outlet(lantoa, name):
    file = lantoa.programme.folder / "outlets.yaml"
    outlets = yaml.safe_load(file.read_text("utf-8"))
    new = json.loads(json.dumps(outlets[0]).replace("nhandan", name))
    file.write_text(yaml.safe_dump([*outlets, new], allow_unicode=True), "utf-8")


def test_a_source_that_is_written_down_is_fetched(lantoa, feeds):
    before = tallied(lantoa, "outlet")
    assert set(before) == {"nhandan"}
    feeds.bodies["/vov.xml"] = feed("Hậu Giang nghe đài", "vov.vn", "heard")
    with_outlet(lantoa, "vov")
    until("the new source is counted", lambda: tallied(lantoa, "outlet") == before | {"vov": 1})


def test_no_worker_meets_an_outlet_that_it_does_not_know(lantoa, feeds):
    """What is fetched in the second of the change waits for a worker that has read it."""
    for number in range(3):
        name = f"vtv{number}"
        feeds.bodies[f"/{name}.xml"] = feed("Hậu Giang xem đài", f"{name}.vn", "seen")
        with_outlet(lantoa, name)
        assert lantoa("ingest", f"{name}-feed").returncode == 0
        assert tallied(lantoa, "outlet")[name] == 1
    assert json.loads(lantoa("dead-letters", "list", "--format", "json").stdout) == []
