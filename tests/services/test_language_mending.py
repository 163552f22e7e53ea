"""What is deleted in a language channel is noticed, told with its language, and mended there."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from db.engine import Database
from db.queries import posts
from domain.actions import Action
from domain.audit import Act, AuditEvent
from domain.deliveries import DeliveryKind, Post
from domain.mending import RoleUse
from domain.servers import LanguageChannel
from tests.services.stand_ins import forbidden
from tests.services.world import (
    CHANNEL,
    GUILD,
    MODERATOR,
    ORGANISER,
    World,
    a_world,
    fan,
    fundraiser,
    refused,
)

CARD = DeliveryKind.CARD


@pytest.fixture
async def world(database: Database) -> AsyncGenerator[World]:
    async with a_world(database) as world:
        await world.set_up()
        korean = LanguageChannel("ko", 501, 61)
        await world.services.servers.set_language_channel(MODERATOR, GUILD, korean)
        yield world


async def an_action(world: World) -> Action:
    action = await world.publish()
    await world.send_due()
    return action


async def cards(world: World, action: Action) -> dict[str, Post]:
    async with world.database.read() as conn:
        return await posts.load_posts(conn, GUILD, action.action_id, CARD)


def told(world: World) -> list[AuditEvent]:
    """What organisers were told of, in order."""
    kind = DeliveryKind.NOTICE
    return [o.event for o in world.sender.sent if o.delivery.kind is kind and o.event]


async def test_a_languages_card_that_is_gone_is_told_and_posted_again_there(world: World):
    action = await an_action(world)
    before, ids = await cards(world, action), (GUILD, action.action_id)
    mending = world.services.mending
    await mending.lost_message(*ids, before["ko"])
    await world.send_due()
    (event,) = told(world)
    assert (event.act, event.detail) == (Act.CARD_GONE, {"id": "501", "language": "ko"})
    for _ in range(2):
        await mending.post_again(ORGANISER, *ids)
    assert await world.send_due() == [CARD]
    after = await cards(world, action)
    assert (after[""], after["ko"].channel_id) == (before[""], 501)
    assert after["ko"] != before["ko"]
    with refused("mending.card_stands"):
        await mending.post_again(ORGANISER, *ids)


async def test_each_card_that_is_gone_is_posted_again_and_no_other(world: World):
    """Nobody may have noticed yet: both are looked for when it is asked."""
    action = await an_action(world)
    ids, before = (GUILD, action.action_id), await cards(world, action)
    world.sender.fail_to_draw(GUILD, forbidden(), forbidden())
    await world.services.mending.post_again(ORGANISER, *ids)
    assert await world.send_due() == [CARD, CARD]
    assert set(before.values()).isdisjoint((await cards(world, action)).values())


async def test_another_main_card_leaves_those_of_the_languages_alone(world: World):
    action = await an_action(world)
    before = await cards(world, action)
    await world.services.mending.lost_message(GUILD, action.action_id, before[""])
    await world.services.mending.post_again(ORGANISER, GUILD, action.action_id)
    assert await world.send_due() == [CARD]
    await world.services.mending.move(ORGANISER, GUILD, action.action_id, CHANNEL + 1)
    assert await world.send_due() == [CARD]
    assert world.sender.sent[-1].channel_ids == (CHANNEL + 1,)
    assert (await cards(world, action))["ko"] == before["ko"]


async def test_a_deleted_language_channel_is_told_once_until_there_is_another(world: World):
    first, second = await an_action(world), await world.publish(fundraiser("Another one"))
    await world.send_due()
    for _ in range(2):
        await world.services.mending.lost_channel(GUILD, 501)
        await world.send_due()
    (event,) = told(world)
    assert (event.act, event.detail) == (Act.CHANNEL_GONE, {"id": "501", "language": "ko"})
    assert set(await cards(world, first)) == {""}
    channel = LanguageChannel("ko", 502)
    await world.services.servers.set_language_channel(MODERATOR, GUILD, channel)
    assert await world.send_due() == [CARD, CARD]
    assert {(await cards(world, a))["ko"].channel_id for a in (first, second)} == {502}


async def test_a_notice_of_a_channel_that_was_replaced_meanwhile_is_left_out(world: World):
    await an_action(world)
    await world.services.mending.lost_channel(GUILD, 501)
    await world.services.servers.remove_language_channel(MODERATOR, GUILD, "ko")
    await world.send_due()
    assert told(world) == []


async def test_the_main_channel_and_a_language_each_tell_of_themselves(world: World):
    await an_action(world)
    await world.services.mending.lost_channel(GUILD, CHANNEL)
    await world.send_due()
    (event,) = told(world)
    assert event.detail == {"id": str(CHANNEL)}


async def test_deleted_roles_of_a_language_are_told_with_it(world: World):
    action = await an_action(world)
    join = world.services.sign_ups.join
    await join(fan(1), GUILD, action.action_id, channel_id=501)
    await world.services.roles.catch_up()
    whole = await world.services.changing.find(ORGANISER, GUILD, action.action_id)
    role_id = whole.parts.roles["ko"]
    for lost in (role_id, 61, 61):
        await world.services.mending.lost_role(GUILD, lost)
    await world.send_due()
    assert [event.detail for event in told(world)] == [
        {"id": str(role_id), "use": RoleUse.PARTICIPANTS, "language": "ko"},
        {"id": "61", "use": RoleUse.ALERTS, "language": "ko"},
    ]


async def test_at_a_start_it_is_looked_for_language_channels_and_their_roles(world: World):
    action = await an_action(world)
    await world.services.sign_ups.join(fan(1), GUILD, action.action_id, channel_id=501)
    await world.services.roles.catch_up()
    (used,) = await world.services.mending.list_references()
    whole = await world.services.changing.find(ORGANISER, GUILD, action.action_id)
    assert used.channel_ids == {CHANNEL, 501}
    assert used.role_ids == {61, whole.parts.roles["ko"]}
