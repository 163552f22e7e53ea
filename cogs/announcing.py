"""Announcing later: choosing when a draft, or a scheduled action, becomes known."""

from __future__ import annotations

from cogs.asking_times import settle_time
from cogs.base import FanchantCog, actor_of, on_press, say_of
from cogs.drafting import Drafting
from cogs.panels import tell_done
from cogs.times import reading_of
from domain.actions import Action
from domain.walls import Resolved
from domain.when import write_reading
from ui.base import Interaction, Target
from ui.replies import settle
from ui.step_forms import announce_form
from ui.text import stamp


class AnnouncingCommands(FanchantCog):
    @on_press("announce_later")
    async def announce_later(self, interaction: Interaction, target: Target) -> None:
        action = await self.services.changing.find(
            actor_of(interaction), target.guild_id, target.action_id
        )
        typed = ""
        if action.announce is not None:
            typed = write_reading(reading_of(action.announce.wall, action.announce.at))
        await self._ask(interaction, target, typed)

    @on_press("announce_now")
    async def announce_now(self, interaction: Interaction, target: Target) -> None:
        await self._store(interaction, target, None)

    async def _ask(self, interaction: Interaction, target: Target, typed: str) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            text = values["when"].strip()
            if not text:
                await self._store(submitted, target, None)
                return

            async def take(answered: Interaction, announce: Resolved) -> None:
                await self._store(answered, target, announce)

            async def reopen(pressed: Interaction) -> None:
                await self._ask(pressed, target, text)

            await settle_time(submitted, self.services, text, take, reopen)

        say = await say_of(interaction)
        await interaction.response.send_modal(announce_form(say, typed, submit))

    async def _store(
        self, interaction: Interaction, target: Target, announce: Resolved | None
    ) -> None:
        work = self.services.editing.announce_at(
            actor_of(interaction), target.guild_id, target.action_id, announce
        )
        action = await settle(interaction, work)
        if action.number is None:
            await Drafting(self.services).show(interaction, action)
            return
        await self._tell(interaction, action)

    async def _tell(self, interaction: Interaction, action: Action) -> None:
        say = await say_of(interaction)
        if action.announce is None:
            done = say("done.announce_now")
        else:
            done = say("done.announce_later", time=stamp(action.announce.at))
        await tell_done(interaction, self.services, action, done)
