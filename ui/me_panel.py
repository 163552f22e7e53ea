"""The personal panel: one's own sign-ups and contributions, with a way to withdraw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from domain.actions import TAKES_CONTRIBUTIONS, Action
from domain.direct import Direct
from domain.ledger import Contribution, Standing, StandingState
from domain.shifts import Shift
from domain.sign_ups import SignUp
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.log_replies import why_held
from ui.notification_panel import direct_button
from ui.shift_panel import own_clock
from ui.shift_text import stamps
from ui.text import amount, plain, stamp

PAGE = 5
"""Contributions on one page."""

MOST_SIGN_UPS = 10
MOST_SHIFTS = 5
MAX_OPTION = 60
MAX_CONTENT = 4000


@dataclass(frozen=True)
class OwnRow:
    """One's own contribution, where it stands, and a reviewer's reason if there is one."""

    action: Action
    contribution: Contribution
    standing: Standing
    reason: str | None


def draw_me(
    say: Language,
    sign_ups: Sequence[tuple[Action, SignUp, str | None]],
    rows: Sequence[OwnRow],
    *,
    page: int,
    more: bool,
    now: datetime,
    zone: str | None = None,
    shifts: Sequence[tuple[Action, Shift]] = (),
    direct: Direct = Direct.OFF,
) -> discord.ui.LayoutView:
    """Draw one page. `more` tells whether a further page of contributions exists.

    With each sign-up comes what its option is called.
    `zone` is the one that the person lives in, `shifts` are those ahead of them,
    and `direct` is whether they get direct messages.
    """
    view = SafeLayout(timeout=None)
    shift_lines = list(_shifts(say, shifts))
    signed_up = discord.ui.TextDisplay[Any](
        "\n".join([_sign_up_lines(say, sign_ups, full=True), *shift_lines])
    )
    items: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(f"## {say('me.heading')}"),
        discord.ui.Section[Any](
            discord.ui.TextDisplay(
                say("own_zone.unknown") if zone is None else own_clock(say, zone, zone, now)
            ),
            accessory=press(say, "own_zone", 0),
        ),
        discord.ui.ActionRow[Any](direct_button(say, direct), press(say, "notifications", 0)),
        signed_up,
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
    if view.content_length() > MAX_CONTENT:
        signed_up.content = "\n".join([_sign_up_lines(say, sign_ups, full=False), *shift_lines])
    return view


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
