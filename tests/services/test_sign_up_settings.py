"""Sign-up settings: who may change them, and what people meet when they click."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from db.queries.options import list_options
from db.tables import signup, signup_event
from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind
from domain.errors import Gone, NotAllowed, Refusal
from domain.life_cycle import Step
from domain.servers import Actor
from domain.sign_up_options import OptionLine
from domain.sign_ups import SignUpChange, SignUpOption, SignUpResult, SignUpState
from tests.services.world import (
    DAY,
    FAN_ROLE,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_ORGANISER,
    SECOND,
    World,
    at,
    fan,
    fundraiser,
    refused,
)

IN, WAITLISTED, LEFT = SignUpState.IN, SignUpState.WAITLISTED, SignUpState.LEFT
HOST, LATE = OptionLine("can host", 2), OptionLine("late")


async def join(
    world: World, action: Action, number: int, option_id: int | None = None
) -> SignUpResult:
    sign_ups = world.services.sign_ups
    return (await sign_ups.join(fan(number), GUILD, action.action_id, option_id)).result


async def offer(world: World, action: Action, *lines: OptionLine) -> tuple[int, ...]:
    """Have the action offer these options; returns their ids."""
    settings = world.services.sign_up_settings
    changed = await settings.set_options(ORGANISER, GUILD, action.action_id, lines)
    return tuple(option.option_id for option in changed.parts.options)


async def stored_options(world: World, action: Action) -> tuple[SignUpOption, ...]:
    async with world.database.read() as conn:
        return await list_options(conn, GUILD, action.action_id)


async def pledge(world: World, action: Action, number: int, amount: int | None) -> SignUpResult:
    return await world.services.sign_ups.pledge(fan(number), GUILD, action.action_id, amount)


# ---- Who may change them


async def test_only_who_runs_an_action_sees_and_changes_its_settings(world: World):
    action = await world.publish()
    settings = world.services.sign_up_settings
    ids = (GUILD, action.action_id)
    for actor in (fan(1), OTHER_ORGANISER):
        with pytest.raises(NotAllowed):
            await settings.find(actor, *ids)
        with pytest.raises(NotAllowed):
            await settings.set_cut_off(actor, *ids, HOUR)
        with pytest.raises(NotAllowed):
            await settings.switch_role(actor, *ids, grants=True)
        with pytest.raises(NotAllowed):
            await settings.try_roles_again(actor, *ids)
    assert (await settings.set_cut_off(MODERATOR, *ids, HOUR)).sign_up_lead == HOUR


async def test_what_is_over_keeps_its_settings(world: World):
    action = await world.publish()
    cancel = world.services.life_cycle.take
    await cancel(ORGANISER, GUILD, action.action_id, Step.CANCEL, reason="rain")
    settings, ids = world.services.sign_up_settings, (GUILD, action.action_id)
    with refused("refused.step.cancelled"):
        await settings.set_cut_off(ORGANISER, *ids, HOUR)
    with refused("refused.step.cancelled"):
        await settings.set_options(ORGANISER, *ids, [LATE])
    with refused("refused.step.cancelled"):
        await settings.switch_role(ORGANISER, *ids, grants=True)


async def test_a_draft_s_channel_can_be_chosen_and_a_published_one_s_is_moved_otherwise(
    world: World,
):
    draft, settings = await world.draft(), world.services.sign_up_settings
    changed = await settings.set_channel(ORGANISER, GUILD, draft.action_id, 555)
    assert changed.channel_id == 555
    await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)
    await world.send_due()
    assert {owed.channel_ids[0] for owed in world.sender.sent} == {555}
    with refused("refused.published_already", number="1"):
        await settings.set_channel(ORGANISER, GUILD, draft.action_id, 556)


async def test_settings_that_time_has_overtaken_are_refused_at_publishing(world: World):
    """Also those that another change made impossible."""
    settings, actions = world.services.sign_up_settings, world.services.actions
    early, full = await world.draft(), await world.draft()
    await settings.set_cut_off(ORGANISER, GUILD, early.action_id, 2 * DAY)
    await settings.set_condition(ORGANISER, GUILD, full.action_id, 9, at(MOMENT - HOUR))
    smaller = fundraiser(capacity=8)
    await actions.redraft(ORGANISER, GUILD, full.action_id, smaller, language="en")
    with refused("settings.needed_over_capacity"):
        await actions.publish(ORGANISER, GUILD, full.action_id)
    world.clock.set(MOMENT - 2 * DAY)
    with refused("publish.cut_off_past"):
        await actions.publish(ORGANISER, GUILD, early.action_id)


# ---- The role that one needs, and the cut-off


async def test_only_members_with_the_role_sign_up_and_who_is_in_stays_in(world: World):
    action = await world.publish()
    await join(world, action, 1)
    settings, ids = world.services.sign_up_settings, (GUILD, action.action_id)
    await settings.set_role(ORGANISER, *ids, 99)
    without, sign_ups = Actor(1001), world.services.sign_ups
    with pytest.raises(NotAllowed) as caught:
        await sign_ups.join(fan(2), *ids)
    assert caught.value.key == "refused.needs_sign_up_role"
    assert caught.value.values["role"] == "<@&99>"
    with refused("refused.needs_sign_up_role", NotAllowed):
        await sign_ups.join(MODERATOR, *ids)
    assert not (await sign_ups.join(without, *ids)).result.changed
    assert (await sign_ups.join(Actor(1003, frozenset({99})), *ids)).result.state is IN
    await settings.set_role(ORGANISER, *ids, None)
    assert (await join(world, action, 2)).state is IN


async def test_of_a_crowd_those_without_the_role_are_refused_and_the_rest_are_in(world: World):
    action = await world.publish()
    ids = (GUILD, action.action_id)
    await world.services.sign_up_settings.set_role(ORGANISER, *ids, FAN_ROLE)
    actors = [fan(n) if n % 3 else Actor(1000 + n) for n in range(30)]
    clicks = [world.services.sign_ups.join(actor, *ids) for actor in actors]
    results = await asyncio.gather(*clicks, return_exceptions=True)
    assert [isinstance(r, NotAllowed) for r in results] == [n % 3 == 0 for n in range(30)]
    assert (await world.load(action)).signed_up == 20


async def test_after_the_cut_off_nobody_comes_in_and_people_can_leave(world: World):
    action = await world.publish(fundraiser(capacity=1))
    for number in (1, 2):
        await join(world, action, number)
    ids = (GUILD, action.action_id)
    await world.services.sign_up_settings.set_cut_off(ORGANISER, *ids, 2 * HOUR)
    world.clock.set(MOMENT - 2 * HOUR - SECOND)
    await join(world, action, 3)
    world.clock.set(MOMENT - 2 * HOUR)
    with refused("refused.sign_ups_closed"):
        await join(world, action, 4)
    left = (await world.services.sign_ups.leave(fan(1), *ids)).result
    assert left is not None
    assert left.promoted_participant_id is not None


async def test_who_leaves_a_paused_action_passes_the_place_on_and_that_is_told(world: World):
    action = await world.publish(fundraiser(capacity=1))
    for number in (1, 2):
        await join(world, action, number)
    await world.send_due()
    await world.services.life_cycle.take(ORGANISER, GUILD, action.action_id, Step.PAUSE)
    with refused("refused.state.paused"):
        await join(world, action, 3)
    await world.services.sign_ups.leave(fan(1), GUILD, action.action_id)
    assert (await join_state(world, action, 2)) is IN
    assert DeliveryKind.PROMOTED in await world.send_due()


async def join_state(world: World, action: Action, number: int) -> SignUpState:
    found = await world.services.sign_ups.find(fan(number), GUILD, action.action_id)
    assert found is not None
    return found.state


# ---- Options


async def test_of_many_who_want_the_last_place_of_an_option_one_gets_it(world: World):
    action = await world.publish()
    host, _ = await offer(world, action, OptionLine("can host", 1), LATE)
    clicks = [join(world, action, number, host) for number in range(20)]
    results = await asyncio.gather(*clicks, return_exceptions=True)
    taken = [r for r in results if isinstance(r, SignUpResult)]
    assert taken == [results[0]]
    assert taken[0].option == "can host"
    assert {str(r) for r in results[1:]} == {"refused.option_full_others"}
    assert (await world.load(action)).signed_up == 1
    assert [option.taken for option in await stored_options(world, action)] == [1, 0]


async def test_options_are_counted_through_changes_of_mind_and_leaving(world: World):
    action = await world.publish(fundraiser(capacity=2))
    host, late = await offer(world, action, HOST, LATE)
    for number, option_id in ((1, host), (2, None), (3, late)):
        await join(world, action, number, option_id)
    world.clock.advance(MINUTE)
    chosen = await join(world, action, 2, host)
    assert (chosen.chose, chosen.place, chosen.option) == (True, 2, "can host")
    with refused("refused.option_full_others"):
        await join(world, action, 3, host)
    assert (await join(world, action, 1)).chose, "back to a plain I'm in"
    await world.services.sign_ups.leave(fan(2), GUILD, action.action_id)
    options = await stored_options(world, action)
    assert [option.taken for option in options] == [0, 1]
    promoted = await world.services.sign_ups.find(fan(3), GUILD, action.action_id)
    assert promoted is not None
    assert (promoted.state, promoted.option_id) == (IN, late)
    async with world.database.read() as conn:
        rows = await conn.execute(
            select(signup_event.c.change, signup_event.c.option_id).order_by(
                signup_event.c.event_id
            )
        )
    assert [tuple(row) for row in rows] == [
        (SignUpChange.JOINED, host),
        (SignUpChange.JOINED, None),
        (SignUpChange.WAITLISTED, late),
        (SignUpChange.CHOSE, host),
        (SignUpChange.CHOSE, None),
        (SignUpChange.LEFT, None),
        (SignUpChange.PROMOTED, late),
    ]


async def test_a_crowd_over_all_options_leaves_every_counter_right(world: World):
    action = await world.publish(fundraiser(capacity=40))
    host, late = await offer(world, action, OptionLine("can host", 7), OptionLine("late", 9))
    wishes = [join(world, action, n, (None, host, late)[n % 3]) for n in range(90)]
    await asyncio.gather(*wishes, return_exceptions=True)
    sign_ups = world.services.sign_ups
    await asyncio.gather(
        *(sign_ups.leave(fan(n), GUILD, action.action_id) for n in range(0, 60, 4)),
        *(join(world, action, n, late) for n in range(1, 60, 4)),
        return_exceptions=True,
    )
    async with world.database.read() as conn:
        counted = await conn.execute(
            select(signup.c.option_id, func.count())
            .where(signup.c.state != LEFT, signup.c.option_id.is_not(None))
            .group_by(signup.c.option_id)
        )
    found = {row[0]: row[1] for row in counted}
    assert found == {o.option_id: o.taken for o in await stored_options(world, action)}
    assert found[host] <= 7
    assert found[late] <= 9


async def test_an_option_in_use_is_renamed_or_closed_and_not_removed(world: World):
    action = await world.publish()
    host, late = await offer(world, action, HOST, LATE)
    await join(world, action, 1, host)
    settings, ids = world.services.sign_up_settings, (GUILD, action.action_id)
    with refused("field.options.chosen"):
        await settings.set_options(ORGANISER, *ids, [LATE])
    assert await offer(world, action, LATE, OptionLine("hosting", 1)) == (host, late)
    with refused("refused.option_full_others"):
        await join(world, action, 2, host)
    assert await offer(world, action, OptionLine("hosting", 1), OptionLine("early")) != (
        host,
        late,
    ), "an option of another meaning never gets an old one's buttons"
    with refused("refused.no_such_option", Gone):
        await join(world, action, 2, late)


# ---- Pledges


async def test_pledges_of_those_who_are_in_add_up_and_stand_in_the_tally(world: World):
    action = await world.publish(fundraiser(capacity=2))
    for number in (1, 2, 3):
        await join(world, action, number)
    for number, amount in ((1, 2500), (2, 1000), (3, 700)):
        assert (await pledge(world, action, number, amount)).pledged == amount
    now = await world.load(action)
    assert (now.pledged_amount, now.pledged_count) == (3500, 2)
    assert not (await pledge(world, action, 1, 2500)).changed
    await world.services.sign_ups.leave(fan(1), GUILD, action.action_id)
    await pledge(world, action, 2, None)
    now = await world.load(action)
    assert (now.pledged_amount, now.pledged_count) == (700, 1), "who waited is in, and counts"
    tally = await world.services.tallies.tally(GUILD, action.action_id)
    assert (tally.pledges.amount, tally.pledges.people) == (700, 1)
    assert tally.total.logged == 0


async def test_only_those_who_signed_up_pledge_and_only_while_it_lasts(world: World):
    action = await world.publish()
    with refused("refused.pledge_not_in"):
        await pledge(world, action, 1, 100)
    await join(world, action, 1)
    world.clock.set(action.ends_at)
    with refused("refused.state.counting"):
        await pledge(world, action, 1, 100)


# ---- The condition


async def test_a_condition_plans_its_decision_and_taking_it_back_unplans_it(world: World):
    action = await world.publish()
    settings, ids = world.services.sign_up_settings, (GUILD, action.action_id)
    by = MOMENT - 3 * HOUR
    await settings.set_condition(ORGANISER, *ids, 3, at(by))
    due = [
        r.delivery.due_at
        for r in await world.records(action)
        if r.delivery.kind is DeliveryKind.DECISION and r.state.value == "pending"
    ]
    assert due == [by]
    await settings.set_condition(ORGANISER, *ids, None, None)
    world.clock.set(by + MINUTE)
    assert DeliveryKind.DECISION not in await world.send_due()
    assert (await world.load(action)).state is ActionState.OPEN


async def test_a_refused_setting_changes_nothing(world: World):
    action = await world.publish()
    settings, ids = world.services.sign_up_settings, (GUILD, action.action_id)
    before = await world.load(action)
    for setting in (
        settings.set_cut_off(ORGANISER, *ids, timedelta(days=20)),
        settings.set_condition(ORGANISER, *ids, 3, at(MOMENT + HOUR)),
    ):
        with pytest.raises(Refusal):
            await setting
    assert await world.load(action) == before
