"""Measures how fast `lantoa replay` builds an empty database from the topics: `python -m benchmarks.replay [NUMBER]`.

It uses the synthetic items of benchmarks/counting.py, in the embedded broker, and SQLite.
"""

import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from benchmarks.counting import items
from config.catalogue import load_catalogue
from config.programme import load_programme
from config.settings import SHIPPED_PROGRAMME, load_settings
from lantoa.broker import ensure_topics, start_broker
from lantoa.commands.replaying import Replay
from models.database import make_engine, migrate
from models.messages.topics import ITEMS_CLASSIFIED
from producers.publish import open_publisher

NUMBER = 100_000
AT_ONCE = 5_000


def main(number: int = NUMBER) -> None:
    with tempfile.TemporaryDirectory(prefix="lantoa-bench-") as folder:
        settings = load_settings(data_dir=Path(folder), database_url="", kafka_bootstrap_servers="")
        engine = make_engine(settings)
        migrate(engine)
        with start_broker(settings, progress=lambda _said: None) as broker:
            ensure_topics(settings, broker.bootstrap)
            made = items(number)
            with open_publisher(settings, broker.bootstrap) as publisher:
                while messages := list(islice(made, AT_ONCE)):
                    publisher.publish_messages(ITEMS_CLASSIFIED, messages, "/lantoa/bench")
            replay = Replay(settings, broker.bootstrap, load_programme(SHIPPED_PROGRAMME), load_catalogue())
            began = time.perf_counter()
            found = replay.run(engine, lambda _messages: None)
            seconds = time.perf_counter() - began
            replay.close()
        engine.dispose()
    if found.messages != number:
        raise RuntimeError(f"{found.messages} of {number} were replayed")
    print(
        f"\nReplay: {number:,} classified items from the topics into SQLite: {number / seconds:,.0f} a second"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER)
