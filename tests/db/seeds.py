"""Rows for tests of queries: a server, its people and an action."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import insert_action
from db.queries.ledger import insert_contributions
from db.queries.participants import participant_of
from db.queries.servers import ensure_server, next_id
from domain.actions import Action, ActionState
from domain.kinds import Kind, ProofKind
from domain.ledger import Contribution, HeldReason
from domain.walls import Wall

GUILD = 1 << 62
"""As large as a snowflake gets."""

OTHER_GUILD = 7

NOW = datetime(2026, 11, 21, 11, 0, 0, 123456, tzinfo=UTC)

MINUTE = timedelta(minutes=1)

ORGANISER = (1 << 63) - 1
"""A Discord user id, the largest that the column holds."""


def a_draft(guild_id: int = GUILD, **changes: Any) -> Action:
    """A draft that has no ids yet."""
    draft = Action(
        guild_id=guild_id,
        action_id=0,
        kind=Kind.FUNDRAISER,
        title="Match a million 총공",
        state=ActionState.DRAFT,
        organiser_id=0,
        organiser_user_id=ORGANISER,
        starts=Wall(datetime(2026, 11, 21, 20), "Asia/Seoul"),
        starts_at=NOW,
        ends=Wall(datetime(2026, 11, 1, 1, 30), "America/New_York", fold=1),
        ends_at=NOW + timedelta(hours=25),
        log_until=NOW + timedelta(hours=49),
        unit_code="USD",
        created_at=NOW - timedelta(days=1),
        fields={"link": "https://example.org/give", "note": "따옴표 ' \" \\"},
    )
    return replace(draft, **changes)


async def store(conn: AsyncConnection, draft: Action) -> Action:
    """Store a draft under ids of its server and return it with them."""
    await ensure_server(conn, draft.guild_id, NOW)
    organiser = await participant_of(conn, draft.guild_id, ORGANISER, NOW)
    stored = replace(
        draft,
        action_id=await next_id(conn, draft.guild_id),
        organiser_id=organiser,
    )
    await insert_action(conn, stored)
    return stored


async def an_open_action(conn: AsyncConnection, **changes: Any) -> Action:
    number = changes.pop("number", 1)
    return await store(
        conn, a_draft(number=number, state=ActionState.OPEN, published_at=NOW, **changes)
    )


async def a_contribution(
    conn: AsyncConnection,
    action: Action,
    user_id: int,
    amount: int = 2500,
    *,
    held: HeldReason | None = None,
    at: datetime = NOW,
) -> Contribution:
    contribution = Contribution(
        contribution_id=await next_id(conn, action.guild_id),
        participant_id=await participant_of(conn, action.guild_id, user_id, NOW),
        at=at,
        amount=amount,
        unit_code="USD",
        proof=ProofKind.CODE,
        held=held,
    )
    await insert_contributions(conn, action.guild_id, action.action_id, [contribution])
    return contribution
