"""`lantoa topics`: compares the topics with the contract."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from config.errors import LantoaError
from lantoa.broker import describe_topics, ensure_topics
from lantoa.broker.admin import open_admin
from lantoa.broker.offsets import forgets_offsets
from lantoa.cli.context import settings_for
from lantoa.cli.output import Format, FormatOption, err, out, print_rows
from lantoa.contracts import contract_files
from lantoa.language import _, help_of
from lantoa.runtime.services import open_brokers

app = typer.Typer(help=_("The Kafka topics."), no_args_is_help=True)
COLUMNS = (
    "topic",
    "exists",
    "partitions",
    "replicas",
    "cleanup",
    "retention_ms",
    "retention_bytes",
    "max_message_bytes",
    "min_insync_replicas",
    "ok",
    "problem",
    "warning",
)
FOR_PEOPLE = ("topic", "exists", "partitions", "replicas", "cleanup", "retention_ms", "ok")


@app.callback()
def topics() -> None:
    """The Kafka topics."""


def list_topics(form: FormatOption = Format.table) -> None:
    """Every topic of the contract with its partitions, clean-up policy and whether it matches the contract.

    Also how long it is kept, how large a message may be and how many replicas must hold what is acknowledged; and a
    warning where the brokers expire the offsets of idle workers. Exit status 1 when a topic does not match.
    Example: lantoa topics list --format json
    """
    settings = settings_for()
    with open_brokers(settings, err().print) as bootstrap:
        states = describe_topics(settings, bootstrap)
        with open_admin(settings, bootstrap) as admin:
            forgets = forgets_offsets(admin)
    rows = [
        {
            "topic": state.name,
            "exists": state.exists,
            "partitions": state.partitions,
            "replicas": state.replicas,
            "cleanup": state.cleanup,
            "retention_ms": state.retention_ms,
            "retention_bytes": state.retention_bytes,
            "max_message_bytes": state.max_message_bytes,
            "min_insync_replicas": state.min_insync_replicas,
            "ok": state.ok,
            "problem": state.problem or None,
            "warning": state.warning or None,
        }
        for state in states
    ]
    print_rows(FOR_PEOPLE if form is Format.table else COLUMNS, rows, form)
    if form is Format.table:
        for state in states:
            for text in filter(None, (state.problem, state.warning)):
                err().print(text, markup=False, soft_wrap=True)
    if forgets:
        err().print(forgets, markup=False, soft_wrap=True)
    raise typer.Exit(0 if all(state.ok for state in states) else 1)


def create_topics() -> None:
    """Creates the topics that are missing and checks the others.

    Example: LANTOA_KAFKA_BOOTSTRAP_SERVERS=kafka:9092 lantoa topics create
    """
    settings = settings_for()
    with open_brokers(settings, err().print) as bootstrap:
        created = ensure_topics(settings, bootstrap)
    for name in created:
        out().print(_("created {name}", name=name))
    if not created:
        out().print(_("every topic exists and matches the contract"))


def contract(
    folder: Annotated[
        Path | None, typer.Option("--out", help=_("a folder to write to, with a JSON Schema of each message"))
    ] = None,
) -> None:
    """The contract of the topics for consumers, as AsyncAPI 3.

    Example: lantoa topics contract --out contract
    """
    if folder is None:
        sys.stdout.write(contract_files.texts()[contract_files.ASYNCAPI])
        return
    try:
        contract_files.write(folder)
    except OSError as error:
        text = "{folder} cannot be written: {reason}. Name another with --out."
        raise LantoaError(_(text, folder=folder, reason=error.strerror)) from error
    out().print(_("written to {folder}", folder=folder))


app.command("list", help=help_of(list_topics))(list_topics)
app.command("create", help=help_of(create_topics))(create_topics)
app.command("contract", help=help_of(contract))(contract)
