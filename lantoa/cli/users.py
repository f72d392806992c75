"""`lantoa users`: who may use the dashboard from other machines."""

import getpass
import json
import secrets
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection, RowMapping, func, select

from config.errors import UsageError
from lantoa.cli.context import database_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, out, print_rows
from lantoa.commands.passwords import hash_of
from lantoa.language import _, help_of
from models import accounts
from models.accounts import ROLES, Account, AuditEntry, Session, Token, Values
from models.database import reading, writing
from models.sql import Row, table_of

app = typer.Typer(help=_("Accounts of the dashboard."), no_args_is_help=True)
COLUMNS = ("name", "role", "disabled", "created_at", "sessions", "tokens")
AUDIT = ("at", "actor", "address", "event", "subject", "before", "after", "action", "status", "about")
EVENTS = {  # command → what the audit calls it
    "add": "added", "disable": "disabled", "enable": "enabled", "role": "role", "password": "password", "revoke": "revoked",
    "token": "token",
}  # fmt: skip
SECRET_BYTES = 32
MOST_ENTRIES = 200
Name = Annotated[str, typer.Argument(help=_("the account's name"))]
RoleOption = Annotated[str, typer.Option(help=", ".join(ROLES))]
StdinOption = Annotated[
    bool, typer.Option("--password-stdin", help=_("read it from standard input instead of asking"))
]


@app.callback()
def users() -> None:
    """Accounts of the dashboard."""


def add(
    name: Name,
    role: RoleOption = "reader",
    password_stdin: StdinOption = False,
    without_password: Annotated[
        bool, typer.Option("--without-password", help=_("the account uses the office's own sign-in only"))
    ] = False,
) -> None:
    """Creates an account. A reader only reads, a liaison corrects and imports, an administrator also sees the audit.

    Example: lantoa users add lan --role liaison
    """
    row = {
        "name": _valid(name),
        "role": _role(role),
        "password": "" if without_password else hash_of(_password(password_stdin)),
        "disabled": False,
    }
    with writing(database_of(settings_for())) as connection:
        if accounts.account(connection, name):
            raise UsageError(
                _(
                    "There is an account {name!r} already. `lantoa users password` changes its password.",
                    name=name,
                )
            )
        connection.execute(table_of(Account).insert(), [row | {"created_at": datetime.now(UTC)}])
        _note(connection, "add", name, None, {"role": row["role"], "password": not without_password})
    err().print(_("Account {name} is created (role: {role}).", name=name, role=_(role)))


def list_users(form: FormatOption = Format.table) -> None:
    """Every account with its role and how many sessions and tokens it has.

    Example: lantoa users list
    """
    with reading(database_of(settings_for())) as connection:
        print_rows(COLUMNS, _rows(connection), form)


def disable(name: Name) -> None:
    """Disables an account and ends its sessions and tokens.

    Example: lantoa users disable lan
    """
    _change("disable", name, disabled=True)
    err().print(_("Account {name} is disabled.", name=name))


def enable(name: Name) -> None:
    """Enables a disabled account.

    Example: lantoa users enable lan
    """
    _change("enable", name, disabled=False)
    err().print(_("Account {name} is enabled.", name=name))


def password(name: Name, password_stdin: StdinOption = False) -> None:
    """Changes an account's password and ends its sessions.

    Example: lantoa users password lan
    """
    with reading(database_of(settings_for())) as connection:
        _found(connection, name)
    _change("password", name, password=hash_of(_password(password_stdin)))
    err().print(_("The password of {name} is changed; its sessions have ended.", name=name))


def role(name: Name, role: Annotated[str, typer.Argument(help=", ".join(ROLES))]) -> None:
    """Changes an account's role.

    Example: lantoa users role lan administrator
    """
    _change("role", name, role=_role(role))
    err().print(_("Account {name} is created (role: {role}).", name=name, role=_(role)))


def revoke(name: Name) -> None:
    """Ends all sessions and tokens of an account; it may log in again with its password.

    Example: lantoa users revoke lan
    """
    with writing(database_of(settings_for())) as connection:
        _found(connection, name)
        ended = accounts.revoke(connection, name, tokens=True)
        _note(connection, "revoke", name, None, {"ended": ended})
    err().print(_("{count} sessions and tokens have ended.", count=ended))


