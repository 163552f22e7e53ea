"""Tallies in full: proofs that follow, flags, appeals, samples, official counts, editions."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_DELIVERIES = (
    "card announcement reminder moment promoted closing tally step decision next_occurrence"
    " daily_call shift shift_offer notice milestone last_hour nudge preflight redraw task by_hand"
    " missed ahead direct verdict digest thanks"
)
_ACTS = (
    "published edited rescheduled paused resumed cancelled sign_ups_closed sign_ups_reopened"
    " closed_early log_extended confirmed called_off taken_over organiser_added"
    " organiser_removed moved posted_again parts_changed role_created role_deleted"
    " series_started series_changed series_ended date_skipped ticked_other role_failed"
    " card_gone channel_gone role_gone delivery_failed tried_again reminded moment_missed"
    " sent_now dropped done_by_hand official_entered amended sample_drawn"
)
_PURPOSES = "organiser reviewer ping thanks"
_FLAGS = "same_link same_code same_image like_image before_moment"
_REASONS = (
    "duplicate unreadable other_action other_person outside_time amount_unclear edited no_proof own"
)


def _id(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=nullable)


def _ids(*names: str) -> list[sa.Column[int]]:
    return [_id(name) for name in names]


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)


def _refers(
    table: str, column: str, target: str, *, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["guild_id", column],
        [f"{target}.guild_id", f"{target}.{target}_id"],
        name=f"fk_{table}_guild_id_{column}",
        ondelete=ondelete,
    )


def _listed(column: str, values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values.split())})"


def _one_of(table: str, column: str, values: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(_listed(column, values), name=f"ck_{table}_{column}")


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _anew() -> Literal["auto", "always"]:
    """On SQLite tables are built anew, so that they are written down as new ones are."""
    return "auto" if _is_postgresql() else "always"


def _make_append_only(table: str, *, rebuilt: bool = False) -> None:
    """SQLite loses a table's triggers where it is built anew; PostgreSQL keeps them."""
    if _is_postgresql():
        if not rebuilt:
            for name, event, each in (
                ("append_only", "UPDATE OR DELETE", "ROW"),
                ("no_truncate", "TRUNCATE", "STATEMENT"),
            ):
                op.execute(
                    f'CREATE TRIGGER "{table}_{name}" BEFORE {event} ON "{table}"'
                    f" FOR EACH {each} EXECUTE FUNCTION refuse_change()"
                )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f'CREATE TRIGGER "{table}_no_{act.lower()}" BEFORE {act} ON "{table}"'
            f" BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
        )


def _widen(table: str, **columns: str) -> None:
    with op.batch_alter_table(table) as batch:
        for column, values in columns.items():
            batch.drop_constraint(f"ck_{table}_{column}", type_="check")
            batch.create_check_constraint(f"ck_{table}_{column}", _listed(column, values))


def upgrade() -> None:
    _widen("delivery", kind=_DELIVERIES)
    _widen("audit_event", act=_ACTS)
    _make_append_only("audit_event", rebuilt=True)
    _widen("server_role", purpose=_PURPOSES)
    _settings()
    _ledger()
    _proofs()
    _checking()
    _publishing()
    _contributors()


def _settings() -> None:
    with op.batch_alter_table("server", recreate=_anew()) as batch:
        batch.add_column(
            sa.Column("tally_public", sa.Boolean(), server_default=sa.text("true"), nullable=False)
        )
    with op.batch_alter_table("participant", recreate=_anew()) as batch:
        batch.add_column(_text("public_name", nullable=True))
        batch.add_column(_count("told_check"))
        batch.add_column(_instant("thanked_at", nullable=True))
    with op.batch_alter_table("action", recreate=_anew()) as batch:
        batch.add_column(_text("seed", nullable=True))


