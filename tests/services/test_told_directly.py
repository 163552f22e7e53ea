"""What is told directly since it pings nobody: reminders by hand, and steps while they are news."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, Post
from domain.errors import SendFailed
from domain.life_cycle import Step
from domain.quiet import QuietHours
from services.reminding import Words
from tests.services.test_addressed import with_alerts
from tests.services.test_direct_messages import join, messages, people, switch, told
from tests.services.test_editing import edit
from tests.services.world import (
    CHANNEL,
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
)

BY_HAND, STEP = DeliveryKind.BY_HAND, DeliveryKind.STEP


async def without_role(world: World, *numbers: int) -> Action:
    """An action whose people have no role, and want direct messages."""
    await world.services.servers.set_grants_roles(MODERATOR, GUILD, grants=False)
    action = await world.publish()
    await join(world, action, *numbers)
    await switch(world, *numbers)
    await world.send_due()
    return action


async def step(world: World, action: Action, *steps: Step) -> None:
    for each in steps:
        take = world.services.life_cycle.take
        await take(ORGANISER, GUILD, action.action_id, each, reason="Rain")
        world.clock.advance(MINUTE)


async def quiet(world: World, number: int, until: timedelta | None) -> None:
    """Somebody's quiet hours begin now and last so long; None for none any more."""
    now, user_id = world.clock.now(), fan(number).user_id
    await world.services.preferences.set_zone(user_id, "UTC")
    start = now.hour * 60 + now.minute
    minutes = 0 if until is None else until // MINUTE
    hours = None if until is None else QuietHours(start, (start + minutes) % 1440)
    await world.services.preferences.set_quiet(user_id, hours)


def acts_told(world: World) -> list[Act]:
    events = [repeat.event for owed in messages(world) for repeat in owed.repeats]
    return [event.act for event in events if event is not None]


# ---- Reminders by hand


async def test_sent_without_a_ping_a_reminder_is_told_to_those_who_have_not_finished(world: World):
    await with_alerts(world)
    action = await world.publish()
    await join(world, action, 1, 2, 3, 4)
    await switch(world, 1, 2, 4)
    await world.services.roles.catch_up()
    world.clock.set(MOMENT + MINUTE)
    await world.send_due()
    await world.log(action, fan(1))
    await world.services.sign_ups.mute(fan(4), GUILD, action.action_id, muted=True)
    await world.services.roles.catch_up()
    reminding, ids = world.services.reminding, (GUILD, action.action_id)
    await reminding.send(ORGANISER, *ids, Words(), pings=True)
    await world.send_due()
    assert told(world, BY_HAND) == [], "it pinged them"
    await reminding.send(ORGANISER, *ids, Words(), pings=False)
    await world.send_due()
    assert told(world, BY_HAND) == people(2), "1 has given, 3 never asked, 4 has muted it"


async def test_before_the_moment_it_is_told_to_all_even_if_they_gave_early(world: World):
    action = await without_role(world, 1, 2)
    await world.log(action, fan(1))
    await world.services.reminding.send(ORGANISER, GUILD, action.action_id, Words(), pings=True)
    await world.send_due()
    assert told(world, BY_HAND) == people(1, 2)


@pytest.mark.parametrize("urgent", [True, False])
async def test_in_their_quiet_hours_it_comes_only_if_it_is_urgent(world: World, urgent: bool):
    action = await without_role(world, 1)
    await quiet(world, 1, 2 * HOUR)
    words = Words(urgent=urgent)
    await world.services.reminding.send(ORGANISER, GUILD, action.action_id, words, pings=True)
    await world.send_due()
    assert told(world, BY_HAND) == (people(1) if urgent else [])
    world.clock.advance(2 * HOUR)
    await world.send_due()
    assert told(world, BY_HAND) == people(1)


