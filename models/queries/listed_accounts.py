"""Accounts with their sessions and tokens, and the audit of what was changed."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from models.queries.paging import ListPage, SortedList, list_page
from models.sql import table_of
from models.tables.accounts import Account, AuditEntry, Session, Token


@dataclass(frozen=True, slots=True)
class ListedAccount:
    name: str
    role: str
    disabled: bool
    created_at: datetime
    sessions: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Audited:
    """One entry of the audit, as models.store.accounts.AuditEntry describes it."""

    at: datetime
    actor: str
    address: str
    event: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    action: str
    status: int
    about: str


def listed_accounts(connection: Connection) -> list[ListedAccount]:
    """Lists the accounts sorted by name."""
    owner = table_of(Account)
    sessions, tokens = (_counts(connection, each) for each in (Session, Token))
    found = connection.execute(select(owner).order_by(owner.c.name))
    return [
        ListedAccount(
            row.name,
            row.role,
            row.disabled,
            row.created_at,
            sessions.get(row.name, 0),
            tokens.get(row.name, 0),
        )
        for row in found
    ]


def is_any_enabled(connection: Connection) -> bool:
    """Says whether anybody could log in."""
    table = table_of(Account)
    return connection.execute(select(table.c.name).where(~table.c.disabled).limit(1)).first() is not None


def newest_audited(connection: Connection, limit: int | None) -> list[Audited]:
    """Lists the newest entries first; None as `limit` returns all."""
    table = table_of(AuditEntry)
    found = connection.execute(select(table).order_by(table.c.id.desc()).limit(limit))
    return [_audited(row) for row in found.mappings()]


def audit_page(connection: Connection, after: str) -> ListPage[Audited]:
    """Returns one page of the audit, the newest entries first. Raises UnknownPlaceError if `after` is not a cursor of
    it."""
    table = table_of(AuditEntry)
    return list_page(connection, SortedList(select(table), ((table.c.id, True),), _audited), after)


def _audited(row: RowMapping) -> Audited:
    return Audited(**{each.name: row[each.name] for each in fields(Audited)})


def _counts(connection: Connection, model: type[Session] | type[Token]) -> dict[str, int]:
    table = table_of(model)
    number = func.count().label("number")
    found = connection.execute(select(table.c.account, number).group_by(table.c.account))
    return {row.account: row.number for row in found}
