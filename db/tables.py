"""The tables, as SQLAlchemy Core metadata; migrations lead to exactly this."""

from __future__ import annotations

from enum import StrEnum

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

from db.columns import KIND_NAMES, counter, id_column, metadata, of_server, references
from db.types import Instant, TextEnum, WallTime, one_of
from domain.actions import ActionState
from domain.deliveries import DeliveryKind, DeliveryState
from domain.kinds import Kind, ProofKind
from domain.ledger import HeldReason, Verdict
from domain.servers import RolePurpose
from domain.sign_ups import SignUpChange, SignUpState


class LedgerEntry(StrEnum):
    """What a row of `contribution` records."""

    LOGGED = "logged"
    WITHDRAWN = "withdrawn"


class ProofItem(StrEnum):
    """What a purgeable row of `proof` holds."""

    CODE = "code"
    LINK = "link"
    NOTE = "note"


TOTALS = tuple(
    f"{part}{suffix}"
    for part in ("logged", "proved", "verified", "held", "withdrawn", "not_counted")
    for suffix in ("", "_count")
)
"""The columns of `action_total` that make up a `domain.actions.Total`."""

server = Table(
    "server",
    metadata,
    id_column("guild_id"),
    Column("language", Text),
    Column("zone", Text),
    id_column("announce_channel_id", nullable=True),
    Column("self_service_ping", Boolean, nullable=False, server_default=text("false")),
    counter("last_id"),
    counter("last_action_number"),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id"),
)

server_role = Table(
    "server_role",
    metadata,
    id_column("guild_id"),
    Column("purpose", TextEnum(RolePurpose), nullable=False),
    id_column("role_id"),
    PrimaryKeyConstraint("guild_id", "purpose"),
    of_server(),
    one_of("purpose", RolePurpose),
)

participant = Table(
    "participant",
    metadata,
    id_column("guild_id"),
    id_column("participant_id"),
    id_column("user_id", nullable=True),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "participant_id"),
    UniqueConstraint("guild_id", "user_id"),
    of_server(),
)

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
    PrimaryKeyConstraint("guild_id", "action_id"),
    UniqueConstraint("guild_id", "number"),
    of_server(),
    references("participant", "organiser_id"),
    one_of("kind", KIND_NAMES),
    one_of("state", ActionState),
    CheckConstraint("signed_up >= 0 AND waitlisted >= 0", name="counters"),
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

action_post = Table(
    "action_post",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    Column("purpose", TextEnum(DeliveryKind), nullable=False),
    id_column("channel_id"),
    id_column("message_id"),
    Column("posted_at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "action_id", "purpose"),
    references("action", "action_id"),
    one_of("purpose", DeliveryKind),
)

signup = Table(
    "signup",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    id_column("participant_id"),
    Column("state", TextEnum(SignUpState), nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "action_id", "participant_id"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    one_of("state", SignUpState),
    Index(None, "guild_id", "action_id", "state", "place"),
    Index(None, "guild_id", "participant_id"),
)

signup_event = Table(
    "signup_event",
    metadata,
    id_column("guild_id"),
    id_column("event_id"),
    id_column("action_id"),
    id_column("participant_id"),
    Column("change", TextEnum(SignUpChange), nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "event_id"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    one_of("change", SignUpChange),
    Index(None, "guild_id", "action_id", "participant_id"),
)

contribution = Table(
    "contribution",
    metadata,
    id_column("guild_id"),
    id_column("contribution_id"),
    id_column("action_id"),
    id_column("participant_id"),
    Column("entry", TextEnum(LedgerEntry), nullable=False),
    id_column("withdraws", nullable=True),
    Column("amount", BigInteger, nullable=False),
    Column("unit_code", Text, nullable=False),
    Column("proof", TextEnum(ProofKind)),
    Column("held", TextEnum(HeldReason)),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "contribution_id"),
    UniqueConstraint("guild_id", "withdraws"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    references("contribution", "withdraws"),
    one_of("entry", LedgerEntry),
    one_of("proof", ProofKind),
    one_of("held", HeldReason),
    CheckConstraint("(entry = 'withdrawn') = (withdraws IS NOT NULL)", name="withdraws"),
    Index(None, "guild_id", "action_id", "contribution_id"),
    Index(None, "guild_id", "participant_id", "contribution_id"),
)

proof = Table(
    "proof",
    metadata,
    id_column("guild_id"),
    id_column("contribution_id"),
    Column("item", TextEnum(ProofItem), nullable=False),
    id_column("action_id"),
    id_column("participant_id"),
    Column("value", Text, nullable=False),
    Column("digest", Text),
    PrimaryKeyConstraint("guild_id", "contribution_id", "item"),
    references("contribution", "contribution_id"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    one_of("item", ProofItem),
    Index(None, "guild_id", "action_id", "participant_id", "digest"),
    Index(None, "guild_id", "participant_id"),
)

check = Table(
    "check",
    metadata,
    id_column("guild_id"),
    id_column("check_id"),
    id_column("contribution_id"),
    id_column("action_id"),
    id_column("reviewer_id"),
    Column("verdict", TextEnum(Verdict), nullable=False),
    Column("amount", BigInteger),
    Column("reason", Text),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "check_id"),
    references("contribution", "contribution_id"),
    references("action", "action_id"),
    references("participant", "reviewer_id"),
    one_of("verdict", Verdict),
    Index(None, "guild_id", "contribution_id", "check_id"),
    Index(None, "guild_id", "action_id", "check_id"),
)

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
    PrimaryKeyConstraint("guild_id", "delivery_id"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    one_of("kind", DeliveryKind),
    one_of("state", DeliveryState),
    Index(None, "state", "try_at"),
    Index(None, "guild_id", "action_id"),
)

installation = Table(
    "installation",
    metadata,
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("name"),
)
