"""Naming a zone: taken where the text means just one, asked about where it may mean several."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from cogs.base import say_of
from domain.errors import Refusal
from domain.places import ZoneMatch, meant_zones, near_zones
from services.application import Services
from ui.base import Interaction, word_refusal
from ui.choices import Answer
from ui.replies import replace, reply
from ui.text import plain
from ui.zone_choices import Take, ZoneChoices, draw_zone_page

MAX_TYPED = 100
"""How much of what was typed a question repeats: an option of a command takes 6,000 characters."""

Again = Callable[[Interaction, str], Awaitable[None]]
"""Asks for a zone anew, with what was typed."""

Find = Callable[[str, datetime, str], list[ZoneMatch]]
"""All zones that a text may mean, by now and language; raises `Refusal` where it means none."""


def named(text: str, now: datetime, language: str) -> list[ZoneMatch]:
    """The one zone that is named exactly, or all that may be meant, best first."""
    found = meant_zones(text, language)
    if not found:
        raise Refusal("setup.unknown_zone", text=text)
    return found


async def settle_zone(
    interaction: Interaction,
    services: Services,
    typed: str,
    take: Take,
    again: Again,
    *,
    asked: bool = False,
    back: Answer | None = None,
    find: Find = named,
    which: str = "when.which_zone",
) -> None:
    """Hand the zone that was typed to `take`, after asking which one where that isn't clear.

    `which` is the question's sentence. What no zone is called is answered with those that are
    spelt alike; `again` asks anew. A question takes the place of one that was `asked` before, or
    of the panel to which `back` leads.
    """
    say, now = await say_of(interaction), services.clock.now()
    text = plain(typed, MAX_TYPED)
    try:
        found = find(typed, now, say.code)
    except Refusal as refusal:
        found = near_zones(typed, say.code)
        question = say("when.near_zones", text=text) if found else word_refusal(say, refusal)
    else:
        if len(found) == 1:
            await take(interaction, found[0].zone)
            return
        question = say(which, text=text)

    async def retry(pressed: Interaction) -> None:
        await again(pressed, typed)

    if back is not None:
        page = draw_zone_page(say, question, found, now, take, retry, back)
        await replace(interaction, view=page)
        return
    show = replace if asked else reply
    await show(interaction, question, view=ZoneChoices(say, found, now, take, retry))
