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
        "probability",
        "candidates",
    }
    assert mention["candidates"][0] == {"id": "NQ-42-TW-XIII", "probability": mention["probability"]}
    assert 0.5 < mention["probability"] <= 1
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


def test_candidates_stand_in_the_order_of_their_probability():
    titles = ("Nghị quyết số 18-NQ/TW", "Nghị quyết 128/NQ-CP", "Nghị quyết số 29-NQ/TW ngày 17/11/2022")
    lines = [{"title": title} for title in titles]
    ran = classify("--jsonl", "-", text="".join(json.dumps(line) + "\n" for line in lines))
    waits, states, outright = (json.loads(line)["mentions"][0] for line in ran.stdout.splitlines())
    probabilities = [each["probability"] for each in waits["candidates"]]
    assert {each["id"] for each in waits["candidates"]} == {
        "NQ-18-TW-XII",
        "NQ-18-TW-XIII",
        "NQ-18-TW-XIV",
    }
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0 < sum(probabilities) < 1.001
    assert waits["probability"] == probabilities[0]
    assert (states["probability"], states["candidates"]) == (0.0, [])
    assert outright["candidates"] == [{"id": "NQ-29-TW-XIII", "probability": 1.0}]
    assert outright["probability"] == 1.0


def test_the_day_of_a_text_can_be_stated(tmp_path):
    article = tmp_path / "bai.txt"
    article.write_text("Nghị quyết số 10-NQ/TW\n")
    stated = classify(str(article), "--published", "2026-08-10", text="")
    assert (stated.returncode, "NQ-10-TW-XIV" in stated.stdout) == (0, True), stated.stderr
    assert "NQ-10-TW-XIV (linked)" not in classify(str(article), "--published", "2018-08-10", text="").stdout
    for written in ("hôm qua", "1066-01-01"):
        wrong = classify(str(article), "--published", written, text="")
        assert (wrong.returncode, "2025-03-14" in wrong.stderr) == (2, True)


CLIPPINGS = """\
text;published;right
"Quán triệt Nghị quyết số 29-NQ/TW ngày 17/11/2022; rất tốt";14/05/2024;NQ-29-TW-XIII
Quán triệt Nghị quyết số 18-NQ/TW;;NQ-18-TW-XII
Quán triệt Nghị quyết số 42-NQ/TW khóa XIII;2024-05-14;
"""


def test_an_office_scores_its_own_clippings(tmp_path):
    file = tmp_path / "bài.csv"
    file.write_text(CLIPPINGS, "utf-8-sig")
    ran = classify("--score", str(file), "--format", "json", text="")
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert (found["right"], found["wrong"], found["missed"], found["missed_waiting"]) == (1, 1, 1, 1)
    assert (found["precision"], found["recall"], found["linked_or_waiting"]) == (0.5, 0.5, 1.0)
    assert found["recall_interval"][0] < 0.5 < found["recall_interval"][1]
    assert [(each["line"], each["difference"]) for each in found["differences"]] == [
        (3, "waits"),
        (4, "wrong"),
    ]
    table = classify(str(file), "--score", text="")
    assert "line 3 · waits · NQ-18-TW-XII · “Nghị quyết số 18-NQ/TW”" in table.stdout
    rows = classify("--score", "-", "--format", "csv", text=CLIPPINGS)
    assert (
        rows.stdout.splitlines()[0] == "line,difference,document,words,probability,candidates,because,title"
    )
    assert len(rows.stdout.splitlines()) == 3


def test_a_file_that_cannot_be_scored_says_what_to_do(tmp_path):
    for arguments, said in [
        ((str(tmp_path / "không có.csv"),), "cannot be read"),
        (("-", "--jsonl"), "Choose one"),
        (("-", "--published", "2024-05-14"), "each line states its own"),
        (("-",), "no column right"),
    ]:
        ran = classify("--score", *arguments, text="text,published\na,\n")
        assert (ran.returncode, ran.stdout) == (2, ""), arguments
        assert said in " ".join(ran.stderr.split())
    assert classify("-", "--format", "json", text="").returncode == 2
