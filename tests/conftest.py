"""The fixtures that every test can use, and what happens once a session."""

import gc

import pytest

pytest.register_assert_rewrite("tests.fanserver", "tests.shown")

from tests.databases import (  # noqa: E402 - rewriting comes first
    database,
    database_url,
    empty_database_url,
    empty_postgres_url,
    empty_sqlite_url,
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_database,
    sqlite_folder,
    sqlite_template,
    sqlite_url,
)
from tests.recorded import forget_requests  # noqa: E402

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
    "sqlite_folder",
    "sqlite_template",
    "sqlite_url",
]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Forget the requests that earlier sessions recorded; xdist's workers only add to them."""
    if not hasattr(session.config, "workerinput"):
        forget_requests()


def pytest_collection_finish() -> None:
    """Have the garbage collector look at what tests make, and not at all that was imported."""
    gc.collect()
    gc.freeze()
