"""Channels, roles and cards that were deleted: noticing it, and mending it with one click."""

from __future__ import annotations

import discord
from discord.ext import commands

from cogs.base import FanchantCog, actor_of, on_press, say_of
from domain.errors import Refusal
from domain.mending import channel_of
from domain.servers import RolePurpose
from ui.base import Interaction, Target
from ui.buttons import read_id
from ui.mending_panel import draw_channel_choice
from ui.permissions import TO_POST, missing_permissions, role_exists
from ui.replies import replace, reply, settle
from ui.text import plain


class MendingCog(FanchantCog):
    # ---- Noticing

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self.services.mending.lost_channel(channel.guild.id, channel.id)

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        await self.services.mending.lost_role(role.guild.id, role.id)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Look for what was deleted while the bot was away."""
        for used in await self.services.mending.list_references():
            guild = self.bot.get_guild(used.guild_id)
            if guild is None or guild.unavailable:
                continue
            for channel_id in used.channel_ids:
                if guild.get_channel_or_thread(channel_id) is None:
                    await self.services.mending.lost_channel(guild.id, channel_id)
            for role_id in used.role_ids:
                if not await role_exists(guild, role_id):
                    await self.services.mending.lost_role(guild.id, role_id)

    # ---- Mending

    @on_press("post_again")
    async def post_again(self, interaction: Interaction, target: Target) -> None:
        actor = actor_of(interaction)
        action = await self.services.changing.find(actor, target.guild_id, target.action_id)
        server = await self.services.servers.get(target.guild_id)
        channel_id = channel_of(action, server)
        await self._require_postable(interaction, channel_id)
        work = self.services.mending.post_again(actor, target.guild_id, target.action_id)
        done = await settle(interaction, work)
        say, channel = await say_of(interaction), f"<#{channel_id}>"
        await reply(
            interaction, say("mending.posted_again", title=plain(done.title), channel=channel)
        )

    @on_press("move_channel")
    async def move(self, interaction: Interaction, target: Target) -> None:
        """Ask for a channel, or move the action to the one that was picked."""
        actor, say = actor_of(interaction), await say_of(interaction)
        action = await self.services.changing.find(actor, target.guild_id, target.action_id)
        if not target.values:
            await reply(interaction, view=draw_channel_choice(say, action))
            return
        channel_id = read_id(target.values[0])
        await self._require_postable(interaction, channel_id)
        work = self.services.mending.move(actor, target.guild_id, target.action_id, channel_id)
        moved = await settle(interaction, work)
        channel = f"<#{channel_id}>"
        text = say("mending.moved", title=plain(moved.title), channel=channel)
        await replace(interaction, view=draw_channel_choice(say, moved, done=text))

    async def _require_postable(self, interaction: Interaction, channel_id: int | None) -> None:
        """Refuse a channel that is gone, or in which the bot lacks what it needs to post."""
        guild, say = interaction.guild, await say_of(interaction)
        channel = guild and channel_id and guild.get_channel(channel_id)
        if guild is None or not isinstance(channel, discord.TextChannel):
            raise Refusal("mending.no_such_channel", button=say("button.move_channel"))
        server = await self.services.servers.get(guild.id)
        role_id = server.role(RolePurpose.PING)
        role = None if role_id is None else guild.get_role(role_id)
        missing = missing_permissions(channel, guild.me, ping_role=role)
        if not TO_POST.isdisjoint(missing):
            raise Refusal(
                "mending.cannot_post",
                channel=f"<#{channel.id}>",
                permissions=say.listing([say(key) for key in missing]),
            )

    @on_press("try_again")
    async def try_again(self, interaction: Interaction, target: Target) -> None:
        work = self.services.mending.try_again(
            actor_of(interaction), target.guild_id, target.action_id
        )
        action = await settle(interaction, work)
        say = await say_of(interaction)
        await reply(interaction, say("mending.tried_again", title=plain(action.title)))

    @on_press("lift_gate")
    async def lift_gate(self, interaction: Interaction, target: Target) -> None:
        work = self.services.mending.lift_gate(
            actor_of(interaction), target.guild_id, target.action_id
        )
        action = await settle(interaction, work)
        say = await say_of(interaction)
        await reply(interaction, say("mending.gate_lifted", title=plain(action.title)))
