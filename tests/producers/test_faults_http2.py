"""Servers that break HTTP/2 frame by frame: each fault has its reason, and the next question is answered."""

import gzip
import time

import pytest
from fetching import Names, fetch, reason, web_settings
from h2_server import OK, page
from hostile_answers import WELL
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    PushPromiseFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

NAMES = Names(bao_example=["127.0.0.1"])
BOMB = gzip.compress(b" " * (40 << 20))
SETTINGS = SettingsFrame(0, {SettingsFrame.MAX_CONCURRENT_STREAMS: 0})


def frames(*sent):
    """As they are, whatever the protocol says of them."""
    return lambda stream: stream.raw(b"".join(each.serialize() for each in sent))


def over_and_over(make):
    """Until the other side has had enough."""

    def answer(stream):
        while not stream.closing.is_set():
            stream.raw(make(stream).serialize() * 200)

    return answer


def begun(then):
    """Half an answer first."""

    def answer(stream):
        stream.headers([*OK, ("content-length", "1000")])
        stream.data(WELL, end=False)
        then(stream)

    return answer


def interim(stream):
    while not stream.closing.wait(0.01):
        stream.headers([(":status", "103")])


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (begun(lambda stream: stream.reset()), "disconnected"),
        (begun(lambda stream: stream.go_away()), "disconnected"),
        (begun(lambda stream: stream.wire.close()), "disconnected"),
        (begun(lambda _stream: None), "timeout"),
        (begun(lambda stream: stream.data(b"x" * 2000)), "bad-http"),
        (lambda stream: stream.raw(RstStreamFrame(stream.number, 0).serialize()), "disconnected"),
        (frames(GoAwayFrame(0, last_stream_id=0, error_code=0)), "disconnected"),
        (frames(GoAwayFrame(0, last_stream_id=2**31 - 1, error_code=11)), "disconnected"),
        (frames(WindowUpdateFrame(0, 2**31 - 1)), "bad-http"),
        (frames(SettingsFrame(0, {SettingsFrame.MAX_FRAME_SIZE: 1})), "bad-http"),
        (frames(SETTINGS), "timeout"),
        (lambda stream: stream.raw(PushPromiseFrame(stream.number, 2, b"\x82").serialize()), "timeout"),
        (lambda stream: stream.raw(HeadersFrame(stream.number, b"\xff" * 50, flags=["END_HEADERS"]).serialize()), "bad-http"),
        (lambda stream: stream.raw(DataFrame(stream.number, b"x").serialize()), "bad-http"),
        (lambda stream: stream.raw(DataFrame(stream.number + 2, b"x").serialize()), "bad-http"),
        (lambda stream: stream.raw(b"\xff\xff\xff\0\0\0\0\0\1" + b"x" * 1000), "timeout"),
        (over_and_over(lambda _stream: PingFrame(0, b"12345678")), "timeout"),
        (over_and_over(lambda _stream: SettingsFrame(0, {SettingsFrame.INITIAL_WINDOW_SIZE: 9})), "timeout"),
        (begun(over_and_over(lambda stream: DataFrame(stream.number, b""))), "timeout"),
        (interim, "timeout"),
        (page(BOMB, ("content-encoding", "gzip")), "too-large"),
        (page(gzip.compress(BOMB), ("content-encoding", "gzip, gzip")), "unknown-encoding"),
    ],
)  # fmt: skip
def test_frames_that_lie(h2, answer, name):
    h2.answers |= {"/xau": answer, "/tot": page(WELL)}
    began = time.monotonic()
    fault, after = fetch(
        h2.url("/xau"), h2.url("/tot"), resolve=NAMES, settings=web_settings(fetch_timeout=1)
    )
    assert (reason(fault), fault.body) == (name, b"")
    assert (reason(after), after.body) == ("", WELL)
    assert time.monotonic() - began < 30


def test_headers_that_never_end(h2):
    def answer(stream):
        stream.raw(HeadersFrame(stream.number, b"\x82").serialize())
        while not stream.closing.is_set():
            stream.raw(ContinuationFrame(stream.number, b"\0\1x\1y" * 100).serialize())

    h2.answers |= {"/xau": answer, "/tot": page(WELL)}
    fault, after = fetch(
        h2.url("/xau"), h2.url("/tot"), resolve=NAMES, settings=web_settings(fetch_timeout=2)
    )
    assert reason(fault) in {"bad-http", "too-many-headers"}
    assert after.body == WELL


def test_a_connection_that_is_to_end_ends_after_its_answer(h2):
    def last(stream):
        page(WELL)(stream)
        stream.raw(GoAwayFrame(0, last_stream_id=stream.number, error_code=0).serialize())

    h2.answers["/tot"] = last
    found = fetch(*[h2.url("/tot")] * 3, resolve=NAMES)
    assert [(reason(each), each.body) for each in found] == [("", WELL)] * 3
    assert h2.connections == 3


def test_a_question_that_meets_the_end_of_its_connection_is_asked_again(h2):
    """As servers do after a number of questions: the end is said before the last answer."""

    def every_second(stream):
        if stream.number > 3:
            stream.raw(GoAwayFrame(0, last_stream_id=stream.number, error_code=0).serialize())
        page(WELL)(stream)

    h2.answers["/tot"] = every_second
    found = fetch(*[h2.url("/tot")] * 4, resolve=NAMES)
    assert [(reason(each), each.body) for each in found] == [("", WELL)] * 4
    assert h2.connections > 1


def test_a_connection_on_which_nothing_comes_any_more_is_left(h2):
    """As after a router forgot it: whatever is asked on it, nothing comes; on another one everything does."""
    forgotten = []

    def answer(stream):
        if stream.wire in forgotten:
            stream.closing.wait(3)
        else:
            page(WELL)(stream)

    h2.answers |= {"/tot": answer, "/xau": lambda stream: forgotten.append(stream.wire)}
    urls = [h2.url(path) for path in ("/tot", "/xau", "/tot", "/tot")]
    found = fetch(*urls, resolve=NAMES, settings=web_settings(fetch_timeout=1))
    assert [reason(each) for each in found] == ["", "timeout", "", ""]
    assert h2.connections == 2
