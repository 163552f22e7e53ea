"""The reminder that an organiser sends now: in their own words, or in those that fit the time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from domain.deliveries import DeliveryKind
from domain.owed_messages import OwedMessage
from domain.reminding import TEXT_LENGTH
from locales import Language
from ui.text import heading_title, plain


def as_reminder(owed: OwedMessage) -> OwedMessage:
    """A reminder by hand as one that comes before what it is of, or after; others as they are."""
    if owed.delivery.kind is not DeliveryKind.BY_HAND:
        return owed
    ahead = owed.now < owed.action.reminded_of
    offset = timedelta(seconds=1 if ahead else -1)
    return replace(owed, delivery=replace(owed.delivery, kind=DeliveryKind.REMINDER, offset=offset))


def own_words(say: Language, owed: OwedMessage) -> str | None:
    """What its organiser wrote, below the title; None where they left that to the bot."""
    text = owed.event.detail.get("text") if owed.event else None
    if owed.delivery.kind is not DeliveryKind.BY_HAND or not text:
        return None
    title = heading_title(owed.action)
    return say("message.by_hand", title=title, text=plain(str(text), 2 * TEXT_LENGTH))
