"""What people do: slash commands, buttons, selects and forms, and when the bot answered each."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.stand_in import errors, ids
from benchmarks.stand_in.gateway import Gateway
from benchmarks.stand_in.messages import custom_ids
from benchmarks.stand_in.places import Channel, Guild, Json, user
from benchmarks.stand_in.tap_data import command_data, form_data, pressed_data
from benchmarks.stand_in.world import World

SLASH, COMPONENT, FORM = 2, 3, 5


@dataclass
class Tap:
    """One interaction: what was done, and how and when it was answered (Unix seconds)."""

    interaction_id: int
    token: str
    type: int
    user_id: int
    guild: Guild | None
    channel: Channel
    source: Json | None
    sent_at: float = 0.0
    heard: bool = False
    """Whether the bot was connected to hear of it."""

    answered_at: float | None = None
    answer_type: int | None = None
    finished_at: float | None = None
    """When there was something to see: at once, or some time after a deferral."""

    late: bool = False
    """Whether the bot's answer came after Discord had given up."""

    ephemeral: bool = False
    original: Json | None = None
    messages: dict[int, Json] = field(default_factory=dict[int, Json])
    form: Json | None = None
    """The form, or the offers, that it was answered with."""

    @property
    def settled(self) -> bool:
        """Whether the person sees an answer, or Discord's own that there was none."""
        return self.late or self.finished_at is not None

    def summary(self) -> Json:
        """What a benchmark measures."""
        return {
            "id": self.interaction_id,
            "user_id": self.user_id,
            "heard": self.heard,
            "sent_at": self.sent_at,
            "answered_at": self.answered_at,
            "answer_type": self.answer_type,
            "finished_at": self.finished_at,
            "late": self.late,
        }

    def shown(self) -> Json:
        """The summary, and what the person sees."""
        return self.summary() | {"messages": list(self.messages.values()), "form": self.form}


class Taps:
    """Every interaction since the start."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        self.by_id: dict[int, Tap] = {}
        self.by_token: dict[str, Tap] = {}
        self._seen_by: dict[int, Tap] = {}
        """Whose interaction an ephemeral message answered."""

    async def perform(self, told: Sequence[Json]) -> list[int]:
        """Do what is told, all at one instant; returns the interactions' ids, in order.

        Each says who (`user_id`) and where (`guild_id` or `channel_id`), and one of: `command`
        with `options`; `custom_id`, or `button`, how a custom id begins, in the message
        `message_id` or else in the channel's newest that has it, with `values` for a select;
        `form`, the custom id of a form, with its `fields`. `permissions` are the person's, if
        not those of their roles.
        """
        events = [self._prepare(one) for one in told]
        await asyncio.gather(*(self._send(tap, event) for tap, event in events))
        return [tap.interaction_id for tap, _ in events]

    def show_to(self, tap: Tap, message: Json) -> None:
        """Remember a message that only this person sees."""
        tap.messages[int(message["id"])] = message
        self._seen_by[int(message["id"])] = tap

    async def _send(self, tap: Tap, event: Json) -> None:
        guild_id = None if tap.guild is None else tap.guild.guild_id
        tap.sent_at = time.time()
        tap.heard = await self._gateway.dispatch("INTERACTION_CREATE", guild_id, event)

    def _prepare(self, told: Json) -> tuple[Tap, Json]:
        world = self._world
        if "channel_id" in told:
            channel = world.channel(int(told["channel_id"]))
        else:
            channel = world.channel(ids.channel_id(int(told["guild_id"])))
        guild = None if channel.guild_id is None else world.guild(channel.guild_id)
        source: Json | None = None
        if "command" in told:
            options = told.get("options") or {}
            type_, data = SLASH, command_data(world.commands, guild, told["command"], options)
        elif "form" in told:
            type_, data = FORM, form_data(told["form"], told.get("fields") or {})
            source = self._named(channel, told) if "message_id" in told else None
        else:
            type_, (source, custom_id) = COMPONENT, self._pressed(channel, told)
            data = pressed_data(guild, source, custom_id, told.get("values"))
        tap = Tap(
            world.snowflakes.make(),
            secrets.token_urlsafe(32),
            type_,
            int(told["user_id"]),
            guild,
            channel,
            source,
        )
        self.by_id[tap.interaction_id] = self.by_token[tap.token] = tap
        return tap, _payload(tap, told, data)

    def _pressed(self, channel: Channel, told: Json) -> tuple[Json, str]:
        """The message and the custom id that are pressed, as they stand there now."""
        newest = reversed(channel.messages.values())
        places = [self._named(channel, told)] if "message_id" in told else newest
        wanted, begins = told.get("custom_id"), told.get("button")
        for message in places:
            for custom_id in custom_ids(message["components"]):
                if custom_id == wanted or (begins and custom_id.startswith(begins)):
                    return message, custom_id
        raise errors.unknown_message()

    def _named(self, channel: Channel, told: Json) -> Json:
        """A message by its id: in the channel, or one that only one person sees."""
        wanted = int(told["message_id"])
        if wanted in self._seen_by:
            return self._seen_by[wanted].messages[wanted]
        return self._world.message(channel, wanted)


def _payload(tap: Tap, told: Json, data: Json) -> Json:
    """The interaction as the gateway tells it."""
    payload: Json = {
        "id": str(tap.interaction_id),
        "application_id": str(ids.APPLICATION_ID),
        "type": tap.type,
        "data": data,
        "token": tap.token,
        "version": 1,
        "channel_id": str(tap.channel.channel_id),
        "channel": tap.channel.shown(),
        "locale": told.get("locale", "en-US"),
        "entitlements": [],
        "attachment_size_limit": 10 << 20,
    }
    if tap.source is not None:
        payload["message"] = tap.source
    if tap.guild is None:
        payload |= {"app_permissions": "0", "context": 1}
        payload["authorizing_integration_owners"] = {"0": "0"}
        return payload | {"user": user(tap.user_id)}
    guild_id, guild = str(tap.guild.guild_id), tap.guild
    allowed = told.get("permissions", guild.permissions(tap.user_id, tap.channel))
    return payload | {
        "guild_id": guild_id,
        "guild": {"id": guild_id, "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "context": 0,
        "authorizing_integration_owners": {"0": guild_id},
        "app_permissions": str(guild.permissions(ids.BOT_ID, tap.channel)),
        "member": guild.member(tap.user_id) | {"permissions": str(allowed)},
    }
