"""Servers, the people in them, what people prefer everywhere, and this installation."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from db.tables.columns import (
    KIND_NAMES,
    counter,
    id_column,
    metadata,
    of_server,
)
from db.types import Instant, TextEnum, one_of
from domain.direct import Direct
from domain.kinds import Kind
from domain.servers import PING_CAP, RolePurpose

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
    id_column("organiser_channel_id", nullable=True),
    Column("grants_roles", Boolean, nullable=False, server_default=text("false")),
    Column("messages", JSON),
    Column("ping_cap", Integer, nullable=False, server_default=text(str(PING_CAP))),
    Column("quiet_from", Integer),
    Column("quiet_until", Integer),
    Column("tally_public", Boolean, nullable=False, server_default=text("true")),
    Column("threads", Boolean, nullable=False, server_default=text("false")),
    Column("native_events", Boolean, nullable=False, server_default=text("false")),
    Column("choices_public", Boolean, nullable=False, server_default=text("false")),
    Column("kinds", JSON),
    Column("keep_proofs_days", Integer),
    Column("welcomed_at", Instant),
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

language_channel = Table(
    "language_channel",
    metadata,
    id_column("guild_id"),
    Column("language", Text, nullable=False),
    id_column("channel_id"),
    id_column("role_id", nullable=True),
    PrimaryKeyConstraint("guild_id", "language"),
    UniqueConstraint("guild_id", "channel_id"),
    of_server(),
)
"""The language channels: each has cards and pings of its own, the role is that for alerts there."""

kind_role = Table(
    "kind_role",
    metadata,
    id_column("guild_id"),
    Column("kind", TextEnum(Kind), nullable=False),
    id_column("role_id"),
    Column("self_service", Boolean, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("guild_id", "kind"),
    of_server(),
    one_of("kind", KIND_NAMES),
)
"""The roles that announcements of one kind ping, in place of the server's role for alerts."""

participant = Table(
    "participant",
    metadata,
    id_column("guild_id"),
    id_column("participant_id"),
    id_column("user_id", nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("direct", TextEnum(Direct), nullable=False, server_default=Direct.OFF.value),
    Column("public_name", Text),
    counter("told_check"),
    Column("thanked_at", Instant),
    Column("hides_choices", Boolean, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("guild_id", "participant_id"),
    UniqueConstraint("guild_id", "user_id"),
    of_server(),
    one_of("direct", Direct),
)


user_preference = Table(
    "user_preference",
    metadata,
    id_column("user_id"),
    Column("zone", Text),
    Column("quiet_from", Integer),
    Column("quiet_until", Integer),
    Column("language", Text),
    Column("platforms", JSON),
    Column("instance", Text),
    PrimaryKeyConstraint("user_id"),
)

installation = Table(
    "installation",
    metadata,
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("name"),
)
