"""The routes of channels: messages, pins, threads and direct messages."""

from __future__ import annotations

from datetime import UTC, datetime

from benchmarks.stand_in import errors, messages
from benchmarks.stand_in.api import Answer, Call, Route
from benchmarks.stand_in.places import Channel, ChannelType, Json, Permission


def _channel(call: Call, needed: int = Permission.VIEW_CHANNEL) -> Channel:
    return call.world.channel(call.number("channel_id"), needed)


def _message(call: Call, channel: Channel) -> Json:
    return call.world.message(channel, call.number("message_id"))


async def create_message(call: Call) -> Answer:
    channel = _channel(call)
    body = await call.body()
    call.world.channel(channel.channel_id, messages.needed(channel))
    return messages.create(call.world, channel, body)


async def list_messages(call: Call) -> Answer:
    needed = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
    return messages.history(_channel(call, needed), call.request.query)


async def get_message(call: Call) -> Answer:
    needed = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
    return _message(call, _channel(call, needed))


async def edit_message(call: Call) -> Answer:
    channel = _channel(call)
    message = _message(call, channel)
    return messages.edit(call.world, channel, message, await call.body())


async def delete_message(call: Call) -> Answer:
    channel = _channel(call)
    del channel.messages[int(_message(call, channel)["id"])]


async def list_pins(call: Call) -> Answer:
    found = [message for message in _channel(call).messages.values() if message["pinned"]]
    now = datetime.now(UTC).isoformat()
    return {"items": [{"pinned_at": now, "message": m} for m in found], "has_more": False}


async def pin_message(call: Call) -> Answer:
    _message(call, _channel(call, Permission.PIN_MESSAGES))["pinned"] = True


async def unpin_message(call: Call) -> Answer:
    _message(call, _channel(call, Permission.PIN_MESSAGES))["pinned"] = False


async def create_message_thread(call: Call) -> Answer:
    """Open a thread below a message, whose id it gets."""
    channel = _channel(call, Permission.CREATE_PUBLIC_THREADS)
    return await _open_thread(call, channel, int(_message(call, channel)["id"]))


async def create_thread(call: Call) -> Answer:
    channel = _channel(call, Permission.CREATE_PUBLIC_THREADS)
    return await _open_thread(call, channel, call.world.snowflakes.make())


async def _open_thread(call: Call, parent: Channel, thread_id: int) -> Json:
    body = await call.body()
    assert parent.guild_id is not None
    if thread_id in call.world.channels:
        raise errors.ApiError(400, 160004, "A thread has already been created for this message")
    thread = Channel(
        thread_id,
        body["name"],
        ChannelType.PUBLIC_THREAD,
        guild_id=parent.guild_id,
        parent_id=parent.channel_id,
        settings=body,
    )
    guild = call.world.guild(parent.guild_id)
    call.world.channels[thread_id] = guild.channels[thread_id] = thread
    await call.gateway.dispatch("THREAD_CREATE", guild.guild_id, thread.shown())
    return thread.shown()


async def get_channel(call: Call) -> Answer:
    return _channel(call).shown()


async def edit_channel(call: Call) -> Answer:
    """Rename a channel or a thread, or archive a thread."""
    channel, body = _channel(call), await call.body()
    channel.name = body.get("name") or channel.name
    channel.settings |= body
    is_thread = channel.type is ChannelType.PUBLIC_THREAD
    event = "THREAD_UPDATE" if is_thread else "CHANNEL_UPDATE"
    await call.gateway.dispatch(event, channel.guild_id, channel.shown())
    return channel.shown()


async def delete_channel(call: Call) -> Answer:
    channel = _channel(call)
    channel.deleted = True
    return channel.shown()


async def create_dm(call: Call) -> Answer:
    body = await call.body()
    return call.world.direct_channel(int(body["recipient_id"])).shown()


_CHANNEL = "/channels/{channel_id}"
_MESSAGES = f"{_CHANNEL}/messages"
_ONE = f"{_MESSAGES}/{{message_id}}"
_PIN = f"{_MESSAGES}/pins/{{message_id}}"

ROUTES = (
    Route("POST", _MESSAGES, create_message),
    Route("GET", _MESSAGES, list_messages),
    Route("GET", f"{_MESSAGES}/pins", list_pins),
    Route("PUT", _PIN, pin_message),
    Route("DELETE", _PIN, unpin_message),
    Route("GET", _ONE, get_message),
    Route("PATCH", _ONE, edit_message),
    Route("DELETE", _ONE, delete_message),
    Route("POST", f"{_ONE}/threads", create_message_thread),
    Route("POST", f"{_CHANNEL}/threads", create_thread),
    Route("GET", _CHANNEL, get_channel),
    Route("PATCH", _CHANNEL, edit_channel),
    Route("DELETE", _CHANNEL, delete_channel),
    Route("POST", "/users/@me/channels", create_dm),
)
