"""The group commit: work is stored and acknowledged, or neither, whatever other work does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.installation import load_fact, save_fact
from db.tables import installation, server_role
from domain.errors import Refusal
from domain.servers import RolePurpose
from services.group_commit import CommitFailed, GroupCommit

Work = Callable[[AsyncConnection], Awaitable[int]]


@pytest.fixture
async def commit(database: Database) -> AsyncGenerator[GroupCommit]:
    made = GroupCommit(database)
    made.start()
    yield made
    await made.close()


def store(number: int, value: str = "stored") -> Work:
    """Work that stores a fact of this number."""

    async def work(conn: AsyncConnection) -> int:
        await save_fact(conn, str(number), value)
        return number

    return work


def refuse(number: int) -> Work:
    """Work that stores a fact and then refuses."""

    async def work(conn: AsyncConnection) -> int:
        await save_fact(conn, str(number), "must not stay")
        raise Refusal("no", number=number)

    return work


def violate(number: int) -> Work:
    """Work that stores a fact and then breaks a constraint of the database."""

    async def work(conn: AsyncConnection) -> int:
        await save_fact(conn, str(number), "must not stay")
        await conn.execute(insert(installation).values(name=str(number), value="twice"))
        return number

    return work


async def break_the_commit(conn: AsyncConnection) -> int:
    """Leave a reference to nothing, which the database notices at the commit only."""
    if conn.dialect.name == "sqlite":
        await conn.execute(text("PRAGMA defer_foreign_keys = ON"))
    else:
        name = "fk_server_role_guild_id"
        await conn.execute(
            text(f"ALTER TABLE server_role ALTER CONSTRAINT {name} DEFERRABLE INITIALLY DEFERRED")
        )
    values = {"guild_id": 404, "purpose": RolePurpose.PING, "role_id": 1}
    await conn.execute(insert(server_role).values(values))
    return 0


async def stored(database: Database, *numbers: int) -> list[int]:
    """Which of these facts are in the database."""
    async with database.read() as conn:
        return [n for n in numbers if await load_fact(conn, str(n)) is not None]


async def test_of_hundreds_at_once_good_ones_are_stored_and_bad_ones_told_their_own_error(
    database: Database, commit: GroupCommit
):
    def work(number: int) -> Work:
        return {3: refuse, 7: violate}.get(number % 10, store)(number)

    numbers = range(500)
    outcomes = await asyncio.gather(*(commit.run(work(n)) for n in numbers), return_exceptions=True)
    for number, outcome in enumerate(outcomes):
        match number % 10:
            case 3:
                assert isinstance(outcome, Refusal)
                assert outcome.values == {"number": number}
            case 7:
                assert isinstance(outcome, IntegrityError)
            case _:
                assert outcome == number
    good = [n for n in numbers if n % 10 not in (3, 7)]
    assert await stored(database, *numbers) == good


async def test_many_pieces_of_work_share_few_transactions(commit: GroupCommit):
    await asyncio.gather(*(commit.run(store(n)) for n in range(300)))
    assert commit.commits <= 3


async def test_work_is_done_in_order_of_arrival(commit: GroupCommit):
    done: list[int] = []

    def work(number: int) -> Work:
        async def append(_conn: AsyncConnection) -> int:
            done.append(number)
            await asyncio.sleep(0)
            return number

        return append

    await asyncio.gather(*(commit.run(work(n)) for n in range(250)))
    assert done == list(range(250))


async def test_what_is_acknowledged_can_be_read_by_others_at_once(
    database: Database, commit: GroupCommit
):
    """Each caller looks through another connection, the moment its `run` returns."""

    async def store_and_look(number: int) -> list[int]:
        await commit.run(store(number))
        return await stored(database, number)

    seen = await asyncio.gather(*(store_and_look(n) for n in range(60)))
    assert seen == [[n] for n in range(60)]


async def test_nothing_is_acknowledged_while_its_transaction_is_open(
    database: Database, commit: GroupCommit
):
    begun, let_go = asyncio.Event(), asyncio.Event()

    async def linger(_conn: AsyncConnection) -> int:
        begun.set()
        await let_go.wait()
        return 2

    first = asyncio.create_task(commit.run(store(1)))
    last = asyncio.create_task(commit.run(linger))
    await begun.wait()
    await asyncio.sleep(0.02)
    assert not first.done()
    assert await stored(database, 1) == []
    let_go.set()
    assert await asyncio.gather(first, last) == [1, 2]
    assert await stored(database, 1) == [1]


async def test_a_caller_that_is_cancelled_midway_disturbs_nobody(
    database: Database, commit: GroupCommit
):
    """One is cancelled while its work runs, which is stored; one before, whose work is not done."""
    begun, let_go = asyncio.Event(), asyncio.Event()

    async def linger(conn: AsyncConnection) -> int:
        begun.set()
        await let_go.wait()
        return await store(2)(conn)

    first = asyncio.create_task(commit.run(store(1)))
    running = asyncio.create_task(commit.run(linger))
    same_transaction = asyncio.create_task(commit.run(store(3)))
    await begun.wait()
    queued = asyncio.create_task(commit.run(store(4)))
    last = asyncio.create_task(commit.run(store(5)))
    await asyncio.sleep(0)
    running.cancel()
    queued.cancel()
    let_go.set()
    assert await asyncio.gather(first, same_transaction, last) == [1, 3, 5]
    assert running.cancelled()
    assert queued.cancelled()
    assert await stored(database, *range(1, 6)) == [1, 2, 3, 5]


async def test_when_the_commit_fails_every_caller_is_told_and_nothing_is_stored(
    database: Database, commit: GroupCommit
):
    works = [store(1), break_the_commit, refuse(2), store(3)]
    outcomes = await asyncio.gather(*map(commit.run, works), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [CommitFailed] * 4
    assert len({id(outcome) for outcome in outcomes}) == 4
    assert await stored(database, 1, 2, 3) == []
    assert await commit.run(store(4)) == 4
    assert await stored(database, 4) == [4]


async def test_a_connection_that_breaks_fails_its_transaction_and_no_later_one(
    postgres_url: str,
):
    database = await Database.open(postgres_url)
    commit = GroupCommit(database)
    commit.start()

    async def break_off(conn: AsyncConnection) -> int:
        await conn.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return 0

    outcomes = await asyncio.gather(
        *map(commit.run, (store(1), break_off, store(2))), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [CommitFailed] * 3
    assert await commit.run(store(3)) == 3
    assert await stored(database, 1, 2, 3) == [3]
    await commit.close()
    await database.close()


async def test_a_full_disk_fails_the_whole_transaction_and_no_later_one(
    sqlite_database: Database,
):
    """SQLite rolls everything back by itself then, not only the statement that found no room."""
    async with sqlite_database.write() as conn:
        pages = (await conn.execute(text("PRAGMA page_count"))).scalar_one()
        await conn.execute(text(f"PRAGMA max_page_count = {pages + 5}"))
    commit = GroupCommit(sqlite_database)
    commit.start()
    works = [store(1), store(2), store(3, "too much" * 20_000), store(4), store(5)]
    outcomes = await asyncio.gather(*map(commit.run, works), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [CommitFailed] * 5
    assert await commit.run(store(6)) == 6
    assert await stored(sqlite_database, *range(1, 7)) == [6]
    await commit.close()


class Ledger:
    """Settles facts together under one key; keeps how many it was given each time."""

    def __init__(self, commit: GroupCommit) -> None:
        self._commit = commit
        self.calls: list[list[int]] = []

    async def add(self, number: int) -> int:
        return await self._commit.run_together(Ledger, self._settle, number)

    async def _settle(self, conn: AsyncConnection, numbers: Sequence[int]) -> list[int | Exception]:
        """Refuse multiples of ten alone; thirteen breaks a constraint, and with it the call."""
        self.calls.append(list(numbers))
        results: list[int | Exception] = []
        for number in numbers:
            if number % 10 == 0:
                results.append(Refusal("no", number=number))
                continue
            results.append(await (violate if number == 13 else store)(number)(conn))
        return results


async def test_items_of_one_key_are_settled_in_one_call_and_told_apart(
    database: Database, commit: GroupCommit
):
    ledger = Ledger(commit)
    outcomes = await asyncio.gather(
        *(ledger.add(n) for n in range(1, 13)),
        commit.run(store(500)),
        *(ledger.add(n) for n in range(14, 31)),
        return_exceptions=True,
    )
    given = [*range(1, 13), *range(14, 31)]
    assert ledger.calls == [given]
    assert [o.values["number"] for o in outcomes if isinstance(o, Refusal)] == [10, 20, 30]
    good = [n for n in given if n % 10]
    assert [o for o in outcomes if not isinstance(o, Refusal)] == [*good[:11], 500, *good[11:]]
    assert await stored(database, *range(1, 31), 500) == [*good, 500]


async def test_a_bad_item_spoils_none_that_was_settled_with_it(
    database: Database, commit: GroupCommit
):
    ledger = Ledger(commit)
    outcomes = await asyncio.gather(*(ledger.add(n) for n in range(9, 18)), return_exceptions=True)
    kinds = {number: type(outcome) for number, outcome in zip(range(9, 18), outcomes, strict=True)}
    assert kinds == dict.fromkeys(range(9, 18), int) | {10: Refusal, 13: IntegrityError}
    assert await stored(database, *range(9, 18)) == [9, 11, 12, 14, 15, 16, 17]
    assert ledger.calls[1:] == [[n] for n in range(9, 18)]


async def test_closing_commits_what_has_queued_and_takes_nothing_more(database: Database):
    commit = GroupCommit(database)
    commit.start()
    queued = [asyncio.create_task(commit.run(store(n))) for n in range(300)]
    await asyncio.sleep(0)
    await commit.close()
    assert all(task.done() for task in queued)
    assert await asyncio.gather(*queued) == list(range(300))
    assert len(await stored(database, *range(300))) == 300
    with pytest.raises(CommitFailed):
        await commit.run(store(300))
    await commit.close()


async def test_work_before_the_start_is_refused_rather_than_kept_waiting(database: Database):
    with pytest.raises(CommitFailed):
        await GroupCommit(database).run(store(1))


async def test_a_refusal_of_a_group_is_everybody_s_and_settles_nobody_twice(commit: GroupCommit):
    """What can't be done for anyone is not tried once for each."""
    calls: list[int] = []

    async def settle(_conn: AsyncConnection, items: Sequence[int]) -> list[int | Exception]:
        calls.append(len(items))
        raise Refusal("no")

    work = (commit.run_together("one key", settle, n) for n in range(50))
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {Refusal}
    assert sum(calls) == 50


async def test_a_group_that_refuses_leaves_nothing_stored_and_other_groups_alone(
    database: Database, commit: GroupCommit
):
    async def settle(conn: AsyncConnection, items: Sequence[int]) -> list[int | Exception]:
        for number in items:
            await save_fact(conn, str(number), "must not stay")
        raise Refusal("no")

    refused = [commit.run_together("one key", settle, n) for n in (1, 2)]
    outcomes = await asyncio.gather(*refused, commit.run(store(3)), return_exceptions=True)
    assert [isinstance(outcome, Refusal) for outcome in outcomes] == [True, True, False]
    assert await stored(database, 1, 2, 3) == [3]
