"""Signing up: the buttons *I'm in*, *Leave* and *Mute*."""

from __future__ import annotations

from cogs.base import FanchantCog, actor_of, on_press, say_of
from ui.base import Interaction, Target, channel_of
from ui.muting import draw_muted
from ui.replies import reply, settle
from ui.sign_up_replies import draw_joined, draw_left


class SignUpCog(FanchantCog):
    @on_press("join")
    async def join(self, interaction: Interaction, target: Target) -> None:
        work = self.services.sign_ups.join(
            actor_of(interaction),
            target.guild_id,
            target.action_id,
            target.item_id,
            channel_id=channel_of(interaction),
        )
        joined = await settle(interaction, work)
        server = await self.services.servers.get(target.guild_id)
        say, now = await say_of(interaction), self.services.clock.now()
        action = await self.as_read(interaction, joined.action)
        text, view = draw_joined(say, action, server, joined.result, now)
        await reply(interaction, text, view=view)

    @on_press("leave")
    async def leave(self, interaction: Interaction, target: Target) -> None:
        left = await settle(
            interaction,
            self.services.sign_ups.leave(actor_of(interaction), target.guild_id, target.action_id),
        )
        say, now = await say_of(interaction), self.services.clock.now()
        action = await self.as_read(interaction, left.action)
        text, view = draw_left(say, action, left.result, now)
        await reply(interaction, text, view=view)

    @on_press("mute")
    async def mute(self, interaction: Interaction, target: Target) -> None:
        await self._mute(interaction, target, muted=True)

    @on_press("unmute")
    async def unmute(self, interaction: Interaction, target: Target) -> None:
        await self._mute(interaction, target, muted=False)

    async def _mute(self, interaction: Interaction, target: Target, *, muted: bool) -> None:
        work = self.services.sign_ups.mute(
            actor_of(interaction), target.guild_id, target.action_id, muted=muted
        )
        action, holds = await settle(interaction, work)
        action = await self.as_read(interaction, action)
        text, view = draw_muted(await say_of(interaction), action, holds)
        await reply(interaction, text, view=view)
