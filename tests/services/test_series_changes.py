"""Changing what follows in a series, who may, and what stops one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from db.tables import series as series_table
from domain.actions import Action, ActionState
from domain.audit import Act
from domain.deliveries import MAX_ATTEMPTS, DeliveryKind
from domain.errors import Gone, NotAllowed, Refusal
from domain.life_cycle import Step
from domain.recurrence import Pattern, Rule, write_rule
from domain.servers import Actor
from tests.services.stand_ins import unreachable
from tests.services.test_series import (
    LEAD,
    NEXT,
    WEEK,
    WEEKLY,
    actions_of,
    acts,
    live_through,
    repeat,
)
from tests.services.world import (
    DAY,
    FAN_ROLE,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    ORGANISER,
    ORGANISER_ROLE,
    OTHER_GUILD,
    OTHER_ORGANISER,
    World,
    at,
    fan,
    fundraiser,
    hashtag,
    refused,
)

# ---- Changing what follows


async def edit(world: World, action: Action, title: str, starts: datetime) -> None:
    await world.services.editing.edit(
        ORGANISER,
        GUILD,
        action.action_id,
        lambda _: fundraiser(title, starts=starts),
        language="en",
    )


async def test_an_edit_is_of_this_one_only(world: World):
    series = await repeat(world)
    await edit(world, series.latest, "Special", MOMENT + HOUR)
    await live_through(world, MOMENT + HOUR)
    _, second = await actions_of(world, series.series.series_id)
    assert (second.title, second.starts_at) == ("Match a Million", MOMENT + WEEK)


async def test_an_edit_is_of_all_that_follow_once_it_is_said(world: World):
    series = await repeat(world)
    await edit(world, series.latest, "New title", MOMENT + HOUR)
    await world.services.series.follow(ORGANISER, GUILD, series.series.series_id)
    await live_through(world, MOMENT + 2 * HOUR)
    _, second = await actions_of(world, series.series.series_id)
    assert (second.title, second.starts_at) == ("New title", MOMENT + WEEK + HOUR)
    assert Act.SERIES_CHANGED in await acts(world, series.latest)


async def test_all_that_follow_take_over_its_zone(world: World):
    """Noon in London on that Saturday: from then on, noon in London."""
    series = await repeat(world, replace(WEEKLY, every=20))
    noon = at(MOMENT + HOUR, "Europe/London")
    await world.services.editing.edit(
        ORGANISER,
        GUILD,
        series.latest.action_id,
        lambda _: replace(fundraiser(), starts=noon),
        language="en",
    )
    await world.services.series.follow(ORGANISER, GUILD, series.series.series_id)
    await live_through(world, noon.at)
    _, second = await actions_of(world, series.series.series_id)
    assert second.starts_at == datetime(2027, 4, 10, 11, tzinfo=UTC)


async def test_one_that_was_moved_past_the_next_date_takes_its_place(world: World):
    series = await repeat(world)
    await edit(world, series.latest, "Moved", MOMENT + WEEK + DAY)
    await live_through(world, MOMENT + WEEK + DAY)
    _, second = await actions_of(world, series.series.series_id)
    assert second.starts_at == MOMENT + 2 * WEEK


async def test_another_rule_holds_from_the_latest_one_on(world: World):
    series = await repeat(world)
    await live_through(world, MOMENT)
    _, second = await actions_of(world, series.series.series_id)
    rule = Rule(Pattern.DAILY, every=2)
    changed = await world.services.series.start(ORGANISER, GUILD, second.action_id, rule, HOUR)
    assert changed.series.series_id == series.series.series_id
    await live_through(world, MOMENT + WEEK)
    third = (await actions_of(world, series.series.series_id))[-1]
    assert third.starts_at == MOMENT + WEEK + 2 * DAY
    assert third.announce == at(third.starts_at - HOUR)
    assert Act.SERIES_CHANGED in await acts(world, second)


async def test_an_ended_series_can_begin_again_with_its_latest_one(world: World):
    series = await repeat(world)
    await world.services.series.end(ORGANISER, GUILD, series.series.series_id)
    again = await world.services.series.start(
        ORGANISER, GUILD, series.latest.action_id, WEEKLY, LEAD
    )
    assert again.series.ended_at is None
    await live_through(world, MOMENT)
    assert len(await actions_of(world, series.series.series_id)) == 2


async def test_what_has_been_followed_is_not_where_a_series_is_changed(world: World):
    series = await repeat(world)
    await live_through(world, MOMENT)
    with refused("series.gone_on", number="2"):
        await world.services.series.start(ORGANISER, GUILD, series.latest.action_id, WEEKLY, LEAD)


async def test_two_of_a_series_are_not_of_the_same_date(world: World):
    series = await repeat(world)
    await world.services.series.skip(
        ORGANISER, GUILD, series.series.series_id, MOMENT.date(), reason="Mistake"
    )
    await world.send_due()
    _, second = await actions_of(world, series.series.series_id)
    await world.services.editing.announce_at(ORGANISER, GUILD, second.action_id, None)
    await edit(world, second, "Match a Million", MOMENT)
    with refused("series.date_taken"):
        await world.services.series.start(ORGANISER, GUILD, second.action_id, WEEKLY, LEAD)


# ---- Who may, and what can't be


@pytest.mark.parametrize(
    "who", [fan(1), OTHER_ORGANISER, Actor(ORGANISER.user_id, frozenset({FAN_ROLE}))]
)
async def test_nobody_else_changes_a_series(world: World, who: Actor):
    series = await repeat(world)
    service, ids = world.services.series, (GUILD, series.series.series_id)
    for attempt in (
        service.find(who, *ids),
        service.find_first(who, GUILD, series.latest.action_id),
        service.start(who, GUILD, series.latest.action_id, WEEKLY, LEAD),
        service.skip(who, *ids, date(2026, 11, 28)),
        service.follow(who, *ids),
        service.end(who, *ids, reason="No"),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    assert (await world.load(series.latest)).state is ActionState.OPEN


async def test_a_co_organiser_and_a_moderator_change_a_series(world: World):
    series = await repeat(world)
    other = Actor(OTHER_ORGANISER.user_id, frozenset({ORGANISER_ROLE}))
    await world.services.life_cycle.add_organiser(
        ORGANISER, GUILD, series.latest.action_id, other, "Other"
    )
    await world.services.series.skip(other, GUILD, series.series.series_id, date(2026, 11, 28))
    await world.services.series.end(MODERATOR, GUILD, series.series.series_id)


async def test_another_servers_series_is_not_there(world: World):
    series = await repeat(world)
    await world.set_up(OTHER_GUILD)
    with refused("series.gone", Gone):
        await world.services.series.find(MODERATOR, OTHER_GUILD, series.series.series_id)
    assert await world.services.series.search(MODERATOR, OTHER_GUILD, "") == []


@pytest.mark.parametrize("lead", [timedelta(0), -MINUTE, 61 * DAY])
async def test_a_lead_out_of_bounds_is_refused(world: World, lead: timedelta):
    action = await world.publish()
    with refused("series.lead_out_of_range"):
        await world.services.series.start(ORGANISER, GUILD, action.action_id, WEEKLY, lead)


async def test_what_is_over_does_not_begin_to_repeat(world: World):
    action = await world.publish()
    await world.finish(action)
    with pytest.raises(Refusal):
        await world.services.series.start(ORGANISER, GUILD, action.action_id, WEEKLY, LEAD)


async def test_series_are_found_by_the_title_of_their_latest(world: World):
    await repeat(world)
    other = await world.publish(hashtag("Trend party"))
    await world.services.series.start(ORGANISER, GUILD, other.action_id, WEEKLY, LEAD)
    await world.publish(hashtag("Once"))

    async def titles(who: Actor, text: str = "") -> list[str]:
        found = await world.services.series.search(who, GUILD, text)
        return [running.latest.title for running in found]

    assert await titles(MODERATOR) == await titles(ORGANISER) == ["Match a Million", "Trend party"]
    assert await titles(MODERATOR, "TREND") == ["Trend party"]
    assert await titles(MODERATOR, "once") == []
    for who in (fan(1), OTHER_ORGANISER, Actor(ORGANISER.user_id)):
        assert await titles(who) == []
    await world.services.life_cycle.add_organiser(
        ORGANISER, GUILD, other.action_id, OTHER_ORGANISER, "Other"
    )
    assert await titles(OTHER_ORGANISER) == ["Trend party"]


# ---- Stopping by a defect


async def break_rule(world: World, series_id: int, rule: str) -> None:
    """Store a rule, also one that can't be read: a defect for whatever goes on from it."""
    broken = update(series_table).where(series_table.c.series_id == series_id).values(rule=rule)
    await world.services.commit.run(lambda conn: conn.execute(broken))


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_series_that_stops_by_a_defect_is_told_and_goes_on_when_it_is_tried_again(
    world: World, cancelled: bool
):
    running = await repeat(world)
    first, rule = running.latest, write_rule(running.series.rule)
    await world.send_due()
    await break_rule(world, running.series.series_id, "no rule")
    if cancelled:
        await world.services.life_cycle.take(
            ORGANISER, GUILD, first.action_id, Step.CANCEL, reason="Rain"
        )
    else:
        world.clock.set(first.starts_at)
    for _ in range(MAX_ATTEMPTS + 3):
        await world.send_due()
        world.clock.advance(6 * MINUTE)
    notices = [owed for owed in world.sender.sent if owed.delivery.kind is DeliveryKind.NOTICE]
    assert [owed.event and owed.event.detail["kind"] for owed in notices] == [NEXT.value]
    await break_rule(world, running.series.series_id, rule)
    await world.services.mending.try_again(ORGANISER, GUILD, first.action_id)
    await world.send_due()
    assert len(await actions_of(world, running.series.series_id)) == 2
    with refused("mending.nothing_failed"):
        await world.services.mending.try_again(ORGANISER, GUILD, first.action_id)


async def test_of_a_series_that_stopped_nobody_is_told_once_it_goes_on(world: World):
    running = await repeat(world)
    await world.send_due()
    await break_rule(world, running.series.series_id, "no rule")
    world.clock.set(running.latest.starts_at)
    world.sender.fail(DeliveryKind.NOTICE, unreachable())
    for _ in range(MAX_ATTEMPTS + 3):
        await world.send_due()
        world.clock.advance(6 * MINUTE)
        if DeliveryKind.NOTICE in world.sender.tried:
            break
    await break_rule(world, running.series.series_id, write_rule(running.series.rule))
    await world.services.mending.try_again(ORGANISER, GUILD, running.latest.action_id)
    await world.send_due()
    world.clock.advance(HOUR)
    assert DeliveryKind.NOTICE not in await world.send_due()
