"""The database as the bot holds it: transactions to read in and transactions to write in."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import URL, ExceptionContext, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db.compiled import compiled
from db.lock import DatabaseBusy, lock_file
from db.sqlite_connection import connect

__all__ = ["Database", "DatabaseBusy", "DatabaseUnreachable", "stands"]

CONNECT_TIMEOUT = 10
"""Seconds until a PostgreSQL that does not answer counts as unreachable."""

BUSY_TIMEOUT = 5
"""Seconds that SQLite waits for another program's lock, such as a backup's."""


class DatabaseUnreachable(Exception):
    """The database can't be opened. Neither attribute holds a password or URL parameters.

    `reason` is the driver's first line; `where` is the URL without secrets, "" if unreadable.
    """

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{where}: {reason}" if where else reason)
        self.reason = reason
        self.where = where


class Database:
    """Connections to one database. Every transaction has a connection of its own."""

    def __init__(
        self, reader: AsyncEngine, writer: AsyncEngine, lock: FileLock | None = None
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._lock = lock
        self.dialect: str = writer.dialect.name

    @classmethod
    async def open(cls, url: str) -> Database:
        """Connect, and on SQLite take the file's lock. The tables are `db.migrate`'s to make.

        Raises DatabaseBusy if another process has the file, DatabaseUnreachable otherwise.
        """
        parsed = parse_url(url)
        lock = take_lock(parsed)
        database = cls(*_engines(parsed), lock)
        try:
            async with database.write(), database.read():
                pass
        except Exception as error:  # noqa: BLE001  drivers raise errors of many families
            await database.close()
            raise unreachable(parsed, error) from None
        except BaseException:
            await database.close()
            raise
        return database

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """One transaction that sees one state of the database throughout and writes nothing."""
        async with self._reader.connect() as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """One transaction that is committed at the end, or rolled back on any exception.

        On SQLite writers take turns: do not open a second one inside the first.
        """
        async with self._writer.begin() as connection:
            yield connection

    @property
    def exclusive(self) -> bool:
        """Tell whether no other process can have this database open."""
        return self._lock is not None

    async def close(self) -> None:
        """Close every connection and give the lock back."""
        await self._reader.dispose()
        await self._writer.dispose()
        if self._lock is not None:
            self._lock.release()


async def stands(connection: AsyncConnection) -> bool:
    """Tell whether the connection's transaction is still there after a statement failed.

    SQLite rolls back all of it, savepoints included, where the disk is full or can't be read or
    written; the next statements would be committed on their own. PostgreSQL always keeps it.
    """
    if connection.dialect.name != "sqlite":
        return True
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    return driver is not None and driver.in_transaction


def parse_url(url: str) -> URL:
    """Read a database URL; raises DatabaseUnreachable if it is none that Fanchant can use."""
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise DatabaseUnreachable(type(error).__name__) from None
    if parsed.drivername not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
        raise DatabaseUnreachable(parsed.drivername)
    if parsed.drivername.startswith("sqlite") and sqlite_path(parsed) is None:
        raise DatabaseUnreachable("memory", where(parsed))
    return parsed


def where(url: URL) -> str:
    """The URL as it may be shown and logged: without user's password and parameters."""
    return url.set(query={}, password=None).render_as_string()


def unreachable(url: URL, error: Exception) -> DatabaseUnreachable:
    """What a failed connection is reported as, with anything secret left out."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    cause = cause.__cause__ if isinstance(cause.__cause__, Exception) else cause
    lines = str(cause).strip().splitlines()
    reason = lines[0] if lines else type(cause).__name__
    secrets = [url.password, *(v for value in url.query.values() for v in _texts(value))]
    for secret in secrets:
        if secret:
            reason = reason.replace(str(secret), "…")
    return DatabaseUnreachable(reason, where(url))


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite URL; None for PostgreSQL and for databases in memory."""
    name = url.database
    if not url.drivername.startswith("sqlite") or not name or ":memory:" in name:
        return None
    return None if name.startswith("file:") else Path(name)


def take_lock(url: URL) -> FileLock | None:
    """Take the lock of a SQLite file; PostgreSQL needs none."""
    path = sqlite_path(url)
    if path is None:
        return None
    try:
        return lock_file(path)
    except OSError as error:
        raise DatabaseUnreachable(error.strerror or type(error).__name__, where(url)) from None


def _engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """Engines to read and to write by."""
    if not url.drivername.startswith("sqlite"):
        engine = create_async_engine(
            url,
            hide_parameters=True,
            execution_options={"compiled_cache": compiled("postgresql")},
            pool_pre_ping=True,
            pool_size=8,
            max_overflow=8,
            connect_args={"timeout": CONNECT_TIMEOUT},
        )
        event.listen(engine.sync_engine, "handle_error", _hide_row)
        snapshot = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        return snapshot, engine
    reader = sqlite_engine(url, "query_only=ON", pool_size=4, max_overflow=12)
    begin_by(reader, "BEGIN")
    writer = sqlite_engine(url, pool_size=1, max_overflow=0)
    begin_by(writer, "BEGIN IMMEDIATE")
    return reader, writer


def _hide_row(context: ExceptionContext) -> None:
    """Leave out of an error the row that it is about, as its parameters are left out.

    PostgreSQL shows the whole row beneath its first line, a sealed tag among it.
    """
    errors = [context.sqlalchemy_exception, context.original_exception]
    for error in errors:
        if error is None:
            continue
        error.args = tuple(
            arg.partition("\nDETAIL:")[0] if isinstance(arg, str) else arg for arg in error.args
        )
        if isinstance(getattr(error, "detail", None), str):
            setattr(error, "detail", None)  # noqa: B010 - only the driver's own errors have it
        errors.append(error.__cause__)


PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    # So that REPLACE, too, meets the triggers that refuse a DELETE.
    "recursive_triggers=ON",
)


def sqlite_engine(url: URL, *pragmas: str, **options: Any) -> AsyncEngine:
    """An engine whose connections are set up, and leave BEGIN to whoever uses them."""
    return create_async_engine(
        url,
        hide_parameters=True,
        execution_options={"compiled_cache": compiled("sqlite")},
        connect_args={
            "timeout": BUSY_TIMEOUT,
            "isolation_level": None,
            "async_creator_fn": partial(connect, pragmas=(*PRAGMAS, *pragmas)),
        },
        **options,
    )


def begin_by(engine: AsyncEngine, statement: str) -> None:
    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.exec_driver_sql(statement)
