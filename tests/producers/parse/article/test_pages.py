"""Pages that are no plain article, and articles that say too little of themselves."""

import json

import pytest

from config.errors import PageError
from config.selectors import Selectors
from producers.parse.article.read import read_article

TITLE, LEAD = (
    "Xã Hòa An đón đoàn công tác",
    "Đoàn công tác của tỉnh thăm xã Hòa An sáng thứ Bảy và tặng quà cho mười hộ.",
)
BODY = (
    "Đoàn đã đến từng nhà, hỏi thăm sức khỏe của các cụ và nghe bà con nói về vụ lúa vừa gặt xong.",
    "Chiều cùng ngày, xã tổ chức gặp mặt cán bộ ấp để nghe phổ biến Nghị quyết số 59-NQ/TW về hội nhập quốc tế.",
    "Nhiều ý kiến đề nghị sửa con lộ dọc kênh trước mùa mưa để học sinh đi lại thuận tiện và an toàn hơn.",
)
TEXT = "\n".join(BODY)
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in BODY)
ADDRESS = "https://bao.example/tin.html"


def read(html, selectors=None, content_type="text/html; charset=utf-8"):
    return read_article(html.encode(), content_type, ADDRESS, selectors)


def page(body, head=""):
    return f"<!DOCTYPE html><html><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>"


def ld(*nodes, **fields):
    stated = {"@type": "NewsArticle", "headline": TITLE, "description": LEAD, "articleBody": TEXT} | fields
    return f'<script type="application/ld+json">{json.dumps([*nodes, stated], ensure_ascii=False)}</script>'


TEASER = '<div class="tin"><h3><a href="/{n}.html">Bài số {n} về việc làng việc nước</a></h3><p>Tóm tắt của bài số {n}, dài vừa đủ một dòng cho người đọc lướt.</p></div>'


@pytest.mark.parametrize(
    ("html", "content_type", "reason"),
    [
        ("", "text/html", "empty"),
        (" \n ", "text/html", "empty"),
        ("%PDF-1.7 ...", "application/pdf", "not-html"),
        ('{"error": 404}', "text/html", "not-html"),
        ("<html></html>", "text/html", "no-text"),
        (page('<script>location="/x"</script>'), "text/html", "no-text"),
        (page("".join(TEASER.format(n=n) for n in range(12))), "text/html", "no-text"),
        (page("<ul>" + "".join(f'<li><a href="/{n}">Bài số {n} về việc làng</a></li>' for n in range(40)) + "</ul>"), "text/html", "no-text"),
    ],
)  # fmt: skip
def test_what_holds_no_article(html, content_type, reason):
    with pytest.raises(PageError) as caught:
        read(html, content_type=content_type)
    assert caught.value.reason == reason


def test_a_page_with_only_a_film_keeps_its_lead():
    head = f'<meta property="og:type" content="video.other"><meta name="description" content="{LEAD}">'
    article = read(page(f'<h1>{TITLE}</h1><div class="p"><video src="/a.mp4"></video></div>', head))
    assert (article.title, article.lead, article.text, article.problem) == (TITLE, LEAD, "", "lead-only")


def test_a_stub_before_a_paywall_is_told():
    article = read(
        page(
            f"<h1>{TITLE}</h1><div>{PARAGRAPHS}</div>",
            ld(isAccessibleForFree="False", articleBody="Đoàn đã đến…"),
        )
    )
    assert (article.problem, article.served_by, article.text) == ("paywall", "trafilatura", TEXT)


@pytest.mark.parametrize(
    "script",
    [
        ld(),
        ld({"@type": "WebSite", "name": "Báo"}),
        ld().replace("[{", '{"@context": "x", "@graph": [{').replace("}]", "}]}"),
        ld(articleBody="".join(f"&lt;p&gt;{text}&lt;/p&gt;" for text in BODY)),
        ld(articleBody=PARAGRAPHS + '<div class="related">Xem thêm: <a href="/1">Nghị quyết số 29-NQ/TW và giáo dục</a></div>'),
        ld().replace("}]", ",}]"),
        ld().replace(">[", "><!-- [").replace("]<", "] --><"),
        ld().replace(">[", ">//<![CDATA[\n[").replace("]<", "]\n//]]><"),
        ld().replace("\\n", "\n"),
        ld({"@type": "NewsArticle", "headline": "Bài khác", "articleBody": TEXT.replace("Đoàn", "Họ")}),
        ld(publisher={"name": "X"}).replace('"X"', '"Báo "Xã""'),
    ],
)  # fmt: skip
def test_json_ld_in_every_shape(script):
    article = read(page(f"<h1>{TITLE}</h1><div id='app'></div>", script))
    assert (article.title, article.lead, article.text, article.served_by) == (TITLE, LEAD, TEXT, "json-ld")


