"""Tests of SQLite's driver with fewer trips, and of compiled statements that engines share."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.exc import IntegrityError

from db.engine import Database, sqlite_path
from db.engine import parse_url as parsed
from db.queries.installation import load_fact, save_fact
from db.sqlite_connection import AHEAD, connect
from db.tables import installation
from tests.databases import sqlite_url_of

NUMBERS = text(
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < :most)"
    " SELECT x FROM n WHERE x <= :most"
)


@pytest.mark.parametrize("most", [0, 1, AHEAD - 1, AHEAD, AHEAD + 1, 3 * AHEAD])
async def test_however_many_rows_there_are_all_are_fetched_in_order(
    sqlite_database: Database, most: int
):
    async with sqlite_database.read() as conn:
        rows = await conn.scalars(NUMBERS, {"most": most})
        streamed = await conn.stream_scalars(NUMBERS, {"most": most})
        assert rows.all() == [number async for number in streamed] == list(range(1, most + 1))


async def test_a_stream_that_is_left_half_read_hinders_nothing(sqlite_database: Database):
    async with sqlite_database.write() as conn:
        async with conn.stream_scalars(NUMBERS, {"most": 3 * AHEAD}) as streamed:
            assert await anext(aiter(streamed)) == 1
        await save_fact(conn, "tree", "abc")
    async with sqlite_database.read() as conn:
        assert await load_fact(conn, "tree") == "abc"


async def test_the_rows_of_what_is_written_are_counted_and_returned(sqlite_database: Database):
    values = [{"name": str(number), "value": "new"} for number in range(3)]
    async with sqlite_database.write() as conn:
        written = await conn.execute(insert(installation).returning(installation.c.name), values)
        assert sorted(written.scalars()) == ["0", "1", "2"]
        changed = await conn.execute(installation.update().values(value="newer"))
        assert changed.rowcount == 3
        with pytest.raises(IntegrityError):
            await conn.execute(insert(installation), values[0])


async def test_who_is_cancelled_while_waiting_for_the_file_leaves_no_transaction(
    sqlite_url: str, sqlite_database: Database
):
    """Another program has the file when the write begins, and gives it back afterwards."""

    async def write() -> None:
        async with sqlite_database.write() as conn:
            await save_fact(conn, "tree", "abc")

    path = sqlite_path(parsed(sqlite_url))
    with closing(sqlite3.connect(str(path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        task = asyncio.create_task(write())
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.sleep(0.1)
        other.execute("COMMIT")
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        other.execute("PRAGMA busy_timeout = 1000")
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    async with asyncio.timeout(5):
        await write()


async def test_what_one_engine_compiled_serves_the_other_and_the_next_database(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    compiled: list[str] = []
    begin = SQLiteCompiler.visit_select

    def note(self: SQLiteCompiler, *args: object, **kwargs: object) -> str:
        compiled.append("a select")
        return begin(self, *args, **kwargs)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(SQLiteCompiler, "visit_select", note)
    statement = select(installation.c.name.label("seen_nowhere_else"))
    url = sqlite_url_of(tmp_path / "another.sqlite")
    for opened_url in (sqlite_url, url):
        if opened_url == url:
            shutil.copy(str(sqlite_path(parsed(sqlite_url))), tmp_path / "another.sqlite")
        database = await Database.open(opened_url)
        async with database.read() as reading, database.write() as writing:
            for conn in (reading, writing):
                assert (await conn.execute(statement)).all() == []
        await database.close()
    assert compiled == ["a select"]


@pytest.mark.parametrize("cancelled", [True, False])
def test_one_that_is_given_up_while_it_opens_reports_to_no_loop_that_is_gone(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, cancelled: bool
) -> None:
    """Also where the loop ends in the middle of it, which cancels all that is under way."""
    path, threads = str(sqlite_path(parsed(sqlite_url))), set(threading.enumerate())
    failed: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    really = sqlite3.connect

    def slowly(*args: Any, **options: Any) -> sqlite3.Connection:
        time.sleep(0.1)  # as on a disk that has to wake up
        return really(*args, **options)

    monkeypatch.setattr(sqlite3, "connect", slowly)

    async def give_up() -> None:
        opening = asyncio.ensure_future(connect(path))
        await asyncio.sleep(0.02)
        if cancelled:
            opening.cancel()
            with pytest.raises(asyncio.CancelledError):
                await opening

    asyncio.run(give_up())
    assert set(threading.enumerate()) <= threads
    assert failed == []
