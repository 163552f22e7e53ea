"""Tests that the ledger's tables take rows and never change or lose one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.engine import Database
from db.queries.ledger import insert_check
from db.queries.servers import next_id
from db.queries.sign_ups import add_event
from db.triggers import APPEND_ONLY
from domain.ledger import Check, Verdict
from domain.sign_ups import SignUpChange
from tests.db.seeds import GUILD, NOW, a_contribution, an_open_action


@pytest.fixture
async def ledger(database: Database) -> Database:
    """A database with a row in each table that is append-only."""
    async with database.write() as conn:
        action = await an_open_action(conn)
        given = await a_contribution(conn, action, 11)
        check = Check(await next_id(conn, GUILD), given.contribution_id, Verdict.VERIFIED, NOW)
        await insert_check(conn, GUILD, action.action_id, check, given.participant_id)
        await add_event(
            conn,
            GUILD,
            await next_id(conn, GUILD),
            action.action_id,
            given.participant_id,
            SignUpChange.JOINED,
            1,
            NOW + timedelta(0),
        )
    return database


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_a_row_is_neither_changed_nor_deleted_nor_replaced(ledger: Database, table: str):
    acts = [f'UPDATE "{table}" SET at = at + 1', f'DELETE FROM "{table}"']
    if ledger.dialect == "sqlite":
        acts.append(f'REPLACE INTO "{table}" SELECT * FROM "{table}"')
    else:
        acts.append(f'TRUNCATE "{table}" CASCADE')
    for act in acts:
        with pytest.raises(DBAPIError, match=f"append-only: {table}"):
            async with ledger.write() as conn:
                await conn.execute(text(act))
    async with ledger.read() as conn:
        count = await conn.scalar(text(f'SELECT count(*) FROM "{table}"'))
    assert count == 1
