"""Looks: the index finds exactly the pictures that are near, however their bits differ."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine import Database
from db.queries.attachments import insert_attachments
from db.queries.ledger import insert_withdrawal
from db.queries.looks import insert_parts, list_candidates, list_details, list_looks
from domain.looks import (
    ALIKE,
    LEAST_PARTS,
    NEAR,
    are_alike,
    detail_of,
    distance,
    parts_of,
    parts_of_views,
    with_detail,
)
from domain.pictures import Picture
from tests.db.seeds import GUILD, NOW, OTHER_GUILD, a_contribution, an_open_action

BITS, FINE = 640, 576


def flipped(look: str, coarse: int, fine: int, rng: random.Random) -> str:
    """A look in which so many bits of its first and its second part are others."""
    places = [FINE + n for n in rng.sample(range(BITS - FINE), coarse)]
    places += rng.sample(range(FINE), fine)
    changed = int(look, 16)
    for place in places:
        changed ^= 1 << place
    return f"{changed:0{BITS // 4}x}"


def some_look(rng: random.Random) -> str:
    return f"{rng.getrandbits(BITS):0{BITS // 4}x}"


def picture(look: str | None, digest: str = "d") -> Picture:
    return Picture("a.webp", "image/webp", b"picture", digest, look)


@given(st.randoms(use_true_random=False), st.integers(0, 64), st.integers(0, FINE))
def test_near_looks_have_as_many_parts_in_common_as_is_said(
    rng: random.Random, coarse: int, fine: int
) -> None:
    look = some_look(rng)
    other = flipped(look, coarse, fine, rng)
    assert are_alike([other], look) == (coarse <= NEAR and fine <= ALIKE)
    assert distance(other, look) == (fine if are_alike([other], look) else None)
    if are_alike([other], look):
        assert len(set(parts_of(look)) & set(parts_of(other))) >= LEAST_PARTS


def test_one_view_that_is_near_is_enough() -> None:
    rng = random.Random(1)
    views = [some_look(rng) for _ in range(5)]
    assert are_alike(views, flipped(views[3], NEAR, ALIKE, rng))
    assert not are_alike(views, flipped(views[3], NEAR + 1, 0, rng))
    assert not are_alike([], views[0])


@pytest.mark.parametrize("seed", range(3))
async def test_exactly_the_near_ones_are_found(database: Database, seed: int) -> None:
    rng = random.Random(seed)
    views = [some_look(rng) for _ in range(4)]
    looks = [
        flipped(rng.choice(views), rng.randint(0, 9), rng.choice((0, ALIKE, ALIKE + 1)), rng)
        for _ in range(60)
    ]
    async with database.write() as conn:
        action = await an_open_action(conn)
        numbers: list[int] = []
        for n in range(0, 60, 3):
            mine = looks[n : n + 3]
            contribution = await a_contribution(conn, action, 100 + n)
            await insert_attachments(
                conn, GUILD, action.action_id, contribution, [picture(look) for look in mine]
            )
            numbers.append(contribution.contribution_id)
        stored = await list_looks(conn, GUILD, numbers)
        assert sorted(one.look for one in stored) == sorted(looks)
        await insert_parts(conn, GUILD, stored)
        await insert_parts(conn, GUILD, stored)
        candidates = await list_candidates(conn, GUILD, parts_of_views(views), but=0)
    assert len({(one.contribution_id, one.position) for one in candidates}) == len(candidates)
    found = {one.look for one in candidates if are_alike(views, one.look)}
    assert found == {look for look in looks if are_alike(views, look)}
    assert 0 < len(found) < len(looks)


async def test_other_servers_and_withdrawn_ones_and_ones_own_are_left_out(
    database: Database,
) -> None:
    look = some_look(random.Random(7))
    async with database.write() as conn:
        kept: dict[str, int] = {}
        for name, guild_id in (
            ("mine", GUILD),
            ("other", GUILD),
            ("gone", GUILD),
            ("far", OTHER_GUILD),
        ):
            action = await an_open_action(conn, guild_id=guild_id, number=len(kept) + 1)
            one = await a_contribution(conn, action, 100 + len(kept))
            await insert_attachments(conn, guild_id, action.action_id, one, [picture(look)])
            await insert_parts(
                conn, guild_id, await list_looks(conn, guild_id, [one.contribution_id])
            )
            kept[name] = one.contribution_id
            if name == "gone":
                await insert_withdrawal(
                    conn,
                    guild_id,
                    withdrawal_id=one.contribution_id + 1000,
                    action_id=action.action_id,
                    contribution=replace(one, withdrawn=True),
                    at=NOW,
                )
        parts = parts_of_views([look])
        found = await list_candidates(conn, GUILD, parts, but=kept["mine"])
    assert [one.contribution_id for one in found] == [kept["other"]]


@given(st.binary(max_size=20), st.randoms(use_true_random=False))
def test_a_detail_is_kept_behind_the_bits_and_changes_nothing_about_them(
    detail: bytes, rng: random.Random
) -> None:
    bits = some_look(rng)
    look = with_detail(bits, detail)
    assert detail_of(look) == (detail or None)
    assert parts_of(look) == parts_of(bits)
    assert are_alike([bits], look)
    assert distance(look, bits) == 0


async def test_details_come_in_the_order_asked_for_and_none_of_older_pictures(
    database: Database,
) -> None:
    rng = random.Random(8)
    bits = [some_look(rng) for _ in range(3)]
    kept = [with_detail(bits[0], b"one"), bits[1], with_detail(bits[2], b"three")]
    async with database.write() as conn:
        action = await an_open_action(conn)
        one = await a_contribution(conn, action, 100)
        pictures = [picture(look) for look in kept]
        await insert_attachments(conn, GUILD, action.action_id, one, pictures)
        stored = await list_looks(conn, GUILD, [one.contribution_id])
        assert sorted(found.look for found in stored) == sorted(bits)
        stored.sort(key=lambda found: -found.position)
        assert await list_details(conn, GUILD, stored) == [b"three", None, b"one"]
        assert await list_details(conn, GUILD, []) == []
