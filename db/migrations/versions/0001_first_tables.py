"""The first tables: servers, participants, actions, sign-ups, the ledger and deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _ids(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["guild_id", column],
        [f"{target}.guild_id", f"{target}.{target}_id"],
        name=f"fk_{table}_guild_id_{column}",
    )


def _one_of(table: str, column: str, values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"ck_{table}_{column}")


def _make_append_only(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}"'
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}"'
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f'CREATE TRIGGER "{table}_no_{act.lower()}" BEFORE {act} ON "{table}"'
            f" BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
        )


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_installation"),
    )
    op.create_table(
        "server",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("zone", sa.Text()),
        sa.Column("announce_channel_id", sa.BigInteger()),
        sa.Column(
            "self_service_ping", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        _count("last_id"),
        _count("last_action_number"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name="pk_server"),
    )
    op.create_table(
        "participant",
        *_ids("guild_id", "participant_id"),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["server.guild_id"], name="fk_participant_guild_id"),
        sa.PrimaryKeyConstraint("guild_id", "participant_id", name="pk_participant"),
        sa.UniqueConstraint("guild_id", "user_id", name="uq_participant_guild_id_user_id"),
    )
    op.create_table(
        "server_role",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        _one_of("server_role", "purpose", "organiser reviewer ping"),
        sa.ForeignKeyConstraint(["guild_id"], ["server.guild_id"], name="fk_server_role_guild_id"),
        sa.PrimaryKeyConstraint("guild_id", "purpose", name="pk_server_role"),
    )
    op.create_table(
        "action",
        *_ids("guild_id", "action_id"),
        sa.Column("number", sa.BigInteger()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_wall", sa.Text(), nullable=False),
        sa.Column("starts_zone", sa.Text(), nullable=False),
        sa.Column("starts_fold", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_wall", sa.Text()),
        sa.Column("ends_zone", sa.Text()),
        sa.Column("ends_fold", sa.Integer()),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("log_until", sa.BigInteger(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("goal", sa.BigInteger()),
        sa.Column("baseline", sa.BigInteger()),
        sa.Column("cap", sa.BigInteger()),
        sa.Column("capacity", sa.BigInteger()),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.BigInteger()),
        _count("signed_up"),
        _count("waitlisted"),
        _count("arrivals"),
        _one_of(
            "action", "kind", "fundraiser hashtag stream vote project attendance submission custom"
        ),
        _one_of(
            "action",
            "state",
            "draft awaiting_approval scheduled open live counting final cancelled paused",
        ),
        sa.CheckConstraint("signed_up >= 0 AND waitlisted >= 0", name="ck_action_counters"),
        _refers("action", "organiser_id", "participant"),
        sa.ForeignKeyConstraint(["guild_id"], ["server.guild_id"], name="fk_action_guild_id"),
        sa.PrimaryKeyConstraint("guild_id", "action_id", name="pk_action"),
        sa.UniqueConstraint("guild_id", "number", name="uq_action_guild_id_number"),
    )
    op.create_table(
        "action_post",
        *_ids("guild_id", "action_id"),
        sa.Column("purpose", sa.Text(), nullable=False),
        *_ids("channel_id", "message_id"),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        _one_of(
            "action_post", "purpose", "card announcement reminder moment promoted closing tally"
        ),
        _refers("action_post", "action_id", "action"),
        sa.PrimaryKeyConstraint("guild_id", "action_id", "purpose", name="pk_action_post"),
    )
    op.create_table(
        "action_total",
        *_ids("guild_id", "action_id"),
        sa.Column("unit_code", sa.Text(), nullable=False),
        _count("logged"),
        _count("logged_count"),
        _count("proved"),
        _count("proved_count"),
        _count("verified"),
        _count("verified_count"),
        _count("held"),
        _count("held_count"),
        _count("withdrawn"),
        _count("withdrawn_count"),
        _count("not_counted"),
        _count("not_counted_count"),
        sa.ForeignKeyConstraint(
            ["guild_id", "action_id"],
            ["action.guild_id", "action.action_id"],
            name="fk_action_total_guild_id_action_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("guild_id", "action_id", "unit_code", name="pk_action_total"),
    )
    op.create_table(
        "contribution",
        *_ids("guild_id", "contribution_id", "action_id", "participant_id"),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("withdraws", sa.BigInteger()),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text()),
        sa.Column("held", sa.Text()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(entry = 'withdrawn') = (withdraws IS NOT NULL)",
            name="ck_contribution_withdraws",
        ),
        _one_of("contribution", "entry", "logged withdrawn"),
        _one_of("contribution", "held", "same_code over_cap outside_window"),
        _one_of("contribution", "proof", "code link"),
        _refers("contribution", "action_id", "action"),
        _refers("contribution", "participant_id", "participant"),
        _refers("contribution", "withdraws", "contribution"),
        sa.PrimaryKeyConstraint("guild_id", "contribution_id", name="pk_contribution"),
        sa.UniqueConstraint("guild_id", "withdraws", name="uq_contribution_guild_id_withdraws"),
    )
    op.create_index(
        "ix_contribution_guild_id_action_id_contribution_id",
        "contribution",
        ["guild_id", "action_id", "contribution_id"],
    )
    op.create_index(
        "ix_contribution_guild_id_participant_id_contribution_id",
        "contribution",
        ["guild_id", "participant_id", "contribution_id"],
    )
    op.create_table(
        "delivery",
        *_ids("guild_id", "delivery_id", "action_id"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("importance", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("try_at", sa.BigInteger(), nullable=False),
        sa.Column("offset_seconds", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger()),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("channel_id", sa.BigInteger()),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _one_of("delivery", "kind", "card announcement reminder moment promoted closing tally"),
        _one_of("delivery", "state", "pending claimed sent failed cancelled skipped"),
        _refers("delivery", "action_id", "action"),
        _refers("delivery", "participant_id", "participant"),
        sa.PrimaryKeyConstraint("guild_id", "delivery_id", name="pk_delivery"),
    )
    op.create_index("ix_delivery_guild_id_action_id", "delivery", ["guild_id", "action_id"])
    op.create_index("ix_delivery_state_try_at", "delivery", ["state", "try_at"])
    op.create_table(
        "signup",
        *_ids("guild_id", "action_id", "participant_id"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _one_of("signup", "state", "in waitlisted left"),
        _refers("signup", "action_id", "action"),
        _refers("signup", "participant_id", "participant"),
        sa.PrimaryKeyConstraint("guild_id", "action_id", "participant_id", name="pk_signup"),
    )
    op.create_index(
        "ix_signup_guild_id_action_id_state_place",
        "signup",
        ["guild_id", "action_id", "state", "place"],
    )
    op.create_index("ix_signup_guild_id_participant_id", "signup", ["guild_id", "participant_id"])
    op.create_table(
        "signup_event",
        *_ids("guild_id", "event_id", "action_id", "participant_id"),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _one_of("signup_event", "change", "joined waitlisted promoted left"),
        _refers("signup_event", "action_id", "action"),
        _refers("signup_event", "participant_id", "participant"),
        sa.PrimaryKeyConstraint("guild_id", "event_id", name="pk_signup_event"),
    )
    op.create_index(
        "ix_signup_event_guild_id_action_id_participant_id",
        "signup_event",
        ["guild_id", "action_id", "participant_id"],
    )
    op.create_table(
        "check",
        *_ids("guild_id", "check_id", "contribution_id", "action_id", "reviewer_id"),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _one_of("check", "verdict", "verified not_counted corrected"),
        _refers("check", "action_id", "action"),
        _refers("check", "contribution_id", "contribution"),
        _refers("check", "reviewer_id", "participant"),
        sa.PrimaryKeyConstraint("guild_id", "check_id", name="pk_check"),
    )
    op.create_index(
        "ix_check_guild_id_action_id_check_id", "check", ["guild_id", "action_id", "check_id"]
    )
    op.create_index(
        "ix_check_guild_id_contribution_id_check_id",
        "check",
        ["guild_id", "contribution_id", "check_id"],
    )
    op.create_table(
        "proof",
        *_ids("guild_id", "contribution_id"),
        sa.Column("item", sa.Text(), nullable=False),
        *_ids("action_id", "participant_id"),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text()),
        _one_of("proof", "item", "code link note"),
        _refers("proof", "action_id", "action"),
        _refers("proof", "contribution_id", "contribution"),
        _refers("proof", "participant_id", "participant"),
        sa.PrimaryKeyConstraint("guild_id", "contribution_id", "item", name="pk_proof"),
    )
    op.create_index(
        "ix_proof_guild_id_action_id_participant_id_digest",
        "proof",
        ["guild_id", "action_id", "participant_id", "digest"],
    )
    op.create_index("ix_proof_guild_id_participant_id", "proof", ["guild_id", "participant_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "BEGIN\n"
            "    RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME"
            " USING ERRCODE = 'restrict_violation';\n"
            "END\n"
            "$$"
        )
    for table in ("signup_event", "contribution", "check"):
        _make_append_only(table)
