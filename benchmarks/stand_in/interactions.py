"""The routes with which the bot answers interactions: callbacks, and messages by their token."""

from __future__ import annotations

import time

from benchmarks.stand_in import errors, messages
from benchmarks.stand_in.api import Answer, Call, Route
from benchmarks.stand_in.places import Json
from benchmarks.stand_in.taps import Tap

ANSWER_S = 3.0
"""Seconds in which the bot must answer; after them Discord knows the interaction no more."""

TOKEN_S = 900.0
"""Seconds that the token of an interaction lives."""

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, OFFERS, FORM = 4, 5, 6, 7, 8, 9


async def answer_interaction(call: Call) -> Answer:
    """Take the one answer that an interaction gets."""
    tap = call.taps.by_id.get(call.number("interaction_id"))
    if tap is None or tap.token != call.request.match_info["token"]:
        raise errors.unknown_interaction()
    now = time.time()
    if tap.answered_at is not None:
        raise errors.already_answered()
    if now - tap.sent_at > ANSWER_S:
        tap.late = True
        raise errors.unknown_interaction()
    body = await call.body()
    type_, data = body["type"], body.get("data") or {}
    if type_ == MESSAGE:
        tap.original = _post(call, tap, data)
    elif type_ == UPDATE and tap.source is not None:
        tap.original = messages.edit(call.world, tap.channel, tap.source, data)
    elif type_ in {OFFERS, FORM}:
        tap.form = data
    elif type_ == DEFERRED_UPDATE:
        tap.original = tap.source
    tap.ephemeral = bool((data.get("flags") or 0) & messages.EPHEMERAL)
    tap.answered_at, tap.answer_type = now, type_
    if type_ not in {DEFERRED, DEFERRED_UPDATE}:
        tap.finished_at = now
    if call.request.query.get("with_response") not in {"1", "true"}:
        return None
    return _receipt(tap, type_)


def _receipt(tap: Tap, type_: int) -> Json:
    told: Json = {"id": str(tap.interaction_id), "type": tap.type}
    receipt: Json = {"interaction": told}
    if type_ in {MESSAGE, DEFERRED}:
        told["response_message_ephemeral"] = tap.ephemeral
        told["response_message_loading"] = type_ == DEFERRED
    if tap.original is not None:
        told["response_message_id"] = tap.original["id"]
        if type_ in {MESSAGE, UPDATE}:
            receipt["resource"] = {"type": type_, "message": tap.original}
    return receipt


async def execute_webhook(call: Call) -> Answer:
    """Post a further message; the first after a deferral takes the deferral's place."""
    tap = _tap(call)
    message = _post(call, tap, await call.body())
    if tap.original is None and tap.answer_type == DEFERRED:
        tap.original = message
    return message if call.request.query.get("wait") in {"1", "true"} else None


async def get_webhook_message(call: Call) -> Answer:
    return _message(call, _tap(call))


async def edit_webhook_message(call: Call) -> Answer:
    """Change a message, or write the answer that a deferral promised."""
    tap, body = _tap(call), await call.body()
    if call.request.match_info["message_id"] == "@original" and tap.original is None:
        if tap.answer_type != DEFERRED:
            raise errors.unknown_message()
        tap.original = _post(call, tap, body)
        return tap.original
    message = _message(call, tap)
    tap.finished_at = tap.finished_at or time.time()
    return messages.edit(call.world, tap.channel, message, body)


async def delete_webhook_message(call: Call) -> Answer:
    tap = _tap(call)
    message_id = int(_message(call, tap)["id"])
    tap.messages.pop(message_id, None)
    tap.channel.messages.pop(message_id, None)


def _tap(call: Call) -> Tap:
    """The interaction of a token; raises Discord's refusals of unknown and of old ones."""
    tap = call.taps.by_token.get(call.request.match_info["token"])
    if tap is None or tap.answered_at is None:
        raise errors.unknown_webhook()
    if time.time() - tap.sent_at > TOKEN_S:
        raise errors.ApiError(401, 50027, "Invalid Webhook Token")
    return tap


def _message(call: Call, tap: Tap) -> Json:
    named = call.request.match_info["message_id"]
    if named == "@original":
        if tap.original is None:
            raise errors.unknown_message()
        return tap.original
    found = tap.messages.get(call.number("message_id"))
    return found or call.world.message(tap.channel, call.number("message_id"))


def _post(call: Call, tap: Tap, data: Json) -> Json:
    """Post an answer: to this person alone, or into the channel for all."""
    message = messages.draw(call.world, tap.channel, data)
    hidden = tap.ephemeral and tap.original is None
    if hidden:
        message["flags"] |= messages.EPHEMERAL
    if not message["flags"] & messages.EPHEMERAL:
        messages.accept(call.world, tap.channel, message)
    call.taps.show_to(tap, message)
    tap.finished_at = tap.finished_at or time.time()
    return message


_WEBHOOK = "/webhooks/{application_id}/{token}"
_MESSAGE = f"{_WEBHOOK}/messages/{{message_id}}"

ROUTES = (
    Route("POST", "/interactions/{interaction_id}/{token}/callback", answer_interaction, True),
    Route("POST", _WEBHOOK, execute_webhook, True),
    Route("GET", _MESSAGE, get_webhook_message, True),
    Route("PATCH", _MESSAGE, edit_webhook_message, True),
    Route("DELETE", _MESSAGE, delete_webhook_message, True),
)
