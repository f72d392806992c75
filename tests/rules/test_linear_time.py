"""The time that linking takes grows with the size of a text and not faster, whatever the text is."""

import os
import subprocess
import sys
import time

import pytest

from config.catalogue import load_catalogue
from models.messages.limits import MOST_MENTIONS
from stream_apps.rules.link import Linker

MEGABYTE = 1_000_000
LARGE = {
    "key words": "nghị quyết ",
    "digits": "1234567890",
    "nested parentheses": "(",
    "combining marks": "\u0301\u0323",
    "terms": "khóa ",
    "symbols without a number": "NQ/TW",
    "capitals": "Quyết ",
    "one list": "1, 2, 3, ",
    "no-break spaces": "\u00a0",
}
SMALL = {
    "parentheses behind key words": "nghị quyết (((",
    "marks behind key words": "nghị quyết a\u0301\u0323",
    "numbers": "Nghị quyết 29 và ",
    "bare numbers": "Nghị quyết 57, ",
    "numbers of many terms": "".join(f"Nghị quyết số {n}-NQ/TW. " for n in range(1, 150)),
    "symbols": "29-NQ/TW, ",
    "lists": "nghị quyết 18, 19, ",
    "plenums": "Nghị quyết Trung ương 4 khóa XI, ",
    "plenums in a list": "Nghị quyết Trung ương 1, 2, 3, ",
    "congresses": "Nghị quyết Đại hội XIII, ",
    "plenums at one head": "Nghị quyết Trung ương 4 khóa XI, Trung ương 5, Trung ương 6 và Trung ương 7 khóa XII, ",
    "one head for all": "Trung ương 5, Trung ương 6 và Trung ương 7, ",
    "congresses at one head": "Đại hội Đảng bộ tỉnh lần thứ XIV, Đại hội XIII của Đảng, ",
    "congresses by number alone": "Nghị quyết Đại hội XI. Đại hội Đảng bộ tỉnh một hai ba lần thứ XI. ",
    "kinds of documents": "nghị quyết, kết luận, chỉ thị, văn kiện, quy định ",
    "symbols turned round": "NQ/TW số 29, 29/NQ-TW, 11-NQ/TW/2017 ",
    "bodies behind a subject": "nghị quyết về công tác của Trung ương của Bộ Chính trị của ",
    "sorts of resolutions": "nghị quyết mới quan trọng này mới ban hành của ",
    "issuers": "Bộ Chính trị ban hành nghị quyết của Bộ Chính trị ",
    "titles": "Nghị quyết về phát triển kinh tế tư nhân ",
    "groups": "bộ tứ trụ cột ",
    "office holders": "Thủ tướng Nguyễn Xuân Phúc, nguyên Chủ tịch nước ",
    "years": "tháng 6/2017, năm 2018, Luật Đất đai 2013 ",
    "spaces": "nq" + " " * 2000,
    "line ends": "nghị\nquyết\n",
    "quotes and dashes": 'nghị quyết "- ',
}
GROWTH, MOST = (
    4,
    8,
)  # four times the text in at most eight times the time: neighbours disturb, squares give sixteen
LEAST_SECONDS = 0.02
MOST_MILLISECONDS = 500.0  # a kilobyte, on a busy machine; a pattern that goes back and forth takes minutes
LONG = os.environ.get("LANTOA_CHAOS") == "1"
LINKER = Linker(load_catalogue())


@pytest.mark.parametrize("unit", LARGE.values(), ids=LARGE)
def test_megabytes_of_nonsense(unit):
    assert_linear(unit, MEGABYTE)


@pytest.mark.parametrize("unit", SMALL.values(), ids=SMALL)
def test_nothing_but_mentions(unit):
    assert_linear(unit, MEGABYTE // 20)


def assert_linear(unit, size):
    """One of three attempts must do: others use the machine too."""
    ratios = []
    for _ in range(3):
        ratios.append(seconds(unit, size * GROWTH) / max(LEAST_SECONDS, seconds(unit, size)))
        if ratios[-1] <= MOST:
            return
    pytest.fail(f"{GROWTH} times the text took {ratios} times the time")


def seconds(unit, size):
    text = "nghị quyết 57, " + unit * (size // len(unit.encode()))
    began = time.process_time()
    LINKER.link("", "", text)
    return time.process_time() - began


def test_texts_of_the_rules_own_vocabulary():
    """In a process of its own: a pattern that goes back and forth for ever fails here, and does not hang the suite.
    `LANTOA_CHAOS=1` (make chaos) tries 100,000 texts."""
    lines = fuzz(14, texts=100_000 if LONG else 150, size=400, most=7_000 if LONG else 20)
    sys.stdout.write(f"texts, and the slowest in milliseconds per kilobyte: {lines[0]}\n")
    assert float(lines[0].split()[1]) < MOST_MILLISECONDS, lines[0]
    grows = [grows_with_its_length(line) for line in lines[1:]]
    assert sum(grows) > len(grows) / 2, lines


@pytest.mark.parametrize("glue", ["cùng với ", "và ", ", ", "cùng ", "với với ", " \n", "hay hoặc "])
def test_a_join_of_any_length(glue):
    text = f"Nghị quyết 18 {glue * 40}x nghị quyết 19. Nghị quyết 18 {glue * 40} nghị quyết 19"
    code = "import sys; from tests.rules.test_linear_time import LINKER; LINKER.link('', '', sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, text], check=True, timeout=100)


def test_what_lies_behind_the_most_mentions_takes_no_time():
    """34,000 of them once became a message of eight megabytes, which no broker took."""
    few, many = (
        LINKER.read("", "", "Bộ Chính trị ban hành Nghị quyết 19-NQ/TW. " * n)
        for n in (MOST_MENTIONS, 40_000)
    )
    assert (len(few.mentions), few.cut) == (MOST_MENTIONS, False)
    assert (len(many.mentions), many.cut) == (MOST_MENTIONS, True)
    assert many.mentions == few.mentions


def fuzz(seed, *, texts, size, most):
    command = [sys.executable, "-m", "tests.rules.vocabulary", *map(str, (seed, texts, size, most))]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=most + 200)
    return done.stdout.splitlines()


def grows_with_its_length(line):
    """Twice the text in at most three times the time, and again: squares give four, and what is worse gives more."""
    once, twice, four_times = (max(LEAST_SECONDS, float(each)) for each in line.split())
    return twice <= 3 * once and four_times <= 3 * twice
