"""Shifts as services: places, offers that are answered, reminders, and grids that change."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from db.queries.actions import load_action
from db.queries.audit import list_events
from db.queries.participants import find_participant
from db.tables import shift_claim, shift_event
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import Gone, NotAllowed, Refusal
from domain.kinds import Kind
from domain.life_cycle import Step
from domain.servers import Actor
from domain.shifts import OfferState, Shift, ShiftChange, coverage, make_grid
from domain.walls import Resolved, Wall
from services.actions import Typed
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
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

TAKEN, GIVEN_UP, HANDED_OVER, TAKEN_OVER = ShiftChange


def stream(capacity: int | None = None) -> Typed:
    """What an organiser types for a day of streaming."""
    texts = {"links": "https://example.org/playlist"}
    return Typed(Kind.STREAM, "Stream day", at(MOMENT), at(MOMENT + DAY), capacity, texts)


async def a_stream(world: World, people: int = 2, capacity: int | None = None) -> Action:
    """A published stream whose first six hours are cut into three blocks."""
    action = await world.publish(stream(capacity))
    return await set_grid(world, action, people=people)


async def set_grid(
    world: World, action: Action, *, hours: int = 6, block: int = 2, people: int = 2
) -> Action:
    grid = make_grid(MOMENT, MOMENT + hours * HOUR, block * HOUR, people)
    return await world.services.shift_grids.set_grid(ORGANISER, GUILD, action.action_id, grid)


async def whole(world: World, action: Action) -> Action:
    async with world.database.read() as conn:
        loaded = await load_action(conn, action.guild_id, action.action_id, whole=True)
    assert loaded is not None
    return loaded


async def take(world: World, action: Action, who: Actor, number: int = 0) -> Shift:
    block = action.parts.shifts[number]
    return await world.services.shifts.take(who, GUILD, action.action_id, block.shift_id)


async def offer(
    world: World,
    action: Action,
    who: Actor,
    to: Actor | None,
    number: int = 0,
    back: int | None = None,
) -> int:
    """Offer a block, to somebody or to anyone, for another one or for nothing."""
    shifts = action.parts.shifts
    made = await world.services.shift_offers.offer(
        who,
        GUILD,
        action.action_id,
        shifts[number].shift_id,
        to and to.user_id,
        None if back is None else shifts[back].shift_id,
    )
    return made.offer_id


async def holders(world: World, action: Action) -> list[set[int]]:
    """The Discord users who have each block, from the rows; the counters must agree."""
    now = await whole(world, action)
    found: list[set[int]] = []
    for block in now.parts.shifts:
        async with world.database.read() as conn:
            claimed = await conn.scalars(
                select(shift_claim.c.participant_id).where(
                    shift_claim.c.guild_id == GUILD, shift_claim.c.shift_id == block.shift_id
                )
            )
            people = set(claimed)
            users = {
                number
                for number in range(12)
                if await find_participant(conn, GUILD, fan(number).user_id) in people
            }
        assert block.taken == len(people)
        found.append(users)
    return found


async def history(world: World, action: Action) -> list[ShiftChange]:
    async with world.database.read() as conn:
        rows = await conn.scalars(
            select(shift_event.c.change)
            .where(shift_event.c.guild_id == GUILD, shift_event.c.action_id == action.action_id)
            .order_by(shift_event.c.event_id)
        )
        return list(rows)


# ---- Taking and giving up


async def test_taking_a_shift_signs_one_up_and_is_written_down(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    await take(world, action, fan(1))  # again changes nothing
    assert (await whole(world, action)).signed_up == 1
    assert await holders(world, action) == [{1}, set(), set()]
    assert await history(world, action) == [TAKEN]


async def test_of_many_who_take_the_last_places_at_once_only_so_many_get_them(world: World):
    action = await a_stream(world, people=3)
    results = await asyncio.gather(
        *(take(world, action, fan(n)) for n in range(10)), return_exceptions=True
    )
    full = [r for r in results if isinstance(r, Refusal)]
    assert [r.key for r in full] == ["shifts.full_try_two"] * 7
    assert {r.values["first"] for r in full} == {MOMENT + 2 * HOUR}
    people, *_ = await holders(world, action)
    assert len(people) == 3


async def test_a_full_shift_signs_nobody_up(world: World):
    action = await a_stream(world, people=1)
    await take(world, action, fan(1))
    with refused("shifts.full_try_two"):
        await take(world, action, fan(2))
    assert (await whole(world, action)).signed_up == 1


async def test_who_only_gets_onto_the_waitlist_gets_no_shift(world: World):
    action = await a_stream(world, capacity=1)
    await take(world, action, fan(1))
    with refused("shifts.waitlisted"):
        await take(world, action, fan(2), 1)


async def test_two_shifts_at_the_same_time_are_refused(world: World):
    action = await a_stream(world)
    wide = Shift(0, MOMENT, MOMENT + 3 * HOUR, 2)
    both = [*action.parts.shifts, wide]
    action = await world.services.shift_grids.set_grid(ORGANISER, GUILD, action.action_id, both)
    await take(world, action, fan(1), 0)
    with refused("shifts.you_overlap"):
        await world.services.shifts.take(
            fan(1), GUILD, action.action_id, action.parts.shifts[1].shift_id
        )


async def test_a_shift_given_up_is_free_again(world: World):
    action = await a_stream(world, people=1)
    block = await take(world, action, fan(1))
    give_up = world.services.shifts.give_up
    await give_up(fan(1), GUILD, action.action_id, block.shift_id)
    with refused("shifts.not_yours"):
        await give_up(fan(1), GUILD, action.action_id, block.shift_id)
    await take(world, action, fan(2))
    assert await holders(world, action) == [{2}, set(), set()]
    assert await history(world, action) == [TAKEN, GIVEN_UP, TAKEN]


async def test_who_leaves_the_action_frees_their_shifts_and_takes_their_offers_back(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1), 0)
    await take(world, action, fan(1), 2)
    asked = await offer(world, action, fan(1), fan(2))
    await world.services.sign_ups.leave(fan(1), GUILD, action.action_id)
    assert await holders(world, action) == [set(), set(), set()]
    assert await history(world, action) == [TAKEN, TAKEN, GIVEN_UP, GIVEN_UP]
    with refused("shifts.answered"):
        await world.services.shift_offers.accept(fan(2), GUILD, asked)


async def test_shifts_that_are_over_or_of_another_action_can_not_be_taken(world: World):
    action, other = await a_stream(world), await a_stream(world)
    block = other.parts.shifts[0]
    with refused("shifts.gone", Gone):
        await world.services.shifts.take(fan(1), GUILD, action.action_id, block.shift_id)
    with refused("refused.no_such_action", Gone):
        await world.services.shifts.take(fan(1), OTHER_GUILD, action.action_id, block.shift_id)
    world.clock.set(MOMENT + 2 * HOUR)
    with refused("shifts.over"):
        await take(world, action, fan(1))


async def test_a_draft_shows_its_shifts_to_no_fan(world: World):
    draft = await world.draft(stream())
    draft = await set_grid(world, draft)
    with refused("refused.no_such_action", Gone):
        await take(world, draft, fan(1))


# ---- Handing over and swapping


async def test_a_shift_stays_with_its_giver_until_it_is_accepted(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    asked = await offer(world, action, fan(1), fan(2))
    assert await holders(world, action) == [{1}, set(), set()]
    await world.services.shift_offers.accept(fan(2), GUILD, asked)
    assert await holders(world, action) == [{2}, set(), set()]
    assert await history(world, action) == [TAKEN, HANDED_OVER, TAKEN_OVER]
    assert (await whole(world, action)).signed_up == 2
    with refused("shifts.answered"):
        await world.services.shift_offers.accept(fan(2), GUILD, asked)


async def test_only_the_one_who_is_asked_can_answer(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    asked, offers = await offer(world, action, fan(1), fan(2)), world.services.shift_offers
    for answer in (offers.accept, offers.decline):
        with refused("shifts.not_your_offer", NotAllowed):
            await answer(fan(3), GUILD, asked)
        with refused("shifts.to_yourself", NotAllowed):
            await answer(fan(1), GUILD, asked)
        with refused("shifts.no_such_offer", Gone):
            await answer(fan(2), OTHER_GUILD, asked)
    with refused("shifts.not_your_offer", NotAllowed):
        await offers.withdraw(fan(2), GUILD, asked)


async def test_a_declined_offer_leaves_everything_and_is_told(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    asked = await offer(world, action, fan(1), fan(2))
    await world.send_due()
    await world.services.shift_offers.decline(fan(2), GUILD, asked)
    assert await world.send_due() == [DeliveryKind.SHIFT_OFFER]
    owed = world.sender.sent[-1]
    assert owed.offer is not None
    assert (owed.offer.state, owed.offer.from_user_id) == (OfferState.DECLINED, fan(1).user_id)
    assert await holders(world, action) == [{1}, set(), set()]


async def test_what_is_taken_back_can_not_be_accepted_and_is_not_asked(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    asked = await offer(world, action, fan(1), fan(2))
    await world.services.shift_offers.withdraw(fan(1), GUILD, asked)
    with refused("shifts.answered"):
        await world.services.shift_offers.accept(fan(2), GUILD, asked)
    await world.send_due()
    assert (await world.states(action))[DeliveryKind.SHIFT_OFFER] is DeliveryState.SKIPPED


async def test_of_accepting_and_taking_back_at_once_one_happens(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    asked, offers = await offer(world, action, fan(1), fan(2)), world.services.shift_offers
    await world.services.sign_ups.join(fan(2), GUILD, action.action_id)
    results = await asyncio.gather(
        offers.accept(fan(2), GUILD, asked),
        offers.withdraw(fan(1), GUILD, asked),
        offers.accept(fan(2), GUILD, asked),
        return_exceptions=True,
    )
    keys = [r.key for r in results if isinstance(r, Refusal)]
    assert keys == ["shifts.answered"] * 2
    accepted = not all(isinstance(results[n], Refusal) for n in (0, 2))
    assert await holders(world, action) == [{2} if accepted else {1}, set(), set()]


async def test_what_is_offered_to_anyone_goes_to_the_first_who_takes_it(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    asked, offers = await offer(world, action, fan(1), None), world.services.shift_offers
    with refused("shifts.not_your_offer", NotAllowed):
        await offers.decline(fan(3), GUILD, asked)
    results = await asyncio.gather(
        *(offers.accept(fan(n), GUILD, asked) for n in (2, 3)), return_exceptions=True
    )
    assert len([r for r in results if isinstance(r, Refusal)]) == 1
    people, *_ = await holders(world, action)
    assert people in ({2}, {3})


async def test_who_is_refused_a_shift_that_is_over_is_not_signed_up_by_that(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    asked = await offer(world, action, fan(1), None)
    world.clock.set(MOMENT + 3 * HOUR)
    with refused("shifts.over"):
        await world.services.shift_offers.accept(fan(2), GUILD, asked)
    assert (await world.load(action)).signed_up == 1


async def test_a_swap_changes_both_shifts_at_once(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1), 0)
    await take(world, action, fan(2), 2)
    asked = await offer(world, action, fan(1), fan(2), 0, back=2)
    await world.services.shift_offers.accept(fan(2), GUILD, asked)
    assert await holders(world, action) == [{2}, set(), {1}]
    changes = [TAKEN, TAKEN, HANDED_OVER, TAKEN_OVER, HANDED_OVER, TAKEN_OVER]
    assert await history(world, action) == changes


async def test_a_swap_whose_other_half_is_gone_is_refused(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1), 0)
    back = await take(world, action, fan(2), 2)
    asked = await offer(world, action, fan(1), fan(2), 0, back=2)
    await world.services.shifts.give_up(fan(2), GUILD, action.action_id, back.shift_id)
    with refused("shifts.not_yours"):
        await world.services.shift_offers.accept(fan(2), GUILD, asked)
    assert await holders(world, action) == [{1}, set(), set()]


async def test_nobody_is_asked_for_what_they_can_not_take(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    await take(world, action, fan(2))
    with refused("shifts.they_overlap"):
        await offer(world, action, fan(1), fan(2))
    with refused("shifts.not_theirs"):
        await offer(world, action, fan(1), fan(3), 0, back=2)
    with refused("shifts.not_yours"):
        await offer(world, action, fan(3), fan(4))
    with refused("shifts.to_yourself"):
        await offer(world, action, fan(1), fan(1))


async def test_nobody_is_asked_the_same_twice_and_only_five_are_asked(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    await offer(world, action, fan(1), fan(2))
    with refused("shifts.asked_already"):
        await offer(world, action, fan(1), fan(2))
    for number in (3, 4, 5, 6):
        await offer(world, action, fan(1), fan(number))
    with refused("shifts.asked_enough"):
        await offer(world, action, fan(1), fan(7))


# ---- Reminders


async def test_each_shift_reminds_those_who_have_it_when_it_is_sent(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1), 0)
    block = await take(world, action, fan(2), 0)
    await take(world, action, fan(3), 2)
    await world.services.shifts.give_up(fan(2), GUILD, action.action_id, block.shift_id)
    due = [r.delivery.due_at for r in await world.records(action) if is_shift(r.delivery.kind)]
    assert due == [MOMENT + hours * HOUR - 15 * MINUTE for hours in (0, 2, 4)]
    for instant in due:
        world.clock.set(instant)
        await world.send_due()
    reminded = [o.addressees for o in world.sender.sent if is_shift(o.delivery.kind)]
    assert reminded == [(fan(1).user_id,), (fan(3).user_id,)]  # nobody has the second
    states = [r.state for r in await world.records(action) if is_shift(r.delivery.kind)]
    assert states.count(DeliveryState.SKIPPED) == 1


def is_shift(kind: DeliveryKind) -> bool:
    return kind is DeliveryKind.SHIFT


async def test_a_session_is_reminded_of_whoever_has_a_shift(world: World):
    action = await world.publish(stream())
    session = Shift(0, MOMENT + HOUR, MOMENT + 2 * HOUR, None, "Listening party")
    await world.services.shift_grids.add_session(ORGANISER, GUILD, action.action_id, session)
    world.clock.set(MOMENT + 45 * MINUTE)
    assert DeliveryKind.SHIFT in await world.send_due()
    (owed,) = [owed for owed in world.sender.sent if is_shift(owed.delivery.kind)]
    assert owed.shift is not None
    assert (owed.shift.title, owed.addressees) == ("Listening party", ())
    with refused("shifts.for_everybody"):
        shift_id = owed.shift.shift_id
        await world.services.shifts.take(fan(1), GUILD, action.action_id, shift_id)


async def test_a_reminder_that_went_out_does_not_go_out_again_after_a_change(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1), 0)
    world.clock.set(MOMENT - 15 * MINUTE)
    assert DeliveryKind.SHIFT in await world.send_due()
    world.clock.advance(5 * MINUTE)
    await set_grid(world, action, people=5)
    assert DeliveryKind.SHIFT not in await world.send_due()


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


# ---- The fan's own zone


async def test_a_zone_is_kept_for_the_person_in_every_server(world: World):
    preferences = world.services.preferences
    assert await preferences.zone_of(fan(1).user_id) is None
    await preferences.set_zone(fan(1).user_id, "America/Sao_Paulo")
    await preferences.set_zone(fan(1).user_id, "Asia/Seoul")
    assert await preferences.zone_of(fan(1).user_id) == "Asia/Seoul"
    assert await preferences.zone_of(fan(2).user_id) is None
    with refused("setup.unknown_zone"):
        await preferences.set_zone(fan(1).user_id, "Atlantis")


async def test_own_shifts_ahead_are_listed_across_actions(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1), 2)
    await take(world, action, fan(1), 0)
    world.clock.set(MOMENT + 2 * HOUR)
    listed = await world.services.shifts.list_own(fan(1).user_id, GUILD, limit=5)
    assert [(a.number, s.starts_at) for a, s in listed] == [(1, MOMENT + 4 * HOUR)]
    assert await world.services.shifts.list_own(fan(2).user_id, GUILD, limit=5) == []
