"""Contributions: logged once, held by stated rules, withdrawn, and totals that always add up."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import SQLAlchemyError

from db.queries.actions import set_state
from db.queries.ledger import load_proofs
from domain.actions import Action, ActionState
from domain.errors import Gone, Refusal
from domain.kinds import ProofKind
from domain.ledger import Contribution, HeldReason, Standing, StandingState
from domain.totals import Total
from tests.services.world import (
    DAY,
    GUILD,
    MINUTE,
    MOMENT,
    NOW,
    OTHER_GUILD,
    REVIEWER,
    SECOND,
    World,
    fan,
    fundraiser,
    hashtag,
    refused,
)


@pytest.fixture
async def action(world: World) -> Action:
    """A fundraiser whose moment has come."""
    published = await world.publish()
    world.clock.set(MOMENT)
    return published


async def test_what_is_logged_counts_at_once_with_or_without_a_sign_up(
    world: World, action: Action
):
    await world.services.sign_ups.join(fan(1), GUILD, action.action_id)
    signed_up = await world.log(action, fan(1), 2500)
    await world.log(action, fan(2), 1)
    assert signed_up.contribution == Contribution(
        contribution_id=signed_up.contribution.contribution_id,
        participant_id=signed_up.contribution.participant_id,
        at=MOMENT,
        amount=2500,
        unit_code="USD",
        proof=None,
        held=None,
    )
    assert signed_up.standing == Standing(StandingState.LOGGED, 2500, proved=False, verified=False)
    assert await world.total(action) == Total(logged=2501, logged_count=2)
    assert (await world.load(action)).signed_up == 1


async def test_proof_and_note_are_kept_and_what_has_proof_counts_as_proved(
    world: World, action: Action
):
    logged = await world.services.contributions.log(
        fan(1), GUILD, action.action_id, 700, proof="ABC-123", note="화이팅!"
    )
    assert logged.contribution.proof is ProofKind.CODE
    assert await world.total(action) == Total(700, 1, 700, 1)
    async with world.database.read() as conn:
        proofs = await load_proofs(conn, GUILD, logged.contribution.contribution_id)
    assert proofs == {"code": "ABC-123", "note": "화이팅!"}


async def test_a_hashtag_action_takes_links_as_proof(world: World):
    action = await world.publish(hashtag())
    world.clock.set(MOMENT)
    logged = await world.log(action, fan(1), 3, "https://example.org/status/1")
    assert (logged.contribution.proof, logged.contribution.unit_code) == (ProofKind.LINK, "posts")
    again = await world.log(action, fan(1), 3, "https://example.org/status/1")
    assert again.contribution.held is HeldReason.SAME_CODE
    over_cap = await world.log(action, fan(1), 301, "https://example.org/status/2")
    assert over_cap.contribution.held is HeldReason.OVER_CAP


async def test_two_links_that_differ_in_case_are_two_posts(world: World):
    """`youtu.be/AbC-d` is another video than `youtu.be/abcd`."""
    action = await world.publish(hashtag())
    world.clock.set(MOMENT)
    for link, held in (
        ("https://youtu.be/AbC-d", None),
        ("https://youtu.be/abcd", None),
        ("HTTPS://YOUTU.BE/AbC-d", HeldReason.SAME_CODE),
    ):
        assert (await world.log(action, fan(1), 1, link)).contribution.held is held


async def test_without_a_cap_more_than_the_goal_is_held(world: World):
    with_goal, without = await world.publish(fundraiser(goal="100")), await world.publish()
    world.clock.set(MOMENT)
    assert (await world.log(with_goal, fan(1), 10_000)).contribution.held is None
    assert (await world.log(with_goal, fan(1), 10_001)).contribution.held is HeldReason.OVER_CAP
    assert (await world.log(without, fan(1), 10**15)).contribution.held is HeldReason.OVER_CAP


async def test_the_same_code_by_the_same_person_is_held_however_it_is_written(
    world: World, action: Action
):
    await world.log(action, fan(1), 1000, "Ab-12 cd")
    for again in ("Ab-12 cd", "AB12CD", " ab 12 - cd\n", "ab–12‑cd"):
        logged = await world.log(action, fan(1), 1000, again)
        assert logged.contribution.held is HeldReason.SAME_CODE
        assert logged.standing.state is StandingState.HELD
    other = await world.log(action, fan(1), 1000, "Ab-12 ce")
    assert other.contribution.held is None
    assert await world.total(action) == Total(
        2000, 2, proved=2000, proved_count=2, held=4000, held_count=4
    )


async def test_the_same_code_by_somebody_else_or_in_another_action_is_not_held(
    world: World, action: Action
):
    world.clock.set(NOW)
    elsewhere = await world.publish()
    world.clock.set(MOMENT)
    await world.log(action, fan(1), 1000, "AB12")
    assert (await world.log(action, fan(2), 1000, "AB12")).contribution.held is None
    assert (await world.log(elsewhere, fan(1), 1000, "AB12")).contribution.held is None


async def test_of_one_code_sent_five_times_at_once_one_counts(world: World, action: Action):
    logged = await asyncio.gather(*(world.log(action, fan(1), 10, "AB12") for _ in range(5)))
    assert [entry.contribution.held for entry in logged] == [None] + [HeldReason.SAME_CODE] * 4
    assert (await world.total(action)).logged == 10


async def test_withdrawing_does_not_make_a_code_new(world: World, action: Action):
    first = await world.log(action, fan(1), 1000, "AB12")
    await world.services.contributions.withdraw(fan(1), GUILD, first.contribution.contribution_id)
    again = await world.log(action, fan(1), 1000, "AB12")
    assert again.contribution.held is HeldReason.SAME_CODE


async def test_what_is_over_the_cap_is_held(world: World):
    action = await world.publish(fundraiser(cap="50"))
    world.clock.set(MOMENT)
    assert (await world.log(action, fan(1), 5000)).contribution.held is None
    assert (await world.log(action, fan(1), 5001)).contribution.held is HeldReason.OVER_CAP
    total = await world.total(action)
    assert (total.logged, total.held, total.held_count) == (5000, 5001, 1)


async def test_what_is_logged_outside_the_window_is_held(world: World):
    """Before the moment, and for two weeks after the time for logging."""
    action = await world.publish()
    outside = HeldReason.OUTSIDE_WINDOW
    for instant, held in (
        (NOW, outside),
        (MOMENT - SECOND, outside),
        (MOMENT, None),
        (action.ends_at, None),
        (action.log_until - SECOND, None),
        (action.log_until, outside),
        (action.late_until - SECOND, outside),
    ):
        world.clock.set(instant)
        assert (await world.log(action, fan(1))).contribution.held is held
    assert (await world.load(action)).total == Total(3000, 3, held=4000, held_count=4)
    world.clock.set(action.late_until)
    with refused("refused.state.final"):
        await world.log(action, fan(1))


async def test_what_comes_late_is_in_no_tally_that_was_published(world: World, action: Action):
    """Nor is a late one that a reviewer verified: only an amendment can count it."""
    await world.log(action, fan(1), 700)
    await world.finish(action)
    world.clock.advance(DAY)
    late = await world.log(action, fan(2), 50, "AB12")
    tally = await world.services.tallies.tally(GUILD, action.action_id)
    assert tally.total == Total(700, 1)
    await world.services.reviews.verify(REVIEWER, GUILD, late.contribution.contribution_id)
    tally = await world.services.tallies.tally(GUILD, action.action_id)
    assert tally.total == Total(700, 1)
    assert (await world.load(action)).total == Total(750, 2, 50, 1, 50, 1)


async def test_drafts_cancelled_and_long_final_actions_take_no_contributions(world: World):
    draft, final, cancelled = await world.draft(), await world.publish(), await world.publish()
    async with world.database.write() as conn:
        await set_state(conn, GUILD, cancelled.action_id, ActionState.CANCELLED)
    world.clock.set(final.late_until)
    for action, key, kind in (
        (draft, "refused.no_such_action", Gone),
        (final, "refused.state.final", Refusal),
        (cancelled, "refused.state.cancelled", Refusal),
    ):
        with refused(key, kind):
            await world.log(action, fan(1))
        assert await world.services.contributions.list_own(fan(1), GUILD, limit=9) == []


async def test_another_servers_action_and_contribution_do_not_exist_here(
    world: World, action: Action
):
    logged = await world.log(action, fan(1))
    contributions = world.services.contributions
    for guild_id, action_id in ((OTHER_GUILD, action.action_id), (GUILD, 404)):
        with refused("refused.no_such_action", Gone):
            await contributions.log(fan(1), guild_id, action_id, 5)
    for guild_id, number in ((OTHER_GUILD, logged.contribution.contribution_id), (GUILD, 404)):
        with refused("refused.no_such_contribution", Gone):
            await contributions.withdraw(fan(1), guild_id, number)
    assert await contributions.list_own(fan(1), OTHER_GUILD, limit=9) == []


async def test_withdrawing_takes_it_out_once(world: World, action: Action):
    logged = await world.log(action, fan(1), 700, "AB12")
    await world.log(action, fan(1), 50)
    number = logged.contribution.contribution_id
    withdraw = world.services.contributions.withdraw

    done = await withdraw(fan(1), GUILD, number)
    assert (done.changed, done.contribution.withdrawn) == (True, True)
    assert done.standing.state is StandingState.WITHDRAWN
    again = await withdraw(fan(1), GUILD, number)
    assert (again.changed, again.contribution) == (False, done.contribution)
    assert await world.total(action) == Total(50, 1, withdrawn=700, withdrawn_count=1)


async def test_a_double_click_withdraws_once(world: World, action: Action):
    number = (await world.log(action, fan(1), 700)).contribution.contribution_id
    clicks = await asyncio.gather(
        *(world.services.contributions.withdraw(fan(1), GUILD, number) for _ in range(4))
    )
    assert [click.changed for click in clicks] == [True, False, False, False]
    assert await world.total(action) == Total(withdrawn=700, withdrawn_count=1)


async def test_only_ones_own_contribution_can_be_withdrawn(world: World, action: Action):
    """Not by another fan, nor by a reviewer, nor by somebody who never took part."""
    number = (await world.log(action, fan(1))).contribution.contribution_id
    await world.log(action, fan(2))
    for who in (fan(2), fan(3), REVIEWER):
        with refused("refused.not_your_contribution", Gone):
            await world.services.contributions.withdraw(who, GUILD, number)
    assert (await world.total(action)).withdrawn_count == 0


async def test_what_is_held_and_what_is_verified_can_be_withdrawn_too(world: World, action: Action):
    await world.log(action, fan(1), 10, "AB12")
    held = await world.log(action, fan(1), 20, "AB12")
    verified = await world.log(action, fan(1), 40)
    await world.services.reviews.verify(REVIEWER, GUILD, verified.contribution.contribution_id)
    for entry in (held, verified):
        await world.services.contributions.withdraw(
            fan(1), GUILD, entry.contribution.contribution_id
        )
    assert await world.total(action) == Total(
        10, 1, proved=10, proved_count=1, withdrawn=60, withdrawn_count=2
    )


async def test_what_is_withdrawn_late_stays_in_a_tally_that_was_published(
    world: World, action: Action
):
    number = (await world.log(action, fan(1), 700)).contribution.contribution_id
    later = (await world.log(action, fan(1), 5)).contribution.contribution_id
    withdraw = world.services.contributions.withdraw
    await world.finish(action)
    assert (await withdraw(fan(1), GUILD, number)).changed
    tally = await world.services.tallies.tally(GUILD, action.action_id)
    assert tally.total == Total(705, 2)
    assert (await world.load(action)).total == Total(5, 1, withdrawn=700, withdrawn_count=1)
    world.clock.set(action.late_until)
    with refused("refused.state.final"):
        await withdraw(fan(1), GUILD, later)
    assert not (await withdraw(fan(1), GUILD, number)).changed


async def test_one_sees_ones_own_contributions_newest_first(world: World, action: Action):
    numbers: list[int] = []
    for amount in (1, 2, 3):
        world.clock.advance(MINUTE)
        logged = await world.log(action, fan(1), amount)
        numbers.append(logged.contribution.contribution_id)
    await world.log(action, fan(2), 4)
    await world.services.contributions.withdraw(fan(1), GUILD, numbers[0])
    await world.services.reviews.do_not_count(REVIEWER, GUILD, numbers[1], "no such transfer")
    own = await world.services.contributions.list_own(fan(1), GUILD, limit=9)
    assert [
        (o.contribution.amount, o.contribution.withdrawn, o.check and o.check.reason) for o in own
    ] == [(3, False, None), (2, False, "no such transfer"), (1, True, None)]
    list_own = world.services.contributions.list_own
    assert await list_own(fan(1), GUILD, limit=1, offset=2) == own[2:]
    assert await list_own(fan(3), GUILD, limit=9) == []


async def test_of_two_hundred_at_once_the_good_ones_count_and_the_bad_are_told(
    world: World, action: Action
):
    """The bad ones: no such action, a draft, and an amount that the database can't hold."""
    draft = await world.draft()

    async def log(number: int) -> Contribution:
        target = {3: 404, 6: draft.action_id}.get(number % 10, action.action_id)
        amount = 1 << 70 if number % 10 == 9 else number + 1
        logged = await world.services.contributions.log(
            fan(number), GUILD, target, amount, proof=f"code {number}"
        )
        return logged.contribution

    outcomes = await asyncio.gather(*(log(n) for n in range(200)), return_exceptions=True)
    for number, outcome in enumerate(outcomes):
        match number % 10:
            case 3:
                assert isinstance(outcome, Gone)
            case 6:
                assert isinstance(outcome, Refusal)
                assert outcome.key == "refused.no_such_action"
            case 9:
                assert isinstance(outcome, SQLAlchemyError | OverflowError)
            case _:
                assert isinstance(outcome, Contribution)
                assert outcome.amount == number + 1
    good = [n + 1 for n in range(200) if n % 10 not in (3, 6, 9)]
    assert await world.total(action) == Total(sum(good), len(good), sum(good), len(good))
    tally = await world.services.tallies.tally(GUILD, action.action_id)
    assert tally.participants == len(good)


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("log"),
            st.integers(0, 4),
            st.integers(1, 70),
            st.sampled_from(["", "a", "A ", "b"]),
        ),
        st.tuples(
            st.sampled_from(["withdraw", "verify", "do_not_count"]),
            st.integers(0, 4),
            st.integers(0, 30),
            st.just(""),
        ),
    ),
    min_size=1,
    max_size=12,
)
GUILDS = itertools.count(5000)


