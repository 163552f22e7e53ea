"""Notices to organisers: what happened to their action, and the buttons that mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import discord

from domain.audit import Act, AuditEvent
from domain.deliveries import DeliveryKind
from domain.mending import NOTICED, RoleUse, stopped_series
from domain.native_events import EVENTS_FORBIDDEN, EVENTS_FULL, ByHand, takes_event
from domain.owed_messages import OwedMessage
from domain.servers import RolePurpose
from domain.threads import THREADS_FORBIDDEN, THREADS_FULL
from locales import Language, name_of
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

EVENT_MENDED_BY = {
    ByHand.STARTED: (),
    ByHand.MOVED: ("event_move_action", "event_put_back"),
}
"""The same, of what a hand did to Discord's own event; by default it can be made again."""

OF_EVENTS = frozenset({Act.EVENT_GONE, Act.EVENT_MOVED})

ABOUT_NOTICE = frozenset({"event_move_action", "event_put_back"})
"""The verbs that answer one notice and no other."""

LABELS = {"try_again": "button.send_again"}
"""What buttons say under a notice whose verb alone says something else."""

UNEXPECTED = "unexpected"
REASONS = frozenset(
    {"forbidden", "not_found", "no_channel", "rejected", EVENTS_FULL, EVENTS_FORBIDDEN}
    | {THREADS_FULL, THREADS_FORBIDDEN}
)
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
    for verb in () if _too_late(owed, event) else _verbs(event):
        item_id = event.event_id if verb in ABOUT_NOTICE else event.detail.get("delivery")
        label = LABELS.get(verb)
        view.add_item(press(say, verb, owed.action.action_id, item_id=item_id, label_key=label))
    todo = _what_to_do(say, event.act, event.detail)
    if _too_late(owed, event):
        todo = say("notice.mend.event.too_late")
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
    if event.act in OF_EVENTS:
        return EVENT_MENDED_BY.get(event.detail["how"], ("event_again",))
    if event.act is Act.CHANNEL_GONE and "language" in event.detail:
        return ("setup_languages",)
    posts_nothing = event.act is Act.DELIVERY_FAILED and _is_no_call(event.detail)
    return ("try_again",) if stopped_series(event) or posts_nothing else MENDED_BY[event.act]


def _too_late(owed: OwedMessage, event: AuditEvent) -> bool:
    """Tell whether the event of an action is gone that has begun: it can't be made again."""
    return event.act is Act.EVENT_GONE and not takes_event(owed.action, owed.now)


def _of_event(detail: Mapping[str, Any]) -> bool:
    """Tell whether what failed is Discord's own event."""
    return detail.get("kind") == DeliveryKind.EVENT


def _of_thread(detail: Mapping[str, Any]) -> bool:
    """Tell whether what failed is the thread at the card, or the first message in it."""
    return detail.get("kind") == DeliveryKind.THREAD


def _is_no_call(detail: Mapping[str, Any]) -> bool:
    """Tell whether what failed is nothing that another channel would take."""
    return _of_event(detail) or _of_thread(detail)


def _about_thanks(act: Act, detail: Mapping[str, Any]) -> bool:
    """Tell whether it is about the thank-you role, which no action has for itself."""
    return act is Act.ROLE_FAILED and detail.get("use") == RolePurpose.THANKS


def _what_happened(say: Language, act: Act, detail: Mapping[str, Any]) -> str:
    match act:
        case Act.ROLE_GONE:
            return _in_language(say, say(f"notice.role_gone.{detail['use']}"), detail)
        case Act.ROLE_FAILED if _about_thanks(act, detail):
            return say("notice.role_failed_thanks")
        case Act.ROLE_FAILED:
            return say("notice.role_failed")
        case Act.MOMENT_MISSED:
            due = datetime.fromisoformat(detail["due"])
            key = "notice.reveal_missed" if _of_reveal(detail) else "notice.moment_missed"
            return say(key, due=stamp(due, "f"), ago=stamp(due, "R"))
        case Act.EVENT_GONE | Act.EVENT_MOVED:
            return "\n".join([say(f"notice.event.{detail['how']}"), *_new_times(say, detail)])
        case Act.DELIVERY_FAILED if _of_event(detail):
            return say("notice.event.failed")
        case Act.DELIVERY_FAILED if _of_thread(detail):
            return say("notice.thread.failed")
        case Act.DELIVERY_FAILED:
            message = say(f"notice.message.{detail['kind']}")
            return say("notice.delivery_failed", message=_in_language(say, message, detail))
        case Act.CHANNEL_GONE if "language" in detail:
            return _in_language(say, say("notice.language_channel_gone"), detail)
        case _:
            text = say(f"notice.{act.value}", channel=f"<#{detail['id']}>")
            return _in_language(say, text, detail)


def _in_language(say: Language, text: str, detail: Mapping[str, Any]) -> str:
    """What happened, with the language channel in which it did."""
    if "language" not in detail:
        return text
    return say("notice.in_language", text=text, language=name_of(detail["language"]))


def _of_reveal(detail: Mapping[str, Any]) -> bool:
    """Tell whether what was missed is the reveal of a tag, and not the moment."""
    return detail.get("message") == DeliveryKind.REVEAL


def _new_times(say: Language, detail: Mapping[str, Any]) -> Iterator[str]:
    """When an event that was moved by hand begins and ends by that, and its action as before."""
    for key, name in (("notice.event.times", "after"), ("notice.event.action_times", "before")):
        if times := detail.get(name):
            starts, ends = (datetime.fromisoformat(times[each]) for each in ("starts", "ends"))
            yield say(key, starts=stamp(starts), ends=stamp(ends))


def _what_to_do_there(say: Language, event: AuditEvent) -> Iterator[str]:
    """What an organiser can do who reads of it in a direct message, without any buttons."""
    act, detail = event.act, event.detail
    match act:
        case Act.MOMENT_MISSED:
            yield say("notice.mend.moment_missed_there")
            return
        case Act.ROLE_GONE | Act.ROLE_FAILED:
            yield _what_to_do(say, act, detail)
        case Act.DELIVERY_FAILED if _of_event(detail):
            yield _what_to_do(say, act, detail)
        case Act.EVENT_GONE | Act.EVENT_MOVED:
            yield say("notice.event.there")
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
        case Act.MOMENT_MISSED if _of_reveal(detail):
            return say("notice.mend.reveal_missed")
        case Act.EVENT_GONE | Act.EVENT_MOVED:
            return say(f"notice.mend.event.{detail['how']}")
        case Act.ROLE_GONE:
            return say(f"notice.mend.role_gone.{detail['use']}")
        case Act.CHANNEL_GONE if "language" in detail:
            return say("notice.mend.language_channel_gone")
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
