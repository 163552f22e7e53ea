"""Steps of an action's life: who may take which in which state, what is told and owed after."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from db.queries.actions import update_action
from db.queries.audit import list_events
from domain.actions import Action, ActionState, SignUpGate
from domain.audit import Act, AuditEvent
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import Gone, NotAllowed, Refusal
from domain.life_cycle import ACTS, ALLOWED, Step
from domain.servers import Actor
from services.actions import CHANGEABLE
from tests.services.stand_ins import forbidden, unreachable
from tests.services.world import (
    CHANNEL,
    DAY,
    GUILD,
    HOUR,
    MODERATOR,
    MOMENT,
    NOW,
    ORGANISER,
    ORGANISER_ROLE,
    OTHER_GUILD,
    OTHER_ORGANISER,
    REVIEWER,
    World,
    at,
    fan,
    refused,
)

CO_ORGANISER = Actor(16, frozenset({ORGANISER_ROLE}))
EX_ORGANISER = replace(ORGANISER, role_ids=frozenset())
EX_CO_ORGANISER = replace(CO_ORGANISER, role_ids=frozenset())

MAY = (ORGANISER, CO_ORGANISER, MODERATOR)
MAY_NOT: dict[str, tuple[Actor, str]] = {
    "a fan": (fan(1), "refused.needs_organiser"),
    "a reviewer": (REVIEWER, "refused.needs_organiser"),
    "an organiser of other actions": (OTHER_ORGANISER, "refused.not_your_action"),
    "its organiser, who lost the role": (EX_ORGANISER, "refused.needs_organiser"),
    "its co-organiser, who lost the role": (EX_CO_ORGANISER, "refused.needs_organiser"),
}

STARTS: dict[ActionState, datetime] = {
    ActionState.LIVE: NOW - HOUR,
    ActionState.COUNTING: NOW - 26 * HOUR,
    ActionState.FINAL: NOW - 60 * HOUR,
}
"""When an action started that is in a state by now; others start at the MOMENT."""


async def in_state(world: World, state: ActionState, step: Step = Step.PAUSE) -> Action:
    """An action in a state, in which the step would change something; with a co-organiser."""
    if state is ActionState.DRAFT:
        return await world.draft()
    action = await world.publish()
    await world.services.life_cycle.add_organiser(
        ORGANISER, GUILD, action.action_id, CO_ORGANISER, "Co"
    )
    starts = STARTS.get(state, MOMENT)
    stored = state if state in {*CHANGEABLE, ActionState.FINAL} else ActionState.OPEN
    changed = replace(
        action,
        state=state if state is ActionState.CANCELLED else stored,
        starts_at=starts,
        ends_at=starts + DAY,
        log_until=starts + 2 * DAY,
        announce=at(NOW + HOUR) if state is ActionState.SCHEDULED else None,
        stopped_at=NOW if state in (ActionState.PAUSED, ActionState.CANCELLED) else None,
        sign_ups=SignUpGate.CLOSED if step is Step.REOPEN_SIGN_UPS else SignUpGate.BY_TIME,
    )
    async with world.database.write() as conn:
        await update_action(conn, changed)
    assert changed.state_at(NOW) is state
    return changed


async def take(world: World, actor: Actor, action: Action, step: Step) -> Action:
    return await world.services.life_cycle.take(
        actor,
        action.guild_id,
        action.action_id,
        step,
        reason="Rain",
        until=action.log_until + HOUR,
    )


async def events(world: World, action: Action) -> list[AuditEvent]:
    async with world.database.read() as conn:
        return await list_events(conn, action.guild_id, action.action_id, limit=50)


async def pending(world: World, action: Action) -> set[DeliveryKind]:
    """The kinds of what is still owed."""
    records = await world.records(action)
    return {r.delivery.kind for r in records if r.state is DeliveryState.PENDING}


# ---- Who may do what in which state


@pytest.mark.parametrize("step", Step)
async def test_each_step_in_each_state_by_those_who_may(world: World, step: Step):
    for state in ActionState:
        if state is ActionState.AWAITING_APPROVAL:
            continue
        for actor in MAY if state in ALLOWED[step] else (ORGANISER, MODERATOR):
            action = await in_state(world, state, step)
            if state not in ALLOWED[step]:
                before = await world.load(action)
                with refused(f"refused.step.{state.value}"):
                    await take(world, actor, action, step)
                assert await world.load(action) == before
                continue
            taken = await take(world, actor, action, step)
            assert replace(taken, parts=action.parts) != action
            event = (await events(world, action))[0]
            assert (event.act, event.user_id, event.at) == (ACTS[step], actor.user_id, NOW)
            assert event.detail["reason"] == "Rain"


@pytest.mark.parametrize("who", MAY_NOT)
async def test_whoever_may_not_is_told_what_is_missing_and_changes_nothing(world: World, who: str):
    actor, key = MAY_NOT[who]
    for step in Step:
        action = await in_state(world, min(ALLOWED[step]), step)
        before, written = await world.load(action), await events(world, action)
        with refused(key, NotAllowed):
            await take(world, actor, action, step)
        assert (await world.load(action), await events(world, action)) == (before, written)


async def test_in_another_server_nobody_can_touch_it(world: World):
    await world.set_up(OTHER_GUILD)
    action = await in_state(world, ActionState.OPEN)
    for actor in MAY:
        with refused("refused.no_such_action", Gone):
            await take(world, actor, replace(action, guild_id=OTHER_GUILD), Step.PAUSE)


async def test_steps_one_after_the_other_are_written_down_with_who_and_why(world: World):
    action = await world.publish()
    for step in (Step.PAUSE, Step.RESUME, Step.CLOSE_SIGN_UPS, Step.CANCEL):
        await take(world, MODERATOR if step is Step.RESUME else ORGANISER, action, step)
    found, written = await world.services.life_cycle.history(
        ORGANISER, GUILD, action.action_id, limit=10
    )
    assert found.state is ActionState.CANCELLED
    assert [(e.act, e.user_id, e.detail.get("reason")) for e in written] == [
        (Act.CANCELLED, ORGANISER.user_id, "Rain"),
        (Act.SIGN_UPS_CLOSED, ORGANISER.user_id, "Rain"),
        (Act.RESUMED, MODERATOR.user_id, "Rain"),
        (Act.PAUSED, ORGANISER.user_id, "Rain"),
        (Act.PUBLISHED, ORGANISER.user_id, None),
    ]
    with refused("refused.not_your_action", NotAllowed):
        await world.services.life_cycle.history(OTHER_ORGANISER, GUILD, action.action_id, limit=10)


# ---- What is told and owed


async def test_a_cancelled_action_owes_nothing_but_the_news(world: World):
    action = await world.publish()
    await world.send_due()
    await take(world, ORGANISER, action, Step.CANCEL)
    assert await pending(world, action) == {DeliveryKind.STEP}
    assert await world.send_due() == [DeliveryKind.STEP]
    told = world.sender.sent[-1]
    assert told.event is not None
    assert (told.event.act, told.action.reason) == (Act.CANCELLED, "Rain")
    world.clock.set(action.log_until + DAY)
    assert await world.send_due() == []


async def test_a_card_that_is_not_out_yet_is_not_posted_of_what_was_cancelled(world: World):
    action = await world.publish()
    await take(world, ORGANISER, action, Step.CANCEL)
    assert await world.send_due() == [DeliveryKind.STEP]


async def test_a_pause_stops_reminders_and_the_tally_and_resuming_plans_them_anew(world: World):
    action = await world.publish()
    await world.send_due()
    await take(world, ORGANISER, action, Step.PAUSE)
    world.clock.set(MOMENT - 2 * HOUR)
    assert await world.send_due() == [DeliveryKind.STEP]
    await take(world, ORGANISER, action, Step.RESUME)
    world.clock.set(MOMENT + 3 * DAY)
    assert await world.send_due() == [
        DeliveryKind.STEP,
        DeliveryKind.TALLY,
    ], "of what is past by then only the tally helps"
    kinds = [r.delivery.kind for r in await world.records(action) if r.state is DeliveryState.SENT]
    assert kinds.count(DeliveryKind.TALLY) == 1


async def test_after_a_pause_each_reminder_comes_once(world: World):
    action = await world.publish()
    for step in (Step.PAUSE, Step.RESUME) * 3:
        await take(world, ORGANISER, action, step)
    sent: list[DeliveryKind] = []
    for hours in (0, 48, 71, 72):
        world.clock.set(NOW + hours * HOUR + (MOMENT - NOW - 72 * HOUR))
        sent += await world.send_due()
    assert sent.count(DeliveryKind.REMINDER) == 2
    assert sent.count(DeliveryKind.MOMENT) == 1


async def test_closing_early_posts_the_tally_when_the_shorter_window_is_over(world: World):
    action = await world.publish()
    for instant in (MOMENT - DAY, MOMENT - HOUR, MOMENT):
        world.clock.set(instant)
        await world.send_due()
    world.clock.set(MOMENT + HOUR)
    closed = await take(world, ORGANISER, action, Step.CLOSE_EARLY)
    assert closed.log_until == MOMENT + HOUR + DAY
    assert await world.send_due() == [DeliveryKind.STEP], "instead of the message of the end"
    world.clock.set(closed.log_until)
    assert await world.send_due() == [DeliveryKind.TALLY]
    assert (await world.load(action)).state is ActionState.FINAL


async def test_more_time_for_logging_moves_the_tally(world: World):
    action = await world.publish()
    for instant in (MOMENT - DAY, MOMENT, action.ends_at - HOUR, action.ends_at):
        world.clock.set(instant)
        await world.send_due()
    await take(world, ORGANISER, action, Step.EXTEND_LOG)
    world.clock.set(action.log_until)
    assert await world.send_due() == [DeliveryKind.STEP]
    await world.log(action, fan(1))
    world.clock.set(action.log_until + HOUR)
    assert await world.send_due() == [DeliveryKind.TALLY]


async def test_whoever_is_in_stays_in_while_sign_ups_are_closed(world: World):
    action = await world.publish()
    sign_ups = world.services.sign_ups
    await sign_ups.join(fan(1), GUILD, action.action_id)
    await take(world, ORGANISER, action, Step.CLOSE_SIGN_UPS)
    with refused("refused.sign_ups_closed"):
        await sign_ups.join(fan(2), GUILD, action.action_id)
    await take(world, ORGANISER, action, Step.REOPEN_SIGN_UPS)
    await sign_ups.join(fan(2), GUILD, action.action_id)
    assert (await world.load(action)).signed_up == 2


async def test_cancelling_redraws_the_card_and_what_was_posted(world: World):
    action = await world.publish()
    await world.send_due()
    world.sender.ready.set()
    await world.services.redraws.flush()
    world.sender.drawn.clear()
    await take(world, ORGANISER, action, Step.CANCEL)
    await world.services.redraws.flush()
    assert [drawn.action.state for drawn in world.sender.drawn] == [ActionState.CANCELLED]
    ((owed, post),) = world.sender.redrawn
    assert owed.delivery.kind is DeliveryKind.ANNOUNCEMENT
    assert (owed.action.state, owed.sent_at, owed.late) == (ActionState.CANCELLED, NOW, False)
    assert post.channel_id == CHANNEL


async def test_a_posted_message_is_tried_again_unless_it_was_deleted(world: World):
    action = await world.publish()
    await world.send_due()
    world.sender.ready.set()
    await world.services.redraws.flush()
    world.sender.fail_to_redraw_message(unreachable(retry_after=0.05))
    await take(world, ORGANISER, action, Step.PAUSE)
    await world.services.redraws.flush()
    assert len(world.sender.redrawn) == 1
    world.sender.fail_to_redraw_message(forbidden())
    await take(world, ORGANISER, action, Step.RESUME)
    await world.services.redraws.flush()
    assert len(world.sender.redrawn) == 1


# ---- Who organises it


async def test_only_a_moderator_takes_over(world: World):
    action = await world.publish()
    take_over = world.services.life_cycle.take_over
    for actor in (OTHER_ORGANISER, ORGANISER, fan(1)):
        with refused("refused.needs_manage_server", NotAllowed):
            await take_over(actor, GUILD, action.action_id)
    taken = await take_over(MODERATOR, GUILD, action.action_id)
    assert taken.organiser_user_id == MODERATOR.user_id
    event = (await events(world, action))[0]
    assert (event.act, event.detail) == (Act.TAKEN_OVER, {"before": ORGANISER.user_id})
    with refused("refused.yours_already"):
        await take_over(MODERATOR, GUILD, action.action_id)
    with refused("refused.not_your_action", NotAllowed):
        await take(world, ORGANISER, action, Step.PAUSE)
    assert DeliveryKind.STEP in await world.send_due()


async def test_what_is_over_is_taken_over_by_nobody(world: World):
    for state in (ActionState.CANCELLED, ActionState.FINAL):
        action = await in_state(world, state)
        with refused(f"refused.step.{state.value}"):
            await world.services.life_cycle.take_over(MODERATOR, GUILD, action.action_id)
    draft = await world.draft()
    with refused("refused.step.draft"):
        await world.services.life_cycle.take_over(MODERATOR, GUILD, draft.action_id)


async def test_co_organisers_come_and_go_and_need_the_role(world: World):
    action = await world.publish()
    life, ids = world.services.life_cycle, (GUILD, action.action_id)
    with refused("refused.member_not_organiser"):
        await life.add_organiser(ORGANISER, *ids, fan(1), "Fan")
    with refused("refused.organises_already"):
        await life.add_organiser(MODERATOR, *ids, ORGANISER, "Mina")
    with refused("refused.not_your_action", NotAllowed):
        await life.add_organiser(OTHER_ORGANISER, *ids, OTHER_ORGANISER, "Other")
    added = await life.add_organiser(ORGANISER, *ids, CO_ORGANISER, "Co")
    assert added.parts.co_organisers == (CO_ORGANISER.user_id,)
    await life.add_organiser(CO_ORGANISER, *ids, OTHER_ORGANISER, "Other")
    removed = await life.remove_organiser(OTHER_ORGANISER, *ids, CO_ORGANISER.user_id)
    assert removed.parts.co_organisers == (OTHER_ORGANISER.user_id,)
    with refused("refused.no_co_organiser"):
        await life.remove_organiser(ORGANISER, *ids, CO_ORGANISER.user_id)
    with refused("refused.not_your_action", NotAllowed):
        await take(world, CO_ORGANISER, action, Step.PAUSE)


async def test_only_what_one_may_change_and_is_not_over_is_offered(world: World):
    search = world.services.actions.search_managed
    by_state = {
        state: await in_state(world, state)
        for state in ActionState
        if state is not ActionState.AWAITING_APPROVAL
    }
    offered = {
        by_state[state].action_id
        for state in (
            ActionState.SCHEDULED,
            ActionState.OPEN,
            ActionState.LIVE,
            ActionState.COUNTING,
            ActionState.PAUSED,
        )
    }
    for actor in MAY:
        assert {found.action_id for found in await search(actor, GUILD, "")} == offered
    for actor, _ in MAY_NOT.values():
        assert await search(actor, GUILD, "") == []


async def test_two_who_cancel_at_once_cancel_once(world: World):
    action = await world.publish()
    await take(world, ORGANISER, action, Step.CANCEL)
    with pytest.raises(Refusal):
        await take(world, MODERATOR, action, Step.CANCEL)
    assert [e.act for e in await events(world, action)].count(Act.CANCELLED) == 1
