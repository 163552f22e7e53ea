"""Tests of the queries on official counts, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.actions import load_action
from db.queries.official_counts import insert_official_count, list_all, list_newest
from db.queries.participants import participant_of
from domain.actions import Action
from domain.official_counts import OfficialCount
from domain.official_entries import OfficialEntry
from tests.db.seeds import GUILD, MINUTE, NOW, ORGANISER, OTHER_GUILD, an_open_action

PAGE = OfficialEntry("Charity's page", "US$1.02M", "page", "https://example.org", NOW)


async def enter(
    conn: AsyncConnection, action: Action, entry: OfficialEntry, now: datetime = NOW
) -> None:
    who = await participant_of(conn, action.guild_id, ORGANISER, now)
    ids = (action.guild_id, action.action_id)
    await insert_official_count(conn, *ids, entry, entered_by=who, now=now)


def values(counts: object) -> list[tuple[str, str]]:
    assert isinstance(counts, (list, tuple))
    return [(c.name, c.value) for c in counts if isinstance(c, OfficialCount)]


async def test_of_each_name_the_newest_stands_and_the_earlier_ones_are_kept(
    database: Database,
) -> None:
    async with database.write() as conn:
        action = await an_open_action(conn)
        ids = (GUILD, action.action_id)
        await enter(conn, action, PAGE)
        await enter(conn, action, OfficialEntry("순위", "2위", "앱", None, NOW))
        await enter(conn, action, replace(PAGE, value="US$1.03M"), NOW + MINUTE)
        assert values(await list_newest(conn, *ids)) == [
            ("Charity's page", "US$1.03M"),
            ("순위", "2위"),
        ]
        assert len(await list_all(conn, *ids)) == 3
        (newest, _) = await list_newest(conn, *ids)
        expected = replace(PAGE, value="US$1.03M")
        assert (newest.name, newest.value, newest.source, newest.link, newest.at) == (
            *(expected.name, expected.value, expected.source, expected.link, expected.at),
        )
        whole = await load_action(conn, *ids, whole=True)
        assert whole is not None
        assert whole.parts.officials == await list_newest(conn, *ids)


async def test_an_earlier_cut_off_shows_what_stood_then(database: Database) -> None:
    async with database.write() as conn:
        action = await an_open_action(conn)
        ids = (GUILD, action.action_id)
        await enter(conn, action, PAGE)
        await enter(conn, action, replace(PAGE, value="US$1.03M"), NOW + MINUTE)
        await enter(conn, action, replace(PAGE, value=""), NOW + 2 * MINUTE)
        assert values(await list_newest(conn, *ids, NOW)) == [("Charity's page", "US$1.02M")]
        assert values(await list_newest(conn, *ids, NOW + MINUTE)) == [
            ("Charity's page", "US$1.03M")
        ]
        assert await list_newest(conn, *ids) == ()
        assert await list_newest(conn, *ids, NOW - MINUTE) == ()


async def test_another_actions_and_another_servers_counts_stay_theirs(database: Database) -> None:
    async with database.write() as conn:
        action = await an_open_action(conn)
        other = await an_open_action(conn, number=2)
        elsewhere = await an_open_action(conn, guild_id=OTHER_GUILD)
        await enter(conn, other, PAGE)
        await enter(conn, elsewhere, PAGE)
        assert await list_newest(conn, GUILD, action.action_id) == ()
        assert len(await list_newest(conn, OTHER_GUILD, elsewhere.action_id)) == 1
