"""A dashboard without accounts opens to the owner of the machine, who has the secret; and what others try."""

import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from lantoa.runtime.owner_secret import FILE, SecretFile
from lantoa.web.app import make_app
from tests.access.test_routes import DECLARED
from tests.serving import serving

OPEN = {"/language/{chosen}"}
PROXIES = [
    "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Server",
    "X-Forwarded-Prefix", "X-Forwarded-Anything", "X-Real-IP", "Via", "CF-Connecting-IP", "CF-Ray", "CF-IPCountry", "CDN-Loop",
    "True-Client-IP", "X-Original-URL", "X-Original-Forwarded-For", "X-Client-IP", "X-Cluster-Client-IP", "Fastly-Client-IP",
    "X-ProxyUser-Ip", "Forwarded-For", "X_Forwarded_For", "Client-IP", "X-Envoy-External-Address", "X-Amzn-Trace-Id",
    "X-Azure-ClientIP", "Fly-Client-IP", "Tailscale-User-Login", "X-Remote-User", "Front-End-Https", "X-Scheme",
]  # fmt: skip


@pytest.fixture
def database_url(tmp_path):
    """What is tried here is the same on both databases."""
    return f"sqlite:///{tmp_path / 'lantoa.db'}"


@pytest.fixture
def secret(settings):
    return SecretFile.of(settings)


@pytest.fixture
def door(settings, engine, programme):
    """The address of a dashboard of this machine."""
    with serving(make_app(settings, engine, programme)) as address:
        yield address


@pytest.fixture
def stranger(door):
    with httpx.Client(base_url=door, timeout=30) as client:
        yield client


def test_nobody_comes_in_without_it_wherever_he_asks(stranger):
    let_in = []
    for method, path in DECLARED:
        answer = stranger.request(method, path.replace("{", "").replace("}", ""))
        if answer.status_code not in {401, 403} and path not in OPEN:
            let_in.append((method, path, answer.status_code))
    assert let_in == []


def test_the_refusal_says_what_to_do(stranger):
    page = stranger.get("/items?period=2024")
    assert page.status_code == 403
    assert "lantoa open" in page.text
    told = stranger.get("/api/v1/items")
    assert (told.status_code, told.headers["content-type"]) == (401, "application/problem+json")
    assert told.headers["www-authenticate"] == "Bearer"
    assert "lantoa open" in told.json()["detail"]
    assert FILE in told.json()["detail"]


def test_the_first_visit_leaves_a_cookie_and_plain_addresses_work_after_it(stranger, secret):
    first = stranger.get(
        "/items", params={"period": "2024", "secret": secret.current().value, "q": "học tập"}
    )
    assert (first.status_code, first.headers["location"]) == (
        303,
        "/items?period=2024&q=h%E1%BB%8Dc+t%E1%BA%ADp",
    )
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=" in cookie
    assert secret.current().value not in cookie
    assert stranger.get("/items?period=2024").status_code == 200
    assert stranger.get("/audit").status_code == 200


@pytest.mark.parametrize("shown", ["", "x", "á", "0" * 32, "SECRET", "COOKIE"])
def test_what_is_not_the_secret_opens_nothing(stranger, secret, shown):
    known = secret.current()
    shown = {"SECRET": known.value[:-1], "COOKIE": known.cookie}.get(shown, shown)
    assert stranger.get("/", params={"secret": shown}).status_code == 403
    stranger.cookies.set(known.cookie_name, "x" if shown == known.cookie else shown.encode().hex())
    assert stranger.get("/").status_code == 403


def test_a_secret_leads_to_no_other_site(door, secret):
    at = urlsplit(door)
    with socket.create_connection((at.hostname, at.port), 10) as connection:
        path = f"//evil.example/?secret={secret.current().value}"
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {at.netloc}\r\n\r\n".encode())
        assert b"\r\nlocation: /\r\n" in connection.recv(4096)


def test_programs_of_the_same_user_send_the_secret_itself(stranger, secret):
    headers = {"authorization": f"Bearer {secret.current().value}"}
    assert stranger.get("/api/v1/health", headers=headers).status_code == 200
    assert stranger.get("/feeds/all.atom", headers=headers).status_code == 200
    assert stranger.get("/items", headers=headers).status_code == 403
    assert stranger.get("/api/v1/health", headers={"authorization": "Bearer x"}).status_code == 401


