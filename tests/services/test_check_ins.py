"""Check-ins: once each, proved by the code or verified by an organiser's tick."""

from __future__ import annotations

import asyncio
import logging

import pytest

from db.queries.audit import list_events
from db.queries.ledger import load_proofs
from domain.actions import Action
from domain.audit import Act
from domain.check_ins import MOST_WRONG_CODES, WRONG_CODES_WITHIN
from domain.errors import Gone, NotAllowed, Refusal
from domain.kinds import CHECK_IN_LEAD, Kind, ProofKind
from domain.ledger import HeldReason
from domain.totals import Total
from services.actions import Typed
from services.check_ins import WrongCode
from tests.services.world import (
    GUILD,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_GUILD,
    OTHER_ORGANISER,
    REVIEWER,
    SECOND,
    World,
    at,
    fan,
    hashtag,
    refused,
)

CODE = "Blue-7 Sky"


def gathering(code: str = CODE) -> Typed:
    """What an organiser types for an action at a place, from MOMENT on."""
    texts = {"place": "Hall 3", "code": code}
    return Typed(Kind.ATTENDANCE, "Cup sleeve event", at(MOMENT), None, None, texts)


@pytest.fixture
async def action(world: World) -> Action:
    """A gathering with a code, which has begun."""
    published = await world.publish(gathering())
    world.clock.set(MOMENT)
    return published


async def test_the_code_proves_a_check_in_and_is_stored_with_nobody(world: World, action: Action):
    logged = await world.services.check_ins.check_in(fan(1), GUILD, action.action_id, "blue7sky")
    assert (logged.contribution.amount, logged.contribution.proof) == (1, ProofKind.CODE)
    assert await world.total(action) == Total(1, 1, 1, 1)
    async with world.database.read() as conn:
        proofs = await load_proofs(conn, GUILD, logged.contribution.contribution_id)
    assert proofs == {}


async def test_without_a_code_a_check_in_is_logged_and_no_more(world: World):
    action = await world.publish(gathering(code=""))
    world.clock.set(MOMENT)
    await world.services.check_ins.check_in(fan(1), GUILD, action.action_id)
    assert await world.total(action) == Total(1, 1)


async def test_the_doors_open_two_hours_early_and_what_comes_then_counts(world: World):
    action = await world.publish(gathering())
    ids = (GUILD, action.action_id)
    world.clock.set(MOMENT - CHECK_IN_LEAD - SECOND)
    early = await world.services.check_ins.check_in(fan(1), *ids, CODE)
    assert early.contribution.held is HeldReason.OUTSIDE_WINDOW
    with refused("check_in.already"):
        await world.services.check_ins.check_in(fan(1), *ids, CODE)
    with refused("check_in.too_early"):
        await world.services.check_ins.tick(ORGANISER, *ids, [fan(1).user_id])
    world.clock.set(MOMENT - CHECK_IN_LEAD)
    logged = await world.services.check_ins.check_in(fan(1), *ids, CODE)
    assert logged.contribution.held is None
    assert await world.total(action) == Total(1, 1, 1, 1, withdrawn=1, withdrawn_count=1)
    world.clock.set(action.log_until)
    late = await world.services.check_ins.check_in(fan(2), *ids, CODE)
    assert late.contribution.held is HeldReason.OUTSIDE_WINDOW
    with refused("refused.state.final"):
        await world.services.check_ins.tick(ORGANISER, *ids, [fan(2).user_id])
    world.clock.set(action.late_until)
    with refused("refused.state.final"):
        await world.services.check_ins.check_in(fan(3), *ids, CODE)


async def test_one_person_checks_in_once_however_often_they_tap(world: World, action: Action):
    taps = [
        world.services.check_ins.check_in(fan(1), GUILD, action.action_id, CODE)
        for _ in range(MOST_WRONG_CODES)
    ]
    results = await asyncio.gather(*taps, return_exceptions=True)
    refusals = [result for result in results if isinstance(result, Refusal)]
    assert [refusal.key for refusal in refusals] == ["check_in.already"] * 4
    assert await world.total(action) == Total(1, 1, 1, 1)


async def test_who_withdrew_may_check_in_again(world: World, action: Action):
    ids = (GUILD, action.action_id)
    first = await world.services.check_ins.check_in(fan(1), *ids, CODE)
    await world.services.contributions.withdraw(fan(1), GUILD, first.contribution.contribution_id)
    again = await world.services.check_ins.check_in(fan(1), *ids, CODE)
    assert again.contribution.held is None
    assert (await world.total(action)).logged == 1


async def test_withdrawing_slips_past_no_verdict(world: World, action: Action):
    ids = (GUILD, action.action_id)
    first = (await world.services.check_ins.check_in(fan(1), *ids, CODE)).contribution
    reviews, contributions = world.services.reviews, world.services.contributions
    await reviews.do_not_count(REVIEWER, GUILD, first.contribution_id, "not seen there")
    await contributions.withdraw(fan(1), GUILD, first.contribution_id)
    with refused("check_in.decided"):
        await world.services.check_ins.check_in(fan(1), *ids, CODE)
    ticked = await world.services.check_ins.tick(ORGANISER, *ids, [fan(1).user_id])
    assert ticked.decided == (fan(1).user_id,)
    assert (await world.total(action)).logged == 0


