"""Deliveries: the messages that the bot owes."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from db.tables.columns import (
    DELIVERY_NAMES,
    id_column,
    metadata,
    references,
)
from db.types import Instant, TextEnum, one_of
from domain.deliveries import DeliveryKind, DeliveryState

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
    PrimaryKeyConstraint("guild_id", "delivery_id"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    one_of("kind", DELIVERY_NAMES),
    one_of("state", DeliveryState),
    Index(None, "state", "try_at"),
    Index(None, "guild_id", "action_id"),
)
