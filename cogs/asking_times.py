"""One typed time: taken where it means just one, asked about otherwise, and never lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cogs.base import guild_of, say_of
from cogs.times import describe, read, read_behind, require_zone, resolved, word_time_refusal
from domain.errors import Gone, NotAllowed, Refusal
from domain.walls import Resolved
from domain.when import Ambiguous, Reading
from services.application import Services
from ui.base import Interaction
from ui.choices import Choice, Choices
from ui.replies import reply
from ui.text import code

Take = Callable[[Interaction, Resolved], Awaitable[None]]
Reopen = Callable[[Interaction], Awaitable[None]]


async def settle_time(
    interaction: Interaction,
    services: Services,
    typed: str,
    take: Take,
    reopen: Reopen,
    *,
    behind: bool = False,
) -> None:
    """Hand the time that was typed to `take`, after asking which one where that isn't clear.

    With `behind` it is the last such time, otherwise the next.

    A time that is refused, by `take` too, is explained; `reopen` shows the form with it again.
    """
    say, now = await say_of(interaction), services.clock.now()
    server = await services.servers.get(guild_of(interaction))
    zone = require_zone(server)

    async def explain(answered: Interaction, refusal: Refusal) -> None:
        again = Choice(say("button.try_again"), reopen)
        sentence = word_time_refusal(say, refusal, zone)
        await reply(answered, sentence, view=Choices([again]))

    async def give(answered: Interaction, time: Resolved) -> None:
        try:
            await take(answered, time)
        except (NotAllowed, Gone):
            raise
        except Refusal as refusal:
            await explain(answered, refusal)

    try:
        found = (read_behind if behind else read)(typed, server, now, say)
    except Refusal as refusal:
        await explain(interaction, refusal)
        return
    if not isinstance(found, Ambiguous):
        await give(interaction, resolved(found.reading))
        return

    def choice(reading: Reading) -> Choice:
        label = describe(say, reading, now)
        return Choice(label, lambda pressed: give(pressed, resolved(reading)))

    question = say(f"when.ambiguous.{found.reason.value}", text=code(typed))
    await reply(interaction, question, view=Choices([choice(r) for r in found.readings]))
