"""Proof that follows: one's own, once, and it moves what is proved and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.queries.attachments import load_attachments
from db.queries.ledger import list_contributions, list_proofs
from domain.actions import LATE_FOR, Action
from domain.errors import Gone, Refusal
from domain.evidence import MOST_PROOFS
from domain.kinds import Kind, ProofKind
from domain.ledger import HeldReason, StandingState
from domain.life_cycle import Step
from domain.pictures import Picture
from domain.totals import Total
from services.actions import Typed
from services.ledger import Logged
from tests.services.world import (
    GUILD,
    MINUTE,
    MOMENT,
    ORGANISER,
    OTHER_GUILD,
    REVIEWER,
    SECOND,
    World,
    at,
    fan,
    hashtag,
    refused,
)

TICK = timedelta(microseconds=1)
MESSAGE = "https://discord.com/channels/1/2/3"


def picture(name: str = "receipt.png", digest: str = "d1") -> Picture:
    return Picture(name, "image/png", name.encode(), digest, "00ff00ff00ff00ff")


@pytest.fixture
async def action(world: World) -> Action:
    """A fundraiser whose moment has come."""
    published = await world.publish()
    world.clock.set(MOMENT)
    return published


async def prove(world: World, logged: Logged, who: int = 1, text: str = "AB-12") -> Logged:
    number = logged.contribution.contribution_id
    return await world.services.contributions.add_proof(fan(who), GUILD, number, text=text)


async def test_a_proof_that_follows_makes_it_proved(world: World, action: Action):
    logged = await world.log(action, fan(1), 700)
    world.clock.advance(MINUTE)
    proved = await prove(world, logged)
    assert proved.contribution.proof is ProofKind.CODE
    assert (proved.contribution.at, proved.contribution.amount) == (MOMENT, 700)
    assert (proved.standing.state, proved.standing.proved) == (StandingState.LOGGED, True)
    assert await world.total(action) == Total(700, 1, 700, 1)
    (own,) = await world.services.contributions.list_own(fan(1), GUILD, limit=9)
    assert own.contribution == proved.contribution


async def test_a_tally_up_to_an_instant_knows_only_the_proofs_until_then(
    world: World, action: Action
):
    logged = await world.log(action, fan(1), 700)
    world.clock.advance(MINUTE)
    await prove(world, logged)
    async with world.database.read() as conn:
        for until, proof in (
            (MOMENT, None),
            (MOMENT + MINUTE - TICK, None),
            (MOMENT + MINUTE, ProofKind.CODE),
        ):
            (entry,) = await list_contributions(conn, GUILD, action.action_id, until=until)
            assert entry.proof is proof


async def test_a_further_proof_only_adds_to_what_is_there(world: World, action: Action):
    logged = await world.log(action, fan(1), 700, "AB-12")
    number = logged.contribution.contribution_id
    await prove(world, logged, text="CD-34\nEF-56")
    add = world.services.contributions.add_proof
    done = await add(
        fan(1), GUILD, number, pictures=[picture(), picture("same.png"), picture("x", "d2")]
    )
    assert done.contribution.proof is ProofKind.CODE
    async with world.database.read() as conn:
        said = await list_proofs(conn, GUILD, number)
        files = await load_attachments(conn, GUILD, number)
    assert [(one.item, one.position, one.value) for one in said] == [
        ("code", 1, "AB-12"),
        ("code", 2, "CD-34"),
        ("code", 3, "EF-56"),
        ("image", 1, "same.png"),
        ("image", 2, "x"),
    ]
    assert [file.name for file in files] == ["same.png", "x"]
    assert await world.total(action) == Total(700, 1, 700, 1)


async def test_pictures_prove_what_is_logged_with_them(world: World, action: Action):
    log = world.services.contributions.log
    logged = await log(fan(1), GUILD, action.action_id, 700, pictures=[picture()])
    assert (logged.contribution.proof, logged.standing.proved) == (ProofKind.IMAGE, True)
    again = await log(fan(1), GUILD, action.action_id, 700, pictures=[picture("again.png")])
    assert again.contribution.held is HeldReason.SAME_CODE
    other = await log(fan(2), GUILD, action.action_id, 700, pictures=[picture()])
    assert other.contribution.held is None


@pytest.mark.parametrize("held", [False, True])
async def test_the_same_proof_does_not_prove_two(world: World, action: Action, held: bool):
    """Else it would be two that count by one code: what counts is not held any more."""
    first = await world.log(action, fan(1), 700, "AB-12")
    second = await world.log(action, fan(1), 700, "AB-12" if held else "")
    before = await world.total(action)
    for logged in (first, second):
        with refused("proof.given_before"):
            await prove(world, logged, text="ab 12")
    assert await world.total(action) == before
    assert (await prove(world, await world.log(action, fan(2), 5), 2)).standing.proved


async def test_what_is_held_stays_held_whatever_proof_follows(world: World, action: Action):
    await world.log(action, fan(1), 700, "AB-12")
    held = await world.log(action, fan(1), 700, "AB-12")
    done = await prove(world, held, text="CD-34")
    assert done.standing.state is StandingState.HELD
    total = await world.total(action)
    assert (total.logged, total.held) == (700, 700)


async def test_what_is_held_without_proof_is_proved_once_it_is_verified(world: World):
    action = await world.publish()
    held = await world.log(action, fan(1), 700)
    assert held.contribution.held is HeldReason.OUTSIDE_WINDOW
    await prove(world, held)
    assert (await world.total(action)).proved == 0
    await world.services.reviews.verify(REVIEWER, GUILD, held.contribution.contribution_id)
    total = await world.total(action)
    assert (total.proved, total.verified) == (700, 700)


async def test_only_ones_own_is_proved(world: World, action: Action):
    logged = await world.log(action, fan(1))
    for who in (fan(2), REVIEWER, ORGANISER):
        with refused("refused.not_your_contribution", Gone):
            await world.services.contributions.add_proof(
                who, GUILD, logged.contribution.contribution_id, text="AB-12"
            )
    with refused("refused.no_such_contribution", Gone):
        await world.services.contributions.add_proof(
            fan(1), OTHER_GUILD, logged.contribution.contribution_id, text="AB-12"
        )
    assert (await world.total(action)).proved == 0


async def test_what_is_withdrawn_needs_no_proof(world: World, action: Action):
    logged = await world.log(action, fan(1))
    await world.services.contributions.withdraw(fan(1), GUILD, logged.contribution.contribution_id)
    with refused("proof.withdrawn"):
        await prove(world, logged)


async def test_a_proof_of_nothing_and_one_too_many_are_refused(world: World, action: Action):
    logged = await world.log(action, fan(1))
    with refused("proof.nothing_given"):
        await prove(world, logged, text="")
    codes = "\n".join(f"code {number}" for number in range(MOST_PROOFS))
    await prove(world, logged, text=codes)
    with refused("proof.too_many"):
        await prove(world, logged, text="one more 1")


async def test_a_note_is_no_proof_and_takes_no_place_of_one(world: World, action: Action):
    log = world.services.contributions.log
    logged = await log(fan(1), GUILD, action.action_id, 1000, note="for my sister too")
    codes = "\n".join(f"code {number}" for number in range(MOST_PROOFS))
    await prove(world, logged, text=codes)
    with refused("proof.too_many"):
        await prove(world, logged, text="one more 1")


async def test_ones_own_message_proves_a_post_and_no_donation(world: World, action: Action):
    add = world.services.contributions.add_proof
    donation = await world.log(action, fan(1))
    with refused("proof.posted_receipt"):
        await add(fan(1), GUILD, donation.contribution.contribution_id, message_link=MESSAGE)
    world.clock.set(MOMENT - MINUTE)
    party = await world.publish(hashtag())
    world.clock.set(MOMENT)
    post = await world.log(party, fan(1), 3)
    done = await add(fan(1), GUILD, post.contribution.contribution_id, message_link=MESSAGE)
    assert done.contribution.proof is ProofKind.MESSAGE


async def test_proof_is_taken_until_two_weeks_after_the_time_for_logging(
    world: World, action: Action
):
    first, second = await world.log(action, fan(1)), await world.log(action, fan(1))
    world.clock.set(action.log_until + LATE_FOR - SECOND)
    assert len(await world.services.contributions.list_provable(fan(1), GUILD)) == 2
    await prove(world, first)
    published = await world.services.tallies.tally(GUILD, action.action_id)
    assert (published.total.proved, (await world.load(action)).total.proved) == (0, 1000)
    world.clock.advance(SECOND)
    with refused("refused.state.final"):
        await prove(world, second, text="CD-34")
    assert await world.services.contributions.list_provable(fan(1), GUILD) == []


async def test_what_can_be_proved_is_listed_newest_first(world: World, action: Action):
    """One's own, not withdrawn, and of no action that was cancelled."""
    contributions = world.services.contributions
    assert await contributions.list_provable(fan(1), GUILD) == []
    world.clock.set(MOMENT - MINUTE)
    cancelled = await world.publish()
    world.clock.set(MOMENT)
    await world.log(cancelled, fan(1), 1)
    for amount in (2, 3, 4):
        logged = await world.log(action, fan(1), amount)
    await world.log(action, fan(2), 5)
    await contributions.withdraw(fan(1), GUILD, logged.contribution.contribution_id)
    cancel = (cancelled.action_id, Step.CANCEL)
    await world.services.life_cycle.take(ORGANISER, GUILD, *cancel, reason="rain")
    listed = await contributions.list_provable(fan(1), GUILD)
    assert [own.contribution.amount for own in listed] == [3, 2]
    assert await contributions.list_provable(fan(1), OTHER_GUILD) == []


def a_drive(links: str) -> Typed:
    return Typed(Kind.STREAM, "Stream it", at(MOMENT), None, None, {"links": links})


async def test_streams_say_where_if_that_is_one_of_the_actions_platforms(world: World):
    two = await world.publish(a_drive("https://youtu.be/a https://open.spotify.com/b"))
    one = await world.publish(a_drive("https://youtu.be/a"))
    world.clock.set(MOMENT)
    log = world.services.contributions.log

    async def source(action: Action, chosen: str | None) -> str | None:
        await log(fan(1), GUILD, action.action_id, 5, source=chosen)
        (own,) = await world.services.contributions.list_own(fan(1), GUILD, limit=1)
        return own.contribution.source

    assert await source(two, "Spotify") == "Spotify"
    assert await source(two, None) is None
    assert await source(one, None) is None, "none is guessed"
    assert await source(one, "YouTube") == "YouTube"
    with refused("refused.source_gone", Refusal):
        await source(one, "Spotify")
