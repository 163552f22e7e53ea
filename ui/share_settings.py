"""Where somebody shares to: their platforms, and their Mastodon server."""

from __future__ import annotations

from typing import Any

import discord

from domain.share_links import FILLED_IN, ShareChoice
from locales import Language
from ui.base import SafeLayout
from ui.buttons import Press, press
from ui.forms import Form, Input, Submit
from ui.selects import pick_text
from ui.text import code

INSTANCE_LENGTH = 200


def settings_button(say: Language) -> Press:
    """The button to one's platforms among what somebody prefers."""
    return press(say, "share_settings", 0)


def settings_rows(
    say: Language, choice: ShareChoice, action_id: int = 0
) -> list[discord.ui.ActionRow[Any]]:
    """The platforms to pick from, and the Mastodon server of whoever shares there.

    They stand below an action's panel, or with 0 among what somebody prefers.
    """
    chosen = choice.platforms
    options = [
        discord.SelectOption(label=each.name, value=each.key, default=each in chosen)
        for each in FILLED_IN
    ]
    pick = pick_text(say, "share_platforms", action_id, options, most=len(options))
    rows = [discord.ui.ActionRow[Any](pick)]
    if any(platform.needs_instance for platform in chosen):
        known = choice.instance is not None
        label = say("button.share_instance_known") if known else say("button.share_instance")
        style = discord.ButtonStyle.secondary if known else discord.ButtonStyle.primary
        button = press(say, "share_instance", action_id, label=label, style=style)
        rows.append(discord.ui.ActionRow[Any](button))
    return rows


def draw_share_settings(say: Language, choice: ShareChoice) -> discord.ui.LayoutView:
    """Draw the panel on which somebody says where they share to."""
    lines = [f"## {say('share.settings')}", say("share.settings_text")]
    if choice.instance is not None:
        lines.append(say("share.instance", instance=code(choice.instance)))
    view = SafeLayout(timeout=None)
    text = discord.ui.TextDisplay[Any]("\n".join(lines))
    view.add_item(discord.ui.Container(text, *settings_rows(say, choice)))
    return view


def instance_form(say: Language, typed: str, submit: Submit) -> Form:
    """The Mastodon server on which somebody has their account."""
    inputs = [Input("instance", "share_instance", typed, True, INSTANCE_LENGTH)]
    return Form(say, say("modal.share_instance.title"), inputs, submit)
