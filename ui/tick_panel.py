"""Today's votes as one person sees them: what is ticked, what is left, rest and mute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import discord

from domain.actions import Action
from domain.ledger import Contribution
from domain.pings import role_of
from domain.servers import RolePurpose, Server
from domain.ticks import LATE_TICK, AppToday, Today, find_app, rest_date
from locales import Language
from ui.base import SafeLayout
from ui.buttons import Press, press
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


def draw_ticks(
    say: Language, today: Today, note: str = "", *, offers_ping: bool = False
) -> discord.ui.LayoutView:
    """Draw the panel; `note` says what has just been done.

    With `offers_ping` it has the button that gives the server's ping role, or takes it.
    """
    action = today.action
    texts = [note, _heading(say, today), _lines(say, today)]
    buttons = [
        tick_button(say, action, one.app, one.day, ticked=one.ticked)
        for one in today.apps
        if one.day is not None and today.now <= one.day.end + LATE_TICK
    ]
    view = SafeLayout(timeout=None)
    items: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay(text) for text in texts if text]
    for group in (buttons, _own_buttons(say, today, offers_ping=offers_ping)):
        for start in range(0, len(group), BUTTONS_IN_ROW):
            items.append(discord.ui.ActionRow[Any](*group[start : start + BUTTONS_IN_ROW]))
    view.add_item(discord.ui.Container(*items, accent_colour=action.rules.accent))
    return view


def _own_buttons(say: Language, today: Today, *, offers_ping: bool) -> list[Press]:
    action_id = today.action.action_id
    rests, mutes = ("_end" if today.resting else ""), ("_end" if today.muted else "")
    day = rest_date(today.action, today.now).toordinal()
    buttons = [
        press(say, "rest_day", action_id, item_id=day, label_key=f"button.rest_day{rests}"),
        press(say, "mute_calls", action_id, label_key=f"button.mute_calls{mutes}"),
    ]
    return [*buttons, press(say, "ping_me", action_id)] if offers_ping else buttons


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
    """What was logged or taken back, for which day, and how many days in a row that makes."""
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
    elif one.streak > 1 and not tick.withdrawn:
        lines.append(say.many("ticks.streak", one.streak))
    return " ".join(lines)


def word_rest(say: Language, *, rests: bool) -> str:
    """That nothing is expected today, or is again."""
    return say("rest.on" if rests else "rest.off")


def word_mute(say: Language, action: Action, server: Server, muted: bool | None) -> str:
    """What muting does: whom the calls ping decides on it."""
    return " ".join(_about_mute(say, action, server, muted))


def _about_mute(say: Language, action: Action, server: Server, muted: bool | None) -> Iterator[str]:
    title, role_id = heading_title(action), role_of(action, server)
    role = f"<@&{role_id}>"
    if muted is None:
        yield say("mute.not_in", title=title)
    if action.role_id is not None:
        if muted is not None:
            yield say("mute.on_role" if muted else "mute.off_role", title=title, role=role)
    elif role_id is None:
        yield say("mute.silent", title=title)
    elif muted is False:
        yield say("mute.off", title=title, role=role)
    else:
        yield say("mute.ping_role", title=title, role=role)
        yield say("mute.give_back" if server.self_service_ping else "mute.ask")


def may_give_back(action: Action, server: Server) -> bool:
    """Tell whether those who mute need the button that gives the server's ping role back."""
    pings = action.role_id is None and server.role(RolePurpose.PING) is not None
    return pings and server.self_service_ping
