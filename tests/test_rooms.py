"""What the import linter cannot say of the rooms (docs/architecture.md)."""

import ast
from pathlib import Path

WRITES = {"insert", "update", "delete", "upsert", "put"}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from (each.name for each in node.names)


def from_sql(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module in {"models.sql", "sqlalchemy"}:
            yield from (each.name for each in node.names)


def called(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def test_queries_only_read():
    files = list(Path("models/queries").glob("*.py"))
    assert len(files) > 20
    assert {path.name: found for path in files if (found := WRITES & set(imported(path)))} == {}
    assert {path.name for path in files if "insert" in set(called(path))} == set()


def test_only_the_store_writes():
    """Beside it, models/sql.py builds the two statements that it is written with, and migrations are written once."""
    files = [
        path
        for room in ("models", "lantoa", "producers", "stream_apps", "config")
        for path in Path(room).rglob("*.py")
    ]
    others = [
        path
        for path in files
        if not {"store", "migrations"} & set(path.parts) and path != Path("models/sql.py")
    ]
    assert len(others) > 500
    writing = {str(path) for path in others if WRITES & set(from_sql(path))}
    assert writing == set()


def test_the_check_sees_what_writes():
    assert any(WRITES & set(imported(path)) for path in Path("models/store").rglob("*.py"))
