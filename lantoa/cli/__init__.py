"""The command line: one file a command, registered here."""

import logging
import sys
from collections.abc import Callable
from typing import Any

import typer
from rich.console import Console

from config.errors import LantoaError
from lantoa.cli import demo, fetcher, ingest, migrate, settings, sources, tallies, topics, up, why, worker
from lantoa.language import _, help_of

app = typer.Typer(
    name="lantoa",
    help=_("Lan tỏa counts how Party resolutions reach the public, from feeds to tallies."),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS: tuple[Callable[..., Any], ...] = (
    up.up,
    demo.demo,
    ingest.ingest,
    worker.worker,
    fetcher.fetcher,
    migrate.migrate,
    tallies.tallies,
    why.why,
    settings.settings,
)
for command in COMMANDS:
    app.command(help=help_of(command))(command)
app.add_typer(sources.app, name="sources")
app.add_typer(topics.app, name="topics")


def main() -> None:
    """Errors that we raise on purpose are printed without a traceback; their class says the exit status."""
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr
    )
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    try:
        app()
    except LantoaError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"lantoa: {error}", markup=False)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
