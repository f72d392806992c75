"""The time that linking takes grows with the size of a text and not faster, whatever the text is."""

import time

import pytest

from config.catalogue import load_catalogue
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
    "issuers": "Bộ Chính trị ban hành nghị quyết của Bộ Chính trị ",
    "titles": "Nghị quyết về phát triển kinh tế tư nhân ",
    "groups": "bộ tứ trụ cột ",
    "spaces": "nq" + " " * 2000,
    "line ends": "nghị\nquyết\n",
    "quotes and dashes": 'nghị quyết "- ',
}
GROWTH, MOST = (
    4,
    8,
)  # four times the text in at most eight times the time: neighbours disturb, squares give sixteen
LEAST_SECONDS = 0.02
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
