"""Whose text each page of an outlet showed: a hash of it, so that the same text under another piece's name is noticed."""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select

from models.sql import put, table_of
from models.tables.sources import PageTextRow


@dataclass(frozen=True, slots=True)
class PageText:
    """`item_id` is empty for a text that several pieces showed: it belongs to none of them. `named`: the page had the piece's own title;
    where it had not, `entry` is the JSON of what `source_id` said, so that the page can be tried again."""

    outlet: str
    text_hash: str
    item_id: str
    title: str
    named: bool
    source_id: str = ""
    identity: str = ""
    entry: str = ""


def shown(connection: Connection, outlet: str, hashes: Collection[str]) -> dict[str, PageText]:
    table = table_of(PageTextRow)
    rows = connection.execute(select(table).where(table.c.outlet == outlet, table.c.text_hash.in_(hashes)))
    return {row.text_hash: PageText(**row._mapping) for row in rows}


def remember(connection: Connection, texts: Collection[PageText]) -> None:
    """Inside the transaction that remembers the entries."""
    put(connection, PageTextRow, [asdict(each) for each in texts])
