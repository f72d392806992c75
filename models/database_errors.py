"""What an error of the database means for the program that meets it, read from SQLSTATE or from SQLite's code.

`unavailable`: the same again may succeed, so it is waited for. `installation`: nothing can succeed before an administrator has
repaired the database, its address or its disk. `record`: what was given cannot be written, and something else can.
"""

import sqlite3
from typing import Literal, TypeVar

from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    InvalidRequestError,
    OperationalError,
    SQLAlchemyError,
    TimeoutError,
)

from config.errors import ConfigError, InstallationError

Failure = Literal["unavailable", "installation", "record"]
Known = TypeVar("Known")
AnyDatabaseError = SQLAlchemyError  # raised by the driver, or by SQLAlchemy itself
DatabaseError = DBAPIError  # what a driver raised, for rooms that import no SQLAlchemy
NoConnection = TimeoutError  # all connections of the pool were in use for too long
CREDENTIALS = "The database refuses its user or the password: correct LANTOA_DATABASE_URL."
NO_DATABASE = "The database does not exist: create it, or correct LANTOA_DATABASE_URL."
SCHEMA = "The tables of the database are not those of this version: end every Lan tỏa that is older, and start this one anew."
RIGHTS = "The user of the database may not do this: grant it the right to read, write and change the schema."
READ_ONLY = "The database takes no writes: give the address of the primary server, or make its file writable."
DISK_FULL = "The disk of the database is full: make room. Nothing is lost, and the work goes on after that."
UNREADABLE = (
    "The file of the database cannot be opened: see that its folder is there and belongs to this user."
)
DAMAGED = "The database is damaged: restore a backup, or count everything anew with `lantoa replay`."
OTHER = "The database refuses to work: see what its own log says."

STATES: dict[
    str, Failure | str
] = {  # the longest matching beginning of a SQLSTATE applies; a text means: the installation
    "08": "unavailable",
    "0A": OTHER,
    "0L": RIGHTS,
    "0P": RIGHTS,
    "25006": READ_ONLY,
    "25P03": "unavailable",  # idle for too long
    "25P04": "unavailable",
    "28": CREDENTIALS,
    "3D": NO_DATABASE,
    "3F": SCHEMA,
    "40": "unavailable",  # serialization, deadlock
    "40002": "record",
    "42501": RIGHTS,
    "42P01": SCHEMA,  # tables, columns, functions, types and indexes that are not there, or are there already
    "42P02": SCHEMA,
    "42P06": SCHEMA,
    "42P07": SCHEMA,
    "42P10": SCHEMA,
    "42601": SCHEMA,
    "42701": SCHEMA,
    "42703": SCHEMA,
    "42704": SCHEMA,
    "42710": SCHEMA,
    "42723": SCHEMA,
    "42883": SCHEMA,
    "53": "unavailable",  # memory, connections
    "53100": DISK_FULL,
    "53400": OTHER,
    "55000": OTHER,  # a database that takes no connections
    "55006": "unavailable",
    "55P03": "unavailable",  # a lock
    "57": "unavailable",  # shut down, starting, cancelled
    "57P04": NO_DATABASE,  # dropped under our feet
    "58": "unavailable",  # input and output
    "58P01": DAMAGED,
    "58P02": DAMAGED,
    "72": "unavailable",
    "F0": OTHER,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
SQLITE_CODES: dict[int, Failure | str] = {  # of the extended code, else of its lowest byte
    sqlite3.SQLITE_PERM: RIGHTS,
    sqlite3.SQLITE_BUSY: "unavailable",
    sqlite3.SQLITE_LOCKED: "unavailable",
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_INTERRUPT: "unavailable",
    sqlite3.SQLITE_IOERR: "unavailable",
    sqlite3.SQLITE_IOERR_CORRUPTFS: DAMAGED,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_FULL: DISK_FULL,
    sqlite3.SQLITE_CANTOPEN: UNREADABLE,
    sqlite3.SQLITE_PROTOCOL: "unavailable",
    sqlite3.SQLITE_SCHEMA: "unavailable",
    sqlite3.SQLITE_NOLFS: OTHER,
    sqlite3.SQLITE_AUTH: RIGHTS,
    sqlite3.SQLITE_FORMAT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
}
SAID_BY_SQLITE = {  # under SQLITE_ERROR, which is also that of SQL which a value made too large
    "no such table": SCHEMA,
    "no such column": SCHEMA,
    "no such index": SCHEMA,
    "has no column named": SCHEMA,
    "already exists": SCHEMA,
    "ON CONFLICT clause does not match": SCHEMA,
}
SAID_AT_THE_DOOR = {  # libpq gives no SQLSTATE of a connection that was refused
    "password authentication failed": CREDENTIALS,
    "authentication failed": CREDENTIALS,
    "no password supplied": CREDENTIALS,
    "no pg_hba.conf entry": CREDENTIALS,
    "is not permitted to log in": CREDENTIALS,
    "invalid connection option": CREDENTIALS,
    "permission denied": RIGHTS,
    "not currently accepting connections": OTHER,
    "wraparound": OTHER,
}
DOES_NOT_EXIST = "does not exist"


def failure_of(error: BaseException) -> Failure:
    """Of any error that came while something was read or written."""
    found = _meaning(error)
    return found if found in ("unavailable", "record") else "installation"  # type: ignore[return-value]


def installation_error(error: BaseException) -> InstallationError:
    """With what to do about an error whose failure is the installation's."""
    if isinstance(error, InstallationError):
        return error
    first = str(getattr(error, "orig", error)).strip().splitlines()[:1]
    return InstallationError(f"{_meaning(error)} ({' '.join(first)})")


def _meaning(error: BaseException) -> str:
    """The class of the error, or for the installation's what to do."""
    if isinstance(error, ConfigError | InstallationError):
        return str(error)
    if isinstance(error, TimeoutError):  # of the pool
        return "unavailable"
    if isinstance(error, InvalidRequestError) and "invalid transaction" in str(error):
        return "unavailable"  # what comes behind a connection that was lost
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    state = getattr(cause, "sqlstate", None)
    if isinstance(state, str) and state:
        return _of_state(state, str(cause))
    return _of_connection(error, str(cause)) if isinstance(error, DBAPIError) else "record"


def _of_state(state: str, said: str) -> str:
    if (
        "wraparound" in said
    ):  # PostgreSQL calls that a limit of the program, as it does values that are too large
        return OTHER
    return next((STATES[state[:n]] for n in (5, 4, 3, 2) if state[:n] in STATES), "record")


def _of_sqlite(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", None)  # None: the driver itself refused
    if code is None:
        return "record"
    if code & 0xFF == sqlite3.SQLITE_ERROR:
        return _first(SAID_BY_SQLITE, str(error)) or "record"
    return SQLITE_CODES.get(code, SQLITE_CODES.get(code & 0xFF, "record"))


def _of_connection(error: DBAPIError, said: str) -> str:
    """Without a SQLSTATE: there is no connection, it was lost, or the driver did not even send what it was given."""
    if error.connection_invalidated:
        return "unavailable"
    if error.statement is None and isinstance(error, OperationalError | InterfaceError):
        if DOES_NOT_EXIST in said:
            return NO_DATABASE if "database" in said else CREDENTIALS
        return _first(SAID_AT_THE_DOOR, said) or "unavailable"
    return "record"


def _first(table: dict[str, Known], said: str) -> Known | None:
    return next((meaning for words, meaning in table.items() if words in said), None)
