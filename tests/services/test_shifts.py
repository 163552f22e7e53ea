"""Shifts as services: places, offers that are answered, reminders, and grids that change."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from db.queries.actions import load_action
from db.queries.participants import find_participant
from db.tables import shift_claim, shift_event
from domain.actions import Action
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import Gone, Refusal
from domain.kinds import Kind
from domain.servers import Actor
from domain.shifts import Shift, ShiftChange, make_grid
from services.actions import Typed
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MOMENT,
    ORGANISER,
    OTHER_GUILD,
    World,
    at,
    fan,
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
