"""Series: one next action at a time, whatever happens to the bot, its organisers and its dates."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from db.queries.audit import list_events
from db.queries.series import load_series, save_series
from db.tables import action as action_table
from domain.actions import Action, ActionState
from domain.audit import Act
from domain.blueprints import blueprint_of
from domain.deliveries import Delivery, DeliveryKind, DeliveryState
from domain.life_cycle import Step
from domain.recurrence import Pattern, Rule
from domain.series import Running
from domain.servers import Actor
from services.application import assemble, running
from tests.services.stand_ins import RecordingSender
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MODERATOR,
    MOMENT,
    NOW,
    ORGANISER,
    OTHER_ORGANISER,
    World,
    at,
    fan,
    fundraiser,
    refused,
)

WEEK = 7 * DAY
WEEKLY = Rule(Pattern.WEEKLY, days=(5,))
"""MOMENT is a Saturday, in Seoul as well."""

LEAD = 2 * DAY
NEXT = DeliveryKind.NEXT_OCCURRENCE


async def repeat(world: World, rule: Rule = WEEKLY, who: Actor = ORGANISER) -> Running:
    """Publish an action that repeats."""
    action = await world.publish()
    return await world.services.series.start(who, GUILD, action.action_id, rule, LEAD)


async def actions_of(world: World, series_id: int) -> list[Action]:
    """All actions of a series by number, whole."""
    async with world.database.read() as conn:
        ids = await conn.scalars(
            select(action_table.c.action_id)
            .where(action_table.c.series_id == series_id)
            .order_by(action_table.c.number)
        )
        found = list(ids)
    return [await world.services.changing.find(MODERATOR, GUILD, i) for i in found]


async def acts(world: World, action: Action) -> list[Act]:
    async with world.database.read() as conn:
        events = await list_events(conn, GUILD, action.action_id, limit=50)
    return [event.act for event in reversed(events)]


async def live_through(world: World, instant: datetime) -> None:
    """Let time pass until then, sending what falls due on the way."""
    while (due := await world.services.dispatcher.next_due()) is not None and due <= instant:
        world.clock.set(max(due, world.clock.now()))
        await world.send_due()
    world.clock.set(instant)
    await world.send_due()


# ---- Going on


async def test_as_one_starts_the_next_is_made_and_announced_by_its_lead(world: World):
    series = await repeat(world)
    assert len(await actions_of(world, series.series.series_id)) == 1
    world.clock.set(MOMENT)
    await world.send_due()
    first, second = await actions_of(world, series.series.series_id)
    assert (second.number, second.occurrence) == (2, datetime(2026, 11, 28, 20))
    assert second.starts_at == MOMENT + WEEK
    assert second.state_at(MOMENT) is ActionState.SCHEDULED
    assert second.announce == at(MOMENT + WEEK - LEAD)
    assert second.organiser_user_id == ORGANISER.user_id
    expected = replace(blueprint_of(first), announce_lead=LEAD)
    assert blueprint_of(second) == expected
    assert await acts(world, second) == [Act.PUBLISHED]
    world.clock.set(MOMENT + WEEK - LEAD)
    assert DeliveryKind.ANNOUNCEMENT in await world.send_due()
    await live_through(world, MOMENT + 3 * WEEK)
    numbers = [a.starts_at for a in await actions_of(world, series.series.series_id)]
    assert numbers == [MOMENT + n * WEEK for n in range(5)]


async def test_what_was_missed_is_not_made_up_for(world: World):
    """Ten weeks without the bot: one action follows, the next that is still ahead."""
    series = await repeat(world)
    world.clock.set(MOMENT + 10 * WEEK + HOUR)
    await world.send_due()
    await world.send_due()
    _, caught_up = await actions_of(world, series.series.series_id)
    assert caught_up.starts_at == MOMENT + 11 * WEEK
    records = await world.records(caught_up)
    assert [r.state for r in records if r.delivery.kind is NEXT] == [DeliveryState.PENDING]


async def test_an_announcement_whose_time_has_passed_is_made_at_once(world: World):
    series = await repeat(world)
    world.clock.set(MOMENT + WEEK - DAY)
    await world.send_due()
    _, second = await actions_of(world, series.series.series_id)
    assert second.announce is None
    assert second.state_at(world.clock.now()) is ActionState.OPEN


async def test_its_hour_stays_the_same_across_daylight_saving(world: World):
    spring = at(datetime(2027, 3, 21, 19, tzinfo=UTC), "Europe/London")
    typed = replace(fundraiser(), starts=spring, ends=at(spring.at + 2 * HOUR, "Europe/London"))
    action = await world.publish(typed)
    series = await world.services.series.start(
        ORGANISER, GUILD, action.action_id, Rule(Pattern.WEEKLY, days=(6,)), LEAD
    )
    world.clock.set(spring.at)
    await world.send_due()
    _, second = await actions_of(world, series.series.series_id)
    assert second.starts_at == datetime(2027, 3, 28, 18, tzinfo=UTC)
    assert second.ends_at == datetime(2027, 3, 28, 20, tzinfo=UTC)


async def test_turned_twice_and_by_two_processes_there_is_one_next(world: World):
    series = await repeat(world)
    world.clock.set(MOMENT)
    other = assemble(world.database, world.clock, RecordingSender())
    turn = Delivery(GUILD, 1, series.latest.action_id, NEXT, MOMENT, attempts=1)
    async with running(other):
        await asyncio.gather(
            *(s.series.go_on(turn) for s in (world.services, other) for _ in range(5))
        )
        await other.series.go_on(turn)
    assert len(await actions_of(world, series.series.series_id)) == 2


async def test_a_turn_before_the_time_makes_nothing(world: World):
    """Its action was moved to later, and owes another turn by then."""
    series = await repeat(world)
    turn = Delivery(GUILD, 1, series.latest.action_id, NEXT, NOW, attempts=1)
    await world.services.series.go_on(turn)
    assert len(await actions_of(world, series.series.series_id)) == 1


async def test_after_its_last_date_nothing_follows(world: World):
    series = await repeat(world, replace(WEEKLY, count=3))
    await live_through(world, MOMENT + 10 * WEEK)
    found = await actions_of(world, series.series.series_id)
    assert [a.starts_at for a in found] == [MOMENT, MOMENT + WEEK, MOMENT + 2 * WEEK]
    assert Act.SERIES_ENDED in await acts(world, found[-1])
    assert await world.services.series.search(MODERATOR, GUILD, "") == []


async def test_co_organisers_and_who_took_over_run_what_follows(world: World):
    series = await repeat(world)
    ids = (GUILD, series.latest.action_id)
    life_cycle = world.services.life_cycle
    await life_cycle.add_organiser(ORGANISER, *ids, OTHER_ORGANISER, "Other")
    await life_cycle.take_over(MODERATOR, *ids)
    world.clock.set(MOMENT)
    await world.send_due()
    _, second = await actions_of(world, series.series.series_id)
    assert second.organiser_user_id == MODERATOR.user_id
    assert second.parts.co_organisers == (OTHER_ORGANISER.user_id,)


async def test_while_one_is_paused_the_next_still_comes(world: World):
    series = await repeat(world)
    await world.services.life_cycle.take(ORGANISER, GUILD, series.latest.action_id, Step.PAUSE)
    world.clock.set(MOMENT)
    await world.send_due()
    assert len(await actions_of(world, series.series.series_id)) == 2


async def test_after_a_cancelled_one_the_next_is_made_at_once(world: World):
    series = await repeat(world)
    await world.services.life_cycle.take(
        ORGANISER, GUILD, series.latest.action_id, Step.CANCEL, reason="Ill"
    )
    await world.send_due()
    _, second = await actions_of(world, series.series.series_id)
    assert second.starts_at == MOMENT + WEEK


async def test_of_a_condition_that_can_no_longer_be_met_in_time_it_is_decided_at_the_start(
    world: World,
):
    draft = await world.draft()
    series = await world.services.series.start(ORGANISER, GUILD, draft.action_id, WEEKLY, LEAD)
    changed = replace(series.series.content, needed=5, decide_lead=3 * DAY)
    await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)
    async with world.database.write() as conn:
        stored = await load_series(conn, GUILD, series.series.series_id)
        assert stored is not None
        await save_series(conn, replace(stored, content=changed))
    world.clock.set(MOMENT)
    await world.send_due()
    _, second = await actions_of(world, series.series.series_id)
    assert second.decide == at(second.starts_at)


async def test_sign_ups_that_would_close_before_the_announcement_close_at_the_start(world: World):
    draft = await world.draft()
    ids = (GUILD, draft.action_id)
    await world.services.sign_up_settings.set_cut_off(ORGANISER, *ids, LEAD)
    series = await world.services.series.start(ORGANISER, *ids, WEEKLY, LEAD)
    await world.services.actions.publish(ORGANISER, *ids)
    await live_through(world, MOMENT + WEEK - LEAD)
    _, second = await actions_of(world, series.series.series_id)
    assert second.sign_ups_end == second.starts_at
    await world.services.sign_ups.join(fan(1), GUILD, second.action_id)


# ---- Drafts


async def test_a_draft_that_repeats_goes_on_from_what_is_published(world: World):
    draft = await world.draft()
    series = world.services.series
    started = await series.start(ORGANISER, GUILD, draft.action_id, WEEKLY, LEAD)
    assert await series.search(ORGANISER, GUILD, "") == []
    retyped = fundraiser("Other title", starts=MOMENT + WEEK)
    await world.services.actions.redraft(ORGANISER, GUILD, draft.action_id, retyped, language="en")
    await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)
    world.clock.set(MOMENT + WEEK)
    await world.send_due()
    _, second = await actions_of(world, started.series.series_id)
    assert (second.title, second.starts_at) == ("Other title", MOMENT + 2 * WEEK)


async def test_a_draft_moved_to_a_day_that_is_no_date_is_not_published(world: World):
    draft = await world.draft()
    await world.services.series.start(ORGANISER, GUILD, draft.action_id, WEEKLY, LEAD)
    await world.services.actions.redraft(
        ORGANISER, GUILD, draft.action_id, fundraiser(starts=MOMENT + DAY), language="en"
    )
    with refused("series.not_a_date_of_it"):
        await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)
    assert (await world.load(draft)).state is ActionState.DRAFT


@pytest.mark.parametrize("way", ["discard", "drop"])
async def test_of_a_draft_that_does_not_repeat_after_all_no_series_stays(world: World, way: str):
    draft = await world.draft()
    started = await world.services.series.start(ORGANISER, GUILD, draft.action_id, WEEKLY, LEAD)
    service = world.services.actions if way == "discard" else world.services.series
    await getattr(service, way)(ORGANISER, GUILD, draft.action_id)
    async with world.database.read() as conn:
        assert await load_series(conn, GUILD, started.series.series_id) is None


async def test_a_published_one_is_not_dropped(world: World):
    series = await repeat(world)
    with refused("refused.published_already", number="1"):
        await world.services.series.drop(ORGANISER, GUILD, series.latest.action_id)


# ---- Skipping and ending


async def test_a_skipped_date_is_left_out(world: World):
    series = await repeat(world)
    after = await world.services.series.skip(
        ORGANISER, GUILD, series.series.series_id, date(2026, 11, 28)
    )
    assert after.dates(NOW, 1)[0].wall == datetime(2026, 12, 5, 20)
    assert (await acts(world, series.latest))[-1] is Act.DATE_SKIPPED
    world.clock.set(MOMENT)
    await world.send_due()
    _, second = await actions_of(world, series.series.series_id)
    assert second.starts_at == MOMENT + 2 * WEEK


async def test_skipping_the_date_of_an_action_cancels_it_and_the_next_comes_at_once(world: World):
    series = await repeat(world)
    await world.send_due()
    day = MOMENT.date()
    with refused("refused.reason_missing"):
        await world.services.series.skip(ORGANISER, GUILD, series.series.series_id, day)
    await world.services.series.skip(
        ORGANISER, GUILD, series.series.series_id, day, reason="No broadcast"
    )
    assert DeliveryKind.STEP in await world.send_due()
    first, second = await actions_of(world, series.series.series_id)
    assert (first.state, first.reason) == (ActionState.CANCELLED, "No broadcast")
    assert (await acts(world, first))[-2:] == [Act.DATE_SKIPPED, Act.CANCELLED]
    assert second.starts_at == MOMENT + WEEK


@pytest.mark.parametrize("day", [date(2026, 11, 29), date(2026, 11, 14), date(2036, 11, 22)])
async def test_only_a_date_to_come_is_skipped(world: World, day: date):
    series = await repeat(world)
    with refused("series.no_such_date"):
        await world.services.series.skip(ORGANISER, GUILD, series.series.series_id, day)


async def test_an_ended_series_keeps_its_action_and_has_no_next(world: World):
    series = await repeat(world)
    await world.services.series.end(ORGANISER, GUILD, series.series.series_id)
    world.clock.set(MOMENT)
    await world.send_due()
    (only,) = await actions_of(world, series.series.series_id)
    assert only.state_at(MOMENT) is ActionState.LIVE
    assert (await acts(world, only))[-1] is Act.SERIES_ENDED
    with refused("series.ended"):
        await world.services.series.end(ORGANISER, GUILD, series.series.series_id)


async def test_this_and_all_following_are_cancelled_with_a_reason(world: World):
    series = await repeat(world)
    await world.send_due()
    await world.services.series.end(
        ORGANISER, GUILD, series.series.series_id, reason="We stop here"
    )
    assert DeliveryKind.STEP in await world.send_due()
    (only,) = await actions_of(world, series.series.series_id)
    assert (only.state, only.reason) == (ActionState.CANCELLED, "We stop here")
    assert (await acts(world, only))[-2:] == [Act.SERIES_ENDED, Act.CANCELLED]
