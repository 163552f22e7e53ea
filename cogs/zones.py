"""Naming a zone: taken where the text means just one, asked about where it may mean several."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cogs.base import say_of
from domain.errors import Refusal
from domain.places import ZoneMatch, meant_zones
from ui.base import Interaction
from ui.choices import Choice, Choices
from ui.replies import reply

Take = Callable[[Interaction, str], Awaitable[None]]


async def settle_zone(interaction: Interaction, typed: str, take: Take) -> None:
    """Hand the zone that was typed to `take`, after asking which one where that isn't clear."""
    say = await say_of(interaction)
    found = meant_zones(typed, say.code)
    if not found:
        raise Refusal("setup.unknown_zone", text=typed)
    if len(found) == 1:
        await take(interaction, found[0].zone)
        return

    def choice(match: ZoneMatch) -> Choice:
        label = f"{match.city} ({match.zone})"
        return Choice(label, lambda pressed: take(pressed, match.zone))

    await reply(interaction, say("when.which_zone"), view=Choices([*map(choice, found)]))
