"""The page *Pings & quiet hours* of the set-up."""

from __future__ import annotations

from collections.abc import Mapping

from cogs.base import FanchantCog, actor_of, on_press, say_of
from cogs.times import require_zone
from domain.errors import Refusal
from domain.pings import read_cap
from domain.quiet import read_quiet
from domain.servers import require_moderator
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.pings_panel import draw_pings, pings_as_typed, pings_form
from ui.replies import replace, reply, settle


class PingsCog(FanchantCog):
    @on_press("setup_pings")
    async def show(self, interaction: Interaction, target: Target) -> None:
        require_moderator(actor_of(interaction))
        await self._show(interaction, target)

    @on_press("setup_pings_edit")
    async def edit(self, interaction: Interaction, target: Target) -> None:
        require_moderator(actor_of(interaction))
        server = await self.services.servers.get(target.guild_id)
        require_zone(server)
        await self._ask(interaction, target, pings_as_typed(server))

    async def _show(self, interaction: Interaction, target: Target) -> None:
        server = await self.services.servers.get(target.guild_id)
        day = await self.services.pings.today(target.guild_id)
        await replace(interaction, view=draw_pings(await say_of(interaction), server, day))

    async def _ask(
        self, interaction: Interaction, target: Target, typed: Mapping[str, str]
    ) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            try:
                await self._store(submitted, target, values)
            except Refusal as refusal:
                await self._ask_again(submitted, target, values, refusal)

        say = await say_of(interaction)
        await interaction.response.send_modal(pings_form(say, typed, submit))

    async def _ask_again(
        self,
        interaction: Interaction,
        target: Target,
        typed: Mapping[str, str],
        refusal: Refusal,
    ) -> None:
        """Say what was wrong, and open the form again with what was typed."""
        say = await say_of(interaction)
        again = Choice(say("button.try_again"), lambda pressed: self._ask(pressed, target, typed))
        await reply(interaction, word_refusal(say, refusal), view=Choices([again]))

    async def _store(
        self, interaction: Interaction, target: Target, typed: Mapping[str, str]
    ) -> None:
        servers, say = self.services.servers, await say_of(interaction)
        zone = require_zone(await servers.get(target.guild_id))
        cap = read_cap(typed["cap"])
        quiet = read_quiet(typed["start"], typed["end"], zone=zone, language=say.code)
        work = servers.set_pings(actor_of(interaction), target.guild_id, cap=cap, quiet=quiet)
        await settle(interaction, work)
        self.services.dispatcher.wake()  # what waits may do so no more
        await self._show(interaction, target)
