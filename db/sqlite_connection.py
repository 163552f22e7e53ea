"""SQLite's driver with fewer trips to its thread, which cost more than most statements do."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from typing import Any, cast

import aiosqlite
from aiosqlite.context import contextmanager

AHEAD = 256
"""Rows that are fetched along with a statement; most have fewer, and are done by then."""


class Cursor(aiosqlite.Cursor):
    """Executes and fetches in one trip."""

    def __init__(self, conn: aiosqlite.Connection, cursor: sqlite3.Cursor) -> None:
        super().__init__(conn, cursor)
        self._ahead: list[Any] = []
        self._done = False

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Cursor:
        self._done = False
        self._ahead = await self._execute(self._execute_and_fetch, sql, parameters or ())
        self._done = len(self._ahead) < AHEAD
        return self

    def _execute_and_fetch(self, sql: str, parameters: Any) -> list[Any]:
        self._cursor.execute(sql, parameters)
        return self._cursor.fetchmany(AHEAD)

    async def fetchone(self) -> Any:
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Fetch at least one row and at most so many, if there is any left."""
        if not self._ahead and not self._done:
            return list(await super().fetchmany(size))
        size = size or self.arraysize
        rows, self._ahead = self._ahead[:size], self._ahead[size:]
        return rows

    async def fetchall(self) -> list[Any]:
        rows, self._ahead = self._ahead, []
        return rows if self._done else [*rows, *await super().fetchall()]

    async def close(self) -> None:
        if not self._done:  # SQLite has let go of a statement that is done.
            await super().close()


class Connection(aiosqlite.Connection):
    """Asks the thread only for what concerns the file."""

    @contextmanager
    async def cursor(self) -> Cursor:
        return Cursor(self, self._conn.cursor())

    async def rollback(self) -> None:
        if self.in_transaction:
            await super().rollback()


async def connect(database: str, *, pragmas: Iterable[str] = (), **options: Any) -> Connection:
    """Open a connection and set it up; if cancelled meanwhile, it leaves nothing open."""

    def open_and_set_up() -> sqlite3.Connection:
        opened = sqlite3.connect(database, **options)
        try:
            for pragma in pragmas:
                opened.execute(f"PRAGMA {pragma}")
            # SQLite's own lower() knows ASCII only; titles are searched in every language.
            opened.create_function("lower", 1, _lower, deterministic=True)
        except BaseException:
            opened.close()
            raise
        return opened

    connection = Connection(open_and_set_up, AHEAD)
    connection._thread.daemon = True  # pyright: ignore[reportPrivateUsage]  as SQLAlchemy has it
    try:
        return cast(Connection, await connection)
    except asyncio.CancelledError:
        # It opens the file whoever waits for that, and must have ended before the loop does.
        await asyncio.to_thread(connection._thread.join)  # pyright: ignore[reportPrivateUsage]
        raise


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
