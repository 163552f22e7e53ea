"""Only those concerned are addressed: who left, waits, has muted or has finished is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind
from domain.kinds import Kind
from domain.life_cycle import Step
from domain.owed_messages import OwedMessage
from domain.pings import pinged_role
from domain.quiet import QuietHours
from domain.servers import RolePurpose
from services.actions import Typed
from services.reminding import Words
from tests.services.test_direct_messages import join, people, switch, told, up_to_the_moment
from tests.services.test_editing import edit
from tests.services.test_ticks import RESET, TODAY, app, publish, tap
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    NOW,
    ORGANISER,
    World,
    at,
    fan,
    fundraiser,
)

ALERTS = 75
AFTER = 15 * MINUTE
DRAWING = "https://example.org/drawing"
CALL, REMINDER = DeliveryKind.DAILY_CALL, DeliveryKind.REMINDER


async def with_alerts(world: World, *reminders: timedelta) -> None:
    """A server that has an alert role, whose actions have these reminders."""
    servers = world.services.servers
    await servers.set_role(MODERATOR, GUILD, RolePurpose.PING, ALERTS)
    if reminders:
        await servers.set_plan(MODERATOR, GUILD, lambda plan: replace(plan, reminders=reminders))


async def pinged(world: World, action: Action, kind: DeliveryKind) -> set[int | None]:
    """The numbers of the fans whom the last message of a kind pings; None for the alert role.

    All that was asked for by then has reached Discord.
    """
    await world.services.roles.catch_up()
    await world.send_due()
    sent = [owed for owed in world.sender.sent if owed.delivery.kind is kind]
    return _addressed(world, sent[-1])


def _addressed(world: World, owed: OwedMessage) -> set[int | None]:
    role_id = pinged_role(owed)
    if role_id == ALERTS:
        return {None}
    members = set[int]() if role_id is None else world.sender.roles[role_id]
    return {user_id - 1000 for user_id in members}


async def a_crowd(world: World, action: Action) -> None:
    """Fan 1 is in, 2 leaves, 3 moves up to the place that this frees, and 4 waits."""
    await join(world, action, 1, 2, 3, 4)
    await world.services.roles.catch_up()
    await world.services.sign_ups.leave(fan(2), GUILD, action.action_id)


async def test_before_the_moment_and_at_it_only_those_who_are_in_are_pinged(world: World):
    await with_alerts(world)
    action = await world.publish(fundraiser(capacity=2))
    assert await pinged(world, action, DeliveryKind.ANNOUNCEMENT) == {None}
    await a_crowd(world, action)
    for kind, instant in ((REMINDER, MOMENT - HOUR), (DeliveryKind.MOMENT, MOMENT)):
        world.clock.set(instant)
        assert await pinged(world, action, kind) == {1, 3}


@pytest.mark.parametrize("step", [Step.PAUSE, Step.CANCEL])
async def test_a_step_pings_only_those_who_are_in(world: World, step: Step):
    await with_alerts(world)
    action = await world.publish(fundraiser(capacity=2))
    await a_crowd(world, action)
    await world.services.roles.catch_up()
    await world.services.life_cycle.take(ORGANISER, GUILD, action.action_id, step, reason="Rain")
    assert await pinged(world, action, DeliveryKind.STEP) == {1, 3}


async def test_a_new_time_pings_only_those_who_are_in(world: World):
    await with_alerts(world)
    action = await world.publish(fundraiser(capacity=2))
    await a_crowd(world, action)
    await edit(world, action, starts=at(MOMENT + HOUR))
    assert await pinged(world, action, DeliveryKind.STEP) == {1, 3}


async def test_a_reminder_by_hand_pings_only_those_who_are_in_and_tells_who_has_finished(
    world: World,
):
    await with_alerts(world)
    action = await world.publish(fundraiser(capacity=2))
    await a_crowd(world, action)
    await world.services.roles.catch_up()
    reminding, ids = world.services.reminding, (GUILD, action.action_id)
    early = await reminding.preview(ORGANISER, *ids, Words())
    assert (early.owed.finished, early.asks) == (0, False)
    await reminding.send(ORGANISER, *ids, Words(), pings=True)
    assert await pinged(world, action, DeliveryKind.BY_HAND) == {1, 3}
    world.clock.set(MOMENT + MINUTE)
    await world.log(action, fan(1))
    await world.log(action, fan(2))
    shown = await reminding.preview(ORGANISER, *ids, Words())
    assert (shown.owed.finished, shown.asks) == (1, True), "2 has left"
    await reminding.send(ORGANISER, *ids, Words(), pings=False)
    assert await pinged(world, action, DeliveryKind.BY_HAND) == set()


async def test_who_has_given_less_than_they_pledged_has_not_finished(world: World):
    action = await world.publish()
    await join(world, action, 1, 2, 3)
    for number in (1, 2):
        await world.services.sign_ups.pledge(fan(number), GUILD, action.action_id, 5000)
    world.clock.set(MOMENT)
    await world.log(action, fan(1), 5000)
    await world.log(action, fan(2), 4000)
    reminding = world.services.reminding
    shown = await reminding.preview(ORGANISER, GUILD, action.action_id, Words())
    assert shown.owed.finished == 1


@pytest.mark.parametrize("grants", [True, False])
async def test_after_the_moment_a_reminder_pings_nobody_and_tells_who_has_not_finished(
    world: World, grants: bool
):
    await with_alerts(world, HOUR, -AFTER)
    await world.services.servers.set_grants_roles(MODERATOR, GUILD, grants=grants)
    action = await world.publish(fundraiser(capacity=3))
    await join(world, action, 1, 2, 3, 4, 5)
    await switch(world, 1, 2, 4, 5)
    await world.services.sign_ups.leave(fan(3), GUILD, action.action_id)  # 4 moves up, 5 waits
    world.clock.set(MOMENT - HOUR)
    assert await pinged(world, action, REMINDER) == ({1, 2, 4} if grants else set())
    world.clock.set(MOMENT + MINUTE)
    await world.log(action, fan(1))
    world.clock.set(MOMENT + AFTER)
    assert await pinged(world, action, REMINDER) == set()
    assert told(world, REMINDER) == people(2, 4), "1 has given, 3 left and 5 waits"


async def test_in_an_open_call_who_has_sent_theirs_early_is_not_called_again(world: World):
    await with_alerts(world, DAY)
    typed = Typed(
        Kind.SUBMISSION,
        "Birthday book",
        at(NOW + 2.5 * DAY),
        at(NOW + 3 * DAY),
        None,
        {"recipient": "The agency", "rules": "One page each"},
    )
    action = await world.publish(typed)
    await join(world, action, 1, 2)
    await switch(world, 1, 2)
    world.clock.set(NOW + 2 * HOUR)
    await world.services.entries.enter(fan(1), GUILD, action.action_id, link=DRAWING)
    world.clock.set(NOW + 2 * DAY)
    assert await pinged(world, action, REMINDER) == set()
    assert told(world, REMINDER) == people(2)


async def test_a_daily_call_pings_nobody_and_tells_who_has_something_left_to_tick(world: World):
    await with_alerts(world)
    action = await publish(world, app(), app("Idolchamp", 3, "00:30"))
    ids = (GUILD, action.action_id)
    await join(world, action, 1, 2, 3, 4, 5, 6, 7)
    await switch(world, 1, 2, 3, 4, 5, 6)
    world.clock.set(MOMENT)
    for number in (1, 2, 7):
        await tap(world, action, fan(number), 1)
    await tap(world, action, fan(1), 2, TODAY + timedelta(days=1))
    await world.services.ticks.rest(fan(4), *ids)
    await world.services.sign_ups.mute(fan(5), *ids)
    await world.services.sign_ups.leave(fan(6), *ids)
    world.clock.set(RESET - 3 * HOUR)
    assert await pinged(world, action, CALL) == set()
    assert told(world, CALL) == people(2, 3), "4 rests, 5 has muted, 6 left, 7 never asked"
    first, second = (owed.repeats[0] for owed in world.sender.sent[-2:])
    assert [day.app.name for day in first.days_left] == ["Idolchamp"]
    assert [day.app.name for day in second.days_left] == ["Mubeat", "Idolchamp"]


async def test_a_call_that_waited_for_quiet_hours_is_dropped_once_all_is_ticked(world: World):
    action = await publish(world, app())
    await join(world, action, 1, 2)
    await switch(world, 1, 2)
    for number in (1, 2):
        await world.services.preferences.set_zone(fan(number).user_id, "Asia/Seoul")
        await world.services.preferences.set_quiet(
            fan(number).user_id, QuietHours(20 * 60, 22 * 60)
        )
    world.clock.set(RESET - 3 * HOUR)
    await world.send_due()
    assert told(world, CALL) == [], "their own quiet hours"
    await tap(world, action, fan(1))
    world.clock.set(RESET - 1.5 * HOUR)
    await world.send_due()
    assert told(world, CALL) == people(2)


async def test_who_has_muted_a_vote_is_pinged_by_nothing_of_it(world: World):
    await with_alerts(world)
    action = await publish(world, app())
    await join(world, action, 1, 2)
    world.clock.set(MOMENT - HOUR)
    assert await pinged(world, action, DeliveryKind.REMINDER) == {1, 2}
    await world.services.sign_ups.mute(fan(2), GUILD, action.action_id)
    world.clock.set(MOMENT)
    assert await pinged(world, action, DeliveryKind.MOMENT) == {1}


async def test_any_action_can_be_muted_and_then_tells_one_nothing_directly(world: World):
    await with_alerts(world, HOUR, -AFTER)
    action = await world.publish(fundraiser())
    await join(world, action, 1, 2)
    await switch(world, 1, 2)
    await world.services.sign_ups.mute(fan(2), GUILD, action.action_id, muted=True)
    world.clock.set(MOMENT - HOUR)
    assert await pinged(world, action, REMINDER) == {1}
    world.clock.set(MOMENT + AFTER)
    assert await pinged(world, action, REMINDER) == set()
    assert told(world, REMINDER) == people(1)


@pytest.mark.parametrize("step", [Step.PAUSE, Step.CLOSE_EARLY, Step.CANCEL])
async def test_after_the_moment_a_step_pings_nobody_and_tells_who_has_not_finished(
    world: World, step: Step
):
    await with_alerts(world)
    action = await world.publish(fundraiser())
    await join(world, action, 1, 2, 3)
    await switch(world, 1, 2)
    world.clock.set(MOMENT)
    assert await pinged(world, action, DeliveryKind.MOMENT) == {1, 2, 3}
    world.clock.set(MOMENT + MINUTE)
    await world.log(action, fan(1))
    await world.services.life_cycle.take(ORGANISER, GUILD, action.action_id, step, reason="Rain")
    assert await pinged(world, action, DeliveryKind.STEP) == set()
    assert told(world, DeliveryKind.STEP) == people(2), "1 has given, 3 never asked"


@pytest.mark.parametrize("step", [Step.CANCEL, Step.PAUSE])
async def test_without_a_role_a_step_is_told_directly(world: World, step: Step):
    await world.services.servers.set_grants_roles(MODERATOR, GUILD, grants=False)
    action = await world.publish(fundraiser())
    await join(world, action, 1, 2)
    await switch(world, 1)
    await world.services.life_cycle.take(ORGANISER, GUILD, action.action_id, step, reason="Rain")
    assert await pinged(world, action, DeliveryKind.STEP) == set()
    assert told(world, DeliveryKind.STEP) == people(1)


async def test_an_edit_of_what_is_paused_takes_nothing_back_that_told_of_the_pause(world: World):
    await world.services.servers.set_grants_roles(MODERATOR, GUILD, grants=False)
    action = await world.publish(fundraiser())
    await join(world, action, 1)
    await switch(world, 1)
    await world.services.preferences.set_zone(fan(1).user_id, "UTC")
    night = QuietHours(0, 24 * 60 - 1)
    await world.services.preferences.set_quiet(fan(1).user_id, night)
    await world.services.life_cycle.take(ORGANISER, GUILD, action.action_id, Step.PAUSE)
    await world.send_due()
    assert told(world, DeliveryKind.STEP) == []
    await edit(world, action, title="Another title")
    await world.services.preferences.set_quiet(fan(1).user_id, None)
    world.clock.advance(DAY)
    await world.send_due()
    assert told(world, DeliveryKind.STEP) == people(1)


async def test_what_was_paused_only_for_a_moment_is_not_told_directly_afterwards(world: World):
    await with_alerts(world)
    action = await world.publish(fundraiser())
    await join(world, action, 1)
    await switch(world, 1)
    world.clock.set(MOMENT + MINUTE)
    for step in (Step.PAUSE, Step.RESUME):
        await world.services.life_cycle.take(ORGANISER, GUILD, action.action_id, step)
    assert await pinged(world, action, DeliveryKind.STEP) == set()
    acts = [owed.repeats[0].event for owed in world.sender.sent if owed.repeats]
    assert [event.act for event in acts if event is not None] == [Act.RESUMED]


async def test_the_moment_of_an_open_call_pings_nobody_and_who_has_sent_theirs_is_not_told(
    world: World,
):
    await with_alerts(world, DAY)
    texts = {"recipient": "The agency", "rules": "One page each"}
    action = await world.publish(
        Typed(Kind.SUBMISSION, "Birthday book", at(MOMENT), at(MOMENT + 3 * DAY), None, texts)
    )
    await join(world, action, 1, 2)
    await switch(world, 1, 2)
    await world.services.entries.enter(fan(1), GUILD, action.action_id, link=DRAWING)
    await up_to_the_moment(world)
    world.clock.set(MOMENT)
    assert await pinged(world, action, DeliveryKind.MOMENT) == set()
    assert told(world, DeliveryKind.AHEAD) == people(2)


async def test_in_the_last_hour_of_a_vote_who_has_ticked_everything_is_left_alone(world: World):
    action = await publish(world, app())
    await join(world, action, 1, 2)
    await switch(world, 1, 2)
    world.clock.set(action.ends_at - 2 * HOUR)
    day = (action.ends_at - 2 * HOUR + 9 * HOUR).date()
    await tap(world, action, fan(1), 1, day - timedelta(days=1))
    world.clock.set(action.ends_at - HOUR)
    await world.send_due()
    assert told(world, DeliveryKind.LAST_HOUR) == people(2)


async def test_without_a_role_nothing_but_the_announcement_pings_anybody(world: World):
    await with_alerts(world)
    await world.services.servers.set_grants_roles(MODERATOR, GUILD, grants=False)
    action = await world.publish()
    await join(world, action, 1)
    for instant in (NOW, MOMENT - HOUR, MOMENT, action.ends_at, action.log_until):
        world.clock.set(instant)
        await world.services.roles.catch_up()
        await world.send_due()
    roles = {owed.delivery.kind: pinged_role(owed) for owed in world.sender.sent}
    assert {kind for kind, role_id in roles.items() if role_id is not None} == {
        DeliveryKind.ANNOUNCEMENT
    }
    assert world.sender.roles == {}
