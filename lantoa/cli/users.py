"""`lantoa users`: the accounts of users who use the dashboard from other machines."""

import getpass
import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from config.errors import UsageError
from lantoa.cli.context import database_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, out, print_rows
from lantoa.commands.accounts import (
    add_account,
    change_account,
    existing_account,
    issue_token,
    revoke_account,
)
from lantoa.commands.passwords import hash_of
from lantoa.language import _, help_of
from models.database import reading
from models.queries.listed_accounts import Audited, ListedAccount, listed_accounts, newest_audited
from models.store.accounts import Values
from models.tables.accounts import ROLES, Role

app = typer.Typer(help=_("Accounts of the dashboard."), no_args_is_help=True)
COLUMNS = ("name", "role", "disabled", "created_at", "sessions", "tokens")
AUDIT = ("at", "actor", "address", "event", "subject", "before", "after", "action", "status", "about")
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
    known, chosen = _valid(name), _role(role)
    chosen_password = None if without_password else _password(password_stdin)
    add_account(database_of(settings_for()), known, chosen, chosen_password, by=getpass.getuser())
    err().print(_("Account {name} is created (role: {role}).", name=name, role=_(role)))


def list_users(form: FormatOption = Format.table) -> None:
    """Every account with its role and how many sessions and tokens it has.

    Example: lantoa users list
    """
    with reading(database_of(settings_for())) as connection:
        print_rows(COLUMNS, list(map(_row, listed_accounts(connection))), form)


def disable(name: Name) -> None:
    """Disables an account and ends its sessions and tokens.

    Example: lantoa users disable lan
    """
    change_account(database_of(settings_for()), name, "disable", by=getpass.getuser(), disabled=True)
    err().print(_("Account {name} is disabled.", name=name))


def enable(name: Name) -> None:
    """Enables a disabled account.

    Example: lantoa users enable lan
    """
    change_account(database_of(settings_for()), name, "enable", by=getpass.getuser(), disabled=False)
    err().print(_("Account {name} is enabled.", name=name))


def password(name: Name, password_stdin: StdinOption = False) -> None:
    """Changes an account's password and ends its sessions.

    Example: lantoa users password lan
    """
    database = database_of(settings_for())
    with reading(database) as connection:
        existing_account(connection, name)
    kept = hash_of(_password(password_stdin))
    change_account(database, name, "password", by=getpass.getuser(), password=kept)
    err().print(_("The password of {name} is changed; its sessions have ended.", name=name))


def role(name: Name, role: Annotated[str, typer.Argument(help=", ".join(ROLES))]) -> None:
    """Changes an account's role.

    Example: lantoa users role lan administrator
    """
    change_account(database_of(settings_for()), name, "role", by=getpass.getuser(), role=_role(role))
    err().print(_("Account {name} is created (role: {role}).", name=name, role=_(role)))


def revoke(name: Name) -> None:
    """Ends all sessions and tokens of an account; it may log in again with its password.

    Example: lantoa users revoke lan
    """
    ended = revoke_account(database_of(settings_for()), name, by=getpass.getuser())
    err().print(_("{count} sessions and tokens have ended.", count=ended))


def token(
    name: Name,
    label: Annotated[str, typer.Option(help=_("what it is for"))],
    role: RoleOption = "reader",
) -> None:
    """Creates a token for a program and prints it once. Programs send it as `Authorization: Bearer`.

    Example: lantoa users token lan --label "bảng số liệu của Sở"
    """
    chosen = _role(role)
    out().print(issue_token(database_of(settings_for()), name, label, chosen, by=getpass.getuser()))


def audit(form: FormatOption = Format.table) -> None:
    """What was changed on the dashboard, by whom and when, newest last.

    Example: lantoa users audit --format csv
    """
    with reading(database_of(settings_for())) as connection:
        newest = newest_audited(connection, MOST_ENTRIES if form is Format.table else None)
    print_rows(AUDIT, [_audited(each, form) for each in reversed(newest)], form)


def _audited(entry: Audited, form: Format) -> dict[str, object]:
    """What was changed is in one cell of a table."""
    row = asdict(entry) | {"at": entry.at.isoformat(" ", "seconds")}
    if form is Format.json:
        return row
    return row | {"before": _in_a_line(entry.before), "after": _in_a_line(entry.after)}


def _in_a_line(values: Values | None) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _row(account: ListedAccount) -> dict[str, object]:
    return asdict(account) | {"created_at": account.created_at.isoformat(" ", "seconds")}


def _valid(name: str) -> str:
    if name and name.isprintable() and len(name) <= 200 and name == name.strip():
        return name
    raise UsageError(_("{name!r} is no name: 1 to 200 letters, without spaces around them", name=name))


def _role(stated: str) -> Role:
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
    """Reads the password, never from the command line, where other users of the machine could see it."""
    if stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt(_("Password"), hide_input=True, confirmation_prompt=True, err=True))


for command, name in (
    (add, "add"), (list_users, "list"), (disable, "disable"), (enable, "enable"), (password, "password"), (role, "role"),
    (revoke, "revoke"), (token, "token"), (audit, "audit"),
):  # fmt: skip
    app.command(name, help=help_of(command))(command)
