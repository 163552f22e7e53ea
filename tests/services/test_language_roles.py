"""Who signed up in a language channel is pinged there, by a role of its own, and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.audit import list_events
from db.queries.participants import find_participant
from db.queries.roles import list_roles, want
from db.queries.sign_ups import set_language
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, DeliveryState
from domain.language_channels import MAIN
from domain.roles import RoleProgress
from domain.servers import LanguageChannel, RolePurpose
from domain.sign_ups import SignUpState
from services.sign_ups import SignedUp
from tests.services.stand_ins import forbidden
from tests.services.world import (
    CHANNEL,
    GUILD,
    MODERATOR,
    MOMENT,
    ORGANISER,
    World,
    a_world,
    fan,
    fundraiser,
    refused,
)

KOREAN, SPANISH = LanguageChannel("ko", 501, 61), LanguageChannel("es", 502)


@pytest.fixture
async def world(database: Database) -> AsyncGenerator[World]:
    async with a_world(database) as world:
        await world.set_up()
        for channel in (KOREAN, SPANISH):
            await world.services.servers.set_language_channel(MODERATOR, GUILD, channel)
        yield world


async def an_action(world: World, capacity: int | None = None) -> Action:
    action = await world.publish(fundraiser(capacity=capacity))
    await world.send_due()
    return action


async def join(
    world: World, action: Action, number: int, channel_id: int | None = CHANNEL
) -> SignedUp:
    done = await world.services.sign_ups.join(
        fan(number), GUILD, action.action_id, channel_id=channel_id
    )
    await world.services.roles.catch_up()
    return done


async def leave(world: World, action: Action, number: int) -> None:
    await world.services.sign_ups.leave(fan(number), GUILD, action.action_id)
    await world.services.roles.catch_up()


async def roles(world: World, action: Action) -> dict[str, int]:
    async with world.database.read() as conn:
        of_languages = await list_roles(conn, GUILD, action.action_id)
    main = (await world.load(action)).role_id
    return of_languages if main is None else {MAIN: main} | of_languages


async def holders(world: World, action: Action) -> dict[str, set[int]]:
    """The numbers of the fans who have a role, by language."""
    found = await roles(world, action)
    members = {language: world.sender.roles.get(role, set()) for language, role in found.items()}
    return {k: {user_id - 1000 for user_id in users} for k, users in members.items()}


async def language_of(world: World, action: Action, number: int) -> str:
    sign_up = await world.services.sign_ups.find(fan(number), GUILD, action.action_id)
    assert sign_up is not None
    return sign_up.language


async def acts(world: World, action: Action) -> list[Act]:
    async with world.database.read() as conn:
        return [e.act for e in await list_events(conn, GUILD, action.action_id, limit=50)]


async def test_each_language_channel_has_a_role_of_its_own(world: World):
    action = await an_action(world)
    await join(world, action, 1)
    await join(world, action, 2, 501)
    await join(world, action, 3, 502)
    assert await holders(world, action) == {MAIN: {1}, "ko": {2}, "es": {3}}
    names = sorted(world.sender.role_names.values())
    assert names == [f"#1 Match a Million{suffix}" for suffix in ("", " es", " ko")]
    assert (await world.load(action)).signed_up == 3, "all count as one action"


async def test_a_role_that_signing_up_gives_comes_with_no_rights(world: World):
    action = await an_action(world)
    await join(world, action, 1)
    await join(world, action, 2, 501)
    for role_id in (await roles(world, action)).values():
        with refused("setup.role_with_rights_is_taken"):
            await world.services.servers.set_role(MODERATOR, GUILD, RolePurpose.HELPER, role_id)


async def test_each_channels_messages_ping_the_role_of_those_who_read_there(world: World):
    action = await an_action(world)
    await join(world, action, 1)
    await join(world, action, 2, 501)
    world.clock.set(MOMENT)
    await world.send_due()
    moments = [o for o in world.sender.sent if o.delivery.kind is DeliveryKind.MOMENT]
    found = await roles(world, action)
    pinged = {owed.delivery.language: owed.action.role_id for owed in moments}
    assert pinged == {MAIN: found[MAIN], "ko": found["ko"], "es": None}


async def test_pressing_in_another_languages_card_moves_them(world: World):
    action = await an_action(world)
    assert not (await join(world, action, 1)).result.relocated
    moved = (await join(world, action, 1, 501)).result
    assert (moved.state, moved.changed, moved.relocated) == (SignUpState.IN, False, True)
    assert await holders(world, action) == {MAIN: set(), "ko": {1}}
    assert (await join(world, action, 1, 502)).result.relocated
    assert not (await join(world, action, 1, 502)).result.relocated
    assert await holders(world, action) == {MAIN: set(), "ko": set(), "es": {1}}
    assert (await world.load(action)).arrivals == 1, "they keep their place"


@pytest.mark.parametrize("channel_id", [999, None])
async def test_what_is_pressed_elsewhere_moves_nobody(world: World, channel_id: int | None):
    action = await an_action(world)
    await join(world, action, 1, 501)
    assert not (await join(world, action, 1, channel_id)).result.relocated
    assert await language_of(world, action, 1) == "ko"
    await leave(world, action, 1)
    await join(world, action, 1, channel_id)
    assert await holders(world, action) == {"ko": {1}}, "who comes back is pinged as before"


async def test_who_moves_up_gets_the_role_of_where_they_signed_up(world: World):
    action = await an_action(world, capacity=1)
    await join(world, action, 1)
    await join(world, action, 2, 501)
    assert await holders(world, action) == {MAIN: {1}}
    await leave(world, action, 1)
    assert await holders(world, action) == {MAIN: set(), "ko": {2}}


async def test_who_mutes_loses_the_role_that_they_have(world: World):
    action = await an_action(world)
    await join(world, action, 1, 501)
    mute = world.services.sign_ups.mute
    await mute(fan(1), GUILD, action.action_id, muted=True)
    await world.services.roles.catch_up()
    assert await holders(world, action) == {"ko": set()}
    await join(world, action, 1)
    assert await holders(world, action) == {"ko": set()}, "moving is no unmuting"
    await mute(fan(1), GUILD, action.action_id, muted=False)
    await world.services.roles.catch_up()
    assert await holders(world, action) == {MAIN: {1}, "ko": set()}


async def test_switched_off_and_on_everybody_has_the_role_of_their_language(world: World):
    action = await an_action(world)
    switch = world.services.sign_up_settings.switch_role
    await join(world, action, 1)
    await join(world, action, 2, 501)
    await join(world, action, 3, 501)
    before = await roles(world, action)
    await switch(ORGANISER, GUILD, action.action_id, grants=False)
    await world.services.sign_ups.join(fan(2), GUILD, action.action_id, channel_id=CHANNEL)
    await switch(ORGANISER, GUILD, action.action_id, grants=True)
    await world.services.roles.catch_up()
    assert await holders(world, action) == {MAIN: {1, 2}, "ko": {3}}
    assert await roles(world, action) == before, "the roles stand, and are the same"
    await switch(ORGANISER, GUILD, action.action_id, grants=False)
    await world.services.roles.catch_up()
    assert world.sender.roles == {}
    assert await roles(world, action) == {}


async def test_all_roles_go_when_the_action_is_over(world: World):
    action = await an_action(world)
    await join(world, action, 1)
    await join(world, action, 2, 501)
    await world.finish(action)
    await world.services.roles.catch_up()
    assert (world.sender.roles, await roles(world, action)) == ({}, {})


async def test_a_languages_role_that_was_deleted_is_mended_for_that_language_alone(world: World):
    action = await an_action(world)
    await join(world, action, 1)
    await join(world, action, 2, 501)
    before = await roles(world, action)
    del world.sender.roles[before["ko"]]
    await join(world, action, 3, 501)
    await join(world, action, 4)
    assert await holders(world, action) == {MAIN: {1, 4}, "ko": set()}, "the other queue goes on"
    assert Act.ROLE_GONE in await acts(world, action)
    again = world.services.sign_up_settings.try_roles_again
    await again(ORGANISER, GUILD, action.action_id)
    await world.services.roles.catch_up()
    assert await holders(world, action) == {MAIN: {1, 4}, "ko": {2, 3}}
    assert (await roles(world, action))[MAIN] == before[MAIN]
    _, progress = await world.services.sign_up_settings.find(ORGANISER, GUILD, action.action_id)
    assert progress == RoleProgress(wanted=4, given=4)


async def test_a_deleted_role_that_nobody_missed_yet_is_made_anew(world: World):
    action = await an_action(world)
    await join(world, action, 2, 501)
    del world.sender.roles[(await roles(world, action))["ko"]]
    again = world.services.sign_up_settings.try_roles_again
    await again(ORGANISER, GUILD, action.action_id, gone=["ko"])
    await world.services.roles.catch_up()
    assert await holders(world, action) == {"ko": {2}}


async def test_a_refusal_stops_each_language_for_itself(world: World):
    action = await an_action(world)
    world.sender.fail_by_role(forbidden())
    await join(world, action, 1, 501)
    await join(world, action, 2)
    assert await holders(world, action) == {MAIN: {2}}
    await world.services.sign_up_settings.try_roles_again(ORGANISER, GUILD, action.action_id)
    await world.services.roles.catch_up()
    assert await holders(world, action) == {MAIN: {2}, "ko": {1}}


# ---- Choosing and giving up a channel


async def card_copies(world: World, action: Action) -> dict[str, list[DeliveryState]]:
    found: dict[str, list[DeliveryState]] = {}
    for record in await world.records(action):
        if record.delivery.kind is DeliveryKind.CARD:
            found.setdefault(record.delivery.language, []).append(record.state)
    return found


async def test_who_signed_up_in_a_channel_given_up_is_pinged_in_the_main_one(world: World):
    action = await an_action(world)
    for number, channel_id in ((1, CHANNEL), (2, 501), (3, 501), (4, 502)):
        await join(world, action, number, channel_id)
    await world.services.sign_ups.mute(fan(3), GUILD, action.action_id, muted=True)
    await world.services.servers.remove_language_channel(MODERATOR, GUILD, "ko")
    await world.services.roles.catch_up()
    assert await holders(world, action) == {MAIN: {1, 2}, "es": {4}}
    assert len(world.sender.roles) == 2, "the channel's role is deleted"
    assert await language_of(world, action, 3) == MAIN
    await world.services.sign_ups.mute(fan(3), GUILD, action.action_id, muted=False)
    await world.services.roles.catch_up()
    assert await holders(world, action) == {MAIN: {1, 2, 3}, "es": {4}}


async def test_who_pressed_just_as_a_channel_was_given_up_is_pinged_in_the_main_one(world: World):
    action = await an_action(world)
    await join(world, action, 1, 501)
    await world.services.servers.remove_language_channel(MODERATOR, GUILD, "ko")
    await world.services.roles.catch_up()
    async with world.database.read() as conn:
        who = await find_participant(conn, GUILD, fan(1).user_id)
    assert who is not None

    async def press(conn: AsyncConnection) -> None:
        ids = (GUILD, action.action_id)
        await set_language(conn, *ids, who, "ko")
        await want(conn, *ids, {(who, MAIN): False, (who, "ko"): True}, world.clock.now())

    await world.services.commit.run(press)
    for _ in range(3):
        await world.services.roles.catch_up()
    assert await holders(world, action) == {MAIN: {1}}
    assert len(world.sender.roles) == 1, "none is made for a channel that is gone"


async def test_a_channel_given_up_and_chosen_at_once_pings_nobody_twice(world: World):
    action = await an_action(world)
    await join(world, action, 1, 501)
    await world.services.servers.remove_language_channel(MODERATOR, GUILD, "ko")
    await world.services.servers.set_language_channel(MODERATOR, GUILD, KOREAN)
    await world.services.roles.catch_up()
    found = await holders(world, action)
    assert (found[MAIN], found.get("ko", set())) == ({1}, set())


async def test_a_new_channel_gets_the_cards_of_what_is_open(world: World):
    open_one = await an_action(world)
    over = await world.publish(fundraiser("Over"))
    await world.send_due()
    await world.finish(over)
    world.clock.set(MOMENT)
    await world.services.servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("pt", 503))
    assert DeliveryKind.CARD not in await world.send_due(), "both are over by now"
    later = await world.publish(fundraiser("Later", starts=MOMENT.replace(day=25)))
    await world.send_due()
    sent = len(world.sender.sent)
    await world.services.servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("fr", 504))
    assert await world.send_due() == [DeliveryKind.CARD]
    (card,) = world.sender.sent[sent:]
    assert (card.action.title, card.channel_ids) == ("Later", (504,))
    assert await card_copies(world, open_one) == {
        language: [DeliveryState.SENT] for language in ("", "ko", "es")
    }
    assert (await card_copies(world, later))["fr"] == [DeliveryState.SENT]


async def test_another_channel_for_a_language_gets_cards_of_its_own(world: World):
    action = await an_action(world)
    await world.services.servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("ko", 509))
    assert await world.send_due() == [DeliveryKind.CARD]
    world.sender.ready.set()
    await world.services.redraws.flush()
    world.sender.drawn.clear()
    await join(world, action, 1, 509)
    await world.services.redraws.flush()
    assert {drawn.post.channel_id for drawn in world.sender.drawn} == {CHANNEL, 502, 509}
    await world.services.servers.set_language_channel(
        MODERATOR, GUILD, LanguageChannel("ko", 509, 77)
    )
    assert await world.send_due() == [], "another role for alerts posts nothing"


async def test_what_stands_in_a_channel_given_up_is_edited_no_more(world: World):
    action = await an_action(world)
    await world.services.servers.remove_language_channel(MODERATOR, GUILD, "ko")
    world.sender.ready.set()
    await world.services.redraws.flush()
    world.sender.drawn.clear()
    await join(world, action, 1)
    await world.services.redraws.flush()
    assert {drawn.post.channel_id for drawn in world.sender.drawn} == {CHANNEL, 502}


async def test_the_servers_own_channel_and_language_are_no_other_languages(world: World):
    servers = world.services.servers
    with refused("setup.language_has_channel"):
        await servers.set_language(MODERATOR, GUILD, "ko")
    with refused("setup.channel_taken"):
        await servers.set_channel(MODERATOR, GUILD, 501)
    action = await an_action(world)
    with refused("setup.channel_taken"):
        await world.services.mending.move(ORGANISER, GUILD, action.action_id, 501)
