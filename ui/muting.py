"""Muting an action: the button for it, and what it does."""

from __future__ import annotations

import discord

from domain.actions import Action
from locales import Language
from ui.base import SafeView
from ui.buttons import Press, press
from ui.text import heading_title


def mute_button(say: Language, action: Action, *, muted: bool) -> Press:
    """*Mute*, or *Unmute* for who has muted it."""
    secondary = discord.ButtonStyle.secondary
    return press(say, "unmute" if muted else "mute", action.action_id, style=secondary)


def draw_muted(say: Language, action: Action, muted: bool | None) -> tuple[str, discord.ui.View]:
    """What holds now, and how to take it back."""
    view = SafeView(timeout=None)
    if muted is not None:
        view.add_item(mute_button(say, action, muted=muted))
    return word_mute(say, action, muted), view


def word_mute(say: Language, action: Action, muted: bool | None) -> str:
    """What muting does: they go without the role that is pinged, and without direct messages."""
    title = heading_title(action)
    if muted is None:
        return say("mute.not_in", title=title)
    state = "on" if muted else "off"
    if action.role_id is None or not action.grants_role:
        return say(f"mute.{state}", title=title)
    return say(f"mute.{state}_role", title=title, role=f"<@&{action.role_id}>")
