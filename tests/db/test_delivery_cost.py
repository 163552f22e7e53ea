"""With a hundred thousand deliveries pending, owing and sending one costs what it does with few."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.claims import begin_sending, claim_due, next_tries
from db.queries.deliveries import insert_deliveries, mark_sent
from db.queries.servers import next_id
from db.tables import delivery
from domain.actions import Action
from domain.deliveries import IMPORTANCE, DeliveryKind, DeliveryState, PlannedDelivery
from tests.db.seeds import GUILD, MINUTE, NOW, an_open_action

FEW, MANY = 100, 100_000
REMINDER = DeliveryKind.REMINDER
LEVEL = IMPORTANCE[REMINDER]


async def owe_later(conn: AsyncConnection, action: Action, count: int) -> None:
    """So many reminders that are due from an hour from now on, a second apart."""
    first_id = await next_id(conn, GUILD, count)
    rows = [
        {
            "guild_id": GUILD,
            "delivery_id": first_id + number,
            "action_id": action.action_id,
            "kind": REMINDER,
            "state": DeliveryState.PENDING,
            "importance": LEVEL,
            "due_at": NOW + 60 * MINUTE + timedelta(seconds=number),
            "try_at": NOW + 60 * MINUTE + timedelta(seconds=number),
            "offset_seconds": 0,
            "created_at": NOW,
        }
        for number in range(count)
    ]
    await conn.execute(insert(delivery), rows)


async def send_one(conn: AsyncConnection, action: Action) -> None:
    """Owe a message that is due now, find it, and mark it as sent."""
    first_id = await next_id(conn, GUILD)
    plan = [PlannedDelivery(REMINDER, NOW)]
    ids = (GUILD, action.action_id)
    await insert_deliveries(conn, *ids, plan, first_id=first_id, now=NOW)
    assert (await next_tries(conn))[LEVEL] == NOW
    (claimed,) = await claim_due(conn, NOW, NOW + MINUTE, 50, level=LEVEL)
    assert claimed.delivery_id == first_id
    assert await begin_sending(conn, GUILD, first_id, NOW)
    await mark_sent(conn, GUILD, first_id, None, NOW)


@asynccontextmanager
async def counting_steps(conn: AsyncConnection) -> AsyncGenerator[list[int]]:
    """Count the instructions that SQLite's virtual machine carries out meanwhile."""
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    raw: Any = (await conn.get_raw_connection()).driver_connection
    await raw.set_progress_handler(step, 1)
    try:
        yield steps
    finally:
        await raw.set_progress_handler(None, 1)


async def test_on_sqlite_it_takes_the_same_steps(sqlite_database: Database) -> None:
    async with sqlite_database.write() as conn:
        action = await an_open_action(conn)
        await owe_later(conn, action, FEW)
        async with counting_steps(conn) as few:
            await send_one(conn, action)
        await owe_later(conn, action, MANY)
        async with counting_steps(conn) as many:
            await send_one(conn, action)
    assert 0 < many[0] <= few[0] * 1.05


async def test_on_postgresql_no_table_is_read_through(postgres_url: str) -> None:
    database = await Database.open(postgres_url)
    async with database.write() as conn:
        action = await an_open_action(conn)
        await owe_later(conn, action, MANY)
        await conn.execute(text("ANALYZE delivery"))
        before = await rows_read_in_order(conn)
        await send_one(conn, action)
        assert await rows_read_in_order(conn) == before
    await database.close()


async def rows_read_in_order(conn: AsyncConnection) -> int:
    """The rows of deliveries that this transaction has read by going through the table."""
    return (
        await conn.execute(
            text("SELECT seq_tup_read FROM pg_stat_xact_all_tables WHERE relname = 'delivery'")
        )
    ).scalar_one()
