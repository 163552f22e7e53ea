"""The personal panel: one's own sign-ups and contributions, with a way to withdraw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from domain.actions import TAKES_CONTRIBUTIONS, Action
from domain.ledger import Contribution, Standing, StandingState
from domain.shifts import Shift
from domain.sign_ups import SignUp
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.log_replies import why_held
from ui.shift_panel import own_clock
from ui.shift_text import stamps
from ui.text import amount, plain, stamp

PAGE = 5
"""Contributions on one page."""

MOST_SIGN_UPS = 10
MOST_SHIFTS = 5


@dataclass(frozen=True)
class OwnRow:
    """One's own contribution, where it stands, and a reviewer's reason if there is one."""

    action: Action
    contribution: Contribution
    standing: Standing
    reason: str | None


def draw_me(
    say: Language,
    sign_ups: Sequence[tuple[Action, SignUp]],
    rows: Sequence[OwnRow],
    *,
    page: int,
    more: bool,
    now: datetime,
    zone: str | None = None,
    shifts: Sequence[tuple[Action, Shift]] = (),
) -> discord.ui.LayoutView:
    """Draw one page. `more` tells whether a further page of contributions exists.

    `zone` is the one that the person lives in, `shifts` are those ahead of them.
    """
    view = SafeLayout(timeout=None)
    items: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(f"## {say('me.heading')}"),
        discord.ui.Section[Any](
            discord.ui.TextDisplay(
                say("own_zone.unknown") if zone is None else own_clock(say, zone, zone, now)
            ),
            accessory=press(say, "own_zone", 0),
        ),
        discord.ui.TextDisplay("\n".join([_sign_up_lines(say, sign_ups), *_shifts(say, shifts)])),
        discord.ui.Separator(),
        discord.ui.TextDisplay(f"### {say('me.contributions')}"),
    ]
    if not rows:
        items.append(discord.ui.TextDisplay(say("me.no_contributions")))
    items += [_contribution(say, row, now) for row in rows]
    view.add_item(discord.ui.Container(*items))
    if page or more:
        view.add_item(
            discord.ui.ActionRow[Any](
                press(
                    say,
                    "me_page",
                    0,
                    item_id=max(page - 1, 0),
                    label_key="button.newer",
                    disabled=not page,
                ),
                press(
                    say,
                    "me_page",
                    1,
                    item_id=page + 1,
                    label_key="button.older",
                    disabled=not more,
                ),
            )
        )
    return view


def _sign_up_lines(say: Language, sign_ups: Sequence[tuple[Action, SignUp]]) -> str:
    if not sign_ups:
        return say("me.no_sign_ups")
    return "\n".join(
        say(
            f"me.sign_up.{sign_up.state.value}",
            number=action.number,
            title=plain(action.title, 60),
            time=stamp(action.starts_at, "f"),
            place=say.number(sign_up.place),
        )
        for action, sign_up in sign_ups
    )


def _shifts(say: Language, shifts: Sequence[tuple[Action, Shift]]) -> Iterator[str]:
    for action, shift in shifts:
        title = plain(action.title, 60)
        yield say("me.shift", number=action.number, title=title, when=stamps(shift))


def _contribution(say: Language, row: OwnRow, now: datetime) -> discord.ui.Item[Any]:
    where = row.standing
    key = "verified" if where.verified else "proved" if where.proved else where.state.value
    lines = [
        say(
            "me.contribution",
            amount=amount(say, row.action, where.amount, row.contribution.unit_code),
            number=row.action.number,
            title=plain(row.action.title, 60),
            time=stamp(row.contribution.at, "f"),
            state=say(f"standing.{key}"),
        )
    ]
    if where.state is StandingState.HELD and row.contribution.held is not None:
        lines.append(why_held(say, row.action, row.contribution.held, to="why"))
    if row.reason:
        lines.append(say("me.reason", reason=plain(row.reason, 200)))
    text = "\n".join(lines)
    may_withdraw = (
        where.state is not StandingState.WITHDRAWN
        and row.action.state_at(now) in TAKES_CONTRIBUTIONS
    )
    if not may_withdraw:
        return discord.ui.TextDisplay(text)
    return discord.ui.Section[Any](
        discord.ui.TextDisplay(text),
        accessory=press(
            say,
            "withdraw",
            row.action.action_id,
            item_id=row.contribution.contribution_id,
        ),
    )
