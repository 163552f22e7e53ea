"""Spot checks: who may draw what, that it can be drawn again, and what is found at last."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime

import pytest

from db.queries import actions as action_queries
from db.queries.audit import list_events
from domain.actions import Action
from domain.audit import Act
from domain.errors import Gone, NotAllowed
from domain.ledger import StandingState
from domain.servers import Actor
from domain.spot_checks import Row, SpotResult, redraw, seed_hash
from domain.spot_sizes import Wanted
from services.spot_checks import load_result
from tests.services.world import (
    GUILD,
    MINUTE,
    MOMENT,
    ORGANISER,
    OTHER_ORGANISER,
    REVIEWER,
    World,
    fan,
    fundraiser,
    refused,
)

CENTS = 500
"""What each fan gives, unless told otherwise."""


@pytest.fixture
async def action(world: World) -> Action:
    """A fundraiser whose moment has come, with 40 gifts."""
    published = await world.publish(fundraiser())
    world.clock.set(MOMENT)
    for number in range(40):
        await world.log(published, fan(number), CENTS)
    world.clock.set(MOMENT + MINUTE)
    return await world.load(published)


async def draw(world: World, action: Action, size: int = 20, number: int = 1) -> SpotResult:
    drawn = await world.services.spot_checks.draw(
        ORGANISER, GUILD, action.action_id, size=size, number=number
    )
    world.clock.set(world.clock.now() + MINUTE)
    return drawn


async def givers(world: World) -> dict[int, Actor]:
    """Who logged each of the 40 contributions, by its id."""
    contributions = world.services.contributions
    return {
        own.contribution.contribution_id: fan(number)
        for number in range(40)
        for own in await contributions.list_own(fan(number), GUILD, limit=5)
    }


async def found(world: World, action: Action, until: datetime | None = None) -> SpotResult:
    """What the newest sample of an action has shown by an instant."""
    async with world.database.read() as conn:
        result = await load_result(conn, action, until or world.clock.now())
    assert result is not None
    return result


async def verify(world: World, result: SpotResult, *, but: int = 0) -> None:
    """Verify all of a sample, but for the last so many, which are not counted."""
    reviews, sample = world.services.reviews, sorted(result.sample)
    for number in sample[: len(sample) - but]:
        await reviews.verify(REVIEWER, GUILD, number)
    for number in sample[len(sample) - but :]:
        await reviews.do_not_count(REVIEWER, GUILD, number, "another charity")


async def test_every_published_action_has_a_secret_seed_of_its_own(world: World):
    drafts = [await world.draft() for _ in range(2)]
    assert [draft.seed for draft in drafts] == [None, None]
    published = [
        await world.services.actions.publish(ORGANISER, GUILD, draft.action_id) for draft in drafts
    ]
    first, second = [await world.load(each) for each in published]
    assert first.seed
    assert second.seed
    assert len(bytes.fromhex(first.seed)) == 16
    assert first.seed != second.seed
    assert first.seed not in repr(first)


async def test_the_sample_is_drawn_again_by_anybody_who_has_the_seed(world: World, action: Action):
    drawn = await draw(world, action)
    assert (drawn.check.number, drawn.check.rows, drawn.check.sample) == (1, 40, 20)
    assert (drawn.checked, drawn.seed, drawn.seal) == (0, None, seed_hash(action.seed or ""))
    async with world.database.read() as conn:
        events = await list_events(conn, GUILD, action.action_id, limit=1)
    ids = sorted(await givers(world))
    rows: list[Row] = [(row, "USD", CENTS) for row in range(1, 41)]
    again = redraw(action.seed or "", 1, drawn.check.strata, rows)
    assert {ids[row - 1]: stratum for row, stratum in again.items()} == drawn.sample
    assert [(event.act, event.user_id) for event in events] == [
        (Act.SAMPLE_DRAWN, ORGANISER.user_id)
    ]
    assert str(action.seed) not in str(events)


async def test_what_is_found_is_said_once_all_of_the_sample_is_checked(
    world: World, action: Action
):
    drawn = await draw(world, action)
    first, *_ = sorted(drawn.sample)
    await world.services.reviews.verify(REVIEWER, GUILD, first)
    so_far = await found(world, action)
    assert (so_far.checked, so_far.held, so_far.complete) == (1, 1, False)
    await verify(world, replace(drawn, sample={n: 1 for n in drawn.sample if n != first}), but=2)
    done = await found(world, action)
    assert (done.checked, done.held, done.complete) == (20, 18, True)
    assert 18 <= done.rows < 38
    assert done.amounts == {"USD": (done.rows * CENTS, 40 * CENTS)}
    assert done.seed is None, "it can still be drawn again"


async def test_the_seed_is_told_with_the_final_tally_and_nothing_is_drawn_by_it_again(
    world: World, action: Action
):
    drawn = await draw(world, action)
    await verify(world, drawn)
    world.clock.set(action.log_until)
    assert (await found(world, action)).seed == action.seed
    with refused("refused.seed_is_out"):
        await draw(world, action, number=2)


async def test_a_sample_stays_as_it_was_drawn_whatever_comes_later(world: World, action: Action):
    drawn = await draw(world, action)
    chosen, owners = min(drawn.sample), await givers(world)
    for number in range(50, 60):
        await world.log(action, fan(number), 9 * CENTS)
    withdrawn = await world.services.contributions.withdraw(owners[chosen], GUILD, chosen)
    assert withdrawn.standing.state is StandingState.WITHDRAWN
    later = await found(world, action)
    assert later.check == drawn.check
    assert later.sample == drawn.sample
    assert (later.checked, later.held) == (1, 0), "what was withdrawn doesn't hold"
    before = await found(world, action, drawn.check.at)
    assert before.checked == 0


async def test_a_draw_made_again_is_disclosed_with_how_the_first_went(world: World, action: Action):
    first = await draw(world, action)
    await verify(world, first, but=3)
    with refused("refused.drawn_meanwhile"):
        await draw(world, action)
    second = await draw(world, action, number=2)
    assert second.check.number == 2
    assert second.sample != first.sample
    (earlier,) = second.earlier
    assert (earlier.number, earlier.sample, earlier.checked, earlier.held) == (1, 20, 20, 17)


async def test_samples_are_not_drawn_until_one_looks_good(world: World, action: Action):
    for number in range(1, 6):
        await draw(world, action, number=number)
    with refused("refused.drawn_enough"):
        await draw(world, action, number=6)
    assert len((await found(world, action)).earlier) == 4


async def test_of_two_who_draw_at_once_one_draws(world: World, action: Action):
    spot_checks = world.services.spot_checks
    outcomes = await asyncio.gather(
        *(spot_checks.draw(ORGANISER, GUILD, action.action_id, size=20, number=1) for _ in "12"),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Refusal", "SpotResult"]


async def test_a_plan_says_what_would_be_drawn_and_draws_nothing(world: World, action: Action):
    planned = await world.services.spot_checks.plan(ORGANISER, GUILD, action.action_id, Wanted(30))
    assert (planned.number, planned.design.rows, planned.design.sample) == (1, 40, 30)
    assert planned.design.amounts["USD"][1] == 40 * CENTS
    _, newest = await world.services.spot_checks.find(ORGANISER, GUILD, action.action_id)
    assert newest is None


@pytest.mark.parametrize(
    ("actor", "key"),
    [
        (fan(1), "refused.needs_organiser"),
        (REVIEWER, "refused.needs_organiser"),
        (OTHER_ORGANISER, "refused.not_your_action"),
    ],
)
async def test_only_who_runs_an_action_draws(world: World, action: Action, actor: Actor, key: str):
    spot_checks, ids = world.services.spot_checks, (GUILD, action.action_id)
    with refused(key, NotAllowed):
        await spot_checks.draw(actor, *ids, size=20, number=1)
    with refused(key, NotAllowed):
        await spot_checks.plan(actor, *ids, Wanted())
    with refused(key, NotAllowed):
        await spot_checks.find(actor, *ids)


async def test_nothing_is_drawn_of_another_server_or_of_nothing(world: World):
    empty = await world.publish()
    with refused("refused.nothing_to_draw"):
        await draw(world, empty)
    with refused("refused.no_such_action", Gone):
        await world.services.spot_checks.draw(
            ORGANISER, GUILD, empty.action_id + 99, size=20, number=1
        )


async def test_what_was_published_without_a_seed_is_not_drawn_from(world: World, action: Action):
    async with world.database.write() as conn:
        await action_queries.update_action(conn, replace(action, seed=None))
    with refused("refused.no_seed"):
        await draw(world, action)


async def test_the_seed_is_in_no_log(world: World, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    action = await world.load(await world.publish())
    world.clock.set(MOMENT)
    for number in range(20):
        await world.log(action, fan(number), CENTS)
    await draw(world, action)
    assert action.seed
    assert action.seed not in caplog.text


async def test_nothing_is_drawn_once_nothing_can_be_checked_any_more(world: World, action: Action):
    ids, spot_checks = (ORGANISER, GUILD, action.action_id), world.services.spot_checks
    world.clock.set(action.checks_until)
    with refused("refused.state.final"):
        await spot_checks.plan(*ids, Wanted(size=20))
    with refused("refused.state.final"):
        await spot_checks.draw(*ids, size=20, number=1)
    world.clock.set(action.checks_until - MINUTE)
    assert (await spot_checks.draw(*ids, size=20, number=1)).check.sample == 20


async def test_a_sample_stays_the_same_though_the_clock_was_set_back(world: World, action: Action):
    drawn = await draw(world, action)
    then = await world.count(action, drawn.check.at)
    world.clock.set(drawn.check.at - MINUTE)
    late = await world.log(action, fan(50), CENTS)
    await world.services.reviews.do_not_count(REVIEWER, GUILD, min(drawn.sample), "no proof")
    again = await world.count(action, drawn.check.at)
    assert (again.total, again.spot) == (then.total, then.spot)
    second = await draw(world, action, number=2)
    assert second.check.at > drawn.check.at
    assert second.check.rows == 40, "one more, and one less"
    assert late.contribution.at <= second.check.at
