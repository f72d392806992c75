"""A page's text is the piece's only when the page is the piece's: through the whole of an ingest, night after night."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from feed_server import redirect, status, with_headers
from feed_text import entry, rss
from page_text import page
from small_programme import outlet_of
from sqlalchemy import select

from models.database import make_engine
from models.sql import table_of
from models.tables.sources import PageTextRow, PendingPage

NOON = datetime(2026, 8, 1, 5, 0, tzinfo=UTC)
WORDS = (
    "lúa Thu Đông",
    "cầu Cái Côn",
    "đàn vịt chạy đồng",
    "chợ nổi Ngã Bảy",
    "trạm y tế",
    "lớp học tình thương",
    "đê bao",
    "ghe ngo",
    "vườn cam",
)
FOREIGN = "Hội khỏe khép lại, kéo co, nhảy sào, bóng chuyền đều giành huy chương; khán giả reo hò suốt buổi dưới mưa. "


def title(n):
    return f"Huyện Phụng Hiệp bàn chuyện {WORDS[n % len(WORDS)]} lần thứ {n}"


def told(n):
    return page(
        title(n),
        f"Câu chuyện {WORDS[n % len(WORDS)]} thứ {n} được bàn theo Nghị quyết số 57-NQ/TW, ai cũng góp ý.",
    )


def html(body: bytes):
    return with_headers(body, Content_Type="text/html; charset=utf-8")


def plain(head, *paragraphs):
    return html(
        f"<html><head><title>{head}</title></head><body>{''.join(f'<p>{p}</p>' for p in paragraphs)}</body></html>".encode()
    )


@pytest.fixture
def night(ingest, server, topics):
    """`night(n, {number: answer})` → (result, newest item of each piece by its number)."""

    def run(n, pages, **of_outlet):
        server.answers["/a.xml"] = rss(
            *(
                entry(
                    k, link=server.url(f"/tin/bai-so-{k}.html"), title=title(k), description=f"Lời dẫn {k}."
                )
                for k in pages
            )
        )
        server.answers |= {f"/tin/bai-so-{k}.html": answer for k, answer in pages.items()}
        outlet = outlet_of(
            "bao", "", sources=[{"id": "a", "kind": "feed", "url": server.url("/a.xml")}], **of_outlet
        )
        moments = (NOON + timedelta(days=n, microseconds=m) for m in itertools.count())
        found = ingest({}, outlets=[outlet], now=lambda: next(moments))
        items = {int(item["title"].rpartition(" ")[2]): item for item in topics(found, "lantoa.items")}
        return found.results[0], items

    return run


def rows(settings, model):
    engine = make_engine(settings)
    with engine.connect() as connection:
        found = list(connection.execute(select(table_of(model))).mappings())
    engine.dispose()
    return found


@pytest.mark.parametrize("selectors", [None, {"title": "h1", "body": "div.content"}], ids=["", "selectors"])
def test_each_reason_its_words_and_a_later_night(night, server, quick_settings, selectors):
    server.answers["/"] = html(page("Xã điểm mở hội", FOREIGN * 3))
    pages = {
        0: html(told(0)),
        1: redirect("/"),
        2: plain("Không tìm thấy trang - Báo Thử", "Trang bạn yêu cầu không tồn tại."),
        3: plain("Just a moment...", "Checking your browser before accessing."),
        4: plain("Báo Thử", "Chúng tôi sử dụng cookie. Bấm Đồng ý để chấp nhận chính sách bảo mật."),
        5: html(
            page("Hội khỏe", FOREIGN * 3)
            .replace("Chiều nay, các xã của huyện Phụng Hiệp".encode(), b"Sau")
            .replace(b"cu", b"ku")
        ),
        6: status(404),
    }
    result, items = night(0, pages, page=selectors)
    found = {n: (item["text_flag"], item["text_reason"]) for n, item in items.items()}
    reasons = ("redirected-home", "not-found", "challenge", "consent", "unrelated", "http-404")
    assert found == {0: (None, "")} | {n: ("text-missing", reason) for n, reason in enumerate(reasons, 1)}
    assert (result.new, result.missing) == (7, 6)
    assert "57-NQ/TW" in items[0]["text"]
    for n in range(1, 7):
        assert (items[n]["text"], items[n]["lead"], items[n]["text_from"]) == ("", f"Lời dẫn {n}.", "feed")
    assert sorted(row["reason"] for row in rows(quick_settings, PendingPage)) == sorted(reasons)

    result, items = night(1, {n: html(told(n)) for n in pages}, page=selectors)
    assert {(item["text_flag"], item["text_reason"], item["text_from"]) for item in items.values()} == {
        (None, "", "page")
    }
    assert (result.changed, rows(quick_settings, PendingPage)) == (6, [])


def test_one_text_for_several_pieces_is_nobodys(night, quick_settings):
    """The first of them, too, is asked for again, and is counted without it."""
    wrong = html(page("Báo Thử", *(f"Huyện Phụng Hiệp: {FOREIGN}" for _ in range(3))))
    _, items = night(0, {1: wrong, 2: html(told(2))})
    assert {n: item["text_flag"] for n, item in items.items()} == {1: None, 2: None}, "nobody can tell yet"
    _, items = night(1, {1: wrong, 2: html(told(2)), 3: wrong, 4: html(told(2))})
    assert {n: items[n]["text_reason"] for n in (3, 4)} == {3: "same-text", 4: "same-text"}
    assert items[2]["text_flag"] is None, "whose own title the page has"
    _, items = night(2, {1: wrong, 2: html(told(2)), 3: wrong, 4: html(told(4))})
    assert {n: items[n]["text_reason"] for n in items} == {1: "same-text", 2: "", 3: "same-text", 4: ""}
    assert {row["item_id"] for row in rows(quick_settings, PageTextRow) if row["item_id"]} == {
        items[n]["id"] for n in (2, 4)
    }


def test_a_piece_in_parts_is_read_whole(night, server, quick_settings):
    def part(n, number, more, head=None):
        links = "".join(f'<a href="/tin/bai-so-{n}.html?trang={k}">{k}</a>' for k in more)
        body = page(head or title(n), f"Phần {number} của bài {n} kể chuyện {WORDS[number % 9]}.")
        following = b'<link rel="next" href="/tin/bai-so-99.html">'
        return html(
            body.replace(b"</article>", links.encode() + b"</article>").replace(
                b"</head>", following + b"</head>"
            )
        )

    pages = {
        1: part(1, 1, (2, 3)),
        2: part(2, 1, (2,)),
        3: part(3, 1, (2,)),
        4: part(4, 1, (2,)),
        5: part(5, 1, range(2, 15)),
    }
    further = {
        (1, 2): part(1, 2, (1, 3, 4)), (1, 3): part(1, 3, (2, 4), f"{title(1)} (Trang 3)"), (1, 4): part(1, 4, ()),
        (2, 2): part(2, 2, (), "Một bài khác hẳn"),
        (3, 2): part(3, 1, ()),
        (4, 2): status(503),
    } | {(5, k): part(5, k, ()) for k in range(2, 15)}  # fmt: skip
    server.answers |= {f"/tin/bai-so-{n}.html?trang={k}": answer for (n, k), answer in further.items()}
    _, items = night(0, pages)
    read = {
        n: [k for k in range(1, 15) if f"Phần {k} của bài {n} " in item["text"]] for n, item in items.items()
    }
    assert read == {1: [1, 2, 3, 4], 2: [1], 3: [1], 4: [1], 5: list(range(1, 11))}
    assert {item["text"].count("Chiều nay, các xã") for item in items.values()} <= {1, 2}
    assert not server.times("/tin/bai-so-99.html")
    assert [row["reason"] for row in rows(quick_settings, PendingPage)] == ["http-503"], (
        "its whole is asked for again"
    )
    server.answers["/tin/bai-so-4.html?trang=2"] = part(4, 2, ())
    _, items = night(1, pages)
    assert "Phần 2 của bài 4 " in items[4]["text"]
    assert rows(quick_settings, PendingPage) == []
