"""What a recipient is told: everything new once, whatever happens to a mail on its way."""

from datetime import UTC, datetime, timedelta

import pytest

from config.catalogue import load_catalogue
from models.counting.period import parse_period
from models.database import reading
from models.messages.correction import Correction
from models.queries.tally import read_tallies
from models.store.batch_writer import Writer

MONDAY = datetime(2024, 12, 30, 1, tzinfo=UTC)
DAY = timedelta(days=1)
HOSTILE = "Hậu Giang\r\nBcc: evil@example.com <script>alert(1)</script> {{ 7 * 7 }} 🌾 ដំណឹង " + "dài " * 2500


def texts(mail):
    """Plain and HTML."""
    return tuple(mail.get_body((kind,)).get_content() for kind in ("plain", "html"))


def test_each_new_item_is_told_once_with_its_story(write, send, post):
    write(title="Hậu Giang, tin cũ")
    send(MONDAY)
    text = (
        "Hậu Giang học tập Nghị quyết số 42-NQ/TW khóa XIII. "
        + "Một câu dài về nông thôn mới ở Vị Thanh. " * 20
    )
    write(title="Cùng một tin", text=text)
    write("tw-khac", title="Cùng một tin", text=text)
    write(title="Hậu Giang được mùa")
    send(MONDAY + DAY)
    send(MONDAY + 2 * DAY)
    first, second = post.received
    assert "bắt đầu" in first["Subject"]
    assert second["Subject"] == "Lan tỏa, Tỉnh thử, 31/12/2024: 3 tin, bài mới"
    for body in texts(second):
        assert "tin cũ" not in body
        assert body.count("Cùng một tin") == 1
        assert "Báo Nhân Dân" in body
        assert "Báo Khác" in body
        assert "Hậu Giang được mùa" in body
    plain = texts(second)[0]
    assert plain.index("Nghị quyết 42-NQ/TW") < plain.index("Không nêu nghị quyết nào")


def test_the_figures_are_the_tallies(write, send, post, engine, programme):
    write(title="Hậu Giang 1")
    send(MONDAY)
    write(title="Hậu Giang 2")
    send(MONDAY + DAY)
    with reading(engine) as connection:
        totals = read_tallies(connection, programme, parse_period("2024")).totals
    assert f"tin, bài: {totals['items']} (+1)" in texts(post.received[1])[0]


def test_a_mail_that_fails_is_told_with_the_next_one(write, send, post):
    send(MONDAY)
    write(title="Hậu Giang, tin một")
    post.closed = True
    (said,) = send(MONDAY + DAY)
    assert "lan0@example.vn" in said
    post.closed = False
    write(title="Hậu Giang, tin hai")
    send(MONDAY + DAY)
    assert len(post.received) == 2
    body = texts(post.received[1])[0]
    assert "tin một" in body
    assert "tin hai" in body


def test_what_counts_otherwise_is_told_with_its_reason(write, send, post, engine, programme):
    item = write(title="Hậu Giang, tin một")
    send(MONDAY)
    out = Correction(id="c1", item=item, made_at=MONDAY, by="Lan", because="x", in_scope=False)
    Writer(engine, programme, load_catalogue()).write([out], 0)
    send(MONDAY + DAY)
    body = texts(post.received[1])[0]
    assert "Được tính khác trước" in body
    assert "Hậu Giang, tin một" in body


def test_nothing_new_is_told_only_to_those_who_want_it(send, post):
    send(MONDAY)
    send(MONDAY + DAY)
    assert len(post.received) == 1
    send(MONDAY + 2 * DAY, nothing_new=True)
    assert "không có gì mới" in post.received[1]["Subject"]


def test_once_a_week_is_once_a_week(write, send, post):
    send(MONDAY, every="week")
    for day in range(1, 8):
        write(title=f"Hậu Giang, tin {day}")
        send(MONDAY + day * DAY, every="week")
    assert len(post.received) == 2
    assert ": 7 tin, bài mới" in post.received[1]["Subject"]


def test_a_recipient_of_one_resolution_hears_of_no_other(write, send, post):
    send(MONDAY, resolutions=["NQ-42-TW-XIII"])
    write(title="Hậu Giang học Nghị quyết số 29-NQ/TW khóa XIII")
    write(title="Hậu Giang học Nghị quyết số 42-NQ/TW khóa XIII")
    send(MONDAY + DAY, resolutions=["NQ-42-TW-XIII"])
    assert ": 1 tin, bài mới" in post.received[1]["Subject"]
    assert "29-NQ/TW" not in texts(post.received[1])[0]


def test_each_recipient_has_a_mail_of_their_own(send, post):
    send(MONDAY, recipients=3, language="en")
    assert [mail["To"] for mail in post.received] == [f"lan{n}@example.vn" for n in range(3)]
    assert "The figures of 2024" in texts(post.received[0])[0]


def test_hostile_titles_stay_text(write, send, post):
    send(MONDAY)
    write(title=HOSTILE)
    send(MONDAY + DAY)
    mail = post.received[1]
    assert mail["Bcc"] is None
    plain, html = texts(mail)
    assert "{{ 7 * 7 }}" in plain
    assert "<script>" not in html
    assert "ដំណឹង" in html


@pytest.mark.parametrize("moment", [MONDAY + timedelta(hours=14), MONDAY + timedelta(hours=15, minutes=59)])
def test_a_second_run_of_a_day_tells_nobody_again(write, send, post, moment):
    send(MONDAY)
    write(title="Hậu Giang")
    send(moment)
    assert len(post.received) == 1
