"""The fixtures that every test can use."""

from tests.databases import (
    database,
    database_url,
    empty_database_url,
    empty_postgres_url,
    empty_sqlite_url,
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_database,
    sqlite_template,
    sqlite_url,
)

__all__ = [
    "database",
    "database_url",
    "empty_database_url",
    "empty_postgres_url",
    "empty_sqlite_url",
    "postgres_server",
    "postgres_template",
    "postgres_url",
    "sqlite_database",
    "sqlite_template",
    "sqlite_url",
]
