"""The ledger: contributions and checks, and the purgeable proofs beside them."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from db.tables.columns import (
    PROOF_NAMES,
    counter,
    id_column,
    metadata,
    references,
)
from db.types import Instant, TextEnum, one_of
from domain.kinds import ProofKind
from domain.ledger import HeldReason, Verdict
from domain.reasons import Reason


class LedgerEntry(StrEnum):
    """What a row of `contribution` records."""

    LOGGED = "logged"
    WITHDRAWN = "withdrawn"
    PROVED = "proved"
    """The contribution it refers to got a proof after it was logged."""


class ProofItem(StrEnum):
    """What a purgeable row of `proof` holds."""

    CODE = "code"
    LINK = "link"
    IMAGE = "image"
    MESSAGE = "message"
    FILE = "file"
    NOTE = "note"


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
    Column("app_id", Integer),
    Column("day", Text),
    id_column("entered_by", nullable=True),
    id_column("proves", nullable=True),
    Column("source", Text),
    PrimaryKeyConstraint("guild_id", "contribution_id"),
    UniqueConstraint("guild_id", "withdraws"),
    UniqueConstraint("guild_id", "proves"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    references("contribution", "withdraws"),
    references("contribution", "proves"),
    references("participant", "entered_by"),
    one_of("entry", LedgerEntry),
    one_of("proof", PROOF_NAMES),
    one_of("held", HeldReason),
    CheckConstraint("(entry = 'withdrawn') = (withdraws IS NOT NULL)", name="withdraws"),
    CheckConstraint("(entry = 'proved') = (proves IS NOT NULL)", name="proves"),
    Index(None, "guild_id", "action_id", "contribution_id"),
    Index(None, "guild_id", "action_id", "participant_id"),
    Index(None, "guild_id", "participant_id", "contribution_id"),
    Index(
        "ix_contribution_held",
        "guild_id",
        "action_id",
        "contribution_id",
        sqlite_where=text("held IS NOT NULL"),
        postgresql_where=text("held IS NOT NULL"),
    ),
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
    Column("position", Integer, nullable=False, server_default=text("1")),
    PrimaryKeyConstraint("guild_id", "contribution_id", "item", "position"),
    references("contribution", "contribution_id"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    one_of("item", (*PROOF_NAMES, "note")),
    Index(None, "guild_id", "action_id", "participant_id", "digest"),
    Index(None, "guild_id", "participant_id"),
    Index(None, "guild_id", "digest"),
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
    Column("reason_code", TextEnum(Reason)),
    PrimaryKeyConstraint("guild_id", "check_id"),
    references("contribution", "contribution_id"),
    references("action", "action_id"),
    references("participant", "reviewer_id"),
    one_of("verdict", Verdict),
    one_of("reason_code", Reason),
    Index(None, "guild_id", "contribution_id", "check_id"),
    Index(None, "guild_id", "action_id", "check_id"),
)


attachment = Table(
    "attachment",
    metadata,
    id_column("guild_id"),
    id_column("contribution_id"),
    Column("position", Integer, nullable=False),
    id_column("action_id"),
    id_column("participant_id"),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("digest", Text),
    Column("look", Text),
    PrimaryKeyConstraint("guild_id", "contribution_id", "position"),
    references("contribution", "contribution_id"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    Index(None, "guild_id", "participant_id"),
    Index(None, "guild_id", "digest"),
)

look_part = Table(
    "look_part",
    metadata,
    id_column("guild_id"),
    Column("part", Integer, nullable=False),
    Column("value", Integer, nullable=False),
    id_column("contribution_id"),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("guild_id", "part", "value", "contribution_id", "position"),
    ForeignKeyConstraint(
        ["guild_id", "contribution_id", "position"],
        ["attachment.guild_id", "attachment.contribution_id", "attachment.position"],
        name="fk_look_part_guild_id_contribution_id_position",
        ondelete="CASCADE",
    ),
    Index(None, "guild_id", "contribution_id", "position"),
)
"""The parts of pictures' looks: whoever nearly looks the same has one of them in common."""

contributor = Table(
    "contributor",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    id_column("participant_id"),
    Column("unit_code", Text, nullable=False),
    counter("logged"),
    counter("logged_count"),
    counter("verified_count"),
    PrimaryKeyConstraint("guild_id", "action_id", "participant_id", "unit_code"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    Index(None, "guild_id", "participant_id"),
)
"""What each participant's contributions to an action come to, kept in step with the ledger."""