def _ledger() -> None:
    with op.batch_alter_table("contribution") as batch:
        batch.add_column(_id("proves", nullable=True))
        batch.add_column(_text("source", nullable=True))
        batch.drop_constraint("ck_contribution_entry", type_="check")
        batch.create_check_constraint(
            "ck_contribution_entry", _listed("entry", "logged withdrawn proved")
        )
        batch.create_check_constraint(
            "ck_contribution_proves", "(entry = 'proved') = (proves IS NOT NULL)"
        )
        batch.create_unique_constraint("uq_contribution_guild_id_proves", ["guild_id", "proves"])
        batch.create_foreign_key(
            "fk_contribution_guild_id_proves",
            "contribution",
            ["guild_id", "proves"],
            ["guild_id", "contribution_id"],
        )
    _make_append_only("contribution", rebuilt=True)
    op.create_index(
        "ix_contribution_held",
        "contribution",
        ["guild_id", "action_id", "contribution_id"],
        sqlite_where=sa.text("held IS NOT NULL"),
        postgresql_where=sa.text("held IS NOT NULL"),
    )
    with op.batch_alter_table("check") as batch:
        batch.add_column(_text("reason_code", nullable=True))
        batch.create_check_constraint("ck_check_reason_code", _listed("reason_code", _REASONS))
    _make_append_only("check", rebuilt=True)


