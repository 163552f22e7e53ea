"""Actions: what was decided about them, their totals, posts, organisers and audit log."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
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
    KIND_NAMES,
    PURPOSE_NAMES,
    counter,
    id_column,
    language_column,
    metadata,
    of_server,
    references,
)
from db.types import Instant, TextEnum, WallTime, one_of
from domain.actions import ActionState, SignUpGate
from domain.audit import Act
from domain.deliveries import DeliveryKind
from domain.kinds import Kind

TOTALS = tuple(
    f"{part}{suffix}"
    for part in ("logged", "proved", "verified", "held", "withdrawn", "not_counted")
    for suffix in ("", "_count")
)
"""The columns of `action_total` that make up a `domain.totals.Total`."""

action = Table(
    "action",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    Column("number", BigInteger),
    Column("kind", TextEnum(Kind), nullable=False),
    Column("title", Text, nullable=False),
    Column("state", TextEnum(ActionState), nullable=False),
    id_column("organiser_id"),
    Column("starts_wall", WallTime, nullable=False),
    Column("starts_zone", Text, nullable=False),
    Column("starts_fold", Integer, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_wall", WallTime),
    Column("ends_zone", Text),
    Column("ends_fold", Integer),
    Column("ends_at", Instant, nullable=False),
    Column("log_until", Instant, nullable=False),
    Column("unit_code", Text, nullable=False),
    Column("goal", BigInteger),
    Column("baseline", BigInteger),
    Column("cap", BigInteger),
    Column("capacity", BigInteger),
    Column("fields", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("published_at", Instant),
    counter("signed_up"),
    counter("waitlisted"),
    counter("arrivals"),
    Column("announce_wall", WallTime),
    Column("announce_zone", Text),
    Column("announce_fold", Integer),
    Column("announce_at", Instant),
    id_column("channel_id", nullable=True),
    Column(
        "sign_ups", TextEnum(SignUpGate), nullable=False, server_default=SignUpGate.BY_TIME.value
    ),
    Column("sign_up_lead_seconds", BigInteger),
    id_column("sign_up_role_id", nullable=True),
    Column("stopped_at", Instant),
    Column("reason", Text),
    Column("needed", BigInteger),
    Column("decide_wall", WallTime),
    Column("decide_zone", Text),
    Column("decide_fold", Integer),
    Column("decide_at", Instant),
    Column("confirmed_at", Instant),
    Column("grants_role", Boolean, nullable=False, server_default=text("false")),
    id_column("role_id", nullable=True),
    id_column("series_id", nullable=True),
    Column("occurrence", WallTime),
    counter("pledged_amount"),
    counter("pledged_count"),
    Column("messages", JSON),
    Column("next_mark", BigInteger),
    Column("seed", Text),
    Column("reveal_wall", WallTime),
    Column("reveal_zone", Text),
    Column("reveal_fold", Integer),
    Column("reveal_at", Instant),
    Column("helpers_lead_seconds", BigInteger),
    id_column("thread_id", nullable=True),
    PrimaryKeyConstraint("guild_id", "action_id"),
    UniqueConstraint("guild_id", "number"),
    of_server(),
    references("participant", "organiser_id"),
    one_of("kind", KIND_NAMES),
    references("series", "series_id"),
    one_of("state", ActionState),
    one_of("sign_ups", SignUpGate),
    CheckConstraint("signed_up >= 0 AND waitlisted >= 0", name="counters"),
    UniqueConstraint("guild_id", "series_id", "occurrence"),
    Index(None, "guild_id", "ends_at"),
)

action_total = Table(
    "action_total",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    Column("unit_code", Text, nullable=False),
    *(counter(name) for name in TOTALS),
    PrimaryKeyConstraint("guild_id", "action_id", "unit_code"),
    references("action", "action_id", ondelete="CASCADE"),
)

milestone = Table(
    "milestone",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    Column("mark", Text, nullable=False),
    Column("reached_at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "action_id", "mark"),
    references("action", "action_id", ondelete="CASCADE"),
)

action_post = Table(
    "action_post",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    Column("purpose", TextEnum(DeliveryKind), nullable=False),
    id_column("channel_id"),
    id_column("message_id"),
    Column("posted_at", Instant, nullable=False),
    language_column(),
    PrimaryKeyConstraint("guild_id", "action_id", "purpose", "language"),
    references("action", "action_id"),
    one_of("purpose", PURPOSE_NAMES),
)


action_organiser = Table(
    "action_organiser",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    id_column("participant_id"),
    Column("added_at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "action_id", "participant_id"),
    references("action", "action_id", ondelete="CASCADE"),
    references("participant", "participant_id"),
)


audit_event = Table(
    "audit_event",
    metadata,
    id_column("guild_id"),
    id_column("event_id"),
    id_column("action_id", nullable=True),
    id_column("participant_id", nullable=True),
    Column("act", TextEnum(Act), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "event_id"),
    of_server(),
    references("action", "action_id"),
    references("participant", "participant_id"),
    one_of("act", Act),
    Index(None, "guild_id", "action_id", "event_id"),
)
