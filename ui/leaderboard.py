"""An action's leaderboard, of those who chose to be named, for whoever asks."""

from __future__ import annotations

from typing import Any

import discord

from domain.actions import Action
from domain.leaderboards import Leaderboard, Place, units_of
from locales import Language
from ui.base import SafeLayout
from ui.buttons import Press, press
from ui.selects import pick_text
from ui.text import amount, plain

MAX_NAME = 100
"""With what makes it harmless."""

UNITS = 100
"""More than there are units of an action: an item says page and unit in one number."""

LAST_PAGE = 1_000_000
"""Beyond what any action has, and what a database takes as an offset."""


def leaderboard_button(say: Language, action: Action) -> Press:
    """*Leaderboard*, below a tally."""
    return press(say, "leaderboard", action.action_id)


def read_item(item_id: int | None) -> tuple[int, int]:
    """The page to which a button leads, and the place of its unit among the action's."""
    page, unit = divmod(item_id or 0, UNITS)
    return min(page, LAST_PAGE), unit


def draw_leaderboard(say: Language, board: Leaderboard) -> discord.ui.LayoutView:
    """Draw a page, with the ways to the others and to other currencies."""
    action, units = board.action, units_of(board.action)
    title = plain(action.title, MAX_NAME)
    lines = [f"## {say('leaderboard.heading', title=title, number=action.number)}"]
    lines += [_line(say, board, place) for place in board.places]
    if not board.places:
        lines.append(say("leaderboard.nobody"))
    if board.own_name is None:
        lines.append(f"-# {say('leaderboard.who')}")
    else:
        lines.append(f"-# {say('leaderboard.who_named', name=plain(board.own_name, MAX_NAME))}")
    view = SafeLayout(timeout=None)
    text = discord.ui.TextDisplay[Any]("\n".join(lines))
    view.add_item(discord.ui.Container(text, accent_colour=action.rules.accent))
    if len(units) > 1:
        view.add_item(discord.ui.ActionRow[Any](_pick_unit(say, board)))
    if buttons := _buttons(say, board):
        view.add_item(discord.ui.ActionRow[Any](*buttons))
    return view


def _line(say: Language, board: Leaderboard, place: Place) -> str:
    line = say(
        "leaderboard.line",
        rank=say.number(place.rank),
        name=plain(place.name, MAX_NAME),
        amount=amount(say, board.action, place.logged, board.unit_code),
    )
    if not place.verified_count:
        return line
    whole = place.verified_count == place.logged_count
    mark = say("leaderboard.verified" if whole else "leaderboard.partly_verified")
    return f"{line} · {mark}"


def _pick_unit(say: Language, board: Leaderboard) -> discord.ui.Item[Any]:
    options = [
        discord.SelectOption(label=code, value=str(unit), default=code == board.unit_code)
        for unit, code in enumerate(units_of(board.action))
    ]
    return pick_text(say, "leaderboard_unit", board.action.action_id, options)


def _buttons(say: Language, board: Leaderboard) -> list[Press]:
    action_id, unit = board.action.action_id, units_of(board.action).index(board.unit_code)
    previous, following = "button.page_previous", "button.page_next"
    ways = ((previous, board.page - 1, board.page > 0), (following, board.page + 1, board.more))
    buttons = [
        press(say, "leaderboard", action_id, item_id=to * UNITS + unit, label_key=key)
        for key, to, possible in ways
        if possible
    ]
    if board.own_name is None:
        buttons.append(press(say, "name_me", 0))
    return buttons
