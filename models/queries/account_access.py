"""Looks up accounts, and whom a session or a token admits."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from models.sql import table_of
from models.tables.accounts import IDLE, LONGEST, ROLES, Account, Role, Session, Token, hashed

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account. `password` is argon2's own form; it is empty if the account uses the single sign-on only."""

    name: str
    role: Role
    password: str
    disabled: bool


@dataclass(frozen=True, slots=True)
class Admitted:
    """The account that a session or a token admits, with the role that applies. `seen_due` says that the use of the
    session should be noted."""

    name: str
    role: Role
    seen_due: bool = False


def account(connection: Connection, name: str) -> StoredAccount | None:
    table = table_of(Account)
    columns = [table.c[each.name] for each in fields(StoredAccount)]
    found = connection.execute(select(*columns).where(table.c.name == name)).first()
    return StoredAccount(*found) if found else None


def session_of(connection: Connection, secret: str) -> Admitted | None:
    """Returns None if the session has ended."""
    table, owner, now = table_of(Session), table_of(Account), datetime.now(UTC)
    found = connection.execute(
        select(owner.c.name, owner.c.role, table.c.seen_at)
        .join(owner, owner.c.name == table.c.account)
        .where(
            table.c.secret == hashed(secret),
            ~owner.c.disabled,
            table.c.begun_at > now - LONGEST,
            table.c.seen_at > now - IDLE,
        )
    ).first()
    return Admitted(found.name, found.role, now - found.seen_at > SEEN_EVERY) if found else None


def token_of(connection: Connection, secret: str) -> Admitted | None:
    """Returns the lesser of the token's and the account's role."""
    table, owner = table_of(Token), table_of(Account)
    found = connection.execute(
        select(owner.c.name, owner.c.role, table.c.role.label("own"))
        .join(owner, owner.c.name == table.c.account)
        .where(table.c.secret == hashed(secret), ~owner.c.disabled)
    ).first()
    return Admitted(found.name, min(found.role, found.own, key=ROLES.index)) if found else None