@given(bursts=st.lists(STEPS, min_size=1, max_size=5))
@settings(
    max_examples=30,
    deadline=None,
    # The database is reused; every example has a server of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_after_anything_that_can_happen_the_totals_are_those_of_the_ledger(
    sqlite_world: World, bursts: list[list[tuple[str, int, int, str]]]
):
    """What comes in a burst comes at once; what is refused changes nothing."""
    world, guild_id = sqlite_world, next(GUILDS)
    world.clock.set(NOW)
    await world.set_up(guild_id)
    action = await world.publish(fundraiser(cap="0.50"), guild_id)
    world.clock.set(MOMENT - MINUTE)
    logged: list[int] = []

    async def act(step: str, who: int, number: int, proof: str) -> None:
        if step == "log":
            entry = await world.log(action, fan(who), number, proof)
            logged.append(entry.contribution.contribution_id)
            return
        target = logged[number % len(logged)] if logged else 404
        services = world.services
        if step == "withdraw":
            await services.contributions.withdraw(fan(who), guild_id, target)
        elif step == "verify":
            await services.reviews.verify(REVIEWER, guild_id, target)
        else:
            await services.reviews.do_not_count(REVIEWER, guild_id, target, "reason")

    for burst in bursts:
        outcomes = await asyncio.gather(*(act(*step) for step in burst), return_exceptions=True)
        assert [o for o in outcomes if o is not None and not isinstance(o, Refusal)] == []
        total = await world.total(action)
        counts = (
            total.logged_count + total.held_count + total.withdrawn_count + total.not_counted_count
        )
        assert counts == len(logged)
        world.clock.advance(MINUTE)

    world.clock.set(action.ends_at + DAY)
    before = await world.total(action)
    await world.finish(action)
    assert await world.total(action) == before
