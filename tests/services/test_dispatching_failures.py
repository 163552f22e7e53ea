"""What fails while it is sent: what passes is tried again, what does not is told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from db.engine import Database
from domain.deliveries import (
    LEASE,
    MAX_ATTEMPTS,
    DeliveryState,
)
from tests.services.stand_ins import forbidden, unreachable
from tests.services.test_dispatcher import (
    ANNOUNCEMENT,
    CARD,
    CLOSING,
    FAILED,
    MOMENT_KIND,
    NOTICE,
    PENDING,
    REMINDER,
    SENT,
    SKIPPED,
    an_action_that_begins,
    an_announced_action,
)
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MOMENT,
    OTHER_GUILD,
    SECOND,
    World,
    a_world,
    until,
)

# Failures.


async def test_a_failure_that_passes_is_tried_again_after_a_growing_delay(world: World):
    action = await an_action_that_begins(world)
    world.sender.fail(MOMENT_KIND, *(unreachable() for _ in range(6)))
    delays: list[timedelta] = []
    for attempt in range(1, 7):
        assert MOMENT_KIND not in await world.send_due()
        again = await world.services.dispatcher.next_due()
        assert again is not None
        delays.append(again - world.clock.now())
        assert timedelta(seconds=2**attempt / 2) <= delays[-1] <= timedelta(seconds=2**attempt)
        (record,) = [r for r in await world.records(action) if r.delivery.kind is MOMENT_KIND]
        assert (record.state, record.error, record.delivery.attempts) == (
            PENDING,
            "http_503",
            attempt,
        )
        world.clock.set(again - SECOND / 10)
        assert await world.send_due() == []
        world.clock.set(again)
    assert await world.send_due() == [MOMENT_KIND]
    assert (await world.states(action))[MOMENT_KIND] is SENT


async def test_it_waits_as_long_as_discord_asks(world: World):
    await an_action_that_begins(world)
    world.sender.fail(MOMENT_KIND, unreachable(retry_after=90))
    await world.send_due()
    assert await world.services.dispatcher.next_due() == MOMENT + 90 * SECOND


async def test_what_failed_is_sent_once_the_cause_is_mended(world: World):
    """The channel was forbidden when the action was published, and a reminder is stale by now."""
    await world.set_up(OTHER_GUILD)
    for kind in (ANNOUNCEMENT, CARD, REMINDER):
        world.sender.fail(kind, forbidden(), forbidden())
    action = await world.publish()
    elsewhere = await world.publish(guild_id=OTHER_GUILD)
    await world.send_due()
    world.clock.set(MOMENT - DAY)
    await world.send_due()
    world.clock.set(MOMENT + HOUR)
    await world.send_due()
    assert await world.services.dispatcher.try_failed_again(GUILD) == 3
    sent = await world.send_due()
    assert sent == [ANNOUNCEMENT, CARD]
    states = await world.states(action)
    assert (states[ANNOUNCEMENT], states[CARD]) == (SENT, SENT)
    assert (await world.states(elsewhere))[ANNOUNCEMENT] is FAILED
    assert await world.services.dispatcher.try_failed_again(GUILD) == 0


async def test_a_long_outage_of_discord_loses_no_message(world: World):
    action = await an_announced_action(world)
    world.sender.fail(CLOSING, *(unreachable() for _ in range(2 * MAX_ATTEMPTS)))
    world.clock.set(action.ends_at)
    for _ in range(2 * MAX_ATTEMPTS):
        assert CLOSING not in await world.send_due()
        world.clock.advance(5 * MINUTE)
    assert await world.send_due() == [CLOSING]
    assert world.sender.sent[-1].late
    assert (await world.states(action))[CLOSING] is SENT


async def test_a_defect_after_a_long_outage_loses_no_message(world: World):
    action = await an_announced_action(world)
    outage = [unreachable() for _ in range(2 * MAX_ATTEMPTS)]
    world.sender.fail(CLOSING, *outage, RuntimeError("a defect"))
    world.clock.set(action.ends_at)
    for _ in range(2 * MAX_ATTEMPTS + 1):
        assert CLOSING not in await world.send_due()
        world.clock.advance(5 * MINUTE)
    assert await world.send_due() == [CLOSING]


async def test_what_fails_by_a_defect_is_given_up_after_enough_attempts(
    world: World, caplog: pytest.LogCaptureFixture
):
    action = await an_announced_action(world)
    defects = (RuntimeError("a defect") for _ in range(MAX_ATTEMPTS))
    world.sender.fail(CLOSING, *defects)
    world.clock.set(action.ends_at)
    for _ in range(MAX_ATTEMPTS + 3):
        await world.send_due()
        world.clock.advance(5 * MINUTE)
    assert world.sender.tried.count(CLOSING) == MAX_ATTEMPTS
    (record,) = [r for r in await world.records(action) if r.delivery.kind is CLOSING]
    assert (record.state, record.error) == (FAILED, "unexpected")


async def test_a_call_to_what_is_over_is_not_sent_any_more(world: World):
    """The bot was away for the whole action: nobody is pinged to come to it."""
    action = await an_announced_action(world)
    world.clock.set(action.ends_at)
    sent = await world.send_due()
    assert MOMENT_KIND not in sent
    assert (await world.states(action))[MOMENT_KIND] is SKIPPED


async def test_a_failure_that_will_not_pass_ends_it_at_once_and_the_rest_goes_on(world: World):
    await world.set_up(OTHER_GUILD)
    action, other = await world.publish(), await world.publish(guild_id=OTHER_GUILD)
    world.sender.fail(ANNOUNCEMENT, forbidden())
    assert sorted(await world.send_due()) == [ANNOUNCEMENT, CARD, CARD, NOTICE]
    records = {r.delivery.kind: r for a in (action, other) for r in await world.records(a)}
    states = [(await world.states(a))[ANNOUNCEMENT] for a in (action, other)]
    assert sorted(states) == [FAILED, SENT]
    assert records[CARD].state is SENT
    world.clock.advance(DAY)
    await world.send_due()
    assert world.sender.tried.count(ANNOUNCEMENT) == 2


async def test_an_unexpected_error_is_tried_again_too(world: World):
    action = await world.publish()
    world.sender.fail(ANNOUNCEMENT, RuntimeError("a bug"))
    assert await world.send_due() == [CARD]
    (record,) = [r for r in await world.records(action) if r.delivery.kind is ANNOUNCEMENT]
    assert (record.state, record.error) == (PENDING, "unexpected")
    world.clock.advance(MINUTE)
    assert await world.send_due() == [ANNOUNCEMENT]


async def test_a_server_that_hangs_does_not_hold_up_those_that_are_due_with_it(world: World):
    await world.set_up(OTHER_GUILD)
    hanging, other = await world.publish(), await world.publish(guild_id=OTHER_GUILD)
    world.sender.block(GUILD)
    sending = asyncio.create_task(world.send_due())
    await until(lambda: world.sender.kinds == [ANNOUNCEMENT, CARD])
    assert {owed.server.guild_id for owed in world.sender.sent} == {OTHER_GUILD}
    world.sender.let_go(GUILD)
    await sending
    for action in (hanging, other):
        assert (await world.states(action))[CARD] is SENT


async def test_what_falls_due_while_a_server_hangs_goes_out_all_the_same(world: World):
    """The hanging server has been claimed for an hour; another one's moment does not wait."""
    await world.set_up(OTHER_GUILD)
    other = await world.publish(guild_id=OTHER_GUILD)
    await world.send_due()
    world.sender.ready.set()
    world.sender.block(GUILD)
    await world.publish()
    await until(lambda: world.sender.waiting == [GUILD])
    world.clock.set(other.starts_at)
    world.services.dispatcher.wake()
    await until(lambda: MOMENT_KIND in world.sender.kinds)
    assert world.sender.sent[-1].server.guild_id == OTHER_GUILD
    world.sender.let_go(GUILD)


