"""Preflight by the services: told before the moment, moved along with it, and looked up at will."""

from __future__ import annotations

from datetime import timedelta

from domain.actions import Action
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import NotAllowed
from domain.life_cycle import Step
from domain.preflight import Flaw, Found
from tests.services.stand_ins import unreachable
from tests.services.world import (
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_ORGANISER,
    World,
    fan,
    hashtag,
    refused,
)

PREFLIGHT = DeliveryKind.PREFLIGHT


async def dues(world: World, action: Action) -> list[timedelta]:
    """How long after the first moment each preflight is due that is still owed."""
    return [
        record.delivery.due_at - MOMENT
        for record in await world.records(action)
        if record.delivery.kind is PREFLIGHT and record.state is DeliveryState.PENDING
    ]


async def test_it_is_sent_half_an_hour_before_and_moves_with_the_moment(world: World) -> None:
    action = await world.publish(hashtag())
    assert await dues(world, action) == [-30 * MINUTE]
    later = hashtag(starts=MOMENT + 2 * HOUR)
    await world.services.editing.edit(
        ORGANISER, GUILD, action.action_id, lambda _: later, language="en"
    )
    assert await dues(world, action) == [90 * MINUTE]
    world.clock.set(MOMENT + 90 * MINUTE)
    assert PREFLIGHT in await world.send_due()


async def test_what_is_paused_is_not_checked_and_what_goes_on_in_time_is(world: World) -> None:
    action = await world.publish(hashtag())
    life, ids = world.services.life_cycle, (GUILD, action.action_id)
    await life.take(ORGANISER, *ids, Step.PAUSE)
    assert await dues(world, action) == []
    await life.take(ORGANISER, *ids, Step.RESUME)
    assert await dues(world, action) == [-30 * MINUTE]
    await life.take(ORGANISER, *ids, Step.CANCEL, reason="Rain")
    assert await dues(world, action) == []


async def test_what_is_published_later_than_that_has_none(world: World) -> None:
    world.clock.set(MOMENT - 29 * MINUTE)
    assert await dues(world, await world.publish(hashtag())) == []


async def test_who_runs_it_can_look_at_any_time_and_nobody_else(world: World) -> None:
    await world.services.servers.set_grants_roles(MODERATOR, GUILD, grants=False)
    action = await world.publish(hashtag())
    look, ids = world.services.preflight.look, (GUILD, action.action_id)
    broken = Found(Flaw.PERMISSIONS, 5, names=("attach_files",))
    world.sender.found = (broken,)
    report = await look(ORGANISER, *ids)
    assert report.found == (Found(Flaw.NO_PING), broken)
    assert (await look(MODERATOR, *ids)).found == report.found
    for somebody, key in (
        (OTHER_ORGANISER, "refused.not_your_action"),
        (fan(1), "refused.needs_organiser"),
    ):
        with refused(key, NotAllowed):
            await look(somebody, *ids)
        with refused(key, NotAllowed):
            await world.services.preflight.texts(somebody, *ids)


async def test_a_discord_that_is_away_is_said(world: World) -> None:
    action = await world.publish(hashtag())
    world.sender.fail_to_check(unreachable())
    with refused("preflight.cannot_look"):
        await world.services.preflight.look(ORGANISER, GUILD, action.action_id)


async def test_the_texts_are_as_of_their_time(world: World) -> None:
    action = await world.publish(hashtag())
    server, texts = await world.services.preflight.texts(ORGANISER, GUILD, action.action_id)
    assert server.guild_id == GUILD
    assert texts[0].delivery.kind is DeliveryKind.MOMENT
    assert texts[0].now == MOMENT
    assert texts[0].action.revealed(texts[0].now)
    world.clock.set(MOMENT + HOUR)
    _, later = await world.services.preflight.texts(ORGANISER, GUILD, action.action_id)
    assert later[0].now == MOMENT + HOUR, "the moment's text, if it did not go out"
