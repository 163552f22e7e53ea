"""The tally as services read it: at any time, and as it was published once it is final."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.queries.contributions import list_contributions
from db.queries.participants import user_of
from domain.actions import Action, ActionState
from domain.errors import Gone, NotAllowed, Refusal
from domain.ledger import Verdict
from domain.official_entries import OfficialEntry
from domain.published import numbers_of
from domain.reviewing import Ruling
from domain.totals import Total
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    NOW,
    ORGANISER,
    OTHER_GUILD,
    OTHER_ORGANISER,
    OTHER_REVIEWER,
    REVIEWER,
    World,
    fan,
    fundraiser,
    refused,
)

GUILDS = itertools.count(GUILD + 5000)

ACTS = (
    *("log", "log_proved", "prove", "withdraw", "verify", "do_not_count", "correct", "revise"),
    *("appeal", "official", "join", "leave"),
)
"""What people do while an action is on."""


@pytest.fixture
async def action(world: World) -> Action:
    """A fundraiser for two whose moment has come, with a goal and something given before."""
    return await open_for_two(world)


async def open_for_two(world: World, guild_id: int = GUILD) -> Action:
    wanted = fundraiser(capacity=2, goal="100", baseline="40", cap="50")
    published = await world.publish(wanted, guild_id)
    for number in (1, 2, 3):
        await world.services.sign_ups.join(fan(number), guild_id, published.action_id)
    world.clock.set(MOMENT)
    return published


async def fill(world: World, action: Action) -> None:
    """One contribution of every standing, by three people of whom one signed up."""
    await world.log(action, fan(1), 1000, "A1")
    await world.log(action, fan(1), 1000, "a1")
    await world.log(action, fan(8), 5001)
    withdrawn = await world.log(action, fan(8), 30)
    verified = await world.log(action, fan(9), 700)
    not_counted = await world.log(action, fan(9), 9)
    services = world.services
    number = withdrawn.contribution.contribution_id
    await services.contributions.withdraw(fan(8), GUILD, number)
    await services.reviews.verify(REVIEWER, GUILD, verified.contribution.contribution_id)
    await services.reviews.do_not_count(
        REVIEWER, GUILD, not_counted.contribution.contribution_id, "why"
    )


TOTAL = Total(
    logged=1700,
    logged_count=2,
    proved=1000,
    proved_count=1,
    verified=700,
    verified_count=1,
    held=6001,
    held_count=2,
    withdrawn=30,
    withdrawn_count=1,
    not_counted=9,
    not_counted_count=1,
)


async def test_the_tally_tells_every_standing_apart_and_adds_nothing_up(
    world: World, action: Action
):
    await fill(world, action)
    world.clock.advance(HOUR)
    tally = await world.services.tallies.tally(GUILD, action.action_id)
    assert tally.total == TOTAL == await world.total(action)
    assert (tally.pledged, tally.waitlisted, tally.participants) == (2, 1, 2)
    assert (tally.action.goal, tally.action.baseline) == (10_000, 4_000)
    assert tally.cut_off == MOMENT + HOUR


async def test_the_running_numbers_are_those_of_the_ledger(world: World, action: Action):
    """Whoever asks reads the counters alone; the ledger gives the same."""
    await fill(world, action)
    world.clock.advance(HOUR)
    running = await world.services.tallies.tally(GUILD, action.action_id)
    counted = await world.count(action)
    assert counted == replace(
        running, action=counted.action, sources=counted.sources, curve=counted.curve
    )
    assert counted.curve["USD"][-1] == (MOMENT, 1700)


async def test_an_action_without_anything_logged_has_an_empty_tally(world: World):
    action = await world.publish()
    tally = await world.services.tallies.tally(GUILD, action.action_id)
    assert (tally.total, tally.pledged, tally.participants) == (Total(), 0, 0)


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_a_cut_off_gave_it_gives_later_too(world: World, action: Action, seed: int):
    """Whatever is logged, proved, withdrawn, checked, appealed, counted and joined after it."""
    dice = random.Random(seed)
    await go_through(world, action, [(dice.choice(ACTS), dice.randrange(10**6)) for _ in range(60)])


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 10**6)), min_size=10, max_size=30))
@settings(
    max_examples=15,
    deadline=None,
    # The database is reused; every example has a server of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_a_cut_off_gives_the_same_again_whatever_happens_in_which_order(
    sqlite_world: World, steps: list[tuple[str, int]]
):
    """By random acts; of those that fail the few that matter are left over."""
    world, guild_id = sqlite_world, next(GUILDS)
    world.clock.set(NOW)
    await world.set_up(guild_id)
    await go_through(world, await open_for_two(world, guild_id), steps)


async def go_through(world: World, action: Action, steps: Sequence[tuple[str, int]]) -> None:
    """Count after every few acts, by the ledger and by the counters; count again at the end."""
    kept: dict[datetime, dict[str, Any]] = {}
    for number, (act, chance) in enumerate(steps, 1):
        await something(world, action, act, random.Random(chance))
        world.clock.advance(timedelta(seconds=chance % 3))
        if number % 8 and number < len(steps):
            continue
        cut_off = world.clock.now()
        kept[cut_off] = numbers_of(await world.count(action, cut_off))
        running = await world.services.tallies.tally(action.guild_id, action.action_id)
        assert numbers_of(running) == kept[cut_off] | {"sources": []}
        world.clock.advance(MINUTE)
    for cut_off, numbers in kept.items():
        assert numbers_of(await world.count(action, cut_off)) == numbers


async def something(world: World, action: Action, act: str, dice: random.Random) -> None:
    """One thing that somebody does; what is refused is refused."""
    services, who, ids = world.services, fan(dice.randrange(6)), (action.guild_id, action.action_id)
    guild_id = action.guild_id
    amount, code = dice.randint(1, 6000), f"C{dice.randrange(20)}"
    async with world.database.read() as conn:
        entries = await list_contributions(conn, *ids, until=world.clock.now())
        chosen = dice.choice(entries) if entries else None
        user_id = chosen and await user_of(conn, guild_id, chosen.participant_id)
    number = chosen.contribution_id if chosen else 0
    whose = replace(who, user_id=user_id or who.user_id)
    reviewer = dice.choice((REVIEWER, OTHER_REVIEWER))
    count = OfficialEntry(f"Page {dice.randrange(2)}", f"{amount}", "its site", None, MOMENT)
    verdict = dice.choice((Verdict.VERIFIED, Verdict.NOT_COUNTED, Verdict.CORRECTED))
    corrected = amount if verdict is Verdict.CORRECTED else None
    ruling = Ruling(verdict, corrected, "looked again")
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "log": lambda: services.contributions.log(who, *ids, amount),
        "log_proved": lambda: services.contributions.log(who, *ids, amount, proof=code),
        "prove": lambda: services.contributions.add_proof(whose, guild_id, number, text=code),
        "withdraw": lambda: services.contributions.withdraw(whose, guild_id, number),
        "verify": lambda: services.reviews.verify(reviewer, guild_id, number),
        "do_not_count": lambda: services.reviews.do_not_count(reviewer, guild_id, number, "why"),
        "correct": lambda: services.reviews.correct(reviewer, guild_id, number, amount, "why"),
        "revise": lambda: services.reviews.revise(reviewer, guild_id, number, ruling),
        "appeal": lambda: services.appeals.appeal(whose, guild_id, number, "But I did"),
        "official": lambda: services.official_counts.enter(ORGANISER, *ids, count),
        "join": lambda: services.sign_ups.join(who, *ids),
        "leave": lambda: services.sign_ups.leave(who, *ids),
    }
    with contextlib.suppress(Refusal):
        await acts[act]()


async def test_drafts_and_other_servers_actions_have_no_tally(world: World):
    draft, action = await world.draft(), await world.publish()
    for guild_id, action_id in (
        (GUILD, draft.action_id),
        (GUILD, 404),
        (OTHER_GUILD, action.action_id),
    ):
        with refused("refused.no_such_action", Gone):
            await world.services.tallies.tally(guild_id, action_id)


async def test_the_published_tally_stays_as_it_was_published(world: World, action: Action):
    """What is logged, withdrawn and checked after the cut-off is in none of its numbers.

    Nor is what comes in while the tally waits to be posted.
    """
    await fill(world, action)
    withdrawn = await world.log(action, fan(4), 11)
    checked = await world.log(action, fan(5), 13)
    world.clock.set(action.log_until)
    at_cut_off = await world.services.tallies.tally(GUILD, action.action_id)

    world.clock.advance(MINUTE)
    services = world.services
    await world.log(action, fan(6), 17)
    withdrawn_id = withdrawn.contribution.contribution_id
    await services.contributions.withdraw(fan(4), GUILD, withdrawn_id)
    checked_id = checked.contribution.contribution_id
    await services.reviews.do_not_count(REVIEWER, GUILD, checked_id, "why")
    world.clock.advance(DAY)
    await world.send_due()

    final = await services.tallies.tally(GUILD, action.action_id)
    assert final.cut_off == action.log_until
    assert final.action.state is ActionState.FINAL
    assert numbers_of(final) == numbers_of(at_cut_off)
    sent = world.sender.sent[-1].tally
    assert sent is not None
    assert numbers_of(sent) == numbers_of(final)
    assert sent.curve == at_cut_off.curve
    assert (await world.load(action)).total.logged == final.total.logged - 24


async def test_all_who_ask_at_once_share_one_counting(world: World, action: Action):
    await world.log(action, fan(1))
    tallies = world.services.tallies
    counted = await asyncio.gather(*(tallies.tally(GUILD, action.action_id) for _ in range(20)))
    assert all(tally is counted[0] for tally in counted)
    await world.log(action, fan(2))
    again = await tallies.tally(GUILD, action.action_id)
    assert again.total.logged_count == counted[0].total.logged_count + 1


async def test_a_server_can_keep_its_tallies_until_they_are_final(world: World, action: Action):
    services, ids = world.services, (GUILD, action.action_id)
    await world.log(action, fan(1))
    await services.servers.set_tally_public(MODERATOR, GUILD, public=False)
    for actor in (MODERATOR, ORGANISER, OTHER_ORGANISER, REVIEWER):
        assert (await services.tallies.show(actor, *ids)).total.logged == 1000
    with refused("refused.tally_not_public", NotAllowed):
        await services.tallies.show(fan(1), *ids)
    await world.finish(action)
    assert (await services.tallies.show(fan(1), *ids)).total.logged == 1000
