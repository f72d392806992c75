"""Whatever stands in an address where a number, a date, words or a place in a list are expected: no failure of ours."""

from urllib.parse import quote

LISTS = (
    "/activities",
    "/outlets",
    "/units",
    "/items",
    "/clippings",
    "/audit",
    "/api/v1/items",
    "/api/v1/activities",
    "/api/v1/waiting",
)
NUMBERED = ("/reports/{}/changes", "/api/v1/reports/{}", "/api/v1/items?limit={}")
PERIODS = ("0001", "9999", "9999-12-31", "0001-01-01..9999-12-31")
NUMBERS = ("-1", "2147483648", "9223372036854775808", "9" * 400, "1e999", "NaN")
WORDS = ("x" * 3_000, "đ" * 9_000, '"' + "y " * 6_000 + '"', b"\xed\xa0\x80")
CURSORS = (
    '["99999999999999999999"]', f'["{"9" * 5_000}"]', '["-9223372036854775809"]', '["9999-12-31","x"]', '["0001-01-01","x"]', "[" * 5_000,
)  # fmt: skip


def test_no_address_is_a_failure_of_ours(browser, write):
    write(outlet="nhandan", day="2024-05-02", title="Hậu Giang và Nghị quyết 29")
    asked = [place.format(quote(number)) for place in NUMBERED for number in NUMBERS]
    asked += [f"{place}?after={quote(cursor)}" for place in LISTS for cursor in CURSORS]
    asked += [f"{place}?period={period}" for place in ("/", *LISTS[:3]) for period in PERIODS]
    asked += [f"/items?q={quote(words)}" for words in WORDS]
    answers = {address[:90]: browser.get(address, follow_redirects=False).status_code for address in asked}
    assert {address: status for address, status in answers.items() if status >= 500} == {}


def test_a_date_that_nobody_counts_is_told(browser):
    """`published` of a text that is tried, on the page and over the API."""
    text = {"title": "Nghị quyết 29 của Trung ương", "published": "9999-12-31T23:59:59Z"}
    api = browser.post("/api/v1/classify", json=text)
    assert (api.status_code, "9999" in api.json()["error"]) == (200, True)
    assert "9999" in browser.post("/try", data=text).text
