"""The dispatcher: what is due goes out once, in order of importance, whatever fails on the way."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from db.engine import Database
from db.queries.actions import set_state
from db.queries.claims import claim_due
from db.queries.posts import load_post
from db.tables import participant
from domain.actions import Action, ActionState
from domain.deliveries import (
    IMPORTANCE,
    LEASE,
    LEVELS,
    URGENT,
    DeliveryKind,
    DeliveryState,
    Post,
)
from domain.ledger import HeldReason
from domain.totals import Total
from services.application import assemble, running
from tests.services.stand_ins import RecordingSender, SetClock, unreachable
from tests.services.world import (
    CHANNEL,
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    NOW,
    SECOND,
    World,
    a_world,
    fan,
    fundraiser,
    until,
)

NOTICE = DeliveryKind.NOTICE
ANNOUNCEMENT, CARD, REMINDER, MOMENT_KIND, PROMOTED, CLOSING, TALLY = (
    DeliveryKind.ANNOUNCEMENT,
    DeliveryKind.CARD,
    DeliveryKind.REMINDER,
    DeliveryKind.MOMENT,
    DeliveryKind.PROMOTED,
    DeliveryKind.CLOSING,
    DeliveryKind.TALLY,
)
PENDING, SENT, FAILED, SKIPPED = (
    DeliveryState.PENDING,
    DeliveryState.SENT,
    DeliveryState.FAILED,
    DeliveryState.SKIPPED,
)


async def an_announced_action(world: World, guild_id: int = GUILD) -> Action:
    """An action whose announcement and card have been sent; the sender remembers nothing."""
    action = await world.publish(guild_id=guild_id)
    assert await world.send_due() == [ANNOUNCEMENT, CARD]
    world.sender.sent.clear()
    world.sender.tried.clear()
    return action


async def an_action_that_begins(world: World) -> Action:
    """An action whose moment has come, and whose earlier messages were all sent on time."""
    action = await an_announced_action(world)
    for before in (DAY, HOUR):
        world.clock.set(MOMENT - before)
        await world.send_due()
    world.clock.set(MOMENT)
    world.sender.sent.clear()
    world.sender.tried.clear()
    return action


# What is sent, when, and what it says.


async def test_every_message_of_an_action_goes_out_when_it_is_due_and_not_before(world: World):
    action = await world.publish()
    for instant, kinds in (
        (NOW, [ANNOUNCEMENT, CARD]),
        (MOMENT - DAY - SECOND, []),
        (MOMENT - DAY, [REMINDER]),
        (MOMENT - HOUR - SECOND, []),
        (MOMENT - HOUR, [REMINDER]),
        (MOMENT - 30 * MINUTE, [DeliveryKind.PREFLIGHT]),
        (MOMENT - SECOND, []),
        (MOMENT, [MOMENT_KIND]),
        (action.ends_at - HOUR, [DeliveryKind.LAST_HOUR]),
        (action.ends_at - SECOND, []),
        (action.ends_at, [CLOSING]),
        (action.log_until - SECOND, []),
        (action.log_until, [TALLY]),
        (action.log_until + DAY, []),
        (action.answers_until, []),
    ):
        world.clock.set(instant)
        assert await world.send_due() == kinds
    owed = await world.records(action)
    none = (DeliveryKind.AHEAD, DeliveryKind.DIGEST)  # no message, and nothing to tell
    records = [r for r in owed if r.delivery.kind not in none]
    assert [(r.state, r.sent_at) for r in records] == [(SENT, r.delivery.due_at) for r in records]
    records.sort(key=lambda record: record.delivery.due_at)
    assert [r.post for r in records] == [Post(CHANNEL, 9001 + n) for n in range(9)]
    assert await world.services.dispatcher.next_due() is None


async def test_a_message_is_drawn_from_what_is_true_when_it_is_sent(world: World):
    action = await an_announced_action(world)
    await world.services.sign_ups.join(fan(1), GUILD, action.action_id)
    await world.services.servers.set_channel(MODERATOR, GUILD, 77)
    world.clock.set(MOMENT - HOUR)
    await world.send_due()
    owed = world.sender.sent[-1]
    assert owed.action == await world.load(action)
    assert owed.action.signed_up == 1
    assert owed.server == await world.services.servers.get(GUILD)
    assert owed.server.announce_channel_id == 77
    assert (owed.now, owed.addressee, owed.tally) == (MOMENT - HOUR, None, None)


async def test_what_is_due_together_goes_out_in_order_of_importance(world: World):
    """After hours without the bot: moments first, and what came too late not at all."""
    world.clock.set(MOMENT - 2 * HOUR)
    first = await world.publish(fundraiser("First", capacity=1))
    second = await world.publish(fundraiser("Second", starts=MOMENT + MINUTE))
    for number in (1, 2):
        await world.services.sign_ups.join(fan(number), GUILD, first.action_id)
    await world.services.sign_ups.leave(fan(1), GUILD, first.action_id)
    world.clock.set(MOMENT + 10 * MINUTE)
    sent = await world.send_due()
    numbers = [owed.action.number for owed in world.sender.sent]
    in_order = list(zip(sent, numbers, strict=True))
    urgent = [(kind, number) for kind, number in in_order if IMPORTANCE[kind] <= URGENT]
    assert urgent == [(MOMENT_KIND, 1), (MOMENT_KIND, 2), (PROMOTED, 1)]
    assert [sending for sending in in_order if sending not in urgent] == [
        (ANNOUNCEMENT, 1),
        (ANNOUNCEMENT, 2),
        (CARD, 1),
        (CARD, 2),
    ]
    assert all(owed.late for owed in world.sender.sent)
    for action in (first, second):
        assert (await world.states(action))[REMINDER] is SKIPPED


async def test_more_than_one_claim_of_deliveries_goes_out_at_once(world: World):
    for number in range(40):
        await world.publish(fundraiser(f"Action {number}"))
    assert await world.services.dispatcher.send_due() == 80
    assert sorted(world.sender.kinds) == [ANNOUNCEMENT] * 40 + [CARD] * 40
    assert len({owed.delivery.delivery_id for owed in world.sender.sent}) == 80


async def test_a_reminder_that_could_not_be_sent_before_the_moment_is_skipped(world: World):
    action = await an_announced_action(world)
    world.sender.fail(REMINDER, unreachable(retry_after=3700))
    world.clock.set(MOMENT - HOUR)
    assert await world.send_due() == []  # Nor the other one: this one takes its place.
    world.clock.set(MOMENT + 10 * MINUTE)
    assert await world.send_due() == [MOMENT_KIND]
    states = [r.state for r in await world.records(action) if r.delivery.kind is REMINDER]
    assert states == [SKIPPED, SKIPPED]


async def test_a_cancelled_action_is_not_spoken_of(world: World):
    action = await an_announced_action(world)
    async with world.database.write() as conn:
        await set_state(conn, GUILD, action.action_id, ActionState.CANCELLED)
    world.clock.set(action.log_until)
    assert await world.send_due() == []
    assert set((await world.states(action)).values()) == {SENT, SKIPPED}
    assert (await world.load(action)).state is ActionState.CANCELLED


async def test_a_promotion_is_told_only_to_somebody_who_still_has_the_place(world: World):
    """Not to who has left since, and not to who has been deleted."""
    action = await world.publish(fundraiser(capacity=1))
    await world.send_due()
    for number in (1, 2, 3, 4):
        await world.services.sign_ups.join(fan(number), GUILD, action.action_id)
    for number in (1, 2, 3):
        await world.services.sign_ups.leave(fan(number), GUILD, action.action_id)
    assert await world.send_due() == [PROMOTED]
    assert world.sender.sent[-1].addressee == fan(4).user_id
    await world.services.sign_ups.join(fan(5), GUILD, action.action_id)
    await world.services.sign_ups.leave(fan(4), GUILD, action.action_id)
    async with world.database.write() as conn:
        await conn.execute(
            update(participant).where(participant.c.user_id == fan(5).user_id).values(user_id=None)
        )
    assert await world.send_due() == []
    promotions = [r.state for r in await world.records(action) if r.delivery.kind is PROMOTED]
    assert sorted(promotions) == [SENT, SKIPPED, SKIPPED, SKIPPED]


# Once each.


async def test_woken_many_times_at_once_it_sends_each_message_once(world: World):
    for _ in range(5):
        await world.publish()
    world.sender.ready.set()
    dispatcher = world.services.dispatcher
    for _ in range(50):
        dispatcher.wake()
        await asyncio.sleep(0)
    await asyncio.gather(*(dispatcher.send_due() for _ in range(10)))
    assert sorted(world.sender.kinds) == [ANNOUNCEMENT] * 5 + [CARD] * 5


async def test_while_nothing_is_due_it_rests(world: World):
    world.sender.ready.set()
    await world.publish()
    await until(lambda: len(world.sender.drawn) == 1)
    await asyncio.sleep(0.05)
    commits = world.services.commit.commits
    await asyncio.sleep(0.1)
    assert world.services.commit.commits == commits


async def test_what_is_due_at_the_start_is_sent_once_the_sender_is_ready(database: Database):
    async with a_world(database) as before:
        await before.set_up()
        action = await before.publish()
    async with a_world(database) as world:
        await asyncio.sleep(0.05)
        assert world.sender.tried == []
        world.sender.ready.set()
        await until(lambda: world.sender.kinds == [ANNOUNCEMENT, CARD])
        assert (await world.states(action))[REMINDER] is PENDING


async def test_what_was_claimed_in_a_crash_is_sent_when_the_lease_has_run_out(world: World):
    """As far as this bot knows, the one that claimed it still runs."""
    await world.send_due()
    action = await world.publish()
    async with world.database.write() as conn:
        claimed = [
            delivery
            for level in LEVELS
            for delivery in await claim_due(conn, NOW, NOW + LEASE, 50, level=level)
        ]  # And then the process was killed.
    assert len(claimed) == 2
    world.clock.set(NOW + LEASE - SECOND)
    assert await world.send_due() == []
    assert await world.services.dispatcher.next_due() == NOW + LEASE
    world.clock.set(NOW + LEASE)
    assert await world.send_due() == [ANNOUNCEMENT, CARD]
    attempts = [r.delivery.attempts for r in await world.records(action) if r.state is SENT]
    assert attempts == [2, 2]


async def test_where_no_other_bot_can_run_it_is_sent_at_the_next_start(sqlite_database: Database):
    async with a_world(sqlite_database) as before:
        await before.set_up()
        before.sender.block(GUILD)
        before.sender.ready.set()
        await before.publish()
        await until(lambda: before.sender.waiting == [GUILD])
    async with a_world(sqlite_database) as world:
        assert await world.send_due() == [ANNOUNCEMENT, CARD]


async def test_what_was_being_sent_at_the_stop_is_sent_after_the_next_start(database: Database):
    async with a_world(database) as before:
        await before.set_up()
        before.sender.block(GUILD)
        before.sender.ready.set()
        await before.publish()
        await until(lambda: before.sender.waiting == [GUILD])
    assert before.sender.sent == []
    async with a_world(database) as world:
        world.clock.set(NOW + LEASE)
        assert await world.send_due() == [ANNOUNCEMENT, CARD]


async def test_what_was_posted_just_before_the_stop_is_marked_as_sent(database: Database):
    """It is committed on the way out, so that the next start does not post it again."""
    busy, let_go = asyncio.Event(), asyncio.Event()

    async def keep_busy(_conn: object) -> None:
        busy.set()
        await let_go.wait()

    async with a_world(database) as world:
        await world.set_up()
        world.sender.block(GUILD)
        world.sender.ready.set()
        action = await world.publish()
        await until(lambda: world.sender.waiting == [GUILD])
        keeping = asyncio.create_task(world.services.commit.run(keep_busy))
        await busy.wait()
        world.sender.let_go(GUILD)
        await until(lambda: world.sender.kinds == [ANNOUNCEMENT])
        await asyncio.sleep(0.01)
        await world.services.dispatcher.close()
        let_go.set()
        await keeping
    async with a_world(database) as after:
        assert (await after.states(action))[ANNOUNCEMENT] is SENT


# The tally and the card.


async def test_the_tally_makes_the_action_final_with_the_numbers_that_it_publishes(world: World):
    action = await an_announced_action(world)
    world.clock.set(MOMENT)
    await world.log(action, fan(1), 2500, "A1")
    await world.log(action, fan(2), 500)
    world.clock.set(action.log_until)
    assert (await world.send_due())[-1] is TALLY
    owed = world.sender.sent[-1]
    assert owed.tally is not None
    assert (owed.tally.total, owed.tally.cut_off) == (Total(3000, 2, 2500, 1), action.log_until)
    final = await world.load(action)
    assert (final.state, final.total) == (ActionState.FINAL, owed.tally.total)


async def test_a_tally_that_is_posted_late_still_counts_up_to_the_close_of_logging(world: World):
    """An outage of a day: the action is final all the same, and what comes now is held."""
    action = await an_announced_action(world)
    world.clock.set(MOMENT)
    await world.log(action, fan(1), 2500)
    world.clock.set(action.log_until)
    world.sender.fail(TALLY, unreachable())
    await world.send_due()
    assert (await world.load(action)).state is ActionState.OPEN
    world.clock.advance(DAY)
    late = await world.log(action, fan(2), 100)
    assert late.contribution.held is HeldReason.OUTSIDE_WINDOW
    await world.send_due()
    (owed,) = [owed for owed in world.sender.sent if owed.delivery.kind is TALLY]
    assert owed.late
    assert owed.tally is not None
    assert (owed.tally.total, owed.tally.cut_off) == (Total(2500, 1), action.log_until)
    assert (await world.load(action)).total == Total(2500, 1, held=100, held_count=1)


async def test_the_cards_post_is_remembered_and_redrawn_as_the_action_goes_on(world: World):
    """After moment, closing and tally, each of which changes its state, and after no reminder."""
    world.sender.ready.set()
    action = await world.publish()
    await until(lambda: len(world.sender.drawn) == 1)
    async with world.database.read() as conn:
        post = await load_post(conn, GUILD, action.action_id, CARD)
    assert post == Post(CHANNEL, 9002)
    for instant, kind, states in (
        (MOMENT - DAY, REMINDER, []),
        (MOMENT - HOUR, REMINDER, []),
        (MOMENT, MOMENT_KIND, [ActionState.LIVE]),
        (action.ends_at, CLOSING, [ActionState.COUNTING]),
        (action.log_until, TALLY, [ActionState.FINAL]),
    ):
        world.sender.sent.clear()
        world.sender.drawn.clear()
        world.clock.set(instant)
        world.services.dispatcher.wake()
        await until(lambda kind=kind: world.sender.kinds == [kind])
        await until(lambda states=states: len(world.sender.drawn) == len(states))
        await world.services.redraws.flush()
        assert [d.action.state_at(d.now) for d in world.sender.drawn] == states
        assert {d.post for d in world.sender.drawn} <= {post}


# The alarm.


async def test_the_next_thing_due_is_the_earliest_try(world: World):
    dispatcher = world.services.dispatcher
    assert await dispatcher.next_due() is None
    await an_announced_action(world)
    assert await dispatcher.next_due() == MOMENT - DAY
    await world.publish(fundraiser(starts=NOW + 3 * HOUR))
    assert await dispatcher.next_due() == NOW
    world.sender.fail(CARD, unreachable(retry_after=300))
    await world.send_due()
    assert await dispatcher.next_due() == NOW + 5 * MINUTE
    world.clock.advance(5 * MINUTE)
    await world.send_due()
    assert await dispatcher.next_due() == NOW + HOUR, "who is to be told directly"
    world.clock.set(NOW + HOUR)
    await world.send_due()
    assert await dispatcher.next_due() == NOW + 2 * HOUR


class AheadClock(SetClock):
    """The machine's clock, a thousand days ahead."""

    def __init__(self) -> None:
        super().__init__(NOW)

    def now(self) -> datetime:
        return datetime.now(UTC) + 1000 * DAY


async def test_the_alarm_wakes_it_on_time_and_an_earlier_row_moves_the_alarm(database: Database):
    """On real, tiny delays, nobody waking it by hand."""
    clock, sender = AheadClock(), RecordingSender()
    services = assemble(database, clock, sender)
    sender.ready.set()
    async with running(services):
        await services.servers.set_channel(MODERATOR, GUILD, CHANNEL)

        async def publish(title: str, seconds: float) -> datetime:
            starts = clock.now() + timedelta(seconds=seconds)
            typed = fundraiser(title, starts=starts)
            draft = await services.actions.draft(MODERATOR, GUILD, typed, language="en")
            await services.actions.publish(MODERATOR, GUILD, draft.action_id)
            return starts

        later = await publish("later", 1.5)
        await until(lambda: sender.kinds == [ANNOUNCEMENT, CARD])
        earlier = await publish("earlier", 0.7)
        await until(lambda: sender.kinds.count(MOMENT_KIND) == 2)
    moments = [owed for owed in sender.sent if owed.delivery.kind is MOMENT_KIND]
    assert [owed.action.title for owed in moments] == ["earlier", "later"]
    for owed, due in zip(moments, (earlier, later), strict=True):
        assert due <= owed.now < due + SECOND
