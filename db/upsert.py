"""INSERT … ON CONFLICT, which SQLAlchemy spells once a dialect."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Insert = postgresql.Insert | sqlite.Insert


def insert_into(conn: AsyncConnection, table: Table) -> Insert:
    """An INSERT of the connection's dialect, which takes `on_conflict_…` clauses."""
    return _insert(conn.dialect.name, table)


async def put(conn: AsyncConnection, table: Table, *rows: Mapping[str, Any]) -> None:
    """Insert rows of the same columns, or overwrite those of the rows with the same primary key."""
    if rows:
        await conn.execute(_upsert(conn.dialect.name, table, tuple(rows[0])), list(rows))


async def increase(conn: AsyncConnection, table: Table, *rows: Mapping[str, Any]) -> None:
    """Insert rows of the same columns, or add to the numbers of those with the same primary key."""
    if rows:
        await conn.execute(_adding(conn.dialect.name, table, tuple(rows[0])), list(rows))


def _insert(dialect: str, table: Table) -> Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache  # Building it anew costs as much as running it, and every click runs some.
def _upsert(dialect: str, table: Table, names: tuple[str, ...]) -> Insert:
    statement = _insert(dialect, table)
    changed = {name: statement.excluded[name] for name in _beside_key(table, names)}
    return statement.on_conflict_do_update(index_elements=[*table.primary_key], set_=changed)


@cache
def _adding(dialect: str, table: Table, names: tuple[str, ...]) -> Insert:
    statement = _insert(dialect, table)
    sums = {name: table.c[name] + statement.excluded[name] for name in _beside_key(table, names)}
    return statement.on_conflict_do_update(index_elements=[*table.primary_key], set_=sums)


def _beside_key(table: Table, names: tuple[str, ...]) -> list[str]:
    keys = {column.name for column in table.primary_key}
    return [name for name in names if name not in keys]
