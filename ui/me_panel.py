"""The personal panel: one's own sign-ups and contributions, with a way to withdraw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action
from domain.direct import Direct
from domain.ledger import Check, Contribution, Standing, StandingState, Verdict
from domain.reviewing import Appeal, may_appeal
from domain.shifts import Shift
from domain.sign_ups import SignUp
from locales import Language
from ui.base import SafeLayout
from ui.buttons import Press, press
from ui.late import late_buttons, takes_appeal, takes_changes
from ui.log_replies import why_held
from ui.naming_panel import NOT_NAMED, Named, name_buttons, naming_line
from ui.notification_panel import direct_button
from ui.proof_panel import proof_button, takes_proof
from ui.review_lines import reason_text
from ui.shift_panel import own_clock
from ui.shift_text import stamps
from ui.text import amount, plain, stamp

PAGE = 5
"""Contributions on one page."""

MOST_SIGN_UPS = 10
MOST_SHIFTS = 5
MAX_OPTION = 60
MAX_REASON = 200
SHORT_REASON = 60
"""Of a reason where all of it would not fit."""

MAX_CONTENT = 4000


@dataclass(frozen=True)
class OwnRow:
    """One's own contribution, where it stands, and what a reviewer decided, if one did."""

    action: Action
    contribution: Contribution
    standing: Standing
    check: Check | None = None
    appeal: Appeal | None = None


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
    late: Sequence[Action] = (),
    told: str | None = None,
    named: Named = NOT_NAMED,
) -> discord.ui.LayoutView:
    """Draw one page. `more` tells whether a further page of contributions exists.

    With each sign-up comes what its option is called.
    `zone` is the one that the person lives in, `shifts` are those ahead of them,
    and `direct` is whether they get direct messages. Of `late`, the server's latest actions,
    those are offered in which something can still be logged late. `told` stands above it all;
    `named` is whether others read their name.
    """
    view = SafeLayout(timeout=None)
    shift_lines = list(_shifts(say, shifts))
    signed_up = discord.ui.TextDisplay[Any](
        "\n".join([_sign_up_lines(say, sign_ups, full=True), *shift_lines])
    )
    own_title = "\n".join(filter(None, (f"## {say('me.heading')}", naming_line(say, named))))
    heading = discord.ui.TextDisplay[Any]("\n".join(filter(None, (told, own_title))))
    items: list[discord.ui.Item[Any]] = [
        heading,
        discord.ui.Section[Any](
            discord.ui.TextDisplay(
                say("own_zone.unknown") if zone is None else own_clock(say, zone, zone, now)
            ),
            accessory=press(say, "own_zone", 0),
        ),
        discord.ui.ActionRow[Any](
            direct_button(say, direct),
            press(say, "notifications", 0),
            press(say, "my_numbers", 0),
            *name_buttons(say, named),
        ),
        signed_up,
        discord.ui.Separator(),
        discord.ui.TextDisplay(f"### {say('me.contributions')}"),
    ]
    if not rows:
        items.append(discord.ui.TextDisplay(say("me.no_contributions")))
    texts = [discord.ui.TextDisplay[Any](_contribution_text(say, row, MAX_REASON)) for row in rows]
    for row, text in zip(rows, texts, strict=True):
        items += [text, *_contribution_buttons(say, row, now)]
    if buttons := late_buttons(say, late, now):
        items.append(discord.ui.ActionRow[Any](*buttons))
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
    if view.content_length() > MAX_CONTENT:
        heading.content = own_title  # Each contribution says below what was decided.
    if view.content_length() > MAX_CONTENT:
        for row, shown in zip(rows, texts, strict=True):
            shown.content = _contribution_text(say, row, SHORT_REASON)
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


def _contribution_text(say: Language, row: OwnRow, most: int) -> str:
    """What became of a contribution, with at most so many characters of a reviewer's own words."""
    where = row.standing
    key = "verified" if where.verified else "proved" if where.proved else where.state.value
    state = say(f"standing.{key}")
    if where.verified and row.check is not None and row.check.verdict is Verdict.CORRECTED:
        given = row.contribution
        before = amount(say, row.action, given.amount, given.unit_code)
        state = say("standing.corrected", amount=before)
    lines = [
        say(
            "me.contribution",
            amount=amount(say, row.action, where.amount, row.contribution.unit_code),
            number=row.action.number,
            title=plain(row.action.title, 60),
            time=stamp(row.contribution.at, "f"),
            state=state,
        )
    ]
    if where.state is StandingState.HELD and row.contribution.held is not None:
        lines.append(why_held(say, row.action, row.contribution.held, to="why"))
    return "\n".join([*lines, *_decided(say, row, most)])


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
