"""Who may only read sees what waits, and is offered nothing that would be refused."""

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CASES = {
    "ambiguous": [{"title": "Hậu Giang học tập Nghị quyết số 18-NQ/TW"}],
    "date": [{"title": "Hậu Giang: tin", "claimed": None, "date_flag": "date-missing", "date_text": ""}],
    "duplicate": [{"title": "Hậu Giang: tin vắn", "text": "Chiều nay, ấp 3 họp dân."}] * 2,
    "allusion": [{"title": "Hậu Giang học bốn nghị quyết của Bộ Chính trị"}],
}


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize(("role", "offered"), [("reader", False), ("liaison", True)])
def test_only_who_may_decide_is_offered_it(visitor, write, kind, role, offered):
    for each in CASES[kind]:
        write(**each)
    page = BeautifulSoup(visitor(role).get(f"/review?period=2024&kind={kind}").text, "lxml")
    (case,) = page.select(".case")
    assert bool(case.select("form button")) == offered
    assert bool(page.select("#together, [name=items]")) == (offered and kind != "ambiguous")
    assert page.select_one("#to-decide").get_text() == "1"
    if kind == "ambiguous":
        assert "sắp xếp tổ chức bộ máy" in case.get_text()
