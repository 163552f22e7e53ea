"""Deliveries in full: further kinds, what is asked and unsure, settings, milestones."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_DELIVERIES = (
    "card announcement reminder moment promoted closing tally step decision next_occurrence"
    " daily_call shift shift_offer notice milestone last_hour nudge preflight redraw task by_hand"
    " missed ahead direct"
)
_STATES = "pending claimed sent failed cancelled skipped asked"
_ACTS = (
    "published edited rescheduled paused resumed cancelled sign_ups_closed sign_ups_reopened"
    " closed_early log_extended confirmed called_off taken_over organiser_added"
    " organiser_removed moved posted_again parts_changed role_created role_deleted"
    " series_started series_changed series_ended date_skipped ticked_other role_failed"
    " card_gone channel_gone role_gone delivery_failed tried_again reminded moment_missed"
    " sent_now dropped done_by_hand"
)
_DIRECT = "off on closed told"
_UNDONE = sa.text("state IN ('pending', 'claimed')")


def _listed(column: str, values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values.split())})"


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _anew() -> Literal["auto", "always"]:
    """On SQLite tables are built anew, so that they are written down as new ones are."""
    return "auto" if _is_postgresql() else "always"


def _make_append_only(table: str) -> None:
    """SQLite loses a table's triggers where it is built anew."""
    if _is_postgresql():
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f'CREATE TRIGGER "{table}_no_{act.lower()}" BEFORE {act} ON "{table}"'
            f" BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
        )


def upgrade() -> None:
    _deliveries()
    _settings()
    with op.batch_alter_table("audit_event") as batch:
        batch.drop_constraint("ck_audit_event_act", type_="check")
        batch.create_check_constraint("ck_audit_event_act", _listed("act", _ACTS))
    _make_append_only("audit_event")
    op.create_table(
        "milestone",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("action_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("reached_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "action_id", "mark", name="pk_milestone"),
        sa.ForeignKeyConstraint(
            ["guild_id", "action_id"],
            ["action.guild_id", "action.action_id"],
            name="fk_milestone_guild_id_action_id",
            ondelete="CASCADE",
        ),
    )


def _deliveries() -> None:
    op.drop_index("ix_delivery_state_try_at", "delivery")
    with op.batch_alter_table("delivery") as batch:
        batch.add_column(sa.Column("unsure_since", sa.BigInteger()))
        batch.add_column(sa.Column("ordered_at", sa.BigInteger()))
        batch.add_column(
            sa.Column("pinged", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
        batch.add_column(sa.Column("sent_with", sa.BigInteger()))
        for column, values in (("kind", _DELIVERIES), ("state", _STATES)):
            batch.drop_constraint(f"ck_delivery_{column}", type_="check")
            batch.create_check_constraint(f"ck_delivery_{column}", _listed(column, values))
    op.create_index(
        "ix_delivery_undone",
        "delivery",
        ["importance", "try_at", "guild_id", "delivery_id"],
        sqlite_where=_UNDONE,
        postgresql_where=_UNDONE,
    )
    pinged = sa.text("pinged")
    op.create_index(
        "ix_delivery_pinged",
        "delivery",
        ["guild_id", "sent_at"],
        sqlite_where=pinged,
        postgresql_where=pinged,
    )


def _settings() -> None:
    with op.batch_alter_table("server") as batch:
        batch.add_column(sa.Column("messages", sa.JSON()))
        batch.add_column(
            sa.Column("ping_cap", sa.Integer(), server_default=sa.text("10"), nullable=False)
        )
        batch.add_column(sa.Column("quiet_from", sa.Integer()))
        batch.add_column(sa.Column("quiet_until", sa.Integer()))
    with op.batch_alter_table("participant") as batch:
        batch.add_column(sa.Column("direct", sa.Text(), server_default="off", nullable=False))
        batch.create_check_constraint("ck_participant_direct", _listed("direct", _DIRECT))
    with op.batch_alter_table("user_preference", recreate=_anew()) as batch:
        batch.add_column(sa.Column("quiet_from", sa.Integer()))
        batch.add_column(sa.Column("quiet_until", sa.Integer()))
    with op.batch_alter_table("action", recreate=_anew()) as batch:
        batch.add_column(sa.Column("messages", sa.JSON()))
        batch.add_column(sa.Column("next_mark", sa.BigInteger()))
    # Actions under way get the milestones that new ones do; those behind them are not announced.
    op.execute(
        "UPDATE action SET next_mark = (SELECT min((action.goal * marks.part + 99) / 100) FROM"
        " (SELECT 25 AS part UNION ALL SELECT 50 UNION ALL SELECT 75 UNION ALL SELECT 100) AS marks"
        " WHERE (action.goal * marks.part + 99) / 100 > coalesce((SELECT total.logged"
        " FROM action_total AS total WHERE total.guild_id = action.guild_id"
        " AND total.action_id = action.action_id AND total.unit_code = action.unit_code), 0))"
        " WHERE goal IS NOT NULL AND state NOT IN ('draft', 'final', 'cancelled')"
    )
