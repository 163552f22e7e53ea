"""What adds up from the ledger is what a fold of all its entries gives, whatever happens to it."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.engine import Database
from db.queries.ledger import last_check, list_checks, list_contributions
from db.queries.participants import participant_of
from db.queries.servers import next_id
from db.queries.totals import load_totals
from db.tables import contributor
from domain.actions import Action
from domain.contributors import NO_CHANGE, Change, change_by
from domain.errors import Refusal
from domain.ledger import Check, Verdict, change_total, last_checks, standing
from domain.totals import NO_TOTAL, Total
from services.ledger import add_check, load_for_change
from tests.databases import statements
from tests.services.world import MINUTE, MOMENT, NOW, REVIEWER, World, a_world, fan, fundraiser

GUILDS = itertools.count(6000)
CURRENCIES = ("USD", "KRW")
CODES = ("", "a1", "A 1", "b2", "c3")

STEPS = st.lists(
    st.tuples(
        st.sampled_from(("log", "log", "prove", "withdraw", *Verdict)),
        st.integers(0, 2),
        st.integers(1, 90),
        st.sampled_from(CODES),
        st.sampled_from(CURRENCIES),
        st.booleans(),
    ),
    min_size=1,
    max_size=25,
)
"""What is done, by whom, how much or to which contribution, with which code, and whether the clock
goes on before: where it does not, entries have the same instant."""

Contributors = dict[tuple[int, str], Change]


async def judge(world: World, guild_id: int, target: int, verdict: Verdict, amount: int) -> None:
    """Append a verdict as reviewers do, or as an appeal is answered: it may be the second one."""

    async def work(conn: Any) -> None:
        now = world.clock.now()
        action, contribution, before = await load_for_change(conn, guild_id, target)
        if contribution.withdrawn:
            return
        corrected = amount if verdict is Verdict.CORRECTED else None
        check = Check(await next_id(conn, guild_id), target, verdict, now, corrected)
        reviewer = await participant_of(conn, guild_id, REVIEWER.user_id, now)
        after = await add_check(conn, action, contribution, before, check, reviewer)
        assert after == standing(contribution, await last_check(conn, guild_id, target))

    await world.services.commit.run(work)


async def kept(world: World, action: Action) -> tuple[dict[str, Total], Contributors]:
    """The running totals and the contributors' rows as they are kept."""
    async with world.database.read() as conn:
        rows = await conn.execute(
            select(contributor).where(
                contributor.c.guild_id == action.guild_id,
                contributor.c.action_id == action.action_id,
            )
        )
        contributors = {
            (row.participant_id, row.unit_code): Change(
                row.logged, row.logged_count, row.verified_count
            )
            for row in rows
        }
        return await load_totals(conn, action.guild_id, action.action_id), contributors


async def folded(world: World, action: Action) -> tuple[dict[str, Total], Contributors]:
    """The same, from all entries of the ledger."""
    totals: dict[str, Total] = dict.fromkeys(CURRENCIES, NO_TOTAL)
    contributors: Contributors = defaultdict(lambda: NO_CHANGE)
    ids, now = (action.guild_id, action.action_id), world.clock.now()
    async with world.database.read() as conn:
        deciding = last_checks(await list_checks(conn, *ids, until=now))
        for entry in await list_contributions(conn, *ids, until=now):
            where = standing(entry, deciding.get(entry.contribution_id))
            totals[entry.unit_code] = change_total(totals[entry.unit_code], None, where)
            contributors[entry.participant_id, entry.unit_code] += change_by(None, where)
    return totals, contributors


def without_nothing(contributors: Contributors) -> Contributors:
    return {key: come_to for key, come_to in contributors.items() if come_to != NO_CHANGE}


@pytest.fixture
async def a_ledger(database: Database) -> AsyncGenerator[World]:
    async with a_world(database) as world:
        yield world


@given(steps=STEPS)
@settings(
    max_examples=25,
    deadline=None,
    # The database is reused; every example has a server of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_totals_and_contributors_are_what_the_ledger_folds_to(
    a_ledger: World, steps: list[tuple[str, int, int, str, str, bool]]
):
    """And their parts nest. Of what is refused nothing is left."""
    world, guild_id = a_ledger, next(GUILDS)
    world.clock.set(NOW)
    await world.set_up(guild_id)
    typed = fundraiser(currency="USD, KRW", cap="0.50")
    action = await world.publish(typed, guild_id)
    world.clock.set(MOMENT - MINUTE)
    logged: list[int] = []

    async def act(step: str, who: int, number: int, code: str, currency: str) -> None:
        contributions = world.services.contributions
        if step == "log":
            done = await contributions.log(
                fan(who), guild_id, action.action_id, number, unit_code=currency, proof=code
            )
            logged.append(done.contribution.contribution_id)
            return
        target = logged[number % len(logged)] if logged else 404
        if step == "prove":
            await contributions.add_proof(fan(who), guild_id, target, text=code)
        elif step == "withdraw":
            await contributions.withdraw(fan(who), guild_id, target)
        else:
            await judge(world, guild_id, target, Verdict(step), number)

    for step, who, number, code, currency, later in steps:
        world.clock.advance(MINUTE if later else 0 * MINUTE)
        try:
            await act(step, who, number, code, currency)
        except Refusal:
            continue
        for total in (await kept(world, action))[0].values():
            assert total.proved <= total.logged
            assert total.proved_count <= total.logged_count
            assert total.verified <= total.logged
            assert total.verified_count <= total.logged_count
    totals, contributors = await kept(world, action)
    expected_totals, expected_contributors = await folded(world, action)
    assert totals == expected_totals
    assert without_nothing(contributors) == without_nothing(expected_contributors)
    for unit_code, total in totals.items():
        theirs = [come_to for (_, code), come_to in contributors.items() if code == unit_code]
        assert sum(come_to.logged for come_to in theirs) == total.logged
        assert sum(come_to.verified_count for come_to in theirs) == total.verified_count


async def test_logging_without_proof_reads_no_proofs_and_looks_for_no_flags(world: World):
    action = await world.publish()
    world.clock.set(MOMENT)
    await world.log(action, fan(1))
    with statements() as seen:
        await world.log(action, fan(1))
    elsewhere = ("proof", "attachment", "look_part", "flag")
    assert [one for one in seen if any(f" {table} " in one for table in elsewhere)] == []
    assert sum("INSERT INTO contributor " in one for one in seen) == 1


async def test_what_comes_together_is_added_to_contributors_at_once(world: World):
    action = await world.publish()
    world.clock.set(MOMENT)
    await asyncio.gather(*(world.log(action, fan(number)) for number in range(30)))
    with statements() as seen:
        await asyncio.gather(*(world.log(action, fan(number)) for number in range(30)))
    batches = sum("INSERT INTO contribution " in one for one in seen)
    assert sum("INSERT INTO contributor " in one for one in seen) == batches < 5
