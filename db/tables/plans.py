"""What actions come from: templates, series that recur, and polls about the time."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from db.tables.columns import (
    KIND_NAMES,
    counter,
    id_column,
    metadata,
    of_server,
    references,
)
from db.types import Instant, TextEnum, WallTime, one_of
from domain.kinds import Kind

template = Table(
    "template",
    metadata,
    id_column("guild_id"),
    id_column("template_id"),
    Column("name", Text, nullable=False),
    Column("content", JSON, nullable=False),
    id_column("participant_id"),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "template_id"),
    UniqueConstraint("guild_id", "name"),
    of_server(),
    references("participant", "participant_id"),
)

series = Table(
    "series",
    metadata,
    id_column("guild_id"),
    id_column("series_id"),
    Column("rule", Text, nullable=False),
    Column("starts_wall", WallTime, nullable=False),
    Column("zone", Text, nullable=False),
    Column("announce_lead_seconds", BigInteger, nullable=False),
    Column("content", JSON, nullable=False),
    Column("skipped", JSON, nullable=False),
    id_column("organiser_id"),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    PrimaryKeyConstraint("guild_id", "series_id"),
    of_server(),
    references("participant", "organiser_id"),
)

poll = Table(
    "poll",
    metadata,
    id_column("guild_id"),
    id_column("poll_id"),
    Column("kind", TextEnum(Kind), nullable=False),
    Column("title", Text, nullable=False),
    id_column("organiser_id"),
    id_column("channel_id", nullable=True),
    id_column("message_id", nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("winner", Integer),
    PrimaryKeyConstraint("guild_id", "poll_id"),
    of_server(),
    references("participant", "organiser_id"),
    one_of("kind", KIND_NAMES),
)

poll_slot = Table(
    "poll_slot",
    metadata,
    id_column("guild_id"),
    id_column("poll_id"),
    Column("slot", Integer, nullable=False),
    Column("wall", WallTime, nullable=False),
    Column("zone", Text, nullable=False),
    Column("fold", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    counter("ticks"),
    PrimaryKeyConstraint("guild_id", "poll_id", "slot"),
    references("poll", "poll_id", ondelete="CASCADE"),
)

poll_tick = Table(
    "poll_tick",
    metadata,
    id_column("guild_id"),
    id_column("poll_id"),
    Column("slot", Integer, nullable=False),
    id_column("participant_id"),
    PrimaryKeyConstraint("guild_id", "poll_id", "slot", "participant_id"),
    references("poll", "poll_id", ondelete="CASCADE"),
    references("participant", "participant_id"),
)