async def test_a_delivery_that_waits_longer_than_its_lease_is_sent_once(world: World):
    world.sender.ready.set()
    world.sender.block(GUILD)
    await world.publish()
    await until(lambda: world.sender.waiting == [GUILD])
    for _ in range(3):
        world.clock.advance(2 * LEASE)
        world.services.dispatcher.wake()
        await asyncio.sleep(0.05)
    world.sender.let_go(GUILD)
    await until(lambda: CARD in world.sender.kinds)
    await world.send_due()
    assert world.sender.kinds == [ANNOUNCEMENT, CARD]


async def test_what_cannot_be_marked_in_one_server_breaks_off_no_other(sqlite_database: Database):
    """A message half sent would be sent again."""
    async with a_world(sqlite_database) as world:
        for guild_id in (GUILD, OTHER_GUILD):
            await world.set_up(guild_id)
        broken, other = await world.publish(), await world.publish(guild_id=OTHER_GUILD)
        async with world.database.write() as conn:
            await conn.execute(
                text(
                    "CREATE TRIGGER broken BEFORE UPDATE ON delivery"
                    f" WHEN OLD.guild_id = {GUILD} AND OLD.state = 'claimed'"
                    " AND NEW.state <> 'claimed'"
                    " BEGIN SELECT RAISE(ABORT, 'broken'); END"
                )
            )
        world.sender.block(OTHER_GUILD)
        sending = asyncio.create_task(world.send_due())
        await until(lambda: world.sender.kinds == [ANNOUNCEMENT, CARD])
        await asyncio.sleep(0.05)
        assert world.sender.waiting == [OTHER_GUILD]
        world.sender.let_go(OTHER_GUILD)
        await sending
        assert (await world.states(other))[CARD] is SENT
        assert (await world.states(broken))[CARD] is DeliveryState.CLAIMED


async def test_after_the_database_failed_it_goes_on(world: World, caplog: pytest.LogCaptureFixture):
    """The claim itself fails; the task lives on and tries again when it is woken."""
    await world.publish()
    name = "delivery_away"
    async with world.database.write() as conn:
        await conn.execute(text(f"ALTER TABLE delivery RENAME TO {name}"))
    world.sender.ready.set()
    await until(lambda: "dispatching failed" in caplog.text)
    async with world.database.write() as conn:
        await conn.execute(text(f"ALTER TABLE {name} RENAME TO delivery"))
    world.services.dispatcher.wake()
    await until(lambda: world.sender.kinds == [ANNOUNCEMENT, CARD])
