"""Checks: who may judge what, once, and the queue that reviewers go through."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from db.queries.actions import set_state
from db.queries.ledger import list_checks
from domain.actions import Action, ActionState
from domain.errors import Gone, NotAllowed, Refusal
from domain.ledger import Verdict
from domain.reviewing import Filter, Queue
from domain.servers import Actor
from domain.totals import Total
from services.reviews import ALL
from services.verdicts import Decided
from tests.services.world import (
    FAN_ROLE,
    GUILD,
    MODERATOR,
    MOMENT,
    NOW,
    ORGANISER,
    OTHER_GUILD,
    OTHER_REVIEWER,
    REVIEWER,
    REVIEWER_ROLE,
    World,
    fan,
    fundraiser,
    number_of,
    refused,
)

NOTHING = Queue(Filter.SAMPLE)
"""No sample is drawn in these tests: who looks at it looks at nothing."""


@pytest.fixture
async def action(world: World) -> Action:
    """A fundraiser whose moment has come; over 50 dollars are held."""
    published = await world.publish(fundraiser(cap="50"))
    world.clock.set(MOMENT)
    return published


async def require_refused(
    world: World,
    actor: Actor,
    number: int,
    key: str,
    kind: type[Refusal] = Refusal,
    *,
    guild_id: int = GUILD,
) -> None:
    """Try both verdicts, of which each must be refused by this sentence."""
    with refused(key, kind):
        await world.services.reviews.verify(actor, guild_id, number)
    with refused(key, kind):
        await world.services.reviews.do_not_count(actor, guild_id, number, "reason")


async def test_what_is_verified_counts_as_verified(world: World, action: Action):
    plain, proved = await world.log(action, fan(1), 10), await world.log(action, fan(1), 20, "A1")
    await world.services.reviews.verify(REVIEWER, GUILD, number_of(proved))
    assert await world.total(action) == Total(30, 2, 20, 1, 20, 1)
    await world.services.reviews.verify(ORGANISER, GUILD, number_of(plain))
    assert await world.total(action) == Total(30, 2, 20, 1, 30, 2)


async def test_what_was_held_counts_once_it_is_verified(world: World, action: Action):
    held = await world.log(action, fan(1), 6000, "A1")
    assert await world.total(action) == Total(held=6000, held_count=1)
    await world.services.reviews.verify(REVIEWER, GUILD, number_of(held))
    assert await world.total(action) == Total(6000, 1, 6000, 1, 6000, 1)


async def test_what_is_not_counted_is_out_of_the_tally_with_the_reason_told(
    world: World, action: Action
):
    held, logged = await world.log(action, fan(1), 6000), await world.log(action, fan(2), 10)
    reviews = world.services.reviews
    await reviews.do_not_count(REVIEWER, GUILD, number_of(held), "  no such\n transfer ")
    await reviews.do_not_count(REVIEWER, GUILD, number_of(logged), "x" * 300)
    assert await world.total(action) == Total(not_counted=6010, not_counted_count=2)
    async with world.database.read() as conn:
        checks = await list_checks(conn, GUILD, action.action_id, until=world.clock.now())
    assert [(check.verdict, check.at, check.reason) for check in checks] == [
        (Verdict.NOT_COUNTED, MOMENT, "no such transfer"),
        (Verdict.NOT_COUNTED, MOMENT, "x" * 200),
    ]


async def test_not_counting_needs_a_reason(world: World, action: Action):
    logged = await world.log(action, fan(1), 10)
    with refused("review.reason_missing"):
        await world.services.reviews.do_not_count(REVIEWER, GUILD, number_of(logged), " \n")
    assert (await world.total(action)).not_counted_count == 0


async def test_nobody_checks_their_own(world: World, action: Action):
    for actor in (REVIEWER, ORGANISER, MODERATOR):
        own = await world.log(action, actor, 10)
        await require_refused(world, actor, number_of(own), "review.your_own", NotAllowed)
    assert (await world.total(action)).verified_count == 0


async def test_without_the_role_nobody_checks_or_sees_what_waits(world: World, action: Action):
    await world.set_up(OTHER_GUILD)
    logged = await world.log(action, fan(1), 10)
    for actor in (fan(2), Actor(REVIEWER.user_id, frozenset({FAN_ROLE}))):
        await require_refused(world, actor, number_of(logged), "refused.needs_reviewer", NotAllowed)
        with refused("refused.needs_reviewer", NotAllowed):
            await world.services.reviews.next(actor, GUILD)
    with refused("refused.no_organiser_role", NotAllowed):
        await world.services.reviews.next(Actor(1, frozenset({REVIEWER_ROLE})), 404)


async def test_a_contribution_is_checked_once(world: World, action: Action):
    for verdict in ("verify", "not"):
        logged = await world.log(action, fan(1), 10)
        if verdict == "verify":
            await world.services.reviews.verify(REVIEWER, GUILD, number_of(logged))
        else:
            await world.services.reviews.do_not_count(REVIEWER, GUILD, number_of(logged), "why")
        for actor in (REVIEWER, OTHER_REVIEWER):
            await require_refused(world, actor, number_of(logged), "review.already_checked")
    assert await world.total(action) == Total(
        10, 1, verified=10, verified_count=1, not_counted=10, not_counted_count=1
    )


async def test_of_two_reviewers_at_once_one_decides(world: World, action: Action):
    number = number_of(await world.log(action, fan(1), 10))
    reviews = world.services.reviews
    outcomes = await asyncio.gather(
        reviews.verify(REVIEWER, GUILD, number),
        reviews.do_not_count(OTHER_REVIEWER, GUILD, number, "why"),
        return_exceptions=True,
    )
    assert isinstance(outcomes[0], Decided)
    assert isinstance(outcomes[1], Refusal)
    assert await world.total(action) == Total(10, 1, verified=10, verified_count=1)


async def test_what_was_withdrawn_or_is_long_over_is_not_checked(world: World, action: Action):
    withdrawn, kept = await world.log(action, fan(1), 10), await world.log(action, fan(1), 20)
    await world.services.contributions.withdraw(fan(1), GUILD, number_of(withdrawn))
    await require_refused(world, REVIEWER, number_of(withdrawn), "review.withdrawn")
    world.clock.set(action.checks_until)
    await require_refused(world, REVIEWER, number_of(kept), "refused.state.final")
    assert (await world.load(action)).total == Total(20, 1, withdrawn=10, withdrawn_count=1)


async def test_what_another_server_has_is_not_checked_here(world: World, action: Action):
    await world.set_up(OTHER_GUILD)
    logged = await world.log(action, fan(1), 10)
    for guild_id, number in ((OTHER_GUILD, number_of(logged)), (GUILD, 404)):
        await require_refused(
            world, REVIEWER, number, "refused.no_such_contribution", Gone, guild_id=guild_id
        )
    assert (await world.services.reviews.next(REVIEWER, OTHER_GUILD)).waiting is None


async def the_queue(
    world: World, actor: Actor, guild_id: int = GUILD, queue: Queue = ALL
) -> list[int]:
    """The amounts of everything that a reviewer is shown who skips it all."""
    shown: dict[int, int] = {}
    after = 0
    while waiting := (
        await world.services.reviews.next(actor, guild_id, queue=queue, after=after)
    ).waiting:
        after = waiting.contribution.contribution_id
        if after in shown:
            break
        shown[after] = waiting.contribution.amount
    if after:
        await world.services.reviews.next(actor, guild_id, queue=NOTHING, after=after)
    return list(shown.values())


async def test_held_ones_wait_first_then_the_oldest_and_each_is_shown_once(
    world: World, action: Action
):
    world.clock.set(NOW)
    other_action = await world.publish()
    world.clock.set(MOMENT)
    for amount in (1, 6001, 2, 6002):
        await world.log(action, fan(amount), amount)
    await world.log(other_action, fan(1), 3)
    assert await the_queue(world, REVIEWER) == [6001, 6002, 1, 2, 3]
    progress = (await world.services.reviews.next(REVIEWER, GUILD)).progress
    assert (progress.checked, progress.total, progress.held, progress.waits) == (0, 5, 2, 5)


async def test_what_waits_is_shown_with_its_action_and_proof(world: World, action: Action):
    logged = await world.services.contributions.log(
        fan(1), GUILD, action.action_id, 6000, proof="AB-12", note="from all of us"
    )
    waiting = (await world.services.reviews.next(REVIEWER, GUILD)).waiting
    assert waiting is not None
    assert waiting.contribution == logged.contribution
    assert waiting.action.whole
    assert waiting.action.action_id == action.action_id
    assert list(waiting.proofs) == [("code", "AB-12"), ("note", "from all of us")]


async def test_ones_own_and_what_is_settled_does_not_wait(world: World, action: Action):
    await world.log(action, REVIEWER, 1)
    verified, not_counted, withdrawn = [await world.log(action, fan(1), n) for n in (2, 3, 4)]
    await world.log(action, fan(1), 5)
    reviews = world.services.reviews
    await reviews.verify(REVIEWER, GUILD, number_of(verified))
    await reviews.do_not_count(REVIEWER, GUILD, number_of(not_counted), "why")
    await world.services.contributions.withdraw(fan(1), GUILD, number_of(withdrawn))
    assert await the_queue(world, REVIEWER) == [5]
    assert await the_queue(world, OTHER_REVIEWER) == [1, 5]
    assert await the_queue(world, MODERATOR) == [1, 5]


async def test_nothing_waits_of_cancelled_actions_and_of_what_is_long_over(
    world: World, action: Action
):
    world.clock.set(NOW)
    cancelled = await world.publish()
    await world.log(cancelled, fan(1), 5)
    world.clock.set(MOMENT)
    await world.log(action, fan(1), 6)
    async with world.database.write() as conn:
        await set_state(conn, GUILD, cancelled.action_id, ActionState.CANCELLED)
    assert await the_queue(world, REVIEWER) == [6]
    await world.finish(action)
    assert await the_queue(world, REVIEWER) == [6]
    world.clock.set(action.checks_until - timedelta(seconds=1))
    assert await the_queue(world, REVIEWER) == [6]
    world.clock.set(action.checks_until)
    assert await the_queue(world, REVIEWER) == []


async def test_the_queue_goes_on_behind_one_that_was_checked_meanwhile(
    world: World, action: Action
):
    """A reviewer holds a page open while another one works."""
    first = await world.log(action, fan(1), 1)
    await world.log(action, fan(1), 2)
    await world.services.reviews.verify(OTHER_REVIEWER, GUILD, number_of(first))
    after_first = await world.services.reviews.next(REVIEWER, GUILD, after=number_of(first))
    assert after_first.waiting is not None
    assert after_first.waiting.contribution.amount == 2
