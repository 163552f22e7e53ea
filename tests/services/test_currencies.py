"""Fundraisers in several currencies, and what one person may log in a day."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from db.queries.totals import load_totals
from domain.actions import Action
from domain.errors import Refusal
from domain.kinds import Kind
from domain.ledger import HeldReason
from domain.totals import Total
from services.actions import Typed
from services.ledger import Logged
from tests.services.world import (
    GUILD,
    HOUR,
    MOMENT,
    ORGANISER,
    REVIEWER,
    World,
    at,
    fan,
    fundraiser,
    refused,
)

THREE: dict[str, Any] = {"currency": "USD, KRW, EUR", "cap": "100"}


async def give(world: World, action: Action, number: int, amount: int, code: str) -> Logged:
    return await world.services.contributions.log(
        fan(number), GUILD, action.action_id, amount, unit_code=code
    )


async def totals(world: World, action: Action) -> dict[str, Total]:
    """The stored totals, having checked that the ledger adds up to each of them."""
    async with world.database.read() as conn:
        stored = await load_totals(conn, GUILD, action.action_id)
    tally = await world.services.tallies.tally(GUILD, action.action_id)
    assert tally.totals == stored
    assert (await world.services.actions.find_whole(GUILD, action.action_id)).totals == stored
    return stored


async def test_each_currency_has_a_total_of_its_own(world: World) -> None:
    action = await world.publish(fundraiser(**THREE))
    world.clock.set(MOMENT)
    await give(world, action, 1, 1000, "USD")
    won = await give(world, action, 1, 30_000, "KRW")
    again = await give(world, action, 2, 5_000, "KRW")
    euros = await give(world, action, 3, 700, "EUR")
    await world.services.contributions.withdraw(fan(3), GUILD, euros.contribution.contribution_id)
    reviews = world.services.reviews
    await reviews.verify(REVIEWER, GUILD, won.contribution.contribution_id)
    await reviews.do_not_count(REVIEWER, GUILD, again.contribution.contribution_id, "why")
    assert await totals(world, action) == {
        "USD": Total(1000, 1),
        "KRW": Total(
            30_000, 1, verified=30_000, verified_count=1, not_counted=5000, not_counted_count=1
        ),
        "EUR": Total(withdrawn=700, withdrawn_count=1),
    }
    tally = await world.services.tallies.tally(GUILD, action.action_id)
    assert tally.total == Total(1000, 1)
    assert tally.participants == 1


async def test_a_cap_holds_in_another_currency_only_at_a_rate(world: World) -> None:
    unrated = await world.publish(fundraiser(**THREE))
    rated = await world.publish(fundraiser(**THREE, rates="KRW 0.001", rates_source="the bank"))
    world.clock.set(MOMENT)
    assert (await give(world, unrated, 1, 100_001, "KRW")).contribution.held is None
    assert (await give(world, rated, 1, 100_000, "KRW")).contribution.held is None
    over = await give(world, rated, 1, 100_001, "KRW")
    assert over.contribution.held is HeldReason.OVER_CAP


async def test_a_currency_that_is_not_taken_is_refused_and_the_rest_of_a_batch_is_not(
    world: World,
) -> None:
    action = await world.publish(fundraiser(**THREE))
    world.clock.set(MOMENT)
    with refused("refused.currency_gone"):
        await give(world, action, 1, 1000, "JPY")
    gone, taken = await asyncio.gather(
        give(world, action, 1, 1000, "JPY"),
        give(world, action, 2, 1000, "EUR"),
        return_exceptions=True,
    )
    assert (isinstance(gone, Refusal), isinstance(taken, Logged)) == (True, True)
    assert (await totals(world, action))["EUR"] == Total(1000, 1)


async def test_a_draft_can_change_its_currencies_and_rates(world: World) -> None:
    draft = await world.draft(fundraiser(**THREE, rates="KRW 0.001", rates_source="the bank"))
    typed = fundraiser(currency="JPY, KRW")
    changed = await world.services.actions.redraft(
        ORGANISER, GUILD, draft.action_id, typed, language="en"
    )
    async with world.database.read() as conn:
        assert set(await load_totals(conn, GUILD, draft.action_id)) == {"JPY", "KRW"}
    assert changed.currencies == ("JPY", "KRW")


async def test_rates_are_frozen_once_published(world: World) -> None:
    rates: dict[str, Any] = {"rates": "KRW 0.001", "rates_source": "the bank"}
    action = await world.publish(fundraiser(**THREE, **rates))

    async def edit(**texts: Any) -> None:
        typed = fundraiser(**(THREE | rates | texts))
        await world.services.editing.edit(
            ORGANISER, GUILD, action.action_id, lambda _: typed, language="en"
        )

    await edit(goal="5,000")
    for texts in ({"rates": "KRW 0.002"}, {"rates": ""}, {"rates_source": "another"}):
        with refused("field.rates.frozen"):
            await edit(**texts)


@pytest.fixture
async def stream(world: World) -> Action:
    """A streaming drive in which 300 a day are believable, an hour after its start."""
    texts = {"links": "https://open.spotify.com/playlist/1", "cap": "300"}
    typed = Typed(Kind.STREAM, "Weekend", at(MOMENT), at(MOMENT + 60 * HOUR), None, texts)
    action = await world.publish(typed)
    world.clock.set(MOMENT + HOUR)
    return action


async def test_what_one_person_logs_in_a_day_is_held_over_the_cap(
    world: World, stream: Action
) -> None:
    async def held(number: int, amount: int) -> HeldReason | None:
        return (await world.log(stream, fan(number), amount)).contribution.held

    assert [await held(1, 200), await held(1, 101)] == [None, HeldReason.OVER_CAP]
    assert [await held(1, 100), await held(1, 1)] == [None, HeldReason.OVER_CAP]
    assert await held(2, 300) is None
    world.clock.set(MOMENT + 25 * HOUR - timedelta(microseconds=1))
    assert await held(1, 1) is HeldReason.OVER_CAP
    world.clock.set(MOMENT + 25 * HOUR)
    assert [await held(1, 300), await held(1, 1)] == [None, HeldReason.OVER_CAP]
    assert (await world.total(stream)).logged == 900


async def test_what_was_withdrawn_or_not_counted_leaves_room_below_the_daily_cap(
    world: World, stream: Action
) -> None:
    withdrawn = await world.log(stream, fan(1), 150)
    refused_one = await world.log(stream, fan(1), 150)
    await world.services.contributions.withdraw(
        fan(1), GUILD, withdrawn.contribution.contribution_id
    )
    await world.services.reviews.do_not_count(
        REVIEWER, GUILD, refused_one.contribution.contribution_id, "why"
    )
    assert (await world.log(stream, fan(1), 300)).contribution.held is None


async def test_one_batch_of_the_same_person_s_is_held_over_the_daily_cap(
    world: World, stream: Action
) -> None:
    logged = await asyncio.gather(*(world.log(stream, fan(1), 100) for _ in range(5)))
    assert [done.contribution.held for done in logged].count(HeldReason.OVER_CAP) == 2
    assert (await world.total(stream)).logged == 300
