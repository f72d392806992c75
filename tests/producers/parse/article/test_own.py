"""Which page is the piece's own: by the address that answered, by what it says, by the words that it shares."""

import pytest
from layouts import all_layouts

from config.errors import PageError
from producers.parse.article.page_article import NOT_OWN, ExpectedPiece
from producers.parse.article.read import read_article
from producers.parse.article.same_piece import alike, are_unrelated, is_named

TITLE = "Phụng Hiệp sơ kết vụ lúa Thu Đông"
LEAD = "Sáng nay, huyện Phụng Hiệp họp sơ kết vụ lúa Thu Đông, năng suất bình quân đạt sáu tấn một héc-ta."
BODY = (
    "Toàn huyện xuống giống hơn chín nghìn héc-ta lúa, phần lớn là giống chất lượng cao, thương lái vào tận ruộng thu mua.",
    "Lãnh đạo huyện yêu cầu các xã vận động nông dân vệ sinh đồng ruộng, chuẩn bị cho vụ Đông Xuân theo lịch thời vụ chung.",
)  # fmt: skip
OTHER = (
    "Giải bóng chuyền thanh niên khép lại tối qua với chiến thắng của đội chủ nhà sau năm hiệp đấu nghẹt thở.",
    "Ban tổ chức trao cúp cùng tiền thưởng, khán giả ở lại cổ vũ đến khuya dưới cơn mưa nặng hạt đầu mùa.",
)
BASE = "https://bao.example"
MENU = (
    '<nav><a href="/">Trang chủ</a><a href="/thoi-su.html">Thời sự</a><a href="/kinh-te/">Kinh tế</a></nav>'
)
TEASERS = "".join(
    f'<div><h3><a href="/x-{n}.html">Bài số {n} về việc làng việc nước</a></h3></div>' for n in range(3)
)


def html(title, *paragraphs, head="", h1=None):
    told = "".join(f"<p>{each}</p>" for each in paragraphs)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{MENU}'
        f"<article><h1>{title if h1 is None else h1}</h1><div>{told}</div></article>{TEASERS}</body></html>"
    )


def reason(page, url=f"{BASE}/thoi-su/bai-801.html", final=None, title=TITLE, lead=LEAD):
    """Empty where the page is the piece's."""
    try:
        read_article(
            page.encode(), "text/html; charset=utf-8", final or url, None, ExpectedPiece(url, title, lead)
        )
    except PageError as error:
        return error.reason
    return ""


HOME = html("Cổng thông tin huyện", *OTHER, h1="Đội chủ nhà vô địch giải bóng chuyền")
SECTION = html("Thời sự - Báo Thử", *OTHER, h1="Thời sự")
PIECE = html(f"{TITLE} - Báo Thử", LEAD, *BODY, h1=TITLE)


@pytest.mark.parametrize(
    ("asked", "final"),
    [
        ("/tin-801.html", "/"), ("/tin-801.html", ""), ("/tin-801.html", "/index.html"), ("/tin-801.html", "/trang-chu"),
        ("/tin-801.html", "/vi/"), ("/tin-801.html", "/?gone=tin"), ("/thoi-su/bai-801.html", "/thoi-su"), ("/thoi-su/bai-801.html", "/thoi-su/"),
        ("/thoi-su/bai-801.html", "/thoi-su.html"), ("/a/b/bai-801.html", "/a/b"), ("/a/b/bai-801.html", "/a"), ("/bai-801.html", "/thoi-su.html"),
        ("/bai-801.html", "/kinh-te"), ("/tin.aspx?id=801", "/tin.aspx"), ("/?p=801", "/"), ("/index.php?id=801", "/index.php"),
        ("/2024/09/24/bai-801", "/2024/09/24/"), ("/bai-801.html", "/tags/lua"), ("/vi/tin/bai-801", "/vi/tin?page=1"),
        ("/bai-801.html", "/portal/home"), ("/bai-801.html", "/web/guest/home"), ("/bai-801.html", "/Pages/default.aspx"), ("/bai-801.html", "/m/"),
        ("/bai-801.html", "/tin-moi-nhat.html"), ("/bai-801.html", "/sitemap.html"),
    ],
)  # fmt: skip
def test_an_address_that_lost_its_path_leads_to_no_piece(asked, final):
    for page in (HOME, SECTION):
        assert reason(page, BASE + asked, BASE + final) == "redirected-home"


@pytest.mark.parametrize(
    ("final", "found"),
    [("/404.html", "not-found"), ("/error/404", "not-found"), ("/khong-tim-thay-trang", "not-found"), ("/not-found", "not-found"),
     ("/dang-nhap?url=bai", "consent"), ("/sso/login", "consent"), ("/captcha", "challenge")],
)  # fmt: skip
def test_an_address_may_say_what_is_there(final, found):
    assert reason(SECTION, final=BASE + final) == found


def test_a_wall_or_a_home_page_of_another_host():
    assert reason(SECTION, final="https://consent.example/m?continue=bai") == "consent"
    assert reason(HOME, final="https://parked.example/") == "redirected-home"
    assert reason(PIECE, final="https://vu-lua.bao.example/") == "", "a site that was made for the piece"


