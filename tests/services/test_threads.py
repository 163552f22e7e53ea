"""Threads at cards: owed once, made once whatever fails on the way, and never against a hand."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from db.engine import Database
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import NotAllowed, SendFailed
from domain.life_cycle import Step
from domain.servers import LanguageChannel
from domain.threads import THREADS_FORBIDDEN
from tests.services.stand_ins import forbidden, unreachable
from tests.services.world import (
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    ORGANISER,
    World,
    a_world,
    fan,
    fundraiser,
    refused,
)

THREAD = DeliveryKind.THREAD


@pytest.fixture
async def world(database: Database) -> AsyncGenerator[World]:
    """A server that wants threads."""
    async with a_world(database) as world:
        await world.set_up()
        await world.services.servers.set_threads(MODERATOR, GUILD, makes=True)
        yield world


async def published(world: World) -> Action:
    action = await world.publish()
    await world.send_due()
    await world.send_due()
    return await world.load(action)


async def outcomes(world: World, action: Action) -> list[DeliveryState]:
    return [r.state for r in await world.records(action) if r.delivery.kind is THREAD]


async def rename(world: World, action: Action, title: str) -> None:
    ids = (GUILD, action.action_id)
    await world.services.editing.edit(ORGANISER, *ids, lambda _: fundraiser(title), language="en")


async def test_a_thread_is_made_once_its_card_stands(world: World) -> None:
    action = await published(world)
    assert world.sender.threads == {action.thread_id: action.title}
    assert world.sender.kinds[-1] is THREAD
    assert world.sender.sent[-1].channel_ids == (action.thread_id,)
    assert await outcomes(world, action) == [DeliveryState.SENT]


async def test_a_card_in_a_new_language_channel_makes_no_thread_at_an_older_card(
    world: World,
) -> None:
    await world.services.servers.set_threads(MODERATOR, GUILD, makes=False)
    action = await published(world)
    await world.services.servers.set_threads(MODERATOR, GUILD, makes=True)
    await world.services.servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("ko", 501))
    assert await world.send_due() == [DeliveryKind.CARD]
    assert await world.send_due() == []
    assert await outcomes(world, action) == []


async def test_what_fails_after_the_thread_was_made_makes_no_second_one(world: World) -> None:
    world.sender.fail_after_thread(unreachable())
    world.sender.fail(THREAD, unreachable())
    action = await published(world)
    for _ in range(2):
        world.clock.advance(MINUTE)
        await world.send_due()
    action = await world.load(action)
    assert world.sender.threads == {action.thread_id: action.title}
    assert world.sender.kinds.count(THREAD) == 1


async def test_a_refusal_is_told_and_can_be_tried_again(world: World) -> None:
    world.sender.fail_by_thread(SendFailed(THREADS_FORBIDDEN, permanent=True))
    action = await published(world)
    assert action.thread_id is None
    assert await outcomes(world, action) == [DeliveryState.FAILED]
    assert world.sender.kinds[-1] is DeliveryKind.NOTICE
    await world.services.mending.try_again(ORGANISER, GUILD, action.action_id)
    await world.send_due()
    assert (await world.load(action)).thread_id is not None
    assert await outcomes(world, action) == [DeliveryState.SENT]


async def test_a_first_message_that_failed_is_sent_to_the_thread_there_is(world: World) -> None:
    world.sender.fail(THREAD, forbidden())
    action = await published(world)
    assert action.thread_id is not None
    assert await outcomes(world, action) == [DeliveryState.FAILED]
    await world.services.mending.try_again(ORGANISER, GUILD, action.action_id)
    await world.send_due()
    assert world.sender.kinds[-1] is THREAD
    assert len(world.sender.threads) == 1


async def test_one_new_title_is_one_new_name(world: World) -> None:
    action = await published(world)
    await rename(world, action, "Match two million")
    await rename(world, action, "Match three million")
    sent = len(world.sender.sent)
    await world.send_due()
    assert world.sender.renamed == ["Match three million"]
    assert THREAD not in world.sender.kinds[sent:], "that is no message"
    await rename(world, action, "Match three million")
    await world.send_due()
    assert len(world.sender.renamed) == 1


async def test_a_new_name_is_counted_as_what_it_became(world: World) -> None:
    action = await published(world)

    def counted(outcome: str) -> float:
        labels = {"kind": THREAD.value, "outcome": outcome}
        registry = world.services.metrics.registry
        return registry.get_sample_value("fanchant_deliveries_total", labels) or 0

    await rename(world, action, "Match two million")
    await world.send_due()
    assert [counted("done"), counted("skipped")] == [1, 0]
    world.sender.fail_by_thread(forbidden())
    await rename(world, action, "Match three million")
    await world.send_due()
    assert [counted("done"), counted("skipped")] == [1, 1]


async def test_a_rename_that_discord_refuses_is_no_matter_for_organisers(world: World) -> None:
    action = await published(world)
    world.sender.fail_by_thread(forbidden())
    await rename(world, action, "Match two million")
    await world.send_due()
    assert DeliveryKind.NOTICE not in world.sender.kinds
    assert await outcomes(world, action) == [DeliveryState.SENT, DeliveryState.SKIPPED]


async def test_a_deleted_thread_is_noticed_by_its_new_name_too(world: World) -> None:
    action = await published(world)
    world.sender.threads.clear()
    await rename(world, action, "Match two million")
    await world.send_due()
    assert (await world.load(action)).thread_id is None
    assert world.sender.threads == {}


async def test_a_thread_of_somebody_elses_is_none_of_ours(world: World) -> None:
    action = await published(world)
    await world.services.threads.lost(GUILD, 4242)
    await world.services.threads.lost(GUILD + 1, action.thread_id or 0)
    assert (await world.load(action)).thread_id == action.thread_id


async def test_what_is_asked_for_twice_is_made_once(world: World) -> None:
    action = await published(world)
    assert action.thread_id is not None
    await world.services.threads.lost(GUILD, action.thread_id)
    world.sender.threads.clear()
    for _ in range(2):
        await world.services.threads.ask_for(ORGANISER, GUILD, action.action_id)
    await world.send_due()
    assert len(world.sender.threads) == 1
    with refused("refused.thread_stands"):
        await world.services.threads.ask_for(ORGANISER, GUILD, action.action_id)
    _, events = await world.services.life_cycle.history(ORGANISER, GUILD, action.action_id, limit=9)
    asked = [event.user_id for event in events if event.act is Act.THREAD_ASKED]
    assert asked == [ORGANISER.user_id], "written down once, as it is made once"


async def test_threads_are_for_organisers_to_ask_for_where_there_is_a_card(world: World) -> None:
    draft = await world.publish()
    with pytest.raises(NotAllowed):
        await world.services.threads.ask_for(fan(1), GUILD, draft.action_id)
    with refused("refused.thread_needs_card"):
        await world.services.threads.ask_for(ORGANISER, GUILD, draft.action_id)
    await world.services.life_cycle.take(
        ORGANISER, GUILD, draft.action_id, Step.CANCEL, reason="Rain"
    )
    with refused("refused.state.cancelled"):
        await world.services.threads.ask_for(ORGANISER, GUILD, draft.action_id)


async def test_what_is_called_off_meanwhile_gets_no_thread(world: World) -> None:
    world.sender.fail_by_thread(unreachable())
    action = await published(world)
    await world.services.life_cycle.take(
        ORGANISER, GUILD, action.action_id, Step.CANCEL, reason="Rain"
    )
    world.clock.advance(HOUR)
    await world.send_due()
    assert world.sender.threads == {}
    assert await outcomes(world, action) == [DeliveryState.SKIPPED]


async def test_a_paused_action_gets_its_thread_all_the_same(world: World) -> None:
    world.sender.fail_by_thread(unreachable())
    action = await published(world)
    await world.services.life_cycle.take(ORGANISER, GUILD, action.action_id, Step.PAUSE)
    world.clock.advance(HOUR)
    await world.send_due()
    assert world.sender.kinds[-1] is THREAD


async def test_only_moderators_decide_on_threads(world: World) -> None:
    with pytest.raises(NotAllowed):
        await world.services.servers.set_threads(ORGANISER, GUILD, makes=False)
    await world.services.servers.set_threads(MODERATOR, GUILD, makes=False)
    action = await published(world)
    assert await outcomes(world, action) == []
    with refused("refused.threads_off"):
        await world.services.threads.ask_for(ORGANISER, GUILD, action.action_id)
