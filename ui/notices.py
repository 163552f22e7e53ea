"""Notices to organisers: what happened to their action, and the buttons that mend it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from domain.audit import Act, AuditEvent
from domain.deliveries import OwedMessage
from domain.mending import NOTICED, RoleUse
from locales import Language
from ui.buttons import press
from ui.text import heading_title

MENDED_BY = {
    Act.CARD_GONE: ("post_again", "move_channel"),
    Act.CHANNEL_GONE: ("move_channel", "post_again"),
    Act.DELIVERY_FAILED: ("try_again", "move_channel"),
    Act.ROLE_FAILED: ("sign_up_settings",),
}
"""The verbs of the buttons under a notice, the likeliest first."""

UNEXPECTED = "unexpected"
REASONS = frozenset({"forbidden", "not_found", "no_channel", "rejected"})
"""Why a message could not be sent, so far as organisers can do something about it."""

ROLE_MENDED_BY = {
    RoleUse.GATE: ("lift_gate", "sign_up_settings"),
    RoleUse.PARTICIPANTS: ("sign_up_settings",),
}


def draw_notice(say: Language, owed: OwedMessage) -> tuple[str, discord.ui.View]:
    """Draw a notice; it mentions the action's organiser and pings nobody."""
    event = _event(owed)
    mention = _organiser(owed)
    view = discord.ui.View(timeout=None)
    for verb in _verbs(event.act, event.detail):
        view.add_item(press(say, verb, owed.action.action_id))
    todo = _what_to_do(say, event.act, event.detail)
    return "\n".join([*mention, *_happened(say, owed, event), todo]), view


def draw_direct_notice(say: Language, owed: OwedMessage) -> str:
    """The text of a notice that no channel of the server takes, for its organiser alone."""
    return "\n".join([*_happened(say, owed, _event(owed)), say("notice.mend.directly")])


def _event(owed: OwedMessage) -> AuditEvent:
    event = owed.event
    assert event is not None
    assert event.act in NOTICED
    return event


def _organiser(owed: OwedMessage) -> list[str]:
    user_id = owed.action.organiser_user_id
    return [] if user_id is None else [f"<@{user_id}>"]


def _happened(say: Language, owed: OwedMessage, event: AuditEvent) -> list[str]:
    title, number = heading_title(owed.action), owed.action.number
    about = say("notice.about", title=title, number=number)
    return [about, _what_happened(say, event.act, event.detail)]


def _verbs(act: Act, detail: Mapping[str, Any]) -> tuple[str, ...]:
    if act is Act.ROLE_GONE:
        return ROLE_MENDED_BY.get(detail["use"], ())
    return MENDED_BY[act]


def _what_happened(say: Language, act: Act, detail: Mapping[str, Any]) -> str:
    match act:
        case Act.ROLE_GONE:
            return say(f"notice.role_gone.{detail['use']}")
        case Act.ROLE_FAILED:
            return say("notice.role_failed")
        case Act.DELIVERY_FAILED:
            message = say(f"notice.message.{detail['kind']}")
            return say("notice.delivery_failed", message=message)
        case _:
            return say(f"notice.{act.value}", channel=f"<#{detail['id']}>")


def _what_to_do(say: Language, act: Act, detail: Mapping[str, Any]) -> str:
    match act:
        case Act.ROLE_GONE:
            return say(f"notice.mend.role_gone.{detail['use']}")
        case Act.DELIVERY_FAILED:
            reason = detail["error"] if detail["error"] in REASONS else UNEXPECTED
            return say(f"notice.mend.failed.{reason}")
        case _:
            return say(f"notice.mend.{act.value}")
