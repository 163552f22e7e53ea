"""`/review`: checking contributions one by one."""

from __future__ import annotations

import discord
from discord import app_commands

from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from domain.errors import Refusal
from domain.servers import require_reviewer
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.commands import command_text
from ui.forms import reason_form
from ui.replies import replace, reply, settle
from ui.review_panel import draw_nothing_waits, draw_waiting


class ReviewCog(FanchantCog):
    @app_commands.command(
        name=command_text("command.review.name"),
        description=command_text("command.review.description"),
    )
    @app_commands.guild_only()
    async def review(self, interaction: Interaction) -> None:
        await reply(interaction, view=await self._draw(interaction))

    @on_press("verify")
    async def verify(self, interaction: Interaction, target: Target) -> None:
        work = self.services.reviews.verify(
            actor_of(interaction), target.guild_id, _contribution(target)
        )
        await settle(interaction, work)
        await self._go_on(interaction, target, "review.verified")

    @on_press("not_counted")
    async def not_counted(self, interaction: Interaction, target: Target) -> None:
        """Ask for the reason; one that says nothing is asked for again."""
        server = await self.services.servers.get(target.guild_id)
        require_reviewer(actor_of(interaction), server)

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            work = self.services.reviews.do_not_count(
                actor_of(submitted), target.guild_id, _contribution(target), values["reason"]
            )
            try:
                await settle(submitted, work)
            except Refusal as refusal:
                if refusal.key != "review.reason_missing":
                    raise
                say = await say_of(submitted)
                again = Choice(
                    say("button.try_again"), lambda pressed: self.not_counted(pressed, target)
                )
                await reply(submitted, word_refusal(say, refusal), view=Choices([again]))
                return
            await self._go_on(submitted, target, "review.not_counted")

        await interaction.response.send_modal(reason_form(await say_of(interaction), "", submit))

    @on_press("skip")
    async def skip(self, interaction: Interaction, target: Target) -> None:
        view = await self._draw(interaction, after=_contribution(target))
        await replace(interaction, view=view)

    async def _go_on(self, interaction: Interaction, target: Target, done_key: str) -> None:
        """Show what comes behind the one that was just checked: skipped ones stay skipped."""
        done = (await say_of(interaction))(done_key)
        view = await self._draw(interaction, after=_contribution(target), done=done)
        await replace(interaction, view=view)

    async def _draw(
        self, interaction: Interaction, *, after: int = 0, done: str | None = None
    ) -> discord.ui.LayoutView:
        say = await say_of(interaction)
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        found = await self.services.reviews.next(actor, guild_id, after=after)
        if found is None and after:
            # The end of the queue: begin again with what was skipped.
            found = await self.services.reviews.next(actor, guild_id)
        if found is None:
            return draw_nothing_waits(say, done=done)
        return draw_waiting(
            say, found.action, found.contribution, found.proofs, found.waiting, done=done
        )


def _contribution(target: Target) -> int:
    if target.item_id is None:
        raise Refusal("refused.unknown_button")
    return target.item_id
