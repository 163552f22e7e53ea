"""Sign-ups: who is in, who waits, the options they chose, and the roles they get."""

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
    text,
)

from db.tables.columns import (
    counter,
    id_column,
    language_column,
    metadata,
    references,
)
from db.types import Instant, TextEnum, one_of
from domain.roles import RoleChangeState
from domain.sign_ups import SignUpChange, SignUpState

HAS_OPTION = "option_id IS NOT NULL"
HAS_LANGUAGE = "language <> ''"
"""As the indexes say it: a statement that is to use one has to say it likewise."""

signup = Table(
    "signup",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    id_column("participant_id"),
    Column("state", TextEnum(SignUpState), nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("option_id", Integer),
    Column("pledged", BigInteger),
    Column("muted", Boolean, nullable=False, server_default=text("false")),
    language_column(),
    PrimaryKeyConstraint("guild_id", "action_id", "participant_id"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    one_of("state", SignUpState),
    Index(None, "guild_id", "action_id", "state", "place"),
    Index(None, "guild_id", "participant_id"),
    Index(
        "ix_signup_option",
        "guild_id",
        "action_id",
        "option_id",
        "state",
        "place",
        sqlite_where=text(HAS_OPTION),
        postgresql_where=text(HAS_OPTION),
    ),
    Index(
        "ix_signup_language",
        "guild_id",
        "action_id",
        "language",
        "state",
        "place",
        sqlite_where=text(HAS_LANGUAGE),
        postgresql_where=text(HAS_LANGUAGE),
    ),
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
    Column("state", TextEnum(SignUpState), nullable=False),
    Column("option_id", Integer),
    Column("pledged", BigInteger),
    PrimaryKeyConstraint("guild_id", "event_id"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    one_of("change", SignUpChange),
    one_of("state", SignUpState),
    Index(None, "guild_id", "action_id", "participant_id"),
)


signup_option = Table(
    "signup_option",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    Column("option_id", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("capacity", BigInteger),
    counter("taken"),
    PrimaryKeyConstraint("guild_id", "action_id", "option_id"),
    references("action", "action_id", ondelete="CASCADE"),
)

role_change = Table(
    "role_change",
    metadata,
    id_column("guild_id"),
    id_column("action_id"),
    id_column("participant_id"),
    Column("gives", Boolean, nullable=False),
    Column("state", TextEnum(RoleChangeState), nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("error", Text),
    Column("changed_at", Instant, nullable=False),
    language_column(),
    PrimaryKeyConstraint("guild_id", "action_id", "participant_id", "language"),
    references("action", "action_id"),
    references("participant", "participant_id"),
    one_of("state", RoleChangeState),
    Index(None, "state", "guild_id", "changed_at", "participant_id"),
)
