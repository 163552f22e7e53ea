"""The ledger: contributions and checks, and the purgeable proofs beside them."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from db.tables.columns import (
    PROOF_NAMES,
    id_column,
    metadata,
    references,
)
from db.types import Instant, TextEnum, one_of
from domain.kinds import ProofKind
from domain.ledger import HeldReason, Verdict


class LedgerEntry(StrEnum):
    """What a row of `contribution` records."""

    LOGGED = "logged"
    WITHDRAWN = "withdrawn"


class ProofItem(StrEnum):
    """What a purgeable row of `proof` holds."""

    CODE = "code"
    LINK = "link"
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
    PrimaryKeyConstraint("guild_id", "contribution_id"),
    UniqueConstraint("guild_id", "withdraws"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    references("contribution", "withdraws"),
    references("participant", "entered_by"),
    one_of("entry", LedgerEntry),
    one_of("proof", PROOF_NAMES),
    one_of("held", HeldReason),
    CheckConstraint("(entry = 'withdrawn') = (withdraws IS NOT NULL)", name="withdraws"),
    Index(None, "guild_id", "action_id", "contribution_id"),
    Index(None, "guild_id", "action_id", "participant_id"),
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
    one_of("item", (*PROOF_NAMES, "note")),
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
    PrimaryKeyConstraint("guild_id", "contribution_id", "position"),
    references("contribution", "contribution_id"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    Index(None, "guild_id", "participant_id"),
)
