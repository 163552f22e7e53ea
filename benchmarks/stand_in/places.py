"""Servers, channels, roles, members and people, as the stand-in keeps and as Discord shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum, IntFlag
from typing import Any

from benchmarks.stand_in import ids

Json = dict[str, Any]


class Permission(IntFlag):
    """The permissions that matter to the bot."""

    ADMINISTRATOR = 1 << 3
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    CREATE_EVENTS = 1 << 44
    PIN_MESSAGES = 1 << 51


ALL = (1 << 53) - 1
EVERYONE = int(
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.SEND_MESSAGES_IN_THREADS
)
THE_BOT = int(
    Permission.MANAGE_MESSAGES
    | Permission.MENTION_EVERYONE
    | Permission.MANAGE_ROLES
    | Permission.MANAGE_EVENTS
    | Permission.MANAGE_THREADS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_EVENTS
    | Permission.PIN_MESSAGES
)
"""What the bot's role adds to everyone's."""

ROLES = ("organisers", "reviewers", "alerts")
"""The roles that every server has, by number, beside everyone's and the bot's."""

JOINED = datetime.fromtimestamp((ids.guild_id(0) >> 22) / 1000 + ids.EPOCH_MS / 1000, UTC)


class ChannelType(IntEnum):
    TEXT = 0
    DIRECT = 1
    PUBLIC_THREAD = 11


@dataclass
class Channel:
    """A text channel, a thread or a direct message; `denied` are what the bot may not do in it."""

    channel_id: int
    name: str
    type: ChannelType = ChannelType.TEXT
    guild_id: int | None = None
    recipient: int | None = None
    parent_id: int | None = None
    denied: int = 0
    deleted: bool = False
    settings: Json = field(default_factory=Json)
    messages: dict[int, Json] = field(default_factory=dict[int, Json])
    """As Discord shows them, by id, in order."""

    def shown(self) -> Json:
        """The channel as Discord shows it."""
        plain: Json = {"id": str(self.channel_id), "type": int(self.type), "flags": 0}
        plain["last_message_id"] = str(next(reversed(self.messages), 0) or "") or None
        if self.type is ChannelType.DIRECT:
            assert self.recipient is not None
            return plain | {"recipients": [user(self.recipient)]}
        plain |= {"guild_id": str(self.guild_id), "name": self.name}
        plain["parent_id"] = None if self.parent_id is None else str(self.parent_id)
        if self.type is ChannelType.PUBLIC_THREAD:
            return plain | self._thread()
        denied = {"id": str(ids.BOT_ID), "type": 1, "allow": "0", "deny": str(self.denied)}
        return plain | {
            "position": self.channel_id & 0xFFF,
            "permission_overwrites": [denied] if self.denied else [],
            "nsfw": False,
            "topic": None,
            "rate_limit_per_user": 0,
        }

    def _thread(self) -> Json:
        since = datetime.fromtimestamp((self.channel_id >> 22) / 1000 + ids.EPOCH_MS / 1000, UTC)
        return {
            "owner_id": str(ids.BOT_ID),
            "message_count": len(self.messages),
            "total_message_sent": len(self.messages),
            "member_count": 1,
            "rate_limit_per_user": 0,
            "thread_metadata": {
                "archived": self.settings.get("archived", False),
                "locked": self.settings.get("locked", False),
                "auto_archive_duration": self.settings.get("auto_archive_duration", 4320),
                "archive_timestamp": since.isoformat(),
                "create_timestamp": since.isoformat(),
            },
        }


def role(role_id: int, name: str, position: int, permissions: int, **more: Any) -> Json:
    """A role as Discord shows it."""
    return {
        "id": str(role_id),
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": position,
        "permissions": str(permissions),
        "managed": False,
        "mentionable": True,
        "flags": 0,
        **more,
    }


@dataclass
class Guild:
    """A server: its first channels and roles have ids that follow from its own."""

    guild_id: int
    name: str
    member_count: int
    channels: dict[int, Channel]
    roles: dict[int, Json]
    owner_id: int = ids.user_id(0)
    roles_of: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    """By user id, beside everyone's role; most people have none."""

    @classmethod
    def founded(cls, number: int, *, channels: int, members: int) -> Guild:
        guild_id = ids.guild_id(number)
        texts = (ids.channel_id(guild_id, index) for index in range(channels))
        bots = ids.bot_role_id(guild_id)
        roles = {guild_id: role(guild_id, "@everyone", 0, EVERYONE, mentionable=False)}
        for index, name in enumerate(ROLES):
            found = ids.role_id(guild_id, index)
            roles[found] = role(found, name, index + 1, 0)
        tags = {"bot_id": str(ids.BOT_ID)}
        roles[bots] = role(bots, "bot", len(ROLES) + 1, THE_BOT, managed=True, tags=tags)
        return cls(
            guild_id,
            f"server {number}",
            members + 1,
            {text: Channel(text, f"channel-{text & 0xFFF}", guild_id=guild_id) for text in texts},
            roles,
            roles_of={ids.BOT_ID: {bots}},
        )

    def has_member(self, user_id: int) -> bool:
        """Tell whether somebody is here: everybody with a number below the count, and the bot."""
        return user_id == ids.BOT_ID or 0 <= ids.user_number(user_id) < self.member_count - 1

    def permissions(self, user_id: int, channel: Channel | None = None) -> int:
        """What somebody may do in the server, or in one of its channels."""
        if user_id == self.owner_id:
            return ALL
        granted = int(self.roles[self.guild_id]["permissions"])
        for role_id in self.roles_of.get(user_id, ()):
            granted |= int(self.roles[role_id]["permissions"])
        if granted & Permission.ADMINISTRATOR:
            return ALL
        if channel is not None and user_id == ids.BOT_ID:
            granted &= ~channel.denied
        return granted

    def member(self, user_id: int) -> Json:
        """A member as Discord shows them."""
        return {
            "user": user(user_id),
            "nick": None,
            "avatar": None,
            "banner": None,
            "roles": [str(found) for found in sorted(self.roles_of.get(user_id, ()))],
            "joined_at": JOINED.isoformat(),
            "premium_since": None,
            "communication_disabled_until": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
        }

    def members(self) -> Iterator[int]:
        """The user ids of all members."""
        yield ids.BOT_ID
        for number in range(self.member_count - 1):
            yield ids.user_id(number)

    def shown(self, members: int) -> Json:
        """The server as GUILD_CREATE shows it, with so many of its members beside the bot."""
        everybody = self.members()
        listed = [next(everybody) for _ in range(min(members + 1, self.member_count))]
        open_channels = [found for found in self.channels.values() if not found.deleted]
        threads = [found for found in open_channels if found.type is ChannelType.PUBLIC_THREAD]
        return {
            "id": str(self.guild_id),
            "name": self.name,
            "owner_id": str(self.owner_id),
            "joined_at": JOINED.isoformat(),
            "large": self.member_count > 250,
            "unavailable": False,
            "member_count": self.member_count,
            "members": [self.member(found) for found in listed],
            "channels": [c.shown() for c in open_channels if c.type is ChannelType.TEXT],
            "threads": [found.shown() for found in threads],
            "roles": list(self.roles.values()),
            "preferred_locale": "en-US",
            **_UNUSED,
        }


