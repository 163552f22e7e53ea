"""Discord's own events: what one says of an action, and the requests that make and change it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import discord

from domain.actions import Action, ActionState
from domain.deliveries import Post
from domain.errors import SendFailed
from domain.mending import channel_of
from domain.native_events import (
    EVENT_GONE,
    EVENTS_FORBIDDEN,
    EVENTS_FULL,
    EventShown,
    EventStatus,
    event_status,
    event_times,
)
from domain.servers import Server
from locales import language
from ui.send_failures import failures_told
from ui.text import shorten

MAX_NAME = 100
"""Characters; descriptions may have 1,000, which no two lines of the catalogue reach."""

UNKNOWN_EVENT = 10070
TOO_MANY_EVENTS = 30038
"""Discord's error codes for an event that does not exist, and for the limit of 100."""

STATUSES = {
    discord.EventStatus.scheduled: EventStatus.SCHEDULED,
    discord.EventStatus.active: EventStatus.ACTIVE,
    discord.EventStatus.completed: EventStatus.COMPLETED,
    discord.EventStatus.cancelled: EventStatus.CANCELLED,
}
OUTSIDE: dict[str, Any] = {"entity_type": discord.EntityType.external.value}
"""What tells Discord that an event is in none of its channels."""

NUMBERS = {status: theirs.value for theirs, status in STATUSES.items()}


def draw_event(action: Action, server: Server, card: Post | None, now: datetime) -> EventShown:
    """What an action's event shows by right, in the server's language; nothing that is sealed.

    It leads to the action's card, or to its channel while it has none.
    """
    say, channel_id = language(server.language), channel_of(action, server)
    place = f"https://discord.com/channels/{server.guild_id}"
    if card is not None:
        place += f"/{card.channel_id}/{card.message_id}"
    elif channel_id is not None:
        place += f"/{channel_id}"
    kind = say(f"kind.{action.kind.value}.name")
    lines = [say("card.kicker", kind=kind, number=action.number)]
    if action.state is ActionState.PAUSED:
        lines.append(say("event.paused"))
    elif action.state is ActionState.CANCELLED:
        lines.append(say("event.cancelled"))
    lines.append(say("event.see_card", link=place))
    texts = (shorten(action.title, MAX_NAME), "\n".join(lines), place)
    return EventShown(*texts, *event_times(action), event_status(action, now))


def read_event(event: discord.ScheduledEvent) -> EventShown:
    """What an event shows on Discord, whoever wrote it; without an end it ends at its start."""
    starts = event.start_time.astimezone(UTC).replace(microsecond=0)
    ends = (event.end_time or event.start_time).astimezone(UTC).replace(microsecond=0)
    status = STATUSES.get(event.status, EventStatus.SCHEDULED)
    texts = (event.name, event.description or "", event.location or "")
    return EventShown(*texts, starts, ends, status)


async def list_own_events(bot: discord.Client, guild: discord.Guild) -> dict[int, EventShown]:
    """The events of a server that the bot has made, by id; raises `SendFailed`."""
    with failures_told(), events_told():
        found = await guild.fetch_scheduled_events(with_counts=False)
    own = None if bot.user is None else bot.user.id
    return {event.id: read_event(event) for event in found if event.creator_id == own}


async def load_event(guild: discord.Guild, event_id: int) -> EventShown:
    """What an event shows now; raises `SendFailed`."""
    with failures_told(), events_told():
        return read_event(await guild.fetch_scheduled_event(event_id, with_counts=False))


async def create_event(bot: discord.Client, guild_id: int, shown: EventShown) -> int:
    """Make an event somewhere outside of voice channels and return its id; raises `SendFailed`."""
    payload = _payload(None, shown) | OUTSIDE
    payload["privacy_level"] = discord.PrivacyLevel.guild_only.value
    with failures_told(), events_told():
        made = await bot.http.create_guild_scheduled_event(guild_id, **payload)
    return int(made["id"])


async def edit_event(
    bot: discord.Client, guild_id: int, event_id: int, was: EventShown, wanted: EventShown
) -> None:
    """Have an event show what is different now, its status apart; raises `SendFailed`."""
    payload = _payload(was, wanted)
    with failures_told(), events_told():
        await bot.http.edit_scheduled_event(guild_id, event_id, **payload)


async def set_event_status(
    bot: discord.Client, guild_id: int, event_id: int, status: EventStatus
) -> None:
    """Begin, end or cancel an event; raises `SendFailed`."""
    with failures_told(), events_told():
        await bot.http.edit_scheduled_event(guild_id, event_id, status=NUMBERS[status])


async def delete_event(bot: discord.Client, guild_id: int, event_id: int) -> None:
    """Delete an event; raises `SendFailed`, with `event_gone` where it is deleted already."""
    with failures_told(), events_told():
        await bot.http.delete_scheduled_event(guild_id, event_id)


@contextmanager
def events_told() -> Iterator[None]:
    """Tell the limit, a missing permission and a deleted event apart from all else."""
    try:
        yield
    except discord.HTTPException as error:
        if error.code == TOO_MANY_EVENTS:
            reason = EVENTS_FULL
        elif error.code == UNKNOWN_EVENT:
            reason = EVENT_GONE
        elif isinstance(error, discord.Forbidden):
            reason = EVENTS_FORBIDDEN
        else:
            raise
        raise SendFailed(reason, permanent=True) from error


def _payload(was: EventShown | None, wanted: EventShown) -> dict[str, Any]:
    """The fields that differ, as Discord names them."""
    fields = {
        "name": lambda shown: shown.name,
        "description": lambda shown: shown.description,
        "entity_metadata": lambda shown: {"location": shown.location},
        "scheduled_start_time": lambda shown: shown.starts_at.isoformat(),
        "scheduled_end_time": lambda shown: shown.ends_at.isoformat(),
    }
    payload: dict[str, Any] = {
        name: of(wanted) for name, of in fields.items() if was is None or of(was) != of(wanted)
    }
    if was is not None and "entity_metadata" in payload:
        # By hand it may have been put into a voice channel, where it needs no end.
        payload |= OUTSIDE
        payload["channel_id"] = None
        payload["scheduled_end_time"] = wanted.ends_at.isoformat()
    return payload
