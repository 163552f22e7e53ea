"""Tests of the queries on contributions, proofs and checks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.ledger import (
    OwnContribution,
    StoredProof,
    insert_check,
    insert_proofs,
    insert_withdrawal,
    last_check,
    list_checks,
    list_contributions,
    list_own_contributions,
    load_contribution,
    load_proofs,
    seen_digests,
)
from db.queries.participants import participant_of
from db.queries.servers import next_id
from domain.actions import Action
from domain.ledger import Check, Contribution, HeldReason, Verdict
from tests.db.seeds import (
    GUILD,
    MINUTE,
    NOW,
    OTHER_GUILD,
    a_contribution,
    an_open_action,
)


async def withdraw(
    conn: AsyncConnection, action: Action, given: Contribution, *, minute: int = 0
) -> int:
    withdrawal_id = await next_id(conn, GUILD)
    await insert_withdrawal(
        conn,
        GUILD,
        withdrawal_id=withdrawal_id,
        action_id=action.action_id,
        contribution=given,
        at=NOW + minute * MINUTE,
    )
    return withdrawal_id


async def judge(
    conn: AsyncConnection,
    action: Action,
    given: Contribution,
    verdict: Verdict = Verdict.VERIFIED,
    *,
    minute: int = 0,
    **said: object,
) -> Check:
    check = Check(
        await next_id(conn, GUILD),
        given.contribution_id,
        verdict,
        NOW + minute * MINUTE,
        **said,  # pyright: ignore[reportArgumentType]
    )
    reviewer = await participant_of(conn, GUILD, 99, NOW)
    await insert_check(conn, GUILD, action.action_id, check, reviewer)
    return check


async def test_a_contribution_comes_back_and_is_withdrawn_once(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn)
        given = await a_contribution(conn, action, 11, held=HeldReason.OVER_CAP)
        assert await load_contribution(conn, GUILD, given.contribution_id) == (
            action.action_id,
            given,
        )
        withdrawal_id = await withdraw(conn, action, given)
        assert await load_contribution(conn, GUILD, given.contribution_id) == (
            action.action_id,
            replace(given, withdrawn=True),
        )
        assert await load_contribution(conn, GUILD, withdrawal_id) is None
        assert await load_contribution(conn, OTHER_GUILD, given.contribution_id) is None
        with pytest.raises(IntegrityError):
            async with conn.begin_nested():
                await withdraw(conn, action, given)


async def test_contributions_are_listed_as_of_the_cut_off(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn)
        first = await a_contribution(conn, action, 11)
        second = await a_contribution(conn, action, 12, 10**15, at=NOW + MINUTE)
        await withdraw(conn, action, first, minute=2)
        other = await an_open_action(conn, number=2)
        await a_contribution(conn, other, 11)
        ids = (GUILD, action.action_id)
        assert await list_contributions(conn, *ids, until=NOW - MINUTE) == []
        assert await list_contributions(conn, *ids, until=NOW) == [first]
        assert await list_contributions(conn, *ids, until=NOW + MINUTE) == [first, second]
        gone = replace(first, withdrawn=True)
        assert await list_contributions(conn, *ids, until=NOW + 2 * MINUTE) == [gone, second]


async def test_the_last_check_decides(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn)
        given = await a_contribution(conn, action, 11)
        assert await last_check(conn, GUILD, given.contribution_id) is None
        first = await judge(conn, action, given, Verdict.NOT_COUNTED, reason="흐린 사진")
        second = await judge(conn, action, given, Verdict.CORRECTED, amount=5, minute=1)
        assert await last_check(conn, GUILD, given.contribution_id) == second
        ids = (GUILD, action.action_id)
        assert await list_checks(conn, *ids, until=NOW) == [first]
        assert await list_checks(conn, *ids, until=NOW + MINUTE) == [first, second]


async def test_ones_own_contributions_come_with_action_and_deciding_check(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn, title="first")
        other = await an_open_action(conn, number=2, title="second")
        old = await a_contribution(conn, action, 11)
        new = await a_contribution(conn, other, 11, 7)
        bare = await a_contribution(conn, other, 11, 8)
        await a_contribution(conn, action, 12)
        await judge(conn, action, old)
        check = await judge(conn, action, old, Verdict.NOT_COUNTED, reason="twice")
        await withdraw(conn, other, new)
        who = old.participant_id
        everything = [
            OwnContribution(other, bare, None),
            OwnContribution(other, replace(new, withdrawn=True), None),
            OwnContribution(action, old, check),
        ]
        assert await list_own_contributions(conn, GUILD, who, 10, 0) == everything
        assert await list_own_contributions(conn, GUILD, who, 1, 2) == everything[2:]
        assert await list_own_contributions(conn, OTHER_GUILD, who, 10, 0) == []


async def test_proofs_are_read_and_known_again_by_person_and_action(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn)
        given = await a_contribution(conn, action, 11)
        who = given.participant_id
        ids = (given.contribution_id, who)
        proofs = [
            StoredProof(*ids, "code", "AB 12", "d1"),
            StoredProof(*ids, "note", "안녕 <@1>", None),
        ]
        await insert_proofs(conn, GUILD, action.action_id, proofs)
        assert await load_proofs(conn, GUILD, given.contribution_id) == {
            "code": "AB 12",
            "note": "안녕 <@1>",
        }
        assert await load_proofs(conn, GUILD, 404) == {}
        known = {(who, "d1")}
        organiser = action.organiser_id
        asked = known | {(who, "d2"), (organiser, "d1")}
        assert await seen_digests(conn, GUILD, action.action_id, asked) == known
        assert await seen_digests(conn, GUILD, action.action_id, {(organiser, "d1")}) == set()
        assert await seen_digests(conn, GUILD, 404, asked) == set()
        assert await seen_digests(conn, OTHER_GUILD, action.action_id, asked) == set()
        assert await seen_digests(conn, GUILD, action.action_id, set()) == set()
