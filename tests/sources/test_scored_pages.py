"""Clippings that are given by their address: fetched politely, read as producers read them, and scored."""

import json

import pytest
from feed_server import status, with_headers
from page_text import page

BODY = [
    "Chiều nay, Huyện ủy Phụng Hiệp tổ chức hội nghị quán triệt Nghị quyết số 29-NQ/TW ngày 17/11/2022.",
    "Hơn ba trăm cán bộ, đảng viên của các xã và thị trấn dự hội nghị, thảo luận nhiều giờ liền về công nghiệp. "
    * 4,
]


def html(title, **more):
    return with_headers(page(title, *BODY, **more), Content_Type="text/html; charset=utf-8")


@pytest.fixture
def scored(lantoa, folder, site, tmp_path):
    def score(*rows, columns="url,published,right"):
        file = tmp_path / "bai.csv"
        file.write_text("\n".join([columns, *rows, ""]), "utf-8")
        return lantoa("classify", str(file), "--score", "--format", "json")

    return score


def test_a_page_is_fetched_and_scored(scored, site):
    site.answers["/bai.html"] = html("Phụng Hiệp học tập nghị quyết", date="2024-05-14T08:00:00+07:00")
    ran = scored(f"{site.url('/bai.html')},,NQ-29-TW-XIII")
    found = json.loads(ran.stdout)
    assert (ran.exit_code, found["articles"], found["right"], found["unread"]) == (0, 1, 1, []), found
    assert site.times("/robots.txt"), "robots.txt is asked first"


def test_a_text_that_is_at_hand_is_not_fetched(scored, site):
    ran = scored(
        f"{site.url('/bai.html')},,NQ-42-TW-XIII,Nghị quyết 42-NQ/TW", columns="url,published,right,text"
    )
    assert json.loads(ran.stdout)["right"] == 1
    assert not site.asked


def test_a_page_that_cannot_be_had_is_left_out_and_said(scored, site):
    site.answers["/bai.html"] = html("Phụng Hiệp học tập nghị quyết")
    site.answers["/mat.html"] = status(404)
    site.answers["/cam.html"] = html("Cấm")
    site.answers["/robots.txt"] = b"User-agent: *\nDisallow: /cam\n"
    rows = [f"{site.url(path)},,NQ-29-TW-XIII" for path in ("/bai.html", "/mat.html", "/cam.html")]
    found = json.loads(scored(*rows).stdout)
    assert (found["articles"], found["right"], found["missed"]) == (1, 1, 0)
    assert [each["line"] for each in found["unread"]] == [3, 4]
    assert found["unread"][1]["reason"] == "robots"
    alone = scored(rows[1])
    assert alone.exit_code == 1
