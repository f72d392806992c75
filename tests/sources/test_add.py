"""`lantoa sources add`: what a site offers is found, shown, and written when it is chosen."""

import pytest
from feed_server import redirect, status, with_headers
from feed_text import entry, rss

from config.programme import load_programme

MODERN = """<html><head><title>Báo Mới</title>
<link rel="alternate" type="application/rss+xml" href="/rss/trang-chu.rss" title="RSS">
</head><body><a href="/kenh-rss.html">RSS</a> <a href="/chinh-tri">Chính trị</a></body></html>"""
RSS_PAGE = """<html><body><ul><li><a href="/rss/thoi-su.rss">Thời sự</a><li><a href="/rss/xa-hoi.rss">Xã hội</a>
<li><a href="/rss/chet.rss">Cũ</a><li><a href="https://elsewhere.example/rss/x.rss">x</a></ul></body></html>"""
ITEM = """<li class="news-item"><a class="thumb" href="/phung-hiep-dua-nghi-quyet-{n}-vao-cuoc-song-post{n}0123.html"><img></a>
<h3 class="news-title"><a href="/phung-hiep-dua-nghi-quyet-{n}-vao-cuoc-song-post{n}0123.html">Phụng Hiệp đưa nghị quyết số {n} vào cuộc sống</a></h3>
<span class="news-time">{day:02}/11/2026 08:30</span> <p class="news-sapo">Chiều nay, huyện tổ chức hội nghị quán triệt nghị quyết cho cán bộ.</p></li>"""
MOST_READ = '<div class="hot"><a href="/bai-doc-nhieu-nhat-trong-tuan-so-{n}-{n}9999.html">Bài đọc nhiều nhất trong tuần số {n}</a></div>'


def html(text: str):
    return with_headers(text.encode(), Content_Type="text/html; charset=utf-8")


def listing(count: int = 6, most_read: int = 8) -> str:
    items = "".join(ITEM.format(n=n, day=n + 1) for n in range(1, count + 1))
    most = "".join(MOST_READ.format(n=n) for n in range(most_read))
    return f"""<html><head><title>Báo HTML</title></head><body><nav><a href="/chinh-tri">Chính trị</a></nav>
<ul class="list">{items}</ul><a class="paging-next" href="/trang-2">Trang sau</a><aside>{most}</aside></body></html>"""


def test_feeds_are_found_by_link_and_on_the_page_of_feeds(lantoa, site, folder):
    site.answers |= {"/": html(MODERN), "/kenh-rss.html": html(RSS_PAGE), "/rss/chet.rss": status(404)}
    for name in ("trang-chu", "thoi-su", "xa-hoi"):
        site.answers[f"/rss/{name}.rss"] = rss(entry(1, title=f"Tin {name}"), entry(2))
    ran = lantoa("sources", "add", site.url("/"), "--dry-run")
    assert ran.exit_code == 0, ran.output
    shown = [line.split() for line in ran.stdout.splitlines() if "feed" in line]
    assert [(line[0], line[2], line[5].rpartition("/")[2]) for line in shown] == [
        ("1", "2", "trang-chu.rss"), ("2", "2", "thoi-su.rss"), ("3", "2", "xa-hoi.rss"),
    ]  # fmt: skip
    assert "Tin trang-chu" in ran.stdout
    assert "127.0.0.1" not in (folder / "outlets.yaml").read_text("utf-8")


def test_the_best_is_written_as_a_new_outlet(lantoa, site, folder):
    site.answers |= {"/": html(MODERN), "/rss/trang-chu.rss": rss(entry(1))}
    ran = lantoa(
        "sources",
        "add",
        site.url("/"),
        "--yes",
        "--name",
        "Báo Mới",
        "--level",
        "central",
        "--medium",
        "newspaper",
    )
    assert ran.exit_code == 0, ran.output
    (outlet,) = [each for each in load_programme(folder).outlets.values() if each.name == "Báo Mới"]
    assert (outlet.level, outlet.medium, [s.url for s in outlet.sources]) == (
        "central", "newspaper", [site.url("/rss/trang-chu.rss")],
    )  # fmt: skip
    again = lantoa("sources", "add", site.url("/"), "--yes")
    assert again.exit_code == 0
    assert outlet.sources[0].id in again.stdout, "it says that the source is there already"
    assert len(load_programme(folder).sources) == 4


