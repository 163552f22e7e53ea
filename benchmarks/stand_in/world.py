"""Everything that the stand-in knows: places, people, what was accepted and when."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.stand_in import errors, ids
from benchmarks.stand_in.faults import Faults
from benchmarks.stand_in.limits import Limits
from benchmarks.stand_in.places import Channel, ChannelType, Guild, Json, Permission

NONCE_S = 300.0
"""Seconds in which a nonce is known again: the few minutes of Discord's documentation."""


@dataclass(frozen=True)
class Sizes:
    """How large the world is: servers, text channels and members of each, and shards advised."""

    servers: int = 1
    channels: int = 2
    members: int = 100
    shards: int = 1


@dataclass
class World:
    """The state of one stand-in. All times that it writes down are Unix seconds."""

    sizes: Sizes = field(default_factory=Sizes)
    limits: Limits = field(default_factory=Limits)
    faults: Faults = field(default_factory=Faults)
    snowflakes: ids.Snowflakes = field(default_factory=ids.Snowflakes)
    guilds: dict[int, Guild] = field(default_factory=dict[int, Guild])
    channels: dict[int, Channel] = field(default_factory=dict[int, Channel])
    dms: dict[int, Channel] = field(default_factory=dict[int, Channel])
    """Direct messages by the person's id."""

    closed_dms: set[int] = field(default_factory=set[int])
    gone: set[int] = field(default_factory=set[int])
    """People who left every server."""

    commands: dict[str, Json] = field(default_factory=dict[str, Json])
    """The application's slash commands by name."""

    accepted: list[Json] = field(default_factory=list[Json])
    """Every message that was accepted: id, at, channel_id, guild_id, nonce, author_id, body."""

    edits: list[Json] = field(default_factory=list[Json])
    """Every edit that was accepted: at, channel_id, message_id, body."""

    journal: list[Json] = field(default_factory=list[Json])
    """Every request: at, route, channel_id, status, fault."""

    routes: Counter[str] = field(default_factory=Counter[str])
    """How many requests each route got."""

    invalid: int = 0
    """Requests answered with 401, 403 or 429: 10,000 in ten minutes bring a ban."""

    repeated: int = 0
    """Messages that were not created because their nonce was known."""

    nonces: dict[tuple[int, str], tuple[float, Json]] = field(
        default_factory=dict[tuple[int, str], tuple[float, Json]]
    )

    def __post_init__(self) -> None:
        sizes = self.sizes
        for number in range(sizes.servers):
            guild = Guild.founded(number, channels=sizes.channels, members=sizes.members)
            self.guilds[guild.guild_id] = guild
            self.channels |= guild.channels

    def guild(self, guild_id: int) -> Guild:
        """A server by its id; raises the refusal of one that there is not."""
        try:
            return self.guilds[guild_id]
        except KeyError:
            raise errors.unknown_guild() from None

    def channel(self, channel_id: int, needed: int = 0) -> Channel:
        """A channel in which the bot has the permissions needed; raises Discord's refusals."""
        channel = self.channels.get(channel_id)
        if channel is None or channel.deleted:
            raise errors.unknown_channel()
        if channel.guild_id is not None:
            parent = self.channels.get(channel.parent_id or channel.channel_id, channel)
            granted = self.guilds[channel.guild_id].permissions(ids.BOT_ID, parent)
            if needed & ~granted:
                hidden = not granted & Permission.VIEW_CHANNEL
                raise errors.missing_access() if hidden else errors.missing_permissions()
        return channel

    def message(self, channel: Channel, message_id: int) -> Json:
        """A message of a channel as Discord shows it."""
        try:
            return channel.messages[message_id]
        except KeyError:
            raise errors.unknown_message() from None

    def direct_channel(self, user_id: int) -> Channel:
        """The bot's direct messages with somebody."""
        if user_id not in self.dms:
            if ids.user_number(user_id) < 0:
                raise errors.unknown_user()
            made = Channel(self.snowflakes.make(), "", ChannelType.DIRECT, recipient=user_id)
            self.dms[user_id] = self.channels[made.channel_id] = made
        return self.dms[user_id]

    def remembered(self, channel_id: int, nonce: str) -> Json | None:
        """The message that was created with a nonce not long ago."""
        at, message = self.nonces.get((channel_id, nonce), (0.0, None))
        return message if time.time() - at < NONCE_S else None

    def record(self, entry: Json) -> None:
        """Write down a request that was answered."""
        self.journal.append(entry)
        self.routes[entry["route"]] += 1
        self.invalid += entry["status"] in {401, 403, 429}

    def counts(self) -> Json:
        """What a benchmark wants to know at a glance."""
        return {
            "accepted": len(self.accepted),
            "edits": len(self.edits),
            "requests": len(self.journal),
            "repeated": self.repeated,
            "rate_limited": dict(self.limits.refused),
            "invalid": self.invalid,
            "faults": dict(self.faults.struck),
            "routes": dict(self.routes),
        }
