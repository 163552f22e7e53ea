"""Checking in: the button with its code, and organisers' ticks by `/action checkin`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands

from cogs.action_group import action
from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.lookup import complete_step, find_action
from domain.check_ins import code_of
from domain.errors import Refusal
from services.check_ins import CHECK_IN, Ticked, WrongCode
from ui.base import Interaction, Target, word_refusal
from ui.check_in_panel import check_in_form, draw_checked_in, draw_ticked, draw_ticking
from ui.choices import Choice, Choices
from ui.commands import command_text
from ui.replies import replace, reply, settle


class CheckInCog(FanchantCog):
    @on_press("check_in")
    async def check_in(self, interaction: Interaction, target: Target) -> None:
        """Check in at once, or ask for the code where there is one."""
        found = await self.services.check_ins.find_open(target.guild_id, target.action_id)
        if code_of(found) is None:
            await self._take(interaction, target, "")
        else:
            await self._show_form(interaction, target, "")

    async def _show_form(self, interaction: Interaction, target: Target, typed: str) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._take(submitted, target, values["code"])

        form = check_in_form(await say_of(interaction), typed, submit)
        await interaction.response.send_modal(form)

    async def _take(self, interaction: Interaction, target: Target, code: str) -> None:
        say = await say_of(interaction)
        work = self.services.check_ins.check_in(
            actor_of(interaction), target.guild_id, target.action_id, code
        )
        try:
            done = await settle(interaction, work)
        except WrongCode as refusal:
            again = Choice(
                say("button.try_again"), lambda pressed: self._show_form(pressed, target, code)
            )
            await reply(interaction, word_refusal(say, refusal), view=Choices([again]))
            return
        shown = await self.as_read(interaction, done.action)
        text, view = draw_checked_in(say, shown, done.contribution)
        await reply(interaction, text, view=view)


class CheckInCommands(FanchantCog):
    @action.command(
        name=command_text("command.action.checkin.name"),
        description=command_text("command.action.checkin.description"),
    )
    @app_commands.describe(
        event=command_text("command.action.checkin.event.description"),
        member=command_text("command.action.checkin.member.description"),
    )
    @app_commands.rename(
        event=command_text("command.action.checkin.event.name"),
        member=command_text("command.action.checkin.member.name"),
    )
    async def checkin(
        self, interaction: Interaction, event: str, member: discord.Member | None = None
    ) -> None:
        """Tick somebody, or show the panel in which several can be ticked."""
        guild_id = guild_of(interaction)
        action_id = (await find_action(self.services, guild_id, event)).action_id
        if member is None:
            found = await self.services.check_ins.find(actor_of(interaction), guild_id, action_id)
            await reply(interaction, view=draw_ticking(await say_of(interaction), found))
            return
        if member.bot:
            raise Refusal("ticking.members_only")
        done = await self._tick_members(interaction, guild_id, action_id, [member.id])
        await reply(interaction, await self._told_of_ticks(interaction, done))

    @checkin.autocomplete("event")
    async def complete_check_in(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_step(self.services, interaction, typed, CHECK_IN)

    @on_press("ticking")
    async def show_ticking(self, interaction: Interaction, target: Target) -> None:
        found = await self.services.check_ins.find(
            actor_of(interaction), target.guild_id, target.action_id
        )
        await reply(interaction, view=draw_ticking(await say_of(interaction), found))

    @on_press("tick_people")
    async def tick_people(self, interaction: Interaction, target: Target) -> None:
        people = _members_in(interaction, target.values)
        done = await self._tick_members(interaction, target.guild_id, target.action_id, people)
        found = await self.services.check_ins.find(
            actor_of(interaction), target.guild_id, target.action_id
        )
        note = await self._told_of_ticks(interaction, done)
        view = draw_ticking(await say_of(interaction), found, note=note)
        await replace(interaction, view=view)

    async def _tick_members(
        self, interaction: Interaction, guild_id: int, action_id: int, user_ids: Sequence[int]
    ) -> Ticked:
        work = self.services.check_ins.tick(actor_of(interaction), guild_id, action_id, user_ids)
        return await settle(interaction, work)

    async def _told_of_ticks(self, interaction: Interaction, done: Ticked) -> str:
        say = await say_of(interaction)
        return draw_ticked(say, done.ticked, done.already, done.decided)


def _members_in(interaction: Interaction, picked: Sequence[str]) -> list[int]:
    """The ids that were picked; refused where one is a bot's or no member's, as Discord says."""
    data: Any = interaction.data or {}
    resolved: Any = data.get("resolved") or {}
    members, users = resolved.get("members") or {}, resolved.get("users") or {}
    if not picked or any(i not in members or users.get(i, {}).get("bot") for i in picked):
        raise Refusal("ticking.members_only")
    return [int(i) for i in picked]
