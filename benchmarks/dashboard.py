"""Fifty simultaneous readers of the dashboard with a million items on PostgreSQL: how long do they wait, and how much
memory does it use?

`python -m benchmarks.dashboard [ITEMS]`. Each reader requests a page every five seconds on average, as people who
read do. No other dashboard reads such tables, so the figures are printed beside those of the same pages requested one
by one.
"""

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles

import httpx
import psutil
from sqlalchemy import Engine

from benchmarks.counting import NUMBER, fill, postgresql
from config.settings import Settings, as_environment, load_settings
from lantoa.runtime.owner_secret import Secret, SecretFile
from models.database import make_engine, migrate

READERS, EVERY_SECONDS, SECONDS = 50, 5.0, 60.0
PORT = 18_099
WORDS = ("tin", "số 1", "so 10", "tin so", '"tin số"')
PAGES = {
    "overview": lambda rng: f"/?period={rng.randint(2016, 2023)}",
    "drill-down": lambda rng: (
        f"/items?period={rng.randint(2016, 2023)}-{rng.randint(1, 12):02}&resolution=NQ-57-TW-XIII"
    ),
    "outlet": lambda rng: f"/items?period={rng.randint(2016, 2023)}&outlet=outlet-{rng.randrange(60)}",
    "search": lambda rng: (
        f"/items?period={rng.randint(2016, 2023)}&q={rng.choice(WORDS)} {rng.randrange(10**6)}"
    ),
}
Waits = dict[str, list[float]]


def main(number: int = NUMBER) -> None:
    with tempfile.TemporaryDirectory(prefix="lantoa-bench-") as folder, postgresql(Path(folder)) as address:
        settings = load_settings(database_url=address, data_dir=Path(folder), kafka_bootstrap_servers="")
        engine = make_engine(settings)
        migrate(engine)
        for _part in fill(engine, number, 1):
            pass
        read_by_many(engine, settings, number)


def read_by_many(engine: Engine, settings: Settings, number: int) -> None:
    """Starts the dashboard on a database of so many items, and prints how long its readers wait."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()
    command = [sys.executable, "-m", "lantoa", "dashboard", "--port", str(PORT)]
    server = subprocess.Popen(command, env=os.environ | as_environment(settings))
    try:
        asyncio.run(measure(number, server.pid, SecretFile.of(settings).current()))
    finally:
        server.terminate()
        server.wait()


async def measure(number: int, pid: int, secret: Secret) -> None:
    limits, cookies = httpx.Limits(max_connections=READERS), {secret.cookie_name: secret.cookie}
    client = httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{PORT}", limits=limits, cookies=cookies, timeout=60
    )
    async with client:
        await answers(client)
        alone: Waits = defaultdict(list)
        rng = random.Random(1)
        for _ in range(20):
            for name in PAGES:
                await ask(client, name, rng, alone)
        together: Waits = defaultdict(list)
        deadline = time.monotonic() + SECONDS
        await asyncio.gather(*(read(client, n, deadline, together) for n in range(READERS)))
    print(
        f"\nDashboard: {number:,} items on PostgreSQL, {READERS} readers, a page every {EVERY_SECONDS:.0f} s each"
    )
    print(f"{'page':<12}{'alone p50':>12}{'p95 ms':>10}{'together p50':>15}{'p95 ms':>10}{'asked':>8}")
    for name in PAGES:
        print(f"{name:<12}{milliseconds(alone[name])}{milliseconds(together[name], 15)}{len(together[name]):>8}")  # fmt: skip
    print(f"memory of the dashboard: {psutil.Process(pid).memory_info().rss / 1024**2:,.0f} MB")


async def answers(client: httpx.AsyncClient) -> None:
    while True:
        try:
            await client.get("/sources")
        except httpx.ConnectError:
            await asyncio.sleep(0.2)
        else:
            return


async def read(client: httpx.AsyncClient, number: int, deadline: float, waits: Waits) -> None:
    rng = random.Random(number)
    while (pause := rng.expovariate(1 / EVERY_SECONDS)) + time.monotonic() < deadline:
        await asyncio.sleep(pause)
        await ask(client, rng.choice(list(PAGES)), rng, waits)


async def ask(client: httpx.AsyncClient, name: str, rng: random.Random, waits: Waits) -> None:
    began = time.perf_counter()
    answer = await client.get(PAGES[name](rng))
    answer.raise_for_status()
    waits[name].append(time.perf_counter() - began)


def milliseconds(waits: Sequence[float], width: int = 12) -> str:
    cuts = quantiles(waits, n=20)
    return f"{cuts[9] * 1000:>{width},.0f}{cuts[18] * 1000:>10,.0f}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER)
