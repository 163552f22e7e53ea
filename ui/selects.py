"""Persistent selects: strings, channels, roles and members, dispatched by verb like the buttons."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any, Self, TypeVar
from zlib import crc32

import discord

from locales import Language
from ui.base import Interaction, SafeItem
from ui.buttons import OnlyFor, dispatch, write_custom_id
from ui.text import shorten

MAX_PLACEHOLDER = 150
MAX_OPTIONS = 25

NUMBERED_FROM = 2**30
"""Beyond the places by which Discord numbers what has no number."""

SelectT = TypeVar("SelectT", bound=discord.ui.Item[Any])


class Pick(SafeItem[SelectT], template=r"(?!)"):
    """A select that outlives restarts; what was picked is the target's `values`."""

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: Any, match: re.Match[str], /
    ) -> Self:
        return cls(item)

    async def press(self, interaction: Interaction) -> None:
        data: Any = interaction.data or {}
        await dispatch(interaction, self.custom_id, tuple(map(str, data.get("values", ()))))


class PickText(Pick[discord.ui.Select[Any]], template=r"fs:.*"):
    """A select among given options."""


class PickChannel(Pick[discord.ui.ChannelSelect[Any]], template=r"fsc:.*"):
    """A select among the server's channels."""


class PickRole(Pick[discord.ui.RoleSelect[Any]], template=r"fsr:.*"):
    """A select among the server's roles."""


class PickUser(Pick[discord.ui.UserSelect[Any]], template=r"fsu:.*"):
    """A select among the server's members."""


def pick_text(
    say: Language,
    verb: str,
    action_id: int,
    options: Sequence[discord.SelectOption],
    *,
    item_id: int | None = None,
    placeholder_key: str | None = None,
    only_for: OnlyFor = None,
    disabled: bool = False,
    least: int = 1,
    most: int = 1,
    leads_on: bool = False,
) -> PickText:
    """Build a persistent select of one among at most 25 options, or of `least` to `most`.

    What `leads_on` to another page forgets what was picked when its page is drawn again.
    """
    return PickText(
        discord.ui.Select(
            **_known_as(write_custom_id("fs", verb, action_id, item_id, only_for), anew=leads_on),
            placeholder=_placeholder(say, verb, placeholder_key),
            options=list(options)[:MAX_OPTIONS],
            min_values=least,
            max_values=min(most, MAX_OPTIONS),
            disabled=disabled,
        )
    )


def pick_channel(
    say: Language,
    verb: str,
    action_id: int,
    *,
    item_id: int | None = None,
    chosen: int | None = None,
    placeholder_key: str | None = None,
    channel_types: Sequence[discord.ChannelType] = (
        discord.ChannelType.text,
        discord.ChannelType.news,
    ),
    optional: bool = False,
    disabled: bool = False,
) -> PickChannel:
    """Build a persistent select of one channel, or of none where it is optional."""
    kind = discord.SelectDefaultValueType.channel
    return PickChannel(
        discord.ui.ChannelSelect(
            **_known_as(write_custom_id("fsc", verb, action_id, item_id)),
            placeholder=_placeholder(say, verb, placeholder_key),
            channel_types=list(channel_types),
            min_values=0 if optional else 1,
            default_values=_chosen(chosen, kind),
            disabled=disabled,
        )
    )


def pick_role(
    say: Language,
    verb: str,
    action_id: int,
    *,
    item_id: int | None = None,
    chosen: int | None = None,
    placeholder_key: str | None = None,
    optional: bool = True,
    disabled: bool = False,
) -> PickRole:
    """Build a persistent select of one role, or of none where it is optional."""
    return PickRole(
        discord.ui.RoleSelect(
            **_known_as(write_custom_id("fsr", verb, action_id, item_id)),
            placeholder=_placeholder(say, verb, placeholder_key),
            min_values=0 if optional else 1,
            default_values=_chosen(chosen, discord.SelectDefaultValueType.role),
            disabled=disabled,
        )
    )


def pick_users(say: Language, verb: str, action_id: int) -> PickUser:
    """Build a persistent select of one to 25 members."""
    return PickUser(
        discord.ui.UserSelect(
            **_known_as(write_custom_id("fsu", verb, action_id)),
            placeholder=_placeholder(say, verb, None),
            max_values=MAX_OPTIONS,
        )
    )


def pick_user(
    say: Language,
    verb: str,
    action_id: int,
    *,
    item_id: int | None = None,
    placeholder_key: str | None = None,
) -> PickUser:
    """Build a persistent select of one member."""
    return PickUser(
        discord.ui.UserSelect(
            **_known_as(write_custom_id("fsu", verb, action_id, item_id)),
            placeholder=_placeholder(say, verb, placeholder_key),
        )
    )


def _known_as(custom_id: str, *, anew: bool = False) -> dict[str, Any]:
    """A select's custom_id, and a number by which Discord knows it.

    Numbered by its place, it would seem to hold what was picked in another one that stood there.
    `anew`: a number that it did not have before, as what it seemed to hold then is no more.
    """
    number = secrets.randbelow(NUMBERED_FROM) if anew else crc32(custom_id.encode()) % NUMBERED_FROM
    return {"custom_id": custom_id, "id": NUMBERED_FROM + number}


def _placeholder(say: Language, verb: str, key: str | None) -> str:
    return shorten(say(key or f"select.{verb}"), MAX_PLACEHOLDER)


def _chosen(
    chosen: int | None, kind: discord.SelectDefaultValueType
) -> list[discord.SelectDefaultValue]:
    return [] if chosen is None else [discord.SelectDefaultValue(id=chosen, type=kind)]
