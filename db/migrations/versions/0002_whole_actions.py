"""The whole life of actions: all kinds, their parts, steps, series, templates and polls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DELIVERIES = (
    "card announcement reminder moment promoted closing tally step decision next_occurrence"
    " daily_call shift shift_offer notice milestone last_hour nudge preflight redraw"
)
_PROOFS = "code link image message file"
_ACTS = (
    "published edited rescheduled paused resumed cancelled sign_ups_closed sign_ups_reopened"
    " closed_early log_extended confirmed called_off taken_over organiser_added"
    " organiser_removed moved posted_again parts_changed role_created role_deleted"
    " series_started series_changed series_ended date_skipped ticked_other role_failed"
    " card_gone channel_gone role_gone delivery_failed tried_again"
)
_KINDS = "fundraiser hashtag stream vote project attendance submission custom"


def _id(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=nullable)


def _ids(*names: str) -> list[sa.Column[int]]:
    return [_id(name) for name in names]


def _instant(name: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)


def _wall(name: str) -> list[sa.Column[Any]]:
    return [
        sa.Column(f"{name}_wall", sa.Text()),
        sa.Column(f"{name}_zone", sa.Text()),
        sa.Column(f"{name}_fold", sa.Integer()),
    ]


def _refers(
    table: str, column: str, target: str, *, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["guild_id", column],
        [f"{target}.guild_id", f"{target}.{target}_id"],
        name=f"fk_{table}_guild_id_{column}",
        ondelete=ondelete,
    )


def _of_server(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["guild_id"], ["server.guild_id"], name=f"fk_{table}_guild_id")


def _listed(column: str, values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values.split())})"


def _one_of(table: str, column: str, values: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(_listed(column, values), name=f"ck_{table}_{column}")


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _change(
    table: str,
    *columns: sa.Column[Any],
    widen: dict[str, str] | None = None,
    checks: dict[str, str] | None = None,
    refers: Sequence[tuple[str, str]] = (),
    unique: Sequence[str] = (),
) -> None:
    """Add columns and constraints to a table, and have some columns hold more values.

    On SQLite the table is built anew, which drops its triggers.
    """
    with op.batch_alter_table(table) as batch:
        for column in columns:
            batch.add_column(column)
        for column, values in (widen or {}).items():
            batch.drop_constraint(f"ck_{table}_{column}", type_="check")
            batch.create_check_constraint(f"ck_{table}_{column}", _listed(column, values))
        for column, values in (checks or {}).items():
            batch.create_check_constraint(f"ck_{table}_{column}", _listed(column, values))
        for column, target in refers:
            batch.create_foreign_key(
                f"fk_{table}_guild_id_{column}",
                target,
                ["guild_id", column],
                ["guild_id", f"{target}_id"],
            )
        if unique:
            batch.create_unique_constraint(f"uq_{table}_{'_'.join(unique)}", list(unique))


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _make_append_only(table: str) -> None:
    if _is_postgresql():
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
    _plans()
    _servers()
    _actions()
    _sign_ups()
    _ledger()
    _parts()
    _change(
        "delivery",
        sa.Column("item_id", sa.BigInteger()),
        widen={"kind": _DELIVERIES},
    )


def _servers() -> None:
    _change("server", _id("organiser_channel_id", nullable=True), _no("grants_roles"))
    op.create_table(
        "user_preference",
        _id("user_id"),
        _text("zone", nullable=True),
        _key("user_preference", "user_id"),
    )


def _plans() -> None:
    op.create_table(
        "template",
        *_ids("guild_id", "template_id"),
        _text("name"),
        sa.Column("content", sa.JSON(), nullable=False),
        _id("participant_id"),
        _instant("created_at", nullable=False),
        _key("template", "guild_id", "template_id"),
        sa.UniqueConstraint("guild_id", "name", name="uq_template_guild_id_name"),
        _of_server("template"),
        _refers("template", "participant_id", "participant"),
    )
    op.create_table(
        "series",
        *_ids("guild_id", "series_id"),
        _text("rule"),
        _text("starts_wall"),
        _text("zone"),
        _id("announce_lead_seconds"),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        _id("organiser_id"),
        _instant("created_at", nullable=False),
        _instant("ended_at"),
        _key("series", "guild_id", "series_id"),
        _of_server("series"),
        _refers("series", "organiser_id", "participant"),
    )
    op.create_table(
        "poll",
        *_ids("guild_id", "poll_id"),
        _text("kind"),
        _text("title"),
        _id("organiser_id"),
        _id("channel_id", nullable=True),
        _id("message_id", nullable=True),
        _instant("created_at", nullable=False),
        _instant("closed_at"),
        sa.Column("winner", sa.Integer()),
        _key("poll", "guild_id", "poll_id"),
        _of_server("poll"),
        _refers("poll", "organiser_id", "participant"),
        _one_of("poll", "kind", _KINDS),
    )
    op.create_table(
        "poll_slot",
        *_ids("guild_id", "poll_id"),
        sa.Column("slot", sa.Integer(), nullable=False),
        _text("wall"),
        _text("zone"),
        sa.Column("fold", sa.Integer(), nullable=False),
        _instant("at", nullable=False),
        _count("ticks"),
        _key("poll_slot", "guild_id", "poll_id", "slot"),
        _refers("poll_slot", "poll_id", "poll", ondelete="CASCADE"),
    )
    op.create_table(
        "poll_tick",
        *_ids("guild_id", "poll_id"),
        sa.Column("slot", sa.Integer(), nullable=False),
        _id("participant_id"),
        _key("poll_tick", "guild_id", "poll_id", "slot", "participant_id"),
        _refers("poll_tick", "poll_id", "poll", ondelete="CASCADE"),
        _refers("poll_tick", "participant_id", "participant"),
    )


def _actions() -> None:
    _change(
        "action",
        *_wall("announce"),
        _instant("announce_at"),
        _id("channel_id", nullable=True),
        sa.Column("sign_ups", sa.Text(), server_default="by_time", nullable=False),
        sa.Column("sign_up_lead_seconds", sa.BigInteger()),
        _id("sign_up_role_id", nullable=True),
        _instant("stopped_at"),
        _text("reason", nullable=True),
        sa.Column("needed", sa.BigInteger()),
        *_wall("decide"),
        _instant("decide_at"),
        _instant("confirmed_at"),
        _no("grants_role"),
        _id("role_id", nullable=True),
        _id("series_id", nullable=True),
        _text("occurrence", nullable=True),
        _count("pledged_amount"),
        _count("pledged_count"),
        checks={"sign_ups": "by_time open closed"},
        refers=[("series_id", "series")],
        unique=("guild_id", "series_id", "occurrence"),
    )
    op.create_table(
        "action_organiser",
        *_ids("guild_id", "action_id", "participant_id"),
        _instant("added_at", nullable=False),
        _key("action_organiser", "guild_id", "action_id", "participant_id"),
        _refers("action_organiser", "action_id", "action", ondelete="CASCADE"),
        _refers("action_organiser", "participant_id", "participant"),
    )
    op.create_table(
        "audit_event",
        *_ids("guild_id", "event_id"),
        _id("action_id", nullable=True),
        _id("participant_id", nullable=True),
        _text("act"),
        sa.Column("detail", sa.JSON(), nullable=False),
        _instant("at", nullable=False),
        _key("audit_event", "guild_id", "event_id"),
        _of_server("audit_event"),
        _refers("audit_event", "action_id", "action"),
        _refers("audit_event", "participant_id", "participant"),
        _one_of("audit_event", "act", _ACTS),
    )
    _index("audit_event", "guild_id", "action_id", "event_id")
    _make_append_only("audit_event")


def _sign_ups() -> None:
    _change(
        "signup",
        sa.Column("option_id", sa.Integer()),
        sa.Column("pledged", sa.BigInteger()),
        _no("muted"),
    )
    _change(
        "signup_event",
        _text("state", nullable=True),
        sa.Column("option_id", sa.Integer()),
        sa.Column("pledged", sa.BigInteger()),
        widen={"change": "joined waitlisted promoted left chose pledged"},
        checks={"state": "in waitlisted left"},
    )
    if _is_postgresql():
        op.execute("ALTER TABLE signup_event DISABLE TRIGGER USER")
    op.execute(
        "UPDATE signup_event SET state = CASE change WHEN 'waitlisted' THEN 'waitlisted'"
        " WHEN 'left' THEN 'left' ELSE 'in' END"
    )
    with op.batch_alter_table("signup_event") as batch:
        batch.alter_column("state", existing_type=sa.Text(), nullable=False)
    if _is_postgresql():
        op.execute("ALTER TABLE signup_event ENABLE TRIGGER USER")
    else:
        _make_append_only("signup_event")
    op.create_table(
        "signup_option",
        *_ids("guild_id", "action_id"),
        sa.Column("option_id", sa.Integer(), nullable=False),
        _text("label"),
        sa.Column("capacity", sa.BigInteger()),
        _count("taken"),
        _key("signup_option", "guild_id", "action_id", "option_id"),
        _refers("signup_option", "action_id", "action", ondelete="CASCADE"),
    )
    op.create_table(
        "role_change",
        *_ids("guild_id", "action_id", "participant_id"),
        sa.Column("gives", sa.Boolean(), nullable=False),
        _text("state"),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        _text("error", nullable=True),
        _instant("changed_at", nullable=False),
        _key("role_change", "guild_id", "action_id", "participant_id"),
        _refers("role_change", "action_id", "action"),
        _refers("role_change", "participant_id", "participant"),
        _one_of("role_change", "state", "pending done failed"),
    )
    _index("role_change", "state", "guild_id", "changed_at", "participant_id")


def _ledger() -> None:
    _change(
        "contribution",
        sa.Column("app_id", sa.Integer()),
        _text("day", nullable=True),
        _id("entered_by", nullable=True),
        widen={"proof": _PROOFS},
    )
    with op.batch_alter_table("contribution") as batch:
        batch.create_foreign_key(
            "fk_contribution_guild_id_entered_by",
            "participant",
            ["guild_id", "entered_by"],
            ["guild_id", "participant_id"],
        )
    if not _is_postgresql():
        _make_append_only("contribution")
    _index("contribution", "guild_id", "action_id", "participant_id")
    _change("proof", widen={"item": f"{_PROOFS} note"})
    op.create_table(
        "attachment",
        *_ids("guild_id", "contribution_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        *_ids("action_id", "participant_id"),
        _text("name"),
        _text("content_type"),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        _key("attachment", "guild_id", "contribution_id", "position"),
        _refers("attachment", "contribution_id", "contribution"),
        _refers("attachment", "action_id", "action"),
        _refers("attachment", "participant_id", "participant"),
    )
    _index("attachment", "guild_id", "participant_id")


def _parts() -> None:
    _shifts()
    op.create_table(
        "task",
        *_ids("guild_id", "task_id", "action_id"),
        _text("title"),
        *_wall("due"),
        _instant("due_at"),
        _id("claimed_by", nullable=True),
        _instant("claimed_at"),
        _id("contribution_id", nullable=True),
        _key("task", "guild_id", "task_id"),
        _refers("task", "action_id", "action", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["guild_id", "claimed_by"],
            ["participant.guild_id", "participant.participant_id"],
            name="fk_task_guild_id_claimed_by",
        ),
        _refers("task", "contribution_id", "contribution"),
    )
    _index("task", "guild_id", "action_id")
    op.create_table(
        "vote_app",
        *_ids("guild_id", "action_id"),
        sa.Column("app_id", sa.Integer(), nullable=False),
        _text("name"),
        _id("cap"),
        _text("reset"),
        _text("zone"),
        _text("link", nullable=True),
        _text("note", nullable=True),
        _instant("opens_at"),
        _instant("closes_at"),
        _count("logged"),
        _key("vote_app", "guild_id", "action_id", "app_id"),
        _refers("vote_app", "action_id", "action", ondelete="CASCADE"),
    )
    op.create_table(
        "rest_day",
        *_ids("guild_id", "action_id", "participant_id"),
        _text("day"),
        _key("rest_day", "guild_id", "action_id", "participant_id", "day"),
        _refers("rest_day", "action_id", "action", ondelete="CASCADE"),
        _refers("rest_day", "participant_id", "participant"),
    )


def _shifts() -> None:
    op.create_table(
        "shift",
        *_ids("guild_id", "shift_id", "action_id"),
        _instant("starts_at", nullable=False),
        _instant("ends_at", nullable=False),
        sa.Column("target", sa.Integer()),
        _text("title", nullable=True),
        _count("taken"),
        _key("shift", "guild_id", "shift_id"),
        _refers("shift", "action_id", "action", ondelete="CASCADE"),
    )
    _index("shift", "guild_id", "action_id", "starts_at")
    op.create_table(
        "shift_claim",
        *_ids("guild_id", "shift_id", "participant_id", "action_id"),
        _instant("at", nullable=False),
        _key("shift_claim", "guild_id", "shift_id", "participant_id"),
        _refers("shift_claim", "shift_id", "shift", ondelete="CASCADE"),
        _refers("shift_claim", "action_id", "action", ondelete="CASCADE"),
        _refers("shift_claim", "participant_id", "participant"),
    )
    _index("shift_claim", "guild_id", "action_id", "participant_id")
    op.create_table(
        "shift_event",
        *_ids("guild_id", "event_id", "action_id", "shift_id", "participant_id"),
        _text("change"),
        _instant("at", nullable=False),
        _key("shift_event", "guild_id", "event_id"),
        _refers("shift_event", "action_id", "action"),
        _refers("shift_event", "participant_id", "participant"),
        _one_of("shift_event", "change", "taken given_up handed_over taken_over"),
    )
    _index("shift_event", "guild_id", "action_id")
    _make_append_only("shift_event")
    op.create_table(
        "shift_offer",
        *_ids("guild_id", "offer_id", "action_id", "shift_id", "from_id"),
        _id("to_id", nullable=True),
        _id("for_shift_id", nullable=True),
        _text("state"),
        _instant("at", nullable=False),
        _key("shift_offer", "guild_id", "offer_id"),
        _refers("shift_offer", "action_id", "action", ondelete="CASCADE"),
        _one_of("shift_offer", "state", "open accepted declined withdrawn"),
    )
    _index("shift_offer", "guild_id", "shift_id")
