"""Snowflakes: those of servers and people follow from their numbers, so loads can name them."""

from __future__ import annotations

import base64
import time

EPOCH_MS = 1_420_070_400_000
"""The first second of 2015, at which Discord's ids begin."""

_FOUNDED_MS = 1_600_000_000_000 - EPOCH_MS
"""When the first server was founded and the first person came, in Discord's time."""

_PARTS = 1 << 12
"""How far apart the channels and the roles of a server begin, within its own millisecond."""

APPLICATION_ID = (_FOUNDED_MS - 1) << 22
BOT_ID = APPLICATION_ID
"""The bot's user; Discord gives the user of a newer application the application's id."""

TOKEN = ".".join(
    (base64.urlsafe_b64encode(str(APPLICATION_ID).encode()).decode().rstrip("="), "St4nd1", "none")
)
"""The one token that the stand-in takes. It is good for nothing else."""


def guild_id(number: int) -> int:
    """The id of a server by its number from 0; shards share servers out evenly."""
    return (_FOUNDED_MS + number) << 22


def channel_id(guild: int, number: int = 0) -> int:
    """The id of a server's text channel by its number from 0."""
    return guild + _PARTS + number


def role_id(guild: int, number: int = 0) -> int:
    """The id of a server's role by its number from 0; see `places.ROLES`."""
    return guild + 2 * _PARTS + number


def bot_role_id(guild: int) -> int:
    """The id of the role that a server gave the bot when it was invited."""
    return guild + 3 * _PARTS


def user_id(number: int) -> int:
    """The id of a person by their number from 0; number 0 owns every server."""
    return (_FOUNDED_MS + (1 << 32) + number) << 22


def user_number(user: int) -> int:
    """The number of a person by their id."""
    return (user >> 22) - _FOUNDED_MS - (1 << 32)


class Snowflakes:
    """Makes the ids of what comes into being: in order, and with the time in them."""

    def __init__(self) -> None:
        self._last = 0

    def make(self) -> int:
        """A new id, greater than all before."""
        now = (time.time_ns() // 1_000_000 - EPOCH_MS) << 22
        self._last = max(now, self._last + 1)
        return self._last
