"""Tests of migrations: they lead to the metadata, whole or not at all."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.engine import Database, DatabaseBusy, DatabaseUnreachable
from db.migrate import (
    SCRIPTS,
    DatabaseNewer,
    MigrationFailed,
    migrate,
    migrate_in_subprocess,
)
from db.queries.actions import load_action
from db.tables import metadata
from db.triggers import create_triggers
from tests.databases import run_apart
from tests.db.schema import read_schema
from tests.db.seeds import an_open_action

PROGRAM = """
import asyncio, os, pathlib
from db.migrate import migrate
asyncio.run(migrate(os.environ["DATABASE_URL"], scripts=pathlib.Path(os.environ["SCRIPTS"])))
"""

NEWEST = max(path.name for path in (SCRIPTS / "versions").glob("*.py")).partition("_")[0]

HEAD = """
import os, pathlib, time
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9990", "{head}"
def upgrade():
"""

TWO_STEPS = """
    op.create_table("half", sa.Column("x", sa.Integer))
    op.execute("INSERT INTO half VALUES (1)")
    if marker := os.environ.get("MARKER"):
        pathlib.Path(marker).touch()
        time.sleep(60)
    op.create_table("whole", sa.Column("x", sa.Integer))
"""


BEFORE_MILESTONES = (
    "INSERT INTO server (guild_id, language, created_at) VALUES (7, 'en', 0)",
    "INSERT INTO participant (guild_id, participant_id, user_id, created_at) VALUES (7, 1, 1, 0)",
)

AN_ACTION = """
INSERT INTO action (guild_id, action_id, number, kind, title, state, organiser_id, starts_wall,
  starts_zone, starts_fold, starts_at, ends_at, log_until, unit_code, goal, fields, created_at)
VALUES (7, :action_id, :action_id, 'custom', 'T', :state, 1, '2026-11-21T20:00', 'UTC', 0, 0, 0, 0,
  'times', :goal, '{}', 0)
"""

LOGGED = """
INSERT INTO action_total (guild_id, action_id, unit_code, logged)
VALUES (7, :action_id, 'times', :logged)
"""


def scripts_with(directory: Path, upgrade: str) -> Path:
    """The real migrations and one more."""
    scripts = directory / "migrations"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "9990_next.py").write_text(HEAD.format(head=NEWEST) + upgrade)
    return scripts


async def tables_and_revision(url: str) -> tuple[set[str], str]:
    database = await Database.open(url)
    async with database.read() as conn:
        schema = await conn.run_sync(read_schema)
        revision = (
            await conn.execute(text("SELECT version_num FROM alembic_version"))
        ).scalar_one()
    await database.close()
    return {name for kind, name, *_ in schema if kind == "table"}, revision


async def run(url: str, statement: str) -> None:
    database = await Database.open(url)
    async with database.write() as conn:
        await conn.execute(text(statement))
    await database.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
async def test_a_migrated_database_is_the_metadata(engine: str, request: pytest.FixtureRequest):
    """Column by column, with every check, index and trigger."""
    made = await Database.open(request.getfixturevalue(f"empty_{engine}_url"))
    async with made.write() as conn:
        await conn.run_sync(metadata.create_all)
        await conn.run_sync(create_triggers)
        expected = await conn.run_sync(read_schema)
    await made.close()
    migrated = await Database.open(request.getfixturevalue(f"{engine}_url"))
    async with migrated.read() as conn:
        found = await conn.run_sync(read_schema)
    await migrated.close()
    assert {entry for entry in found if "alembic_version" not in str(entry)} == expected
    assert {"table", "index", "trigger"} <= {kind for kind, *_ in expected}


def test_migrating_again_changes_nothing(database_url: str):
    run_apart(migrate(database_url))
    before = run_apart(tables_and_revision(database_url))
    run_apart(migrate(database_url))
    assert run_apart(tables_and_revision(database_url)) == before


def test_a_migration_that_is_killed_leaves_the_old_schema(database_url: str, tmp_path: Path):
    before = run_apart(tables_and_revision(database_url))
    scripts = scripts_with(tmp_path, TWO_STEPS)
    marker = tmp_path / "halfway"
    env = os.environ | {"DATABASE_URL": database_url, "SCRIPTS": str(scripts)}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=env | {"MARKER": str(marker)}, cwd=SCRIPTS.parents[1]
    )
    try:
        for _ in range(400):
            if marker.exists() or process.poll() is not None:
                break
            process_wait(process)
        assert marker.exists()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()

    assert run_apart(tables_and_revision(database_url)) == before
    run_apart(migrate(database_url, scripts=scripts))
    tables, revision = run_apart(tables_and_revision(database_url))
    assert tables == before[0] | {"half", "whole"}
    assert revision == "9990"


def process_wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(0.05)
    except subprocess.TimeoutExpired:
        return


def test_a_migration_that_fails_leaves_the_old_schema(database_url: str, tmp_path: Path):
    before = run_apart(tables_and_revision(database_url))
    scripts = scripts_with(tmp_path, TWO_STEPS + '    op.drop_table("nowhere")\n')
    with pytest.raises(DBAPIError):
        run_apart(migrate(database_url, scripts=scripts))
    assert run_apart(tables_and_revision(database_url)) == before


def test_each_migration_is_a_transaction_of_its_own(empty_database_url: str, tmp_path: Path):
    scripts = scripts_with(tmp_path, TWO_STEPS + '    op.drop_table("nowhere")\n')
    with pytest.raises(DBAPIError):
        run_apart(migrate(empty_database_url, scripts=scripts))
    tables, revision = run_apart(tables_and_revision(empty_database_url))
    assert revision == NEWEST
    assert "contribution" in tables
    assert "half" not in tables


def test_a_rebuilt_table_keeps_the_rows_that_refer_to_it(sqlite_url: str, tmp_path: Path):
    """Batch mode drops the table; with foreign keys on, `action_total` would go with it."""

    async def seed() -> int:
        database = await Database.open(sqlite_url)
        async with database.write() as conn:
            action = await an_open_action(conn)
        await database.close()
        return action.action_id

    async def found(action_id: int) -> bool:
        database = await Database.open(sqlite_url)
        async with database.read() as conn:
            (guild_id,) = (await conn.execute(text("SELECT guild_id FROM action"))).one()
            action = await load_action(conn, guild_id, action_id)
        await database.close()
        return action is not None

    action_id = run_apart(seed())
    rebuild = """
    with op.batch_alter_table("action") as batch:
        batch.drop_constraint("ck_action_kind", type_="check")
        batch.create_check_constraint("ck_action_kind", "kind <> ''")
