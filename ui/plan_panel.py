"""The pages on which reminders, milestones and the nudge are set: a server's and an action's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action
from domain.message_plans import MessagePlan
from domain.milestones import mark_as_text
from domain.servers import Server
from locales import Language
from ui.base import SafeLayout
from ui.buttons import Press, press
from ui.forms import Form, Input, Submit
from ui.plan_lines import action_plan_lines, offset_words, plan_lines
from ui.setup_pages import ACCENT, NO_ACTION, SetupPage, draw_page_select
from ui.text import heading_title

PLAN_LENGTH = 1000
"""Room for as many reminders and milestones as there can be, in their longest words."""


def draw_server_plan(say: Language, server: Server) -> discord.ui.LayoutView:
    """The messages that new actions of a server send, with the way back to its settings."""
    lines = [f"## {say('plan.heading')}", say("plan.intro"), *plan_lines(say, server.plan)]
    buttons = [
        press(say, "setup_messages_edit", NO_ACTION, label_key="button.change_setting"),
        _nudge_switch(say, "setup_nudges", NO_ACTION, server.plan),
        press(say, "setup_back", NO_ACTION),
    ]
    return _page(lines, buttons, ACCENT, draw_page_select(say, SetupPage.MESSAGES))


def draw_action_plan(say: Language, action: Action, now: datetime) -> discord.ui.LayoutView:
    """The messages that one action sends, and when."""
    lines = [
        f"## {say('plan.heading')}\n{heading_title(action)}",
        *action_plan_lines(say, action, now),
    ]
    buttons = [
        press(say, "messages_edit", action.action_id, label_key="button.change_setting"),
        _nudge_switch(say, "nudges", action.action_id, action.plan),
    ]
    return _page(lines, buttons, action.rules.accent)


def _nudge_switch(say: Language, verb: str, action_id: int, plan: MessagePlan) -> Press:
    key = "button.nudges_off" if plan.nudges else "button.nudges_on"
    return press(say, verb, action_id, item_id=int(not plan.nudges), label_key=key)


def _page(
    lines: Sequence[str], buttons: Sequence[Press], accent: int, *above: discord.ui.Item[Any]
) -> discord.ui.LayoutView:
    view = SafeLayout(timeout=None)
    text = discord.ui.TextDisplay[Any]("\n".join(lines))
    row = discord.ui.ActionRow[Any](*buttons)
    view.add_item(discord.ui.Container(*above, text, row, accent_colour=accent))
    return view


def plan_as_typed(say: Language, plan: MessagePlan, action: Action | None) -> dict[str, str]:
    """A plan as the form's inputs hold it."""
    return {
        "reminders": ", ".join(offset_words(say, offset) for offset in plan.reminders),
        "milestones": ", ".join(mark_as_text(mark, action) for mark in plan.milestones),
    }


def plan_form(say: Language, typed: Mapping[str, str], submit: Submit, *, of_server: bool) -> Form:
    """When reminders go out, and what milestones there are; for any action, or for one."""
    milestones = "plan_server_milestones" if of_server else "plan_milestones"
    inputs = [
        Input("reminders", "plan_reminders", typed["reminders"], False, PLAN_LENGTH, True),
        Input("milestones", milestones, typed["milestones"], False, PLAN_LENGTH, True),
    ]
    return Form(say, say("modal.plan.title"), inputs, submit)
