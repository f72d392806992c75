"""A frozen report is written with the figures of its day."""

from bs4 import BeautifulSoup

from config.catalogue import load_catalogue
from lantoa.reports.content import current_report, filed_report
from lantoa.reports.report_files import write_report
from models.counting.period import parse_period
from models.database import reading, writing
from models.store.reports import freeze

YEAR = parse_period("2024")


def test_what_came_later_is_in_today_s_report_alone(write, engine, programme, tmp_path):
    write(title="Hậu Giang học tập Nghị quyết số 42-NQ/TW khóa XIII")
    with writing(engine) as connection:
        number = freeze(connection, programme, YEAR, "Lan")
    write(title="Hậu Giang học tập Nghị quyết số 29-NQ/TW khóa XIII")
    with reading(engine) as connection:
        filed = filed_report(connection, programme, load_catalogue(), number)
        now = current_report(connection, programme, load_catalogue(), YEAR)
    found = {}
    for name, report in (("filed", filed), ("now", now)):
        path = tmp_path / f"{name}.html"
        write_report(report, path)
        page = BeautifulSoup(path.read_text("utf-8"), "lxml")
        found[name] = page.find(id="paragraph").get_text(), page.find(id="resolution").get_text()
    assert "với 1 tin, bài" in found["filed"][0]
    assert "29-NQ/TW" not in found["filed"][1]
    assert "với 2 tin, bài" in found["now"][0]
    assert "29-NQ/TW" in found["now"][1]
