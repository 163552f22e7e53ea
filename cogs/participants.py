"""`/action participants`, and the buttons by which everybody sees who is in, where they may."""

from __future__ import annotations

from dataclasses import replace as replaced

import discord
from discord import app_commands

from cogs.action_group import action as group
from cogs.base import FanchantCog, actor_of, guild_of, on_press, picked, say_of
from cogs.lookup import complete_managed, find_managed
from domain.errors import Refusal
from domain.participant_records import FileForm
from domain.participants import EVERYBODY, FIRST, Showing, Turn
from domain.sign_ups import SignUpState
from ui.base import Interaction, Target
from ui.buttons import read_id
from ui.commands import command_text
from ui.participants_panel import draw_participants, draw_who_is_in, read_part, read_view
from ui.replies import replace, reply, settle


class ParticipantCommands(FanchantCog):
    @group.command(
        name=command_text("command.action.participants.name"),
        description=command_text("command.action.participants.description"),
    )
    @app_commands.describe(action=command_text("command.action.managed.description"))
    @app_commands.rename(action=command_text("command.action.managed.name"))
    async def participants(self, interaction: Interaction, action: str) -> None:
        actor = actor_of(interaction)
        found = await find_managed(self.services, actor, guild_of(interaction), action)
        await self._show(interaction, Target(found.guild_id, found.action_id), EVERYBODY, FIRST)

    @participants.autocomplete("action")
    async def complete_participants(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_managed(self.services, interaction, typed, over=True)

    @on_press("participants")
    async def turn_participants(self, interaction: Interaction, target: Target) -> None:
        """A page; of the panel that an action is run from it is the first."""
        server = await self.services.servers.get(target.guild_id)
        await self._show(interaction, target, *read_view(server, target.item_id or 0))

    @on_press("participants_state")
    async def pick_participants_state(self, interaction: Interaction, target: Target) -> None:
        server = await self.services.servers.get(target.guild_id)
        showing, _ = read_view(server, target.item_id or 0)
        state = picked(target)
        if state not in set(SignUpState):
            raise Refusal("refused.unknown_button")
        showing = Showing(SignUpState(state), showing.option_id, showing.language)
        await self._show(interaction, target, showing, FIRST)

    @on_press("participants_part")
    async def pick_participants_part(self, interaction: Interaction, target: Target) -> None:
        server = await self.services.servers.get(target.guild_id)
        showing, _ = read_view(server, target.item_id or 0)
        showing = read_part(server, read_id(picked(target)), showing)
        await self._show(interaction, target, showing, FIRST)

    async def _show(
        self, interaction: Interaction, target: Target, showing: Showing, turn: Turn
    ) -> None:
        work = self.services.participants.list(
            actor_of(interaction), target.guild_id, target.action_id, showing, turn
        )
        page = await settle(interaction, work)
        server = await self.services.servers.get(target.guild_id)
        view = draw_participants(await say_of(interaction), page, server)
        await replace(interaction, view=view)

    # ---- Files

    @on_press("participants_csv")
    async def send_csv(self, interaction: Interaction, target: Target) -> None:
        await self._send_file(interaction, target, FileForm.CSV)

    @on_press("participants_xlsx")
    async def send_xlsx(self, interaction: Interaction, target: Target) -> None:
        await self._send_file(interaction, target, FileForm.XLSX)

    async def _send_file(self, interaction: Interaction, target: Target, form: FileForm) -> None:
        """Send the file to the organiser alone; meanwhile Discord shows that it is being made."""
        actor, ids = actor_of(interaction), (target.guild_id, target.action_id)
        await self.services.changing.find(actor, *ids)
        await interaction.response.defer(ephemeral=True, thinking=True)
        say = await say_of(interaction)
        async with self.services.participants.export(actor, *ids, form) as made:
            file = discord.File(made.path, filename=made.path.name)
            await reply(interaction, say("participants.file"), files=[file])


class ChoicesCog(FanchantCog):
    @on_press("who_is_in")
    async def who_is_in(self, interaction: Interaction, target: Target) -> None:
        await self._list(interaction, target)

    async def _list(self, interaction: Interaction, target: Target) -> None:
        server = await self.services.servers.get(target.guild_id)
        _, turn = read_view(server, target.item_id or 0)
        work = self.services.participants.who_is_in(target.guild_id, target.action_id, turn)
        page = await settle(interaction, work)
        page = replaced(page, action=await self.as_read(interaction, page.action))
        hides = await self.services.participants.hides_choices(
            actor_of(interaction), target.guild_id
        )
        view = draw_who_is_in(await say_of(interaction), page, server, hides=hides)
        if target.item_id is None:
            await reply(interaction, view=view)
        else:
            await replace(interaction, view=view)
