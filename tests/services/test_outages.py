"""The bot was away: what is sent late, what is skipped and listed, and what is asked."""

from __future__ import annotations

from datetime import time

import pytest

from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import Gone, NotAllowed
from domain.kinds import Kind, rules
from domain.lateness import MISSED_TOGETHER
from domain.life_cycle import Step
from domain.outbox import MISSED_TOLD, Shelf
from domain.owed_messages import OwedMessage
from domain.votes import VoteApp
from services.actions import Typed
from tests.fanserver import TEXTS
from tests.services.stand_ins import unreachable
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_GUILD,
    OTHER_ORGANISER,
    World,
    at,
    fan,
    fundraiser,
    refused,
)

K = DeliveryKind
PENDING, SENT, SKIPPED, ASKED, CANCELLED = (
    DeliveryState.PENDING,
    DeliveryState.SENT,
    DeliveryState.SKIPPED,
    DeliveryState.ASKED,
    DeliveryState.CANCELLED,
)


def typed(kind: Kind, title: str) -> Typed:
    names = [field.name for field in rules(kind).fields if field.page == 1]
    return Typed(kind, title, at(MOMENT), None, None, dict(zip(names, TEXTS[kind], strict=False)))


async def an_action(world: World, kind: Kind) -> Action:
    """One that is announced, and with something to vote in if it is a vote."""
    draft = await world.draft(typed(kind, f"Our {kind.value}"))
    if kind is Kind.VOTE:
        app = VoteApp(0, "Star", 3, time(0), "Asia/Seoul")
        await world.services.vote_apps.add(ORGANISER, GUILD, draft.action_id, app)
    return await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)


async def outcomes(world: World, action: Action, kind: DeliveryKind) -> list[DeliveryState]:
    return [r.state for r in await world.records(action) if r.delivery.kind is kind]


async def listed(world: World) -> OwedMessage:
    """The one message with what was missed."""
    world.clock.advance(MISSED_TOGETHER)
    await world.send_due()
    (told,) = [owed for owed in world.sender.sent if owed.delivery.kind is K.MISSED]
    return told


async def asked_moment(world: World) -> tuple[Action, int]:
    """An action whose moment was missed by an hour, and the id of the delivery in question."""
    action = await world.publish()
    await world.send_due()
    world.clock.set(MOMENT + HOUR)
    await world.send_due()
    (record,) = [r for r in await world.records(action) if r.state is ASKED]
    return action, record.delivery.delivery_id


async def acts(world: World, action: Action) -> list[Act]:
    history = world.services.life_cycle.history
    _, events = await history(ORGANISER, GUILD, action.action_id, limit=50)
    return [event.act for event in events]


async def test_after_a_day_without_the_bot_every_message_is_judged_by_its_kind(world: World):
    """One action of each kind, an hour before whose reminder the bot went away."""
    actions = {kind: await an_action(world, kind) for kind in Kind}
    await world.send_due()
    world.clock.set(MOMENT - 90 * MINUTE)
    await world.send_due()
    world.sender.sent.clear()
    world.clock.set(MOMENT - 90 * MINUTE + DAY)
    await world.send_due()
    told = await listed(world)

    now = world.clock.now()
    over = {kind for kind, action in actions.items() if action.ends_at <= now}
    counted = {kind for kind, action in actions.items() if action.log_until <= now}
    assert Kind.ATTENDANCE in counted
    assert over - counted
    assert set(Kind) - over
    for kind, action in actions.items():
        ended, done = kind in over, kind in counted
        assert await outcomes(world, action, K.MOMENT) == [SKIPPED if ended else ASKED]
        closing = SKIPPED if done else SENT if ended else PENDING
        assert await outcomes(world, action, K.CLOSING) == [closing]
        assert await outcomes(world, action, K.TALLY) == [SENT if done else PENDING]
    assert all(owed.late for owed in world.sender.sent if owed.delivery.kind is K.CLOSING)

    skipped = {
        (r.delivery.action_id, r.delivery.delivery_id)
        for action in actions.values()
        for r in await world.records(action)
        if r.error == MISSED_TOLD
    }
    assert skipped == {(m.action.action_id, m.delivery_id) for m in told.missed}
    reminded = {m.action.kind for m in told.missed if m.kind is K.REMINDER}
    assert reminded == {k for k in Kind if not rules(k).reminds_of_end}
    assert {m.action.kind for m in told.missed if m.kind is K.MOMENT} == over
    asking = [o for o in world.sender.sent if o.event and o.event.act is Act.MOMENT_MISSED]
    assert {o.action.kind for o in asking} == set(Kind) - over
    assert K.MOMENT not in world.sender.kinds


