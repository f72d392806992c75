"""The layouts of the tests, grown to the size of real pages."""

from tests.producers.parse.article.layouts import DECOY, Layout, all_layouts, precision_and_recall

__all__ = ["DECOY", "Layout", "all_layouts", "large", "numbered_layouts", "precision_and_recall"]

SCRIPT = f"<script>{'var a = 1; ' * 5_000}</script></head>"
MENU = f"<nav><ul>{'<li><a href=/muc>Một mục của trang</a></li>' * 300}</ul></nav>"
TEASER = '<div class="story"><h3><a href="/tin">Một tin khác của trang này</a></h3><p class="sapo">Tóm tắt của tin ấy.</p></div>'
LARGE = MENU + TEASER * 60 + "</body>"  # what real pages have around an article


def large(layout: Layout) -> Layout:
    html = layout.html.replace("</head>", SCRIPT).replace("</body>", LARGE)
    return Layout(**{**vars(layout), "html": html})


def numbered_layouts(mark: str) -> list[bytes]:
    """Returns large pages with `mark` in title and text, to be replaced by what makes each page another piece."""
    return [_marked(large(each), mark).encode() for each in all_layouts()]


def _marked(layout: Layout, mark: str) -> str:
    paragraph = layout.text.partition("\n")[0]
    return layout.html.replace(layout.title, mark).replace(paragraph, f"{mark}. {paragraph}")
