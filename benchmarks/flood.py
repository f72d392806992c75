"""Ten thousand requests of every kind from strangers to a dashboard: what do they cost, and who has to wait?

`python -m benchmarks.flood [REQUESTS]`. It runs once against a dashboard with accounts, and once against one for this
machine alone. Half of the requests come from one address, the others from two hundred. Meanwhile a reader with an
account, at another address, opens one page after the other.
"""

import asyncio
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote, urlencode

import httpx
import psutil

from benchmarks.counting import BATCH, items
from config.catalogue import load_catalogue
from config.programme import load_programme
from config.settings import SHIPPED_PROGRAMME, Settings, as_environment, load_settings
from models.database import make_engine, migrate
from models.store.batch_writer import Writer

NUMBER, AT_ONCE, ITEMS = 10_000, 60, 5_000
PORT = 18_098
ROUTES = Path(__file__).parents[1] / "tests" / "access" / "routes.tsv"
READER, PASSWORD, READS_FROM = "lan", "một câu dễ nhớ", "127.0.0.2"
PAGE = "/items?period=2020"
READS = 60  # page views before the flood
READ_PAUSE, ANSWER_SECONDS, HALF_SECONDS, LOOK_SECONDS = 0.1, 10.0, 1.0, 0.25
Request = Callable[[random.Random, str, str], bytes]  # makes the bytes of a request from a method and a path


@dataclass
class Seen:
    statuses: Counter[str] = field(default_factory=Counter)
    before: list[float] = field(default_factory=list)
    during: list[float] = field(default_factory=list)
    failed: int = 0  # failed pages of the reader
    memory: list[float] = field(default_factory=list)  # MB
    disk: list[float] = field(default_factory=list)  # MB of the database with its log
    seconds: float = 0.0


def main(number: int = NUMBER) -> None:
    print(f"\nFlood: {number:,} requests of strangers, {AT_ONCE} at once")
    for login in (True, False):
        with tempfile.TemporaryDirectory(prefix="lantoa-bench-") as folder:
            settings = load_settings(
                data_dir=Path(folder), database_url="", kafka_bootstrap_servers="", https=False
            )
            prepare(settings)
            with dashboard(settings, login=login) as (process, address):
                seen = asyncio.run(measure(settings, process.pid, address, number, login=login))
        print_figures("asks for accounts" if login else "for this machine alone", seen)