async def test_it_is_told_once_of_what_was_missed_and_again_only_of_what_is_new(world: World):
    action = await world.publish()
    other = await world.publish(fundraiser("Later", starts=MOMENT + 3 * DAY))
    await world.set_up(OTHER_GUILD)
    elsewhere = await world.publish(guild_id=OTHER_GUILD)
    await world.send_due()
    world.clock.set(MOMENT + MINUTE)
    await world.send_due()
    world.clock.advance(MISSED_TOGETHER)
    await world.send_due()
    told = [owed for owed in world.sender.sent if owed.delivery.kind is K.MISSED]
    assert {owed.server.guild_id for owed in told} == {GUILD, OTHER_GUILD}
    here = next(owed for owed in told if owed.server.guild_id == GUILD)
    assert [(m.kind, m.action.action_id) for m in here.missed] == [
        (K.REMINDER, action.action_id),
        (K.REMINDER, action.action_id),
    ]
    assert len([owed for owed in told if owed.server.guild_id == OTHER_GUILD]) == 1
    assert elsewhere.guild_id == OTHER_GUILD
    world.sender.sent.clear()
    world.clock.set(MOMENT + 3 * DAY + MINUTE)
    await world.send_due()
    again = await listed_here(world)
    assert {m.action.action_id for m in again.missed if m.kind is K.REMINDER} == {other.action_id}


async def listed_here(world: World) -> OwedMessage:
    world.clock.advance(MISSED_TOGETHER)
    await world.send_due()
    (told,) = [
        owed
        for owed in world.sender.sent
        if owed.delivery.kind is K.MISSED and owed.server.guild_id == GUILD
    ]
    return told


async def test_what_failed_to_be_told_is_told_with_the_next_list(world: World):
    action = await world.publish()
    await world.send_due()
    world.clock.set(MOMENT + MINUTE)
    world.sender.fail(K.MISSED, unreachable())
    await world.send_due()
    world.clock.advance(MISSED_TOGETHER)
    await world.send_due()
    assert K.MISSED not in world.sender.kinds
    world.clock.advance(MINUTE)
    await world.send_due()
    (told,) = [owed for owed in world.sender.sent if owed.delivery.kind is K.MISSED]
    assert {m.action.action_id for m in told.missed} == {action.action_id}


async def test_of_two_reminders_that_are_late_together_one_is_sent(world: World):
    action = await world.publish()
    await world.send_due()
    world.clock.set(MOMENT - 50 * MINUTE)
    assert [kind for kind in await world.send_due() if kind is K.REMINDER] == [K.REMINDER]
    assert any(owed.late and owed.delivery.kind is K.REMINDER for owed in world.sender.sent)
    assert sorted(await outcomes(world, action, K.REMINDER)) == [SENT, SKIPPED]
    world.clock.advance(MISSED_TOGETHER)
    assert K.MISSED not in await world.send_due(), "the one that was sent says it all"


async def test_three_missed_daily_calls_are_one_message(world: World):
    action = await an_action(world, Kind.VOTE)
    await world.send_due()
    world.clock.set(MOMENT + MINUTE)
    await world.send_due()
    calls = [
        r.delivery.due_at for r in await world.records(action) if r.delivery.kind is K.DAILY_CALL
    ]
    world.clock.set(calls[2] + HOUR)
    world.sender.sent.clear()
    await world.send_due()
    (sent,) = [owed for owed in world.sender.sent if owed.delivery.kind is K.DAILY_CALL]
    assert sent.delivery.due_at == calls[2]
    assert sent.late
    told = await listed(world)
    assert [m.due_at for m in told.missed if m.kind is K.DAILY_CALL] == calls[:2]


async def test_what_was_paused_or_cancelled_meanwhile_is_no_news(world: World):
    for step in (Step.PAUSE, Step.CANCEL):
        action = await world.publish(fundraiser(step.value))
        await world.send_due()
        ids = (ORGANISER, GUILD, action.action_id)
        await world.services.life_cycle.take(*ids, step, reason="Rain")
    world.clock.set(MOMENT + HOUR)
    await world.send_due()
    world.clock.advance(MISSED_TOGETHER)
    await world.send_due()
    assert K.MISSED not in world.sender.kinds
    assert [
        owed for owed in world.sender.sent if owed.event and owed.event.act is Act.MOMENT_MISSED
    ] == []


