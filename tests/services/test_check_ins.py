"""Check-ins: once each, proved by the code or verified by an organiser's tick."""

from __future__ import annotations

import asyncio
import logging
import random
from functools import partial

import pytest

from db.queries.audit import list_events
from db.queries.ledger import load_proofs
from domain.actions import Action
from domain.audit import Act
from domain.check_ins import MOST_WRONG_CODES, WRONG_CODES_WITHIN
from domain.errors import Gone, NotAllowed, Refusal
from domain.kinds import CHECK_IN_LEAD, Kind, ProofKind
from domain.ledger import HeldReason, Verdict, counted, standing
from domain.life_cycle import Step
from domain.reviewing import Ruling
from domain.servers import Actor
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
    OTHER_REVIEWER,
    REVIEWER,
    SECOND,
    World,
    at,
    fan,
    hashtag,
    number_of,
    refused,
)

CODE = "Blue-7 Sky"
FAN = fan(1)


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
    with refused("check_in.already_held"):
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


async def test_who_checked_in_while_it_was_paused_does_so_again_once_it_goes_on(
    world: World, action: Action
):
    ids, check_in = (GUILD, action.action_id), world.services.check_ins.check_in
    await world.services.life_cycle.take(ORGANISER, *ids, Step.PAUSE)
    paused = [(await check_in(fan(n), *ids, CODE)).contribution for n in (1, 2, 3)]
    assert {one.held for one in paused} == {HeldReason.OUTSIDE_WINDOW}
    with refused("check_in.already_held"):
        await check_in(fan(1), *ids, CODE)
    reviews = world.services.reviews
    await reviews.verify(REVIEWER, GUILD, paused[1].contribution_id)
    await reviews.do_not_count(REVIEWER, GUILD, paused[2].contribution_id, "not seen there")
    await world.services.life_cycle.take(ORGANISER, *ids, Step.RESUME)
    with refused("check_in.wrong_code", WrongCode):
        await check_in(fan(1), *ids, "red-7")
    assert (await world.total(action)).held == 1, "nothing is lost by a wrong code"
    assert (await check_in(fan(1), *ids, CODE)).contribution.held is None
    with refused("check_in.already"):
        await check_in(fan(2), *ids, CODE)
    await check_in(fan(3), *ids, CODE)
    total = await world.total(action)
    assert (total.logged, total.held, total.withdrawn, total.not_counted) == (3, 0, 1, 1)


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


async def not_counted(world: World, action: Action, who: Actor = FAN) -> int:
    """Check somebody in, which a reviewer then does not count."""
    logged = await world.services.check_ins.check_in(who, GUILD, action.action_id, CODE)
    number = number_of(logged)
    await world.services.reviews.do_not_count(REVIEWER, GUILD, number, "not seen there")
    return number


async def test_whose_check_in_was_not_counted_can_do_it_once_more(world: World, action: Action):
    await not_counted(world, action)
    assert (await world.total(action)).logged == 0
    await not_counted(world, action)
    with refused("check_in.decided"):
        await world.services.check_ins.check_in(FAN, GUILD, action.action_id, CODE)


async def test_withdrawing_slips_past_no_verdict(world: World, action: Action):
    ids, withdraw = (GUILD, action.action_id), world.services.contributions.withdraw
    for _ in range(2):
        await withdraw(FAN, GUILD, await not_counted(world, action))
    with refused("check_in.decided"):
        await world.services.check_ins.check_in(FAN, *ids, CODE)
    ticked = await world.services.check_ins.tick(ORGANISER, *ids, [FAN.user_id])
    assert ticked.decided == (FAN.user_id,)
    assert (await world.total(action)).logged == 0


