"""Calendars: what goes into them, on both databases."""

from __future__ import annotations

from datetime import timedelta

from domain.calendars import MOST_DATES
from domain.errors import Gone
from domain.language_channels import Reader
from domain.life_cycle import Step
from domain.recurrence import Pattern, Rule
from tests.databases import statements
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MOMENT,
    NOW,
    ORGANISER,
    OTHER_GUILD,
    World,
    at,
    fundraiser,
    hashtag,
    refused,
)

WEEK = 7 * DAY
WEEKLY = Rule(Pattern.WEEKLY, days=(5,))


async def test_a_calendar_has_what_is_announced_and_not_over_the_soonest_first(
    world: World,
) -> None:
    later = await world.publish(fundraiser("Later", MOMENT + DAY))
    sooner = await world.publish(hashtag("Sooner", MOMENT))
    await world.set_up(OTHER_GUILD)
    await world.publish(fundraiser("Elsewhere"), OTHER_GUILD)
    await world.draft(fundraiser("A draft"))
    hidden = await world.draft(fundraiser("Not announced"))
    announce_at = world.services.editing.announce_at
    await announce_at(ORGANISER, GUILD, hidden.action_id, at(NOW + DAY))
    await world.services.actions.publish(ORGANISER, GUILD, hidden.action_id)
    dates = await world.services.calendars.coming(GUILD, Reader())
    assert [one.action.title for one in dates.single] == ["Sooner", "Later"]
    await world.services.life_cycle.take(ORGANISER, GUILD, later.action_id, Step.CANCEL, reason="x")
    world.clock.set(NOW + 2 * DAY)
    dates = await world.services.calendars.coming(GUILD, Reader())
    # One who has it in their calendar already learns that it is cancelled.
    assert [one.action.title for one in dates.single] == ["Sooner", "Not announced", "Later"]
    world.clock.set(sooner.ends_at)
    dates = await world.services.calendars.coming(GUILD, Reader())
    assert "Sooner" not in [one.action.title for one in dates.single]


async def test_nobody_gets_what_is_not_announced(world: World) -> None:
    draft = await world.draft()
    await world.set_up(OTHER_GUILD)
    elsewhere = await world.publish(fundraiser(), OTHER_GUILD)
    for action_id in (draft.action_id, elsewhere.action_id + 1000, 0):
        with refused("refused.no_such_action", Gone):
            await world.services.calendars.of_action(GUILD, action_id, Reader())


async def test_it_knows_when_an_action_changed_last(world: World) -> None:
    action = await world.publish(hashtag())
    calendars = world.services.calendars
    (first,) = (await calendars.of_action(GUILD, action.action_id, Reader())).single
    assert first.changed_at == NOW
    world.clock.set(NOW + HOUR)
    later = hashtag(starts=MOMENT + HOUR)
    ids = (GUILD, action.action_id)
    await world.services.editing.edit(ORGANISER, *ids, lambda _: later, language="en")
    (changed,) = (await calendars.of_action(GUILD, action.action_id, Reader())).single
    assert (changed.changed_at, changed.action.starts_at) == (NOW + HOUR, MOMENT + HOUR)
    world.clock.set(MOMENT + 2 * HOUR)
    (revealed,) = (await calendars.of_action(GUILD, action.action_id, Reader())).single
    assert revealed.changed_at == MOMENT + HOUR


