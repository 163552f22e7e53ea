"""Brings a database to the newest schema; `python -m db.migrate` reads DATABASE_URL.

Alembic is imported only where migrations run: at start that is a subprocess, because it costs
memory that the bot would never give back.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from db.engine import (
    CONNECT_TIMEOUT,
    DatabaseUnreachable,
    begin_by,
    parse_url,
    sqlite_engine,
    take_lock,
    unreachable,
)
from db.lock import DatabaseBusy

log = logging.getLogger(__name__)

SCRIPTS = Path(__file__).parent / "migrations"

_ADVISORY_LOCK = int.from_bytes(b"fanchant", "big")
"""Held on PostgreSQL while migrating, so that of two starters one waits for the other."""

_FAULT = 3
"""Exit status of the subprocess when its output names a fault as JSON."""


class DatabaseNewer(Exception):
    """The database was migrated by a newer Fanchant than this. `revision` is where it stands."""

    def __init__(self, revision: str) -> None:
        super().__init__(revision)
        self.revision = revision


class MigrationFailed(Exception):
    """A migration did not go through; the database is as it was. `reason` is the last line."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def migrate(url: str, *, scripts: Path = SCRIPTS) -> None:
    """Run every migration that the database lacks, each in one transaction.

    Safe to run twice, from two processes, and to be killed. Raises DatabaseBusy,
    DatabaseUnreachable, DatabaseNewer, or what a migration raised.
    """
    parsed = parse_url(url)
    lock = take_lock(parsed)
    try:
        async with _connect(parsed) as connection:
            await connection.run_sync(_upgrade, scripts)
    finally:
        if lock is not None:
            lock.release()


async def migrate_in_subprocess(url: str) -> None:
    """`migrate` in a process of its own; raises the same, or MigrationFailed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "db.migrate",
        env=os.environ | {"DATABASE_URL": url},
        cwd=Path(__file__).parents[1],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, errors = await process.communicate()
    except BaseException:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if process.returncode == _FAULT:
        raise _fault_from(json.loads(output))
    if process.returncode:
        text = errors.decode(errors="replace").strip()
        log.error("the migration failed with status %s:\n%s", process.returncode, text)
        raise MigrationFailed(text.splitlines()[-1] if text else str(process.returncode))


@asynccontextmanager
async def _connect(url: URL) -> AsyncGenerator[AsyncConnection]:
    """A connection on which nothing has begun, on PostgreSQL with the advisory lock."""
    if url.drivername.startswith("sqlite"):
        engine = sqlite_engine(url, poolclass=NullPool)
        begin_by(engine, "BEGIN IMMEDIATE")
    else:
        engine = create_async_engine(
            url,
            hide_parameters=True,
            poolclass=NullPool,
            connect_args={"timeout": CONNECT_TIMEOUT},
        )
    try:
        connection = await engine.connect()
    except Exception as error:  # noqa: BLE001  drivers raise errors of many families
        await engine.dispose()
        raise unreachable(url, error) from None
    try:
        if engine.dialect.name == "sqlite":
            # Alembic's batch mode drops tables, and with foreign keys on their children's rows.
            # It has to be said outside of a transaction.
            raw = await connection.get_raw_connection()
            await _driver(raw).execute("PRAGMA foreign_keys=OFF")
        else:
            await connection.exec_driver_sql(f"SELECT pg_advisory_lock({_ADVISORY_LOCK})")
            await connection.commit()
        yield connection
    finally:
        await connection.close()
        await engine.dispose()


def _driver(raw: Any) -> Any:
    return raw.driver_connection


def _upgrade(connection: Connection, scripts: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["checks"] = [_check_references]
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    for revision in MigrationContext.configure(connection).get_current_heads():
        if revision not in known:
            raise DatabaseNewer(revision)
    connection.rollback()  # What was read above had begun a transaction.
    command.upgrade(config, "head")


def _check_references(*, ctx: Any, **_: object) -> None:
    """Refuse a migration after which a row on SQLite refers to nothing."""
    if ctx.connection.dialect.name != "sqlite":
        return
    broken = ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise MigrationFailed(f"foreign key {broken[0]} -> {broken[2]}")


def _fault_from(told: dict[str, str]) -> Exception:
    match told["fault"]:
        case "busy":
            return DatabaseBusy(told["where"])
        case "newer":
            return DatabaseNewer(told["revision"])
        case _:
            return DatabaseUnreachable(told["reason"], told["where"])


def main() -> int:
    """Migrate the database at DATABASE_URL; faults go to standard output as JSON."""
    try:
        asyncio.run(migrate(os.environ["DATABASE_URL"]))
    except DatabaseBusy as busy:
        told = {"fault": "busy", "where": busy.where}
    except DatabaseNewer as newer:
        told = {"fault": "newer", "revision": newer.revision}
    except DatabaseUnreachable as fault:
        told = {"fault": "unreachable", "reason": fault.reason, "where": fault.where}
    else:
        return 0
    sys.stdout.write(json.dumps(told))
    return _FAULT


if __name__ == "__main__":
    sys.exit(main())
