"""However many have signed up, a page of them is found as fast as the first."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.participant_lists import list_participants
from db.queries.servers import next_id
from db.tables import participant, signup
from domain.actions import Action
from domain.participants import Showing, Turn
from domain.sign_ups import SignUpState
from tests.db.seeds import GUILD, NOW, an_open_action
from tests.db.test_delivery_cost import counting_steps

MANY, LIMIT = 60_000, 16
RARE = 20_000
"""Every so many people there is one with an option or of a language channel."""

SHOWN = (Showing(), Showing(option_id=7), Showing(language="ko"))


async def fill(conn: AsyncConnection, action: Action) -> None:
    """Sign up very many, a few of them by an option, and some of a language channel."""
    first = await next_id(conn, GUILD, MANY)
    people = range(1, MANY + 1)
    key = {"guild_id": GUILD}
    await conn.execute(
        insert(participant),
        [key | {"participant_id": first + n, "user_id": n, "created_at": NOW} for n in people],
    )
    await conn.execute(
        insert(signup),
        [
            key
            | {
                "action_id": action.action_id,
                "participant_id": first + n,
                "state": SignUpState.IN,
                "place": n,
                "at": NOW,
                "option_id": 7 if n % RARE == 0 else None,
                "language": "ko" if n % RARE == 1 else "",
            }
            for n in people
        ],
    )


async def read(conn: AsyncConnection, action: Action, showing: Showing, turn: Turn) -> list[int]:
    ids = (GUILD, action.action_id)
    found = await list_participants(conn, *ids, showing, turn, LIMIT)
    return [each.sign_up.place for each in found]


async def test_on_sqlite_the_last_page_takes_the_steps_of_the_first(
    sqlite_database: Database,
) -> None:
    async with sqlite_database.write() as conn:
        action = await an_open_action(conn)
        await fill(conn, action)
        for turn in (Turn(MANY - LIMIT), Turn(MANY, backwards=True)):
            async with counting_steps(conn) as early:
                assert await read(conn, action, Showing(), Turn()) == list(range(1, LIMIT + 1))
            async with counting_steps(conn) as late:
                assert len(await read(conn, action, Showing(), turn)) == LIMIT
            assert 0 < late[0] <= early[0] * 1.05
        for showing, found in ((SHOWN[1], [RARE, 2 * RARE, MANY]), (SHOWN[2], [1, RARE + 1])):
            async with counting_steps(conn) as steps:
                assert (await read(conn, action, showing, Turn()))[: len(found)] == found
            assert steps[0] <= early[0]


@pytest.mark.parametrize("showing", SHOWN, ids=["everybody", "option", "language"])
async def test_on_postgresql_no_table_is_read_through(postgres_url: str, showing: Showing) -> None:
    database = await Database.open(postgres_url)
    async with database.write() as conn:
        action = await an_open_action(conn)
        await fill(conn, action)
        await conn.execute(text("ANALYZE signup"))
        await conn.execute(text("ANALYZE participant"))
        before = await rows_read(conn)
        await read(conn, action, showing, Turn(MANY - RARE))
        in_order, by_index = (b - a for a, b in zip(before, await rows_read(conn), strict=True))
    await database.close()
    assert in_order == 0
    assert 0 < by_index <= 4 * LIMIT


async def rows_read(conn: AsyncConnection) -> tuple[int, int]:
    """Of sign-ups and people: rows read in this transaction table by table, and by index."""
    counted = await conn.execute(
        text(
            "SELECT sum(seq_tup_read) AS through, sum(coalesce(idx_tup_fetch, 0)) AS found"
            " FROM pg_stat_xact_all_tables WHERE relname IN ('signup', 'participant')"
        )
    )
    row = counted.one()
    return int(row.through), int(row.found)
