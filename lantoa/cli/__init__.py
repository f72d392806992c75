"""The command line. Each command is a file of its own that is imported only if it is used, so that every command
starts fast."""

import gc
import io
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module, metadata
from keyword import iskeyword
from typing import Annotated

import typer

from config.errors import LantoaError
from config.privacy import keep_private
from lantoa.cli.listing import help_in
from lantoa.language import _, help_of
from models.log_lines import TextLines

COMMANDS = (
    "init", "check", "up", "demo", "ingest", "worker", "fetcher", "migrate", "tallies", "why", "classify", "import", "correct",
    "review", "learn", "recount", "reclassify", "replay", "settings", "outlets", "metrics", "dashboard", "open", "digest",
)  # fmt: skip
HELP = ["-h", "--help"]
GROUPS = ("sources", "topics", "activities", "corrections", "report", "dead-letters", "users")


def main() -> None:
    """Runs a command. Errors of our own are printed without a traceback, and their class determines the exit status.
    The traceback of any other error is kept in a file."""
    keep_private()
    _speak_plainly()
    try:
        with collector_at_rest():
            app = make_app(sys.argv[1:])
        app()
    except LantoaError as error:
        from lantoa.cli.output import err  # takes a quarter of a second, which the list of commands avoids

        err().print(f"lantoa: {error}", soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        from lantoa.cli.unexpected import report_unexpected

        report_unexpected(error)
        sys.exit(1)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Pauses the garbage collector during imports. Modules live as long as the process, and collecting would take a
    fifth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _speak_plainly() -> None:
    """Replaces characters that the output's encoding lacks, and prevents data from forging lines of the log."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(TextLines())
    logging.basicConfig(level=logging.WARNING, handlers=[lines])
    logging.getLogger("kafka").setLevel(logging.CRITICAL)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"lantoa {metadata.version('lantoa')}")
        raise typer.Exit


def make_app(arguments: Sequence[str] | None = None) -> typer.Typer:
    """Makes the app with the command that the arguments name; without a command, with what lists them; without
    arguments, with all."""
    app = typer.Typer(
        name="lantoa",
        help=_("Lan tỏa counts how Party resolutions reach the public, from feeds to tallies."),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": HELP},
    )
    app.callback()(_before)  # a single command is still named
    named = arguments[0] if arguments else ""
    if arguments is not None and named not in (*COMMANDS, *GROUPS) and _asks_for_list(named):
        for name in (*COMMANDS, *GROUPS):
            app.command(name, help=_(help_in(module_name(name))))(_listed)
        return app
    for name in (named,) if named in (*COMMANDS, *GROUPS) else (*COMMANDS, *GROUPS):
        module = import_module(f"lantoa.cli.{module_name(name)}")
        if name == "sources":
            app.add_typer(
                module.make_app(arguments[1] if arguments and len(arguments) > 1 else ""), name=name
            )
        elif name in GROUPS:
            app.add_typer(module.app, name=name)
        else:
            command = getattr(module, module_name(name))
            app.command(name, help=help_of(command))(command)
    return app


def _asks_for_list(named: str) -> bool:
    """Says whether the list of commands is needed, also for an unknown command. Shell completion needs more than the
    list."""
    return (not named.startswith("-") or named in HELP) and not any(
        name.endswith("_COMPLETE") for name in os.environ
    )


def _listed() -> None:
    """Represents a command that is listed and not run."""


def _before(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help=_("the version, and no more")),
    ] = False,
) -> None:
    """Handles the options before the command."""


def module_name(command: str) -> str:
    """Maps `dead-letters` to dead_letters.py and `import` to import_.py."""
    name = command.replace("-", "_")
    return f"{name}_" if iskeyword(name) else name
