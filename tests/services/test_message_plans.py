"""Which messages an action sends: the server's for new ones, and what its organisers change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actions import Action
from domain.blueprints import as_json, blueprint_of, from_json
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import NotAllowed
from domain.life_cycle import Step
from domain.message_plans import DEFAULT_PLAN, MessagePlan
from domain.recurrence import Pattern, Rule
from services.actions import Typed
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_ORGANISER,
    World,
    at,
    fan,
    fundraiser,
    refused,
)

REMINDER, NUDGE = DeliveryKind.REMINDER, DeliveryKind.NUDGE
OWN = MessagePlan((2 * DAY, -15 * MINUTE), ("10%", "90%"), nudges=True)


def to(plan: MessagePlan) -> Callable[[MessagePlan], MessagePlan]:
    return lambda _: plan


async def change(world: World, action: Action, **changes: Any) -> Action:
    return await world.services.message_plans.change(
        ORGANISER, GUILD, action.action_id, lambda plan: replace(plan, **changes)
    )


async def pending(world: World, action: Action, kind: DeliveryKind) -> list[timedelta]:
    """How long after the start what is owed of a kind is due."""
    return [
        r.delivery.due_at - MOMENT
        for r in await world.records(action)
        if (r.delivery.kind, r.state) == (kind, DeliveryState.PENDING)
    ]


async def test_new_actions_send_what_their_server_chose_and_older_ones_what_they_did(
    world: World,
):
    before = await world.publish()
    await world.services.servers.set_plan(MODERATOR, GUILD, to(OWN))
    after = await world.publish()
    assert (await world.load(before)).plan == DEFAULT_PLAN
    assert (await world.load(after)).plan == OWN
    assert await pending(world, before, REMINDER) == [-DAY, -HOUR]
    assert await pending(world, after, REMINDER) == [-2 * DAY, 15 * MINUTE]


async def test_only_who_manages_the_server_chooses_for_it(world: World):
    with refused("refused.needs_manage_server", NotAllowed):
        await world.services.servers.set_plan(ORGANISER, GUILD, to(OWN))


async def test_an_actions_reminders_follow_a_change_at_once(world: World):
    action = await world.publish()
    await change(world, action, reminders=(2 * HOUR, HOUR, -15 * MINUTE))
    assert await pending(world, action, REMINDER) == [-2 * HOUR, -HOUR, 15 * MINUTE]
    world.clock.set(MOMENT - HOUR - MINUTE)
    await world.send_due()
    await change(world, action, reminders=(2 * HOUR,))
    assert await pending(world, action, REMINDER) == []


async def test_reminders_go_out_after_the_moment_and_stop_with_the_action(world: World):
    action = await world.publish()
    await change(world, action, reminders=(-15 * MINUTE, -30 * MINUTE))
    world.clock.set(MOMENT)
    await world.send_due()
    world.clock.set(MOMENT + 15 * MINUTE)
    assert await world.send_due() == [REMINDER]
    world.clock.set(action.log_until)
    assert REMINDER not in await world.send_due()


async def test_nobody_but_who_runs_an_action_changes_its_messages(world: World):
    action = await world.publish()
    plans = world.services.message_plans
    with refused("refused.not_your_action", NotAllowed):
        await plans.change(OTHER_ORGANISER, GUILD, action.action_id, to(OWN))
    with refused("refused.needs_organiser", NotAllowed):
        await plans.change(fan(1), GUILD, action.action_id, to(OWN))
    assert (await world.load(action)).plan == DEFAULT_PLAN


async def test_what_is_over_keeps_its_plan(world: World):
    action = await world.publish()
    await world.finish(action)
    with refused("refused.step.final"):
        await change(world, action, nudges=True)


async def test_a_draft_can_be_given_its_own_messages_and_sends_them(world: World):
    draft = await world.draft()
    await world.services.message_plans.change(ORGANISER, GUILD, draft.action_id, to(OWN))
    action = await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)
    assert await pending(world, action, REMINDER) == [-2 * DAY, 15 * MINUTE]
    assert await pending(world, action, NUDGE) == [36 * HOUR]


async def test_amounts_go_with_a_currency_that_a_draft_gives_up(world: World):
    draft = await world.draft()
    await change(world, draft, milestones=("10%", "5000"))
    typed: Typed = fundraiser(currency="KRW")
    redrafted = await world.services.actions.redraft(
        ORGANISER, GUILD, draft.action_id, typed, language="en"
    )
    assert redrafted.plan.milestones == ("10%",)


async def test_duplicates_and_templates_carry_an_actions_messages(world: World):
    draft = await world.draft()
    await world.services.message_plans.change(ORGANISER, GUILD, draft.action_id, to(OWN))
    templates = world.services.templates
    saved = await templates.save(ORGANISER, GUILD, draft.action_id, "Ours")
    found = await templates.find(ORGANISER, GUILD, saved.template_id)
    typed = fundraiser(starts=MOMENT + DAY)
    again = await templates.draft(ORGANISER, GUILD, found.blueprint, typed, language="en")
    assert again.plan == OWN


async def test_a_template_from_before_gets_the_servers_messages(world: World):
    await world.services.servers.set_plan(MODERATOR, GUILD, to(OWN))
    content = as_json(blueprint_of(await world.draft()))
    del content["plan"]
    old = from_json(content)
    typed = fundraiser(starts=MOMENT + DAY)
    drafted = await world.services.templates.draft(ORGANISER, GUILD, old, typed, language="en")
    assert drafted.plan == OWN


async def test_the_next_action_of_a_series_sends_the_same_messages(world: World):
    action = await world.publish()
    await change(world, action, reminders=(3 * HOUR,))
    weekly = Rule(Pattern.WEEKLY, days=(5,))
    started = await world.services.series.start(ORGANISER, GUILD, action.action_id, weekly, 6 * DAY)
    world.clock.set(MOMENT)
    await world.send_due()
    following = await world.services.series.find(ORGANISER, GUILD, started.series.series_id)
    assert following.latest.action_id != action.action_id
    assert following.latest.plan == replace(DEFAULT_PLAN, reminders=(3 * HOUR,))


async def in_and_nudged(world: World) -> Action:
    """A fundraiser with a nudge, in which four are, one waits and one has left."""
    action = await world.publish(fundraiser(capacity=4))
    await change(world, action, nudges=True)
    sign_ups = world.services.sign_ups
    for number in (1, 2, 3, 4, 5, 6):
        await sign_ups.join(fan(number), GUILD, action.action_id)
    await sign_ups.leave(fan(6), GUILD, action.action_id)
    world.clock.set(MOMENT + DAY)
    await world.send_due()
    return action


async def test_a_nudge_counts_those_who_are_in_and_have_logged_nothing(world: World):
    action = await in_and_nudged(world)
    await world.log(action, fan(1))
    withdrawn = await world.log(action, fan(2))
    await world.services.contributions.withdraw(
        fan(2), GUILD, withdrawn.contribution.contribution_id
    )
    held = await world.log(action, fan(3), 10**9)
    assert held.contribution.held is not None
    world.clock.set(MOMENT + 36 * HOUR)
    assert NUDGE in await world.send_due()
    nudge = next(owed for owed in world.sender.sent if owed.delivery.kind is NUDGE)
    assert nudge.yet_to_log == 2, "who withdrew, and who never logged"


async def test_with_more_time_to_log_nobody_is_nudged_once_more(world: World):
    action = await in_and_nudged(world)
    world.clock.set(MOMENT + 36 * HOUR)
    assert NUDGE in await world.send_due()
    until = action.log_until + 4 * DAY
    await world.services.life_cycle.take(
        ORGANISER, GUILD, action.action_id, Step.EXTEND_LOG, until=until
    )
    assert await pending(world, action, NUDGE) == []


async def test_where_everybody_has_logged_nobody_is_nudged(world: World):
    action = await in_and_nudged(world)
    for number in (1, 2, 3, 4):
        await world.log(action, fan(number))
    world.clock.set(MOMENT + 36 * HOUR)
    assert NUDGE not in await world.send_due()
    assert (await world.states(action))[NUDGE] is DeliveryState.SKIPPED


@pytest.mark.parametrize("later", [DAY, 2 * DAY])
async def test_the_last_hour_follows_an_end_that_moves(world: World, later: timedelta):
    action = await world.publish(fundraiser(ends=MOMENT + DAY))
    assert await pending(world, action, DeliveryKind.LAST_HOUR) == [23 * HOUR]
    typed = replace(fundraiser(), ends=at(MOMENT + DAY + later))
    await world.services.editing.edit(
        ORGANISER, GUILD, action.action_id, lambda _: typed, language="en"
    )
    assert await pending(world, action, DeliveryKind.LAST_HOUR) == [23 * HOUR + later]
