"""Reads a database's schema out of its own catalogue, as a set that can be compared."""

from __future__ import annotations

import re

from sqlalchemy import Connection, text

_POSTGRES = (
    """
    SELECT 'table', table_name, '' FROM information_schema.tables WHERE table_schema = 'public'
    """,
    """
    SELECT 'column', table_name, concat_ws(
        ' ', ordinal_position, column_name, data_type, is_nullable, column_default, is_identity
    ) FROM information_schema.columns WHERE table_schema = 'public'
    """,
    """
    SELECT 'constraint', conrelid::regclass::text || '.' || conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
    "SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    """
    SELECT 'function', proname, pg_get_functiondef(oid)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    """,
    """
    SELECT 'sequence', sequence_name, '' FROM information_schema.sequences
    WHERE sequence_schema = 'public'
    """,
)


def read_schema(connection: Connection) -> set[tuple[str, ...]]:
    """Every table, column, constraint, index, trigger and function, as (kind, name, …)."""
    if connection.dialect.name == "postgresql":
        return {
            (kind, name, " ".join(definition.split()))
            for query in _POSTGRES
            for kind, name, definition in connection.execute(text(query))
        }
    found: set[tuple[str, ...]] = set()
    for kind, name, sql in connection.execute(text("SELECT type, name, sql FROM sqlite_master")):
        found.add((kind, name, *_parts(sql or "")))
    return found


def _parts(sql: str) -> list[str]:
    """A statement's lines; a table's constraints may stand in any order, its columns not.

    A table that was built anew has quotes around its name, and brackets around defaults.
    """
    sql = re.sub(r"DEFAULT \((\w+)\)", r"DEFAULT \1", sql.replace('"', ""))
    lines = [re.sub(r"\s+", " ", line).strip(" ,") for line in sql.splitlines() if line.strip()]
    constraints = [line for line in lines if line.startswith("CONSTRAINT")]
    return [line for line in lines if line not in constraints] + sorted(constraints)
