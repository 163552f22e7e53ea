"""Checking in: the code's form, what a member reads afterwards, and the organisers' panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord

from domain.actions import Action
from domain.check_ins import code_of
from domain.ledger import Contribution
from locales import Language
from ui.attendance_lines import card_attendance
from ui.base import SafeLayout, SafeView
from ui.buttons import press
from ui.forms import Form, Input, Submit
from ui.selects import pick_users
from ui.text import code, plain

CODE_LENGTH = 60


def check_in_form(say: Language, typed: str, submit: Submit) -> Form:
    """The code that is shown on site."""
    inputs = [Input("code", "check_in_code", typed, True, CODE_LENGTH)]
    return Form(say, say("modal.check_in.title"), inputs, submit)


def draw_checked_in(
    say: Language, action: Action, contribution: Contribution
) -> tuple[str, discord.ui.View]:
    """That one is checked in, as proved or not, and how to take it back."""
    key = "check_in.done" if contribution.proof is None else "check_in.done_by_code"
    lines = [say(key, title=plain(action.title))]
    if contribution.held is not None:
        lines = [
            say("check_in.held", title=plain(action.title)),
            say(f"held.{contribution.held.value}.you"),
        ]
        if contribution.at < action.log_until:  # It was too early, or paused: that passes.
            lines.append(say("check_in.held_again"))
    view = SafeView(timeout=None)
    view.add_item(press(say, "withdraw", action.action_id, item_id=contribution.contribution_id))
    return "\n".join(lines), view


def draw_ticking(
    say: Language, action: Action, *, note: str | None = None
) -> discord.ui.LayoutView:
    """Draw the panel in which organisers tick who came, with the code for their eyes."""
    lines = [say("ticking.heading", title=plain(action.title))]
    lines.append(card_attendance(say, action.signed_up, action.total.logged))
    known = code_of(action)
    if known is not None:
        lines.append(say("ticking.code", code=code(known)))
    lines.append(say("ticking.how"))
    if note is not None:
        lines.append(note)
    view = SafeLayout(timeout=None)
    view.add_item(
        discord.ui.Container(
            discord.ui.TextDisplay("\n".join(lines)),
            discord.ui.ActionRow[Any](pick_users(say, "tick_people", action.action_id)),
            accent_colour=action.rules.accent,
        )
    )
    return view


def draw_ticked(
    say: Language,
    ticked: Sequence[int],
    already: Sequence[int],
    decided: Sequence[int],
) -> str:
    """Who was ticked, who had been, and of whom a reviewer has said that they don't count."""
    groups = {"ticked": ticked, "already": already, "decided": decided}
    return "\n".join(
        say(f"ticking.{name}", people=say.listing([f"<@{user_id}>" for user_id in people]))
        for name, people in groups.items()
        if people
    )
