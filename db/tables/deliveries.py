"""Deliveries: the messages that the bot owes."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from db.tables.columns import (
    DELIVERY_NAMES,
    id_column,
    language_column,
    metadata,
    references,
)
from db.types import Instant, TextEnum, one_of
from domain.deliveries import DeliveryKind, DeliveryState

UNDONE = "state IN ('pending', 'claimed')"
"""What still has to be sent; only that is in the index by which it is found."""

delivery = Table(
    "delivery",
    metadata,
    id_column("guild_id"),
    id_column("delivery_id"),
    id_column("action_id"),
    Column("kind", TextEnum(DeliveryKind), nullable=False),
    Column("state", TextEnum(DeliveryState), nullable=False),
    Column("importance", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("try_at", Instant, nullable=False),
    Column("offset_seconds", BigInteger, nullable=False),
    id_column("participant_id", nullable=True),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("error", Text),
    id_column("channel_id", nullable=True),
    id_column("message_id", nullable=True),
    Column("sent_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("item_id", BigInteger),
    Column("unsure_since", Instant),
    Column("ordered_at", Instant),
    Column("pinged", Boolean, nullable=False, server_default=text("false")),
    id_column("sent_with", nullable=True),
    language_column(),
    id_column("copy_of", nullable=True),
    PrimaryKeyConstraint("guild_id", "delivery_id"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    one_of("kind", DELIVERY_NAMES),
    one_of("state", DeliveryState),
    UniqueConstraint("guild_id", "copy_of", "language"),
    Index(
        "ix_delivery_undone",
        "importance",
        "try_at",
        "guild_id",
        "delivery_id",
        sqlite_where=text(UNDONE),
        postgresql_where=text(UNDONE),
    ),
    Index(None, "guild_id", "action_id"),
    Index(
        "ix_delivery_pinged",
        "guild_id",
        "sent_at",
        sqlite_where=text("pinged"),
        postgresql_where=text("pinged"),
    ),
)
