"""What a liaison decides from a terminal, and what the office files: each command a process of its own."""

import json

import pytest
import yaml

from producers.item.identity import item_id

FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{outlet}</title>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>https://{outlet}.vn/{slug}</link><guid>{slug}</guid>
<pubDate>{date}</pubDate><description>{text}</description></item>"""


class Town:
    """`lantoa …` beside an `up` that all tests of this file share: each has a month and documents of its own."""

    def __init__(self, run, feeds, month):
        self.run, self.feeds, self.month, self.programme = run, feeds, month, run.programme
        self.period, self.day = f"2024-{month:02}", f"14 {MONTHS[month]} 2024 08:00:00 +0700"
        self.text = " ".join(
            f"Tháng {month}, đảng bộ tỉnh học tập nội dung {month}.{n} tại hội trường." for n in range(8)
        )

        # of two that were seen in one moment, the one with the lesser id counts as the first
        self.first, self.again = sorted(
            ("c", "c2"), key=lambda slug: item_id("nhandan", f"url:{self.url(slug)[8:]}")
        )

    def __call__(self, *arguments, **options):
        return self.run(*arguments, **options)

    def url(self, slug):
        return f"https://nhandan.vn/{self.slug(slug)}"

    def slug(self, slug):
        return f"{self.period}-{slug}"

    def show(self, outlet, *items):
        """What the feed holds from now on: slug, title, text and, where it is not the month's, the date."""
        made = [
            ITEM.format(
                outlet=outlet, slug=self.slug(slug), title=title, text=text, date=(date or [self.day])[0]
            )
            for slug, title, text, *date in items
        ]
        self.feeds.bodies[f"/{outlet}.xml"] = FEED.format(outlet=outlet, items="".join(made)).encode()

    def begin(self):
        self.show(
            "nhandan",
            (
                "a",
                "Hậu Giang triển khai Nghị quyết số 42-NQ/TW ngày 24/11/2023",
                f"Tỉnh tổ chức học tập, tháng {self.month}.",
            ),
            (
                "b",
                "Hậu Giang quán triệt Nghị quyết số 29-NQ/TW",
                f"Đảng viên toàn tỉnh học tập, tháng {self.month}.",
            ),
            (self.first, "Bản tin", self.text),
            (self.again, "Bản tin đăng lại", self.text),
            ("d", "Không rõ ngày", f"Tin ngắn {self.month}.", "hôm qua"),
        )
        self.show("vov", ("e", "Thời sự sáng", self.text))
        assert self.run("ingest").returncode == 0
        self.before = {row["id"] for row in answer(self, "corrections", "list")}

    def corrections(self):
        """Those of this test."""
        return [row for row in answer(self, "corrections", "list") if row["id"] not in self.before]


MONTHS = ["", "Jan", "Feb", "Mar", "Apr", "May", "Jun"]
months = iter(range(1, len(MONTHS)))


@pytest.fixture(scope="module")
def up(shared_up):
    return shared_up(["nhandan", "vov"])


@pytest.fixture
def lantoa(up):
    town = Town(*up, next(months))
    town.begin()
    return town


def answer(lantoa, *arguments):
    ran = lantoa(*arguments, "--format", "json")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def items_by_resolution(lantoa):
    found = answer(lantoa, "tallies", "--period", lantoa.period, "--by", "resolution")
    return {row["resolution"]: row["items"] for row in found["rows"]}, found["totals"]


def test_one_decision_merges_all_that_two_sources_show_alike(lantoa):
    """The first one, as the documents of other months are alike too."""
    text = lantoa.text
    again = [(f"g{n}", f"Bản tin {n}", text.replace("nội dung", f"nội dung số {n} thứ")) for n in range(3)]
    lantoa.show("nhandan", *again, *((f"{slug}-lai", title, text) for slug, title, text in again))
    assert lantoa("ingest").returncode == 0
    _, totals = items_by_resolution(lantoa)
    merged = lantoa(
        "correct", lantoa.url(lantoa.again), "--same-as", lantoa.url(lantoa.first), "--and-alike",
        "--because", "đăng hai lần",
    )  # fmt: skip
    assert merged.returncode == 0, merged.stderr
    assert items_by_resolution(lantoa)[1]["items"] == totals["items"] - 4
    listed = lantoa.corrections()
    assert [row["because"] for row in listed] == ["đăng hai lần"] * 4
    assert "duplicate" not in {row["kind"] for row in answer(lantoa, "review", "--period", lantoa.period)}
    back = lantoa("corrections", "withdraw", listed[0]["id"], "--because", "thử")
    assert back.returncode == 0, back.stderr
    assert items_by_resolution(lantoa)[1]["items"] == totals["items"] - 3
    alone = lantoa("correct", lantoa.url(lantoa.first), "--out-of-scope", "--and-alike", "--because", "thử")
    assert (alone.returncode, "--same-as" in alone.stderr) == (2, True)


def mistakes(lantoa):
    return [
        (("correct", lantoa.url("a"), "--because", "x"), "Nothing is corrected"),
        (("correct", "khong-co", "--form", "video", "--because", "x"), "No item has the id"),
        (("correct", lantoa.url("a"), "--form", "phim", "--because", "x"), "Expected one of"),
        (("correct", lantoa.url("a"), "--resolutions", "NQ-999", "--because", "x"), "The catalogue has no"),
        (("correct", lantoa.url("a"), "--published", "hôm qua", "--because", "x"), "is not a day"),
        (("correct", lantoa.url("a"), "--same-as", lantoa.url("a"), "--because", "x"), "copy of itself"),
        (("corrections", "withdraw", "khong-co", "--because", "x"), "There is no correction"),
        (("report", "changes"), "no report has been frozen yet"),
        (("why", "test|20x4|"), "is not a period"),
        (("why", "other|2024|"), "is a cell of"),
        (("tallies", "--period", lantoa.period, "--by", "huyen"), "is not known"),
    ]  # fmt: skip


