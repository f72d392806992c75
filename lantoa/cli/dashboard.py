"""`lantoa dashboard`: the pages for the press liaison."""

from contextlib import nullcontext, suppress
from typing import Annotated

import typer
from uvicorn import Server

from config.errors import UsageError
from lantoa.cli.context import ProgrammeOption, database_of, own_programme_of, settings_for
from lantoa.cli.output import err
from lantoa.language import _
from lantoa.runtime.owner_secret import SecretFile
from lantoa.web.address_file import serving_address
from lantoa.web.app import LOOPBACK, make_app
from lantoa.web.server import config_of
from models.database import Engine, reading
from models.queries.listed_accounts import is_any_enabled

CONNECTIONS = 60  # to the database: one for each of at most 40 pages and 15 longer jobs at once


def dashboard(
    host: Annotated[
        str, typer.Option(help=_("address to listen on; users have to log in on any address but loopback"))
    ] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help=_("default: LANTOA_PORT"))] = None,
    login: Annotated[
        bool, typer.Option("--login", help=_("require a login on loopback too, for instance behind a proxy"))
    ] = False,
    address_only: Annotated[
        bool, typer.Option("--address-only", help=_("print the address without the secret that opens it"))
    ] = False,
    programme: ProgrammeOption = None,
) -> None:
    """Serves the dashboard: the figures of a period, and everything behind each of them.

    Example: lantoa dashboard --port 8080
    """
    settings = settings_for(programme)
    office = own_programme_of(settings)
    engine = database_of(settings, CONNECTIONS)
    trusting = host in LOOPBACK and not login
    if not trusting:
        _check_accounts(engine)
    app = make_app(settings, engine, office, trusting=trusting)
    listening = settings.port if port is None else port
    named = f"[{host}]" if ":" in host.strip("[]") else host
    if trusting and not address_only:
        address = SecretFile.of(settings).current().address(named, listening)
    else:
        address = f"http://{named}:{listening}/"
    err().print(_("The dashboard is at {address} (Ctrl-C stops it)", address=address), soft_wrap=True)
    with (
        serving_address(settings, named, listening) if trusting else nullcontext(),
        suppress(KeyboardInterrupt),
    ):
        Server(config_of(app, host=host.strip("[]"), port=listening)).run()


def _check_accounts(engine: Engine) -> None:
    with reading(engine) as connection:
        if not is_any_enabled(connection):
            raise UsageError(
                _(
                    "Users of other machines need an account, and there is none: `lantoa users add NAME --role administrator` creates one."
                )
            )
