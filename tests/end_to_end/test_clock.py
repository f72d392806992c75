"""The machine's clock is stepped back between two nights: what came later is still what counts."""

from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from config.catalogue import load_catalogue
from config.sheets import load_sheet_names
from lantoa.commands.correcting import correct, make_correction
from lantoa.commands.importing import limited_processes, publish, read_file
from lantoa.commands.ingesting import ingest
from lantoa.runtime.services import open_runtime
from models.database import make_engine, migrate, reading
from models.sql import table_of
from models.tables.activities import ActivityRow
from models.tables.items import ItemRow

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>A</title><item><title>Hậu Giang: {title}</title>
<link>https://o1.vn/1</link><pubDate>Tue, 14 May 2024 08:00:00 +0700</pubDate></item></channel></rss>"""
EVENING = datetime(2024, 5, 14, 20, 0, tzinfo=UTC)
BACK = timedelta(hours=6)
HEADING = ("Loại hình", "Ngày", "Đơn vị", "Nội dung", "Số buổi", "Lượt người")


def silent(_anything):
    pass


@pytest.fixture
def office_of_one(make_programme, office, feeds, database_url):
    programme = make_programme(["o1"])
    settings = office(programme, database_url)
    engine = make_engine(settings)
    migrate(engine)
    yield programme, settings, engine
    engine.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_came_later_counts_whatever_the_clock_said(office_of_one, feeds, tmp_path):
    programme, settings, engine = office_of_one
    titles, people = [], []
    with open_runtime(settings, silent) as running:

        def night(moment, title):
            feeds.bodies = {"/o1.xml": FEED.format(title=title).encode()}
            ingest(running, programme, None, now=lambda: moment, on_result=silent, on_remaining=silent)
            titles.append(only(engine, ItemRow)["title"])

        def handed_in(moment, heard):
            sheet = write(tmp_path / "bao-cao.xlsx", heard)
            found = read_file(
                sheet, engine, programme, load_sheet_names(), None, limited_processes(1), moment
            )
            publish(running, [found], silent)
            people.append(only(engine, ActivityRow)["participants"])

        night(EVENING, "một")
        night(EVENING - BACK, "hai")
        night(EVENING - 2 * BACK, "ba")
        handed_in(EVENING, 10)
        handed_in(EVENING - BACK, 20)
        item = only(engine, ItemRow)["id"]
        for moment, form in ((EVENING, "article"), (EVENING - BACK, "photo")):
            correction = make_correction(item, "cán bộ", "xem lại", form=form)
            correct(
                running,
                engine,
                programme,
                load_catalogue(),
                [correction.model_copy(update={"made_at": moment})],
            )
        form = only(engine, ItemRow)["form"]
    assert titles == ["Hậu Giang: một", "Hậu Giang: hai", "Hậu Giang: ba"]
    assert people == [10, 20]
    assert form == "photo"


def only(engine, model):
    with reading(engine) as connection:
        return dict(connection.execute(select(table_of(model))).mappings().one())


def write(path, people):
    book = Workbook()
    book.active.append(HEADING)
    book.active.append(("Tuyên truyền miệng", "14/05/2024", "Mặt trận xã", "Nghị quyết 29-NQ/TW", 1, people))
    book.save(path)
    return path
