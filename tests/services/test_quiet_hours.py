"""Quiet hours of a server: what waits, what goes out as one message by then, and only once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.claims import begin_sending, claim_due
from db.queries.held import put_together
from domain.actions import Action
from domain.deliveries import IMPORTANCE, LEASE, DeliveryKind, DeliveryState, Post
from domain.errors import SendFailed
from domain.life_cycle import Step
from domain.message_plans import MessagePlan
from domain.quiet import QuietHours
from tests.services.stand_ins import forbidden, unreachable
from tests.services.world import (
    CHANNEL,
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    ORGANISER,
    SECOND,
    World,
    fundraiser,
)

NIGHT = QuietHours(23 * 60, 8 * 60)
MORNING = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)
"""Friday, 08:00 in Seoul."""

REMINDER, MOMENT_KIND, SENT = DeliveryKind.REMINDER, DeliveryKind.MOMENT, DeliveryState.SENT


async def a_quiet_server(world: World, *, cap: int = 10) -> None:
    await world.services.servers.set_zone(MODERATOR, GUILD, "Asia/Seoul")
    await world.services.servers.set_pings(MODERATOR, GUILD, cap=cap, quiet=NIGHT)


async def announced(world: World, title: str, starts: datetime) -> Action:
    action = await world.publish(fundraiser(title, starts=starts))
    await world.send_due()
    return action


async def three_waiting(world: World) -> list[Action]:
    """Three actions that have a reminder each in the night, which lasts until MORNING."""
    await a_quiet_server(world)
    hours = (2, 3, 5)
    actions = [await announced(world, f"Action {n}", MORNING - n * HOUR + DAY) for n in hours]
    for instant in (MORNING - 5 * HOUR, MORNING - 3 * HOUR, MORNING - SECOND):
        world.clock.set(instant)
        assert await world.send_due() == []
    world.sender.sent.clear()
    world.sender.tried.clear()
    return actions


async def the_waiting(world: World, actions: list[Action]):
    records = [r for action in actions for r in await world.records(action)]
    return [r for r in records if r.delivery.kind is REMINDER and r.delivery.due_at <= MORNING]


async def test_what_waited_goes_out_as_one_message_when_they_are_over(world: World):
    actions = await three_waiting(world)
    waiting = await the_waiting(world, actions)
    assert {(r.state, r.try_at, r.error) for r in waiting} == {
        (DeliveryState.PENDING, MORNING, None)
    }
    assert {r.delivery.attempts for r in waiting} == {0}, "waiting is no attempt"
    world.clock.set(MORNING)
    assert await world.send_due() == [REMINDER]
    (owed,) = world.sender.sent
    assert len(owed.together) == 2
    assert not any(each.late for each in (owed, *owed.together))
    sent = await the_waiting(world, actions)
    assert {(r.state, r.post, r.sent_at) for r in sent} == {(SENT, Post(CHANNEL, 9001), MORNING)}
    world.clock.set(MORNING + MINUTE)
    assert await world.send_due() == []


async def test_each_channel_gets_a_message_of_its_own(world: World):
    actions = await three_waiting(world)
    await world.services.mending.move(ORGANISER, GUILD, actions[0].action_id, 77)
    world.sender.sent.clear()
    world.clock.set(MORNING)
    await world.send_due()
    reminders = [o for o in world.sender.sent if o.delivery.kind is REMINDER]
    assert sorted((o.channel_ids[0], len(o.together)) for o in reminders) == sorted(
        [(77, 0), (CHANNEL, 1)]
    )


async def test_what_was_taken_at_the_first_attempt_is_not_sent_again(world: World):
    """Discord took the message but no answer came: all of it is found by the first one's stamp."""
    actions = await three_waiting(world)
    first = (await the_waiting(world, actions))[0].delivery
    lost = SendFailed("http_502", permanent=False, unsure=True)
    world.sender.fail(REMINDER, lost)
    world.clock.set(MORNING)
    assert await world.send_due() == []
    assert world.sender.tried == [REMINDER], "one attempt for all of it"
    waiting = await the_waiting(world, actions)
    (message,) = {r.delivery.sent_with for r in waiting}
    assert message is not None
    assert first.guild_id == GUILD
    world.sender.accepted[GUILD, message] = Post(CHANNEL, 4711)
    world.clock.set(MORNING + 10 * MINUTE)
    assert await world.send_due() == []
    sent = await the_waiting(world, actions)
    assert {(r.state, r.post) for r in sent} == {(SENT, Post(CHANNEL, 4711))}