def test_another_secret_ends_what_the_old_one_opened(browser, secret):
    assert browser.get("/").status_code == 200
    old = secret.current()
    new = SecretFile(secret.path).renew()
    assert new.value != old.value
    assert browser.get("/").status_code == 403
    assert browser.get("/", params={"secret": old.value}).status_code == 403
    assert browser.get("/", params={"secret": new.value}).status_code == 303
    assert browser.get("/").status_code == 200


def test_two_dashboards_of_one_data_folder_share_it(browser, settings, engine, programme):
    with serving(make_app(settings, engine, programme)) as other:
        assert httpx.get(other, cookies=dict(browser.cookies)).status_code == 200


def test_with_accounts_it_has_no_power(visitor, settings, secret):
    known = secret.current()
    client = visitor()
    assert client.get("/", params={"secret": known.value}).headers["location"].startswith("/login")
    client.cookies.set(known.cookie_name, known.cookie)
    assert client.get("/").status_code == 303
    headers = {"authorization": f"Bearer {known.value}"}
    assert client.get("/api/v1/health", headers=headers).status_code == 401


def test_its_file_is_the_owners_alone_and_made_once(tmp_path):
    path = tmp_path / "mới" / FILE
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: SecretFile(path).current().value, range(24)))
    assert found == {path.read_text().strip()}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [FILE]
    path.write_text("")
    assert len(SecretFile(path).current().value) >= 32  # what was cut short lets nobody in


@pytest.mark.parametrize("header", PROXIES)
def test_any_sign_of_a_proxy_is_refused(browser, header):
    answer = browser.get("/", headers={header: "10.0.0.1"})
    assert answer.status_code == 403
    assert "--login" in answer.text
    assert browser.get("/api/v1/health", headers={header: "x"}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://cong-khai.example", "sec-fetch-site": "same-origin"}, 403),  # nginx before us
        ({"referer": "https://cong-khai.example/reports", "sec-fetch-site": "same-origin"}, 403),
        ({"referer": "https://cong-khai.example/reports"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://[bad", "sec-fetch-site": "none"}, 403),
        ({"origin": "HTTPS", "sec-fetch-site": "same-origin"}, 403),
        ({"origin": "SELF", "sec-fetch-site": "same-origin"}, 303),
        ({"referer": "SELF/reports", "sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "none"}, 303),
        ({}, 303),
    ],
)
def test_on_this_machine_the_page_that_sends_is_one_of_ours(browser, headers, status):
    own = str(browser.base_url).rstrip("/")
    sent = {
        name: value.replace("SELF", own).replace("HTTPS", own.replace("http", "https"))
        for name, value in headers.items()
    }
    assert browser.post("/reports/freeze", data={"period": "2024"}, headers=sent).status_code == status


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    ("path", "more", "status"),
    [
        ("/items", {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, 200),
        ("/items", {"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}, 403),
        ("/items", {"sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}, 403),
        ("/items", {"sec-fetch-mode": "cors", "sec-fetch-dest": "empty"}, 403),
        ("/items", {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-purpose": "prefetch"}, 403),
        ("/items", {}, 403),
        ("/reports/preview?period=2024", {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, 403),
        ("/reports/1/file.pdf", {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, 403),
        ("/metrics", {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, 403),
    ],
)  # fmt: skip
def test_other_sites_may_only_link_here(browser, site, path, more, status):
    assert browser.get(path, headers={"sec-fetch-site": site, **more}).status_code == status


@pytest.mark.parametrize("host", ["x/login?", "x/static/?", "x/login#", "127.0.0.1/login?"])
def test_a_host_header_is_no_path(address, host):
    at = urlsplit(address)
    with socket.create_connection((at.hostname, at.port), 10) as connection:
        connection.sendall(f"GET /audit HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        status = connection.recv(100).split(b" ")[1]
    assert status in {b"303", b"400"}


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("SELF/items?q=a", "/items?q=a"), ("SELF", "/"), ("SELF//evil.example/", "/"), ("SELF/\\evil.example", "/"),
        ("https://evil.example/items", "/"), ("http://[bad", "/"), ("", "/"), ("//evil.example", "/"),
    ],
)  # fmt: skip
def test_choosing_a_language_leads_to_no_other_site(browser, back, to):
    own = str(browser.base_url).rstrip("/")
    answer = browser.get("/language/vi", headers={"referer": back.replace("SELF", own)})
    assert (answer.status_code, answer.headers["location"]) == (303, to)
