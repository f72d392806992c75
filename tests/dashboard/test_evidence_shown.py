"""What the linking decided, on the pages: how probable, what spoke for and against, and what waits in which order."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from models.messages.mention import Mention, Reason

HOSTILE = "<script>alert(1)</script> {document}"
TITLE = "Hậu Giang bàn Nghị quyết 18 và Nghị quyết 29 cùng các nghị quyết của Bộ Chính trị"


def soup(answer, status=200):
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "lxml")


def mention(surface, candidates=(), probabilities=(), *reasons, status="ambiguous", rule="topic"):
    start = TITLE.index(surface)
    return Mention(
        surface=surface,
        start=start,
        end=start + len(surface),
        zone="title",
        resolution=candidates[0] if status == "linked" else None,
        symbol=None,
        family="party",
        status=status,
        rule=rule,
        candidates=candidates,
        because="nothing decides between them",
        probabilities=probabilities,
        reasons=reasons,
    )


EIGHTEEN = mention("Nghị quyết 18", ("NQ-18-TW-XIII", "NQ-18-TW-XII"), (0.62, 0.3))
NINETEEN = mention("Nghị quyết 29", ("NQ-29-TW-XI", "NQ-29-TW-XIII"), (0.5, 0.2))
LINKED = mention(
    "Nghị quyết 29",
    ("NQ-29-TW-XIII", "NQ-29-TW-XI"),
    (0.997, 0.002),
    Reason("subject", 2.0, HOSTILE),
    Reason("state-named", -0.4, "Chính phủ"),
    status="linked",
)
ALLUSION = mention("các nghị quyết của Bộ Chính trị", rule="allusion")


def sections(page):
    return {each.h2.get_text(): each.select(".case") for each in page.select("section")}


def buttons(case):
    return [each["value"] for each in case.select("button, input[type=checkbox]") if each.get("value")]


def test_the_page_of_an_item_says_why(browser, write):
    name = write(title=TITLE, mentions=(LINKED, EIGHTEEN))
    page = soup(browser.get(f"/items/{name}"))
    table = page.find("h2", string="Lần nhắc").parent
    linked, waiting = table.select("tr")[1:]
    assert linked.select_one(".chance").get_text() == "trên 99 %"
    assert [each.get_text() for each in linked.select(".for")] == [
        f"“{HOSTILE}” ở ngay cạnh là nội dung của Nghị quyết 29-NQ/TW khóa XIII"
    ]
    assert [each.get_text() for each in linked.select(".against")] == [
        "cơ quan nhà nước được nêu gần đó: Chính phủ"
    ]
    assert linked.select_one(".else").get_text() == "Khả năng thứ hai: Nghị quyết 29-NQ/TW khóa XI (dưới 1 %)"
    assert waiting.select_one(".chance").get_text() == "62 %"
    assert not [each for each in page.find_all("script") if "alert" in each.get_text()]


def test_and_says_it_in_english(browser, write):
    name = write(title=TITLE, mentions=(LINKED,))
    browser.get("/language/en")
    page = soup(browser.get(f"/items/{name}"))
    assert page.select_one(".chance").get_text() == "over 99 %"
    assert page.select_one(".else").get_text().startswith("Else: ")


def test_a_mention_of_before_is_shown_without_chances(browser, write):
    name = write(title=TITLE, mentions=(replace(LINKED, probabilities=(), reasons=()),))
    page = soup(browser.get(f"/items/{name}"))
    assert page.select_one("td.chance").get_text() == ""
    assert not page.select(".reasons")


def test_the_choices_stand_in_the_order_of_their_probability_with_titles(browser, write):
    write(title=TITLE, mentions=(EIGHTEEN,))
    (case,) = soup(browser.get("/review?period=2024")).select(".case")
    assert buttons(case) == ["NQ-18-TW-XIII", "NQ-18-TW-XII"]
    assert [each.get_text() for each in case.select(".chance")] == ["62 %", "30 %"]
    first = case.button.get_text(" ", strip=True)
    assert first.startswith("1 Nghị quyết 18-NQ/TW khóa XIII · ")
    assert len(first) < 150
    assert case.button.select_one("[lang=vi]").get_text().endswith("…")


def test_several_waiting_mentions_share_one_order(browser, write):
    write(title=TITLE, mentions=(NINETEEN, EIGHTEEN))
    (case,) = soup(browser.get("/review?period=2024")).select(".case")
    assert buttons(case) == ["NQ-18-TW-XIII", "NQ-29-TW-XI", "NQ-18-TW-XII", "NQ-29-TW-XIII"]


def test_the_same_number_twice_is_decided_by_one_key(browser, write):
    write(title=TITLE, mentions=(EIGHTEEN, replace(EIGHTEEN, probabilities=(0.4, 0.5)), ALLUSION))
    (case,) = soup(browser.get("/review?period=2024")).select(".case")
    assert not case.select("[type=checkbox]")
    assert buttons(case) == ["NQ-18-TW-XIII", "NQ-18-TW-XII"]
    assert [each.get_text() for each in case.select(".chance")] == ["62 %", "50 %"]


def test_what_is_said_already_is_not_said_again(browser, write):
    name = write(title=TITLE, mentions=(LINKED, LINKED, EIGHTEEN))
    table = soup(browser.get(f"/items/{name}")).find("h2", string="Lần nhắc").parent
    assert [len(row.select(".reasons")) for row in table.select("tr")[1:]] == [1, 0, 1]
    assert table.select("tr")[2].select("td")[-2].get_text() == "như trên"


def test_what_nothing_weighed_has_no_chances(browser, write):
    write(title=TITLE, mentions=(replace(EIGHTEEN, probabilities=()),))
    (case,) = soup(browser.get("/review?period=2024")).select(".case")
    assert len(buttons(case)) == 2
    assert not case.select(".chance")


def test_mere_allusions_are_listed_and_counted_apart(browser, write):
    alluding = [write(title=TITLE, mentions=(ALLUSION, ALLUSION), day=f"2024-05-0{n}") for n in (1, 2)]
    both = write(title=TITLE, mentions=(ALLUSION, EIGHTEEN), day="2024-05-03")
    page = soup(browser.get("/review?period=2024"))
    found = sections(page) | sections(soup(browser.get(page.select(".tabs a")[1]["href"])))
    assert list(found) == ["Chưa rõ nghị quyết · 1", "Chỉ nói chung đến nghị quyết · 2"]
    ambiguous, apart = found.values()
    assert [case.h3.a["href"] for case in ambiguous] == [f"/items/{both}"]
    assert {case.h3.a["href"] for case in apart} == {f"/items/{each}" for each in alluding}
    assert [each["value"] for each in apart[0].select("button")] == [""]
    assert "2 mục" not in page.get_text()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_text_that_is_tried_says_why(browser, language):
    browser.get(f"/language/{language}")
    text = {"title": "Học tập Nghị quyết số 18-NQ/TW", "text": "Nghị quyết 42-NQ/TW được quán triệt."}
    page = soup(browser.post("/try", data=text))
    header = {"vi": "Xác suất", "en": "Probability"}[language]
    assert header.lower() in [each.get_text().lower() for each in page.select("th")]
    assert len(page.select("td.chance")) == 2
    assert all(row.select("td")[-1].get_text(strip=True) for row in page.select("#result + section tr")[1:])
