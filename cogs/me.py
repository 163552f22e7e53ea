"""`/me`: one's own sign-ups and contributions."""

from __future__ import annotations

import discord
from discord import app_commands

from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from domain.ledger import standing
from ui.base import Interaction, Target
from ui.commands import command_text
from ui.me_panel import MOST_SHIFTS, MOST_SIGN_UPS, PAGE, OwnRow, draw_me
from ui.replies import replace, reply

LAST_PAGE = 1_000_000
"""Beyond what anybody logs, and what a database takes as an offset."""


class MeCog(FanchantCog):
    @app_commands.command(
        name=command_text("command.me.name"), description=command_text("command.me.description")
    )
    @app_commands.guild_only()
    async def me(self, interaction: Interaction) -> None:
        await reply(interaction, view=await self._page(interaction, 0))

    @on_press("me_page")
    async def turn(self, interaction: Interaction, target: Target) -> None:
        page = min(target.item_id or 0, LAST_PAGE)
        await replace(interaction, view=await self._page(interaction, page))

    async def _page(self, interaction: Interaction, page: int) -> discord.ui.LayoutView:
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        own = await self.services.contributions.list_own(
            actor, guild_id, limit=PAGE + 1, offset=page * PAGE
        )
        rows = [
            OwnRow(
                entry.action,
                entry.contribution,
                standing(entry.contribution, entry.check),
                entry.check.reason if entry.check else None,
            )
            for entry in own[:PAGE]
        ]
        return draw_me(
            await say_of(interaction),
            await self.services.sign_ups.list_own(actor, guild_id, limit=MOST_SIGN_UPS),
            rows,
            page=page,
            more=len(own) > PAGE,
            now=self.services.clock.now(),
            zone=await self.services.preferences.zone_of(actor.user_id),
            shifts=await self.services.shifts.list_own(actor.user_id, guild_id, limit=MOST_SHIFTS),
            direct=await self.services.direct_messages.state_of(actor.user_id, guild_id),
        )
