"""Where people meet an action beside its card: translations, posters, roles, native events."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from db.tables.columns import id_column, metadata, references
from db.types import Instant, TextEnum, one_of
from domain.posters import PosterUse

translation = Table(
    "translation",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    Column("language", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("original", JSON, nullable=False),
    id_column("participant_id"),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "action_id", "language"),
    references("action", "action_id", ondelete="CASCADE"),
    references("participant", "participant_id"),
)

poster = Table(
    "poster",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    Column("use", TextEnum(PosterUse), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("alt", Text, nullable=False),
    Column("digest", Text, nullable=False),
    id_column("participant_id"),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "action_id", "use"),
    references("action", "action_id", ondelete="CASCADE"),
    references("participant", "participant_id"),
    one_of("use", PosterUse),
)

action_role = Table(
    "action_role",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    Column("language", Text, nullable=False),
    id_column("role_id"),
    PrimaryKeyConstraint("guild_id", "action_id", "language"),
    references("action", "action_id", ondelete="CASCADE"),
)
"""The roles of those who signed up in a language channel; `action.role_id` is that of all else."""

native_event = Table(
    "native_event",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    id_column("event_id", nullable=True),
    Column("shown", JSON, nullable=False),
    Column("gone_at", Instant),
    PrimaryKeyConstraint("guild_id", "action_id"),
    UniqueConstraint("guild_id", "event_id"),
    references("action", "action_id", ondelete="CASCADE"),
)
"""Discord's own events that stand for actions: what they showed when the bot last wrote them.

`gone_at`: somebody deleted it by hand, so it is not made anew.
"""