async def test_an_action_of_a_series_comes_with_its_series(world: World) -> None:
    first = await world.publish(fundraiser(starts=MOMENT, ends=MOMENT + HOUR))
    series = world.services.series
    started = await series.start(ORGANISER, GUILD, first.action_id, WEEKLY, timedelta(days=3))
    calendars = world.services.calendars
    dates = await calendars.of_action(GUILD, first.action_id, Reader())
    assert dates.single == ()
    ((found,), only) = (dates.series, [first.action_id])
    assert [one.action.action_id for one in found.dates] == only
    world.clock.set(MOMENT)
    await world.send_due()
    latest = (await series.find(ORGANISER, GUILD, started.series.series_id)).latest
    assert latest.starts_at == MOMENT + 7 * DAY
    # The next one exists, but its server does not know of it before it is announced.
    (found,) = (await calendars.of_action(GUILD, first.action_id, Reader())).series
    assert [one.action.action_id for one in found.dates] == only
    with refused("refused.no_such_action", Gone):
        await calendars.of_action(GUILD, latest.action_id, Reader())
    world.clock.set(MOMENT + 5 * DAY)
    (found,) = (await calendars.of_action(GUILD, first.action_id, Reader())).series
    assert [one.action.action_id for one in found.dates] == [latest.action_id, *only]
    assert (await calendars.coming(GUILD, Reader())).series == (found,)


async def test_a_date_that_is_called_otherwise_does_not_name_the_whole_series(
    world: World,
) -> None:
    ends = MOMENT + HOUR
    draft = await world.draft(fundraiser("Weekly", MOMENT, ends=ends))
    series, ids = world.services.series, (GUILD, draft.action_id)
    await series.start(ORGANISER, *ids, WEEKLY, timedelta(days=3))
    action = await world.services.actions.publish(ORGANISER, *ids)
    special = fundraiser("One-off special", MOMENT, ends=MOMENT + 5 * HOUR)
    world.clock.set(NOW + HOUR)
    await world.services.editing.edit(ORGANISER, *ids, lambda _: special, language="en")
    dates = await world.services.calendars.of_action(GUILD, action.action_id, Reader())
    (found,) = dates.series
    assert [one.action.title for one in found.dates] == ["One-off special"]
    assert (found.whole.action.title, found.series.content.length) == ("Weekly", HOUR)
    assert found.whole.changed_at == NOW + HOUR


async def test_what_had_no_series_at_first_stands_beside_it(world: World) -> None:
    action = await world.publish(fundraiser(starts=MOMENT, ends=MOMENT + HOUR))
    world.clock.set(NOW + HOUR)
    await world.services.series.start(ORGANISER, GUILD, action.action_id, WEEKLY, timedelta(days=3))
    dates = await world.services.calendars.of_action(GUILD, action.action_id, Reader())
    ((one,), (series,)) = dates.single, dates.series
    assert one.action.action_id == action.action_id
    assert (series.dates, series.alone) == ((), frozenset({MOMENT.date()}))
    for week in range(1, MOST_DATES + 2):
        world.clock.set(MOMENT + (week - 1) * WEEK + HOUR)
        await world.send_due()
    dates = await world.services.calendars.of_action(GUILD, action.action_id, Reader())
    ((one,), (series,)) = dates.single, dates.series
    assert one.action.action_id == action.action_id
    assert series.alone == frozenset({MOMENT.date()}), "however long ago"
    assert len(series.dates) >= MOST_DATES - 1


async def test_many_series_take_as_many_statements_as_few(world: World) -> None:
    taken: list[int] = []
    for _ in range(2):
        for _ in range(2):
            draft = await world.draft(fundraiser(starts=MOMENT, ends=MOMENT + HOUR))
            ids = (GUILD, draft.action_id)
            await world.services.series.start(ORGANISER, *ids, WEEKLY, timedelta(days=3))
            await world.services.actions.publish(ORGANISER, *ids)
        with statements() as said:
            dates = await world.services.calendars.coming(GUILD, Reader(own="ko"))
        taken.append(len(said))
    assert len(dates.series) == 4
    assert taken[0] == taken[1]


async def test_an_action_has_its_card_and_is_called_as_in_a_language_channel(
    world: World,
) -> None:
    action = await world.publish(fundraiser("Match"))
    await world.send_due()
    (one,) = (await world.services.calendars.of_action(GUILD, action.action_id, Reader())).single
    assert one.card is not None
    korean = Reader(channel="ko")
    (other,) = (await world.services.calendars.of_action(GUILD, action.action_id, korean)).single
    assert (other.card, other.action.title) == (one.card, "Match")
