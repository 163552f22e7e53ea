"""`/action remind`: an organiser reminds everybody now, having seen what goes out and to whom."""

from __future__ import annotations

from dataclasses import replace as changed
from functools import partial

import discord
from discord import app_commands

from cogs.action_group import action as group
from cogs.base import FanchantCog, actor_of, guild_of, say_of
from cogs.lookup import complete_managed, find_managed
from domain.actions import Action
from domain.errors import Refusal
from domain.reminding import TEXT_LENGTH
from domain.seals import TOLD_BESIDE
from services.reminding import Words
from ui.base import Interaction, word_refusal
from ui.choices import Choice, Choices
from ui.commands import command_text
from ui.remind_panel import draw_remind, remind_form
from ui.replies import replace, reply, settle
from ui.text import plain, stamp

OF_THE_WORDS = ("refused.remind.too_long", TOLD_BESIDE)
"""The refusals after which the words can be typed otherwise."""


class RemindCommands(FanchantCog):
    @group.command(
        name=command_text("command.action.remind.name"),
        description=command_text("command.action.remind.description"),
    )
    @app_commands.describe(
        action=command_text("command.action.managed.description"),
        text=command_text("command.action.remind.text.description"),
        urgent=command_text("command.action.remind.urgent.description"),
    )
    @app_commands.rename(
        action=command_text("command.action.managed.name"),
        text=command_text("command.action.remind.text.name"),
        urgent=command_text("command.action.remind.urgent.name"),
    )
    async def remind(
        self,
        interaction: Interaction,
        action: str,
        text: app_commands.Range[str, 1, TEXT_LENGTH] | None = None,
        urgent: bool = False,
    ) -> None:
        found = await find_managed(
            self.services, actor_of(interaction), guild_of(interaction), action
        )
        await self._try_words(interaction, found, Words(text or "", urgent))

    @remind.autocomplete("action")
    async def complete_remindable(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_managed(self.services, interaction, typed)

    async def _show_reminder(self, interaction: Interaction, action: Action, words: Words) -> None:
        """Show what goes out and to whom, with *Send*, *Change text* and *Cancel*."""
        ids = (action.guild_id, action.action_id)
        work = self.services.reminding.preview(actor_of(interaction), *ids, words)
        shown, say = await settle(interaction, work), await say_of(interaction)
        silenced = shown.role_id is not None and not shown.pings
        sends = {"button.send_reminder": True, "button.send_without_ping": False}
        if silenced or not shown.asks:
            del sends["button.send_reminder" if silenced else "button.send_without_ping"]
        choices = Choices(
            [
                *(
                    Choice(
                        say(key),
                        partial(self._send_reminder, action=action, words=words, pings=pings),
                        discord.ButtonStyle.success,
                    )
                    for key, pings in sends.items()
                ),
                Choice(
                    say("button.change_text"),
                    lambda pressed: self._ask_words(pressed, action, words),
                    discord.ButtonStyle.secondary,
                ),
                Choice(say("button.not_now"), self._keep_reminder, discord.ButtonStyle.secondary),
            ]
        )
        text = draw_remind(say, shown.owed, shown.day, shown.role_id, shown.waits_until)
        if interaction.type is discord.InteractionType.application_command:
            await reply(interaction, text, view=choices)
        else:
            await replace(interaction, text, view=choices)

    async def _ask_words(self, interaction: Interaction, action: Action, words: Words) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._try_words(submitted, action, changed(words, text=values["text"]))

        say = await say_of(interaction)
        await interaction.response.send_modal(remind_form(say, words.text, submit))

    async def _try_words(self, interaction: Interaction, action: Action, words: Words) -> None:
        """Show a reminder; words that are refused are asked for again."""
        try:
            await self._show_reminder(interaction, action, words)
        except Refusal as refusal:
            if refusal.key not in OF_THE_WORDS:
                raise
            say = await say_of(interaction)
            again = Choice(
                say("button.try_again"), lambda pressed: self._ask_words(pressed, action, words)
            )
            await reply(interaction, word_refusal(say, refusal), view=Choices([again]))

    async def _send_reminder(
        self, interaction: Interaction, action: Action, words: Words, *, pings: bool
    ) -> None:
        services, actor = self.services, actor_of(interaction)
        ids = (action.guild_id, action.action_id)
        work = services.reminding.preview(actor, *ids, words)
        until = (await settle(interaction, work)).waits_until
        await settle(interaction, services.reminding.send(actor, *ids, words, pings=pings))
        say, title = await say_of(interaction), plain(action.title)
        done = say("remind.sent", title=title)
        if until is not None:
            done = say("remind.sent_later", title=title, time=stamp(until, "t"))
        await replace(interaction, done)

    async def _keep_reminder(self, interaction: Interaction) -> None:
        await replace(interaction, (await say_of(interaction))("remind.cancelled"))
