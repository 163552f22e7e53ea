"""Tests that the ledger's tables take rows and never change or lose one."""

from __future__ import annotations

import pytest
from sqlalchemy import Executable, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.audit import write_down
from db.queries.ledger import insert_check
from db.queries.servers import next_id
from db.queries.shifts import write_shift_events
from db.queries.sign_ups import write_events
from db.tables import edition, metadata, official_count, spot_check, spot_sample
from db.triggers import APPEND_ONLY
from domain.audit import Act
from domain.ledger import Check, Contribution, Verdict
from domain.shifts import ShiftChange, ShiftEvent
from domain.sign_ups import SignUp, SignUpChange, SignUpEvent, SignUpState
from tests.db.seeds import GUILD, NOW, a_contribution, an_open_action


@pytest.fixture
async def ledger(database: Database) -> Database:
    """A database with a row in each table that is append-only."""
    async with database.write() as conn:
        action = await an_open_action(conn)
        given = await a_contribution(conn, action, 11)
        check = Check(await next_id(conn, GUILD), given.contribution_id, Verdict.VERIFIED, NOW)
        await insert_check(conn, GUILD, action.action_id, check, given.participant_id)
        joined = SignUp(given.participant_id, SignUpState.IN, 1, NOW)
        event = SignUpEvent(SignUpChange.JOINED, joined)
        first_id = await next_id(conn, GUILD)
        await write_events(conn, GUILD, action.action_id, [event], first_id=first_id)
        await write_down(conn, GUILD, action.action_id, Act.PAUSED, NOW, user_id=11)
        taken = ShiftEvent(ShiftChange.TAKEN, 1, given.participant_id)
        await write_shift_events(conn, GUILD, action.action_id, [taken], NOW)
        await _write_beside_the_ledger(conn, action.action_id, given)
    return database


async def _write_beside_the_ledger(
    conn: AsyncConnection, action_id: int, given: Contribution
) -> None:
    ids = {"guild_id": GUILD, "action_id": action_id}
    who = given.participant_id
    official = {"name": "Charity", "value": "12", "source": "page", "at": NOW, "entered_at": NOW}
    await conn.execute(
        insert(official_count).values(official_count_id=901, entered_by=who, **official, **ids)
    )
    await conn.execute(insert(edition).values(number=1, cut_off=NOW, numbers={}, at=NOW, **ids))
    drawn = {"spot_check_id": 902, "at": NOW, "strata": [], "drawn_by": who}
    await conn.execute(insert(spot_check).values(**drawn, **ids))
    sample = {"spot_check_id": 902, "contribution_id": given.contribution_id, "stratum": 0}
    await conn.execute(insert(spot_sample).values(guild_id=GUILD, **sample))


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_a_row_is_neither_changed_nor_deleted_nor_replaced(ledger: Database, table: str):
    rows = metadata.tables[table]
    everything = select(*rows.c)
    acts: list[Executable] = [update(rows).values(guild_id=GUILD + 1), delete(rows)]
    if ledger.dialect == "sqlite":
        copy = insert(rows).prefix_with("OR REPLACE").from_select(list(rows.c), everything)
        acts.append(copy)
    else:
        acts.append(text(f'TRUNCATE "{table}" CASCADE'))
    async with ledger.read() as conn:
        before = (await conn.execute(everything)).all()
    for act in acts:
        with pytest.raises(DBAPIError, match=f"append-only: {table}"):
            async with ledger.write() as conn:
                await conn.execute(act)
    async with ledger.read() as conn:
        assert (await conn.execute(everything)).all() == before
    assert len(before) == 1