def test_bad_input_is_said_and_changes_nothing(lantoa):
    """Before a report is frozen below."""
    before = items_by_resolution(lantoa)
    for arguments, says in mistakes(lantoa):
        ran = lantoa(*arguments)
        assert (ran.returncode, says in ran.stderr, "Traceback" in ran.stderr) == (2, True, False), ran
    assert items_by_resolution(lantoa) == before


def test_a_decision_counts_stands_and_can_be_taken_back(lantoa):
    rows, totals = items_by_resolution(lantoa)
    assert totals["stories"] == totals["items"] - 2  # c, c2 and e are one story
    waiting = answer(lantoa, "review", "--period", lantoa.period)
    kinds = {(row["kind"], row["title"]) for row in waiting}
    assert ("ambiguous", "Hậu Giang quán triệt Nghị quyết số 29-NQ/TW") in kinds
    assert ("duplicate", "Bản tin đăng lại") in kinds
    (ambiguous,) = (row for row in waiting if row["kind"] == "ambiguous")
    assert "NQ-29-TW-XIII" in ambiguous["candidates"]

    ran = lantoa(
        "correct",
        lantoa.url("b"),
        "--resolutions",
        "NQ-29-TW-XIII",
        "--because",
        "nói về công nghiệp hóa",
    )
    assert ran.returncode == 0, ran.stderr
    after, totals_after = items_by_resolution(lantoa)
    assert after["NQ-29-TW-XIII"] == rows.get("NQ-29-TW-XIII", 0) + 1
    assert after["TW-6-XIII"] == 1
    assert totals_after["waiting"] == totals["waiting"] - 1

    merged = lantoa(
        "correct",
        lantoa.url(lantoa.again),
        "--same-as",
        lantoa.url(lantoa.first),
        "--because",
        "đăng hai lần",
    )
    assert merged.returncode == 0, merged.stderr
    assert items_by_resolution(lantoa)[1]["items"] == totals["items"] - 1

    listed = lantoa.corrections()
    assert [row["fields"] for row in listed] == [
        "resolutions=['NQ-29-TW-XIII']",
        f"same_as={listed[1]['fields'][8:]}",
    ]
    (evidence,) = answer(lantoa, "why", lantoa.url("b"))
    assert [row["because"] for row in evidence["corrections"]] == ["nói về công nghiệp hóa"]
    cell = answer(lantoa, "why", f"test|{lantoa.period}|resolution=TW-6-XIII")
    assert [row["title"] for row in cell["items"]] == ["Hậu Giang quán triệt Nghị quyết số 29-NQ/TW"]
    assert cell["stored"]["items"] == cell["computed"]["items"] == 1

    for row in listed:
        back = lantoa("corrections", "withdraw", row["id"], "--because", "thử")
        assert back.returncode == 0, back.stderr
    assert items_by_resolution(lantoa) == (rows, totals)
    assert lantoa("recount").returncode == 0


def test_a_filed_report_stays_and_says_what_changed(lantoa):
    frozen = lantoa("report", "freeze", "--period", lantoa.period)
    assert frozen.returncode == 0, frozen.stderr
    assert answer(lantoa, "report", "changes")["changes"] == []
    lantoa.show("vov", ("f", "Tin đến muộn về Nghị quyết số 42-NQ/TW ngày 24/11/2023", "Hậu Giang."))
    assert lantoa("ingest").returncode == 0
    assert (
        lantoa("correct", lantoa.url("a"), "--out-of-scope", "--because", "không nói về tỉnh").returncode == 0
    )
    found = answer(lantoa, "report", "changes", "--period", lantoa.period)
    assert {(c["change"], c["because"]) for c in found["changes"]} == {
        ("arrived", "arrived-late"),
        ("gone", "corrected"),
    }
    totals = {row["figure"]: (row["then"], row["now"]) for row in found["totals"]}
    assert totals["items"][0] == totals["items"][1]  # one came, one went
    assert [row["items"] for row in answer(lantoa, "report", "list")] == [totals["items"][0]]


def test_a_changed_programme_is_previewed_applied_and_returned(lantoa):
    """The last one, as the programme stays changed."""
    before = items_by_resolution(lantoa)
    outlets = lantoa.programme.folder / "outlets.yaml"
    entries = yaml.safe_load(outlets.read_text())
    for entry in entries:
        del entry["sources"][0]["in_scope"]
    outlets.write_text(yaml.safe_dump(entries, allow_unicode=True))
    preview = answer(lantoa, "reclassify")
    assert preview["items"]["lost"] > 0
    assert items_by_resolution(lantoa) == before
    assert lantoa("reclassify", "--apply").returncode == 0
    after = items_by_resolution(lantoa)
    total = next(
        c for c in preview["cells"] if c["cell"] == f"test|{lantoa.period}|" and c["figure"] == "items"
    )
    assert (total["before"], total["after"]) == (before[1]["items"], after[1]["items"])
    assert lantoa("reclassify", "--undo").returncode == 0
    assert items_by_resolution(lantoa) == before
