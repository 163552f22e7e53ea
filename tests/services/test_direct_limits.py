"""Direct messages that are closed, and the hours in which people want none."""

from __future__ import annotations

from db.queries.preferences import save_quiet, save_zone
from domain.deliveries import DeliveryKind, DeliveryState, Post
from domain.direct import LEAD, Direct
from domain.errors import SendFailed
from domain.quiet import QuietHours
from domain.servers import Actor
from tests.services.test_direct_messages import (
    AHEAD,
    CLOSED,
    DIRECT,
    go_through,
    join,
    messages,
    outcome,
    people,
    switch,
    told,
    up_to_the_moment,
)
from tests.services.world import (
    CHANNEL,
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MOMENT,
    OTHER_GUILD,
    SECOND,
    World,
    fan,
    fundraiser,
    hashtag,
    refused,
)

# ---- Closed ones


async def test_closed_messages_are_noticed_told_once_and_nothing_more_is_tried(world: World):
    first, second = await world.publish(), await world.publish(hashtag())
    for action in (first, second):
        await join(world, action, 1)
    await switch(world, 1)
    direct, ids = world.services.direct_messages, (fan(1).user_id, GUILD)
    world.sender.fail(DIRECT, CLOSED)
    await up_to_the_moment(world)
    assert world.sender.tried.count(DIRECT) == 1
    assert told(world) == []
    assert await direct.state_of(*ids) is Direct.CLOSED
    assert DeliveryKind.NOTICE not in world.sender.kinds, "organisers are not told"
    assert not direct.take_untold(fan(2).user_id, GUILD)
    assert not direct.take_untold(fan(1).user_id, OTHER_GUILD)
    assert direct.take_untold(*ids)
    assert not direct.take_untold(*ids)
    await direct.note_told(*ids)
    assert await direct.state_of(*ids) is Direct.TOLD


async def test_who_was_not_told_yet_is_after_a_restart(world: World):
    action = await world.publish()
    await join(world, action, 1, 2)
    await switch(world, 1, 2)
    world.sender.fail(DIRECT, CLOSED, CLOSED)
    await up_to_the_moment(world)
    direct = world.services.direct_messages
    assert direct.take_untold(fan(1).user_id, GUILD)
    await direct.note_told(fan(1).user_id, GUILD)
    await direct.start()
    assert not direct.take_untold(fan(1).user_id, GUILD)
    assert direct.take_untold(fan(2).user_id, GUILD)


async def test_switching_on_again_has_them_sent_again(world: World):
    first, later = await world.publish(), await world.publish(fundraiser(starts=MOMENT + DAY))
    for action in (first, later):
        await join(world, action, 1)
    await switch(world, 1)
    world.sender.fail(DIRECT, CLOSED)
    await up_to_the_moment(world)
    await switch(world, 1)
    assert not world.services.direct_messages.take_untold(fan(1).user_id, GUILD)
    for before in (15 * MINUTE, LEAD):
        world.clock.set(MOMENT + DAY - before)
        await world.send_due()
    assert told(world, AHEAD) == people(1)


async def test_another_failure_closes_nothing_and_tells_no_organiser(world: World):
    action = await world.publish()
    await join(world, action, 1)
    await switch(world, 1)
    world.sender.fail(DIRECT, SendFailed("rejected", permanent=True))
    await up_to_the_moment(world)
    assert DeliveryState.FAILED in await outcome(world, action)
    assert DeliveryKind.NOTICE not in world.sender.kinds
    state = await world.services.direct_messages.state_of(fan(1).user_id, GUILD)
    assert state is Direct.ON


async def test_one_servers_switch_is_not_anothers(world: World):
    await switch(world, 1, guild_id=OTHER_GUILD)
    direct = world.services.direct_messages
    assert await direct.state_of(fan(1).user_id, GUILD) is Direct.OFF
    assert await direct.state_of(fan(1).user_id, OTHER_GUILD) is Direct.ON


async def test_what_may_have_been_sent_is_looked_for_before_it_is_sent_again(world: World):
    action = await world.publish()
    await join(world, action, 1)
    await switch(world, 1)
    await go_through(world, 15 * MINUTE)
    record = next(r for r in await world.records(action) if r.delivery.kind is DIRECT)
    key = (GUILD, record.delivery.delivery_id)
    world.sender.accepted[key] = Post(4711, 4712)
    world.sender.fail(DIRECT, SendFailed("http_502", permanent=False, unsure=True))
    await go_through(world, LEAD, LEAD - 10 * SECOND)
    assert world.sender.tried.count(DIRECT) == 1
    assert told(world) == []
    assert await outcome(world, action) == {DeliveryState.SENT: 1}


# ---- Quiet hours


async def quiet(world: World, who: Actor, hours: QuietHours) -> None:
    async with world.database.write() as conn:
        await save_zone(conn, who.user_id, "Asia/Seoul")
        await save_quiet(conn, who.user_id, hours)


async def test_what_can_wait_does_and_comes_as_one_while_the_moment_passes(world: World):
    """The moment is at 20:00 by their clock; their quiet hours are from 19:00 until 22:00."""
    full = [await world.publish(fundraiser(title, capacity=1)) for title in ("One", "Two")]
    action = await world.publish(hashtag())
    for one in full:
        await join(world, one, 1, 2)
    await join(world, action, 2)
    await switch(world, 2)
    await quiet(world, fan(2), QuietHours(19 * 60, 22 * 60))
    world.clock.set(MOMENT - 30 * MINUTE)
    for one in full:
        await world.services.sign_ups.leave(fan(1), GUILD, one.action_id)
    await world.send_due()
    assert told(world) == []
    await go_through(world, 15 * MINUTE, LEAD)
    kinds = {owed.repeats[0].delivery.kind for owed in messages(world)}
    assert kinds == {AHEAD}, "the moment passes"
    world.sender.sent.clear()
    world.clock.set(MOMENT + 2 * HOUR)
    await world.send_due()
    (merged,) = messages(world)
    assert [owed.delivery.kind for owed in merged.repeats] == [DeliveryKind.PROMOTED] * 2
    assert {owed.action.title for owed in merged.repeats} == {"One", "Two"}
    for one in full:
        assert DeliveryState.PENDING not in await outcome(world, one)


async def test_quiet_hours_need_a_zone(world: World):
    with refused("quiet.zone_first"):
        await world.services.preferences.set_quiet(5, QuietHours(0, 60))
    await world.services.preferences.set_zone(5, "Asia/Seoul")
    await world.services.preferences.set_quiet(5, QuietHours(0, 60))
    assert (await world.services.preferences.load(5)).quiet == QuietHours(0, 60)
    await world.services.preferences.set_quiet(5, None)
    found = await world.services.preferences.load(5)
    assert (found.zone, found.quiet) == ("Asia/Seoul", None)


async def test_the_card_is_where_a_message_leads(world: World):
    action = await world.publish()
    await world.send_due()
    await join(world, action, 1)
    await switch(world, 1)
    await up_to_the_moment(world)
    (owed,) = messages(world)
    assert owed.card is not None
    assert owed.card.channel_id == CHANNEL
