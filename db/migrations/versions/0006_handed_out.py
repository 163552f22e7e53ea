"""What is written down of an action besides: who was given a file of its people, or a thread."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ACTS = (
    "published edited rescheduled paused resumed cancelled sign_ups_closed sign_ups_reopened"
    " closed_early log_extended confirmed called_off taken_over organiser_added"
    " organiser_removed moved posted_again parts_changed role_created role_deleted"
    " series_started series_changed series_ended date_skipped ticked_other role_failed"
    " card_gone channel_gone role_gone delivery_failed tried_again reminded moment_missed"
    " sent_now dropped done_by_hand official_entered amended sample_drawn seal_opened"
    " tag_switched translated poster_changed event_gone event_moved thread_asked exported"
)


def upgrade() -> None:
    values = ", ".join(repr(act) for act in _ACTS.split())
    with op.batch_alter_table("audit_event") as batch:
        batch.drop_constraint("ck_audit_event_act", type_="check")
        batch.create_check_constraint("ck_audit_event_act", f"act IN ({values})")
    _keep_append_only()


def _keep_append_only() -> None:
    """SQLite loses a table's triggers where it is built anew; PostgreSQL keeps them."""
    if op.get_bind().dialect.name == "postgresql":
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f'CREATE TRIGGER "audit_event_no_{act.lower()}" BEFORE {act} ON "audit_event"'
            " BEGIN SELECT RAISE(ABORT, 'append-only: audit_event'); END"
        )
