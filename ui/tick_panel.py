"""Today's votes as one person sees them: what is ticked, what is left, rest and mute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord

from domain.ledger import Contribution
from domain.ticks import LATE_TICK, AppToday, Today, find_app, rest_date
from locales import Language
from ui.base import SafeLayout
from ui.buttons import Press, press
from ui.late import late_line
from ui.text import amount, heading_title, stamp
from ui.vote_lines import DOT, app_name, link_part
from ui.vote_messages import tick_button

NAMED = 5
"""Apps that are named as left; of more it only says how many."""

BUTTONS_IN_ROW = 5
MAX_LINES = 3000
"""Characters of the apps' lines; of 20 apps each has a line, the links are left out first."""


@dataclass(frozen=True)
class Tapped:
    """What a tap led to."""

    contribution: Contribution
    changed: bool


def draw_ticks(say: Language, today: Today, note: str = "") -> discord.ui.LayoutView:
    """Draw the panel; `note` says what has just been done."""
    action = today.action
    late = late_line(say, action, today.now)
    texts = [note, _heading(say, today), _lines(say, today), late]
    buttons = [
        tick_button(say, action, one.app, one.day, ticked=one.ticked)
        for one in today.apps
        if one.day is not None and (late or today.now <= one.day.end + LATE_TICK)
    ]
    view = SafeLayout(timeout=None)
    items: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay(text) for text in texts if text]
    own = [] if late else _own_buttons(say, today)
    for group in (buttons, own):
        for start in range(0, len(group), BUTTONS_IN_ROW):
            items.append(discord.ui.ActionRow[Any](*group[start : start + BUTTONS_IN_ROW]))
    view.add_item(discord.ui.Container(*items, accent_colour=action.rules.accent))
    return view


def _own_buttons(say: Language, today: Today) -> list[Press]:
    action_id = today.action.action_id
    rests, mutes = ("_end" if today.resting else ""), ("_end" if today.muted else "")
    day = rest_date(today.action, today.now).toordinal()
    return [
        press(say, "rest_day", action_id, item_id=day, label_key=f"button.rest_day{rests}"),
        press(say, "mute_calls", action_id, label_key=f"button.mute_calls{mutes}"),
    ]


def _heading(say: Language, today: Today) -> str:
    lines = [say("ticks.heading", title=heading_title(today.action))]
    if today.resting:
        lines.append(say("ticks.resting"))
    elif len(today.left) > NAMED:
        lines.append(say.many("ticks.left_many", len(today.left)))
    elif today.left:
        names = say.listing([app_name(one.app) for one in today.left])
        lines.append(say("ticks.left", apps=names))
    elif any(one.ticked for one in today.apps):
        lines.append(say("ticks.all_done"))
    return "\n".join(lines)


def _lines(say: Language, today: Today) -> str:
    lines = [[_line(say, today, one), *link_part(say, one.app)] for one in today.apps]
    whole = "\n".join(DOT.join(line) for line in lines)
    return whole if len(whole) <= MAX_LINES else "\n".join(line[0] for line in lines)


def _line(say: Language, today: Today, one: AppToday) -> str:
    votes = amount(say, today.action, one.app.cap)
    if one.day is None:
        opens = max(today.action.starts_at, one.app.opens_at or today.action.starts_at)
        return say("ticks.app_opens", app=app_name(one.app), votes=votes, opens=stamp(opens, "R"))
    key = "ticks.app_ticked" if one.ticked else "ticks.app_open"
    if today.now >= one.day.end:
        key = "ticks.app_ended_ticked" if one.ticked else "ticks.app_ended"
    # The hour too: "in an hour" may be nearly two.
    until = f"{stamp(one.day.end, 't')} ({stamp(one.day.end, 'R')})"
    return say(key, app=app_name(one.app), votes=votes, until=until)


def word_tap(say: Language, today: Today, tapped: Tapped) -> str:
    """What was logged or taken back, and for which day where that is over."""
    tick = tapped.contribution
    assert tick.app_id is not None
    assert tick.day is not None
    app = find_app(today.action.parts.apps, tick.app_id)
    if tick.withdrawn:
        key = "ticks.taken_back" if tapped.changed else "ticks.taken_back_already"
    elif tick.held is not None:
        key = "ticks.held"
    else:
        key = "ticks.logged" if tapped.changed else "ticks.logged_already"
    lines = [say(key, amount=amount(say, today.action, tick.amount), app=app_name(app))]
    (one,) = (one for one in today.apps if one.app.app_id == app.app_id)
    if one.day is None or one.day.day != tick.day:
        lines.append(say("ticks.for_day", day=say.day(tick.day)))
    return " ".join(lines)


def word_rest(say: Language, *, rests: bool) -> str:
    """That nothing is expected today, or is again."""
    return say("rest.on" if rests else "rest.off")