def prepare(settings: Settings) -> None:
    """Stores some items to read, and an account."""
    engine = make_engine(settings)
    migrate(engine)
    writer, made = Writer(engine, load_programme(SHIPPED_PROGRAMME), load_catalogue()), items(ITEMS)
    for _batch in range(ITEMS // BATCH):
        writer.write([next(made) for _ in range(BATCH)], 0)
    engine.dispose()
    command = [sys.executable, "-m", "lantoa", "users", "add", READER, "--password-stdin"]
    subprocess.run(
        command, env=os.environ | as_environment(settings), input=PASSWORD.encode(), check=True, stderr=subprocess.DEVNULL
    )  # fmt: skip


@contextmanager
def dashboard(settings: Settings, *, login: bool) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Yields the process and the address that it prints, with the token that lets its owner in."""
    command = [
        sys.executable,
        "-m",
        "lantoa",
        "dashboard",
        "--port",
        str(PORT),
        *(["--login"] if login else []),
    ]
    environment = os.environ | as_environment(settings) | {"LANG": "C.UTF-8", "COLUMNS": "500"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    said = ""
    while not (address := re.search(r"http://\S+", said)):
        line = process.stderr.readline()
        assert line, f"the dashboard ended: {said}"
        said += line
    try:
        yield process, address[0].rstrip(".")
    finally:
        process.kill()
        process.communicate()


async def measure(settings: Settings, pid: int, address: str, number: int, *, login: bool) -> Seen:
    seen = Seen()
    transport = httpx.AsyncHTTPTransport(local_address=READS_FROM, retries=20)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{PORT}", transport=transport, timeout=60
    ) as reader:
        await log_in(reader, address, login=login)
        for _ in range(READS):
            await read(reader, seen, seen.before)
        flooding = asyncio.Event()
        flooding.set()
        watching = [asyncio.create_task(keep_reading(reader, seen, flooding)),
                    asyncio.create_task(keep_looking(settings, pid, seen, flooding))]  # fmt: skip
        began = time.monotonic()
        await flood(number, seen)
        seen.seconds = time.monotonic() - began
        flooding.clear()
        await asyncio.gather(*watching)
        look(settings, pid, seen)
    return seen


async def log_in(reader: httpx.AsyncClient, address: str, *, login: bool) -> None:
    while True:
        try:
            await reader.get("/health")
        except httpx.TransportError:
            await asyncio.sleep(0.2)
        else:
            break
    if login:
        answer = await reader.post("/login", data={"name": READER, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
    else:
        await reader.get(address, follow_redirects=True)
    assert (await reader.get(PAGE)).status_code == 200


async def keep_reading(reader: httpx.AsyncClient, seen: Seen, flooding: asyncio.Event) -> None:
    while flooding.is_set():
        await read(reader, seen, seen.during)
        await asyncio.sleep(READ_PAUSE)


async def read(reader: httpx.AsyncClient, seen: Seen, waits: list[float]) -> None:
    began = time.perf_counter()
    try:
        answer = await reader.get(PAGE)
        seen.failed += answer.status_code != 200
    except httpx.TransportError:
        seen.failed += 1
    waits.append(time.perf_counter() - began)


async def keep_looking(settings: Settings, pid: int, seen: Seen, flooding: asyncio.Event) -> None:
    while flooding.is_set():
        look(settings, pid, seen)
        await asyncio.sleep(LOOK_SECONDS)


def look(settings: Settings, pid: int, seen: Seen) -> None:
    top = psutil.Process(pid)
    resident = 0
    for process in (top, *top.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            resident += process.memory_info().rss
    seen.memory.append(resident / 1024**2)
    seen.disk.append(sum(path.stat().st_size for path in settings.data_dir.glob("lantoa.db*")) / 1024**2)


async def flood(number: int, seen: Seen) -> None:
    rng = random.Random(1)
    routes = [line.split("\t")[:2] for line in ROUTES.read_text().splitlines()[1:]]
    open_at_once = asyncio.Semaphore(AT_ONCE)

    async def one(kind: str, words: bytes, source: str) -> None:
        async with open_at_once:
            patience = HALF_SECONDS if kind == HALF else ANSWER_SECONDS
            seen.statuses[f"{kind}: {await answer_to(words, source, patience)}"] += 1

    def made() -> Iterator[tuple[str, bytes, str]]:
        for index in range(number):
            kind = list(KINDS)[index % len(KINDS)]
            method, path = rng.choice(routes)
            filled = re.sub(r"\{.*?\}", lambda _: quote(rng.choice(["1", "x", "../..", "ế" * 9])), path)
            source = "127.0.0.1" if index % 2 else f"127.0.1.{rng.randrange(1, 201)}"
            yield kind, KINDS[kind](rng, method, filled), source

    async with asyncio.TaskGroup() as tasks:
        for kind, words, source in made():
            await open_at_once.acquire()
            open_at_once.release()
            tasks.create_task(one(kind, words, source))


async def answer_to(words: bytes, source: str, patience: float) -> str:
    """Returns the status, or how the connection ended."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT, local_addr=(source, 0))
    except OSError:
        return "no connection"
    try:
        writer.write(words)
        await writer.drain()
        line = await asyncio.wait_for(reader.readline(), patience)
        return line.split()[1].decode() if line.startswith(b"HTTP/") else "closed"
    except TimeoutError:
        return "no answer"
    except (OSError, ValueError):
        return "closed"
    finally:
        writer.transport.abort()


def http(method: str, path: str, *headers: str, body: bytes = b"") -> bytes:
    named = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{PORT}", *headers]
    if body:
        named.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*named, "", ""]).encode() + body