async def two_waiting(world: World, *, cap: int) -> Action:
    """Two reminders to one person wait for the end of the server's quiet hours, in two hours."""
    await with_alerts(world)
    action = await world.publish()
    await join(world, action, 1)
    await switch(world, 1)
    await world.services.roles.catch_up()
    await world.send_due()
    await world.services.servers.set_zone(MODERATOR, GUILD, "UTC")
    night = QuietHours(NOW.hour * 60, NOW.hour * 60 + 120)
    await world.services.servers.set_pings(MODERATOR, GUILD, cap=cap, quiet=night)
    for _ in range(2):
        words, ids = Words(), (GUILD, action.action_id)
        await world.services.reminding.send(ORGANISER, *ids, words, pings=True)
    await world.send_due()
    return action


async def test_who_was_pinged_by_the_same_message_is_not_told_directly_too(world: World):
    """It pings the role once."""
    await two_waiting(world, cap=10)
    world.clock.set(NOW + 2 * HOUR)
    assert (await world.send_due()).count(BY_HAND) == 1
    assert told(world) == []


@pytest.mark.parametrize(("cap", "whom"), [(10, []), (0, people(1, 1))])
async def test_what_is_found_to_be_sent_is_told_directly_as_if_it_had_been_answered(
    world: World, cap: int, whom: list[int]
):
    """Discord took both in one message and didn't say so."""
    action = await two_waiting(world, cap=cap)
    world.sender.fail(BY_HAND, SendFailed("timeout", permanent=False, unsure=True))
    world.clock.set(NOW + 2 * HOUR)
    await world.send_due()
    both = [r.delivery for r in await world.records(action) if r.delivery.kind is BY_HAND]
    world.sender.accepted[GUILD, both[0].message_id] = Post(CHANNEL, 4711)
    world.clock.advance(10 * MINUTE)
    await world.send_due()
    posts = [r.post for r in await world.records(action) if r.delivery.kind is BY_HAND]
    assert posts == [Post(CHANNEL, 4711)] * 2
    assert told(world, BY_HAND) == whom


# ---- Steps


async def test_another_time_is_told_while_it_is_paused(world: World):
    action = await without_role(world, 1)
    await quiet(world, 1, 3 * HOUR)
    await edit(world, action, starts=at(MOMENT + HOUR))
    await step(world, action, Step.PAUSE)
    await world.send_due()
    world.clock.advance(3 * HOUR)
    await world.send_due()
    assert acts_told(world) == [Act.RESCHEDULED, Act.PAUSED]


async def test_of_several_pauses_and_times_only_the_last_is_told(world: World):
    action = await without_role(world, 1)
    await quiet(world, 1, 3 * HOUR)
    for hours in (1, 2):
        await edit(world, action, starts=at(MOMENT + hours * HOUR))
        await world.send_due()
    await step(world, action, Step.PAUSE, Step.RESUME, Step.PAUSE)
    await world.send_due()
    assert told(world) == []
    world.clock.advance(3 * HOUR)
    await world.send_due()
    assert acts_told(world) == [Act.RESCHEDULED, Act.PAUSED]
    (owed,) = messages(world)
    times = owed.repeats[0].event
    assert times is not None
    assert times.detail["after"]["starts"] == (MOMENT + 2 * HOUR).isoformat()


NEAR, AFAR = 3 * HOUR, 3 * HOUR + 11 * MINUTE


@pytest.mark.parametrize(
    ("before", "how", "comes"),
    [
        (NEAR, Step.CANCEL, True),
        (AFAR, Step.CANCEL, False),
        (NEAR, Step.PAUSE, False),
        (NEAR, DAY, True),
        (AFAR, -10 * MINUTE, True),
        (AFAR, DAY, False),
    ],
)
async def test_in_their_quiet_hours_comes_what_becomes_of_a_moment_that_is_near(
    world: World, before: timedelta, how: Step | timedelta, comes: bool
):
    """Their quiet hours last three hours more, and the moment is so long away."""
    action = await without_role(world, 1)
    world.clock.set(MOMENT - before)
    await world.send_due()
    world.sender.sent.clear()
    await quiet(world, 1, 3 * HOUR)
    if isinstance(how, Step):
        await step(world, action, how)
    else:
        await edit(world, action, starts=at(MOMENT + how))
    await world.send_due()
    assert told(world, STEP) == (people(1) if comes else [])