def test_captions_that_a_stated_body_holds_are_taken_out_where_the_page_shows_them_as_such():
    caption = "Bà con xã Hòa An đọc tờ gấp về Nghị quyết số 18-NQ/TW trước giờ gặp mặt"
    stated = ld(articleBody=f"{BODY[0]} {caption} {BODY[1]}\n{BODY[2]}")
    shown = f"<div><p>{BODY[0]}</p><figure><img><figcaption>{caption}</figcaption></figure><p>{BODY[1]}</p><p>{BODY[2]}</p></div>"
    article = read(page(f"<h1>{TITLE}</h1>{shown}", stated))
    assert (article.text, article.served_by) == (TEXT, "json-ld")


def test_what_json_ld_states_serves_where_selectors_are_silent():
    head = ld(articleSection=["Thời sự"], datePublished="2025-09-12T08:00:00+07:00", articleBody="")
    article = read(page(f"<div class='b'>{PARAGRAPHS}</div>", head), Selectors(body=".b"))
    assert (article.served_by, article.title, article.lead, article.text) == ("selectors", TITLE, LEAD, TEXT)
    assert (article.column, article.dates) == ("Thời sự", ("2025-09-12T08:00:00+07:00",))


@pytest.mark.parametrize(
    "box",
    [
        '<p>Xem thêm: <a href="/1">{}</a></p>',
        '<p><b>Đọc thêm</b></p><p><a href="/1">{}</a></p><p><a href="/2">{}</a></p>',
        '<p>&gt;&gt;&gt; <a href="/1">{}</a></p>',
        '<p><a href="/1"><strong>{}</strong></a></p>',
        '<div class="box-lien-quan"><p>{}</p></div>',
        '<div class="RelatedNews"><span>{}</span></div>',
        '<ul><li><a href="/1">{}</a></li><li><a href="/2">{}</a></li></ul>',
        '<table border="1"><tr><td><b>TIN LIÊN QUAN</b></td></tr><tr><td><a href="/1">{}</a><br>{}</td></tr></table>',
        '<div style="display: none">{}</div>',
        '<aside>{}</aside>',
        '<div class="social-share">{}</div>',
        '<p style="text-align:center"><img src="a.jpg"></p><p style="text-align:center">{}</p>',
        '<p><img src="a.jpg"><br><em>{}</em></p>',
        '<table><tr><td><img src="a.jpg"></td></tr><tr><td>{}</td></tr></table>',
        '<figure><img src="a.jpg"><p>{}</p></figure>',
        '<p><img src="a.jpg"></p><p>{} Ảnh: Văn Tám</p>',
        '<div class="article-comments"><p>{}</p></div>',
        '<div class="tagsDetail tags">{}</div>',
        '<script>document.write("{}")</script>',
        '<div class="author-info"><p>{}</p></div>',
        '<div class="x1"><h4><a href="/1">Chuyện ở một xã bên sông</a></h4><p>{}</p></div>',
        '<article><h3>{}</h3><p>{}</p></article>',
        '<object data="a.swf"><p>{}</p></object>',
        '<video src="a.mp4"><p>{}</p></video>',
    ],
)  # fmt: skip
@pytest.mark.parametrize("selectors", [None, Selectors(body=".than-bai")], ids=["alone", "selected"])
def test_no_box_in_the_midst_of_a_body_is_read(box, selectors):
    decoy = "Toàn văn Nghị quyết số 29-NQ/TW về công nghiệp hóa"
    body = f"<p>{BODY[0]}</p>{box.replace('{}', decoy)}<p>{BODY[1]}</p><p>{BODY[2]}</p>"
    article = read(page(f"<h1>{TITLE}</h1><div class='than-bai'>{body}</div>"), selectors)
    assert article.text == TEXT


