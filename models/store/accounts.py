"""Writes accounts of the dashboard, their sessions and tokens, and the audit of what was done by whom."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, update
from sqlmodel import SQLModel

from models.sql import table_of
from models.tables.accounts import IDLE, LONGEST, Account, AuditEntry, Role, Session, Token, hashed

LONGEST_TEXT = 200  # characters of what the audit keeps of anything that a request said
Values = Mapping[str, Any]


def add(connection: Connection, name: str, role: Role, password: str) -> None:
    """Adds an account that may log in. `password` is hashed; it is empty for the single sign-on only."""
    row = {
        "name": name,
        "role": role,
        "password": password,
        "disabled": False,
        "created_at": datetime.now(UTC),
    }
    connection.execute(table_of(Account).insert(), [row])


def change(connection: Connection, name: str, **values: object) -> None:
    """Sets columns of an account."""
    table = table_of(Account)
    connection.execute(update(table).where(table.c.name == name).values(**values))


def add_token(connection: Connection, secret: str, name: str, label: str, role: Role) -> None:
    row = {"secret": hashed(secret), "account": name, "label": label, "role": role}
    connection.execute(table_of(Token).insert(), [row | {"created_at": datetime.now(UTC)}])


def begin_session(connection: Connection, secret: str, name: str) -> None:
    """Those that have ended go: the table holds no more than people use."""
    table, now = table_of(Session), datetime.now(UTC)
    ended = (table.c.begun_at < now - LONGEST) | (table.c.seen_at < now - IDLE)
    connection.execute(delete(table).where(ended))
    connection.execute(
        table.insert(), [{"secret": hashed(secret), "account": name, "begun_at": now, "seen_at": now}]
    )


def seen(connection: Connection, secret: str) -> None:
    table = table_of(Session)
    connection.execute(
        update(table).where(table.c.secret == hashed(secret)).values(seen_at=datetime.now(UTC))
    )


def end_session(connection: Connection, secret: str) -> None:
    table = table_of(Session)
    connection.execute(delete(table).where(table.c.secret == hashed(secret)))


def revoke(connection: Connection, name: str, *, tokens: bool) -> int:
    """All sessions of an account, and its tokens too if so asked; how many there were."""
    models: Sequence[type[SQLModel]] = (Session, Token) if tokens else (Session,)
    return sum(
        connection.execute(delete(table_of(each)).where(table_of(each).c.account == name)).rowcount
        for each in models
    )


def note(
    connection: Connection,
    actor: str,
    address: str,
    action: str,
    status: int,
    about: str = "",
    *,
    event: str = "",
    subject: str = "",
    before: Values | None = None,
    after: Values | None = None,
) -> None:
    """Texts are cut, so that no request can fill the table."""
    row = {
        "at": datetime.now(UTC),
        "actor": cut(actor),
        "address": cut(address),
        "action": cut(action),
        "status": status,
        "about": cut(about),
        "event": cut(event),
        "subject": cut(subject),
        "before": _cut_values(before),
        "after": _cut_values(after),
    }
    connection.execute(table_of(AuditEntry).insert(), [row])


def forget_audit(connection: Connection, before: datetime) -> int:
    """How many entries there were from before that moment."""
    table = table_of(AuditEntry)
    return connection.execute(delete(table).where(table.c.at < before)).rowcount


def cut(text: str) -> str:
    """What PostgreSQL cannot keep is left out as well."""
    kept = text.replace("\0", "").encode("utf-8", "replace").decode()
    return kept if len(kept) <= LONGEST_TEXT else f"{kept[: LONGEST_TEXT - 1]}…"


def _cut_values(values: Values | None) -> dict[str, object] | None:
    return None if values is None else {name: _cut_value(value) for name, value in list(values.items())[:50]}


def _cut_value(value: object) -> object:
    match value:
        case bool() | int() | float() | None:
            return value
        case list() | tuple():
            return [_cut_value(each) for each in value[:50]]
        case _:
            return cut(str(value))
