"""Flags: what has something in common with another contribution is told, and changes nothing."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.queries.flags import IS_FLAGGED, list_flags
from db.tables import contribution
from domain.actions import Action
from domain.flags import Flag, Flagged
from domain.kinds import Kind
from domain.pictures import Picture
from services import flagging
from services.actions import Typed
from services.flagging import outlier_limit
from services.ledger import Logged
from tests.services.world import GUILD, MOMENT, OTHER_GUILD, World, at, fan, fundraiser, hashtag

TWEET = "https://twitter.com/fan/status/{}?s=20"
ALICE, BEN, CARLA = fan(1), fan(2), fan(3)


def tweet(after: timedelta) -> str:
    """The link of a post so long after the moment."""
    milliseconds = int((MOMENT + after).timestamp() * 1000) - 1_288_834_974_657
    return TWEET.format(milliseconds << 22)


LINK = tweet(timedelta(minutes=5))
SAME = LINK.replace("twitter.com", "mobile.twitter.com").replace("?s=20", "/photo/1?t=x")


def looks(seed: int) -> str:
    return f"{random.Random(seed).getrandbits(640):0160x}"


def picture(digest: str, look: str | None) -> Picture:
    return Picture("a.webp", "image/webp", b"kept", digest, look, (look,) if look else ())


async def flags(world: World, *logged: Logged, guild_id: int = GUILD) -> list[Flagged]:
    ids = [one.contribution.contribution_id for one in logged]
    async with world.database.read() as conn:
        return await list_flags(conn, guild_id, ids)


async def in_short(world: World, *logged: Logged) -> list[tuple[int, Flag, int | None]]:
    """The flags, each with the places of the contribution and the other one among those given."""
    places = {one.contribution.contribution_id: n for n, one in enumerate(logged)}
    return [
        (places[one.contribution_id], one.flag, places.get(one.other_id or 0))
        for one in await flags(world, *logged)
    ]


async def two_parties(world: World) -> tuple[Action, Action]:
    one, other = await world.publish(hashtag("One")), await world.publish(hashtag("Other"))
    world.clock.set(MOMENT + timedelta(minutes=10))
    return one, other


async def test_the_same_link_in_two_actions_flags_both(world: World) -> None:
    one, other = await two_parties(world)
    first = await world.log(one, ALICE, 5, LINK)
    assert await flags(world, first) == []
    alone = await world.log(one, CARLA, 5, tweet(timedelta(minutes=6)))
    second = await world.log(other, BEN, 5, SAME)
    assert await in_short(world, first, second, alone) == [
        (0, Flag.SAME_LINK, 1),
        (1, Flag.SAME_LINK, 0),
    ]
    told = (await flags(world, second))[0].other
    assert told is not None
    assert (told.action_number, told.at, told.same_person) == (
        one.number,
        first.contribution.at,
        False,
    )
    assert (await world.total(other)).logged == 5


async def test_the_first_flag_of_a_kind_stays(world: World) -> None:
    one, other = await two_parties(world)
    logged = [await world.log(one, who, 5, LINK) for who in (ALICE, BEN)]
    logged.append(await world.log(other, CARLA, 5, LINK))
    found = await in_short(world, *logged)
    assert found[:2] == [(0, Flag.SAME_LINK, 1), (1, Flag.SAME_LINK, 0)]
    assert found[2][:2] == (2, Flag.SAME_LINK)


async def test_what_one_person_gave_twice_is_held_and_flagged(world: World) -> None:
    action, _ = await two_parties(world)
    first, second = [await world.log(action, ALICE, 5, LINK) for _ in range(2)]
    assert second.contribution.held is not None
    assert len(await in_short(world, first, second)) == 2
    told = (await flags(world, second))[0].other
    assert told is not None
    assert told.same_person


async def test_nothing_is_flagged_across_servers(world: World) -> None:
    await world.set_up(OTHER_GUILD)
    here = await world.publish(hashtag())
    there = await world.publish(hashtag(), guild_id=OTHER_GUILD)
    world.clock.set(MOMENT + timedelta(minutes=10))
    look = looks(1)
    for action in (here, there):
        logged = await world.services.contributions.log(
            ALICE, action.guild_id, action.action_id, 5, proof=LINK, pictures=[picture("a", look)]
        )
        assert await flags(world, logged, guild_id=action.guild_id) == []


async def test_a_withdrawn_contribution_flags_nobody(world: World) -> None:
    action, other = await two_parties(world)
    first = await world.log(action, ALICE, 5, LINK)
    number = first.contribution.contribution_id
    await world.services.contributions.withdraw(ALICE, GUILD, number)
    assert await flags(world, await world.log(other, BEN, 5, LINK)) == []


async def test_the_same_code_is_told_whatever_its_spelling(world: World) -> None:
    action = await world.publish(fundraiser())
    world.clock.set(MOMENT + timedelta(minutes=10))
    first, second = [
        await world.log(action, who, 500, code)
        for who, code in ((ALICE, "MAM-1234"), (BEN, "mam 1234"))
    ]
    assert await in_short(world, first, second) == [
        (0, Flag.SAME_CODE, 1),
        (1, Flag.SAME_CODE, 0),
    ]


@pytest.mark.parametrize(
    ("after", "flagged"), [(timedelta(seconds=-1), True), (timedelta(seconds=1), False)]
)
async def test_a_post_from_before_the_moment_is_told(
    world: World, after: timedelta, flagged: bool
) -> None:
    action, _ = await two_parties(world)
    logged = await world.log(action, ALICE, 5, tweet(after))
    assert [one.flag for one in await flags(world, logged)] == [Flag.BEFORE_MOMENT] * flagged


async def test_a_post_from_before_the_moment_is_told_wherever_all_is_done_from_it_on(
    world: World,
) -> None:
    typed = Typed(Kind.STREAM, "Stream", at(MOMENT), None, None, {"links": "https://youtu.be/x"})
    action = await world.publish(typed)
    world.clock.set(MOMENT + timedelta(minutes=10))
    logged = await world.log(action, ALICE, 5, tweet(timedelta(days=-9)))
    assert [one.flag for one in await flags(world, logged)] == [Flag.BEFORE_MOMENT]


async def test_an_older_post_can_be_entered(world: World) -> None:
    texts = {"recipient": "The label", "rules": "One page, by hand"}
    call = await world.publish(Typed(Kind.SUBMISSION, "Letters", at(MOMENT), None, None, texts))
    logged = await world.services.entries.enter(
        ALICE, GUILD, call.action_id, link=tweet(timedelta(days=-9))
    )
    assert await flags(world, logged) == []


async def test_a_proof_that_follows_is_looked_at_too(world: World) -> None:
    action, other = await two_parties(world)
    first = await world.log(other, BEN, 5, LINK)
    late = await world.log(action, ALICE, 5)
    assert await flags(world, late) == []
    number = late.contribution.contribution_id
    await world.services.contributions.add_proof(ALICE, GUILD, number, text=SAME)
    assert len(await in_short(world, first, late)) == 2


async def test_statements_can_ask_for_what_is_flagged(world: World) -> None:
    one, other = await two_parties(world)
    logged = [await world.log(where, who, 5, LINK) for where, who in ((one, ALICE), (other, BEN))]
    await world.log(one, CARLA, 5)
    async with world.database.read() as conn:
        found = await conn.scalars(select(contribution.c.contribution_id).where(IS_FLAGGED))
        assert set(found) == {one.contribution.contribution_id for one in logged}


async def test_the_limit_of_outliers_is_that_of_what_stands(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = await world.publish(fundraiser())
    world.clock.set(MOMENT + timedelta(minutes=10))

    async def limit() -> int | None:
        async with world.database.read() as conn:
            return await outlier_limit(conn, await world.load(action), "USD")

    for n in range(19):
        await world.log(action, fan(n), 1000 + 100 * n)
    assert await limit() is None
    huge = await world.log(action, fan(99), 90_000_000)
    assert await limit() is None, "it is remembered for some minutes"
    monkeypatch.setattr(flagging, "REMEMBERED_S", 0)
    flagging.forget_limits()
    told = await limit()
    assert told is not None
    assert 2800 < told < 90_000_000
    await world.services.contributions.withdraw(fan(99), GUILD, huge.contribution.contribution_id)
    assert await limit() is None


async def test_of_many_amounts_some_tell_what_is_usual(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = await world.publish(fundraiser())
    world.clock.set(MOMENT + timedelta(minutes=10))
    for n in range(60):
        await world.log(action, fan(n), 1000 if n % 2 else 2000)
    monkeypatch.setattr(flagging, "MOST_AMOUNTS", 25)
    async with world.database.read() as conn:
        assert await outlier_limit(conn, await world.load(action), "USD") is not None
        monkeypatch.setattr(flagging, "MOST_AMOUNTS", 19)
        flagging.forget_limits()
        assert await outlier_limit(conn, await world.load(action), "USD") is None
