"""Editing what is published: what is written down, owed anew, told and redrawn, and for whom."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from db.queries.audit import list_events
from domain.actions import Action, ActionState
from domain.audit import Act, AuditEvent
from domain.deliveries import DeliveryKind, DeliveryState
from domain.editing import Edit
from domain.errors import Gone, NotAllowed, Refusal
from domain.fields import fields_as_text
from domain.life_cycle import Step
from domain.servers import Actor
from domain.sign_ups import SignUpState
from domain.walls import Resolved
from services.actions import Typed
from tests.services.test_life_cycle import CO_ORGANISER, MAY, MAY_NOT, in_state, pending
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MOMENT,
    NOW,
    ORGANISER,
    OTHER_GUILD,
    World,
    at,
    fan,
    fundraiser,
    refused,
    until,
)


def as_typed(action: Action, **changes: object) -> Typed:
    """What stands in the forms of an action, with something else typed over it."""
    ends = None if action.ends is None else Resolved(action.ends, action.ends_at)
    texts = fields_as_text(action)
    starts = Resolved(action.starts, action.starts_at)
    typed = Typed(action.kind, action.title, starts, ends, action.capacity, texts)
    return replace(typed, **changes)  # type: ignore[arg-type]


async def edit(
    world: World, action: Action, actor: Actor = ORGANISER, **changes: Any
) -> tuple[Action, Edit]:
    return await world.services.editing.edit(
        actor,
        action.guild_id,
        action.action_id,
        lambda stored: as_typed(stored, **changes),
        language="en",
    )


async def move(world: World, action: Action, starts: datetime) -> Action:
    moved, _ = await edit(world, action, starts=at(starts))
    return moved


def unless_unknown(key: str, state: ActionState) -> tuple[str, type[Refusal]]:
    """How somebody is refused; whose action it is stays unknown until it is announced."""
    if state is ActionState.SCHEDULED and key == "refused.not_your_action":
        return "refused.no_such_action", Gone
    return key, NotAllowed


async def events(world: World, action: Action) -> list[AuditEvent]:
    async with world.database.read() as conn:
        return await list_events(conn, GUILD, action.action_id, limit=50)


async def due(world: World, action: Action, kind: DeliveryKind) -> list[datetime]:
    """When the pending deliveries of a kind are due."""
    return [
        r.delivery.due_at
        for r in await world.records(action)
        if r.delivery.kind is kind and r.state is DeliveryState.PENDING
    ]


async def test_a_new_time_is_told_once_and_plans_reminders_anew_once(world: World):
    action = await world.publish()
    await world.send_due()
    moved = await move(world, action, MOMENT + DAY)
    assert (moved.starts_at, moved.ends_at, moved.log_until) == (
        MOMENT + DAY,
        MOMENT + 2 * DAY,
        MOMENT + 3 * DAY,
    )
    assert await world.send_due() == [DeliveryKind.STEP]
    assert await due(world, action, DeliveryKind.REMINDER) == [MOMENT, MOMENT + 23 * HOUR]
    assert await due(world, action, DeliveryKind.MOMENT) == [MOMENT + DAY]
    event = (await events(world, action))[0]
    assert (event.act, event.user_id) == (Act.RESCHEDULED, ORGANISER.user_id)
    assert event.detail["before"]["starts"] == MOMENT.isoformat()
    assert event.detail["after"]["starts"] == (MOMENT + DAY).isoformat()
    world.clock.set(MOMENT + 4 * DAY)
    sent = await world.send_due()
    assert sent == [DeliveryKind.TALLY]


async def test_the_decision_moves_with_the_start(world: World):
    draft = await world.draft()
    ids = (GUILD, draft.action_id)
    await world.services.sign_up_settings.set_condition(ORGANISER, *ids, 5, at(MOMENT - 3 * HOUR))
    action = await world.services.actions.publish(ORGANISER, *ids)
    moved, what = await edit(world, action, starts=at(MOMENT + DAY))
    assert moved.decide == at(MOMENT + 21 * HOUR)
    assert what.decide == MOMENT + 21 * HOUR
    assert await due(world, action, DeliveryKind.DECISION) == [MOMENT + 21 * HOUR]
    _, what = await edit(world, action, title="Another title")
    assert what.decide is None


async def test_an_edit_that_closes_sign_ups_says_so_once(world: World):
    action = await world.publish()
    await world.services.sign_up_settings.set_cut_off(ORGANISER, GUILD, action.action_id, HOUR)
    for starts, closed in ((NOW + 2 * HOUR, False), (NOW + HOUR, True), (NOW + HOUR / 2, False)):
        moved, what = await edit(world, action, starts=at(starts))
        assert what.closed is closed
    assert not moved.takes_sign_ups(NOW)


async def test_moving_it_to_and_fro_leaves_each_reminder_once(world: World):
    action = await world.publish()
    for days in (1, 2, 0, 5, 0):
        await move(world, action, MOMENT + days * DAY)
    sent: list[DeliveryKind] = []
    for instant in (NOW, MOMENT - DAY, MOMENT - HOUR, MOMENT):
        world.clock.set(instant)
        sent += await world.send_due()
    assert [sent.count(k) for k in (DeliveryKind.REMINDER, DeliveryKind.MOMENT)] == [2, 1]
    assert sent.count(DeliveryKind.STEP) == 5


async def test_a_message_that_was_on_its_way_tells_what_holds_soon_after(world: World):
    """One that the edit takes back stands there all the same, and told of another time."""
    action = await world.publish()
    await world.send_due()
    world.clock.set(MOMENT - DAY)
    world.sender.block(GUILD)
    world.sender.ready.set()
    await until(lambda: DeliveryKind.REMINDER in world.sender.tried)
    await move(world, action, MOMENT + DAY)
    world.sender.let_go(GUILD)

    def told_anew() -> bool:
        redrawn = [owed for owed, _ in world.sender.redrawn]
        reminders = [o for o in redrawn if o.delivery.kind is DeliveryKind.REMINDER]
        return [o.action.starts_at for o in reminders[-1:]] == [MOMENT + DAY]

    await until(told_anew)


async def test_what_is_no_time_is_changed_without_a_message(world: World):
    action = await world.publish()
    await world.send_due()
    world.sender.ready.set()
    await world.services.redraws.flush()
    changed, what = await edit(world, action, title="Match two million", capacity=7)
    assert (changed.title, changed.capacity) == ("Match two million", 7)
    assert (what.fields, what.moved) == (("title", "capacity"), False)
    assert await world.send_due() == []
    event = (await events(world, action))[0]
    assert (event.act, event.detail) == (Act.EDITED, {"fields": ["title", "capacity"]})
    await world.services.redraws.flush()
    assert [owed.action.title for owed, _ in world.sender.redrawn] == ["Match two million"]
    assert world.sender.drawn[-1].action.title == "Match two million"


async def test_an_edit_of_nothing_leaves_no_trace(world: World):
    action = await world.publish()
    written, owed = await events(world, action), await world.records(action)
    same, what = await edit(world, action)
    assert not what
    assert same.title == action.title
    assert (await events(world, action), await world.records(action)) == (written, owed)


async def test_edits_from_forms_that_were_open_at_once_do_not_overwrite_each_other(world: World):
    """Each is made of what holds when its turn has come."""
    action = await world.publish()
    await asyncio.gather(
        edit(world, action, title="New title"),
        edit(world, action, capacity=5),
        move(world, action, MOMENT + DAY),
    )
    final = await world.load(action)
    assert (final.title, final.capacity, final.starts_at) == ("New title", 5, MOMENT + DAY)


async def test_more_places_go_to_those_who_wait_in_order_and_they_are_told(world: World):
    action = await world.publish(fundraiser(capacity=1))
    for number in range(5):
        await world.services.sign_ups.join(fan(number), GUILD, action.action_id)
    await world.send_due()
    raised, _ = await edit(world, action, capacity=3)
    assert (raised.signed_up, raised.waitlisted) == (3, 2)
    states = [
        (await world.services.sign_ups.find(fan(n), GUILD, action.action_id)) for n in range(5)
    ]
    assert [s.state for s in states if s] == [SignUpState.IN] * 3 + [SignUpState.WAITLISTED] * 2
    assert await world.send_due() == [DeliveryKind.PROMOTED] * 2
    assert [owed.addressee for owed in world.sender.sent[-2:]] == [fan(1).user_id, fan(2).user_id]
    unlimited, _ = await edit(world, action, capacity=None)
    assert (unlimited.signed_up, unlimited.waitlisted) == (5, 0)
    with refused("edit.capacity"):
        await edit(world, action, capacity=4)


async def test_the_currency_stays_once_something_is_logged(world: World):
    action = await world.publish()
    texts = fields_as_text(action) | {"currency": "EUR"}
    euros, _ = await edit(world, action, texts=texts)
    assert euros.unit_code == "EUR"
    world.clock.set(MOMENT + HOUR)
    await world.log(euros, fan(1))
    with refused("edit.currency"):
        await edit(world, euros, texts=texts | {"currency": "USD"})


async def test_a_live_action_keeps_its_start_and_may_end_at_another_time(world: World):
    action = await world.publish()
    world.clock.set(MOMENT + HOUR)
    await world.send_due()
    with refused("edit.started"):
        await move(world, action, MOMENT + 2 * HOUR)
    longer, _ = await edit(world, action, ends=at(MOMENT + 3 * DAY))
    assert (longer.ends_at, longer.log_until) == (MOMENT + 3 * DAY, MOMENT + 4 * DAY)
    assert await world.send_due() == [DeliveryKind.STEP]
    assert await due(world, action, DeliveryKind.CLOSING) == [MOMENT + 3 * DAY]
    assert await due(world, action, DeliveryKind.TALLY) == [MOMENT + 4 * DAY]


async def test_what_the_form_refuses_is_refused_of_a_published_action_too(world: World):
    action = await world.publish()
    faulty: tuple[tuple[dict[str, Any], str], ...] = (
        ({"title": " \n"}, "field.title.empty"),
        ({"texts": {"link": "", "currency": "USD"}}, "field.link.missing"),
        ({"starts": at(NOW - HOUR)}, "edit.start_past"),
        ({"ends": at(MOMENT - HOUR)}, "when.end_before_start"),
    )
    for changes, key in faulty:
        with refused(key):
            await edit(world, action, **changes)
    assert await world.load(action) == action


@pytest.mark.parametrize("state", ActionState)
async def test_in_each_state_by_each_person(world: World, state: ActionState):
    if state is ActionState.AWAITING_APPROVAL:
        return
    await world.set_up(OTHER_GUILD)
    action = await in_state(world, state)
    ongoing = state not in (ActionState.DRAFT, ActionState.CANCELLED, ActionState.FINAL)
    for number, actor in enumerate(MAY):
        if state is ActionState.DRAFT and actor is CO_ORGANISER:
            continue
        if ongoing:
            changed, _ = await edit(world, action, actor, title=f"Title {number}")
            assert changed.title == f"Title {number}"
        else:
            with refused(f"refused.step.{state.value}"):
                await edit(world, action, actor, title="Title")
        with refused("refused.no_such_action", Gone):
            await edit(world, replace(action, guild_id=OTHER_GUILD), actor, title="Title")
    for actor, key in MAY_NOT.values():
        if state is ActionState.DRAFT and actor.user_id != ORGANISER.user_id:
            key = "refused.not_your_draft"
        with refused(*unless_unknown(key, state)):
            await edit(world, action, actor, title="Title")


# ---- Announcing later


async def schedule(world: World, announce: datetime = NOW + DAY) -> Action:
    draft = await world.draft()
    editing = world.services.editing
    await editing.announce_at(ORGANISER, GUILD, draft.action_id, at(announce))
    return await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)


async def test_a_scheduled_action_is_announced_at_its_time(world: World):
    action = await schedule(world)
    assert (action.state, action.number) == (ActionState.SCHEDULED, 1)
    assert await world.send_due() == []
    world.clock.set(NOW + DAY)
    assert await world.send_due() == [DeliveryKind.ANNOUNCEMENT, DeliveryKind.CARD]
    await world.services.sign_ups.join(fan(1), GUILD, action.action_id)
    world.clock.set(MOMENT)
    assert DeliveryKind.MOMENT in await world.send_due()


async def test_an_announcement_is_moved_and_goes_out_once(world: World):
    action = await schedule(world)
    editing, ids = world.services.editing, (GUILD, action.action_id)
    await editing.announce_at(ORGANISER, *ids, at(NOW + 2 * HOUR))
    await editing.announce_at(ORGANISER, *ids, at(NOW + HOUR))
    world.clock.set(NOW + HOUR)
    assert await world.send_due() == [DeliveryKind.ANNOUNCEMENT, DeliveryKind.CARD]
    world.clock.set(NOW + DAY)
    assert await world.send_due() == []
    with refused("refused.announced_already"):
        await editing.announce_at(ORGANISER, *ids, None)


async def test_an_announcement_can_be_made_at_once(world: World):
    action = await schedule(world)
    world.clock.advance(MINUTE)
    await world.services.editing.announce_at(ORGANISER, GUILD, action.action_id, None)
    assert await world.send_due() == [DeliveryKind.ANNOUNCEMENT, DeliveryKind.CARD]
    assert not world.sender.sent[0].late
    assert await due(world, action, DeliveryKind.REMINDER) == [MOMENT - DAY, MOMENT - HOUR]


async def test_fans_learn_nothing_of_what_is_not_announced(world: World):
    action = await schedule(world)
    services, ids = world.services, (GUILD, action.action_id)
    for find in (services.actions.find, services.actions.find_whole, services.tallies.tally):
        with refused("refused.no_such_action", Gone):
            await find(*ids)
    with refused("refused.no_such_action", Gone):
        await services.sign_ups.join(fan(1), *ids)
    with refused("refused.no_such_action", Gone):
        await world.log(action, fan(1))
    search = services.actions.search
    assert await search(GUILD, "", states=frozenset(ActionState)) == []
    assert [a.action_id for a in await services.actions.search_managed(ORGANISER, GUILD, "")] == [
        action.action_id
    ]
    world.clock.set(NOW + DAY)
    assert len(await search(GUILD, "", states=frozenset(ActionState))) == 1


@pytest.mark.parametrize("step", ["cancel", "edit", "move"])
async def test_of_what_is_not_announced_nothing_is_told(world: World, step: str):
    action = await schedule(world)
    if step == "cancel":
        await world.services.life_cycle.take(
            ORGANISER, GUILD, action.action_id, Step.CANCEL, reason="Rain"
        )
        assert await pending(world, action) == set()
        world.clock.set(NOW + 2 * DAY)
        assert await world.send_due() == []
        assert await world.services.actions.search(GUILD, "", states=frozenset(ActionState)) == []
        return
    if step == "move":
        await move(world, action, MOMENT + DAY)
    else:
        await edit(world, action, title="Another title")
    assert await world.send_due() == []
    world.clock.set(NOW + DAY)
    assert await world.send_due() == [DeliveryKind.ANNOUNCEMENT, DeliveryKind.CARD]


async def test_only_those_who_may_change_it_choose_when_it_is_announced(world: World):
    action = await in_state(world, ActionState.SCHEDULED)
    ids = (GUILD, action.action_id)
    for actor in MAY:
        await world.services.editing.announce_at(actor, *ids, at(NOW + 2 * HOUR))
    for actor, key in MAY_NOT.values():
        with refused(*unless_unknown(key, ActionState.SCHEDULED)):
            await world.services.editing.announce_at(actor, *ids, None)
