"""Tests of the queries on deliveries: who may send what when."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from db.engine import Database
from db.queries.claims import claim_due, next_tries, postpone
from db.queries.deliveries import (
    DeliveryRecord,
    insert_deliveries,
    list_deliveries,
    mark_failed,
    mark_sent,
)
from db.queries.servers import next_id
from domain.actions import Action
from domain.deliveries import (
    IMPORTANCE,
    LEVELS,
    Delivery,
    DeliveryKind,
    DeliveryState,
    PlannedDelivery,
    Post,
)
from tests.db.seeds import GUILD, MINUTE, NOW, OTHER_GUILD, an_open_action

LEASE = NOW + MINUTE


async def an_action_that_owes(
    database: Database, *planned: tuple[DeliveryKind, int], guild_id: int = GUILD
) -> Action:
    """An open action with deliveries due so many minutes from NOW."""
    async with database.write() as conn:
        action = await an_open_action(conn, guild_id=guild_id)
        plans = [
            PlannedDelivery(kind, NOW + minute * MINUTE, timedelta(hours=24))
            for kind, minute in planned
        ]
        first_id = await next_id(conn, guild_id, len(plans) or 1)
        await insert_deliveries(conn, guild_id, action.action_id, plans, first_id=first_id, now=NOW)
    return action


async def claim(
    database: Database, now: datetime = NOW, lease: datetime = LEASE, limit: int = 50
) -> list[Delivery]:
    async with database.write() as conn:
        claimed: list[Delivery] = []
        for level in LEVELS:
            room = limit - len(claimed)
            claimed += await claim_due(conn, now, lease, room, level=level)
        return claimed


async def records(database: Database, action: Action) -> list[DeliveryRecord]:
    async with database.read() as conn:
        return await list_deliveries(conn, action.guild_id, action.action_id)


async def earliest(database: Database) -> datetime | None:
    async with database.read() as conn:
        return min((await next_tries(conn)).values(), default=None)


async def test_what_is_due_is_claimed_by_importance_and_then_by_instant(database: Database):
    await an_action_that_owes(
        database,
        (DeliveryKind.REMINDER, -9),
        (DeliveryKind.ANNOUNCEMENT, -1),
        (DeliveryKind.ANNOUNCEMENT, -2),
        (DeliveryKind.MOMENT, 0),
        (DeliveryKind.TALLY, 1),
    )
    await an_action_that_owes(database, (DeliveryKind.MOMENT, -1), guild_id=OTHER_GUILD)
    first = await claim(database, limit=2)
    assert [(d.guild_id, d.kind) for d in first] == [
        (OTHER_GUILD, DeliveryKind.MOMENT),
        (GUILD, DeliveryKind.MOMENT),
    ]
    rest = await claim(database)
    assert [(d.kind, d.due_at) for d in rest] == [
        (DeliveryKind.ANNOUNCEMENT, NOW - 2 * MINUTE),
        (DeliveryKind.ANNOUNCEMENT, NOW - MINUTE),
        (DeliveryKind.REMINDER, NOW - 9 * MINUTE),
    ]
    assert {d.attempts for d in first + rest} == {1}
    assert await claim(database) == []


async def test_a_claimed_delivery_is_free_again_when_its_lease_has_run_out(database: Database):
    await an_action_that_owes(database, (DeliveryKind.MOMENT, 0))
    assert await earliest(database) == NOW
    (first,) = await claim(database)
    assert await earliest(database) == LEASE
    assert await claim(database, LEASE - timedelta(microseconds=1)) == []
    (again,) = await claim(database, LEASE, LEASE + MINUTE)
    assert (again.delivery_id, again.attempts) == (first.delivery_id, 2)


async def test_a_sent_delivery_is_done_and_keeps_its_message(database: Database):
    action = await an_action_that_owes(database, (DeliveryKind.CARD, 0), (DeliveryKind.CLOSING, 5))
    (card,) = await claim(database)
    async with database.write() as conn:
        await postpone(conn, GUILD, card.delivery_id, NOW + 2 * MINUTE, "http_500")
    assert await earliest(database) == NOW + 2 * MINUTE
    assert await claim(database) == []
    (card,) = await claim(database, NOW + 2 * MINUTE, NOW + 9 * MINUTE)
    async with database.write() as conn:
        await mark_sent(conn, GUILD, card.delivery_id, Post(5, 6), NOW + 2 * MINUTE)
        await mark_failed(conn, GUILD, card.delivery_id, "too_late")  # It was sent: no effect.
    assert (await records(database, action))[0] == DeliveryRecord(
        delivery=card,
        state=DeliveryState.SENT,
        try_at=NOW + 9 * MINUTE,
        error=None,
        post=Post(5, 6),
        sent_at=NOW + 2 * MINUTE,
    )
    assert await earliest(database) == NOW + 5 * MINUTE


async def test_a_failed_delivery_is_owed_no_more(database: Database):
    action = await an_action_that_owes(database, (DeliveryKind.MOMENT, 0), (DeliveryKind.CARD, 0))
    moment, card = await claim(database)
    async with database.write() as conn:
        await mark_failed(conn, GUILD, moment.delivery_id, "forbidden")
    found = await records(database, action)
    assert [(r.delivery.kind, r.state, r.error) for r in found] == [
        (DeliveryKind.MOMENT, DeliveryState.FAILED, "forbidden"),
        (DeliveryKind.CARD, DeliveryState.CLAIMED, None),
    ]
    async with database.write() as conn:
        await mark_sent(conn, GUILD, card.delivery_id, None, NOW)
    assert await earliest(database) is None
    assert await claim(database, NOW + 99 * MINUTE) == []


async def test_nothing_planned_is_nothing_owed(database: Database):
    action = await an_action_that_owes(database)
    assert await records(database, action) == []
    assert await earliest(database) is None


async def test_a_delivery_may_address_one_participant(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn)
        await insert_deliveries(
            conn,
            GUILD,
            action.action_id,
            [PlannedDelivery(DeliveryKind.PROMOTED, NOW)],
            first_id=await next_id(conn, GUILD),
            now=NOW,
            participant_id=action.organiser_id,
        )
    (delivery,) = await claim(database)
    assert delivery.participant_id == action.organiser_id


async def test_two_dispatchers_at_once_claim_no_delivery_twice(database: Database):
    await an_action_that_owes(database, *[(DeliveryKind.REMINDER, -n) for n in range(40)])
    claims = await asyncio.gather(*(claim(database, limit=10) for _ in range(6)))
    taken = [delivery.delivery_id for claimed in claims for delivery in claimed]
    taken += [delivery.delivery_id for delivery in await claim(database)]
    assert len(taken) == len(set(taken)) == 40


async def test_postgresql_skips_what_another_process_is_claiming(postgres_url: str):
    database = await Database.open(postgres_url)
    await an_action_that_owes(database, (DeliveryKind.MOMENT, 0), (DeliveryKind.CARD, 0))
    async with database.write() as conn:
        (moment,) = await claim_due(conn, NOW, LEASE, 1, level=IMPORTANCE[DeliveryKind.MOMENT])
        async with asyncio.timeout(5):
            (card,) = await claim(database)
    assert (moment.kind, card.kind) == (DeliveryKind.MOMENT, DeliveryKind.CARD)
    await database.close()
