"""Time polls: kept counts, closing once, and posting again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from db.queries.polls import list_open
from domain.errors import Gone, NotAllowed, Refusal
from domain.kinds import Kind
from domain.polls import Poll
from services.polls import NotPosted
from tests.services.stand_ins import forbidden, unreachable
from tests.services.world import (
    CHANNEL,
    GUILD,
    HOUR,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_GUILD,
    OTHER_ORGANISER,
    World,
    at,
    fan,
    refused,
    until,
)

TIMES = [at(MOMENT), at(MOMENT + HOUR), at(MOMENT + 2 * HOUR)]


async def opened(world: World) -> Poll:
    return await world.services.polls.open(ORGANISER, GUILD, Kind.HASHTAG, "When?", TIMES)


def counts(poll: Poll) -> list[int]:
    return [slot.ticks for slot in poll.slots]


async def test_a_poll_is_stored_and_posted(world: World):
    poll = await opened(world)
    assert poll.post is not None
    assert poll.post.channel_id == CHANNEL
    found = await world.services.polls.find(GUILD, poll.poll_id)
    assert found == poll
    assert [slot.starts for slot in found.slots] == TIMES


async def test_counters_are_what_the_ticks_add_up_to(world: World):
    poll, polls = await opened(world), world.services.polls
    ids = (GUILD, poll.poll_id)
    await asyncio.gather(
        *(polls.tick(fan(n), *ids, {1 + n % 3, 1 + (n + 1) % 3}) for n in range(6)),
        polls.tick(fan(0), *ids, {3}),
    )
    assert counts(await polls.tick(fan(0), *ids, {3})) == counts(await polls.find(*ids))
    ticks = [await polls.ticked(fan(n), *ids) for n in range(6)]
    added_up = [sum(slot in ticked for ticked in ticks) for slot in (1, 2, 3)]
    assert counts(await polls.find(*ids)) == added_up
    await asyncio.gather(*(polls.tick(fan(n), *ids, set()) for n in range(6)))
    assert counts(await polls.find(*ids)) == [0, 0, 0]
    assert await polls.ticked(fan(99), *ids) == frozenset()


async def test_a_hundred_ticks_are_drawn_a_few_times(world: World):
    poll = await opened(world)
    world.sender.ready.set()
    await world.services.redraws.flush()
    before = len(world.sender.polls)
    await asyncio.gather(
        *(world.services.polls.tick(fan(n), GUILD, poll.poll_id, {1}) for n in range(100))
    )
    await world.services.redraws.flush()
    assert 1 <= len(world.sender.polls) - before < 20
    assert counts(world.sender.polls[-1]) == [100, 0, 0]


async def test_a_closed_poll_is_refused_ticks_and_may_get_another_winner(world: World):
    poll, polls = await opened(world), world.services.polls
    ids = (GUILD, poll.poll_id)
    closed = await polls.close(ORGANISER, *ids, 2)
    assert (closed.winner, closed.closed_at) == (2, world.clock.now())
    with refused("poll.closed_already"):
        await polls.tick(fan(1), *ids, {1})
    world.clock.advance(HOUR)
    again = await polls.close(MODERATOR, *ids, 3)
    assert (again.winner, again.closed_at) == (3, closed.closed_at)
    with refused("poll.closed_already"):
        await polls.close(ORGANISER, *ids, None)


async def test_polls_are_run_by_organisers_and_closed_by_their_own(world: World):
    polls = world.services.polls
    with refused("refused.needs_organiser", NotAllowed):
        await polls.open(fan(1), GUILD, Kind.HASHTAG, "When?", TIMES)
    poll = await opened(world)
    ids = (GUILD, poll.poll_id)
    with refused("refused.needs_organiser", NotAllowed):
        await polls.close(fan(1), *ids, 1)
    with refused("refused.not_your_poll", NotAllowed):
        await polls.close(OTHER_ORGANISER, *ids, 1)
    with refused("refused.needs_organiser", NotAllowed):
        await polls.list_recent(fan(1), GUILD, limit=5)
    with refused("refused.no_such_poll", Gone):
        await polls.tick(fan(1), OTHER_GUILD, poll.poll_id, {1})


async def test_lately_closed_polls_are_listed_for_a_week(world: World):
    poll, polls = await opened(world), world.services.polls
    await polls.close(ORGANISER, GUILD, poll.poll_id, 1)
    assert len(await polls.list_recent(ORGANISER, GUILD, limit=5)) == 1
    world.clock.advance(timedelta(days=8))
    assert await polls.list_recent(ORGANISER, GUILD, limit=5) == []


@pytest.mark.parametrize("failure", [forbidden, unreachable])
async def test_a_poll_that_discord_does_not_take_is_kept(world: World, failure):
    world.sender.fail_to_post_poll(failure())
    with refused("poll.not_posted", NotPosted):
        await opened(world)
    (kept,) = await world.services.polls.list_recent(ORGANISER, GUILD, limit=5)
    assert kept.post is None
    posted = await world.services.polls.post(ORGANISER, GUILD, kept.poll_id)
    assert posted.post is not None
    with refused("poll.stands"):
        await world.services.polls.post(ORGANISER, GUILD, kept.poll_id)


async def test_at_start_only_polls_with_a_slot_ahead_are_drawn(world: World):
    poll = await opened(world)
    async with world.database.read() as conn:
        assert await list_open(conn, MOMENT) == [(GUILD, poll.poll_id)]
        assert await list_open(conn, MOMENT + 2 * HOUR) == []


async def test_of_two_quick_presses_one_posts_it_again(world: World):
    world.sender.fail_to_post_poll(unreachable())
    with refused("poll.not_posted", NotPosted):
        await opened(world)
    (kept,) = await world.services.polls.list_recent(ORGANISER, GUILD, limit=5)
    world.sender.block(GUILD)
    presses = [world.services.polls.post(who, GUILD, kept.poll_id) for who in (ORGANISER,) * 3]
    posting = asyncio.gather(*presses, return_exceptions=True)
    await until(lambda: world.sender.waiting == [GUILD])
    world.sender.let_go(GUILD)
    results = await posting
    assert [r.key for r in results if isinstance(r, Refusal)] == ["poll.stands"] * 2
    assert [r.post for r in results if isinstance(r, Poll)] == [
        (await world.services.polls.find(GUILD, kept.poll_id)).post
    ]
