"""Which addresses are further parts of a piece: known shapes of sites, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from producers.parse.article.further import further_parts, is_same_title, part_number

AT = "https://bao.example"
# of each kind of site: the address of a piece, and that of its part n
SHAPES = (
    ("/tin/bai-viet.html", "/tin/bai-viet.html?page={n}"), ("/tin/bai-viet.html", "/tin/bai-viet.html?trang={n}"),
    ("/tin/bai-viet", "/tin/bai-viet/{n}"), ("/2024/09/bai/", "/2024/09/bai/{n}/"), ("/tin/bai-viet.html", "/tin/bai-viet/trang-{n}.html"),
    ("/tin/bai-viet.html", "/tin/bai-viet-trang-{n}.html"), ("/tin/bai-viet.html", "/tin/bai-viet-p{n}.html"),
    ("/tin/bai-viet.htm", "/tin/bai-viet_page_{n}.htm"), ("/tin/bai-viet.html", "/tin/bai-viet.html/{n}"),
    ("/tin.aspx?id=801", "/tin.aspx?id=801&page={n}"), ("/tin.aspx?id=801", "/tin.aspx?trang={n}&id=801"),
    ("/tin/bai-viet.html?page=1", "/tin/bai-viet.html?page={n}"), ("/tin/bai-viet,801.html", "/tin/bai-viet,801,{n}.html"),
    ("/tin/bai-viet/", "/tin/bai-viet/page/{n}/"),
)  # fmt: skip
OTHERS = (
    ("/tin-1.html", "/tin-2.html"), ("/tin/bai-viet.html", "/tin/bai-viet-2.html"), ("/tin/bai-1.html", "/tin/bai-2.html"),
    ("/tin/bai.html", "/tin/bai-sau.html"), ("/tin/bai.html", "/tin/bai.html"), ("/tin/bai.html", "/tin/bai.html?page=1"),
    ("/tin.aspx?id=801", "/tin.aspx?id=802"), ("/tin.aspx?id=801", "/tin.aspx?page=2"), ("/?p=801", "/?p=802"), ("/", "/2"),
    ("/tin/bai.html", "/tin/bai.html?comment-page=2"), ("/tin/bai/", "/tin/bai/comment-page-2/"), ("/tin/bai.html", "/tin/bai-ky-2.html"),
    ("/tin/bai.html?page=2", "/tin/bai.html?page=3"), ("/tin/bai.html", "/tin/khac.html?page=2"), ("/thoi-su/bai", "/thoi-su/2"),
    ("/tin/bai.html", "/tin/bai.html?page=2024"),
)  # fmt: skip


@given(st.sampled_from(SHAPES), st.integers(2, 12), st.booleans(), st.booleans())
def test_parts_of_every_shape_are_found_in_order(shape, last, as_next, amid_others):
    address, template = AT + shape[0], AT + shape[1]
    numbers = [2] if as_next else list(range(1, last + 1))[::-1]
    links = [f'<link rel="next" href="{template.format(n=2)}">'] if as_next else []
    links += [] if as_next else [f'<a href="{template.format(n=n)}#than-bai">{n}</a>' for n in numbers]
    if amid_others:
        links += [
            f'<a href="{AT}{other}">Bài sau</a><link rel="next" href="{AT}{other}">'
            for _, other in OTHERS[:4]
        ]
    tree = document_fromstring(f"<html><body>{''.join(links)}</body></html>")
    assert further_parts(tree, address) == tuple(template.format(n=n) for n in sorted(numbers) if n > 1)


@pytest.mark.parametrize(("address", "other"), OTHERS)
def test_other_pieces_are_no_parts(address, other):
    assert part_number(AT + address, AT + other) is None
    tree = document_fromstring(
        f'<html><head><link rel="next" href="{other}"></head><body><a href="{other}">Trang sau</a></body></html>'
    )
    assert further_parts(tree, AT + address) == ()


def test_a_bare_number_counts_where_the_link_says_it():
    """A site tells pieces of one name apart in the same way."""
    tree = document_fromstring(
        '<a href="/bai-viet_2.html">2</a><a href="/bai-viet_3.html">Bài sau</a><a href="/bai-viet_4.html">5</a>'
    )
    assert further_parts(tree, f"{AT}/bai-viet.html") == (f"{AT}/bai-viet_2.html",)
    assert part_number(f"{AT}/bai.html", "https://khac.example/bai.html?page=2") is None


@pytest.mark.parametrize(
    ("part", "same"),
    [("Một bài dài", True), ("Một bài dài (Trang 2)", True), ("Một bài dài - Page 2/5", True), ("", True), ("Một bài dài, kỳ 2", False),
     ("Bài kế tiếp", False)],
)  # fmt: skip
def test_a_part_has_the_title_of_the_piece(part, same):
    assert is_same_title("Một bài dài", part) is same
