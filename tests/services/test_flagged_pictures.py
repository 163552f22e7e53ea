"""Flags for pictures: nearly identical ones are told, others of the same layout are not."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import time, timedelta

import pytest
from PIL.Image import Image

from benchmarks.proof_images import (
    as_png,
    made_smaller,
    photo,
    play_counts,
    receipt,
    recompressed,
)
from db.queries.attachments import load_attachments
from domain.actions import Action
from domain.entries import EntryFile
from domain.flags import Flag
from domain.kinds import Kind
from domain.looks import ALIKE_IN_ONE_LAYOUT
from domain.pictures import Picture
from domain.votes import VoteApp
from services.actions import Typed
from services.ledger import Logged
from services.pictures import keep
from tests.services.test_flagging import in_short, looks, picture, two_parties
from tests.services.world import GUILD, MOMENT, ORGANISER, World, at, fan, fundraiser

ALICE, BEN, CARLA = fan(1), fan(2), fan(3)
TEXT_FILE = EntryFile("letter.txt", "text/plain", b"Dear all")


def regular(rng: random.Random) -> Image:
    """One of the receipts of a donor who gives the same every day."""
    return receipt(rng, regular=True)


async def log_picture(world: World, action: Action, who: int, shown: Picture) -> Logged:
    return await world.services.contributions.log(
        fan(who), GUILD, action.action_id, 5, pictures=[shown]
    )


async def test_the_same_and_a_nearly_identical_picture_are_told_apart(world: World) -> None:
    one, other = await two_parties(world)
    look, far = looks(1), looks(2)
    first = await log_picture(world, one, 1, picture("a", look))
    same = await log_picture(world, other, 2, picture("a", look))
    alike = await log_picture(world, one, 3, picture("b", f"{int(look, 16) ^ 0b1011:0160x}"))
    unlike = await log_picture(world, one, 4, picture("c", far))
    blank = await log_picture(world, one, 5, picture("d", None))
    found = await in_short(world, first, same, alike, unlike, blank)
    assert found == [
        (0, Flag.LIKE_IMAGE, 2),
        (0, Flag.SAME_IMAGE, 1),
        (1, Flag.SAME_IMAGE, 0),
        (2, Flag.LIKE_IMAGE, 0),
    ]


async def test_voting_screens_are_only_told_where_they_are_the_same_file(world: World) -> None:
    draft = await world.draft(Typed(Kind.VOTE, "Vote", at(MOMENT), None, None, {}))
    app = VoteApp(0, "Star", 3, time(0), "Asia/Seoul")
    await world.services.vote_apps.add(ORGANISER, GUILD, draft.action_id, app)
    vote = await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)
    party, _ = await two_parties(world)
    look = looks(1)

    async def tick(who: int, shown: Picture) -> Logged:
        ids = GUILD, vote.action_id
        ticked = await world.services.ticks.tap(fan(who), *ids, 1, MOMENT.date())
        number = ticked.contribution.contribution_id
        return await world.services.contributions.add_proof(
            fan(who), GUILD, number, pictures=[shown]
        )

    first = await tick(1, picture("a", look))
    alike = await tick(2, picture("b", look))
    elsewhere = await log_picture(world, party, 3, picture("c", look))
    same = await tick(4, picture("b", look))
    assert await in_short(world, first, alike, elsewhere, same) == [
        (1, Flag.SAME_IMAGE, 3),
        (3, Flag.SAME_IMAGE, 1),
    ]


def streaming() -> Typed:
    return Typed(Kind.STREAM, "Stream", at(MOMENT), None, None, {"links": "https://youtu.be/x"})


@pytest.mark.parametrize(("typed", "draw"), [(fundraiser(), regular), (streaming(), play_counts)])
async def test_of_one_layout_a_rescaled_copy_is_told_and_another_is_not(
    world: World, typed: Typed, draw: Callable[[random.Random], Image]
) -> None:
    action, rng = await world.publish(typed), random.Random(1)
    world.clock.set(MOMENT + timedelta(minutes=10))
    image = draw(rng)
    files = [as_png(image), *(as_png(draw(rng)) for _ in range(3))]
    files.append(made_smaller(0.5, 60, image, rng))
    pictures = await keep([EntryFile("proof.png", "image/png", data) for data in files])
    logged = [await log_picture(world, action, n, shown) for n, shown in enumerate(pictures)]
    assert await in_short(world, *logged) == [(0, Flag.LIKE_IMAGE, 4), (4, Flag.LIKE_IMAGE, 0)]


@pytest.mark.parametrize("detailed", [True, False])
async def test_of_one_layout_looks_from_before_details_are_alike_in_few_bits(
    world: World, detailed: bool
) -> None:
    drive = await world.publish(fundraiser())
    world.clock.set(MOMENT)
    (shown,) = await keep([EntryFile("a.png", "image/png", as_png(regular(random.Random(1))))])
    look = shown.views[0]
    within, beyond = ((1 << bits) - 1 for bits in (ALIKE_IN_ONE_LAYOUT, ALIKE_IN_ONE_LAYOUT + 1))
    first = await log_picture(world, drive, 1, picture("a", f"{int(look, 16) ^ within:0160x}"))
    other = await log_picture(
        world, drive, 2, picture("b", f"{int(look, 16) ^ beyond << 64:0160x}")
    )
    new = await log_picture(world, drive, 3, shown if detailed else picture("c", look))
    assert (0, Flag.LIKE_IMAGE, 2) in await in_short(world, first, other, new)
    assert (1, Flag.LIKE_IMAGE, 2) not in await in_short(world, first, other, new)


async def test_pictures_that_are_entered_are_compared_and_kept_as_they_are(world: World) -> None:
    texts = {"recipient": "The label", "rules": "One page, by hand"}
    call = await world.publish(Typed(Kind.SUBMISSION, "Letters", at(MOMENT), None, None, texts))
    image = photo(random.Random(1), (320, 240))
    files = [
        EntryFile("letter.png", "image/png", as_png(image)),
        EntryFile("letter.jpg", "image/jpeg", recompressed(60, image, random.Random(1))),
        EntryFile("other.png", "image/png", as_png(photo(random.Random(2), (320, 240)))),
    ]
    entered = [
        await world.services.entries.enter(who, GUILD, call.action_id, files=[TEXT_FILE, file])
        for who, file in zip((ALICE, BEN, CARLA), files, strict=True)
    ]
    assert await in_short(world, *entered) == [(0, Flag.LIKE_IMAGE, 1), (1, Flag.LIKE_IMAGE, 0)]
    async with world.database.read() as conn:
        kept = await load_attachments(conn, GUILD, entered[1].contribution.contribution_id)
    assert [file.data for file in kept] == [TEXT_FILE.data, files[1].data]
