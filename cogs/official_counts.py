"""`/action official` and its panel: what everyone watches, entered by those who run an action."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord import app_commands

from cogs.action_group import action as group
from cogs.asking_times import settle_time
from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.lookup import complete_managed, find_managed
from domain.actions import Action
from domain.errors import Gone, NotAllowed, Refusal
from domain.official_counts import OfficialCount
from domain.official_entries import read_entry
from domain.walls import Resolved
from domain.when import resolve_instant
from services.application import Services
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.commands import command_text
from ui.official_panel import draw_officials, official_form, official_texts
from ui.replies import replace, reply, settle
from ui.text import plain, zone_of


class OfficialCountCommands(FanchantCog):
    @group.command(
        name=command_text("command.action.official.name"),
        description=command_text("command.action.official.description"),
    )
    @app_commands.describe(action=command_text("command.action.managed.description"))
    @app_commands.rename(action=command_text("command.action.managed.name"))
    async def official(self, interaction: Interaction, action: str) -> None:
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        found = await find_managed(self.services, actor, guild_id, action)
        whole = await self.services.official_counts.find(actor, guild_id, found.action_id)
        await reply(interaction, view=await _panel(interaction, self.services, whole))

    @official.autocomplete("action")
    async def complete_official(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_managed(self.services, interaction, typed, over=True)


class OfficialCountCog(FanchantCog):
    """The buttons of the panel, and what its form collects."""

    @on_press("official")
    async def open_panel(self, interaction: Interaction, target: Target) -> None:
        found = await self._find(interaction, target)
        await reply(interaction, view=await _panel(interaction, self.services, found))

    @on_press("official_new")
    async def enter_new(self, interaction: Interaction, target: Target) -> None:
        await self._ask(interaction, await self._find(interaction, target), {})

    @on_press("official_update")
    async def update_official(self, interaction: Interaction, target: Target) -> None:
        found = await self._find(interaction, target)
        for count in found.parts.officials:
            if count.official_count_id == target.item_id:
                await self._ask(interaction, found, official_texts(count), count)
                return
        raise Gone("official.changed")

    async def _find(self, interaction: Interaction, target: Target) -> Action:
        return await self.services.official_counts.find(
            actor_of(interaction), target.guild_id, target.action_id
        )

    async def _ask(
        self,
        interaction: Interaction,
        action: Action,
        texts: Mapping[str, str],
        before: OfficialCount | None = None,
    ) -> None:
        """Show the form with what was typed so far, of a new count or of one that stands."""

        async def submit(submitted: Interaction, typed: dict[str, str]) -> None:
            await self._take(submitted, action, typed, before)

        form = official_form(await say_of(interaction), texts, submit, new=before is None)
        await interaction.response.send_modal(form)

    async def _take(
        self,
        interaction: Interaction,
        action: Action,
        texts: Mapping[str, str],
        before: OfficialCount | None,
    ) -> None:
        """Settle the time that was typed, now if there is none, and enter what was read."""

        async def reopen(pressed: Interaction) -> None:
            await self._ask(pressed, action, texts, before)

        async def enter(answered: Interaction, time: Resolved) -> None:
            await self._enter(answered, action, texts, time)

        say = await say_of(interaction)
        if texts["time"].strip().casefold() not in ("", say("official.now").casefold()):
            typed = texts["time"]
            await settle_time(interaction, self.services, typed, enter, reopen, behind=True)
            return
        server = await self.services.servers.get(action.guild_id)
        now = resolve_instant(self.services.clock.now(), zone_of(action, server))
        try:
            await enter(interaction, now)
        except (NotAllowed, Gone):
            raise
        except Refusal as refusal:
            again = Choice(say("button.try_again"), reopen)
            await reply(interaction, word_refusal(say, refusal), view=Choices([again]))

    async def _enter(
        self, interaction: Interaction, action: Action, texts: Mapping[str, str], time: Resolved
    ) -> None:
        entry = read_entry(texts, time.at, self.services.clock.now())
        work = self.services.official_counts.enter(
            actor_of(interaction), action.guild_id, action.action_id, entry
        )
        changed = await settle(interaction, work)
        say = await say_of(interaction)
        key = "official.done" if entry.value else "official.taken_off"
        done = say(key, name=plain(entry.name), value=plain(entry.value))
        view = await _panel(interaction, self.services, changed, done)
        await replace(interaction, view=view)


async def _panel(
    interaction: Interaction, services: Services, action: Action, done: str = ""
) -> discord.ui.LayoutView:
    server = await services.servers.get(action.guild_id)
    return draw_officials(await say_of(interaction), action, server, done=done)