@pytest.mark.parametrize(
    ("asked", "final"),
    [
        ("/thoi-su/bai-801.html", "/thoi-su/ten-moi-801.html"), ("/thoi-su/bai-801.html", "/bai-801.html"), ("/bai-801/amp", "/bai-801"),
        ("/bai-801.html?utm_source=rss", "/bai-801.html"), ("/bai-80123/ten-bai", "/bai-80123"), ("/?p=801", "/2024/09/bai"),
        ("/thoi-su/bai-801.html", "/thoi-su/bai-801.html"), ("/bai/801/", "/bai/801"), ("/thoi-su/bai-801.html", "/thoi-su"),
        ("/in/bai-801.html", "/bai-801.html"), ("/r?u=801", "/kinh-te/bai"), ("/bai-801.html", "/chuyen-trang/nong-nghiep/bai-801"),
    ],
)  # fmt: skip
def test_a_piece_that_has_moved_is_the_piece(asked, final):
    """Whose own title it has; also where a site gives its pieces addresses like those of sections."""
    assert reason(PIECE, BASE + asked, BASE + final) == ""


def test_another_title_behind_an_address_of_the_same_kind_is_a_new_title():
    renamed = html("Lúa Thu Đông trúng mùa, nông dân phấn khởi", LEAD, *BODY)
    assert reason(renamed, final=f"{BASE}/thoi-su/ten-moi-801.html") == ""


def test_a_page_that_calls_itself_home():
    head = f'<link rel="canonical" href="{BASE}/">'
    assert reason(html("Cổng thông tin huyện", *OTHER, head=head)) == "redirected-home"
    assert reason(html(TITLE, *BODY, head=head)) == "", "a site that says so everywhere"


@pytest.mark.parametrize(
    ("title", "h1", "paragraphs", "found"),
    [
        ("404 - Không tìm thấy trang | Báo Thử", "", (), "not-found"),
        ("Báo Thử", "Bài viết không tồn tại", (), "not-found"),
        ("Báo Thử", "", ("Trang bạn yêu cầu không tồn tại hoặc đã bị xóa. Quay lại trang chủ.",), "not-found"),
        (f"{TITLE} - Báo Thử", TITLE, ("Bài viết này không còn tồn tại. Quay lại trang chủ.",), "not-found"),
        ("Page not found", "Page not found", OTHER, "not-found"),
        ("Just a moment...", "", ("Verify you are human by completing the action below.",), "challenge"),
        ("Báo Thử", "", ("Chúng tôi sử dụng cookie. Bấm Đồng ý để chấp nhận chính sách bảo mật.",), "consent"),
        ("Báo Thử", TITLE, ("Vui lòng đăng nhập để đọc tiếp bài viết này.",), "consent"),
    ],
)  # fmt: skip
def test_what_says_that_it_is_no_piece(title, h1, paragraphs, found):
    assert reason(html(title, *paragraphs, h1=h1)) == found


@pytest.mark.parametrize(
    "script",
    ['<script>document.cookie="D1N=8f3a;expires=x";window.location.reload(true);</script>',
     '<script>window._cf_chl_opt={cvId:"3"};</script>', "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>"],
)  # fmt: skip
def test_a_page_behind_a_script(script):
    assert reason(f"<html><head><title></title></head><body>{script}</body></html>") == "challenge"
    assert reason(PIECE.replace("</body>", f"{script}</body>")) == "", (
        "many sites load such scripts beside a piece"
    )


def test_another_piece_shares_nothing():
    assert reason(html("Đội chủ nhà vô địch", *OTHER)) == "unrelated"
    assert (
        reason(
            html(
                "Anything",
                "Only English words stand here, of a parked name that somebody sells to the highest bidder.",
            )
        )
        == "unrelated"
    )


def test_what_cannot_be_judged_is_taken():
    other = html("Đội chủ nhà vô địch", *OTHER)
    assert reason(other, title="", lead="") == ""
    assert reason(other, title="Tin ngắn", lead="") == ""
    assert (
        reason(
            html(
                TITLE,
                "Ảnh: Minh Họa",
                "Chùm ảnh của phóng viên.",
                head='<meta property="og:type" content="article">',
            )
        )
        == ""
    )


def test_a_piece_about_error_pages_is_a_piece():
    title = "Lỗi 404 là gì? Cách khắc phục lỗi 404 Not Found"
    text = "Lỗi 404 xuất hiện khi trang không tồn tại. Máy chủ trả lời rằng không tìm thấy trang mà người đọc yêu cầu."
    assert reason(html(title, text), title=title, lead="") == ""


@pytest.mark.parametrize("layout", all_layouts(), ids=lambda layout: layout.name)
@pytest.mark.parametrize("selected", [False, True])
def test_no_page_of_our_layouts_is_refused(layout, selected):
    """By its title, by a title that a feed has cut, by its lead alone."""
    selectors = layout.selectors if selected else None
    for title, lead in (
        (layout.title, ""),
        (f"{layout.title[:40]}…", layout.lead),
        ("", layout.lead or layout.text[:200]),
    ):
        asked = ExpectedPiece("https://bao.example/tin-post1.html", title, lead)
        article = read_article(layout.body, "text/html; charset=utf-8", asked.url, selectors, asked)
        assert (article.text, article.further) == (layout.text, ())


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [("Tin A", "Tin A", True), ("Tin A", "TIN a!", True), ("Tin số 1", "Tin số 2", False), (TITLE, f"{TITLE} năm nay", True),
     (TITLE, "Hội nghị sơ kết", False), ("Giá vàng hôm nay 24/9", "Giá vàng hôm nay 25/9", False), ("", "", False)],
)  # fmt: skip
def test_titles_that_are_alike(one, other, are):
    assert alike(one, other) is are


def test_a_page_is_named_beside_the_name_of_its_site():
    assert is_named(TITLE, ["", f"{TITLE} - Báo điện tử tỉnh"])
    assert not is_named(TITLE, ["Báo điện tử tỉnh", ""])
    assert not are_unrelated([TITLE], ["Vụ lúa năm nay"])
    assert set(NOT_OWN) >= {"redirected-home", "not-found", "consent", "challenge", "unrelated", "same-text"}