def test_what_nobody_knows_is_asked_for(lantoa, site, folder):
    site.answers |= {"/": html(MODERN), "/rss/trang-chu.rss": rss(entry(1))}
    refused = lantoa("sources", "add", site.url("/"), "--yes")
    assert (refused.exit_code, str(refused.exception).count("--level")) == (1, 1)
    ran = lantoa("sources", "add", site.url("/"), stdin="1\nBáo Mới\nprovincial\nnewspaper\ny\n")
    assert ran.exit_code == 0, ran.output
    assert "Báo Mới" in {outlet.name for outlet in load_programme(folder).outlets.values()}


def test_declining_writes_nothing(lantoa, site, folder):
    site.answers |= {"/": html(MODERN), "/rss/trang-chu.rss": rss(entry(1))}
    before = (folder / "outlets.yaml").read_bytes()
    ran = lantoa("sources", "add", site.url("/"), stdin="1\nBáo Mới\nprovincial\nnewspaper\nn\n")
    assert ran.exit_code == 0
    assert (folder / "outlets.yaml").read_bytes() == before


def test_a_feed_is_its_own_answer(lantoa, site):
    site.answers["/rss/a.rss"] = rss(entry(1), entry(2), entry(3))
    ran = lantoa("sources", "add", site.url("/rss/a.rss"), "--dry-run")
    assert [line.split()[1:3] for line in ran.stdout.splitlines() if "a.rss" in line] == [["feed", "3"]]


@pytest.mark.parametrize("stated", [True, False], ids=["in robots.txt", "at the usual place"])
def test_sitemaps_are_found(lantoa, site, stated):
    name = "/map-tin.xml" if stated else "/sitemap.xml"
    site.answers["/"] = html("<html><body><p>Chào</p></body></html>")
    site.answers["/robots.txt"] = with_headers(
        f"User-agent: *\nSitemap: {site.url(name)}\n".encode() if stated else b"", Content_Type="text/plain"
    )
    rows = "".join(f"<url><loc>{site.url(f'/bai-{n}.html')}</loc></url>" for n in range(5))
    site.answers[name] = f"<urlset>{rows}</urlset>".encode()
    ran = lantoa("sources", "add", site.url("/"), "--dry-run")
    assert [line.split()[1:3] for line in ran.stdout.splitlines() if name in line] == [["sitemap", "5"]]


def test_a_list_is_proposed_where_a_site_has_nothing_else(lantoa, site, folder):
    site.answers["/thoi-su"] = html(listing())
    ran = lantoa(
        "sources", "add", site.url("/thoi-su"), "--yes", "--level", "provincial", "--medium", "newspaper"
    )
    assert ran.exit_code == 0, ran.output
    (source,) = [each for each in load_programme(folder).sources.values() if each.kind == "listing"]
    assert (source.listing.item, source.listing.link) == ("li.news-item", "h3.news-title > a")
    assert source.listing.date == "span.news-time"
    assert source.listing.lead == "p.news-sapo"
    assert source.listing.next == "a.paging-next"
    assert "Phụng Hiệp đưa nghị quyết số 1 vào cuộc sống" in ran.stdout
    checked = lantoa("sources", "check", source.id, "--format", "csv")
    assert checked.stdout.splitlines()[1].startswith(f"{source.id},ok,,6,2026-11-07")


@pytest.mark.parametrize(
    ("answer", "words"),
    [(status(500), "HTTP 500"), (html("<html><body><p>Chào</p></body></html>"), "neither feeds nor sitemaps"),
     (redirect("http://169.254.169.254/"), "LANTOA_ALLOW_NETWORKS"), (html(listing(2, 0)), "neither feeds")],
    ids=["500", "nothing", "a way into the network", "too few to be a list"],
)  # fmt: skip
def test_a_site_that_gives_nothing_is_said(lantoa, site, answer, words):
    site.answers["/"] = answer
    ran = lantoa("sources", "add", site.url("/"), "--dry-run")
    assert ran.exit_code == 1
    assert words in str(ran.exception)


@pytest.mark.parametrize("url", ["ftp://a.vn", "https://", "javascript:alert(1)"])
def test_what_is_no_address_is_said(lantoa, url):
    ran = lantoa("sources", "add", url)
    assert ran.exit_code == 1
    assert "address" in str(ran.exception)
