"""`lantoa topics`: the topics of the contract, as they are and as they should be."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from config.settings import Settings
from lantoa.broker import describe_topics, ensure_topics, running_bootstrap, start_broker
from lantoa.cli.context import settings_for
from lantoa.cli.output import Format, FormatOption, err, out, print_rows
from lantoa.language import _, help_of

app = typer.Typer(help=_("The Kafka topics."), no_args_is_help=True)
COLUMNS = ("topic", "exists", "partitions", "cleanup", "retention_ms", "ok", "problem")


@app.callback()
def topics() -> None:
    """The Kafka topics."""


def list_topics(form: FormatOption = Format.table) -> None:
    """Every topic of the contract with its partitions, clean-up policy and whether they are as they should be.

    Exit status 1 when one is not. Example: lantoa topics list --format json
    """
    settings = settings_for()
    with _brokers(settings) as bootstrap:
        states = describe_topics(settings, bootstrap)
    rows = [
        {
            "topic": state.name,
            "exists": state.exists,
            "partitions": state.partitions,
            "cleanup": state.cleanup,
            "retention_ms": state.retention_ms,
            "ok": state.ok,
            "problem": state.problem or None,
        }
        for state in states
    ]
    print_rows(COLUMNS, rows, form)
    raise typer.Exit(0 if all(state.ok for state in states) else 1)


def create_topics() -> None:
    """Creates the topics that are missing and checks the others.

    Example: LANTOA_KAFKA_BOOTSTRAP_SERVERS=kafka:9092 lantoa topics create
    """
    settings = settings_for()
    with _brokers(settings) as bootstrap:
        created = ensure_topics(settings, bootstrap)
    for name in created:
        out().print(_("created {name}", name=name))
    if not created:
        out().print(_("every topic is there, as the contract says"))


@contextmanager
def _brokers(settings: Settings) -> Iterator[str]:
    """Those that run, else the embedded one for a moment."""
    bootstrap = settings.kafka_bootstrap_servers or running_bootstrap(settings)
    if bootstrap:
        yield bootstrap
    else:
        with start_broker(settings, progress=err().print) as broker:
            yield broker.bootstrap


app.command("list", help=help_of(list_topics))(list_topics)
app.command("create", help=help_of(create_topics))(create_topics)
