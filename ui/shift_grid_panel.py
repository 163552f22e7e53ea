"""An organiser's panel of shifts: how full each block is, sessions, and what can be set up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import discord

from domain.actions import Action
from domain.shifts import Shift
from domain.zones import zone_info
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.forms import WHEN_LENGTH, Form, Input, Submit
from ui.limits import MAX_OPTION_LABEL
from ui.selects import pick_text
from ui.shift_lines import shift_lines
from ui.shift_text import heat, session_title, span, zoned_span
from ui.text import heading_title, shorten, zone_name

MOST_DAYS = 40
SESSIONS_SHOWN = 8
"""By their times; the select has all of them."""

SESSION_LENGTH = 80
DEFAULT_BLOCK, DEFAULT_PEOPLE = "2h", "3"


def draw_grid(
    say: Language, action: Action, zone: str, now: datetime, *, note: str | None = None
) -> discord.ui.LayoutView:
    """Draw the grid in the server's zone; `note` says what has just happened."""
    blocks = [shift for shift in action.parts.shifts if not shift.is_session]
    sessions = [shift for shift in action.parts.shifts if shift.is_session]
    ids = (action.action_id,)
    texts = [] if note is None else [note]
    texts.append(f"## {say('shifts.heading', title=heading_title(action))}")
    texts.append("\n".join(shift_lines(say, action, now)) or say("shifts.grid_none"))
    if blocks:
        texts.append(_heat_lines(say, blocks, zone))
    if sessions:
        shown = sessions[:SESSIONS_SHOWN]
        lines = [f"**{session_title(s)}** {zoned_span(say, s, zone)}" for s in shown]
        texts.append("\n".join([f"### {say('shifts.sessions')}", *lines]))
    items: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay(text) for text in texts]
    if sessions:
        options = [
            discord.SelectOption(
                label=shorten(s.title or "", MAX_OPTION_LABEL),
                description=shorten(span(say, s, zone), MAX_OPTION_LABEL),
                value=str(s.shift_id),
            )
            for s in sessions
        ]
        items.append(discord.ui.ActionRow[Any](pick_text(say, "shift_remove", *ids, options)))
    items.append(
        discord.ui.ActionRow[Any](
            press(say, "shift_generate", *ids, style=discord.ButtonStyle.primary),
            press(say, "shift_session", *ids),
            press(say, "shift_clear", *ids, style=discord.ButtonStyle.danger, disabled=not blocks),
        )
    )
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*items, accent_colour=action.rules.accent))
    return view


def grid_form(say: Language, typed: Mapping[str, str], submit: Submit) -> Form:
    """From when until when, how long a block is and how many it needs."""
    inputs = [
        Input("first", "shift_first", typed.get("first", ""), True, WHEN_LENGTH),
        Input("until", "shift_until", typed.get("until", ""), True, WHEN_LENGTH),
        Input("block", "shift_block", typed.get("block", ""), True, 40),
        Input("people", "shift_people", typed.get("people", ""), True, 10),
    ]
    return Form(say, say("modal.shift_grid.title"), inputs, submit)


def session_form(say: Language, typed: Mapping[str, str], submit: Submit) -> Form:
    """What everybody is invited to, and when."""
    inputs = [
        Input("title", "session_name", typed.get("title", ""), True, SESSION_LENGTH),
        Input("first", "session_first", typed.get("first", ""), True, WHEN_LENGTH),
        Input("until", "session_until", typed.get("until", ""), True, WHEN_LENGTH),
    ]
    return Form(say, say("modal.shift_session.title"), inputs, submit)


def _heat_lines(say: Language, blocks: list[Shift], zone: str) -> str:
    """A line a day: the time of its first block, and a sign for each."""
    rules = zone_info(zone)
    days: dict[date, list[Shift]] = {}
    for shift in blocks:
        days.setdefault(shift.starts_at.astimezone(rules).date(), []).append(shift)
    lines: list[str] = []
    for day, shifts in list(days.items())[:MOST_DAYS]:
        first = shifts[0].starts_at.astimezone(rules)
        cells = "".join(map(heat, shifts))
        lines.append(f"{say.day(day)} · {first:%H:%M} `{cells}`")
    if len(days) > MOST_DAYS:
        lines.append(say.many("shifts.more_days", len(days) - MOST_DAYS))
    legend = say("shifts.heat_legend", zone=zone_name(blocks[0].starts_at.astimezone(rules)))
    return "\n".join([*lines, f"-# {legend}"])
