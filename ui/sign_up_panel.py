"""The panel of an action's sign-up settings: each with what holds now and how to change it."""

from __future__ import annotations

from typing import Any

import discord

from domain.actions import Action
from domain.roles import RoleProgress
from domain.servers import Server
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.selects import pick_channel, pick_role
from ui.sign_up_lines import condition_line, options_line
from ui.text import heading_title, stamp

EXPLAINED = frozenset({"forbidden", "role_gone"})
"""Why a role's queue stopped, so far as organisers can do something about it."""

UiItem = discord.ui.Item[Any]


def draw_sign_up_panel(
    say: Language,
    action: Action,
    server: Server,
    progress: RoleProgress,
    *,
    gate_gone: bool = False,
) -> discord.ui.LayoutView:
    """Draw the panel for somebody who may change the action. It pings nobody.

    `gate_gone`: the role that one needs to sign up was deleted.
    """
    heading = say("settings.heading", title=heading_title(action))
    role_id = None if gate_gone else action.sign_up_role_id
    gate = pick_role(say, "gate_role", action.action_id, chosen=role_id)
    gate_lines = [say("settings.gate_role"), *([say("settings.gate_gone")] if gate_gone else [])]
    parts: list[UiItem] = [
        discord.ui.TextDisplay(f"{heading}\n{say('settings.intro')}"),
        discord.ui.TextDisplay("\n".join(gate_lines)),
        discord.ui.ActionRow[Any](gate),
        _section(say, action, _cut_off(say, action), "cut_off"),
        _section(say, action, _options(say, action), "sign_up_options"),
        _section(say, action, _condition(say, action), "condition"),
        *_role_parts(say, action, progress),
        *_channel_parts(say, action, server),
    ]
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=action.rules.accent))
    return view


def _section(say: Language, action: Action, text: str, verb: str) -> UiItem:
    button = press(say, verb, action.action_id, label_key="button.change_setting")
    return discord.ui.Section[Any](discord.ui.TextDisplay(text), accessory=button)


def _cut_off(say: Language, action: Action) -> str:
    if action.sign_up_lead is None:
        return say("settings.no_cut_off")
    closes = action.sign_ups_end
    return say("settings.cut_off", time=stamp(closes, "f"), relative=stamp(closes, "R"))


def _options(say: Language, action: Action) -> str:
    shown = options_line(say, action) if action.parts.options else say("settings.no_options")
    return f"{say('settings.options')}\n{shown}"


def _condition(say: Language, action: Action) -> str:
    shown = [*condition_line(say, action)] or [say("settings.no_condition")]
    return "\n".join([say("settings.condition"), *shown])


def _role_parts(say: Language, action: Action, progress: RoleProgress) -> list[UiItem]:
    lines = [say("settings.participant_role")]
    if action.grants_role:
        lines.append(_progress(say, action, progress))
    switch = press(
        say,
        "participant_role",
        action.action_id,
        item_id=int(not action.grants_role),
        label_key="button.role_off" if action.grants_role else "button.role_on",
    )
    text = discord.ui.TextDisplay[Any]("\n".join(lines))
    parts: list[UiItem] = [discord.ui.Section[Any](text, accessory=switch)]
    if action.grants_role and progress.error is not None:
        parts.append(discord.ui.ActionRow[Any](press(say, "roles_again", action.action_id)))
    return parts


def _progress(say: Language, action: Action, progress: RoleProgress) -> str:
    if progress.error is not None:
        why = progress.error if progress.error in EXPLAINED else "unexpected"
        return say(
            f"settings.role_stopped.{why}",
            given=say.number(progress.given),
            wanted=say.number(progress.wanted),
        )
    if not progress.wanted:
        return say("settings.role_waits")
    return say.many(
        "settings.role_progress",
        progress.wanted,
        given=say.number(progress.given),
        role="" if action.role_id is None else f"<@&{action.role_id}>",
    )


def _channel_parts(say: Language, action: Action, server: Server) -> list[UiItem]:
    channel_id = action.channel_id or server.announce_channel_id
    if channel_id is None:
        text = say("settings.no_channel")
    else:
        text = say("settings.channel", channel=f"<#{channel_id}>")
    if action.number is not None:
        button = press(say, "move_channel", action.action_id)
        return [discord.ui.Section[Any](discord.ui.TextDisplay(text), accessory=button)]
    select = pick_channel(say, "draft_channel", action.action_id)
    return [discord.ui.TextDisplay(text), discord.ui.ActionRow[Any](select)]
