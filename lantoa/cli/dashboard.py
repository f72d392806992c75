"""`lantoa dashboard`: the pages for the press liaison."""

from typing import Annotated

import typer
import uvicorn
from sqlalchemy import Engine, select

from config.errors import UsageError
from lantoa.cli.context import ProgrammeOption, database_of, programme_of, settings_for
from lantoa.cli.output import err
from lantoa.dashboard.app import LOOPBACK, make_app
from lantoa.language import _
from models.accounts import Account
from models.database import reading
from models.sql import table_of

STOP_SECONDS = 2


def dashboard(
    host: Annotated[
        str, typer.Option(help=_("address to listen on; any but this machine's asks for accounts"))
    ] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help=_("default: LANTOA_PORT"))] = None,
    login: Annotated[
        bool, typer.Option("--login", help=_("ask for accounts here too, for instance behind a proxy"))
    ] = False,
    programme: ProgrammeOption = None,
) -> None:
    """Serves the dashboard: the figures of a period, and everything behind each of them.

    Example: lantoa dashboard --port 8080
    """
    settings = settings_for(programme)
    engine = database_of(settings)
    trusting = host in LOOPBACK and not login
    if not trusting:
        _check_accounts(engine)
    app = make_app(settings, engine, programme_of(settings), trusting=trusting)
    listening = settings.port if port is None else port
    err().print(_("The dashboard is at http://{host}:{port}/. Ctrl-C stops it.", host=host, port=listening))
    uvicorn.run(
        app,
        host=host,
        port=listening,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,  # open pages listen for as long as they are open
    )


def _check_accounts(engine: Engine) -> None:
    table = table_of(Account)
    with reading(engine) as connection:
        if connection.execute(select(table.c.name).where(~table.c.disabled).limit(1)).first() is None:
            raise UsageError(
                _(
                    "Others can come only with an account, and there is none: `lantoa users add NAME --role administrator` makes one."
                )
            )
