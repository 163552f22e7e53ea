"""`/me`: one's own sign-ups and contributions."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import app_commands

from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.lookup import PUBLISHED
from domain.ledger import standing
from domain.naming import read_public_name
from domain.reviewing import ToldVerdict
from ui.base import Interaction, Target
from ui.commands import command_text
from ui.me_panel import MOST_SHIFTS, MOST_SIGN_UPS, PAGE, OwnRow, draw_me
from ui.naming_panel import Named, draw_naming
from ui.own_numbers import draw_own_numbers
from ui.replies import replace, reply, settle
from ui.review_told import told_line

LAST_PAGE = 1_000_000
"""Beyond what anybody logs, and what a database takes as an offset."""


class MeCog(FanchantCog):
    @app_commands.command(
        name=command_text("command.me.name"), description=command_text("command.me.description")
    )
    @app_commands.guild_only()
    async def me(self, interaction: Interaction) -> None:
        await self._show(interaction, anew=True)

    @on_press("me_page")
    async def turn(self, interaction: Interaction, target: Target) -> None:
        page = min(target.item_id or 0, LAST_PAGE)
        await self._show(interaction, page)

    # ---- Being named

    @on_press("name_me")
    async def ask_to_name(self, interaction: Interaction, target: Target) -> None:
        """Say what being named means, before anybody is."""
        name = read_public_name(interaction.user.display_name)
        listed_as = await self.services.naming.name_of(actor_of(interaction), target.guild_id)
        view = draw_naming(await say_of(interaction), name, listed_as)
        await replace(interaction, view=view)

    @on_press("name_me_yes")
    async def name(self, interaction: Interaction, target: Target) -> None:
        """Name somebody as they are called here now, the first time or anew."""
        work = self.services.naming.name_me(
            actor_of(interaction), target.guild_id, interaction.user.display_name
        )
        await settle(interaction, work)
        await self._show(interaction)

    @on_press("name_me_no")
    async def stop_naming(self, interaction: Interaction, target: Target) -> None:
        await settle(interaction, self.services.naming.stop(actor_of(interaction), target.guild_id))
        note = (await say_of(interaction))("naming.stopped")
        await self._show(interaction, note=note)

    # ---- One's numbers

    @on_press("my_numbers")
    async def show_numbers(self, interaction: Interaction, target: Target) -> None:
        page = min(target.item_id or 0, LAST_PAGE)
        work = self.services.own_summaries.list(actor_of(interaction), target.guild_id, page=page)
        shown, more = await settle(interaction, work)
        view = draw_own_numbers(await say_of(interaction), shown, page=page, more=more)
        await replace(interaction, view=view)

    async def _show(
        self,
        interaction: Interaction,
        page: int = 0,
        *,
        note: str | None = None,
        anew: bool = False,
    ) -> None:
        """Show a page; what it tells of verdicts is told once it is there."""
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        told = await self.services.appeals.untold(actor, guild_id)
        view = await self._page(interaction, page, told, note)
        await (reply if anew else replace)(interaction, view=view)
        await self.services.appeals.note_told(actor, guild_id, told)

    async def _page(
        self,
        interaction: Interaction,
        page: int,
        told: Sequence[ToldVerdict],
        note: str | None,
    ) -> discord.ui.LayoutView:
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        own = await self.services.contributions.list_own(
            actor, guild_id, limit=PAGE + 1, offset=page * PAGE
        )
        numbers = [entry.contribution.contribution_id for entry in own[:PAGE]]
        appeals = await self.services.appeals.appeals_of(guild_id, numbers)
        rows = [
            OwnRow(
                entry.action,
                entry.contribution,
                standing(entry.contribution, entry.check),
                entry.check,
                appeals.get(entry.contribution.contribution_id),
            )
            for entry in own[:PAGE]
        ]
        say = await say_of(interaction)
        return draw_me(
            say,
            await self.services.sign_ups.list_own(actor, guild_id, limit=MOST_SIGN_UPS),
            rows,
            page=page,
            more=len(own) > PAGE,
            now=self.services.clock.now(),
            zone=await self.services.preferences.zone_of(actor.user_id),
            shifts=await self.services.shifts.list_own(actor.user_id, guild_id, limit=MOST_SHIFTS),
            direct=await self.services.direct_messages.state_of(actor.user_id, guild_id),
            late=await self.services.actions.search(guild_id, "", states=PUBLISHED),
            told=told_line(say, told),
            named=Named(
                await self.services.naming.name_of(actor, guild_id),
                interaction.user.display_name,
                note,
            ),
        )
