"""Where people meet actions: reveals, language channels, posters, threads, native events."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_DELIVERIES = (
    "card announcement reminder moment promoted closing tally step decision next_occurrence"
    " daily_call shift shift_offer notice milestone last_hour nudge preflight redraw task by_hand"
    " missed ahead direct verdict digest thanks reveal thread event"
)
_ACTS = (
    "published edited rescheduled paused resumed cancelled sign_ups_closed sign_ups_reopened"
    " closed_early log_extended confirmed called_off taken_over organiser_added"
    " organiser_removed moved posted_again parts_changed role_created role_deleted"
    " series_started series_changed series_ended date_skipped ticked_other role_failed"
    " card_gone channel_gone role_gone delivery_failed tried_again reminded moment_missed"
    " sent_now dropped done_by_hand official_entered amended sample_drawn seal_opened"
    " tag_switched translated poster_changed event_gone event_moved"
)
_PURPOSES = "organiser reviewer ping thanks helper translator"
_POSTS = "card announcement reminder moment promoted closing tally reveal"
_KINDS = "fundraiser hashtag stream vote project attendance submission custom"


def _id(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=nullable)


def _ids(*names: str) -> list[sa.Column[int]]:
    return [_id(name) for name in names]


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


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


def _of_server(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["guild_id"], ["server.guild_id"], name=f"fk_{table}_guild_id")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)


def _language() -> sa.Column[str]:
    return sa.Column("language", sa.Text(), server_default=sa.text("''"), nullable=False)


def _key_with_language(table: str, *columns: str) -> None:
    with op.batch_alter_table(table, recreate=_anew()) as batch:
        batch.add_column(_language())
        batch.drop_constraint(f"pk_{table}", type_="primary")
        batch.create_primary_key(f"pk_{table}", [*columns, "language"])


def upgrade() -> None:
    _widen("audit_event", act=_ACTS)
    _make_append_only("audit_event", rebuilt=True)
    _widen("server_role", purpose=_PURPOSES)
    _widen("action_post", purpose=_POSTS)
    _settings()
    _actions()
    _showing()


def _settings() -> None:
    with op.batch_alter_table("server", recreate=_anew()) as batch:
        batch.add_column(_flag("threads"))
        batch.add_column(_flag("native_events"))
        batch.add_column(_flag("choices_public"))
        batch.add_column(sa.Column("kinds", sa.JSON()))
        batch.add_column(sa.Column("keep_proofs_days", sa.Integer()))
        batch.add_column(_instant("welcomed_at", nullable=True))
    with op.batch_alter_table("participant", recreate=_anew()) as batch:
        batch.add_column(_flag("hides_choices"))
    with op.batch_alter_table("user_preference", recreate=_anew()) as batch:
        batch.add_column(_text("language", nullable=True))
        batch.add_column(sa.Column("platforms", sa.JSON()))
        batch.add_column(_text("instance", nullable=True))
    # Who has the bot already needs no word of how to start.
    op.execute("UPDATE server SET welcomed_at = created_at")


def _actions() -> None:
    with op.batch_alter_table("action", recreate=_anew()) as batch:
        batch.add_column(_text("reveal_wall", nullable=True))
        batch.add_column(_text("reveal_zone", nullable=True))
        batch.add_column(sa.Column("reveal_fold", sa.Integer()))
        batch.add_column(_instant("reveal_at", nullable=True))
        batch.add_column(sa.Column("helpers_lead_seconds", sa.BigInteger()))
        batch.add_column(_id("thread_id", nullable=True))
        batch.create_index("ix_action_guild_id_ends_at", ["guild_id", "ends_at"])
    with op.batch_alter_table("delivery", recreate=_anew()) as batch:
        batch.add_column(_language())
        batch.add_column(_id("copy_of", nullable=True))
        batch.drop_constraint("ck_delivery_kind", type_="check")
        batch.create_check_constraint("ck_delivery_kind", _listed("kind", _DELIVERIES))
        batch.create_unique_constraint(
            "uq_delivery_guild_id_copy_of_language", ["guild_id", "copy_of", "language"]
        )
    with op.batch_alter_table("signup", recreate=_anew()) as batch:
        batch.add_column(_language())
    _index_sign_ups("option_id", "option", "option_id IS NOT NULL")
    _index_sign_ups("language", "language", "language <> ''")
    _key_with_language("action_post", "guild_id", "action_id", "purpose")
    _key_with_language("role_change", "guild_id", "action_id", "participant_id")


def _index_sign_ups(column: str, name: str, where: str) -> None:
    op.create_index(
        f"ix_signup_{name}",
        "signup",
        ["guild_id", "action_id", column, "state", "place"],
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _showing() -> None:
    op.create_table(
        "language_channel",
        _id("guild_id"),
        _text("language"),
        _id("channel_id"),
        _id("role_id", nullable=True),
        _key("language_channel", "guild_id", "language"),
        sa.UniqueConstraint(
            "guild_id", "channel_id", name="uq_language_channel_guild_id_channel_id"
        ),
        _of_server("language_channel"),
    )
    op.create_table(
        "kind_role",
        _id("guild_id"),
        _text("kind"),
        _id("role_id"),
        _flag("self_service"),
        _key("kind_role", "guild_id", "kind"),
        _of_server("kind_role"),
        _one_of("kind_role", "kind", _KINDS),
    )
    op.create_table(
        "translation",
        *_ids("guild_id", "action_id"),
        _text("language"),
        _text("title"),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("original", sa.JSON(), nullable=False),
        _id("participant_id"),
        _instant("at"),
        _key("translation", "guild_id", "action_id", "language"),
        _refers("translation", "action_id", "action", ondelete="CASCADE"),
        _refers("translation", "participant_id", "participant"),
    )
    op.create_table(
        "poster",
        *_ids("guild_id", "action_id"),
        _text("use"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _text("media_type"),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        _text("alt"),
        _text("digest"),
        _id("participant_id"),
        _instant("at"),
        _key("poster", "guild_id", "action_id", "use"),
        _refers("poster", "action_id", "action", ondelete="CASCADE"),
        _refers("poster", "participant_id", "participant"),
        _one_of("poster", "use", "card reveal"),
    )
    op.create_table(
        "action_role",
        *_ids("guild_id", "action_id"),
        _text("language"),
        _id("role_id"),
        _key("action_role", "guild_id", "action_id", "language"),
        _refers("action_role", "action_id", "action", ondelete="CASCADE"),
    )
    op.create_table(
        "native_event",
        *_ids("guild_id", "action_id"),
        _id("event_id", nullable=True),
        sa.Column("shown", sa.JSON(), nullable=False),
        _instant("gone_at", nullable=True),
        _key("native_event", "guild_id", "action_id"),
        sa.UniqueConstraint("guild_id", "event_id", name="uq_native_event_guild_id_event_id"),
        _refers("native_event", "action_id", "action", ondelete="CASCADE"),
    )
