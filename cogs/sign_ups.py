"""Signing up: the buttons *I'm in* and *Leave*."""

from __future__ import annotations

from cogs.base import FanchantCog, actor_of, on_press, say_of
from ui.base import Interaction, Target
from ui.replies import reply, settle
from ui.sign_up_replies import draw_joined, draw_left


class SignUpCog(FanchantCog):
    @on_press("join")
    async def join(self, interaction: Interaction, target: Target) -> None:
        work = self.services.sign_ups.join(
            actor_of(interaction), target.guild_id, target.action_id, target.item_id
        )
        result = await settle(interaction, work)
        action = await self.services.actions.find(target.guild_id, target.action_id)
        server = await self.services.servers.get(target.guild_id)
        text, view = draw_joined(
            await say_of(interaction), action, server, result, self.services.clock.now()
        )
        await reply(interaction, text, view=view)

    @on_press("leave")
    async def leave(self, interaction: Interaction, target: Target) -> None:
        result = await settle(
            interaction,
            self.services.sign_ups.leave(actor_of(interaction), target.guild_id, target.action_id),
        )
        action = await self.services.actions.find(target.guild_id, target.action_id)
        text, view = draw_left(await say_of(interaction), action, result, self.services.clock.now())
        await reply(interaction, text, view=view)
