"""Spot checks as their organisers see them: the form, the preview, how far it has come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord

from domain.actions import Action
from domain.reviewing import Filter, Queue
from domain.spot_checks import SpotResult
from domain.spot_designs import Design
from domain.spot_sizes import DEFAULT
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.forms import Form, Input, Submit
from ui.review_queue import write_queue
from ui.spot_lines import at_least, spot_lines
from ui.text import amount, heading_title, stamp

MOST_STRATA = 12
"""Strata that a preview names; with many currencies there are more."""


def spot_form(say: Language, size: str | None, percent: str, submit: Submit) -> Form:
    """How many are drawn, or how close it must come."""
    inputs = [
        Input("size", "spot_size", str(DEFAULT) if size is None else size, max_length=10),
        Input("percent", "spot_percent", percent, max_length=10),
    ]
    return Form(say, say("modal.spot_check.title"), inputs, submit)


def spot_preview(
    say: Language, action: Action, design: Design, number: int, *, open_until: bool
) -> str:
    """What would be drawn of what, and what it could say; `open_until`: logging goes on."""
    amounts = {unit: of for unit, (_, of) in design.amounts.items()}
    rows, sample = say.number(design.rows), say.number(design.sample)
    logged = say.listing([amount(say, action, value, unit) for unit, value in amounts.items()])
    everything = design.sample == design.rows
    key = "spot.preview_all" if everything else "spot.preview"
    lines = [say(key, rows=rows, amounts=logged, sample=sample)]
    if len(design.strata) > 1 and not everything:
        lines += [
            say(
                "spot.preview_stratum",
                least=amount(say, action, stratum.least, stratum.unit_code),
                most=amount(say, action, stratum.most, stratum.unit_code),
                sample=say.number(stratum.sample),
                rows=say.number(stratum.rows),
            )
            for stratum in design.strata[:MOST_STRATA]
        ]
        lines.append("")  # or what follows would read as a part of the list
    if not everything:
        lines.append(
            say(
                "spot.preview_promise",
                least=say.number(design.promised_rows),
                rows=rows,
                amounts=at_least(say, action, design.amounts),
            )
        )
    if open_until:
        lines.append(say("spot.preview_open", time=stamp(action.log_until, "f")))
    if number > 1:
        lines.append(say("spot.preview_again", number=say.number(number)))
    return "\n".join(lines)


def draw_spot_check(say: Language, action: Action, result: SpotResult) -> discord.ui.LayoutView:
    """How far the newest sample is checked, the way to it, and to another draw."""
    lines = spot_lines(say, action, result)
    if not result.complete:
        lines.append(say("spot.go_on"))
    heading = f"## {say('spot.title')}\n**#{action.number} {heading_title(action)}**"
    parts: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(heading),
        discord.ui.TextDisplay("\n".join(lines)),
    ]
    if buttons := list(_buttons(say, action, result)):
        parts.append(discord.ui.ActionRow[Any](*buttons))
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=action.rules.accent))
    return view


def _buttons(say: Language, action: Action, result: SpotResult) -> Iterator[discord.ui.Item[Any]]:
    """Checking what is left of it, and drawing anew while nobody else has the seed."""
    if not result.complete:
        queue = write_queue(Queue(Filter.SAMPLE, action.action_id))
        yield press(say, "review", queue, label_key="button.check_sample")
    if result.seed is None:
        secondary = discord.ButtonStyle.secondary
        yield press(say, "spot_again", action.action_id, style=secondary)
