"""Threads at actions' cards: whether a server wants them, one made by hand, one deleted by hand."""

from __future__ import annotations

import discord
from discord.ext import commands

from cogs.base import FanchantCog, actor_of, on_press, say_of
from cogs.panels import tell_done
from domain.servers import require_moderator
from ui.base import Interaction, Target
from ui.permissions import missing_for_threads
from ui.replies import replace, settle
from ui.text import plain
from ui.threads_panel import draw_threads_page


class ThreadCog(FanchantCog):
    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        await self.services.threads.lost(payload.guild_id, payload.thread_id)

    @on_press("make_thread")
    async def make(self, interaction: Interaction, target: Target) -> None:
        work = self.services.threads.ask_for(
            actor_of(interaction), target.guild_id, target.action_id
        )
        action, say = await settle(interaction, work), await say_of(interaction)
        done = say("thread.asked_for", title=plain(action.title))
        await tell_done(interaction, self.services, action, done)

    # ---- Setting up

    @on_press("setup_threads")
    async def show(self, interaction: Interaction, target: Target) -> None:
        require_moderator(actor_of(interaction))
        await self._show(interaction, target)

    @on_press("setup_threads_on")
    async def switch_on(self, interaction: Interaction, target: Target) -> None:
        await self._switch(interaction, target, makes=True)

    @on_press("setup_threads_off")
    async def switch_off(self, interaction: Interaction, target: Target) -> None:
        await self._switch(interaction, target, makes=False)

    async def _switch(self, interaction: Interaction, target: Target, *, makes: bool) -> None:
        actor = actor_of(interaction)
        work = self.services.servers.set_threads(actor, target.guild_id, makes=makes)
        await settle(interaction, work)
        await self._show(interaction, target)

    async def _show(self, interaction: Interaction, target: Target) -> None:
        server, guild = await self.services.servers.get(target.guild_id), interaction.guild
        missing = [] if guild is None else missing_for_threads(guild, server)
        view = draw_threads_page(await say_of(interaction), server, missing)
        await replace(interaction, view=view)
