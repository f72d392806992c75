"""Selectors are proposed from whatever links a page has."""

import pytest

from lantoa.sources.proposal import propose
from producers.parse.documents import FetchedDocument

PIECES = "".join(
    f'<li class="story"><a href="/tin-{n}0001.html">Phụng Hiệp học tập nghị quyết, bài {n}</a>'
    f"<p>{'Hơn ba trăm cán bộ, đảng viên của các xã dự hội nghị. ' * 2}</p>{{}}</li>"
    for n in range(6)
)


def proposed(*more):
    items = PIECES.format(*more) if more else PIECES.replace("{}", "")
    page = f"<html><body><ul>{items}</ul></body></html>"
    return propose(FetchedDocument(page.encode(), "text/html; charset=utf-8", "https://bao.example/tin"))


@pytest.mark.parametrize("link", ["http://[bad/x", "//[", "http://[::1", "https://a:b:c/"])
def test_a_link_that_is_no_address_hides_no_list(link):
    plain = proposed()
    assert plain is not None
    assert plain.item == "li.story"
    assert proposed(*[f'<a href="{link}">x</a>'] * 6) == plain
