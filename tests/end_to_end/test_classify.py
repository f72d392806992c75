"""`lantoa classify`, as a user types it."""

import json
import os

from tests.command import run_lantoa

LINES = [
    {
        "id": "a",
        "title": "Hậu Giang học tập Nghị quyết số 42-NQ/TW",
        "text": "Hội nghị trực tuyến.",
        "published": "2024-05-14",
    },
    {
        "id": "b",
        "title": "Video: lễ hội",
        "text": "Không nhắc văn bản nào.",
        "outlet": "nhandan",
        "published": "2024-05-14T08:00:00+07:00",
    },
    {"id": "c", "title": "ភាសាខ្មែរ", "text": "ខេត្តហូវយ៉ាង"},
]


def classify(*arguments, text):
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return run_lantoa("classify", *arguments, environment=environment, stdin=text)


def test_each_line_has_its_answer_in_order():
    ran = classify("--jsonl", "-", text="".join(json.dumps(line) + "\n" for line in LINES))
    assert ran.returncode == 0, ran.stderr
    a, b, c = map(json.loads, ran.stdout.splitlines())
    assert [a["id"], b["id"], c["id"]] == ["a", "b", "c"]
    assert a["resolutions"] == ["NQ-42-TW-XIII", "TW-8-XIII"]
    (mention,) = a["mentions"]
    assert LINES[0]["title"][mention["start"] : mention["end"]] == mention["surface"]
    assert mention.keys() == {
        "surface",
        "start",
        "end",
        "zone",
        "resolution",
        "symbol",
        "family",
        "status",
        "rule",
    }
    assert (a["scope"], a["channel"], a["form"], a["language"]) == (True, None, "brief", "vi")
    assert (b["scope"], b["channel"], b["form"], b["mentions"]) == (False, "central_press", "video", [])
    assert c["language"] == "km"


def test_a_line_that_is_no_object_is_answered_and_the_others_go_on():
    ran = classify(
        "--jsonl", "-", text='rubbish\n[1]\n{"id": 1, "published": "hôm qua"}\n{"id": 2, "title": "Tin"}\n'
    )
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 1
    assert ["error" in answer for answer in answers] == [True, True, True, False]
    assert (answers[2]["id"], answers[2]["mentions"]) == (1, [])
    assert answers[3]["id"] == 2
    assert "Traceback" not in ran.stderr


def test_dates_as_outlets_write_them_are_read_too():
    dates = ["Fri, 07 Aug 2026 18:32:44 +07:00", "7/28/2026 4:01:00 PM", "10/08/2026 08:00"]
    lines = [{"title": "Nghị quyết số 10-NQ/TW", "published": text} for text in dates]
    ran = classify("--jsonl", "-", text="".join(json.dumps(line) + "\n" for line in lines))
    assert ran.returncode == 0, ran.stderr
    assert [json.loads(line)["resolutions"] for line in ran.stdout.splitlines()] == [["NQ-10-TW-XIV"]] * 3


def test_a_person_sees_the_words_and_the_reason(tmp_path):
    article = tmp_path / "bai.txt"
    article.write_text("Học tập nghị quyết\nNghị quyết số 29-NQ/TW ngày 17/11/2022 được quán triệt.\n")
    ran = classify(str(article), text="")
    assert ran.returncode == 0, ran.stderr
    assert "NQ-29-TW-XIII" in ran.stdout
    missing = classify(str(tmp_path / "none.txt"), text="")
    assert missing.returncode == 2
    assert "none.txt" in "".join(missing.stderr.split())
