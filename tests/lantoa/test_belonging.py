"""A folder that holds another programme's figures is not touched, unless that one is a predecessor."""

import json
import os
from hashlib import sha256

import pytest

from config.catalogue import load_catalogue
from config.errors import UsageError
from config.programme import PressOffice
from config.settings import load_settings
from lantoa.commands.correcting import make_correction
from lantoa.commands.reclassifying import Reclassifying
from lantoa.language import speaking
from lantoa.runtime.data_folder import OtherProgramme, check_folder
from models.counting.period import parse_period
from models.database import make_engine, reading, writing
from models.messages.activity import Activity
from models.queries.listed_corrections import listed_corrections
from models.queries.programmes import programmes_in
from models.queries.recount import recount
from models.queries.tally import read_tallies
from models.store.batch_writer import Writer
from models.store.reports import freeze
from stream_apps.activity_classifier import ActivityClassifier
from tests.command import ENGLISH, run_lantoa

OUTLETS = "- {id: nhandan, name: Báo Nhân Dân, level: central, medium: newspaper}\n"
WRITING = {
    "up": ["--no-fetch"],
    "worker": [],
    "fetcher": [],
    "ingest": [],
    "import": ["bao-cao.csv"],
    "dashboard": [],
    "reclassify": [],
    "recount": [],
    "learn": [],
    "replay": ["--from-beginning"],
    "digest": [],
    "correct": ["0f", "--out-of-scope", "--because", "nhầm"],
    "corrections withdraw": ["0f", "--because", "nhầm"],
    "report freeze": ["--period", "2024"],
    "dead-letters replay": ["--all"],
}


def named(programme, name, **more):
    office = PressOffice.model_validate({"id": name, "name": name, "places": ["Hậu Giang"], **more})
    return programme.model_copy(update={"office": office})


def report(engine, programme, *rows):
    reader, writer = ActivityClassifier(programme), Writer(engine, programme, load_catalogue())
    stated = {"kind": "oral_session", "date": "2024-05-02", "unit": "Xã A", "reported_at": "2024-12-31T00:00:00Z", "revision": "r1"}  # fmt: skip
    activities = [Activity(**stated | row) for row in rows]
    writer.write([reader.read_message(each) for each in activities], 0)


def activity(name, **more):
    return {"id": name, "identity": f"id:{name}", **more}


def sessions(engine, programme):
    with reading(engine) as connection:
        return read_tallies(connection, programme, parse_period("2024")).totals["activities"]


def test_a_folder_of_one_programme_is_its_own_and_its_successors(settings, engine, programme):
    check_folder(settings, named(programme, "an-giang"))
    report(engine, programme, activity("a", sessions=7))
    check_folder(settings, programme)
    check_folder(settings, named(programme, "an-giang", predecessors=["khac", "thu"]))
    for language, words in (("en", "another programme: thu"), ("vi", "chương trình khác: thu")):
        with speaking(language), pytest.raises(OtherProgramme) as raised:
            check_folder(settings, named(programme, "an-giang", predecessors=["khac"]))
        said = str(raised.value)
        assert words in said
        assert "LANTOA_DATA_DIR" in said
        assert "predecessors: [thu]" in said
        assert isinstance(raised.value, UsageError)


def test_a_filed_report_alone_is_a_programmes_too(settings, engine, programme):
    with writing(engine) as connection:
        freeze(connection, programme, parse_period("2024"), "cán bộ")
    with pytest.raises(OtherProgramme):
        check_folder(settings, named(programme, "an-giang"))


def test_an_activity_belongs_to_the_programme_that_took_it(engine, programme):
    """Whoever records it; an older report, which does not say it, to the one whose figures are here."""
    other = named(programme, "khac")
    report(engine, programme, activity("a", sessions=7))
    report(engine, other, activity("b", sessions=20, programme="khac"))
    report(engine, other, activity("c", sessions=100, programme="thu"))
    assert (sessions(engine, programme), sessions(engine, other)) == (107, 20)
    report(engine, other, activity("d", sessions=1000))  # two are here: the one at work
    again = {"revision": "r2", "reported_at": "2025-01-01T00:00:00Z"}
    report(engine, other, activity("a", sessions=8, **again))  # it stays where it is
    assert (sessions(engine, programme), sessions(engine, other)) == (108, 1020)
    with reading(engine) as connection:
        assert programmes_in(connection) == ["khac", "thu"]
        assert all(not recount(connection, each).differences for each in (programme, other))


