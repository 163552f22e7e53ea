"""The panel behind *I did it*: common amounts that one tap logs, and the way to any other."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action
from domain.errors import Refusal
from domain.kinds import Unit
from domain.quick_amounts import quick_amounts
from domain.sources import named_sources, sources_of
from locales import Language
from ui.base import SafeView
from ui.buttons import MAX_LABEL, OnlyFor, Press, press
from ui.late import late_line
from ui.platforms import platform_name
from ui.selects import pick_text
from ui.text import amount, plain, shorten

_MARK_BITS = 20
_NO_MARK = 0


def parts_of(action: Action) -> tuple[str, ...]:
    """Among what an amount is told apart: the currencies of money, or else the platforms."""
    return action.currencies if action.unit is Unit.MONEY else tuple(sources_of(action))


def part_name(say: Language, action: Action, part: str) -> str:
    """A currency or a platform, as people read it, for places without markdown."""
    return say.currency(part) if action.unit is Unit.MONEY else platform_name(say, part)


def usual_part(action: Action, last: str | None) -> str | None:
    """Which one to begin with: that of one's last time, else the first currency or only link's.

    None where somebody has to say so themself.
    """
    if last in parts_of(action):
        return last
    if action.unit is Unit.MONEY:
        return action.unit_code
    named = named_sources(action)
    return named[0] if len(named) == 1 else None


def write_tap(part: str | None, value: int = 0) -> int:
    """What a panel's button carries: an amount, and a mark by which its part is known again."""
    return value << _MARK_BITS | _mark(part)


def read_tap(action: Action, item_id: int | None) -> tuple[int, str | None]:
    """The amount and the part that a button carries; refused where there is no such part now.

    So nothing is logged in another currency than the one that was read on the button.
    """
    value, mark = divmod(item_id or 0, 1 << _MARK_BITS)
    parts = parts_of(action)
    if mark == _NO_MARK:
        return value, None
    for part in parts:
        if _mark(part) == mark:
            return value, part
    raise Refusal("log_panel.changed")


def _mark(part: str | None) -> int:
    most = (1 << _MARK_BITS) - 1
    return _NO_MARK if part is None else zlib.crc32(part.encode()) % most + 1


def draw_log_panel(
    say: Language,
    action: Action,
    now: datetime,
    *,
    part: str | None,
    last: int | None = None,
    only_for: OnlyFor = None,
) -> tuple[str, discord.ui.View]:
    """Draw it for one currency or platform; `last` is what the reader logged last in that one."""
    parts = parts_of(action)
    form = f"log_{action.kind.value}"
    question = say(f"modal.{form}.label")
    lines = [f"**{question}** · {plain(action.title, 100)}", say("log_panel.hint")]
    if late := late_line(say, action, now):
        lines.append(late)
    view = SafeView(timeout=None)
    if len(parts) > 1:
        view.add_item(_part_select(say, action, parts, part, only_for))
    if part is None and parts:
        lines[1] = say("log_panel.pick_first")
    else:
        for button in _amounts(say, action, part, last, only_for):
            view.add_item(button)
    view.add_item(
        press(say, "log_other", action.action_id, item_id=write_tap(part), only_for=only_for)
    )
    return "\n".join(lines), view


def _amounts(
    say: Language, action: Action, part: str | None, last: int | None, only_for: OnlyFor
) -> list[Press]:
    unit_code = part if part is not None and action.unit is Unit.MONEY else action.unit_code
    return [
        press(
            say,
            "log_quick",
            action.action_id,
            item_id=write_tap(part, value),
            label=amount_label(say, action, value, unit_code),
            style=discord.ButtonStyle.primary,
            only_for=only_for,
        )
        for value in quick_amounts(action, unit_code, last)
    ]


def amount_label(say: Language, action: Action, value: int, unit_code: str) -> str:
    """An amount for a button or an option, where nothing has to be escaped."""
    if action.unit is Unit.CUSTOM:
        unit = shorten(action.fields.get("unit", ""), MAX_LABEL)
        return say("unit.custom.amount", n=say.number(value), unit=unit)
    return amount(say, action, value, unit_code)


def part_options(say: Language, action: Action, chosen: str | None) -> list[discord.SelectOption]:
    """The currencies or platforms to pick from."""
    return [
        discord.SelectOption(
            label=shorten(part_name(say, action, part), 100), value=part, default=part == chosen
        )
        for part in parts_of(action)
    ]


def _part_select(
    say: Language, action: Action, parts: Sequence[str], chosen: str | None, only_for: OnlyFor
) -> discord.ui.Item[Any]:
    of = "currency" if action.unit is Unit.MONEY else "platform"
    return pick_text(
        say,
        "log_part",
        action.action_id,
        part_options(say, action, chosen),
        placeholder_key=f"log_panel.pick.{of}",
        only_for=only_for,
    )