async def test_five_wrong_codes_and_one_has_to_wait(
    world: World, action: Action, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    check_in, ids = world.services.check_ins.check_in, (GUILD, action.action_id)
    for _ in range(MOST_WRONG_CODES):
        with refused("check_in.wrong_code", WrongCode):
            await check_in(fan(1), *ids, "red-7")
    with refused("check_in.too_many_tries"):
        await check_in(fan(1), *ids, CODE)
    await check_in(fan(2), *ids, CODE)  # it is theirs alone
    world.clock.set(MOMENT + WRONG_CODES_WITHIN)
    await check_in(fan(1), *ids, CODE)
    assert await world.total(action) == Total(2, 2, 2, 2)
    assert CODE not in caplog.text


async def test_guesses_at_once_are_no_more_than_guesses_one_by_one(world: World, action: Action):
    guesses = [
        world.services.check_ins.check_in(fan(1), GUILD, action.action_id, f"red-{n}")
        for n in range(50)
    ]
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(result, WrongCode) for result in results) == MOST_WRONG_CODES


async def test_a_gathering_takes_nothing_that_is_typed_as_an_amount(world: World, action: Action):
    with refused("refused.log_by.check_in"):
        await world.log(action, fan(1), 1, "ABC-123")
    trend = await world.publish(hashtag(starts=MOMENT + 60 * SECOND))
    with refused("check_in.not_here"):
        await world.services.check_ins.check_in(fan(1), GUILD, trend.action_id, CODE)


# ---- Organisers' ticks


async def test_whom_an_organiser_ticks_is_verified_and_it_is_written_down(
    world: World, action: Action
):
    ids = (GUILD, action.action_id)
    people = [fan(n).user_id for n in (1, 2, 3)]
    ticked = await world.services.check_ins.tick(ORGANISER, *ids, [*people, people[0]])
    assert ticked.ticked == tuple(people)
    assert await world.total(action) == Total(3, 3, verified=3, verified_count=3)
    again = await world.services.check_ins.tick(MODERATOR, *ids, people)
    assert (again.ticked, again.already) == ((), tuple(people))
    async with world.database.read() as conn:
        (event,) = [e for e in await list_events(conn, *ids, limit=9) if e.act is Act.TICKED_OTHER]
    assert (event.user_id, event.detail) == (ORGANISER.user_id, {"count": 3})


async def test_a_tick_says_who_entered_it(world: World, action: Action):
    ids = (GUILD, action.action_id)
    await world.services.check_ins.tick(ORGANISER, *ids, [fan(1).user_id])
    (own,) = await world.services.contributions.list_own(fan(1), GUILD, limit=5)
    assert own.contribution.entered_by == action.organiser_id
    assert own.check is not None


async def test_a_tick_verifies_who_had_checked_in_without_a_code(world: World):
    action = await world.publish(gathering(code=""))
    world.clock.set(MOMENT)
    ids = (GUILD, action.action_id)
    await world.services.check_ins.check_in(fan(1), *ids)
    ticked = await world.services.check_ins.tick(ORGANISER, *ids, [fan(1).user_id])
    assert ticked.ticked == (fan(1).user_id,)
    assert await world.total(action) == Total(1, 1, verified=1, verified_count=1)


async def test_nobody_ticks_themselves_and_others_may_not_tick(world: World, action: Action):
    ids, tick = (GUILD, action.action_id), world.services.check_ins.tick
    with refused("check_in.not_yourself", NotAllowed):
        await tick(ORGANISER, *ids, [fan(1).user_id, ORGANISER.user_id])
    for who, key in (
        (fan(2), "refused.needs_organiser"),
        (REVIEWER, "refused.needs_organiser"),
        (OTHER_ORGANISER, "refused.not_your_action"),
    ):
        with refused(key, NotAllowed):
            await tick(who, *ids, [fan(1).user_id])
        with refused(key, NotAllowed):
            await world.services.check_ins.find(who, *ids)
    assert await world.total(action) == Total()
    by_another = await tick(MODERATOR, *ids, [ORGANISER.user_id])
    assert by_another.ticked == (ORGANISER.user_id,)


async def test_a_tick_and_a_check_in_at_once_count_once(world: World, action: Action):
    ids = (GUILD, action.action_id)
    await asyncio.gather(
        world.services.check_ins.check_in(fan(1), *ids, CODE),
        world.services.check_ins.tick(ORGANISER, *ids, [fan(1).user_id]),
        return_exceptions=True,
    )
    assert (await world.total(action)).logged == 1


async def test_another_servers_gathering_is_out_of_reach(world: World, action: Action):
    await world.set_up(OTHER_GUILD)
    with refused("refused.no_such_action", Gone):
        await world.services.check_ins.check_in(fan(1), OTHER_GUILD, action.action_id, CODE)
    with refused("refused.no_such_action", Gone):
        await world.services.check_ins.tick(MODERATOR, OTHER_GUILD, action.action_id, [1])
