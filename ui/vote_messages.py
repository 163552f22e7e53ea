"""The daily call of a vote: what to vote in before the day's resets, and a button for each app."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord

from domain.actions import Action
from domain.owed_messages import OwedMessage
from domain.ticks import rest_date
from domain.vote_calls import VotingDay, call_due
from domain.votes import VoteApp, pack_tick
from locales import Language
from ui.buttons import Press, press
from ui.limits import MAX_CONTENT
from ui.mentions import mention_role
from ui.official_lines import official_block
from ui.standing import stopped_lines
from ui.text import heading_title, stamp, zone_of, zoned
from ui.vote_lines import app_name, day_lines

NAMED = 3
"""Apps named in a call's first line; of more it only says how many."""


CallMessage = tuple[str, discord.ui.View, discord.AllowedMentions]
"""Content, buttons, and who may be pinged by it."""


def called(owed: OwedMessage) -> tuple[VotingDay, ...]:
    """The days that a call is about, as far as they had not ended when it was posted."""
    call = call_due(owed.action, owed.delivery.due_at, owed.sent_at or owed.now)
    return () if call is None else call.days


def draw_call(say: Language, owed: OwedMessage) -> CallMessage:
    """Draw a daily call: what to vote in and until when, with a button for each app."""
    days, (mention, allowed) = called(owed), mention_role(owed)
    lines = [*stopped_lines(say, owed), _first_line(say, owed, days)]
    if owed.late:
        lines.append(say("message.late", due=stamp(owed.delivery.due_at)))
    for day in days:
        lines += day_lines(say, owed.action, day)
    lines += official_block(say, owed.action.parts.officials)
    while len(mention) + sum(len(line) + 1 for line in lines) > MAX_CONTENT:
        lines.pop()  # whole lines, since a cut one could lose its escaping
    view = discord.ui.View(timeout=None)
    for button in _buttons(say, owed, days):
        view.add_item(button)
    return mention + "\n".join(lines), view, allowed


def _first_line(say: Language, owed: OwedMessage, days: Sequence[VotingDay]) -> str:
    """What to do and until when, in plain words: phones show no markdown on a lock screen."""
    title = heading_title(owed.action)
    if not days:
        return say("message.call_over", title=title)
    until = zoned(say, days[0].end, zone_of(owed.action, owed.server))
    if len(days) > NAMED:
        return say.many("message.call_many", len(days), title=title, wall=until)
    names = say.listing([app_name(day.app) for day in days])
    return say("message.call", title=title, apps=names, wall=until)


def _buttons(say: Language, owed: OwedMessage, days: Sequence[VotingDay]) -> Iterator[Press]:
    """A tick for each app, then resting for the day and muting the calls."""
    action = owed.action
    for day in days:
        yield tick_button(say, action, day.app, day)
    rests = rest_date(action, owed.delivery.due_at)
    yield press(say, "rest_day", action.action_id, item_id=rests.toordinal())
    yield press(say, "mute_calls", action.action_id)


def tick_button(
    say: Language, action: Action, app: VoteApp, day: VotingDay, *, ticked: bool = False
) -> Press:
    """The button that ticks an app for a day, or takes the tick back."""
    return press(
        say,
        "tick",
        action.action_id,
        item_id=pack_tick(app.app_id, day.day),
        label=app.name,
        emoji="✅" if ticked else None,
        style=discord.ButtonStyle.secondary if ticked else discord.ButtonStyle.primary,
    )
