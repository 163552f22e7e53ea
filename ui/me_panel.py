"""The personal panel, `/me`: its pages, and the first of them with one's sign-ups and shifts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Any

import discord

from domain.action_lists import ActionList, Asked, write_asked
from domain.actions import Action
from domain.shifts import Shift
from domain.sign_ups import SignUp
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.limits import MAX_TEXTS
from ui.shift_text import stamps
from ui.text import amount, plain, stamp

MOST_SIGN_UPS = 10
"""Sign-ups on one page."""

MOST_SHIFTS = 5
MAX_OPTION = 60

UiItem = discord.ui.Item[Any]


class Tab(IntEnum):
    """The pages of the panel, in the order of the buttons to them."""

    SIGN_UPS = 0
    CONTRIBUTIONS = 1
    SETTINGS = 2


def draw_page(say: Language, tab: Tab, items: Sequence[UiItem]) -> discord.ui.LayoutView:
    """Draw a page with the buttons to all of them below, of which its own can't be pressed."""
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*items))
    primary, secondary = discord.ButtonStyle.primary, discord.ButtonStyle.secondary
    view.add_item(
        discord.ui.ActionRow[Any](
            *(
                press(
                    say,
                    "me_tab",
                    0,
                    item_id=each.value,
                    label_key=f"button.me_tab.{each.name.lower()}",
                    style=primary if each is tab else secondary,
                    disabled=each is tab,
                )
                for each in Tab
            )
        )
    )
    return view


def turn_row(say: Language, verb: str, page: int, *, more: bool) -> discord.ui.ActionRow[Any]:
    """The buttons to the page before and the one behind, from page 0 on."""
    newer, older = max(page - 1, 0), page + 1
    return discord.ui.ActionRow[Any](
        press(say, verb, 0, item_id=newer, label_key="button.newer", disabled=not page),
        press(say, verb, 1, item_id=older, label_key="button.older", disabled=not more),
    )


def draw_sign_ups(
    say: Language,
    sign_ups: Sequence[tuple[Action, SignUp, str | None]],
    *,
    page: int = 0,
    more: bool = False,
    shifts: Sequence[tuple[Action, Shift]] = (),
) -> discord.ui.LayoutView:
    """Draw a page of what one is in, and the shifts ahead.

    With each sign-up comes what its option is called; `more` tells whether there are further ones.
    """
    signed_up = discord.ui.TextDisplay[Any](_sign_up_lines(say, sign_ups, full=True))
    items: list[UiItem] = [discord.ui.TextDisplay(f"## {say('me.heading')}"), signed_up]
    if page or more:
        items.append(turn_row(say, "me_sign_ups", page, more=more))
    if lines := list(_shifts(say, shifts)):
        items += [discord.ui.Separator(), discord.ui.TextDisplay("\n".join(lines))]
    items.append(discord.ui.ActionRow[Any](_to_actions(say, joined=bool(sign_ups))))
    view = draw_page(say, Tab.SIGN_UPS, items)
    if view.content_length() > MAX_TEXTS:
        signed_up.content = _sign_up_lines(say, sign_ups, full=False)
    return view


def _to_actions(say: Language, *, joined: bool) -> UiItem:
    """The way to the actions themselves: to those one is in, or else to what is coming."""
    to = ActionList.JOINED if joined else ActionList.COMING
    label_key = "button.me_open" if joined else "button.help_actions"
    return press(say, "actions_list", 0, item_id=write_asked(Asked(to)), label_key=label_key)


def _sign_up_lines(
    say: Language, sign_ups: Sequence[tuple[Action, SignUp, str | None]], *, full: bool
) -> str:
    """A line for each; in `full` with what one chose and pledged."""
    if not sign_ups:
        return say("me.no_sign_ups")
    lines: list[str] = []
    for action, sign_up, option in sign_ups:
        place = say(
            f"me.sign_up.{sign_up.state.value}",
            number=action.number,
            title=plain(action.title, 60),
            time=stamp(action.starts_at, "f"),
            place=say.number(sign_up.place),
        )
        lines.append(" · ".join([place, *(_details(say, action, sign_up, option) if full else ())]))
    return "\n".join(lines)


def _details(say: Language, action: Action, sign_up: SignUp, option: str | None) -> Iterator[str]:
    """As what one is in, and what one has pledged."""
    if option is not None:
        yield say("me.option", option=plain(option, MAX_OPTION))
    if sign_up.pledged is not None:
        yield say("me.pledged", amount=amount(say, action, sign_up.pledged))


def _shifts(say: Language, shifts: Sequence[tuple[Action, Shift]]) -> Iterator[str]:
    for action, shift in shifts:
        title = plain(action.title, 60)
        yield say("me.shift", number=action.number, title=title, when=stamps(shift))
