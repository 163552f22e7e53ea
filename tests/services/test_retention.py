"""Proofs are deleted when a server keeps them no longer, and nothing else is."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from db.queries.attachments import load_attachments
from db.queries.ledger import list_proofs
from db.tables import attachment, look_part, proof
from db.tables import server as server_table
from domain.actions import Action
from domain.errors import NotAllowed
from domain.pictures import Picture
from domain.servers import KEEP_DAYS
from services import retention
from services.ledger import Logged
from tests.services.world import (
    DAY,
    GUILD,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_GUILD,
    PATIENCE,
    World,
    fan,
    refused,
)

TICK = timedelta(microseconds=1)


async def logged_with_all(world: World, action: Action, who: int) -> Logged:
    """A contribution with a code, a picture and a note."""
    picture = Picture("receipt.png", "image/png", b"receipt", f"d{who}", "00ff00ff00ff00ff")
    return await world.services.contributions.log(
        fan(who),
        action.guild_id,
        action.action_id,
        1000,
        proof=f"AB-{who}",
        note="for you",
        pictures=[picture],
    )


async def held(world: World) -> list[int]:
    """How many proofs, files and parts of looks there are."""
    async with world.database.read() as conn:
        tables = (proof, attachment, look_part)
        return [await conn.scalar(select(func.count()).select_from(t)) or 0 for t in tables]


async def past(world: World, guild_id: int = GUILD) -> Action:
    """An action in which two fans logged, of which nothing can change any more."""
    action = await world.publish(guild_id=guild_id)
    world.clock.set(MOMENT)
    for who in (1, 2):
        await logged_with_all(world, action, who)
    world.clock.set(action.answers_until)
    return action


async def test_a_new_server_keeps_proofs_for_half_a_year(world: World):
    action = await past(world)
    total, before = await world.total(action), await held(world)
    assert before[:2] == [6, 2], "of each a code, a note and that there is a picture"
    world.clock.set(action.answers_until + KEEP_DAYS * DAY - TICK)
    assert await world.services.retention.clean() == 0
    assert await held(world) == before
    world.clock.advance(TICK)
    assert await world.services.retention.clean() == 2
    assert await held(world) == [0, 0, 0]
    assert await world.total(action) == total, "what was logged and proved stays"
    (own,) = await world.services.contributions.list_own(fan(1), GUILD, limit=9)
    assert own.contribution.proof is not None
    number = own.contribution.contribution_id
    async with world.database.read() as conn:
        assert await load_attachments(conn, GUILD, number) == []
        assert await list_proofs(conn, GUILD, number) == []
    assert await world.services.retention.clean() == 0


async def test_a_server_from_before_keeps_them_for_ever(world: World):
    async with world.database.write() as conn:
        older = update(server_table).where(server_table.c.guild_id == GUILD)
        await conn.execute(older.values(keep_proofs_days=None))
    action = await past(world)
    before = await held(world)
    world.clock.set(action.answers_until + 5000 * DAY)
    assert await world.services.retention.clean() == 0
    assert await held(world) == before


async def test_each_server_has_its_own_days(world: World):
    servers = world.services.servers
    await world.set_up(OTHER_GUILD)
    await servers.set_keep_days(MODERATOR, GUILD, 60)
    action = await past(world)
    world.clock.set(MOMENT - DAY)
    await past(world, OTHER_GUILD)
    world.clock.set(action.answers_until + 60 * DAY)
    assert await world.services.retention.clean() == 2
    async with world.database.read() as conn:
        left = set(await conn.scalars(select(proof.c.guild_id)))
    assert left == {OTHER_GUILD}


async def test_much_is_deleted_in_small_steps(world: World):
    action = await past(world)
    world.clock.set(action.answers_until + KEEP_DAYS * DAY)
    assert await world.services.retention.clean(batch=1) == 2
    assert await held(world) == [0, 0, 0]


async def test_it_is_done_by_itself_and_ends_with_the_bot(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
):
    await sqlite_world.set_up()
    action = await past(sqlite_world)
    sqlite_world.clock.set(action.answers_until + KEEP_DAYS * DAY)
    monkeypatch.setattr(retention, "FIRST_AFTER", 0)
    services = sqlite_world.services
    task = retention.Retention(sqlite_world.database, services.commit, services.clock)
    task.start()
    async with asyncio.timeout(PATIENCE):
        while await held(sqlite_world) != [0, 0, 0]:  # noqa: ASYNC110 - nothing tells when it is done
            await asyncio.sleep(0.01)
        await task.close()


@pytest.mark.parametrize("days", [0, 1, 59, 181, 3650])
async def test_only_the_days_that_are_offered_can_be_chosen(sqlite_world: World, days: int):
    with refused("refused.unknown_button"):
        await sqlite_world.services.servers.set_keep_days(MODERATOR, GUILD, days)


async def test_only_moderators_choose_how_long(world: World):
    servers = world.services.servers
    with refused("refused.needs_manage_server", NotAllowed):
        await servers.set_keep_days(ORGANISER, GUILD, None)
    assert (await servers.get(GUILD)).keep_proofs_days == KEEP_DAYS
    assert (await servers.set_keep_days(MODERATOR, GUILD, None)).keep_proofs_days is None