def _proofs() -> None:
    with op.batch_alter_table("proof", recreate=_anew()) as batch:
        batch.add_column(
            sa.Column("position", sa.Integer(), server_default=sa.text("1"), nullable=False)
        )
        batch.drop_constraint("pk_proof", type_="primary")
        batch.create_primary_key("pk_proof", ["guild_id", "contribution_id", "item", "position"])
    _index("proof", "guild_id", "digest")
    with op.batch_alter_table("attachment", recreate=_anew()) as batch:
        batch.add_column(_text("digest", nullable=True))
        batch.add_column(_text("look", nullable=True))
    _index("attachment", "guild_id", "digest")
    op.create_table(
        "look_part",
        _id("guild_id"),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        _id("contribution_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        _key("look_part", "guild_id", "part", "value", "contribution_id", "position"),
        sa.ForeignKeyConstraint(
            ["guild_id", "contribution_id", "position"],
            ["attachment.guild_id", "attachment.contribution_id", "attachment.position"],
            name="fk_look_part_guild_id_contribution_id_position",
            ondelete="CASCADE",
        ),
    )
    _index("look_part", "guild_id", "contribution_id", "position")
    op.create_table(
        "flag",
        *_ids("guild_id", "contribution_id"),
        _text("flag"),
        _id("other_id", nullable=True),
        _instant("at"),
        _key("flag", "guild_id", "contribution_id", "flag"),
        _refers("flag", "contribution_id", "contribution"),
        sa.ForeignKeyConstraint(
            ["guild_id", "other_id"],
            ["contribution.guild_id", "contribution.contribution_id"],
            name="fk_flag_guild_id_other_id",
        ),
        _one_of("flag", "flag", _FLAGS),
    )


def _checking() -> None:
    op.create_table(
        "appeal",
        *_ids("guild_id", "contribution_id", "check_id", "participant_id"),
        _text("text", nullable=True),
        _instant("at"),
        _key("appeal", "guild_id", "contribution_id"),
        _refers("appeal", "contribution_id", "contribution"),
        _refers("appeal", "check_id", "check"),
        _refers("appeal", "participant_id", "participant"),
    )
    op.create_table(
        "review_lease",
        *_ids("guild_id", "contribution_id", "reviewer_id"),
        _instant("until"),
        _key("review_lease", "guild_id", "contribution_id"),
        _refers("review_lease", "contribution_id", "contribution"),
        _refers("review_lease", "reviewer_id", "participant"),
    )
    _index("review_lease", "guild_id", "reviewer_id")
    op.create_table(
        "review_pass",
        *_ids("guild_id", "contribution_id", "reviewer_id"),
        _instant("at"),
        _key("review_pass", "guild_id", "contribution_id", "reviewer_id"),
        _refers("review_pass", "contribution_id", "contribution"),
        _refers("review_pass", "reviewer_id", "participant"),
    )
    op.create_table(
        "spot_check",
        *_ids("guild_id", "spot_check_id", "action_id"),
        _instant("at"),
        sa.Column("strata", sa.JSON(), nullable=False),
        _id("drawn_by"),
        _key("spot_check", "guild_id", "spot_check_id"),
        _refers("spot_check", "action_id", "action"),
        _refers("spot_check", "drawn_by", "participant"),
    )
    _index("spot_check", "guild_id", "action_id", "spot_check_id")
    op.create_table(
        "spot_sample",
        *_ids("guild_id", "spot_check_id", "contribution_id"),
        sa.Column("stratum", sa.Integer(), nullable=False),
        _key("spot_sample", "guild_id", "spot_check_id", "contribution_id"),
        _refers("spot_sample", "spot_check_id", "spot_check"),
        _refers("spot_sample", "contribution_id", "contribution"),
    )
    _index("spot_sample", "guild_id", "contribution_id")
    _make_append_only("spot_check")
    _make_append_only("spot_sample")


def _publishing() -> None:
    op.create_table(
        "official_count",
        *_ids("guild_id", "official_count_id", "action_id"),
        _text("name"),
        _text("value"),
        _text("source"),
        _text("link", nullable=True),
        _instant("at"),
        _id("entered_by"),
        _instant("entered_at"),
        _key("official_count", "guild_id", "official_count_id"),
        _refers("official_count", "action_id", "action"),
        _refers("official_count", "entered_by", "participant"),
    )
    _index("official_count", "guild_id", "action_id", "official_count_id")
    op.create_table(
        "edition",
        *_ids("guild_id", "action_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _instant("cut_off"),
        _text("reason", nullable=True),
        _id("participant_id", nullable=True),
        sa.Column("numbers", sa.JSON(), nullable=False),
        _instant("at"),
        _key("edition", "guild_id", "action_id", "number"),
        _refers("edition", "action_id", "action"),
        _refers("edition", "participant_id", "participant"),
    )
    _make_append_only("official_count")
    _make_append_only("edition")


def _contributors() -> None:
    """What each participant's contributions come to; as they stand for what is in the ledger."""
    op.create_table(
        "contributor",
        *_ids("guild_id", "action_id", "participant_id"),
        _text("unit_code"),
        _count("logged"),
        _count("logged_count"),
        _count("verified_count"),
        _key("contributor", "guild_id", "action_id", "participant_id", "unit_code"),
        _refers("contributor", "action_id", "action"),
        _refers("contributor", "participant_id", "participant"),
    )
    _index("contributor", "guild_id", "participant_id")
    op.execute(_BACKFILL)


_BACKFILL: Any = """
INSERT INTO contributor (guild_id, action_id, participant_id, unit_code, logged, logged_count,
  verified_count)
SELECT stands.guild_id, stands.action_id, stands.participant_id, stands.unit_code,
  sum(stands.amount), count(*), sum(stands.verified)
FROM (
  SELECT entry.guild_id, entry.action_id, entry.participant_id, entry.unit_code,
    CASE WHEN verdict.verdict = 'corrected' AND verdict.amount IS NOT NULL
      THEN verdict.amount ELSE entry.amount END AS amount,
    CASE WHEN verdict.verdict IS NULL THEN 0 ELSE 1 END AS verified
  FROM contribution AS entry
  LEFT JOIN contribution AS undone
    ON undone.guild_id = entry.guild_id AND undone.withdraws = entry.contribution_id
  LEFT JOIN "check" AS verdict
    ON verdict.guild_id = entry.guild_id AND verdict.check_id = (
      SELECT max(later.check_id) FROM "check" AS later
      WHERE later.guild_id = entry.guild_id AND later.contribution_id = entry.contribution_id)
  WHERE entry.entry = 'logged' AND undone.contribution_id IS NULL
    AND (verdict.verdict IS NOT NULL OR entry.held IS NULL)
    AND (verdict.verdict IS NULL OR verdict.verdict <> 'not_counted')
) AS stands
GROUP BY stands.guild_id, stands.action_id, stands.participant_id, stands.unit_code
"""
