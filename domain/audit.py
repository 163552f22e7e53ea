"""What was done to an action, by whom, when and why; written down and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Act(StrEnum):
    """What a row of the audit log records."""

    PUBLISHED = "published"
    EDITED = "edited"
    RESCHEDULED = "rescheduled"
    PAUSED = "paused"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    SIGN_UPS_CLOSED = "sign_ups_closed"
    SIGN_UPS_REOPENED = "sign_ups_reopened"
    CLOSED_EARLY = "closed_early"
    LOG_EXTENDED = "log_extended"
    CONFIRMED = "confirmed"
    CALLED_OFF = "called_off"
    TAKEN_OVER = "taken_over"
    ORGANISER_ADDED = "organiser_added"
    ORGANISER_REMOVED = "organiser_removed"
    MOVED = "moved"
    POSTED_AGAIN = "posted_again"
    PARTS_CHANGED = "parts_changed"
    ROLE_CREATED = "role_created"
    ROLE_DELETED = "role_deleted"
    SERIES_STARTED = "series_started"
    SERIES_CHANGED = "series_changed"
    SERIES_ENDED = "series_ended"
    DATE_SKIPPED = "date_skipped"
    TICKED_OTHER = "ticked_other"
    ROLE_FAILED = "role_failed"
    CARD_GONE = "card_gone"
    CHANNEL_GONE = "channel_gone"
    ROLE_GONE = "role_gone"
    DELIVERY_FAILED = "delivery_failed"
    TRIED_AGAIN = "tried_again"
    REMINDED = "reminded"
    MOMENT_MISSED = "moment_missed"
    SENT_NOW = "sent_now"
    DROPPED = "dropped"
    DONE_BY_HAND = "done_by_hand"
    OFFICIAL_ENTERED = "official_entered"
    AMENDED = "amended"
    SAMPLE_DRAWN = "sample_drawn"
    SEAL_OPENED = "seal_opened"
    """A moderator looked at what was sealed."""

    TAG_SWITCHED = "tag_switched"
    TRANSLATED = "translated"
    POSTER_CHANGED = "poster_changed"
    EVENT_GONE = "event_gone"
    """Discord's own event was deleted by hand."""

    EVENT_MOVED = "event_moved"
    """Discord's own event was given other times by hand."""

    THREAD_ASKED = "thread_asked"
    """Somebody had a thread made for it."""

    EXPORTED = "exported"
    """Somebody was given a file with the people in it."""


@dataclass(frozen=True)
class AuditEvent:
    """One act. `user_id` is who did it: None for what time did, or for a deleted person.

    `detail` holds what the act's sentence needs, as JSON: `reason`, `before`, `after`, instants
    as ISO 8601 text in UTC.
    """

    event_id: int
    action_id: int | None
    act: Act
    at: datetime
    user_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any])
