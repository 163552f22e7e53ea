"""The messages about shifts: the reminder to those who have one, and offers of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord

from domain.deliveries import DeliveryKind
from domain.owed_messages import OwedMessage
from domain.shifts import OfferState, Shift, ShiftOffer
from locales import Language
from ui.buttons import Press, next_steps, press
from ui.mentions import allow, mention_role
from ui.shift_text import session_title, stamps, zoned_span
from ui.text import heading_title, stamp, zone_of

SHIFT_KINDS = frozenset({DeliveryKind.SHIFT, DeliveryKind.SHIFT_OFFER})

MOST_MENTIONS = 60
"""Of a reminder. Discord notifies a hundred users of one message at the most."""

ShiftMessage = tuple[str, discord.ui.View, discord.AllowedMentions]
"""Content, buttons, and who may be pinged by it."""


def draw_shift_message(say: Language, owed: OwedMessage) -> ShiftMessage:
    """Draw a reminder of a shift, an offer of one, or the answer to that."""
    shift = owed.shift
    if shift is None:
        raise ValueError("a message about a shift comes with the shift")
    if owed.offer is not None:
        return _draw_offer(say, owed, owed.offer, shift)
    if shift.is_session:
        return _draw_session(say, owed, shift)
    title, when = heading_title(owed.action), zoned_span(say, shift, _zone(owed))
    shown = owed.addressees[:MOST_MENTIONS]
    people = " ".join(f"<@{user_id}>" for user_id in shown)
    more = len(owed.addressees) - len(shown)
    lines = [
        say("shifts.reminder", title=title, when=when, button=say("button.shifts")),
        *_times(say, owed, shift),
        people if not more else f"{people} {say.many('shifts.more_people', more)}",
    ]
    return "\n".join(lines), _buttons(next_steps(say, owed.action, owed.now)), allow(users=shown)


def _draw_session(say: Language, owed: OwedMessage, shift: Shift) -> ShiftMessage:
    title, name = heading_title(owed.action), session_title(shift)
    when = zoned_span(say, shift, _zone(owed))
    lines = [
        say("shifts.session_reminder", session=name, title=title, when=when),
        *_times(say, owed, shift),
    ]
    mention, allowed = mention_role(owed)
    return mention + "\n".join(lines), _buttons(next_steps(say, owed.action, owed.now)), allowed


def _draw_offer(say: Language, owed: OwedMessage, offer: ShiftOffer, shift: Shift) -> ShiftMessage:
    parts = owed.action.parts.shifts
    back = next((s for s in parts if s.shift_id == offer.for_shift_id), None)
    deal = "swap" if back is not None else "hand_over"
    values = {
        "giver": say("tasks.somebody") if offer.giver_unnamed else f"<@{offer.from_user_id}>",
        "other": f"<@{offer.to_user_id}>",
        "title": heading_title(owed.action),
        "when": zoned_span(say, shift, _zone(owed)),
        "back": "" if back is None else zoned_span(say, back, _zone(owed)),
    }
    ids = (owed.action.action_id,)
    take = press(
        say, "shift_accept", *ids, item_id=offer.offer_id, style=discord.ButtonStyle.success
    )
    if offer.state is OfferState.OPEN and offer.to_user_id is None:
        text = say("shifts.offer.anyone", **values)
        return _with_stamps(text, shift, back), _buttons([take]), allow()
    if offer.state is OfferState.OPEN:
        no = press(say, "shift_decline", *ids, item_id=offer.offer_id)
        text = _with_stamps(say(f"shifts.offer.{deal}", **values), shift, back)
        return text, _buttons([take, no]), _allow_one(owed, offer.to_user_id)
    if offer.taker_unnamed:
        values["other"] = say("tasks.somebody")
    text = say(f"shifts.{offer.state.value}.{deal}", **values)
    pinged = None if offer.giver_unnamed else offer.from_user_id
    return text, _buttons([press(say, "shifts", *ids)]), _allow_one(owed, pinged)


def _times(say: Language, owed: OwedMessage, shift: Shift) -> Iterator[str]:
    if owed.late:
        yield say("message.late", due=stamp(owed.delivery.due_at))
    yield f"{stamps(shift)} · {stamp(shift.starts_at, 'R')}"


def _with_stamps(text: str, shift: Shift, back: Shift | None) -> str:
    return "\n".join([text, stamps(shift) if back is None else f"{stamps(shift)} ⇄ {stamps(back)}"])


def _zone(owed: OwedMessage) -> str:
    return zone_of(owed.action, owed.server)


def _allow_one(owed: OwedMessage, user_id: int | None) -> discord.AllowedMentions:
    """Allow one party of an offer to be pinged, unless they have muted the action."""
    return allow(users=[each for each in owed.addressees if each == user_id])


def _buttons(buttons: Sequence[Press]) -> discord.ui.View:
    """A view that never stops: with one that does, discord.py forgets the persistent buttons."""
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    return view
