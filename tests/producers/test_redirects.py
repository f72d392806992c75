"""Redirects lead anywhere; we follow to public web addresses, a few times, and say where else they led."""

import socket

import pytest
from feed_server import redirect, status
from fetching import Names, fetch, reason, request
from hostile_answers import HEAD, HOST, WELL, endless, names, outlived, raw

TO = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
METADATA = "169.254.169.254"


class AsWritten(Names):
    """The hosts of the tests, and addresses written as numbers, read as the system's resolver reads them."""

    async def __call__(self, host, port):
        try:
            self._answers.setdefault(host, [socket.inet_ntoa(socket.inet_aton(host))])
        except OSError:
            if ":" in host:
                self._answers.setdefault(host, [host])
        return await super().__call__(host, port)


def as_written():
    return AsWritten(**{HOST.replace(".", "_"): ["127.0.0.1"], "bao-tot_example": ["127.0.0.1"]})


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (redirect("/xau"), "redirect-loop"),
        (redirect("/xau#muc-2"), "redirect-loop"),
        (redirect(""), "redirect-loop"),
        (redirect("?"), "redirect-loop"),
        (status(302), "http-302"),
        (status(300), "http-300"),
        (status(304, Location="/tot"), "http-304"),
        (status(305, Location="/tot"), "http-305"),
        (raw(TO % (b"/" + b"a" * 3000)), "bad-address"),
        (raw(TO % b"http://vov.vn:abc/"), "bad-address"),
        (raw(TO % b"http://vov.vn:99999999/"), "bad-port"),
        (raw(TO % b"http://[::1/"), "bad-address"),
        (raw(TO % b"https:///x"), "bad-address"),
        (raw(TO % b"javascript:alert(1)"), "bad-address"),
        (redirect("data:text/html,x"), "bad-address"),
        (redirect("file:///etc/passwd"), "bad-address"),
        (redirect("http://a:b@vov.vn/"), "bad-address"),
        (redirect("http://vov.vn\\@127.0.0.1/"), "bad-address"),
        (redirect("http://vov.vn:22/"), "bad-port"),
        (redirect(f"http://{METADATA}/latest/meta-data"), "private-address"),
        (redirect(f"//{METADATA}/latest/meta-data"), "private-address"),
        (redirect(f"http://[::ffff:{METADATA}]/"), "private-address"),
        (redirect("http://2852039166/"), "private-address"),
        (redirect("http://0xA9FEA9FE/"), "private-address"),
        (redirect("http://10.1/"), "private-address"),
        (redirect("http://0/"), "private-address"),
        (redirect("http://0251.0376.0251.0376/"), "bad-address"),
        (redirect("http://localhost.localdomain./"), "dns"),
        (raw(TO % "http://báo-không-có.example/".encode()), "dns"),
    ],
)
def test_where_no_redirect_may_lead(server, answer, name):
    found = outlived(server, answer, resolve=as_written())
    assert (reason(found), found.body) == (name, b"")
    assert len(server.times("/xau")) == (6 if name == "redirect-loop" else 1)


@pytest.mark.parametrize(
    "answer",
    [
        redirect("/tot"),
        redirect("tot"),
        redirect("  ./tot#muc "),
        raw(TO % b"/tot" + b"HTTP/1.1 200 OK\r\n\r\nthua"),
        raw(HEAD.replace(b"200 OK", b"307 Temporary Redirect") + b"Location: tot\r\n\r\n" + WELL * 5000),
        endless(HEAD.replace(b"200 OK", b"301 Moved") + b"Location: tot\r\n\r\n", b"\0" * 65_536),
        endless(HEAD.replace(b"200 OK", b"308 Moved") + b"Location: tot\r\n\r\n", b"\0", pause=0.05),
    ],
)
def test_what_else_a_redirect_says_is_not_waited_for(server, answer):
    found = outlived(server, answer, fetch_timeout=4)
    assert (reason(found), found.body, len(found.redirects)) == ("", WELL, 1), found.error


def test_an_address_in_vietnamese_is_sent_on_as_it_is_meant(server):
    server.answers |= {
        "/a": raw(TO % "/tin/đảng-bộ hậu-giang.html".encode()),
        "/tin/%C4%91%E1%BA%A3ng-b%E1%BB%99%20h%E1%BA%ADu-giang.html": WELL,
    }
    (found,) = fetch(server.url("/a"))
    assert (reason(found), found.body) == ("", WELL)


def test_robots_of_every_host_on_the_way_is_asked(server):
    hosts = ("bao.example", "m.bao.example", "cdn.example")
    server.answers |= {
        "/robots.txt": lambda handler: handler.send(
            b"User-agent: *\nDisallow: /c" if "cdn" in handler.headers["Host"] else b""
        ),
        "/a": redirect(server.url("/b", hosts[1])),
        "/b": redirect(server.url("/c", hosts[2])),
        "/c": WELL,
    }
    resolve = names(**dict.fromkeys(hosts, "127.0.0.1"))
    (found,) = fetch(request(server.url("/a", hosts[0])), resolve=resolve)
    assert (reason(found), len(found.redirects)) == ("robots", 2)
    assert [asked.path for asked in server.asked] == ["/robots.txt", "/a", "/robots.txt", "/b", "/robots.txt"]
    assert server.times("/c") == []
