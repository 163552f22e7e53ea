"""What is published of an action beside its own numbers: official counts, and its editions."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from db.tables.columns import id_column, metadata, references
from db.types import Instant

official_count = Table(
    "official_count",
    metadata,
    id_column("guild_id"),
    id_column("official_count_id"),
    id_column("action_id"),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("link", Text),
    Column("at", Instant, nullable=False),
    id_column("entered_by"),
    Column("entered_at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "official_count_id"),
    references("action", "action_id"),
    references("participant", "entered_by"),
    Index(None, "guild_id", "action_id", "official_count_id"),
)
"""What everyone watches, as an organiser entered it; of the same name the newest one counts."""

edition = Table(
    "edition",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    Column("number", Integer, nullable=False),
    Column("cut_off", Instant, nullable=False),
    Column("reason", Text),
    id_column("participant_id", nullable=True),
    Column("numbers", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "action_id", "number"),
    references("action", "action_id"),
    references("participant", "participant_id"),
)
"""The published tally, from 1 on: further ones are amendments, with their reason.

`numbers` are those that the post said, so that earlier ones stay visible beside the newest.
"""
