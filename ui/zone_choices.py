"""Asking which of several time zones is meant: places with their country and what time it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import discord

from domain.places import ZoneMatch
from domain.zones import zone_info
from locales import Language
from ui.base import Interaction
from ui.choices import Choice, Choices
from ui.selects import MAX_OPTIONS
from ui.text import shorten, zone_name

MAX_LABEL = 100

Take = Callable[[Interaction, str], Awaitable[None]]
"""Goes on with the zone that was picked."""


class ZoneChoices(Choices):
    """A select of zones, above the button for typing something else."""

    def __init__(
        self,
        say: Language,
        zones: Sequence[ZoneMatch],
        now: datetime,
        take: Take,
        again: Callable[[Interaction], Awaitable[None]],
    ) -> None:
        super().__init__([])
        if zones:
            self.add_item(_ZoneSelect(say, zone_options(zones, now), self, take))
        style = discord.ButtonStyle.secondary if zones else discord.ButtonStyle.primary
        self.offer(Choice(say("button.try_again"), again, style))


class _ZoneSelect(discord.ui.Select[Any]):
    def __init__(
        self,
        say: Language,
        options: list[discord.SelectOption],
        choices: Choices,
        take: Take,
    ) -> None:
        super().__init__(placeholder=say("select.zone"), options=options)
        self._choices = choices
        self._take = take

    async def callback(self, interaction: Interaction) -> None:
        zone = self.values[0]
        await self._choices.answer(interaction, lambda pressed: self._take(pressed, zone))


def zone_options(zones: Sequence[ZoneMatch], now: datetime) -> list[discord.SelectOption]:
    """Options of a select of zones, as many as there can be."""
    return [
        discord.SelectOption(
            label=shorten(match.city, MAX_LABEL),
            value=match.zone,
            description=shorten(_described(match, now), MAX_LABEL),
        )
        for match in zones[:MAX_OPTIONS]
    ]


def _described(match: ZoneMatch, now: datetime) -> str:
    wall = now.astimezone(zone_info(match.zone))
    return " · ".join(filter(None, (match.country, f"{wall:%H:%M}", zone_name(wall))))
