"""The tables' metadata, and the columns and references that recur in them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, MetaData, Text, text

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

KIND_NAMES = (
    "fundraiser",
    "hashtag",
    "stream",
    "vote",
    "project",
    "attendance",
    "submission",
    "custom",
)
"""Every kind of the design, so that a further one in `domain.kinds` needs no migration."""

DELIVERY_NAMES = (
    "card",
    "announcement",
    "reminder",
    "moment",
    "promoted",
    "closing",
    "tally",
    "step",
    "decision",
    "next_occurrence",
    "daily_call",
    "shift",
    "shift_offer",
    "notice",
    "milestone",
    "last_hour",
    "nudge",
    "preflight",
    "redraw",
    "task",
    "by_hand",
    "missed",
    "ahead",
    "direct",
    "verdict",
    "digest",
    "thanks",
    "reveal",
    "thread",
    "event",
)
"""Every kind of message of the design."""

PURPOSE_NAMES = (
    "card",
    "announcement",
    "reminder",
    "moment",
    "promoted",
    "closing",
    "tally",
    "reveal",
)
"""The deliveries that could leave a lasting post of an action."""

PROOF_NAMES = ("code", "link", "image", "message", "file")
"""Every kind of proof of the design."""


def language_column() -> Column[str]:
    """Of which language channel a row is: empty for the server's own channel."""
    return Column("language", Text, nullable=False, server_default=text("''"))


def id_column(name: str, *, nullable: bool = False) -> Column[int]:
    """A snowflake of Discord's, or an id from the server's counter."""
    return Column(name, BigInteger, nullable=nullable, autoincrement=False)


def counter(name: str) -> Column[int]:
    """A running count, from 0 on."""
    return Column(name, BigInteger, nullable=False, server_default=text("0"))


def references(table: str, column: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """A reference from this column to another row of the same server."""
    return ForeignKeyConstraint(
        ["guild_id", column],
        [f"{table}.guild_id", f"{table}.{table}_id"],
        ondelete=ondelete,
    )


def of_server() -> ForeignKeyConstraint:
    """A reference to the server that the row belongs to."""
    return ForeignKeyConstraint(["guild_id"], ["server.guild_id"])
