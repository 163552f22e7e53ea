"""An action's history: who did what with it, when and why, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action
from domain.audit import Act, AuditEvent
from domain.servers import RolePurpose
from locales import Language, name_of
from ui.base import SafeLayout
from ui.buttons import press
from ui.text import heading_title, plain, stamp

PAGE = 10
MAX_REASON = 150
"""Of each reason with what makes it harmless: ten of them fit onto a page."""


def draw_history(
    say: Language, action: Action, events: Sequence[AuditEvent], *, page: int, more: bool
) -> discord.ui.LayoutView:
    """Draw a page of what was done, the latest first; `more` tells of older pages."""
    view = SafeLayout(timeout=None)
    lines = [_line(say, event) for event in events] or [say("history.empty")]
    view.add_item(discord.ui.TextDisplay(f"## #{action.number} {heading_title(action)}"))
    view.add_item(discord.ui.TextDisplay("\n".join(lines)))
    turns = [("newer", page - 1)] * (page > 0) + [("older", page + 1)] * more
    if turns:
        view.add_item(
            discord.ui.ActionRow[Any](
                *(
                    press(say, "history", action.action_id, item_id=to, label_key=f"button.{way}")
                    for way, to in turns
                )
            )
        )
    return view


def _line(say: Language, event: AuditEvent) -> str:
    who = say("history.by_time") if event.user_id is None else f"<@{event.user_id}>"
    parts = [f"{stamp(event.at, 'f')} · {who} · {_what(say, event)}"]
    if reason := event.detail.get("reason"):
        parts.append(say("card.reason", reason=plain(str(reason), MAX_REASON)))
    parts += _change(say, event)
    return " · ".join(parts)


def _what(say: Language, event: AuditEvent) -> str:
    of_server = event.detail.get("use") == RolePurpose.THANKS
    if event.act is Act.ROLE_FAILED and of_server:
        return say("history.role_failed_thanks")
    if event.act is Act.ROLE_GONE and of_server:
        return say("history.role_gone_thanks")
    if event.act is Act.POSTER_CHANGED:
        return say(f"history.poster_changed.{event.detail['poster']}")
    if event.act in (Act.EVENT_GONE, Act.EVENT_MOVED):
        return say(f"history.{event.act.value}.{event.detail['how']}")
    if event.act is Act.EXPORTED:
        return say("history.exported", form=str(event.detail["form"]).upper())
    if event.act is Act.TRANSLATED:
        key = "history.translation_removed" if event.detail.get("removed") else "history.translated"
        return say(key, language=name_of(event.detail["language"]))
    return say(f"history.{event.act.value}")


def _change(say: Language, event: AuditEvent) -> list[str]:
    """Before and after, of instants; whom or what it was about; the channel it was moved to."""
    if (member := event.detail.get("member")) is not None:
        return [f"<@{member}>"]
    if (channel := event.detail.get("to")) is not None:
        return [f"<#{channel}>"]
    if (official := event.detail.get("official")) is not None:
        value = plain(str(event.detail.get("value") or "–"), MAX_REASON)
        return [say("history.official", name=plain(str(official), MAX_REASON), value=value)]
    if (message := event.detail.get("message")) is not None:
        return [say(f"outbox.kind.{message}")]
    before, after = (_instants(event.detail.get(name)) for name in ("before", "after"))
    return [
        say("history.change", before=stamp(old, "f"), after=stamp(new, "f"))
        for old, new in zip(before, after, strict=False)
        if old != new
    ]


def _instants(value: object) -> list[datetime]:
    """The instants in a detail: one as text, or several by name."""
    texts = value.values() if isinstance(value, dict) else [value]
    return [datetime.fromisoformat(text) for text in texts if isinstance(text, str)]
