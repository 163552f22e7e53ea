"""A vote's apps in lines of text: on cards, in daily calls and in panels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.actions import Action
from domain.vote_calls import VotingDay, current_day, window
from domain.votes import VoteApp, next_reset
from domain.zones import zone_info
from locales import Language
from ui.text import amount, plain, safe_url, stamp, zone_name

MAX_NAME = 80
MAX_NOTE = 200
MAX_LINK = 200
"""Longer addresses are left out of lines that have to fit beside many others."""

MAX_CARD = 2800
"""Characters of the apps' lines on the card within which notes stand; the daily calls have all."""

MIN_NOTE = 20
MAX_NAMED = 300
DOT, NOTE = " · ", "-# "


def app_name(app: VoteApp) -> str:
    """An app's name, harmless."""
    return plain(app.name, MAX_NAME)


def app_lines(say: Language, action: Action, now: datetime, *, shown: bool = True) -> list[str]:
    """A line for each app on the card: votes a day, when they reset, and what is logged there.

    Notes stand below them, as short as they have to be. What is logged is left out unless `shown`.
    """
    named: list[tuple[VoteApp, str]] = []
    for app in action.parts.apps:
        parts = [f"**{app_name(app)}**", _how_it_stands(say, action, app, now)]
        if app.logged and shown:
            parts.append(say("card.app_logged", amount=amount(say, action, app.logged)))
        named.append((app, DOT.join([*parts, *link_part(say, app)])))
    noted = sum(bool(app.note) for app, _ in named)
    room = (MAX_CARD - sum(len(line) + 1 for _, line in named)) // max(noted, 1) - len(NOTE) - 1
    lines: list[str] = []
    for app, line in named:
        lines.append(line)
        if app.note and room >= MIN_NOTE:
            lines.append(f"{NOTE}{plain(app.note, min(room, MAX_NOTE))}")
    return lines


def named_apps(say: Language, action: Action) -> Iterator[str]:
    """One short line that names a vote's apps and their votes a day; of many, how many more."""
    apps = action.parts.apps
    if not apps:
        return
    named: list[str] = []
    room = MAX_NAMED
    for app in apps:
        text = say("message.app", app=app_name(app), votes=amount(say, action, app.cap))
        if (room := room - len(text)) < 0:
            named.append(say.many("message.more_apps", len(apps) - len(named)))
            break
        named.append(text)
    yield say("message.apps", apps=say.listing(named))


def _how_it_stands(say: Language, action: Action, app: VoteApp, now: datetime) -> str:
    opens, closes = window(action, app)
    votes = amount(say, action, app.cap)
    if closes <= max(now, opens):
        return say("card.app_closed")
    if now < opens and action.starts_at < opens:
        return say("card.app_opens", votes=votes, opens=stamp(opens, "f"))
    # The hour alone stays true on the days to come.
    return say("card.app", votes=votes, reset=stamp(next_reset(app, max(now, opens)), "t"))


def link_part(say: Language, app: VoteApp) -> Iterator[str]:
    """The app's link, if it has one that leads somewhere and is no longer than a line bears."""
    address = safe_url(app.link or "")
    if address is not None and len(address[0]) <= MAX_LINK:
        yield f"[{say('vote.open_app')}](<{address[0]}>)"


def day_lines(say: Language, action: Action, day: VotingDay) -> Iterator[str]:
    """What a daily call says of an app: its votes, until when, its link and its notes."""
    parts = [
        f"**{app_name(day.app)}**",
        say(
            "call.app",
            votes=amount(say, action, day.app.cap),
            until=stamp(day.end, "t"),
            relative=stamp(day.end, "R"),
        ),
        *link_part(say, day.app),
    ]
    yield DOT.join(parts)
    if day.app.note:
        yield f"{NOTE}{plain(day.app.note, MAX_NOTE)}"


def reset_text(say: Language, action: Action, app: VoteApp, zone: str, now: datetime) -> str:
    """When an app's day ends by its own clock, and by that of `zone` where it is another hour."""
    running = current_day(action, app, now)
    instant = next_reset(app, now if running is None else running.start)
    there, here = (instant.astimezone(zone_info(name)) for name in (app.zone, zone))
    text = f"{there:%H:%M} {zone_name(there)}"
    if there.utcoffset() == here.utcoffset():
        return text
    return say("apps.reset_both", there=text, here=f"{here:%H:%M} {zone_name(here)}")