@pytest.mark.parametrize(
    "written",
    [
        '<p>Xem thêm sách là thói quen mà Nghị quyết số 29-NQ/TW muốn nhắc đến trong nhà trường.</p>',
        '<p>Theo <a href="/tag/nq29">Nghị quyết số 29-NQ/TW</a>, nhà trường dạy ít mà học nhiều hơn trước.</p>',
        '<h2>Nghị quyết số 29-NQ/TW đi vào lớp học</h2>',
        '<blockquote><p>“Nghị quyết số 29-NQ/TW giúp chúng tôi nhiều”, thầy giáo trẻ ở xã bên nói với đoàn.</p></blockquote>',
        '<p><em>Nghị quyết số 29-NQ/TW được nhắc đến ba lần trong buổi gặp mặt hôm ấy ở hội trường xã.</em></p>',
        '<ul><li>Học tập Nghị quyết số 29-NQ/TW trong từng tổ chuyên môn của trường.</li><li>Báo cáo kết quả vào cuối năm học.</li></ul>',
        '<table><tr><td>Nội dung</td><td>Nghị quyết số 29-NQ/TW</td></tr><tr><td>Số buổi</td><td>12 buổi</td></tr></table>',
    ],
)  # fmt: skip
@pytest.mark.parametrize("selectors", [None, Selectors(body=".than-bai")], ids=["alone", "selected"])
def test_what_the_article_itself_says_is_kept(written, selectors):
    body = f"<p>{BODY[0]}</p>{written}<p>{BODY[1]}</p><p>{BODY[2]}</p>"
    article = read(page(f"<h1>{TITLE}</h1><div class='than-bai'>{body}</div>"), selectors)
    assert "Nghị quyết số 29-NQ/TW" in article.text
    assert all(paragraph in article.text for paragraph in BODY)


@pytest.mark.parametrize("unclosed", ["<font face='Arial'>", "<span><b>"])
def test_tags_that_nobody_closed_cost_no_text(unclosed):
    body = "".join(f"<p>{unclosed * 60}{text}</p>" for text in BODY * 3)
    assert BODY[2] in read(page(f"<h1>{TITLE}</h1><div>{body}</div>")).text.splitlines()[-1]


@pytest.mark.parametrize(
    ("head", "shown"),
    [
        (f"<title>{TITLE} - Báo Hậu Giang</title>", f"<div class='t'>{TITLE}</div>"),
        (f"<title>Tin tức | {TITLE}</title><meta property='og:title' content='{TITLE} | Báo Hậu Giang'>", f"<div class='t'>{TITLE}</div>"),
        ("<title>Báo Hậu Giang</title>", f"<h1>{TITLE}</h1>"),
        (f"<title>{TITLE}</title>", f"<div class='logo'><h1>Báo Hậu Giang</h1></div><h1>{TITLE}</h1>"),
    ],
)  # fmt: skip
def test_the_name_of_a_site_is_no_part_of_a_title(head, shown):
    article = read(f"<html><head>{head}</head><body>{shown}<div class='c'>{PARAGRAPHS}</div></body></html>")
    assert article.title == TITLE


def test_what_a_site_says_of_itself_on_every_page_is_no_lead():
    head = (
        '<meta name="description" content="Trang thông tin điện tử tỉnh Hậu Giang, nơi đăng các nghị quyết">'
    )
    assert read(page(f"<h1>{TITLE}</h1><div>{PARAGRAPHS}</div>", head)).lead == ""


def test_the_next_article_in_the_same_element_is_not_read():
    other = "<h1>Bài sau</h1><p>Bài sau bàn về Nghị quyết số 45-NQ/TW của giới trí thức.</p>"
    assert read(page(f"<div><h1>{TITLE}</h1>{PARAGRAPHS}{other}</div>")).text == TEXT


def test_a_portal_of_many_links_still_holds_its_article():
    links = "".join(f'<h3><a href="/{n}">Thông báo số {n} của ủy ban</a></h3>' for n in range(9))
    long = PARAGRAPHS + "".join(f"<p>{text} ({n})</p>" for n, text in enumerate(BODY))
    assert TEXT in read(page(f"<div class='l'>{links}</div><h1>{TITLE}</h1><div class='c'>{long}</div>")).text


IMPRINT = "Cơ quan chủ quản: Tỉnh ủy. Giấy phép số 12. Tổng biên tập: Nguyễn Văn A. Địa chỉ: số 1 đường Hòa Bình, thành phố Vị Thanh."


@pytest.mark.parametrize("body", ["<p>{}</p>", "{}", "<span>{}</span>", "<div>{}</div>"])
@pytest.mark.parametrize(
    "imprint", ["<div class='b2'><p>{}</p></div>", "<center>{}</center>", "<footer>{}</footer>"]
)
def test_a_brief_is_shorter_than_what_stands_below_every_page(body, imprint):
    brief = "Sáng nay, đoàn đến thăm xã Hòa An và tặng quà."
    shown = f"<h1>{TITLE}</h1><div class='b1'>{body.format(brief)}</div>{imprint.format(IMPRINT)}"
    assert read(page(shown)).text == brief
