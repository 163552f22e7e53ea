"""Checking several contributions after one look at all of them."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from cogs.base import FanchantCog, actor_of, on_press, say_of
from cogs.reviews import defer_for, item_of
from domain.errors import Refusal
from domain.reviewing import Batch, Queue
from domain.servers import require_reviewer
from ui.base import Interaction, Target
from ui.buttons import read_id
from ui.choices import Choice, Choices
from ui.replies import replace, reply, settle
from ui.review_batch import draw_batch
from ui.review_queue import read_queue


class ReviewBatchCog(FanchantCog):
    @on_press("check_several")
    async def open(self, interaction: Interaction, target: Target) -> None:
        """Show the next page, behind the last contribution of the one before."""
        await self._open(interaction, target, target.item_id or 0)

    @on_press("batch_out")
    async def take_out(self, interaction: Interaction, target: Target) -> None:
        queue, numbers = read_queue(target.action_id), [read_id(text) for text in target.values]
        work = self.services.review_batches.take_out(
            actor_of(interaction), target.guild_id, queue, item_of(target), numbers
        )
        batch = await settle(interaction, work)
        done = (await say_of(interaction)).many("review.several.out", len(numbers))
        await self._show(interaction, batch, done)

    @on_press("batch_verify")
    async def ask_to_verify(self, interaction: Interaction, target: Target) -> None:
        """Ask once more, naming how many; what the page has lost meanwhile is not among them."""
        server = await self.services.servers.get(target.guild_id)
        require_reviewer(actor_of(interaction), server)
        queue = read_queue(target.action_id)
        batch = await self.services.review_batches.show(
            actor_of(interaction), target.guild_id, queue, item_of(target)
        )
        numbers = [item.contribution.contribution_id for item in batch.items]
        if not numbers:
            raise Refusal("review.several.gone")

        async def verify(pressed: Interaction) -> None:
            await self._verify(pressed, target, numbers)

        say = await say_of(interaction)
        label = say.many("review.several.verify", len(numbers))
        sure = Choice(label, verify, discord.ButtonStyle.success)
        question = say.many("review.several.ask", len(numbers))
        await reply(interaction, question, view=Choices([sure]))

    async def _verify(
        self, interaction: Interaction, target: Target, numbers: Sequence[int]
    ) -> None:
        """Verify them, say what was left out, and go on with the next page."""
        work = self.services.review_batches.verify(actor_of(interaction), target.guild_id, numbers)
        result = await settle(interaction, work)
        say = await say_of(interaction)
        lines = [say.many("review.several.done", result.verified)]
        if result.left_out:
            lines.append(say.many("review.several.left_out", result.left_out))
        await self._open(interaction, target, max(numbers), "\n".join(lines))

    async def _open(
        self, interaction: Interaction, target: Target, after: int, done: str | None = None
    ) -> None:
        queue: Queue = read_queue(target.action_id)
        work = self.services.review_batches.open(
            actor_of(interaction), target.guild_id, queue, after=after
        )
        await self._show(interaction, await settle(interaction, work), done)

    async def _show(self, interaction: Interaction, batch: Batch, done: str | None) -> None:
        view, files = draw_batch(await say_of(interaction), batch, done=done)
        await defer_for(interaction, files)
        await replace(interaction, view=view, files=files)