_UNUSED: Json = {
    **dict.fromkeys(("icon", "splash", "banner", "description", "afk_channel_id"), None),
    **dict.fromkeys(("emojis", "stickers", "features", "voice_states", "presences"), ()),
    **dict.fromkeys(("stage_instances", "guild_scheduled_events", "soundboard_sounds"), ()),
    **dict.fromkeys(("verification_level", "default_message_notifications", "mfa_level"), 0),
    **dict.fromkeys(("explicit_content_filter", "nsfw_level", "premium_tier"), 0),
    **dict.fromkeys(("system_channel_id", "rules_channel_id", "public_updates_channel_id"), None),
    "afk_timeout": 300,
    "system_channel_flags": 0,
}


def user(user_id: int) -> Json:
    """A person, or the bot, as Discord shows them."""
    is_bot = user_id == ids.BOT_ID
    name = "fanchant" if is_bot else f"fan{ids.user_number(user_id)}"
    return {
        "id": str(user_id),
        "username": name,
        "global_name": None if is_bot else name.title(),
        "discriminator": "0",
        "avatar": None,
        "bot": is_bot,
        "system": False,
        "public_flags": 0,
        "flags": 0,
    }


def application() -> Json:
    """The bot's application as Discord shows it."""
    return {
        "id": str(ids.APPLICATION_ID),
        "name": "Fanchant",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": user(ids.user_id(0)),
        "flags": 0,
    }