"""
    run_apart(migrate(sqlite_url, scripts=scripts_with(tmp_path, rebuild)))
    assert run_apart(found(action_id))


def test_actions_under_way_get_milestones_but_none_that_is_behind_them(
    empty_database_url: str, tmp_path: Path
):
    url = empty_database_url
    before = tmp_path / "before"
    newer = shutil.ignore_patterns("__pycache__", "000[3-9]*")
    shutil.copytree(SCRIPTS, before, ignore=newer)
    run_apart(migrate(url, scripts=before))

    async def seed() -> None:
        database = await Database.open(url)
        async with database.write() as conn:
            for statement in BEFORE_MILESTONES:
                await conn.execute(text(statement))
            for action_id, state, goal, logged in (
                (1, "open", 101, 26),
                (2, "scheduled", 101, 0),
                (3, "open", None, 0),
                (4, "final", 101, 0),
                (5, "open", 20, 20),
            ):
                row = {"action_id": action_id, "state": state, "goal": goal}
                await conn.execute(text(AN_ACTION), row)
                await conn.execute(text(LOGGED), {"action_id": action_id, "logged": logged})
        await database.close()

    async def next_marks() -> dict[int, int | None]:
        database = await Database.open(url)
        async with database.read() as conn:
            rows = await conn.execute(text("SELECT action_id, next_mark FROM action"))
            found = {row.action_id: row.next_mark for row in rows}
        await database.close()
        return found

    run_apart(seed())
    run_apart(migrate(url))
    assert run_apart(next_marks()) == {1: 51, 2: 26, 3: None, 4: None, 5: None}


def test_a_migration_that_leaves_orphans_is_refused(sqlite_url: str, tmp_path: Path):
    async def seed() -> None:
        database = await Database.open(sqlite_url)
        async with database.write() as conn:
            await an_open_action(conn)
        await database.close()

    run_apart(seed())
    scripts = scripts_with(tmp_path, '    op.execute("DELETE FROM participant")\n')
    with pytest.raises(MigrationFailed):
        run_apart(migrate(sqlite_url, scripts=scripts))
    assert run_apart(tables_and_revision(sqlite_url))[1] == NEWEST


async def test_a_newer_database_is_refused(database_url: str):
    await run(database_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseNewer) as caught:
        await migrate_in_subprocess(database_url)
    assert caught.value.revision == "9999"


async def test_a_database_in_use_is_not_migrated(sqlite_url: str):
    """The subprocess is a second process: it refuses, and says which file."""
    database = await Database.open(sqlite_url)
    with pytest.raises(DatabaseBusy) as caught:
        await migrate_in_subprocess(sqlite_url)
    await database.close()
    assert caught.value.where == sqlite_url.removeprefix("sqlite+aiosqlite:///")


async def test_an_unreachable_database_is_told_without_secrets():
    url = "postgresql+asyncpg://u:s3cret@127.0.0.1:1/d"
    with pytest.raises(DatabaseUnreachable) as caught:
        await migrate_in_subprocess(url)
    assert caught.value.where == "postgresql+asyncpg://u:***@127.0.0.1:1/d"
    assert "s3cret" not in str(caught.value)


async def test_two_starters_of_an_empty_postgresql_do_not_collide(empty_postgres_url: str):
    await asyncio.gather(*(migrate_in_subprocess(empty_postgres_url) for _ in range(2)))
    tables, revision = await tables_and_revision(empty_postgres_url)
    assert "contribution" in tables
    assert revision == NEWEST


async def test_a_new_file_is_made_with_its_directory(tmp_path: Path):
    path = tmp_path / "data" / "new.sqlite"
    await migrate_in_subprocess(f"sqlite+aiosqlite:///{path}")
    assert path.exists()
