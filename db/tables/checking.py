"""Checking: flags, who looks at what, appeals, and samples drawn for a spot check."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from db.tables.columns import id_column, metadata, references
from db.types import Instant, TextEnum, one_of
from domain.flags import Flag

flag = Table(
    "flag",
    metadata,
    id_column("guild_id"),
    id_column("contribution_id"),
    Column("flag", TextEnum(Flag), nullable=False),
    id_column("other_id", nullable=True),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "contribution_id", "flag"),
    references("contribution", "contribution_id"),
    ForeignKeyConstraint(
        ["guild_id", "other_id"], ["contribution.guild_id", "contribution.contribution_id"]
    ),
    one_of("flag", Flag),
)

appeal = Table(
    "appeal",
    metadata,
    id_column("guild_id"),
    id_column("contribution_id"),
    id_column("check_id"),
    id_column("participant_id"),
    Column("text", Text),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "contribution_id"),
    references("contribution", "contribution_id"),
    references("check", "check_id"),
    references("participant", "participant_id"),
)
"""A fan's one appeal against the check `check_id`; a later check of the contribution answers it."""

review_lease = Table(
    "review_lease",
    metadata,
    id_column("guild_id"),
    id_column("contribution_id"),
    id_column("reviewer_id"),
    Column("until", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "contribution_id"),
    references("contribution", "contribution_id"),
    references("participant", "reviewer_id"),
    Index(None, "guild_id", "reviewer_id"),
)
"""Which reviewer looks at a contribution now: nobody else gets it until then."""

review_pass = Table(
    "review_pass",
    metadata,
    id_column("guild_id"),
    id_column("contribution_id"),
    id_column("reviewer_id"),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("guild_id", "contribution_id", "reviewer_id"),
    references("contribution", "contribution_id"),
    references("participant", "reviewer_id"),
)
"""Reviewers who cannot read a contribution's language, and so do not get it again."""

spot_check = Table(
    "spot_check",
    metadata,
    id_column("guild_id"),
    id_column("spot_check_id"),
    id_column("action_id"),
    Column("at", Instant, nullable=False),
    Column("strata", JSON, nullable=False),
    id_column("drawn_by"),
    PrimaryKeyConstraint("guild_id", "spot_check_id"),
    references("action", "action_id"),
    references("participant", "drawn_by"),
    Index(None, "guild_id", "action_id", "spot_check_id"),
)
"""A sample of what was logged up to an instant; the strata are `domain.spot_checks.Stratum`s."""

spot_sample = Table(
    "spot_sample",
    metadata,
    id_column("guild_id"),
    id_column("spot_check_id"),
    id_column("contribution_id"),
    Column("stratum", Integer, nullable=False),
    PrimaryKeyConstraint("guild_id", "spot_check_id", "contribution_id"),
    references("spot_check", "spot_check_id"),
    references("contribution", "contribution_id"),
    Index(None, "guild_id", "contribution_id"),
)
