"""The tally as services read it: at any time, and as it was published once it is final."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from domain.actions import Action, ActionState
from domain.errors import Gone
from domain.sign_ups import SignUpState
from domain.tally import TallySignUp
from domain.totals import Total
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MOMENT,
    OTHER_GUILD,
    REVIEWER,
    World,
    fan,
    fundraiser,
    refused,
)


@pytest.fixture
async def action(world: World) -> Action:
    """A fundraiser for two whose moment has come, with a goal and something given before."""
    published = await world.publish(fundraiser(capacity=2, goal="100", baseline="40", cap="50"))
    for number in (1, 2, 3):
        await world.services.sign_ups.join(fan(number), GUILD, published.action_id)
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
    assert len(tally.rows) == 6
    states = [sign_up.state for sign_up in tally.sign_ups]
    assert states == [SignUpState.IN, SignUpState.IN, SignUpState.WAITLISTED]
    who = {row.participant for row in tally.rows}
    assert tally.sign_ups[0] == TallySignUp(tally.rows[0].participant, SignUpState.IN)
    assert len(who) == 3


async def test_an_action_without_anything_logged_has_an_empty_tally(world: World):
    action = await world.publish()
    tally = await world.services.tallies.tally(GUILD, action.action_id)
    assert (tally.total, tally.pledged, tally.participants, tally.rows) == (Total(), 0, 0, ())


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
    """Nothing is taken after the cut-off, also while the tally waits to be posted."""
    await fill(world, action)
    late_withdrawal = await world.log(action, fan(4), 11)
    late_check = await world.log(action, fan(5), 13)
    world.clock.set(action.log_until)
    at_cut_off = await world.services.tallies.tally(GUILD, action.action_id)

    world.clock.advance(MINUTE)
    services = world.services
    with refused("refused.state.final"):
        await world.log(action, fan(6), 17)
    with refused("refused.state.final"):
        await services.contributions.withdraw(
            fan(4), GUILD, late_withdrawal.contribution.contribution_id
        )
    with refused("refused.state.final"):
        await services.reviews.verify(REVIEWER, GUILD, late_check.contribution.contribution_id)
    world.clock.advance(DAY)
    await world.send_due()

    final = await services.tallies.tally(GUILD, action.action_id)
    assert final.cut_off == action.log_until
    assert final.action.state is ActionState.FINAL
    assert final == replace(at_cut_off, action=final.action)
    assert world.sender.sent[-1].tally == replace(final, action=world.sender.sent[-1].action)
    assert (await world.load(action)).total == final.total


async def test_all_who_ask_at_once_share_one_counting(world: World, action: Action):
    await world.log(action, fan(1))
    tallies = world.services.tallies
    counted = await asyncio.gather(*(tallies.tally(GUILD, action.action_id) for _ in range(20)))
    assert all(tally is counted[0] for tally in counted)
    await world.log(action, fan(2))
    again = await tallies.tally(GUILD, action.action_id)
    assert again.total.logged_count == counted[0].total.logged_count + 1
