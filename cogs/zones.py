"""Naming a zone: taken where the text means just one, asked about where it may mean several."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cogs.base import say_of
from domain.errors import Refusal
from domain.places import meant_zones, near_zones
from services.application import Services
from ui.base import Interaction, word_refusal
from ui.replies import replace, reply
from ui.text import plain
from ui.zone_choices import Take, ZoneChoices

Again = Callable[[Interaction, str], Awaitable[None]]
"""Asks for a zone anew, with what was typed."""


async def settle_zone(
    interaction: Interaction, services: Services, typed: str, take: Take, again: Again
) -> None:
    """Hand the zone that was typed to `take`, after asking which one where that isn't clear."""
    say, now = await say_of(interaction), services.clock.now()
    found = meant_zones(typed, say.code)
    if len(found) == 1:
        await take(interaction, found[0].zone)
        return
    if found:
        question = say("when.which_zone", text=plain(typed))
    elif found := near_zones(typed, say.code):
        question = say("when.near_zones", text=plain(typed))
    else:
        question = word_refusal(say, Refusal("setup.unknown_zone", text=typed))
    choices = ZoneChoices(say, found, now, take, lambda pressed: again(pressed, typed))
    message = interaction.message
    asked_before = message is not None and not message.flags.components_v2
    # A panel stays; the question that stood before gives way to this one.
    await (replace if asked_before else reply)(interaction, question, view=choices)
