"""Adds and changes accounts of the dashboard; each change is written to the audit with the name of its author."""

import secrets
from typing import Literal

from config.errors import UsageError
from lantoa.commands.passwords import hash_of
from lantoa.language import _
from models.database import Connection, Engine, writing
from models.queries.account_access import StoredAccount, account
from models.store import accounts
from models.store.accounts import Values
from models.tables.accounts import Role

Change = Literal["disable", "enable", "password", "role"]
EVENTS = {  # command → event of the audit
    "add": "added", "disable": "disabled", "enable": "enabled", "role": "role", "password": "password", "revoke": "revoked",
    "token": "token",
}  # fmt: skip
SECRET_BYTES = 32


def add_account(engine: Engine, name: str, role: Role, password: str | None, *, by: str) -> None:
    """Adds an account; without a password it can use the single sign-on only. Raises UsageError if the name is taken
    or the password is too short or too long."""
    kept = "" if password is None else hash_of(password)
    with writing(engine) as connection:
        if account(connection, name):
            raise UsageError(
                _(
                    "There is an account {name!r} already. `lantoa users password` changes its password.",
                    name=name,
                )
            )
        accounts.add(connection, name, role, kept)
        _note(connection, "add", name, by, None, {"role": role, "password": password is not None})


def change_account(engine: Engine, name: str, change: Change, *, by: str, **values: object) -> None:
    """Sets columns of the account. Its sessions end unless only its role changes; its tokens end if it is disabled.
    Raises UsageError if there is no such account."""
    with writing(engine) as connection:
        old = existing_account(connection, name)
        accounts.change(connection, name, **values)
        noted = set(values) - {"password"}
        before = {each: getattr(old, each) for each in noted}
        after = {each: values[each] for each in noted}
        _note(connection, change, name, by, before or None, after or None)
        if "role" not in values:
            accounts.revoke(connection, name, tokens=bool(values.get("disabled")))


def revoke_account(engine: Engine, name: str, *, by: str) -> int:
    """Ends all sessions and tokens of an account and returns their number. Raises UsageError if there is no such
    account."""
    with writing(engine) as connection:
        existing_account(connection, name)
        ended = accounts.revoke(connection, name, tokens=True)
        _note(connection, "revoke", name, by, None, {"ended": ended})
    return ended


def issue_token(engine: Engine, name: str, label: str, role: Role, *, by: str) -> str:
    """Returns a new token, which cannot be read again. Raises UsageError if there is no such account."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with writing(engine) as connection:
        existing_account(connection, name)
        accounts.add_token(connection, secret, name, label, role)
        _note(connection, "token", name, by, None, {"label": label, "role": role})
    return secret


def renew_hash(engine: Engine, name: str, password: str) -> None:
    """Hashes the same password with the present parameters. Sessions remain, and no audit entry is made."""
    with writing(engine) as connection:
        accounts.change(connection, name, password=hash_of(password))


def existing_account(connection: Connection, name: str) -> StoredAccount:
    """Returns the account. Raises UsageError if there is none."""
    if found := account(connection, name):
        return found
    raise UsageError(_("There is no account {name!r}. `lantoa users list` shows them.", name=name))


def _note(
    connection: Connection, command: str, name: str, by: str, before: Values | None, after: Values | None
) -> None:
    event, action = f"account-{EVENTS[command]}", f"lantoa users {command}"
    accounts.note(connection, by, "", action, 0, event=event, subject=name, before=before, after=after)
