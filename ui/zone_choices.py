"""Asking which of several time zones is meant: places with their country and what time it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import discord

from domain.places import ZoneMatch
from domain.zones import zone_info
from locales import Language
from ui.base import Interaction, SafeLayout
from ui.choices import Answer, Choice, ChoiceButton, Choices, Once
from ui.limits import MAX_OPTION_LABEL
from ui.selects import MAX_OPTIONS
from ui.text import shorten, zone_name

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
        again: Answer,
    ) -> None:
        super().__init__([])
        if zones:
            self.add_item(_ZoneSelect(say, zones, now, self.once, take))
        self.offer(_again(say, zones, again))


def draw_zone_page(
    say: Language,
    question: str,
    zones: Sequence[ZoneMatch],
    now: datetime,
    take: Take,
    again: Answer,
    back: Answer,
) -> discord.ui.LayoutView:
    """The same in place of the panel of `/setup`, with the way back to that."""
    once = Once()
    to_panel = Choice(say("button.setup_back"), back, discord.ButtonStyle.secondary)
    buttons = [ChoiceButton(choice, once) for choice in (_again(say, zones, again), to_panel)]
    items: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay(question)]
    if zones:
        items.append(discord.ui.ActionRow[Any](_ZoneSelect(say, zones, now, once, take)))
    items.append(discord.ui.ActionRow[Any](*buttons))
    view = SafeLayout()
    view.add_item(discord.ui.Container(*items))
    return view


def _again(say: Language, zones: Sequence[ZoneMatch], again: Answer) -> Choice:
    style = discord.ButtonStyle.secondary if zones else discord.ButtonStyle.primary
    return Choice(say("button.try_again"), again, style)


class _ZoneSelect(discord.ui.Select[Any]):
    def __init__(
        self, say: Language, zones: Sequence[ZoneMatch], now: datetime, once: Once, take: Take
    ) -> None:
        super().__init__(placeholder=say("select.zone"), options=_options(zones, now))
        self._once = once
        self._take = take

    async def callback(self, interaction: Interaction) -> None:
        zone = self.values[0]
        await self._once.answer(interaction, lambda pressed: self._take(pressed, zone))


def _options(zones: Sequence[ZoneMatch], now: datetime) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=shorten(match.city, MAX_OPTION_LABEL),
            value=match.zone,
            description=shorten(_described(match, now), MAX_OPTION_LABEL),
        )
        for match in zones[:MAX_OPTIONS]
    ]


def _described(match: ZoneMatch, now: datetime) -> str:
    wall = now.astimezone(zone_info(match.zone))
    return " · ".join(filter(None, (match.country, f"{wall:%H:%M}", zone_name(wall))))
