"""`lantoa open`: opens the dashboard in the browser of the user who runs the command."""

import socket
import webbrowser
from typing import Annotated

import typer

from config.errors import LantoaError
from lantoa.cli.context import settings_for
from lantoa.cli.output import err, out
from lantoa.language import _
from lantoa.runtime.owner_secret import SecretFile
from lantoa.web.address_file import dashboard_address

ANSWER_SECONDS = 3.0


def open(
    print_: Annotated[bool, typer.Option("--print", help=_("print the address and open nothing"))] = False,
    new_secret: Annotated[
        bool,
        typer.Option(
            "--new-secret",
            help=_("replace the secret first; everybody who used the old one needs the new address"),
        ),
    ] = False,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help=_("default: where the dashboard that runs listens"))
    ] = None,
) -> None:
    """Opens the dashboard of this machine in the browser, with the secret of its owner.

    Example: lantoa open --print
    """
    settings = settings_for()
    file = SecretFile.of(settings)
    secret = file.renew() if new_secret else file.current()
    host, found = dashboard_address(settings)
    address = secret.address(host, port or found)
    if new_secret:
        err().print(_("The secret is replaced; open pages and programs need the new one."))
    if print_:
        out().print(address, soft_wrap=True, markup=False)
        return
    if not _answers(host, port or found):
        text = "No dashboard answers at {host}:{port}. `lantoa up` or `lantoa dashboard` starts one; --port names another place."
        raise LantoaError(_(text, host=host, port=port or found))
    if not _opened(address):
        err().print(_("No browser can be opened here. This is the address:"))
        out().print(address, soft_wrap=True, markup=False)


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host.strip("[]"), port), ANSWER_SECONDS):
            return True
    except OSError:
        return False


def _opened(address: str) -> bool:
    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False
