"""Direct messages: what happens when, where to go for it, and how to stop them.

Nothing that is sealed is in them, not even once it is known: they stay for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord

from domain.deliveries import DeliveryKind
from domain.owed_messages import OwedMessage
from domain.tasks import Task
from locales import Language
from ui.buttons import press, write_custom_id
from ui.limits import MAX_CONTENT
from ui.shift_text import session_title, zoned_span
from ui.step_messages import step_line
from ui.task_lines import MAX_TITLE
from ui.text import heading_title, plain, stamp, zone_of, zoned
from ui.vote_lines import app_name
from ui.vote_messages import NAMED

STOP = "direct_stop"
MAX_SERVER = 100


def draw_direct(say: Language, owed: OwedMessage, server_name: str) -> tuple[str, discord.ui.View]:
    """Draw one with its buttons; several things that waited have a line each."""
    if not owed.repeats:
        raise ValueError("a direct message comes with what it repeats")
    lines = [_line(say, owed, repeat) for repeat in owed.repeats]
    if len(lines) == 1:
        lines += _times(say, owed.repeats[0])
    else:
        lines.insert(0, say.many("direct.waited", len(lines)))
    lines.append(say("direct.where", server=plain(server_name, MAX_SERVER)))
    view = discord.ui.View(timeout=None)  # it never stops: see Press
    if (url := _url(owed)) is not None:
        label = say("button.open_channel")
        view.add_item(discord.ui.Button(style=discord.ButtonStyle.link, url=url, label=label))
    assert owed.addressee is not None
    view.add_item(
        press(
            say,
            STOP,
            owed.delivery.delivery_id,
            only_for=(owed.server.guild_id, owed.addressee),
        )
    )
    return _fit(lines), view


def stop_id(owed: OwedMessage) -> str:
    """What the custom_id of a direct message's stop button begins with, and no other one's."""
    assert owed.addressee is not None
    only_for = (owed.server.guild_id, owed.addressee)
    return write_custom_id("fc", STOP, owed.delivery.delivery_id, only_for=only_for)


def _line(say: Language, owed: OwedMessage, repeat: OwedMessage) -> str:
    """What and when, in plain words for a lock screen."""
    action, kind = repeat.action, _kind(repeat)
    zone, title = owed.zone or zone_of(action, owed.server), heading_title(action)
    match kind:
        case DeliveryKind.SHIFT:
            return _shift_line(say, repeat, zone)
        case DeliveryKind.TASK:
            task = _task(repeat)
            assert task.due_at is not None
            shown = plain(task.title, MAX_TITLE)
            return say("direct.task", task=shown, title=title, wall=zoned(say, task.due_at, zone))
        case DeliveryKind.NUDGE:
            return say("direct.nudge", title=title, wall=zoned(say, action.log_until, zone))
        case DeliveryKind.LAST_HOUR:
            return say("direct.last_hour", title=title, wall=zoned(say, action.ends_at, zone))
        case DeliveryKind.DAILY_CALL:
            return _call_line(say, repeat, zone)
        case DeliveryKind.REMINDER if repeat.now < action.ends_at:
            return say("direct.since", title=title, wall=zoned(say, action.ends_at, zone))
        case DeliveryKind.REMINDER:
            return say("direct.nudge", title=title, wall=zoned(say, action.log_until, zone))
        case DeliveryKind.STEP:
            return step_line(say, repeat)
        case DeliveryKind.PROMOTED:
            return say("direct.promoted", title=title, wall=zoned(say, action.starts_at, zone))
        case _ if repeat.now >= action.starts_at:
            return say("direct.begun", title=title, wall=zoned(say, action.starts_at, zone))
        case _:
            return say("direct.ahead", title=title, wall=zoned(say, action.starts_at, zone))


def _kind(repeat: OwedMessage) -> DeliveryKind:
    """What it is told as: an organiser's reminder as one of ours, as their words may name a tag."""
    kind = repeat.delivery.kind
    if kind is not DeliveryKind.BY_HAND:
        return kind
    begun = repeat.action.some_finished(repeat.now)
    return DeliveryKind.REMINDER if begun else DeliveryKind.AHEAD


def _call_line(say: Language, repeat: OwedMessage, zone: str) -> str:
    """What its addressee has yet to tick, and until when they can vote there."""
    days, title = repeat.days_left, heading_title(repeat.action)
    if not days:
        raise ValueError("a call comes with the days that are left to tick")
    until = zoned(say, days[0].end, zone)
    if len(days) > NAMED:
        return say.many("direct.call_many", len(days), title=title, wall=until)
    names = say.listing([app_name(day.app) for day in days])
    return say("direct.call", title=title, apps=names, wall=until)


def _shift_line(say: Language, repeat: OwedMessage, zone: str) -> str:
    shift, title = repeat.shift, heading_title(repeat.action)
    if shift is None:
        raise ValueError("a reminder of a shift comes with the shift")
    when = zoned_span(say, shift, zone)
    if shift.is_session:
        return say("direct.session", session=session_title(shift), title=title, when=when)
    return say("direct.shift", title=title, when=when)


def _task(repeat: OwedMessage) -> Task:
    if repeat.task is None:
        raise ValueError("a reminder of a deadline comes with a task that somebody has")
    return repeat.task


def _times(say: Language, repeat: OwedMessage) -> Iterator[str]:
    """The instant as the reader's own clock shows it, and how long that is from now."""
    action = repeat.action
    match _kind(repeat):
        case DeliveryKind.SHIFT:
            instant = None if repeat.shift is None else repeat.shift.starts_at
        case DeliveryKind.TASK:
            instant = _task(repeat).due_at
        case DeliveryKind.NUDGE:
            instant = action.log_until
        case DeliveryKind.DAILY_CALL:
            instant = repeat.days_left[0].end
        case DeliveryKind.REMINDER:
            instant = action.ends_at if repeat.now < action.ends_at else action.log_until
        case DeliveryKind.LAST_HOUR:
            instant = action.ends_at
        case DeliveryKind.STEP:
            instant = None
        case _:
            instant = action.starts_at
    if instant is not None:
        yield say("direct.time", full=stamp(instant), relative=stamp(instant, "R"))


def _url(owed: OwedMessage) -> str | None:
    """Where the action's card stands, or else its channel."""
    guild_id, action = owed.server.guild_id, owed.action
    if owed.card is not None:
        return (
            f"https://discord.com/channels/{guild_id}/{owed.card.channel_id}/{owed.card.message_id}"
        )
    channel_id = action.channel_id or owed.server.announce_channel_id
    return None if channel_id is None else f"https://discord.com/channels/{guild_id}/{channel_id}"


def _fit(lines: Sequence[str]) -> str:
    """As many whole lines as fit; the last one, which says from where it comes, always does."""
    *first, last = lines
    kept, room = list[str](), MAX_CONTENT - len(last)
    for line in first:
        if (room := room - len(line) - 1) < 0:
            break
        kept.append(line)
    return "\n".join([*kept, last])
