"""Accounts, their sessions and tokens, and the audit of what was done."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, get_args

from sqlalchemy import JSON, BigInteger, Column, Index, Integer
from sqlmodel import Field, SQLModel

from models.tables.columns import instant

Role = Literal["reader", "liaison", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)  # each may do what those before it may
IDLE, LONGEST = timedelta(hours=12), timedelta(days=7)  # of a session


class Account(SQLModel, table=True):
    __tablename__ = "account"
    name: str = Field(primary_key=True)
    role: str
    password: str  # argon2's own form, with its parameters; empty: none opens it
    disabled: bool
    created_at: datetime = instant()


class Session(SQLModel, table=True):
    """Known by the SHA-256 of what the browser keeps: who reads the database cannot take a session over."""

    __tablename__ = "account_session"
    secret: str = Field(primary_key=True)
    account: str = Field(index=True)
    begun_at: datetime = instant()
    seen_at: datetime = instant()


class Token(SQLModel, table=True):
    """For programs, kept like a session; it ends when it is revoked. `role` is never above the account's."""

    __tablename__ = "account_token"
    secret: str = Field(primary_key=True)
    account: str = Field(index=True)
    label: str
    role: str
    created_at: datetime = instant()


class AuditEntry(SQLModel, table=True):
    """What happened to what: something that was changed, that an account's role did not allow, a log-in that failed.

    `event` is one of the codes in docs/accounts.md, `subject` what it happened to; `before` and `after` are what was
    changed there, by name, null where there was nothing.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "at"),)

    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    )
    at: datetime = instant()
    actor: str
    address: str
    action: str  # method and path, or the command
    status: int  # of the answer; 0 of a command
    about: str
    event: str
    subject: str
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


def hashed(secret: str) -> str:
    """Returns what the tables hold of a session's or token's secret."""
    return sha256(secret.encode()).hexdigest()
