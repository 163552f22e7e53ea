"""The page *My numbers*: what one pledged, logged and had checked, by action, beside nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import Any

import discord

from domain.actions import Action
from domain.own_numbers import OwnNumbers
from domain.sign_ups import SignUpState
from domain.totals import Total
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.limits import MAX_TEXTS
from ui.me_panel import Tab
from ui.review_lines import reason_text
from ui.text import amount, plain, shorten

MAX_TITLE = 60
MAX_REASON = 90
MOST_REASONS = 3

PARTS = ("logged", "proved", "verified", "held", "not_counted")
"""What is said of each unit, so far as there is any of it."""


class Detail(Enum):
    """How much is said, the most first: as much as fits."""

    ALL = auto()
    NO_REASONS = auto()
    LOGGED = auto()


def draw_own_numbers(
    say: Language, shown: Sequence[OwnNumbers], *, page: int, more: bool
) -> discord.ui.LayoutView:
    """Draw one page; `more` tells whether there are further ones."""
    view = SafeLayout(timeout=None)
    texts: list[str] = []
    heading = f"## {say('own_numbers.heading')}\n-# {say('own_numbers.intro')}"
    for detail in Detail:
        texts = [heading, *(_block(say, one, detail) for one in shown)]
        if sum(map(len, texts)) <= MAX_TEXTS:
            break
    if not shown:
        texts.append(say("own_numbers.none"))
    view.add_item(discord.ui.Container(*(discord.ui.TextDisplay[Any](text) for text in texts)))
    buttons = [
        press(say, "me_tab", 0, item_id=Tab.CONTRIBUTIONS.value, label_key="button.back_to_me")
    ]
    for way, to, possible in (("newer", page - 1, page > 0), ("older", page + 1, more)):
        if possible:
            buttons.append(press(say, "my_numbers", 0, item_id=to, label_key=f"button.{way}"))
    view.add_item(discord.ui.ActionRow[Any](*buttons))
    return view


def _block(say: Language, one: OwnNumbers, detail: Detail) -> str:
    action = one.action
    title = plain(action.title, MAX_TITLE)
    lines = [f"**#{action.number} {title}**", *_pledge(say, one)]
    parts = PARTS[:1] if detail is Detail.LOGGED else PARTS
    for unit_code, total in one.totals.items():
        lines += _parts(say, action, unit_code, total, parts)
    if detail is Detail.ALL:
        lines += _reasons(say, one)
    return "\n".join(lines)


def _pledge(say: Language, one: OwnNumbers) -> Iterator[str]:
    """That one is in, and the amount that one pledged, if any."""
    sign_up = one.sign_up
    if sign_up is None or sign_up.state is SignUpState.LEFT:
        return
    if sign_up.pledged is None:
        yield say(f"own_numbers.signed_up.{sign_up.state.value}")
    else:
        yield say("own_numbers.pledged", amount=amount(say, one.action, sign_up.pledged))


def _parts(
    say: Language, action: Action, unit_code: str, total: Total, parts: Sequence[str]
) -> Iterator[str]:
    """What became of what one logged in a unit; nothing where one withdrew it all."""
    said = [
        say(f"own_numbers.{part}", amount=amount(say, action, getattr(total, part), unit_code))
        for part in parts
        if getattr(total, f"{part}_count")
    ]
    if said:
        yield " · ".join(said)


def _reasons(say: Language, one: OwnNumbers) -> Iterator[str]:
    for check, count in one.reasons[:MOST_REASONS]:
        if why := reason_text(say, check):
            yield say.many("own_numbers.reason", count, reason=shorten(why, MAX_REASON))
