"""Planning anew: what is owed already is neither lost nor doubled by a change of something else."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import Gone
from domain.life_cycle import Step
from tests.services.stand_ins import forbidden, unreachable
from tests.services.test_editing import edit
from tests.services.test_shifts import a_stream, whole
from tests.services.test_shifts import take as take_shift
from tests.services.world import (
    CHANNEL,
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MOMENT,
    ORGANISER,
    SECOND,
    World,
    at,
    fan,
    refused,
    until,
)

REMINDER, TALLY = DeliveryKind.REMINDER, DeliveryKind.TALLY


async def announced(world: World) -> Action:
    action = await world.publish()
    await world.send_due()
    return action


@pytest.mark.parametrize("before", [4 * MINUTE, timedelta(0)])
async def test_a_reminder_that_is_nearly_due_survives_an_edit_of_the_title(
    world: World, before: timedelta
):
    action = await announced(world)
    world.clock.set(MOMENT - DAY - before)
    await edit(world, action, title="Another title")
    world.clock.set(MOMENT - DAY)
    assert await world.send_due() == [REMINDER]


@pytest.mark.parametrize(
    ("due", "kind"),
    [
        (MOMENT - HOUR, REMINDER),
        (MOMENT, DeliveryKind.MOMENT),
        (MOMENT + DAY, DeliveryKind.CLOSING),
    ],
)
async def test_what_could_not_be_sent_yet_survives_an_edit_of_the_title(
    world: World, due: datetime, kind: DeliveryKind
):
    action = await world.publish()
    world.clock.set(action.ends_at if kind is DeliveryKind.CLOSING else due)
    world.sender.fail(kind, unreachable())
    await world.send_due()
    world.clock.advance(SECOND)
    await edit(world, action, title="Another title")
    world.clock.advance(MINUTE)
    assert (await world.send_due()).count(kind) == 1


async def test_what_is_just_being_sent_is_known_as_sent_after_an_edit(world: World):
    action = await announced(world)
    world.clock.set(MOMENT - DAY)
    world.sender.block(GUILD)
    sending = asyncio.create_task(world.send_due())
    await until(lambda: REMINDER in world.sender.tried)
    await edit(world, action, title="Another title")
    world.sender.let_go(GUILD)
    await sending
    states = [r.state for r in await world.records(action) if r.delivery.kind is REMINDER]
    assert states.count(DeliveryState.SENT) == 1


async def test_a_late_reminder_of_the_old_time_is_taken_back(world: World):
    action = await announced(world)
    world.clock.set(MOMENT - HOUR)
    world.sender.fail(REMINDER, unreachable())
    await world.send_due()
    await edit(world, action, starts=at(MOMENT + 2 * DAY))
    world.clock.advance(MINUTE)
    assert REMINDER not in await world.send_due()


async def test_a_tally_that_failed_is_posted_once_when_its_action_moves(world: World):
    action = await announced(world)
    world.clock.set(action.log_until)
    world.sender.fail(TALLY, forbidden())
    await world.send_due()
    await world.services.mending.move(ORGANISER, GUILD, action.action_id, CHANNEL + 1)
    assert (await world.send_due()).count(TALLY) == 1
    assert (await world.load(action)).state is ActionState.FINAL


async def test_an_action_is_decided_before_its_moment_if_both_are_late(world: World):
    draft = await world.draft()
    await world.services.sign_up_settings.set_condition(
        ORGANISER, GUILD, draft.action_id, 2, at(MOMENT - HOUR)
    )
    await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)
    await world.send_due()
    world.clock.set(MOMENT + MINUTE)
    assert await world.send_due() == [DeliveryKind.DECISION], "it is called off"


async def test_an_action_called_off_is_redrawn_where_it_was_announced(world: World):
    draft = await world.draft()
    await world.services.sign_up_settings.set_condition(
        ORGANISER, GUILD, draft.action_id, 2, at(MOMENT - HOUR)
    )
    await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)
    await world.send_due()
    world.sender.ready.set()
    await world.services.redraws.flush()
    world.clock.set(MOMENT - HOUR)
    await world.send_due()
    await world.services.redraws.flush()
    redrawn = {owed.delivery.kind: owed.action.state for owed, _ in world.sender.redrawn}
    assert redrawn[DeliveryKind.ANNOUNCEMENT] is ActionState.CANCELLED


async def test_after_closing_early_shifts_past_the_end_are_nobodys(world: World):
    action = await a_stream(world)
    last = await take_shift(world, action, fan(1), number=2)
    world.clock.set(MOMENT + HOUR)
    await world.send_due()
    ids = (GUILD, action.action_id)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.CLOSE_EARLY)
    assert [s.starts_at for s in (await whole(world, action)).parts.shifts] == [MOMENT]
    with refused("shifts.gone", Gone):
        await world.services.shifts.take(fan(1), *ids, last.shift_id)
    assert await world.services.shifts.list_own(fan(1).user_id, GUILD, limit=9) == []
    world.clock.set(last.starts_at)
    assert DeliveryKind.SHIFT not in await world.send_due()


async def test_old_news_of_what_is_over_is_not_told_once_it_could_be(world: World):
    action = await announced(world)
    ids = (GUILD, action.action_id)
    world.sender.fail(DeliveryKind.STEP, forbidden(), forbidden())
    await world.services.life_cycle.take(ORGANISER, *ids, Step.CLOSE_SIGN_UPS)
    await world.send_due()
    await world.finish(action)
    world.clock.advance(30 * DAY)
    assert await world.services.dispatcher.try_failed_again(GUILD) == 1
    assert DeliveryKind.STEP not in await world.send_due()


ANNOUNCEMENT = DeliveryKind.ANNOUNCEMENT


@pytest.mark.parametrize("while_paused", [True, False])
async def test_what_was_paused_before_it_was_announced_is_announced_when_it_goes_on(
    world: World, while_paused: bool
):
    """The bot was down when its time came, and it was paused before it could be posted."""
    draft = await world.draft()
    ids = (GUILD, draft.action_id)
    await world.services.editing.announce_at(ORGANISER, *ids, at(MOMENT - DAY))
    await world.services.actions.publish(ORGANISER, *ids)
    world.clock.set(MOMENT - DAY + MINUTE)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.PAUSE)
    if while_paused:
        assert ANNOUNCEMENT not in await world.send_due()
    world.clock.advance(HOUR)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.RESUME)
    assert (await world.send_due()).count(ANNOUNCEMENT) == 1
    await edit(world, draft, title="Another title")
    assert ANNOUNCEMENT not in await world.send_due()


async def test_what_has_ended_before_it_was_announced_is_announced_no_more(world: World):
    action = await world.publish()
    ids = (GUILD, action.action_id)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.PAUSE)
    world.clock.set(action.ends_at)
    await world.send_due()
    await world.services.life_cycle.take(ORGANISER, *ids, Step.RESUME)
    assert ANNOUNCEMENT not in await world.send_due()