def wrong_password(rng: random.Random, _method: str, _path: str) -> bytes:
    name = rng.choice([READER, READER, "ai", f"ai{rng.randrange(1000)}", "x" * 5_000])
    form = urlencode({"name": name, "password": rng.choice(["sai", "sai rồi", "y" * 9_000]), "next": "/"})
    return http("POST", "/login", FORM, body=form.encode())


def made_up_session(rng: random.Random, method: str, path: str) -> bytes:
    secret = rng.randbytes(16).hex()
    return http(method, path, f"Cookie: lantoa_session={secret}", f"Authorization: Bearer {secret}")


def through_a_proxy(rng: random.Random, method: str, path: str) -> bytes:
    header = rng.choice(["Via", "X-Forwarded-Host", "CF-Connecting-IP", "Forwarded", "X-Real-IP"])
    return http(method, path, f"{header}: 1.1 x")


def half(rng: random.Random, method: str, path: str) -> bytes:
    whole = http(method, path, FORM, body=b"a=1234567890")
    return whole[: rng.randrange(1, len(whole))]


FORM = "Content-Type: application/x-www-form-urlencoded"
ODD_METHODS = ("PUT", "DELETE", "TRACE", "OPTIONS", "BREW")
HALF = "half a request"
KINDS: dict[str, Request] = {
    "a page or form": lambda _rng, method, path: http(method, path, body=b"a=1" if method != "GET" else b""),
    "a long path": lambda rng, method, path: http(method, f"{path}/{'x' * rng.randrange(2_000, 60_000)}"),
    "a long question": lambda rng, _method, path: http(
        "GET", f"{path}?period={'%e1' * rng.randrange(9_000)}"
    ),
    "a wrong password": wrong_password,
    "large headers": lambda rng, method, path: http(method, path, f"X-A: {'x' * rng.randrange(100_000)}"),
    "many headers": lambda _rng, method, path: http(method, path, *(f"X-{n}: {n}" for n in range(2_000))),
    "a made-up session": made_up_session,
    "an odd method": lambda rng, _method, path: http(rng.choice(ODD_METHODS), path),
    "a large body": lambda rng, _method, path: http("POST", path, FORM, body=b"x" * rng.randrange(1_000_000)),
    "of another site": lambda _rng, method, path: http(method, path, "Sec-Fetch-Site: cross-site"),
    "through a proxy": through_a_proxy,
    HALF: half,
    "no HTTP": lambda rng, _method, _path: rng.randbytes(200) + b"\r\n\r\n",
}


def print_figures(name: str, seen: Seen) -> None:
    print(f"\n{name}: {sum(seen.statuses.values()):,} answered in {seen.seconds:.0f} s")
    print(
        f"  memory {seen.memory[0]:,.0f} MB before, {max(seen.memory):,.0f} at most, {seen.memory[-1]:,.0f} after"
    )
    print(f"  database {seen.disk[0]:,.2f} MB before, {seen.disk[-1]:,.2f} after")
    print(
        f"  a reader's page: {milliseconds(seen.before)} before, {milliseconds(seen.during)} meanwhile, {seen.failed} failed"
    )
    for kind in KINDS:
        came = ", ".join(f"{status.partition(': ')[2]} × {times}" for status, times in sorted(seen.statuses.items())
                         if status.startswith(f"{kind}: "))  # fmt: skip
        print(f"  {kind:<18} {came}")


def milliseconds(waits: Sequence[float]) -> str:
    if len(waits) < 2:
        return f"{len(waits)} read"
    cuts = quantiles(waits, n=20)
    return f"p50 {cuts[9] * 1000:,.0f} ms, p95 {cuts[18] * 1000:,.0f} ms"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER)
