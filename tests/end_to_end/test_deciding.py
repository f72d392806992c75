"""What a liaison decides from a terminal, and what the office files: each command a process of its own."""

import json

import pytest
import yaml

FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{outlet}</title>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>https://{outlet}.vn/{slug}</link><guid>{slug}</guid>
<pubDate>{date}</pubDate><description>{text}</description></item>"""
TEXT = " ".join(f"Đảng bộ tỉnh học tập nội dung thứ {n} tại hội trường." for n in range(8))


def feed(outlet, *items):
    made = [
        ITEM.format(outlet=outlet, slug=s, title=title, text=text, date=date)
        for s, title, text, date in items
    ]
    return FEED.format(outlet=outlet, items="".join(made)).encode()


MAY = "Tue, 14 May 2024 08:00:00 +0700"
NHANDAN = feed(
    "nhandan",
    ("a", "Hậu Giang triển khai Nghị quyết số 42-NQ/TW ngày 24/11/2023", "Tỉnh tổ chức học tập.", MAY),
    ("b", "Hậu Giang quán triệt Nghị quyết số 29-NQ/TW", "Đảng viên toàn tỉnh học tập.", MAY),
    ("c", "Bản tin", TEXT, MAY),
    ("c2", "Bản tin đăng lại", TEXT, MAY),
    ("d", "Không rõ ngày", "Tin ngắn.", "hôm qua"),
)
VOV = feed("vov", ("e", "Thời sự sáng", TEXT, MAY))


@pytest.fixture
def lantoa(make_programme, run_beside_up, feeds):
    programme = make_programme(["nhandan", "vov"])
    feeds.bodies = {"/nhandan.xml": NHANDAN, "/vov.xml": VOV}
    return run_beside_up(programme)


def answer(lantoa, *arguments):
    ran = lantoa(*arguments, "--format", "json")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def items_by_resolution(lantoa):
    found = answer(lantoa, "tallies", "--period", "2024", "--by", "resolution")
    return {row["resolution"]: row["items"] for row in found["rows"]}, found["totals"]


def test_a_decision_counts_stands_and_can_be_taken_back(lantoa):
    rows, totals = items_by_resolution(lantoa)
    assert totals["stories"] == totals["items"] - 2  # c, c2 and e are one story
    waiting = answer(lantoa, "review", "--period", "2024")
    kinds = {(row["kind"], row["title"]) for row in waiting}
    assert ("ambiguous", "Hậu Giang quán triệt Nghị quyết số 29-NQ/TW") in kinds
    assert ("duplicate", "Bản tin đăng lại") in kinds
    (ambiguous,) = (row for row in waiting if row["kind"] == "ambiguous")
    assert "NQ-29-TW-XIII" in ambiguous["candidates"]

    ran = lantoa(
        "correct",
        "https://nhandan.vn/b",
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
        "correct", "https://nhandan.vn/c2", "--same-as", "https://nhandan.vn/c", "--because", "đăng hai lần"
    )
    assert merged.returncode == 0, merged.stderr
    assert items_by_resolution(lantoa)[1]["items"] == totals["items"] - 1

    listed = answer(lantoa, "corrections", "list")
    assert [row["decided"] for row in listed] == [
        "resolutions=['NQ-29-TW-XIII']",
        f"same_as={listed[1]['decided'][8:]}",
    ]
    (evidence,) = answer(lantoa, "why", "https://nhandan.vn/b")
    assert [row["because"] for row in evidence["corrections"]] == ["nói về công nghiệp hóa"]
    cell = answer(lantoa, "why", "test|2024|resolution=TW-6-XIII")
    assert [row["title"] for row in cell["items"]] == ["Hậu Giang quán triệt Nghị quyết số 29-NQ/TW"]
    assert cell["stored"]["items"] == cell["computed"]["items"] == 1

    for row in listed:
        back = lantoa("corrections", "withdraw", row["id"], "--because", "thử")
        assert back.returncode == 0, back.stderr
    assert items_by_resolution(lantoa) == (rows, totals)
    assert lantoa("recount").returncode == 0


def test_one_decision_merges_all_that_two_sources_show_alike(lantoa, feeds):
    again = [(f"g{n}", f"Bản tin {n}", TEXT.replace("thứ", f"số {n} thứ"), MAY) for n in range(3)]
    twice = [(f"{slug}-lai", title, text, date) for slug, title, text, date in again]
    feeds.bodies["/nhandan.xml"] = feed("nhandan", *again, *twice)
    assert lantoa("ingest").returncode == 0
    _, totals = items_by_resolution(lantoa)
    merged = lantoa(
        "correct", "https://nhandan.vn/c2", "--same-as", "https://nhandan.vn/c", "--and-alike",
        "--because", "đăng hai lần",
    )  # fmt: skip
    assert merged.returncode == 0, merged.stderr
    assert items_by_resolution(lantoa)[1]["items"] == totals["items"] - 4
    listed = answer(lantoa, "corrections", "list")
    assert [row["because"] for row in listed] == ["đăng hai lần"] * 4
    assert "duplicate" not in {row["kind"] for row in answer(lantoa, "review", "--period", "2024")}
    back = lantoa("corrections", "withdraw", listed[0]["id"], "--because", "thử")
    assert back.returncode == 0, back.stderr
    assert items_by_resolution(lantoa)[1]["items"] == totals["items"] - 3
    alone = lantoa("correct", "https://nhandan.vn/c", "--out-of-scope", "--and-alike", "--because", "thử")
    assert (alone.returncode, "--same-as" in alone.stderr) == (2, True)


def test_a_filed_report_stays_and_says_what_changed(lantoa, feeds):
    frozen = lantoa("report", "freeze", "--period", "2024")
    assert frozen.returncode == 0, frozen.stderr
    assert answer(lantoa, "report", "changes")["changes"] == []
    late = feed("vov", ("f", "Tin đến muộn về Nghị quyết số 42-NQ/TW ngày 24/11/2023", "Hậu Giang.", MAY))
    feeds.bodies["/vov.xml"] = late
    assert lantoa("ingest").returncode == 0
    assert (
        lantoa(
            "correct", "https://nhandan.vn/a", "--out-of-scope", "--because", "không nói về tỉnh"
        ).returncode
        == 0
    )
    found = answer(lantoa, "report", "changes", "--period", "2024")
    assert {(c["change"], c["because"]) for c in found["changes"]} == {
        ("arrived", "arrived-late"),
        ("gone", "corrected"),
    }
    totals = {row["figure"]: (row["then"], row["now"]) for row in found["totals"]}
    assert totals["items"][0] == totals["items"][1]  # one came, one went
    assert [row["items"] for row in answer(lantoa, "report", "list")] == [totals["items"][0]]


def test_a_changed_programme_is_previewed_applied_and_returned(lantoa):
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
    total = next(c for c in preview["cells"] if c["cell"] == "test|2024|" and c["figure"] == "items")
    assert (total["before"], total["after"]) == (before[1]["items"], after[1]["items"])
    assert lantoa("reclassify", "--undo").returncode == 0
    assert items_by_resolution(lantoa) == before


MISTAKES = [
        (("correct", "https://nhandan.vn/a", "--because", "x"), "Nothing is corrected"),
        (("correct", "khong-co", "--form", "video", "--because", "x"), "No item has the id"),
        (("correct", "https://nhandan.vn/a", "--form", "phim", "--because", "x"), "Expected one of"),
        (("correct", "https://nhandan.vn/a", "--resolutions", "NQ-999", "--because", "x"), "The catalogue has no"),
        (("correct", "https://nhandan.vn/a", "--published", "hôm qua", "--because", "x"), "is not a day"),
        (("correct", "https://nhandan.vn/a", "--same-as", "https://nhandan.vn/a", "--because", "x"), "copy of itself"),
        (("corrections", "withdraw", "khong-co", "--because", "x"), "There is no decision"),
        (("report", "changes"), "no report has been frozen yet"),
        (("why", "test|20x4|"), "is not a period"),
        (("why", "other|2024|"), "is a cell of"),
        (("tallies", "--period", "2024", "--by", "huyen"), "is not known"),
    ]  # fmt: skip


def test_bad_input_is_said_and_changes_nothing(lantoa):
    before = items_by_resolution(lantoa)
    for arguments, says in MISTAKES:
        ran = lantoa(*arguments)
        assert (ran.returncode, says in ran.stderr, "Traceback" in ran.stderr) == (2, True, False), ran
    assert items_by_resolution(lantoa) == before
