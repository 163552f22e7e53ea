"""Shift grids as organisers lay them out, clear them and move them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from db.queries.audit import list_events
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import Gone, NotAllowed
from domain.kinds import Kind
from domain.life_cycle import Step
from domain.shifts import Shift, coverage, make_grid
from domain.walls import Resolved, Wall
from services.actions import Typed
from tests.services.test_shifts import (
    GIVEN_UP,
    TAKEN,
    a_stream,
    history,
    holders,
    is_shift,
    offer,
    set_grid,
    stream,
    take,
    whole,
)
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MOMENT,
    ORGANISER,
    OTHER_ORGANISER,
    World,
    at,
    fan,
    fundraiser,
    refused,
)

# ---- Organisers


async def test_generating_anew_keeps_people_and_is_refused_where_they_would_lose_theirs(
    world: World,
):
    action = await a_stream(world)
    await take(world, action, fan(1), 1)
    action = await set_grid(world, action, hours=8, people=5)
    assert [s.target for s in action.parts.shifts] == [5] * 4
    assert await holders(world, action) == [set(), {1}, set(), set()]
    with refused("shifts.held_blocks"):
        await set_grid(world, action, hours=6, block=3)
    assert len((await whole(world, action)).parts.shifts) == 4
    action = await set_grid(world, action, hours=4)
    assert await holders(world, action) == [set(), {1}]


async def test_clearing_takes_shifts_from_those_who_have_them_and_leaves_sessions(world: World):
    action = await a_stream(world)
    session = Shift(0, MOMENT + HOUR, MOMENT + 2 * HOUR, None, "Listening party")
    grids = world.services.shift_grids
    await grids.add_session(ORGANISER, GUILD, action.action_id, session)
    await take(world, action, fan(1))
    cleared = await grids.clear(ORGANISER, GUILD, action.action_id)
    assert [s.title for s in cleared.parts.shifts] == ["Listening party"]
    assert await history(world, action) == [TAKEN, GIVEN_UP]
    assert DeliveryKind.STEP in await world.send_due()
    (left,) = cleared.parts.shifts
    gone = await grids.remove_session(ORGANISER, GUILD, action.action_id, left.shift_id)
    assert gone.parts.shifts == ()
    with refused("shifts.gone", Gone):
        await grids.remove_session(ORGANISER, GUILD, action.action_id, left.shift_id)
    async with world.database.read() as conn:
        events = await list_events(conn, GUILD, action.action_id, limit=9)
    assert [e.act for e in events].count(Act.PARTS_CHANGED) == 4


@pytest.mark.parametrize(
    ("starts", "ends", "title", "key"),
    [
        (-HOUR, HOUR, "Party", "shifts.outside"),
        (timedelta(0), DAY + HOUR, "Party", "shifts.outside"),
        (2 * HOUR, HOUR, "Party", "when.end_before_start"),
        (timedelta(0), HOUR, "  ", "shifts.session_title"),
        (timedelta(0), HOUR, "\u200b", "shifts.session_title"),
        (timedelta(0), HOUR, "x" * 81, "shifts.session_title"),
    ],
)
async def test_a_session_that_does_not_fit_is_refused(
    world: World, starts: timedelta, ends: timedelta, title: str, key: str
):
    action = await world.publish(stream())
    session = Shift(0, MOMENT + starts, MOMENT + ends, None, title)
    with refused(key):
        await world.services.shift_grids.add_session(ORGANISER, GUILD, action.action_id, session)


async def test_only_those_who_run_an_action_set_up_its_shifts(world: World):
    action = await a_stream(world)
    grids = world.services.shift_grids
    with refused("refused.not_your_action", NotAllowed):
        await grids.clear(OTHER_ORGANISER, GUILD, action.action_id)
    with refused("refused.needs_organiser", NotAllowed):
        await grids.find(fan(1), GUILD, action.action_id)
    money = await world.publish(fundraiser())
    with refused("shifts.not_this_kind"):
        await grids.find(ORGANISER, GUILD, money.action_id)


async def test_shifts_move_along_with_their_action_and_people_keep_theirs(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))

    await reschedule(world, action, MOMENT + 3 * HOUR, MOMENT + DAY + 3 * HOUR)
    starts = [s.starts_at - MOMENT for s in (await whole(world, action)).parts.shifts]
    assert starts == [3 * HOUR, 5 * HOUR, 7 * HOUR]
    assert await holders(world, action) == [{1}, set(), set()]
    async with world.database.read() as conn:
        (event, *_) = await list_events(conn, GUILD, action.action_id, limit=1)
    assert (event.act, event.detail["shifts"]) == (Act.RESCHEDULED, "moved")


NEW_YORK = "America/New_York"
"""Its clocks go back by an hour in the night to Sunday, 1 November 2026."""


def in_new_york(day: int, month: int = 10) -> Resolved:
    """20:00 there on a day of 2026."""
    wall = datetime(2026, month, day, 20)
    return Resolved(Wall(wall, NEW_YORK), wall.replace(tzinfo=ZoneInfo(NEW_YORK)).astimezone(UTC))


@pytest.mark.parametrize("back", [False, True])
async def test_shifts_follow_a_weekend_to_one_in_which_the_clocks_change(
    world: World, *, back: bool
):
    """And from such a one to another: each keeps its time on the wall, and its people."""
    world.clock.set(datetime(2026, 10, 1, tzinfo=UTC))
    weekends = [
        (in_new_york(24), in_new_york(26)),
        (in_new_york(31), in_new_york(2, month=11)),
    ]
    (starts, ends), (later, until) = reversed(weekends) if back else weekends
    links = {"links": "https://example.org/playlist"}
    action = await world.publish(Typed(Kind.STREAM, "Weekend", starts, ends, None, links))
    grids, ids = world.services.shift_grids, (GUILD, action.action_id)
    first, last = starts.at, ends.at - 2 * HOUR
    blocks = [*make_grid(first, first + 4 * HOUR, 2 * HOUR, 2), Shift(0, last, ends.at, 2)]
    action = await grids.set_grid(ORGANISER, *ids, blocks)
    await take(world, action, fan(1), 2)
    moved = Typed(Kind.STREAM, "Weekend", later, until, None, links)
    await world.services.editing.edit(ORGANISER, *ids, lambda _: moved, language="en")
    shifts = (await whole(world, action)).parts.shifts
    assert [s.starts_at for s in shifts] == [later.at, later.at + 2 * HOUR, until.at - 2 * HOUR]
    assert [s.ends_at for s in shifts][1:] == [later.at + 4 * HOUR, until.at]
    assert await holders(world, action) == [set(), set(), {1}]


async def reschedule(world: World, action: Action, starts: datetime, ends: datetime) -> None:
    typed = Typed(Kind.STREAM, "Stream day", at(starts), at(ends), None, dict(action.fields))
    editing = world.services.editing
    await editing.edit(ORGANISER, GUILD, action.action_id, lambda _: typed, language="en")


async def test_an_offer_that_was_posted_shows_when_its_shift_is_by_now(world: World):
    """One that was answered stays as it is."""
    action = await a_stream(world)
    await take(world, action, fan(1))
    await take(world, action, fan(3), 1)
    asked = await offer(world, action, fan(1), fan(2))
    answered = await offer(world, action, fan(3), fan(4), 1)
    await world.send_due()
    await world.services.shift_offers.decline(fan(4), GUILD, answered)
    await reschedule(world, action, MOMENT + DAY, MOMENT + 2 * DAY)
    world.sender.ready.set()
    await world.services.redraws.flush()
    drawn = [owed for owed, _ in world.sender.redrawn if owed.offer is not None]
    assert [owed.offer.offer_id for owed in drawn if owed.offer] == [asked]
    assert [owed.shift.starts_at for owed in drawn if owed.shift] == [MOMENT + DAY]


async def test_a_new_start_alone_leaves_shifts_where_they_are_and_drops_those_before_it(
    world: World,
):
    action = await a_stream(world)
    await take(world, action, fan(1), 1)
    await reschedule(world, action, MOMENT + 2 * HOUR, MOMENT + DAY)
    starts = [s.starts_at - MOMENT for s in (await whole(world, action)).parts.shifts]
    assert starts == [2 * HOUR, 4 * HOUR]
    assert await holders(world, action) == [{1}, set()]
    async with world.database.read() as conn:
        (event, *_) = await list_events(conn, GUILD, action.action_id, limit=1)
    assert "shifts" not in event.detail


async def test_a_new_time_that_leaves_out_a_shift_somebody_has_is_refused(world: World):
    """And one that leaves out a session, which somebody may look forward to."""
    action = await a_stream(world)
    await take(world, action, fan(1), 2)
    with refused("shifts.held_outside"):
        await reschedule(world, action, MOMENT, MOMENT + 5 * HOUR)
    with refused("shifts.held_outside"):
        await reschedule(world, action, MOMENT + 5 * HOUR, MOMENT + DAY)
    session = Shift(0, MOMENT, MOMENT + HOUR, None, "Listening party")
    await world.services.shift_grids.add_session(ORGANISER, GUILD, action.action_id, session)
    with refused("shifts.held_outside"):
        await reschedule(world, action, MOMENT + 2 * HOUR, MOMENT + DAY)
    kept = await whole(world, action)
    assert (kept.starts_at, kept.ends_at, len(kept.parts.shifts)) == (MOMENT, MOMENT + DAY, 4)


async def test_ended_early_a_block_that_is_going_on_ends_too(world: World):
    action = await a_stream(world)
    own = await take(world, action, fan(1))
    world.clock.set(MOMENT + HOUR)
    ids = (GUILD, action.action_id)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.CLOSE_EARLY)
    (left,) = (await whole(world, action)).parts.shifts
    assert (left.starts_at, left.ends_at) == (MOMENT, MOMENT + HOUR)
    assert coverage([left], world.clock.now()).thinnest == ()
    assert await world.services.shifts.list_own(fan(1).user_id, GUILD, limit=9) == []
    with refused("shifts.over"):
        await world.services.shifts.take(fan(2), *ids, own.shift_id)


async def test_editing_the_time_of_an_action_moves_its_shifts_and_their_reminders(world: World):
    action = await a_stream(world)
    await reschedule(world, action, MOMENT + DAY, MOMENT + 2 * DAY)
    starts = [s.starts_at - MOMENT - DAY for s in (await whole(world, action)).parts.shifts]
    assert starts == [n * 2 * HOUR for n in range(3)]
    due = [
        record.delivery.due_at + 15 * MINUTE - MOMENT - DAY
        for record in await world.records(action)
        if is_shift(record.delivery.kind) and record.state is DeliveryState.PENDING
    ]
    assert due == starts


async def test_a_draft_whose_time_is_changed_takes_its_shifts_along(world: World):
    draft = await set_grid(world, await world.draft(stream()))
    later = Typed(
        Kind.STREAM, "Stream day", at(MOMENT + DAY), at(MOMENT + 2 * DAY), None, dict(draft.fields)
    )
    actions = world.services.actions
    moved = await actions.redraft(ORGANISER, GUILD, draft.action_id, later, language="en")
    assert [s.starts_at - MOMENT - DAY for s in moved.parts.shifts] == [
        n * 2 * HOUR for n in range(3)
    ]
