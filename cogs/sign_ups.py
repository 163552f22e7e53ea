"""Signing up: the buttons *I'm in* and *Leave*, and taking the ping role."""

from __future__ import annotations

import discord

from cogs.base import FanchantCog, actor_of, on_press, say_of
from domain.errors import Refusal
from domain.servers import RolePurpose
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

    @on_press("ping_me")
    async def ping_me(self, interaction: Interaction, target: Target) -> None:
        """Give the member the ping role, or take it back."""
        say = await say_of(interaction)
        server = await self.services.servers.get(target.guild_id)
        role_id = server.role(RolePurpose.PING)
        member = interaction.user
        if role_id is None or not server.self_service_ping:
            raise Refusal("ping.not_offered")
        if not isinstance(member, discord.Member):
            raise Refusal("refused.not_here")
        has_it = member.get_role(role_id) is not None
        change = member.remove_roles if has_it else member.add_roles
        try:
            await settle(interaction, change(discord.Object(role_id)))
        except discord.Forbidden:
            raise Refusal("ping.forbidden", role=f"<@&{role_id}>") from None
        except discord.NotFound:
            raise Refusal("ping.role_gone") from None
        await reply(interaction, say("ping.taken_back" if has_it else "ping.given"))
