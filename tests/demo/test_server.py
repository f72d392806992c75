from http.client import HTTPConnection

import pytest

from lantoa.demo import FeedServer


@pytest.fixture
def server(world):
    with FeedServer(world) as running:
        yield running


@pytest.fixture
def ask(server):
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)

    def get(path, **headers):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    yield get
    connection.close()


def test_serves_every_feed_of_the_poll(world, ask):
    for path, content in world.feeds_at(0).items():
        status, headers, body = ask(path)
        assert (status, body) == (200, content)
        assert headers["Content-Type"] == "application/xml; charset=utf-8"


def test_an_unchanged_feed_is_not_sent_again(ask):
    tag = ask("/nhandan-home.xml")[1]["ETag"]
    assert ask("/nhandan-home.xml", **{"If-None-Match": tag})[::2] == (304, b"")


def test_another_poll_shows_other_feeds(world, server, ask):
    tag = ask("/nhandan-home.xml")[1]["ETag"]
    server.show(1)
    status, _, body = ask("/nhandan-home.xml", **{"If-None-Match": tag})
    assert (status, body) == (200, world.feeds_at(1)["/nhandan-home.xml"])


def test_anything_else_is_not_found(ask):
    assert ask("/robots.txt")[0] == 404
    assert ask("/../etc/passwd")[0] == 404