def token(
    name: Name,
    label: Annotated[str, typer.Option(help=_("what it is for"))],
    role: RoleOption = "reader",
) -> None:
    """Creates a token for a program and prints it once. Programs send it as `Authorization: Bearer`.

    Example: lantoa users token lan --label "bảng số liệu của Sở"
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row = {"secret": accounts.hashed(secret), "account": name, "label": label, "role": _role(role)}
    with writing(database_of(settings_for())) as connection:
        _found(connection, name)
        connection.execute(table_of(Token).insert(), [row | {"created_at": datetime.now(UTC)}])
        _note(connection, "token", name, None, {"label": label, "role": row["role"]})
    out().print(secret)


def audit(form: FormatOption = Format.table) -> None:
    """What was changed on the dashboard, by whom and when, newest last.

    Example: lantoa users audit --format csv
    """
    table = table_of(AuditEntry)
    with reading(database_of(settings_for())) as connection:
        newest = select(table).order_by(table.c.id.desc())
        if form is Format.table:
            newest = newest.limit(MOST_ENTRIES)
        rows = [
            dict(row) | {"at": row["at"].isoformat(" ", "seconds")} | _in_form(row, form)
            for row in connection.execute(newest).mappings()
        ]
    print_rows(AUDIT, rows[::-1], form)


def _change(command: str, name: str, **values: object) -> None:
    """Who has a session keeps it only when nothing but the role has changed."""
    table = table_of(Account)
    with writing(database_of(settings_for())) as connection:
        old = _found(connection, name)
        connection.execute(table.update().where(table.c.name == name).values(**values))
        told = set(values) - {"password"}
        before, after = ({each: row[each] for each in told} for row in (old, values))
        _note(connection, command, name, before or None, after or None)
        if "role" not in values:
            accounts.revoke(connection, name, tokens=bool(values.get("disabled")))


def _note(
    connection: Connection, command: str, name: str, before: Values | None, after: Values | None
) -> None:
    event = f"account-{EVENTS.get(command, command)}"
    action = f"lantoa users {command}"
    accounts.note(
        connection, getpass.getuser(), "", action, 0, event=event, subject=name, before=before, after=after
    )


def _in_form(row: RowMapping, form: Format) -> dict[str, str]:
    """Of what was changed, in one cell of a table."""
    if form is Format.json:
        return {}
    return {name: _in_a_line(row[name]) for name in ("before", "after")}


def _in_a_line(values: Values | None) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _found(connection: Connection, name: str) -> Row:
    if found := accounts.account(connection, name):
        return found
    raise UsageError(_("There is no account {name!r}. `lantoa users list` shows them.", name=name))


def _rows(connection: Connection) -> list[Row]:
    owner = table_of(Account)
    counts = {each: _counts(connection, each) for each in (Session, Token)}
    return [
        {
            **{name: row[name] for name in ("name", "role", "disabled")},
            "created_at": row["created_at"].isoformat(" ", "seconds"),
            "sessions": counts[Session].get(row["name"], 0),
            "tokens": counts[Token].get(row["name"], 0),
        }
        for row in connection.execute(select(owner).order_by(owner.c.name)).mappings()
    ]


def _counts(connection: Connection, model: type[Session] | type[Token]) -> dict[str, int]:
    table = table_of(model)
    found = connection.execute(select(table.c.account, func.count()).group_by(table.c.account))
    return dict(found.tuples().all())


def _valid(name: str) -> str:
    if name and name.isprintable() and len(name) <= 200 and name == name.strip():
        return name
    raise UsageError(_("{name!r} is no name: 1 to 200 letters, without spaces around them", name=name))


def _role(stated: str) -> str:
    if stated in ROLES:
        return stated
    raise UsageError(
        _(
            "{option} {value!r} is not known. Expected one of {known}",
            option="--role",
            value=stated,
            known=", ".join(ROLES),
        )
    )


def _password(stdin: bool) -> str:
    """Never on the command line, where other users of the machine would read it."""
    if stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt(_("Password"), hide_input=True, confirmation_prompt=True, err=True))


for command, name in (
    (add, "add"), (list_users, "list"), (disable, "disable"), (enable, "enable"), (password, "password"), (role, "role"),
    (revoke, "revoke"), (token, "token"), (audit, "audit"),
):  # fmt: skip
    app.command(name, help=help_of(command))(command)
