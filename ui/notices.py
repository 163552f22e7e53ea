"""Notices to organisers: what happened to their action, and the buttons that mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import discord

from domain.audit import Act, AuditEvent
from domain.mending import NOTICED, RoleUse, stopped_series
from domain.owed_messages import OwedMessage
from domain.servers import RolePurpose
from locales import Language
from ui.buttons import MAX_LABEL, press
from ui.stamps import stamp_of
from ui.text import heading_title, plain, shorten, stamp

MENDED_BY = {
    Act.CARD_GONE: ("post_again", "move_channel"),
    Act.CHANNEL_GONE: ("move_channel", "post_again"),
    Act.DELIVERY_FAILED: ("try_again", "move_channel"),
    Act.ROLE_FAILED: ("sign_up_settings",),
    Act.MOMENT_MISSED: ("missed_send", "missed_done"),
}
"""The verbs of the buttons under a notice, the likeliest first."""

LABELS = {"try_again": "button.send_again"}
"""What buttons say under a notice whose verb alone says something else."""

UNEXPECTED = "unexpected"
REASONS = frozenset({"forbidden", "not_found", "no_channel", "rejected"})
"""Why a message could not be sent, so far as organisers can do something about it."""

_ROLE = re.compile(r"<@&([0-9]+)>")

ROLE_MENDED_BY = {
    RoleUse.GATE: ("lift_gate", "sign_up_settings"),
    RoleUse.PARTICIPANTS: ("sign_up_settings",),
}


def draw_notice(say: Language, owed: OwedMessage) -> tuple[str, discord.ui.View]:
    """Draw a notice; it mentions the action's organiser and pings nobody."""
    event = _event(owed)
    mention = _organiser(owed)
    view = discord.ui.View(timeout=None)
    for verb in _verbs(event):
        item_id = event.detail.get("delivery")
        label = LABELS.get(verb)
        view.add_item(press(say, verb, owed.action.action_id, item_id=item_id, label_key=label))
    todo = _what_to_do(say, event.act, event.detail)
    return "\n".join([*mention, *_happened(say, owed, event), todo]), view


def draw_answer(say: Language, user_id: int, now: datetime, *, send: bool) -> tuple[str, str]:
    """The question about a missed moment, and what stands in its place once it is answered."""
    key = "notice.answered.send" if send else "notice.answered.by_hand"
    answer = say(key, who=f"<@{user_id}>", time=stamp(now, "f"))
    return _what_to_do(say, Act.MOMENT_MISSED, {}), answer


def draw_direct_notice(say: Language, owed: OwedMessage) -> str:
    """The text of a notice that no channel of the server takes, for its organiser alone."""
    event = _event(owed)
    return "\n".join([*_happened(say, owed, event), *_what_to_do_there(say, event)])


def draw_way_back(say: Language, owed: OwedMessage, server_name: str) -> discord.ui.View:
    """The button under what an organiser is told directly: it names their server and opens it."""
    view = discord.ui.View(timeout=None)
    label = shorten(say("button.open_server", server=server_name), MAX_LABEL)
    view.add_item(
        discord.ui.Button(style=discord.ButtonStyle.link, url=way_back(owed), label=label)
    )
    return view


def way_back(owed: OwedMessage) -> str:
    """Where that button leads. Its end says which delivery it is: links have no custom_id."""
    return f"https://discord.com/channels/{owed.server.guild_id}#{stamp_of(owed.delivery)}"


def name_roles(text: str, guild: discord.Guild) -> str:
    """The text with its roles by name: in a direct message Discord knows none of them."""

    def name(found: re.Match[str]) -> str:
        role = guild.get_role(int(found[1]))
        return found[0] if role is None else f"@{plain(role.name)}"

    return _ROLE.sub(name, text)


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
    if stopped_series(event):
        return [about, say("notice.series_stopped")]
    return [about, _what_happened(say, event.act, event.detail)]


def _verbs(event: AuditEvent) -> tuple[str, ...]:
    if event.act is Act.ROLE_GONE:
        return ROLE_MENDED_BY.get(event.detail["use"], ())
    if _about_thanks(event.act, event.detail):
        return ()
    return ("try_again",) if stopped_series(event) else MENDED_BY[event.act]


def _about_thanks(act: Act, detail: Mapping[str, Any]) -> bool:
    """Tell whether it is about the thank-you role, which no action has for itself."""
    return act is Act.ROLE_FAILED and detail.get("use") == RolePurpose.THANKS


def _what_happened(say: Language, act: Act, detail: Mapping[str, Any]) -> str:
    match act:
        case Act.ROLE_GONE:
            return say(f"notice.role_gone.{detail['use']}")
        case Act.ROLE_FAILED if _about_thanks(act, detail):
            return say("notice.role_failed_thanks")
        case Act.ROLE_FAILED:
            return say("notice.role_failed")
        case Act.MOMENT_MISSED:
            due = datetime.fromisoformat(detail["due"])
            return say("notice.moment_missed", due=stamp(due, "f"), ago=stamp(due, "R"))
        case Act.DELIVERY_FAILED:
            message = say(f"notice.message.{detail['kind']}")
            return say("notice.delivery_failed", message=message)
        case _:
            return say(f"notice.{act.value}", channel=f"<#{detail['id']}>")


def _what_to_do_there(say: Language, event: AuditEvent) -> Iterator[str]:
    """What an organiser can do who reads of it in a direct message, without any buttons."""
    act, detail = event.act, event.detail
    match act:
        case Act.MOMENT_MISSED:
            yield say("notice.mend.moment_missed_there")
            return
        case Act.ROLE_GONE | Act.ROLE_FAILED:
            yield _what_to_do(say, act, detail)
        case Act.DELIVERY_FAILED if names := detail.get("lacks"):
            permissions = say.listing([say(f"permission.{name}") for name in names])
            channel = f"<#{detail['channel']}>"
            yield say(
                "preflight.flaw.permissions", channel=channel, role="", names=permissions, button=""
            )
        case _:
            pass
    yield say("notice.mend.directly")


def _what_to_do(say: Language, act: Act, detail: Mapping[str, Any]) -> str:
    match act:
        case Act.ROLE_GONE:
            return say(f"notice.mend.role_gone.{detail['use']}")
        case Act.ROLE_FAILED if _about_thanks(act, detail):
            return say("notice.mend.role_failed_thanks")
        case Act.DELIVERY_FAILED if names := detail.get("lacks"):
            permissions = say.listing([say(f"permission.{name}") for name in names])
            channel = f"<#{detail['channel']}>"
            return say("notice.mend.failed.lacking", channel=channel, permissions=permissions)
        case Act.DELIVERY_FAILED:
            reason = detail["error"] if detail["error"] in REASONS else UNEXPECTED
            return say(f"notice.mend.failed.{reason}")
        case _:
            return say(f"notice.mend.{act.value}")
