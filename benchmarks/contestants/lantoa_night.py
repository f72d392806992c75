"""One night of Lan tỏa: `producers.poll` as `lantoa ingest` calls it."""

import json
import time
from pathlib import Path

import psutil

from benchmarks.work import read_night
from config.programme import Outlet, PressOffice, Programme
from config.settings import load_settings
from models.database import make_engine, migrate
from producers.poll import open_dependencies, poll


def main() -> None:
    job = read_night()
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
    began = time.perf_counter()
    with open_dependencies(settings, job.bootstrap) as dependencies:
        results = poll(programme, dependencies).results
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - began,
                "cpu": _processor_seconds(),
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


def _processor_seconds() -> float:
    """Returns our own time and that of the processes that read pages, including ended ones."""
    mine = psutil.Process()
    times = [mine.cpu_times(), *(child.cpu_times() for child in mine.children(recursive=True))]
    return sum(t.user + t.system + t.children_user + t.children_system for t in times)