async def test_what_may_stand_on_discord_already_goes_into_no_other_message(world: World):
    """Another process is sending one of three by itself, and is killed once Discord has it."""
    actions = await three_waiting(world)
    sending = (await the_waiting(world, actions))[0].delivery
    ids = (GUILD, sending.delivery_id)

    async def begin(conn: AsyncConnection) -> None:
        (first,) = await claim_due(conn, MORNING, MORNING + LEASE, 1, level=IMPORTANCE[REMINDER])
        assert first.delivery_id == sending.delivery_id
        assert await begin_sending(conn, *ids, MORNING)

    await world.services.commit.run(begin)
    world.clock.set(MORNING)
    assert await world.send_due() == [REMINDER]
    (owed,) = world.sender.sent
    told = {each.delivery.delivery_id for each in (owed, *owed.together)}
    assert len(told) == 2
    assert sending.delivery_id not in told
    world.sender.accepted[ids] = Post(CHANNEL, 4711)
    world.clock.set(MORNING + LEASE)
    assert await world.send_due() == []
    posts = {r.delivery.delivery_id: r.post for r in await the_waiting(world, actions)}
    assert posts[sending.delivery_id] == Post(CHANNEL, 4711)


async def test_what_another_process_has_taken_along_is_not_sent_by_itself(world: World):
    waiting = [r.delivery for r in await the_waiting(world, await three_waiting(world))]
    first, second = waiting[0], waiting[1]
    async with world.database.write() as conn:
        await claim_due(conn, MORNING, MORNING + LEASE, 3, level=IMPORTANCE[REMINDER])
        wanted = [first.delivery_id, second.delivery_id]
        assert await put_together(conn, first, wanted, MORNING + LEASE) == set(wanted)
        ids = (GUILD, second.delivery_id)
        assert not await begin_sending(conn, *ids, MORNING)
        assert await begin_sending(conn, *ids, MORNING, sent_with=first.delivery_id)


async def test_an_attempt_that_failed_is_made_again_with_all_that_still_holds(world: World):
    actions = await three_waiting(world)
    world.sender.fail(REMINDER, unreachable())
    world.clock.set(MORNING)
    await world.send_due()
    gone = actions[1]
    await world.services.life_cycle.take(
        ORGANISER, GUILD, gone.action_id, Step.CANCEL, reason="Rain"
    )
    world.clock.set(MORNING + 10 * MINUTE)
    await world.send_due()
    reminders = [o for o in world.sender.sent if o.delivery.kind is REMINDER]
    assert [len(o.together) for o in reminders] == [1]
    told = {o.action.action_id for o in (reminders[0], *reminders[0].together)}
    assert told == {a.action_id for a in actions} - {gone.action_id}


async def test_what_can_not_be_sent_at_all_fails_for_all_of_it(world: World):
    actions = await three_waiting(world)
    world.sender.fail(REMINDER, forbidden())
    world.clock.set(MORNING)
    await world.send_due()
    assert {r.state for r in await the_waiting(world, actions)} == {DeliveryState.FAILED}
    assert world.sender.tried.count(REMINDER) == 1


async def test_after_a_night_without_the_bot_one_message_comes_too(world: World):
    await a_quiet_server(world)
    for n in (2, 3):
        await announced(world, f"Action {n}", MORNING - n * HOUR + DAY)
    world.sender.sent.clear()
    world.clock.set(MORNING + HOUR)
    assert await world.send_due() == [REMINDER]
    assert len(world.sender.sent[0].together) == 1


async def test_a_moment_in_the_night_pings_and_its_reminder_comes_silently(world: World):
    await a_quiet_server(world)
    await announced(world, "In the night", MORNING - 2 * HOUR)
    world.clock.set(MORNING - 3 * HOUR)
    assert await world.send_due() == [REMINDER]
    assert world.sender.sent[-1].silent
    world.clock.set(MORNING - 2 * HOUR)
    assert await world.send_due() == [MOMENT_KIND]
    assert not world.sender.sent[-1].silent


async def test_what_waits_comes_at_once_when_there_are_no_quiet_hours_any_more(world: World):
    actions = await three_waiting(world)
    await world.services.servers.set_pings(MODERATOR, GUILD, cap=10, quiet=None)
    assert await world.send_due() == [REMINDER] * len(actions)


async def test_a_message_that_told_of_several_actions_is_not_redrawn_as_one(world: World):
    actions = await three_waiting(world)
    world.clock.set(MORNING)
    await world.send_due()
    world.sender.ready.set()
    for action in actions:
        world.services.redraws.request(GUILD, action.action_id, posts=True)
    await world.services.redraws.flush()
    assert {o.delivery.kind for o, _ in world.sender.redrawn} <= {DeliveryKind.ANNOUNCEMENT}


async def test_a_reminder_that_a_later_one_replaces_is_not_in_it(world: World):
    await a_quiet_server(world)
    plan = MessagePlan(reminders=(26 * HOUR, 24 * HOUR))
    await world.services.servers.set_plan(MODERATOR, GUILD, lambda old: replace(plan))
    action = await announced(world, "Reminded twice", MORNING - HOUR + DAY)
    world.sender.sent.clear()
    world.clock.set(MORNING - 3 * HOUR)
    assert await world.send_due() == []
    world.clock.set(MORNING - HOUR)
    assert await world.send_due() == []
    world.clock.set(MORNING)
    assert await world.send_due() == [REMINDER]
    assert world.sender.sent[0].together == ()
    states = [r.state for r in await the_waiting(world, [action])]
    assert sorted(states) == [SENT, DeliveryState.SKIPPED]
