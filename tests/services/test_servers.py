"""A server's settings: who may change them, what holds until they do, and what is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest

from db.engine import Database
from db.queries.servers import load_server, save_server
from domain.errors import NotAllowed
from domain.kinds import Kind
from domain.servers import EARNED, Actor, KindRole, RolePurpose, Server
from services.application import assemble, running
from services.servers import ASKED_AT_ONCE, Servers
from tests.services.stand_ins import RecordingSender, SetClock
from tests.services.world import GUILD, MODERATOR, NOW, ORGANISER, OTHER_GUILD, fan, refused


@pytest.fixture
async def servers(database: Database) -> AsyncGenerator[Servers]:
    services = assemble(
        database,
        SetClock(NOW),
        RecordingSender(),
        default_language="ko",
        default_zone="Asia/Seoul",
    )
    async with running(services):
        yield services.servers


async def stored(database: Database, guild_id: int = GUILD) -> Server:
    async with database.read() as conn:
        return await load_server(conn, guild_id)


Change = Callable[[Servers, Actor], Awaitable[Server]]

CHANGES: dict[str, Change] = {
    "zone": lambda servers, actor: servers.set_zone(actor, GUILD, "America/Sao_Paulo"),
    "language": lambda servers, actor: servers.set_language(actor, GUILD, "en"),
    "channel": lambda servers, actor: servers.set_channel(actor, GUILD, 5),
    "organiser_channel": lambda servers, actor: servers.set_organiser_channel(actor, GUILD, 7),
    "role": lambda servers, actor: servers.set_role(actor, GUILD, RolePurpose.PING, 6),
}


async def test_until_it_chooses_a_server_has_the_installations_defaults(
    database: Database, servers: Servers
):
    """They are not stored: a new default reaches every server that chose nothing."""
    assert await servers.get(GUILD) == Server(GUILD, language="ko", zone="Asia/Seoul")
    await servers.set_channel(MODERATOR, GUILD, 5)
    assert (await servers.get(GUILD)).language == "ko"
    assert await stored(database) == Server(GUILD, announce_channel_id=5)


async def test_what_a_moderator_sets_is_stored_and_read_back(database: Database, servers: Servers):
    for change in CHANGES.values():
        returned = await change(servers, MODERATOR)
        assert returned == await servers.get(GUILD)
    assert await servers.get(GUILD) == Server(
        GUILD, "en", "America/Sao_Paulo", 5, {RolePurpose.PING: 6}, organiser_channel_id=7
    )
    assert await stored(database) == await servers.get(GUILD)
    await servers.set_channel(MODERATOR, GUILD, None)
    await servers.set_organiser_channel(MODERATOR, GUILD, None)
    await servers.set_role(MODERATOR, GUILD, RolePurpose.PING, None)
    assert await stored(database) == Server(GUILD, "en", "America/Sao_Paulo")


async def test_settings_of_one_server_are_no_other_servers(servers: Servers):
    await servers.set_channel(MODERATOR, GUILD, 5)
    assert (await servers.get(OTHER_GUILD)).announce_channel_id is None


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("actor", [fan(1), ORGANISER], ids=["fan", "organiser"])
async def test_only_who_manages_the_server_changes_settings(
    database: Database, servers: Servers, change: Change, actor: Actor
):
    await servers.set_role(MODERATOR, GUILD, RolePurpose.ORGANISER, 71)
    before = await stored(database)
    with refused("refused.needs_manage_server", NotAllowed):
        await change(servers, actor)
    assert await stored(database) == before
    assert (await servers.get(GUILD)).roles == before.roles


async def test_everyone_is_no_role_that_a_server_can_use(database: Database, servers: Servers):
    """It has the server's own id; pinging it, or trusting it, would be everybody's accident."""
    for purpose in RolePurpose:
        with refused("setup.everyone_role"):
            await servers.set_role(MODERATOR, GUILD, purpose, GUILD)
    assert await stored(database) == Server(GUILD)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "Seoul"])
async def test_a_zone_that_nobody_knows_is_refused(database: Database, servers: Servers, zone: str):
    with refused("setup.unknown_zone"):
        await servers.set_zone(MODERATOR, GUILD, zone)
    assert await stored(database) == Server(GUILD)


async def test_roles_are_kept_apart_by_purpose(servers: Servers):
    await servers.set_role(MODERATOR, GUILD, RolePurpose.ORGANISER, 1)
    await servers.set_role(MODERATOR, GUILD, RolePurpose.REVIEWER, 1)
    await servers.set_role(MODERATOR, GUILD, RolePurpose.ORGANISER, 2)
    server = await servers.set_role(MODERATOR, GUILD, RolePurpose.REVIEWER, None)
    assert server.roles == {RolePurpose.ORGANISER: 2}


async def test_members_may_take_the_ping_role_only_while_it_is_offered(servers: Servers):
    server = await servers.set_role(MODERATOR, GUILD, RolePurpose.PING, 6, self_service=True)
    assert server.self_service_ping
    server = await servers.set_role(MODERATOR, GUILD, RolePurpose.ORGANISER, 7)
    assert server.self_service_ping
    server = await servers.set_role(MODERATOR, GUILD, RolePurpose.PING, 8)
    assert not server.self_service_ping


async def test_settings_changed_at_the_same_time_are_all_kept(database: Database, servers: Servers):
    await servers.get(GUILD)
    await asyncio.gather(
        *(change(servers, MODERATOR) for change in CHANGES.values()),
        servers.set_role(MODERATOR, GUILD, RolePurpose.ORGANISER, 1),
        servers.set_role(MODERATOR, GUILD, RolePurpose.REVIEWER, 2),
    )
    expected = Server(
        GUILD,
        "en",
        "America/Sao_Paulo",
        5,
        {RolePurpose.ORGANISER: 1, RolePurpose.REVIEWER: 2, RolePurpose.PING: 6},
        organiser_channel_id=7,
    )
    assert await stored(database) == expected
    assert await servers.get(GUILD) == expected


async def test_settings_are_read_once_and_then_remembered(database: Database, servers: Servers):
    """Every click needs them."""
    await servers.set_channel(MODERATOR, GUILD, 5)
    await servers.get(OTHER_GUILD)
    async with database.write() as conn:  # Behind the services' back.
        for guild_id in (GUILD, OTHER_GUILD):
            await save_server(conn, Server(guild_id, announce_channel_id=404), NOW)
    assert (await servers.get(GUILD)).announce_channel_id == 5
    assert (await servers.get(OTHER_GUILD)).announce_channel_id is None


async def test_whoever_reads_while_a_change_is_stored_does_not_bring_back_the_old_settings(
    database: Database, servers: Servers
):
    """Read and change at once, in either order of their ends: later reads see the change."""
    for guild_id in range(1, 40):
        await asyncio.gather(
            servers.get(guild_id),
            servers.set_channel(MODERATOR, guild_id, guild_id),
            *(servers.get(guild_id) for _ in range(4)),
        )
        assert (await servers.get(guild_id)).announce_channel_id == guild_id


RIGHTS = pytest.mark.parametrize("purpose", EARNED)
"""What a role is used for that somebody has to have been given."""

ROLE, OTHER_ROLE = 81, 82


@RIGHTS
async def test_a_role_that_members_give_themselves_comes_with_no_rights(
    servers: Servers, purpose: RolePurpose
):
    await servers.set_role(MODERATOR, GUILD, RolePurpose.PING, ROLE, self_service=True)
    await servers.set_kind_role(MODERATOR, GUILD, Kind.VOTE, KindRole(OTHER_ROLE, True))
    for role in (ROLE, OTHER_ROLE):
        with refused("setup.role_with_rights_is_taken"):
            await servers.set_role(MODERATOR, GUILD, purpose, role)
    assert (await servers.get(GUILD)).role(purpose) is None


@RIGHTS
async def test_a_role_with_rights_is_none_that_members_give_themselves(
    servers: Servers, purpose: RolePurpose
):
    before = await servers.set_role(MODERATOR, GUILD, purpose, ROLE)
    with refused("setup.role_with_rights_is_taken"):
        await servers.set_role(MODERATOR, GUILD, RolePurpose.PING, ROLE, self_service=True)
    with refused("setup.role_with_rights_is_taken"):
        await servers.set_kind_role(MODERATOR, GUILD, Kind.VOTE, KindRole(ROLE, True))
    assert await servers.get(GUILD) == before
    await servers.set_role(MODERATOR, GUILD, RolePurpose.PING, ROLE)
    await servers.set_kind_role(MODERATOR, GUILD, Kind.VOTE, KindRole(ROLE))


@RIGHTS
async def test_nobody_is_thanked_with_rights(servers: Servers, purpose: RolePurpose):
    await servers.set_role(MODERATOR, GUILD, purpose, ROLE)
    with refused("setup.thanks_role_has_rights"):
        await servers.set_role(MODERATOR, GUILD, RolePurpose.THANKS, ROLE)
    await servers.set_role(MODERATOR, GUILD, RolePurpose.THANKS, OTHER_ROLE)
    with refused("setup.thanks_role_has_rights"):
        await servers.set_role(MODERATOR, GUILD, purpose, OTHER_ROLE)
    assert (await servers.get(GUILD)).role(purpose) == ROLE


async def test_what_was_chosen_before_it_was_refused_blocks_no_other_change(
    database: Database, servers: Servers
):
    old = Server(GUILD, roles=dict.fromkeys((RolePurpose.ORGANISER, RolePurpose.THANKS), ROLE))
    async with database.write() as conn:
        await save_server(conn, old, NOW)
    server = await servers.set_role(MODERATOR, GUILD, RolePurpose.PING, OTHER_ROLE)
    assert server.role(RolePurpose.PING) == OTHER_ROLE
    with refused("setup.thanks_role_has_rights"):
        await servers.set_role(MODERATOR, GUILD, RolePurpose.TRANSLATOR, ROLE)


async def test_of_close_changes_the_last_one_holds(servers: Servers, database: Database):
    zones = ["Asia/Seoul", "Asia/Tokyo", "Europe/Lisbon", "America/Lima"]
    changes = [servers.set_zone(MODERATOR, GUILD, zone) for zone in zones]
    await asyncio.gather(*changes, servers.set_channel(MODERATOR, GUILD, 5))
    assert await stored(database) == Server(GUILD, None, "America/Lima", 5)
    assert (await servers.get(GUILD)).zone == "America/Lima"


async def test_a_change_for_which_nobody_waits_any_more_holds(servers: Servers, database: Database):
    before = await servers.set_zone(MODERATOR, GUILD, "Asia/Seoul")
    async with database.write() as conn:
        await save_server(conn, before, NOW)
        changing = asyncio.create_task(servers.set_zone(MODERATOR, GUILD, "America/Lima"))
        await asyncio.sleep(0.05)  # by now it waits for the other transaction
        changing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await changing
    await servers.set_channel(MODERATOR, OTHER_GUILD, 5)  # committed later, as it came later
    assert (await stored(database)).zone == (await servers.get(GUILD)).zone == "America/Lima"


async def test_who_has_begun_or_was_told_how_to_is_not_told_again(servers: Servers):
    new = list(range(9000, 9000 + ASKED_AT_ONCE + 1))
    assert await servers.list_unknown(new) == new
    await servers.welcome(new[0])
    await servers.set_zone(MODERATOR, new[1], "Asia/Seoul")
    assert await servers.list_unknown(new) == new[2:]
    assert [await servers.was_welcomed(guild_id) for guild_id in new[:3]] == [True, False, False]
