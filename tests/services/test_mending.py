"""Noticing what was deleted or could not be sent, telling organisers once, and mending it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from db.queries import posts
from db.queries.actions import update_action
from db.queries.audit import list_events
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, DeliveryState, Post
from domain.errors import Gone, NotAllowed
from domain.servers import RolePurpose
from tests.services.stand_ins import forbidden, unreachable
from tests.services.world import (
    CHANNEL,
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_GUILD,
    OTHER_ORGANISER,
    World,
    fan,
    fundraiser,
    refused,
)

OTHER_CHANNEL = CHANNEL + 1
NOTICE, CARD, REMINDER = DeliveryKind.NOTICE, DeliveryKind.CARD, DeliveryKind.REMINDER


async def announced(world: World) -> Action:
    """An action whose announcement and card have been posted."""
    action = await world.publish()
    await world.send_due()
    return action


async def card_of(world: World, action: Action) -> Post | None:
    async with world.database.read() as conn:
        return await posts.load_post(conn, action.guild_id, action.action_id, CARD)


async def acts(world: World, action: Action) -> list[Act]:
    """What was written down about an action, the first first."""
    async with world.database.read() as conn:
        events = await list_events(conn, action.guild_id, action.action_id, limit=50)
    return [event.act for event in reversed(events)]


async def change(world: World, action: Action, **values: Any) -> None:
    changed = replace(await world.load(action), **values)
    await world.services.commit.run(lambda conn: update_action(conn, changed))


def told(world: World) -> list[Act]:
    """What organisers were told of, in order."""
    return [
        owed.event.act for owed in world.sender.sent if owed.delivery.kind is NOTICE and owed.event
    ]


# ---- Cards


async def test_a_card_that_is_gone_is_forgotten_and_told_once(world: World):
    action = await announced(world)
    card = await card_of(world, action)
    assert card is not None
    mending = world.services.mending
    await mending.lost_message(GUILD, action.action_id, Post(card.channel_id, 1))
    assert await card_of(world, action) == card, "another message stands in its place"
    for _ in range(2):
        await mending.lost_message(GUILD, action.action_id, card)
        await world.send_due()
    assert await card_of(world, action) is None
    assert told(world) == [Act.CARD_GONE]


async def test_a_card_is_posted_again_once(world: World):
    action = await announced(world)
    card = await card_of(world, action)
    assert card is not None
    mending, ids = world.services.mending, (GUILD, action.action_id)
    with refused("mending.card_stands"):
        await mending.post_again(ORGANISER, *ids)
    world.sender.fail_to_draw(GUILD, unreachable())
    with refused("mending.cannot_look"):
        await mending.post_again(ORGANISER, *ids)
    await mending.lost_message(*ids, card)
    for _ in range(2):
        await mending.post_again(ORGANISER, *ids)
    assert (await world.send_due()).count(CARD) == 1
    assert told(world) == [], "the notice had become pointless"
    assert await card_of(world, action) != card
    assert Act.POSTED_AGAIN in await acts(world, action)


async def test_what_is_over_or_a_draft_gets_no_card(world: World):
    draft = await world.draft()
    with refused("refused.no_such_action", Gone):
        await world.services.mending.post_again(ORGANISER, GUILD, draft.action_id)
    action = await announced(world)
    await world.finish(action)
    with refused("refused.state.final"):
        await world.services.mending.post_again(ORGANISER, GUILD, action.action_id)


# ---- Channels


async def test_a_deleted_channel_is_told_for_each_action_that_needs_it(world: World):
    here, moved, elsewhere = [await announced(world) for _ in range(3)]
    await change(world, moved, channel_id=OTHER_CHANNEL)
    await world.services.mending.move(ORGANISER, GUILD, elsewhere.action_id, OTHER_CHANNEL)
    world.clock.advance(MINUTE)
    await world.send_due()
    for _ in range(2):  # the bot learns of it again when it starts
        await world.services.mending.lost_channel(GUILD, CHANNEL)
        await world.send_due()
    notices = {
        owed.action.action_id: owed.event.act
        for owed in world.sender.sent
        if owed.delivery.kind is NOTICE and owed.event
    }
    assert notices[here.action_id] is Act.CHANNEL_GONE
    assert notices[moved.action_id] is Act.CARD_GONE
    assert len(told(world)) == len(notices)
    await world.services.mending.lost_channel(OTHER_GUILD, CHANNEL)
    assert len(told(world)) == len(notices)


async def test_moving_posts_the_card_there_and_what_had_failed(world: World):
    action = await announced(world)
    world.sender.fail(REMINDER, forbidden())
    world.clock.set(MOMENT - DAY)
    await world.send_due()
    assert told(world) == [Act.DELIVERY_FAILED]
    moved = await world.services.mending.move(ORGANISER, GUILD, action.action_id, OTHER_CHANNEL)
    assert moved.channel_id == OTHER_CHANNEL
    assert sorted(await world.send_due()) == [CARD, REMINDER]
    assert {owed.channel_ids for owed in world.sender.sent[-2:]} == {(OTHER_CHANNEL,)}
    assert (await acts(world, action))[-1] is Act.MOVED
    world.clock.set(MOMENT)
    assert DeliveryKind.MOMENT in await world.send_due()


async def test_a_draft_is_moved_without_a_card(world: World):
    draft = await world.draft()
    await world.services.mending.move(ORGANISER, GUILD, draft.action_id, OTHER_CHANNEL)
    assert await world.records(draft) == []


# ---- Messages that could not be sent


async def test_of_failures_for_one_reason_organisers_are_told_once_until_something_goes_out(
    world: World,
):
    action = await announced(world)
    world.sender.fail(REMINDER, forbidden(), forbidden())
    for before in (DAY, HOUR):
        world.clock.set(MOMENT - before)
        await world.send_due()
    assert told(world) == [Act.DELIVERY_FAILED]
    world.sender.fail(DeliveryKind.CLOSING, forbidden())
    world.clock.set(MOMENT)
    assert DeliveryKind.MOMENT in await world.send_due()
    world.clock.set(action.ends_at)
    await world.send_due()
    assert told(world) == [Act.DELIVERY_FAILED] * 2


async def test_a_notice_that_fails_is_no_news(world: World):
    action = await announced(world)
    world.sender.fail(REMINDER, forbidden())
    world.sender.fail(NOTICE, forbidden())
    world.clock.set(MOMENT - DAY)
    await world.send_due()
    states = [r.state for r in await world.records(action) if r.delivery.kind is NOTICE]
    assert states == [DeliveryState.FAILED]
    assert (await acts(world, action)).count(Act.DELIVERY_FAILED) == 1


async def test_trying_again_sends_what_failed_and_leaves_out_the_notice_about_it(world: World):
    action = await announced(world)
    world.sender.fail(REMINDER, forbidden())
    world.sender.fail(NOTICE, forbidden())
    world.clock.set(MOMENT - DAY)
    await world.send_due()
    await world.services.mending.try_again(ORGANISER, GUILD, action.action_id)
    assert await world.send_due() == [REMINDER]
    assert told(world) == []
    with refused("mending.nothing_failed"):
        await world.services.mending.try_again(ORGANISER, GUILD, action.action_id)


# ---- Roles


async def test_a_deleted_role_is_told_by_what_it_was_for(world: World):
    first = await announced(world)
    gated = await world.publish(fundraiser("Gated", MOMENT + DAY))
    await change(world, gated, sign_up_role_id=555)
    for role_id in (555, 555, 71, 404):
        await world.services.mending.lost_role(GUILD, role_id)
        await world.send_due()
    uses = [
        (owed.action.action_id, owed.event.detail["use"])
        for owed in world.sender.sent
        if owed.delivery.kind is NOTICE and owed.event
    ]
    assert uses == [(gated.action_id, "gate"), (first.action_id, RolePurpose.ORGANISER.value)]
    lifted = await world.services.mending.lift_gate(ORGANISER, GUILD, gated.action_id)
    assert lifted.sign_up_role_id is None


async def test_a_gate_that_was_lifted_meanwhile_is_no_news(world: World):
    action = await announced(world)
    await change(world, action, sign_up_role_id=555)
    await world.services.mending.lost_role(GUILD, 555)
    await world.services.mending.lift_gate(ORGANISER, GUILD, action.action_id)
    await world.send_due()
    assert told(world) == []


# ---- At the start, and who may


async def test_what_is_in_use_is_known_by_server(world: World):
    action = await announced(world)
    await world.publish()
    await world.draft()
    await change(world, action, channel_id=OTHER_CHANNEL, sign_up_role_id=555)
    (used,) = await world.services.mending.list_references()
    assert (used.guild_id, used.channel_ids) == (GUILD, {CHANNEL, OTHER_CHANNEL})
    assert used.role_ids == {555}


@pytest.mark.parametrize("name", ["post_again", "move", "try_again", "lift_gate"])
async def test_only_those_who_run_it_mend_an_action(world: World, name: str):
    action = await announced(world)
    ids = (GUILD, action.action_id)
    more = (OTHER_CHANNEL,) if name == "move" else ()
    mend = getattr(world.services.mending, name)
    with refused("refused.needs_organiser", NotAllowed):
        await mend(fan(1), *ids, *more)
    with refused("refused.not_your_action", NotAllowed):
        await mend(OTHER_ORGANISER, *ids, *more)
    with refused("refused.no_such_action", Gone):
        await mend(MODERATOR, OTHER_GUILD, action.action_id, *more)
