"""The review panel: one contribution that waits for a check, with its proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import discord

from domain.actions import Action
from domain.ledger import Contribution
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.log_replies import why_held
from ui.text import amount, code, plain, safe_url, stamp
from ui.vote_lines import app_name

MAX_URL = 1000
"""Of a masked link, which is longer than its text where that is in other scripts."""


def draw_waiting(
    say: Language,
    action: Action,
    contribution: Contribution,
    proofs: Mapping[str, str],
    waiting: int,
    *,
    done: str | None = None,
) -> discord.ui.LayoutView:
    """Draw what waits; the action is whole. `done` says what became of the one before."""
    view = SafeLayout(timeout=None)
    lines: list[str] = [
        say(
            "review.logged",
            amount=amount(say, action, contribution.amount, contribution.unit_code),
            time=stamp(contribution.at, "f"),
        )
    ]
    lines += _tick(say, action, contribution)
    if contribution.held is not None:
        lines.append(why_held(say, action, contribution.held, to="why"))
    for item, value in proofs.items():
        shown = plain(value, 500) if item == "note" else _proof(say, value)
        lines.append(say(f"review.{item}", value=shown))
    if not proofs:
        lines.append(say("review.no_proof"))
    ids = (action.action_id,)
    item_id = contribution.contribution_id
    items: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(
            f"## #{action.number} {plain(action.title)}\n{say.many('review.waiting', waiting)}"
        ),
        discord.ui.TextDisplay("\n".join(lines)),
        discord.ui.ActionRow[Any](
            press(say, "verify", *ids, item_id=item_id, style=discord.ButtonStyle.success),
            press(say, "not_counted", *ids, item_id=item_id, style=discord.ButtonStyle.danger),
            press(say, "skip", *ids, item_id=item_id),
        ),
    ]
    if done is not None:
        items.insert(0, discord.ui.TextDisplay(done))
    view.add_item(discord.ui.Container(*items, accent_colour=action.rules.accent))
    return view


def draw_nothing_waits(say: Language, *, done: str | None = None) -> discord.ui.LayoutView:
    """Draw the empty queue."""
    view = SafeLayout(timeout=None)
    text = say("review.nothing_waits")
    view.add_item(discord.ui.TextDisplay(text if done is None else f"{done}\n{text}"))
    return view


def _tick(say: Language, action: Action, contribution: Contribution) -> Iterator[str]:
    """The app and the day that a tick is for."""
    if contribution.day is None:
        return
    for app in action.parts.apps:
        if app.app_id == contribution.app_id:
            yield say("review.tick", app=app_name(app), day=say.day(contribution.day))


def _proof(say: Language, value: str) -> str:
    """What was handed in as it was typed, and beside it a way to open it where it is a link."""
    address = safe_url(value)
    if address is None or len(address[0]) > MAX_URL:
        return code(value)
    url, host = address
    return f"{code(value)} · {code(host)}: [{say('card.link_label')}](<{url}>)"
