"""Parts of an action: shifts, tasks, the apps of a vote."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from db.tables.columns import (
    counter,
    id_column,
    metadata,
    references,
)
from db.types import Instant, TextEnum, WallTime, one_of
from domain.shifts import OfferState, ShiftChange

shift = Table(
    "shift",
    metadata,
    id_column("guild_id"),
    id_column("shift_id"),
    id_column("action_id"),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("target", Integer),
    Column("title", Text),
    counter("taken"),
    PrimaryKeyConstraint("guild_id", "shift_id"),
    references("action", "action_id", ondelete="CASCADE"),
    Index(None, "guild_id", "action_id", "starts_at"),
)

shift_claim = Table(
    "shift_claim",
    metadata,
    id_column("guild_id"),
    id_column("shift_id"),
    id_column("participant_id"),
    id_column("action_id"),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "shift_id", "participant_id"),
    references("shift", "shift_id", ondelete="CASCADE"),
    references("action", "action_id", ondelete="CASCADE"),
    references("participant", "participant_id"),
    Index(None, "guild_id", "action_id", "participant_id"),
)

shift_event = Table(
    "shift_event",
    metadata,
    id_column("guild_id"),
    id_column("event_id"),
    id_column("action_id"),
    id_column("shift_id"),
    id_column("participant_id"),
    Column("change", TextEnum(ShiftChange), nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "event_id"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    one_of("change", ShiftChange),
    Index(None, "guild_id", "action_id"),
)

shift_offer = Table(
    "shift_offer",
    metadata,
    id_column("guild_id"),
    id_column("offer_id"),
    id_column("action_id"),
    id_column("shift_id"),
    id_column("from_id"),
    id_column("to_id", nullable=True),
    id_column("for_shift_id", nullable=True),
    Column("state", TextEnum(OfferState), nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "offer_id"),
    references("action", "action_id", ondelete="CASCADE"),
    one_of("state", OfferState),
    Index(None, "guild_id", "shift_id"),
)

task = Table(
    "task",
    metadata,
    id_column("guild_id"),
    id_column("task_id"),
    id_column("action_id"),
    Column("title", Text, nullable=False),
    Column("due_wall", WallTime),
    Column("due_zone", Text),
    Column("due_fold", Integer),
    Column("due_at", Instant),
    id_column("claimed_by", nullable=True),
    Column("claimed_at", Instant),
    id_column("contribution_id", nullable=True),
    PrimaryKeyConstraint("guild_id", "task_id"),
    references("action", "action_id", ondelete="CASCADE"),
    references("participant", "claimed_by"),
    references("contribution", "contribution_id"),
    Index(None, "guild_id", "action_id"),
)

vote_app = Table(
    "vote_app",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    Column("app_id", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("cap", BigInteger, nullable=False),
    Column("reset", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("link", Text),
    Column("note", Text),
    Column("opens_at", Instant),
    Column("closes_at", Instant),
    counter("logged"),
    PrimaryKeyConstraint("guild_id", "action_id", "app_id"),
    references("action", "action_id", ondelete="CASCADE"),
)

rest_day = Table(
    "rest_day",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    id_column("participant_id"),
    Column("day", Text, nullable=False),
    PrimaryKeyConstraint("guild_id", "action_id", "participant_id", "day"),
    references("action", "action_id", ondelete="CASCADE"),
    references("participant", "participant_id"),
)
