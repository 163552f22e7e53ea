"""Tests of the queries on servers and participants."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import NoResultFound

from db.engine import Database
from db.queries.participants import find_participant, participant_of, user_of
from db.queries.servers import (
    ensure_server,
    load_server,
    next_action_number,
    next_id,
    save_server,
)
from domain.servers import RolePurpose, Server
from tests.db.seeds import GUILD, NOW, OTHER_GUILD


async def test_a_server_never_seen_has_the_defaults(database: Database):
    async with database.read() as conn:
        assert await load_server(conn, GUILD) == Server(GUILD)


async def test_a_server_without_roles_is_read(database: Database):
    async with database.write() as conn:
        await ensure_server(conn, GUILD, NOW)
        await ensure_server(conn, GUILD, NOW)
        assert await load_server(conn, GUILD) == Server(GUILD)


async def test_settings_and_roles_are_overwritten_and_counters_kept(database: Database):
    first = Server(
        GUILD,
        language="ko",
        zone="Asia/Seoul",
        announce_channel_id=5,
        roles={RolePurpose.ORGANISER: 6, RolePurpose.PING: GUILD - 1},
        self_service_ping=True,
    )
    second = Server(
        GUILD, zone="America/Lima", roles={RolePurpose.PING: 8, RolePurpose.REVIEWER: 9}
    )
    async with database.write() as conn:
        await save_server(conn, first, NOW)
        await save_server(conn, Server(OTHER_GUILD, roles={RolePurpose.PING: 1}), NOW)
        assert await load_server(conn, GUILD) == first
        await next_id(conn, GUILD)
        await save_server(conn, second, NOW)
        assert await load_server(conn, GUILD) == second
        assert await next_id(conn, GUILD) == 2
        await save_server(conn, Server(GUILD), NOW)
        assert await load_server(conn, GUILD) == Server(GUILD)
        assert (await load_server(conn, OTHER_GUILD)).roles == {RolePurpose.PING: 1}


async def test_ids_and_numbers_count_up_in_each_server(database: Database):
    async with database.write() as conn:
        await ensure_server(conn, GUILD, NOW)
        await ensure_server(conn, OTHER_GUILD, NOW)
        assert await next_id(conn, GUILD) == 1
        assert await next_id(conn, GUILD, 5) == 2
        assert await next_id(conn, GUILD) == 7
        assert await next_id(conn, OTHER_GUILD) == 1
        assert [await next_action_number(conn, GUILD) for _ in range(2)] == [1, 2]
        with pytest.raises(NoResultFound):
            await next_id(conn, 404)


async def test_a_person_is_one_participant_in_each_server(database: Database):
    async with database.write() as conn:
        assert await find_participant(conn, GUILD, 11) is None
        mine = await participant_of(conn, GUILD, 11, NOW)
        other = await participant_of(conn, GUILD, 12, NOW)
        assert await participant_of(conn, GUILD, 11, NOW) == mine != other
        assert await find_participant(conn, GUILD, 11) == mine
        assert await participant_of(conn, OTHER_GUILD, 11, NOW) == 1
        assert await user_of(conn, GUILD, other) == 12
        assert await user_of(conn, GUILD, 404) is None


async def test_many_people_can_be_deleted_and_come_back_as_others(database: Database):
    """The mapping is set NULL; several NULLs do not collide, and the numbers stay taken."""
    async with database.write() as conn:
        old = [await participant_of(conn, GUILD, user, NOW) for user in (11, 12)]
        await conn.execute(text("UPDATE participant SET user_id = NULL"))
        assert [await user_of(conn, GUILD, number) for number in old] == [None, None]
        assert await participant_of(conn, GUILD, 11, NOW) not in old


async def test_first_clicks_of_one_person_at_once_make_one_participant(database: Database):
    async def click() -> int:
        async with database.write() as conn:
            return await participant_of(conn, GUILD, 11, NOW)

    assert len(set(await asyncio.gather(*(click() for _ in range(8))))) == 1