async def test_who_appeals_waits_for_the_answer_and_counts_once_by_it(world: World, action: Action):
    check_in, ids = world.services.check_ins.check_in, (GUILD, action.action_id)
    reviews, appeal = world.services.reviews, world.services.appeals.appeal
    right, wrong = await not_counted(world, action), await not_counted(world, action, fan(2))
    for who, number in ((FAN, right), (fan(2), wrong)):
        await appeal(who, GUILD, number, "I was there")
        with refused("check_in.appealed"):
            await check_in(who, *ids, CODE)
    await reviews.verify(OTHER_REVIEWER, GUILD, right)
    with refused("check_in.already"):
        await check_in(FAN, *ids, CODE)
    assert (await world.services.check_ins.tick(ORGANISER, *ids, [FAN.user_id])).already
    await reviews.do_not_count(OTHER_REVIEWER, GUILD, wrong, "not seen either")
    await check_in(fan(2), *ids, CODE)
    assert (await world.total(action)).logged == 2


async def test_who_checked_in_once_more_does_not_count_by_the_first_one_too(
    world: World, action: Action
):
    check_in, ids = world.services.check_ins.check_in, (GUILD, action.action_id)
    reviews, appeals = world.services.reviews, world.services.appeals
    first = await not_counted(world, action)
    again = number_of(await check_in(FAN, *ids, CODE))
    for attempt in (
        appeals.find(FAN, GUILD, first),
        appeals.appeal(FAN, GUILD, first, "I was there"),
    ):
        with refused("appeal.counts_otherwise"):
            await attempt
    reinstated = Ruling(Verdict.VERIFIED, reason="seen on a picture")
    with refused("review.counts_otherwise"):
        await reviews.revise(REVIEWER, GUILD, first, reinstated)
    await reviews.do_not_count(REVIEWER, GUILD, again, "the same")
    await reviews.revise(REVIEWER, GUILD, first, reinstated)
    with refused("appeal.counts_otherwise"):
        await appeals.appeal(FAN, GUILD, again, "I was there")
    assert (await world.total(action)).logged == 1


async def test_in_whatever_order_nobody_counts_twice(sqlite_world: World):
    """Fans, reviewers and organisers do whatever they can, early, in time and late."""
    world, rng = sqlite_world, random.Random(2)
    await world.set_up()
    action = await world.publish(gathering())
    ids, services = (GUILD, action.action_id), world.services
    times = {0: MOMENT - CHECK_IN_LEAD - SECOND, 40: MOMENT, 260: action.log_until}
    fans, kept_apart = [fan(number) for number in range(8)], set[str]()
    for step in range(300):
        world.clock.set(times.get(step, world.clock.now() + SECOND))
        who, reviewer = rng.choice(fans), rng.choice((REVIEWER, REVIEWER, OTHER_REVIEWER))
        own = await services.contributions.list_own(who, GUILD, limit=50)
        number = rng.choice([one.contribution.contribution_id for one in own] or [0])
        verdict = rng.choice((Verdict.VERIFIED, Verdict.NOT_COUNTED, Verdict.NOT_COUNTED))
        ruling = Ruling(verdict, reason="a reason")
        attempts = {
            partial(services.check_ins.check_in, who, *ids, CODE): 6,
            partial(services.check_ins.tick, ORGANISER, *ids, [who.user_id]): 1,
            partial(services.contributions.withdraw, who, GUILD, number): 1,
            partial(services.reviews.decide, reviewer, GUILD, number, ruling): 6,
            partial(services.reviews.revise, reviewer, GUILD, number, ruling): 6,
            partial(services.appeals.appeal, who, GUILD, number, "I was there"): 3,
        }
        (attempt,) = rng.choices([*attempts], [*attempts.values()])
        try:
            await attempt()
        except Refusal as refusal:
            kept_apart.add(refusal.key)
        own = await services.contributions.list_own(who, GUILD, limit=50)
        counts = sum(counted(standing(one.contribution, one.check)) for one in own)
        assert counts <= 1
    assert {f"{what}.counts_otherwise" for what in ("review", "appeal")} <= kept_apart
    assert 0 < (await world.total(action)).logged <= len(fans)


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