def test_an_older_report_belongs_to_whose_figures_are_here(engine, programme):
    successor = named(programme, "moi", predecessors=["thu"])
    report(engine, programme, activity("a", sessions=7, programme="thu"))
    report(engine, successor, activity("b", sessions=20))
    assert (sessions(engine, programme), sessions(engine, successor)) == (27, 0)


def test_a_successor_reclassifies_and_lists_its_own_alone(engine, programme, write):
    item = write(title="Hậu Giang thực hiện Nghị quyết 42-NQ/TW")
    report(engine, programme, activity("a", place="Hậu Giang", programme="thu"))
    correction = make_correction(item, "cán bộ", "xem lại", form="photo")
    Writer(engine, programme, load_catalogue()).write([correction], 0)
    for name, changed, listed in (("moi", (0, 0), 0), ("thu", (1, 1), 1)):
        office = named(programme, name, places=["Nơi khác"], predecessors=["thu"])
        plan = Reclassifying(engine, office, load_catalogue()).plan(lambda _items: None)
        assert (len(plan.classified), len(plan.activities)) == changed
        with reading(engine) as connection:
            assert len(listed_corrections(connection, office, None)) == listed


@pytest.fixture
def folder(tmp_path, migrated, programme):
    """A data folder that holds figures of `thu`."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    settings = load_settings(data_dir=data, database_url="", kafka_bootstrap_servers="")
    migrated(settings)
    engine = make_engine(settings)
    report(engine, programme, activity("a", sessions=7))
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return data


@pytest.fixture
def lantoa(folder, tmp_path):
    """`lantoa(*arguments, predecessors=…)`: by a programme called an-giang."""

    def run(*arguments, predecessors="[]", language="en"):
        (tmp_path / "an-giang").mkdir(exist_ok=True)
        office = f"id: an-giang\nname: An Giang\nplaces: [An Giang]\npredecessors: {predecessors}\n"
        (tmp_path / "an-giang" / "programme.yaml").write_text(office)
        (tmp_path / "an-giang" / "outlets.yaml").write_text(OUTLETS)
        (tmp_path / "bao-cao.csv").write_text("Loại hình,Ngày,Đơn vị,Số buổi\nHội nghị,1/2/2024,Xã A,1\n")
        environment = {
            **os.environ,
            **ENGLISH,
            "LANTOA_PROGRAMME": str(tmp_path / "an-giang"),
            "LANTOA_DATA_DIR": str(folder),
            "LANTOA_DATABASE_URL": "",
            "LANTOA_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        }
        if language == "vi":
            environment |= {"LANG": "vi_VN.UTF-8", "LC_ALL": "vi_VN.UTF-8"}
        return run_lantoa(*arguments, environment=environment)

    return run


@pytest.mark.parametrize("command", WRITING)
def test_no_command_that_counts_or_writes_touches_it(command, lantoa, folder, tmp_path):
    before = files(folder)
    arguments = [str(tmp_path / each) if each.endswith(".csv") else each for each in WRITING[command]]
    ran = lantoa(*command.split(), *arguments)
    assert (ran.returncode, "holds the figures of another programme: thu" in ran.stderr) == (2, True), (
        ran.stderr
    )
    assert files(folder) == before


def test_it_is_said_in_vietnamese_and_a_successor_goes_on(lantoa):
    said = lantoa("recount", language="vi")
    assert (said.returncode, "số liệu của chương trình khác: thu" in said.stderr) == (2, True), said.stderr
    assert lantoa("recount", predecessors="[thu]").returncode == 0
    changed = lantoa("reclassify", "--format", "json", predecessors="[thu]")
    assert (changed.returncode, json.loads(changed.stdout)["activities"]) == (0, 0), changed.stderr


def files(folder):
    return {
        path.relative_to(folder): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }
