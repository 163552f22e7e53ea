"""Messages: how they come into being, change and are listed, by Discord's rules."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from benchmarks.stand_in import errors, ids
from benchmarks.stand_in.places import Channel, ChannelType, Json, Permission, user
from benchmarks.stand_in.world import World

MAX_CONTENT = 2000
MAX_NONCE = 25
EPHEMERAL = 1 << 6
COMPONENTS_V2 = 1 << 15
DRAWN = ("content", "embeds", "components", "flags", "attachments")
"""The parts of a message that an edit may change."""


def create(world: World, channel: Channel, body: Json) -> Json:
    """Post a message as the bot, or return the one that its nonce was used for already."""
    if channel.recipient is not None and channel.recipient in world.closed_dms | world.gone:
        raise errors.closed_dms()
    nonce = None if body.get("nonce") is None else str(body["nonce"])
    if nonce is not None and len(nonce) > MAX_NONCE:
        raise errors.invalid_form("nonce")
    if nonce is not None and body.get("enforce_nonce"):
        known = world.remembered(channel.channel_id, nonce)
        if known is not None:
            world.repeated += 1
            return known
    message = draw(world, channel, body)
    if nonce is not None:
        message["nonce"] = body["nonce"]
        world.nonces[channel.channel_id, nonce] = (time.time(), message)
    accept(world, channel, message)
    return message


def draw(world: World, channel: Channel, body: Json) -> Json:
    """A new message as Discord shows it; it is in no channel yet."""
    _require_sendable(body)
    message_id = world.snowflakes.make()
    reference = body.get("message_reference")
    return {
        "id": str(message_id),
        "channel_id": str(channel.channel_id),
        "type": 19 if reference else 0,
        "author": user(ids.BOT_ID),
        "application_id": str(ids.APPLICATION_ID),
        "timestamp": datetime.now(UTC).isoformat(),
        "edited_timestamp": None,
        "content": body.get("content") or "",
        "embeds": body.get("embeds") or [],
        "components": numbered(body.get("components") or []),
        "attachments": _stored(body.get("attachments") or [], channel),
        "flags": body.get("flags") or 0,
        "tts": False,
        "pinned": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        **({"message_reference": reference} if reference else {}),
    }


def accept(world: World, channel: Channel, message: Json) -> None:
    """Put a message into its channel and write down that it was accepted."""
    channel.messages[int(message["id"])] = message
    world.accepted.append(
        {
            "id": int(message["id"]),
            "at": time.time(),
            "channel_id": channel.channel_id,
            "guild_id": channel.guild_id,
            "nonce": message.get("nonce"),
            "author_id": ids.BOT_ID,
            "body": {name: message[name] for name in DRAWN},
        }
    )


def edit(world: World, channel: Channel, message: Json, body: Json) -> Json:
    """Change what an edit names; what it leaves out stays."""
    if message["author"]["id"] != str(ids.BOT_ID):
        raise errors.another_author()
    changed = {name: body[name] for name in DRAWN if name in body}
    if "components" in changed:
        changed["components"] = numbered(changed["components"] or [])
    if "attachments" in changed:
        changed["attachments"] = _stored(changed["attachments"] or [], channel)
    for name, empty in (("content", ""), ("embeds", []), ("flags", 0)):
        if name in changed and changed[name] is None:
            changed[name] = empty
    _require_sendable(message | changed)
    message |= changed
    message["edited_timestamp"] = datetime.now(UTC).isoformat()
    world.edits.append(
        {
            "at": time.time(),
            "channel_id": channel.channel_id,
            "message_id": int(message["id"]),
            "body": changed,
        }
    )
    return message


def history(channel: Channel, query: Any) -> list[Json]:
    """Messages before or after an id, or the newest; newest first, 50 unless told, 100 at most."""
    limit = min(int(query.get("limit", 50)), 100)
    found = list(channel.messages)
    if "after" in query:
        found = [message for message in found if message > int(query["after"])][:limit]
    elif "around" in query:
        middle = int(query["around"])
        found = sorted(sorted(found, key=lambda message: abs(message - middle))[:limit])
    elif "before" in query:
        found = [message for message in found if message < int(query["before"])]
    # Discord tells nobody a nonce again.
    return [_without_nonce(channel.messages[message]) for message in reversed(found[-limit:])]


def needed(channel: Channel) -> int:
    """What the bot must be allowed to do to post in a channel."""
    if channel.type is ChannelType.PUBLIC_THREAD:
        return int(Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES_IN_THREADS)
    return int(Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)


def custom_ids(components: list[Json]) -> Iterator[str]:
    """The custom ids of everything in a message that can be pressed."""
    for part in _parts(components):
        if "custom_id" in part:
            yield part["custom_id"]


def component(components: list[Json], custom_id: str) -> Json | None:
    """The part of a message with a custom id."""
    return next((part for part in _parts(components) if part.get("custom_id") == custom_id), None)


def numbered(components: list[Json]) -> list[Json]:
    """Components with an id in each part, as Discord gives them where the bot did not."""
    taken = {part["id"] for part in _parts(components) if part.get("id")}
    free = (number for number in range(1, 1 << 16) if number not in taken)
    for part in _parts(components):
        if not part.get("id"):
            part["id"] = next(free)
    return components


def _parts(components: list[Json]) -> Iterator[Json]:
    for part in components:
        yield part
        yield from _parts(part.get("components") or [])
        for name in ("accessory", "component"):
            if name in part:
                yield from _parts([part[name]])


def _require_sendable(body: Json) -> None:
    if len(body.get("content") or "") > MAX_CONTENT:
        raise errors.invalid_form("content")
    is_layout = (body.get("flags") or 0) & COMPONENTS_V2
    if is_layout and (body.get("content") or body.get("embeds")):
        raise errors.invalid_form("flags")
    if not any(body.get(name) for name in ("content", "embeds", "components", "attachments")):
        raise errors.empty_message()


def _stored(attachments: list[Json], channel: Channel) -> list[Json]:
    return [
        {
            "size": 0,
            "url": f"https://cdn.invalid/{channel.channel_id}/{given.get('filename')}",
            "proxy_url": f"https://cdn.invalid/{channel.channel_id}/{given.get('filename')}",
            **given,
            "id": str(given["id"]),
        }
        for given in attachments
    ]


def _without_nonce(message: Json) -> Json:
    return {name: value for name, value in message.items() if name != "nonce"}
