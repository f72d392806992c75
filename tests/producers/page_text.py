"""Pages of our own making, of the kind that entries link to."""

from html import escape

SENTENCE = (
    "Chiều nay, các xã của huyện Phụng Hiệp họp bàn việc đưa nghị quyết vào cuộc sống, "
    "phân công cán bộ phụ trách từng ấp và hẹn báo cáo vào cuối tháng."
)


def page(title: str, *paragraphs: str, lead: str = "", date: str = "", column: str = "") -> bytes:
    """A newspaper's article with a menu above it and related ones below."""
    told = "".join(f"<p>{escape(each)}</p>" for each in (*paragraphs, SENTENCE, SENTENCE))
    meta = f'<meta property="article:published_time" content="{escape(date)}">' if date else ""
    meta += f'<meta property="article:section" content="{escape(column)}">' if column else ""
    return f"""<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)} - Báo Thử</title>
<meta property="og:type" content="article">{meta}</head><body>
<nav><a href="/">Trang chủ</a> <a href="/chinh-tri">Học tập Nghị quyết số 99-NQ/TW</a></nav>
<article><h1>{escape(title)}</h1><div class="sapo">{escape(lead)}</div><div class="content">{told}</div></article>
<div class="related"><h3>Tin liên quan</h3><a href="/x.html">Nghị quyết số 98-NQ/TW đi vào cuộc sống</a></div>
</body></html>""".encode()
