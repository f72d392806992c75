"""`lantoa metrics`: prints metrics for Prometheus once, or serves them."""

import sys
import threading
from typing import Annotated

import typer
from prometheus_client import generate_latest, start_http_server

from config.errors import LantoaError, UsageError
from lantoa.cli.context import ProgrammeOption, database_of, programme_of, settings_for
from lantoa.cli.output import err
from lantoa.cli.up import stop_on_sigterm
from lantoa.language import _
from lantoa.metrics import make_registry
from lantoa.runtime.availability import database_when_there

ServeOption = Annotated[
    str | None,
    typer.Option("--serve", metavar="HOST:PORT", help=_("serve them at this address until Ctrl-C")),
]


def metrics(serve: ServeOption = None, programme: ProgrammeOption = None) -> None:
    """Prints metrics for Prometheus: consumer lag, items, failures, the last night, dead letters.

    Example: lantoa metrics --serve 127.0.0.1:9108
    """
    address = address_of(serve) if serve else None
    settings = settings_for(programme)
    office = programme_of(settings)
    if address is None:
        registry = make_registry(settings, office, database_of(settings))
        sys.stdout.write(generate_latest(registry).decode())
        return
    registry = make_registry(settings, office, database_when_there(settings, err().print))
    host, port = address
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        text = "{address} cannot be served: {reason}. Name another with --serve."
        raise LantoaError(_(text, address=serve, reason=error.strerror or error)) from error
    err().print(_("http://{address}/metrics; Ctrl-C stops it.", address=serve))
    stop_on_sigterm()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.shutdown()
        thread.join()
        err().print(_("Stopped."))


def address_of(text: str) -> tuple[str, int]:
    """Raises UsageError."""
    host, _colon, port = text.rpartition(":")
    if not (host and port.isdigit() and int(port) < 2**16):
        raise UsageError(_("--serve {address!r} is not an address such as 127.0.0.1:9108", address=text))
    return host.strip("[]"), int(port)
