"""One night of Lan tỏa: `producers.poll` as `lantoa ingest` calls it."""

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

import producers.crawl
import producers.ingest
from benchmarks.work import read_night
from config.programme import Outlet, PressOffice, Programme
from config.settings import load_settings
from models.database import make_engine, migrate
from producers.poll import open_dependencies, poll

# steps that run in threads → the function that does each
IN_THREADS = (
    ("first request", producers.crawl, "first_request"),
    ("comparing", producers.ingest, "plan_document"),
    ("publishing and remembering", producers.ingest, "publish_batch"),
    ("finishing", producers.ingest, "finish"),
)
_spent: Counter[str] = Counter()


def main() -> None:
    job = read_night()
    for step, owner, name in IN_THREADS:
        setattr(owner, name, _metered(step, getattr(owner, name)))
    settings = load_settings(
        data_dir=Path(job.folder),
        database_url="",
        kafka_bootstrap_servers="",
        allow_networks="127.0.0.0/8",
        host_delay=job.delay,
    )
    engine = make_engine(settings)
    migrate(engine)
    engine.dispose()
    outlets = {outlet.id: outlet for outlet in map(_outlet, job.feeds)}
    programme = Programme(
        office=PressOffice.model_validate({"id": "thu", "name": "Thử"}),
        outlets=outlets,
        folder=Path(job.folder),
    )
    began, before = time.perf_counter(), time.thread_time()
    with open_dependencies(settings, job.bootstrap) as dependencies:
        results = poll(programme, dependencies).results
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - began,
                "cpu": _processor_seconds(),
                "steps": _steps(time.thread_time() - before),
                "items": sum(each.new for each in results),
                "texts": sum(each.pages - each.missing for each in results),
            }
        ),
        flush=True,
    )


def _outlet(feed: str) -> Outlet:
    name = f"o{feed.split('/')[2].split(':')[0].replace('.', '-')}"
    source = {"id": name, "kind": "feed", "url": feed}
    return Outlet.model_validate(
        {"id": name, "name": name, "level": "central", "medium": "newspaper", "sources": [source]}
    )


def _metered(step: str, work: Callable[..., Any]) -> Callable[..., Any]:
    def metered(*arguments: object, **named: object) -> object:
        began = time.thread_time()
        try:
            return work(*arguments, **named)
        finally:
            _spent[step] += time.thread_time() - began

    return metered


def _steps(event_loop: float) -> dict[str, float]:
    """Processor seconds by step. The event loop's thread fetches; reading runs in processes of its own."""
    return {"fetching": event_loop, "reading pages": _of_others(psutil.Process()), **_spent}


def _processor_seconds() -> float:
    """Returns our own time and that of the processes that read pages, including ended ones."""
    mine = psutil.Process()
    return _all_of(mine) + _of_others(mine)


def _of_others(mine: psutil.Process) -> float:
    return sum(_all_of(child) for child in mine.children(recursive=True))


def _all_of(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system + spent.children_user + spent.children_system)
