"""Who may use the dashboard from other machines: accounts, their sessions and tokens, and what was done by whom."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, get_args

from sqlalchemy import Connection, delete, select, update
from sqlmodel import SQLModel

from models.sql import Row, table_of
from models.tables.accounts import Account, AuditEntry, Session, Token

Role = Literal["reader", "liaison", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)  # each may do what those before it may
IDLE, LONGEST = timedelta(hours=12), timedelta(days=7)  # of a session
SEEN_EVERY = timedelta(minutes=1)
LONGEST_TEXT = 200  # characters of what the audit keeps of anything that a request said
Values = Mapping[str, Any]


def hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def account(connection: Connection, name: str) -> Row | None:
    table = table_of(Account)
    found = connection.execute(select(table).where(table.c.name == name)).mappings().first()
    return dict(found) if found else None


def begin_session(connection: Connection, secret: str, name: str) -> None:
    """Those that have ended go: the table holds no more than people use."""
    table, now = table_of(Session), datetime.now(UTC)
    ended = (table.c.begun_at < now - LONGEST) | (table.c.seen_at < now - IDLE)
    connection.execute(delete(table).where(ended))
    connection.execute(
        table.insert(), [{"secret": hashed(secret), "account": name, "begun_at": now, "seen_at": now}]
    )


def session_of(connection: Connection, secret: str) -> Row | None:
    """Its account's name and role, and whether `seen` is due; None when it has ended."""
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
    return found and {"name": found.name, "role": found.role, "seen_due": now - found.seen_at > SEEN_EVERY}


def seen(connection: Connection, secret: str) -> None:
    table = table_of(Session)
    connection.execute(
        update(table).where(table.c.secret == hashed(secret)).values(seen_at=datetime.now(UTC))
    )


def token_of(connection: Connection, secret: str) -> Row | None:
    """Its account's name, and the lesser of the two roles."""
    table, owner = table_of(Token), table_of(Account)
    found = connection.execute(
        select(owner.c.name, owner.c.role, table.c.role.label("own"))
        .join(owner, owner.c.name == table.c.account)
        .where(table.c.secret == hashed(secret), ~owner.c.disabled)
    ).first()
    return found and {"name": found.name, "role": min(found.role, found.own, key=ROLES.index)}


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


def _cut_values(values: Values | None) -> dict[str, Any] | None:
    return None if values is None else {name: _cut_value(value) for name, value in list(values.items())[:50]}


def _cut_value(value: Any) -> Any:
    match value:
        case bool() | int() | float() | None:
            return value
        case list() | tuple():
            return [_cut_value(each) for each in value[:50]]
        case _:
            return cut(str(value))