# ---- A missed moment


async def test_a_missed_moment_is_sent_when_its_organiser_says_so(world: World):
    action, delivery_id = await asked_moment(world)
    await world.services.outbox.answer(ORGANISER, GUILD, delivery_id, send=True)
    assert await world.send_due() == [K.MOMENT]
    assert world.sender.sent[-1].late
    assert await outcomes(world, action, K.MOMENT) == [SENT]
    assert (await acts(world, action))[:2] == [Act.SENT_NOW, Act.MOMENT_MISSED]


async def test_a_moment_that_was_done_by_hand_is_not_sent(world: World):
    action, delivery_id = await asked_moment(world)
    await world.services.outbox.answer(MODERATOR, GUILD, delivery_id, send=False)
    assert await world.send_due() == []
    (record,) = [r for r in await world.records(action) if r.delivery.kind is K.MOMENT]
    assert (record.state, record.post, record.sent_at) == (SENT, None, world.clock.now())
    assert (await acts(world, action))[0] is Act.DONE_BY_HAND


async def test_the_question_is_answered_once(world: World):
    action, delivery_id = await asked_moment(world)
    answer = world.services.outbox.answer
    await answer(ORGANISER, GUILD, delivery_id, send=True)
    for send in (True, False):
        with refused("refused.answered"):
            await answer(MODERATOR, GUILD, delivery_id, send=send)
    await world.send_due()
    with refused("refused.answered"):
        await answer(ORGANISER, GUILD, delivery_id, send=True)
    assert world.sender.kinds.count(K.MOMENT) == 1
    assert (await acts(world, action)).count(Act.SENT_NOW) == 1


async def test_nobody_else_answers_the_question(world: World):
    _, delivery_id = await asked_moment(world)
    with refused("refused.needs_organiser", NotAllowed):
        await world.services.outbox.answer(fan(1), GUILD, delivery_id, send=True)
    with refused("refused.not_your_action", NotAllowed):
        await world.services.outbox.answer(OTHER_ORGANISER, GUILD, delivery_id, send=True)
    await world.set_up(OTHER_GUILD)
    with refused("refused.no_such_message", Gone):
        await world.services.outbox.answer(MODERATOR, OTHER_GUILD, delivery_id, send=True)
    assert await world.send_due() == []


async def test_after_the_end_there_is_nothing_to_answer(world: World):
    action, delivery_id = await asked_moment(world)
    world.clock.set(action.ends_at)
    with refused("refused.answer_late"):
        await world.services.outbox.answer(ORGANISER, GUILD, delivery_id, send=True)


@pytest.mark.parametrize("step", [Step.CANCEL, Step.PAUSE])
async def test_stopping_the_action_takes_the_question_back(world: World, step: Step):
    action, delivery_id = await asked_moment(world)
    await world.services.life_cycle.take(ORGANISER, GUILD, action.action_id, step, reason="Rain")
    assert await outcomes(world, action, K.MOMENT) == [CANCELLED]
    with refused("refused.answered"):
        await world.services.outbox.answer(ORGANISER, GUILD, delivery_id, send=True)


async def test_an_edit_that_leaves_the_moment_where_it_was_leaves_the_question(world: World):
    action, _ = await asked_moment(world)
    ids = (ORGANISER, GUILD, action.action_id)
    await world.services.life_cycle.take(*ids, Step.EXTEND_LOG, until=action.log_until + DAY)
    assert await outcomes(world, action, K.MOMENT) == [ASKED]


async def test_a_moment_a_few_minutes_late_is_just_sent(world: World):
    action = await world.publish()
    await world.send_due()
    world.clock.set(MOMENT + 14 * MINUTE)
    assert K.MOMENT in await world.send_due()
    assert await outcomes(world, action, K.MOMENT) == [SENT]


async def test_what_was_missed_stands_among_the_problems(world: World):
    action, delivery_id = await asked_moment(world)
    shown = await world.services.outbox.list(ORGANISER, GUILD, Shelf.PROBLEMS, limit=20)
    found = {entry.delivery.delivery_id: entry for entry in shown.entries}
    assert found[delivery_id].state is ASKED
    missed = [entry for entry in shown.entries if entry.missed]
    assert {entry.delivery.kind for entry in missed} == {K.REMINDER}
    assert {entry.action.action_id for entry in missed} == {action.action_id}
