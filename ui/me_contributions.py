"""The page of `/me` with what one has logged: where it stands, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action
from domain.ledger import Check, Contribution, Standing, StandingState, Verdict
from domain.reviewing import Appeal, may_appeal
from locales import Language
from ui.buttons import Press, press
from ui.late import late_buttons, takes_appeal, takes_changes
from ui.limits import MAX_TEXTS
from ui.log_replies import why_held
from ui.me_panel import Tab, UiItem, draw_page, turn_row
from ui.proof_panel import proof_button, takes_proof
from ui.review_lines import reason_text
from ui.text import amount, plain, stamp

PAGE = 5
"""Contributions on one page."""

MAX_REASON = 200
SHORT_REASON = 60
"""Of a reason where all of it would not fit."""


@dataclass(frozen=True)
class OwnRow:
    """One's own contribution, where it stands, and what a reviewer decided, if one did."""

    action: Action
    contribution: Contribution
    standing: Standing
    check: Check | None = None
    appeal: Appeal | None = None


def draw_contributions(
    say: Language,
    rows: Sequence[OwnRow],
    *,
    page: int,
    more: bool,
    now: datetime,
    late: Sequence[Action] = (),
    told: str | None = None,
) -> discord.ui.LayoutView:
    """Draw one page; `more` tells whether a further one exists.

    Of `late`, the server's latest actions, those are offered in which something can still be
    logged late. `told` stands above it all.
    """
    above = [] if told is None else [discord.ui.TextDisplay[Any](told)]
    items: list[UiItem] = [discord.ui.TextDisplay(f"## {say('me.contributions')}")]
    if not rows:
        items.append(discord.ui.TextDisplay(say("me.no_contributions")))
    texts = [discord.ui.TextDisplay[Any](_contribution_text(say, row, MAX_REASON)) for row in rows]
    for row, text in zip(rows, texts, strict=True):
        items += [text, *_contribution_buttons(say, row, now)]
    if page or more:
        items.append(turn_row(say, "me_page", page, more=more))
    items.append(
        discord.ui.ActionRow[Any](press(say, "my_numbers", 0), *late_buttons(say, late, now))
    )
    view = draw_page(say, Tab.CONTRIBUTIONS, [*above, *items])
    if view.content_length() > MAX_TEXTS and above:
        # Each contribution says below what was decided.
        view = draw_page(say, Tab.CONTRIBUTIONS, items)
    if view.content_length() > MAX_TEXTS:
        for row, shown in zip(rows, texts, strict=True):
            shown.content = _contribution_text(say, row, SHORT_REASON)
    return view


def _contribution_text(say: Language, row: OwnRow, most: int) -> str:
    """What became of a contribution, with at most so many characters of a reviewer's own words."""
    where = row.standing
    key = "verified" if where.verified else "proved" if where.proved else where.state.value
    state = say(f"standing.{key}")
    if where.verified and row.check is not None and row.check.verdict is Verdict.CORRECTED:
        given = row.contribution
        before = amount(say, row.action, given.amount, given.unit_code)
        state = say("standing.corrected", amount=before)
    if where.state is StandingState.HELD and row.contribution.held is not None:
        state = why_held(say, row.action, row.contribution.held, to="why")
    line = say(
        "me.contribution",
        amount=amount(say, row.action, where.amount, row.contribution.unit_code),
        number=row.action.number,
        title=plain(row.action.title, 60),
        time=stamp(row.contribution.at, "f"),
        state=state,
    )
    return "\n".join([line, *_decided(say, row, most)])


def _contribution_buttons(
    say: Language, row: OwnRow, now: datetime
) -> Iterator[discord.ui.ActionRow[Any]]:
    if row.standing.state is StandingState.WITHDRAWN:
        return
    buttons: list[Press] = []
    ids = (row.action.action_id, row.contribution.contribution_id)
    appealable = may_appeal(row.contribution, row.check, row.appeal)
    if appealable and row.check and takes_appeal(row.action, row.check.at, now):
        buttons.append(press(say, "appeal", ids[0], item_id=ids[1]))
    elif takes_proof(row.action, now):
        buttons.append(proof_button(say, row.action, row.contribution))
    if takes_changes(row.action, now):
        buttons.append(press(say, "withdraw", ids[0], item_id=ids[1]))
    if buttons:
        yield discord.ui.ActionRow[Any](*buttons)


def _decided(say: Language, row: OwnRow, most: int) -> Iterator[str]:
    """Why a reviewer decided as they did, and how an appeal stands."""
    if row.check is None:
        return
    if why := reason_text(say, row.check, most):
        yield say("me.reason", reason=why)
    if row.appeal is not None:
        yield say("appeal.waits" if row.appeal.is_open(row.check) else "appeal.answered")
