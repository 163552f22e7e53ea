"""Tests of transactions: isolation, read-only reads, the lock, and unreachable databases."""

from __future__ import annotations

import asyncio
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database, DatabaseBusy, DatabaseUnreachable
from db.queries.installation import load_fact, save_fact
from db.queries.servers import ensure_server, next_id

NOW = datetime(2026, 11, 21, 11, tzinfo=UTC)


async def recall(database: Database, name: str) -> str | None:
    async with database.read() as conn:
        return await load_fact(conn, name)


async def test_a_write_is_committed_at_its_end(database: Database):
    async with database.write() as conn:
        await save_fact(conn, "tree", "abc")
        await save_fact(conn, "tree", "def")
    assert await recall(database, "tree") == "def"
    assert await recall(database, "other") is None


async def test_a_write_that_raises_leaves_nothing(database: Database):
    async def write() -> None:
        async with database.write() as conn:
            await save_fact(conn, "tree", "abc")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await write()
    assert await recall(database, "tree") is None


async def test_a_cancelled_write_leaves_nothing_and_the_next_one_goes_on(database: Database):
    written = asyncio.Event()

    async def write() -> None:
        async with database.write() as conn:
            await save_fact(conn, "tree", "abc")
            written.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write())
    await written.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5), database.write() as conn:
        assert await load_fact(conn, "tree") is None
        await save_fact(conn, "tree", "def")


async def test_a_savepoint_that_fails_spoils_no_other(database: Database):
    async def fail(conn: AsyncConnection) -> None:
        async with conn.begin_nested():
            await save_fact(conn, "second", "2")
            await conn.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    async with database.write() as conn:
        async with conn.begin_nested():
            await save_fact(conn, "first", "1")
        with pytest.raises(DBAPIError):
            await fail(conn)
        async with conn.begin_nested():
            await save_fact(conn, "third", "3")
    facts = [await recall(database, name) for name in ("first", "second", "third")]
    assert facts == ["1", None, "3"]


async def test_a_read_sees_one_state_throughout(database: Database):
    async with database.read() as conn:
        assert await load_fact(conn, "tree") is None
        async with database.write() as other:
            await save_fact(other, "tree", "abc")
        assert await load_fact(conn, "tree") is None
    assert await recall(database, "tree") == "abc"


async def test_a_read_refuses_to_write(database: Database):
    with pytest.raises(DBAPIError):
        async with database.read() as conn:
            await save_fact(conn, "tree", "abc")
    assert await recall(database, "tree") is None


async def test_two_hundred_writers_at_once_get_distinct_ids(database: Database):
    async with database.write() as conn:
        await ensure_server(conn, 1, NOW)

    async def take() -> int:
        async with database.write() as conn:
            return await next_id(conn, 1)

    taken = await asyncio.gather(*(take() for _ in range(200)))
    assert sorted(taken) == list(range(1, 201))


async def test_errors_do_not_tell_what_was_written(database: Database):
    with pytest.raises(DBAPIError) as caught:
        async with database.write() as conn:
            await conn.execute(text("INSERT INTO nowhere VALUES (:x)"), {"x": "s3cret"})
    assert "s3cret" not in str(caught.value)


async def test_a_file_that_is_open_already_is_busy(sqlite_url: str):
    first = await Database.open(sqlite_url)
    with pytest.raises(DatabaseBusy) as caught:
        await Database.open(sqlite_url)
    assert caught.value.where == sqlite_url.removeprefix("sqlite+aiosqlite:///")
    await first.close()
    second = await Database.open(sqlite_url)
    await second.close()


async def test_one_file_by_two_names_is_one_database(sqlite_url: str, tmp_path: Path):
    path = Path(sqlite_url.removeprefix("sqlite+aiosqlite:///"))
    alias = tmp_path / "alias.sqlite"
    alias.symlink_to(path)
    first = await Database.open(sqlite_url)
    with pytest.raises(DatabaseBusy):
        await Database.open(f"sqlite+aiosqlite:///{alias}")
    await first.close()


async def test_sqlite_keeps_what_it_acknowledged_and_its_references(sqlite_database: Database):
    async with sqlite_database.write() as conn:
        settings = [
            (await conn.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 2, 1, 5000]


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql+aiomysql://u:s3cret@h/d",
        "sqlite:///file.sqlite",
        "postgresql://u:s3cret@localhost/d",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "sqlite+aiosqlite:////no/such/directory/x.sqlite",
        "postgresql+asyncpg://u:s3cret@127.0.0.1:1/d?application_name=s3cret",
        "postgresql+asyncpg://u:s3cret@/d?host=/no/such/s3cret",
    ],
)
async def test_a_database_that_cannot_be_opened_says_why_and_no_secret(url: str):
    with pytest.raises(DatabaseUnreachable) as caught:
        await Database.open(url)
    fault = caught.value
    assert fault.reason
    assert "s3cret" not in f"{fault} {fault.reason} {fault.where}"
    assert fault.__cause__ is None


async def test_a_file_that_is_no_database_is_unreachable(tmp_path: Path):
    path = tmp_path / "letter.sqlite"
    path.write_text("Dear all, " * 200)
    with pytest.raises(DatabaseUnreachable) as caught:
        await Database.open(f"sqlite+aiosqlite:///{path}")
    assert caught.value.reason == "file is not a database"
    path.unlink()  # and its lock is free again
    await (await Database.open(f"sqlite+aiosqlite:///{path}")).close()


async def test_no_error_shows_the_row_that_it_is_about(database: Database) -> None:
    """PostgreSQL adds it whole beneath its first line, with a sealed tag where there is one."""
    row = {"word": "\u03a9mega", "n": 0}  # written so that no traceback has it as code
    async with database.write() as conn:
        await conn.execute(text("CREATE TABLE t (word TEXT, n INTEGER CHECK (n > 0))"))
        with pytest.raises(DBAPIError) as caught:
            await conn.execute(text("INSERT INTO t (word, n) VALUES (:word, :n)"), row)
    shown = "".join(traceback.format_exception(caught.value))
    assert "check" in shown.lower()
    assert "\u03a9mega" not in shown
