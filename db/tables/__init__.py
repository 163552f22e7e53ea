"""The tables, as SQLAlchemy Core metadata; migrations lead to exactly this."""

from db.tables.actions import (
    TOTALS,
    action,
    action_organiser,
    action_post,
    action_total,
    audit_event,
    milestone,
)
from db.tables.checking import (
    appeal,
    flag,
    review_lease,
    review_pass,
    spot_check,
    spot_sample,
)
from db.tables.columns import metadata
from db.tables.deliveries import delivery
from db.tables.ledger import (
    LedgerEntry,
    ProofItem,
    attachment,
    check,
    contribution,
    contributor,
    look_part,
    proof,
)
from db.tables.parts import rest_day, shift, shift_claim, shift_event, shift_offer, task, vote_app
from db.tables.plans import poll, poll_slot, poll_tick, series, template
from db.tables.publishing import edition, official_count
from db.tables.servers import (
    installation,
    kind_role,
    language_channel,
    participant,
    server,
    server_role,
    user_preference,
)
from db.tables.showing import action_role, native_event, poster, translation
from db.tables.sign_ups import role_change, signup, signup_event, signup_option

__all__ = [
    "TOTALS",
    "LedgerEntry",
    "ProofItem",
    "action",
    "action_organiser",
    "action_post",
    "action_role",
    "action_total",
    "appeal",
    "attachment",
    "audit_event",
    "check",
    "contribution",
    "contributor",
    "delivery",
    "edition",
    "flag",
    "installation",
    "kind_role",
    "language_channel",
    "look_part",
    "metadata",
    "milestone",
    "native_event",
    "official_count",
    "participant",
    "poll",
    "poll_slot",
    "poll_tick",
    "poster",
    "proof",
    "rest_day",
    "review_lease",
    "review_pass",
    "role_change",
    "series",
    "server",
    "server_role",
    "shift",
    "shift_claim",
    "shift_event",
    "shift_offer",
    "signup",
    "signup_event",
    "signup_option",
    "spot_check",
    "spot_sample",
    "task",
    "template",
    "translation",
    "user_preference",
    "vote_app",
]
