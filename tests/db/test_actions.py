"""Tests of the queries on actions."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from db.engine import Database
from db.queries.actions import (
    delete_draft,
    insert_action,
    list_actions,
    load_action,
    mark_published,
    set_state,
    update_action,
)
from db.queries.posts import load_post, save_post
from db.queries.totals import save_total
from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind, Post
from domain.kinds import Kind
from domain.totals import Total
from tests.db.seeds import GUILD, NOW, ORGANISER, OTHER_GUILD, a_draft, an_open_action, store

EVERY_STATE = tuple(ActionState)
TOTAL = Total(*range(1, 13))


async def reload(database: Database, action: Action) -> Action | None:
    async with database.read() as conn:
        return await load_action(conn, action.guild_id, action.action_id)


async def test_an_action_comes_back_as_it_was_stored(database: Database):
    full = a_draft(
        number=12,
        state=ActionState.OPEN,
        published_at=NOW,
        goal=10**15,
        baseline=0,
        cap=1,
        capacity=19_000,
        signed_up=3,
        waitlisted=2,
        total=TOTAL,
    )
    bare = a_draft(ends=None, fields={}, kind=Kind.HASHTAG, unit_code="posts")
    async with database.write() as conn:
        full, bare = await store(conn, full), await store(conn, bare)
        assert await load_action(conn, GUILD, full.action_id, lock=True) == full
    assert await reload(database, full) == full
    assert await reload(database, bare) == bare


async def test_instants_of_another_zone_are_read_as_utc(database: Database):
    seoul = datetime(2026, 11, 21, 20, tzinfo=ZoneInfo("Asia/Seoul"))
    async with database.write() as conn:
        action = await store(conn, a_draft(starts_at=seoul))
    found = await reload(database, action)
    assert found is not None
    assert found.starts_at == seoul
    assert found.starts_at.tzinfo is UTC


async def test_an_action_belongs_to_its_server(database: Database):
    async with database.write() as conn:
        action = await store(conn, a_draft())
        assert await load_action(conn, OTHER_GUILD, action.action_id) is None
        assert await load_action(conn, GUILD, 404) is None


async def test_an_action_outlives_its_organiser(database: Database):
    async with database.write() as conn:
        action = await store(conn, a_draft())
        await conn.execute(text("UPDATE participant SET user_id = NULL"))
    assert await reload(database, action) == replace(action, organiser_user_id=None)


async def test_a_draft_is_overwritten_with_its_unit_and_a_published_one_not(database: Database):
    async with database.write() as conn:
        draft = await store(conn, a_draft())
        changed = replace(
            draft, title="다음", unit_code="KRW", goal=5, ends=None, fields={"a": "b"}
        )
        await update_action(conn, changed)
    assert await reload(database, draft) == changed
    async with database.write() as conn:
        assert await mark_published(conn, GUILD, draft.action_id, 1, NOW)
        assert not await mark_published(conn, GUILD, draft.action_id, 2, NOW)
    published = replace(changed, number=1, state=ActionState.OPEN, published_at=NOW)
    assert await reload(database, draft) == published


async def test_a_draft_is_deleted_with_its_totals_and_a_published_one_not(database: Database):
    async with database.write() as conn:
        draft = await store(conn, a_draft())
        action = await an_open_action(conn)
        assert await delete_draft(conn, GUILD, draft.action_id)
        assert not await delete_draft(conn, GUILD, draft.action_id)
        assert not await delete_draft(conn, GUILD, action.action_id)
        totals = await conn.scalar(text("SELECT count(*) FROM action_total"))
    assert await reload(database, draft) is None
    assert await reload(database, action) == action
    assert totals == 1


async def test_a_number_is_given_once_in_a_server(database: Database):
    async with database.write() as conn:
        await an_open_action(conn, number=3, guild_id=OTHER_GUILD)
        await an_open_action(conn, number=3)
        with pytest.raises(IntegrityError):
            async with conn.begin_nested():
                await an_open_action(conn, number=3)


async def test_an_action_needs_an_organiser_of_its_server(database: Database):
    async with database.write() as conn:
        action = await store(conn, a_draft())
        with pytest.raises(IntegrityError):
            async with conn.begin_nested():
                await insert_action(conn, replace(action, action_id=900, organiser_id=901))


async def test_a_state_is_stored(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn)
        await set_state(conn, GUILD, action.action_id, ActionState.FINAL)
    assert await reload(database, action) == replace(action, state=ActionState.FINAL)


async def test_totals_of_the_actions_unit_are_its_total(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn)
        await save_total(conn, GUILD, action.action_id, "USD", TOTAL)
        await save_total(conn, GUILD, action.action_id, "EUR", Total(logged=9))
    assert await reload(database, action) == replace(action, total=TOTAL)


async def test_no_change_under_the_lock_is_lost(database: Database):
    """Also the totals, which are rows of their own, are read as they are once the lock is had."""
    async with database.write() as conn:
        action = await an_open_action(conn)

    async def add_one() -> None:
        async with database.write() as conn:
            locked = await load_action(conn, GUILD, action.action_id, lock=True)
            assert locked is not None
            await asyncio.sleep(0.001)
            total = replace(locked.total, logged=locked.total.logged + 1)
            await save_total(conn, GUILD, action.action_id, "USD", total)

    await asyncio.gather(*(add_one() for _ in range(12)))
    found = await reload(database, action)
    assert found is not None
    assert found.total == Total(logged=12)


async def test_actions_are_listed_newest_first_by_state_and_organiser(database: Database):
    async with database.write() as conn:
        draft = await store(conn, a_draft())
        actions = [await an_open_action(conn, number=n) for n in (1, 2, 3)]
        await an_open_action(conn, guild_id=OTHER_GUILD)
    async with database.read() as conn:
        opened = await list_actions(conn, GUILD, states={ActionState.OPEN}, limit=25)
        assert opened == actions[::-1]
        page = await list_actions(conn, GUILD, states=EVERY_STATE, limit=2, offset=2)
        assert page == [actions[0], draft]
        mine = await list_actions(
            conn, GUILD, states=EVERY_STATE, organiser_id=draft.organiser_id, limit=25
        )
        assert len(mine) == 4
        assert not await list_actions(conn, GUILD, states=EVERY_STATE, organiser_id=404, limit=25)
        assert not await list_actions(conn, GUILD, states=(), limit=25)


@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        ("", {1, 2, 12}),
        ("  ", {1, 2, 12}),
        ("#12", {12}),
        ("12", {1, 12}),
        ("#1", {1}),
        ("STREAM", {1, 2}),
        ("été", {2}),
        ("총공", {12}),
        ("50%", {12}),
        ("%", {12}),
        ("_", set[int]()),
        ("9" * 40, set[int]()),
        ("²", set[int]()),
    ],
)
async def test_a_search_finds_numbers_and_parts_of_titles(
    sqlite_database: Database, search: str, numbers: set[int]
):
    await check_search(sqlite_database, search, numbers)


async def test_a_search_finds_the_same_on_both_engines(database: Database):
    for search, numbers in (("#12", {12}), ("STREAM", {1, 2}), ("총공", {12}), ("%", {12})):
        await check_search(database, search, numbers)


async def check_search(database: Database, search: str, numbers: set[int]) -> None:
    titles = {1: "12 hours of streaming", 2: "Stream L'ÉTÉ", 12: "Half-way: 50% 총공"}
    async with database.write() as conn:
        known = await list_actions(conn, GUILD, states=EVERY_STATE, limit=1)
        for number, title in {} if known else titles.items():
            await an_open_action(conn, number=number, title=title)
    async with database.read() as conn:
        found = await list_actions(conn, GUILD, states=EVERY_STATE, search=search, limit=25)
    assert {action.number for action in found} == numbers


async def test_a_post_is_remembered_by_purpose_and_replaced(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn)
        ids = (GUILD, action.action_id)
        assert await load_post(conn, *ids, DeliveryKind.CARD) is None
        await save_post(conn, *ids, DeliveryKind.CARD, Post(1, 2), NOW)
        await save_post(conn, *ids, DeliveryKind.TALLY, Post(1, 5), NOW)
        await save_post(conn, *ids, DeliveryKind.CARD, Post(3, ORGANISER), NOW + timedelta(1))
        assert await load_post(conn, *ids, DeliveryKind.CARD) == Post(3, ORGANISER)
