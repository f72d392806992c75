"""Markup that nobody closed costs time in proportion to its length."""

import time

import pytest

from producers.parse.article import charset


@pytest.mark.parametrize(
    "unit", ["<script ", "<style>", "<script></style>", "<", "</script>", "<SCRIPT>x</script x"]
)
def test_four_times_the_markup_takes_some_four_times_as_long(unit):
    def seconds(length):
        text = (unit * length)[:length]
        began = time.process_time()
        charset._legacy(text)
        return time.process_time() - began

    seconds(1_000)
    assert seconds(80_000) < 12 * seconds(20_000) + 0.1


def test_scripts_are_not_seen():
    html = "Một<script>x</script>hai<style>y</STYLE >ba<script>bốn"
    assert charset._without_scripts(html) == "Một hai ba<script>bốn"
