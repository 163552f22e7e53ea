"""`/translate`: what an action is called and says in further languages."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord import app_commands

from cogs.base import FanchantCog, actor_of, guild_of, language_picked, on_press, say_of
from cogs.lookup import as_choices, find_action, meant, read_choice
from domain.actions import Action
from domain.errors import Gone, Refusal
from domain.translating import texts_of
from locales import LANGUAGES, name_of
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.commands import command_text, offers
from ui.replies import replace, reply, settle
from ui.translation_panel import TranslationForm, draw_translation, offer_language


class TranslatingCog(FanchantCog):
    @app_commands.command(
        name=command_text("command.translate.name"),
        description=command_text("command.translate.description"),
    )
    @app_commands.describe(
        action=command_text("command.translate.action.description"),
        language=command_text("command.translate.language.description"),
    )
    @app_commands.rename(
        action=command_text("command.translate.action.name"),
        language=command_text("command.translate.language.name"),
    )
    @app_commands.guild_only()
    async def translate(self, interaction: Interaction, action: str, language: str) -> None:
        """Open the form, or what stands already, with the original beside."""
        found = await self._named(interaction, action)
        code = await self._read_language(interaction, language)
        if code in found.parts.translations:
            await reply(interaction, view=draw_translation(await say_of(interaction), found, code))
        else:
            await self._show_form(interaction, found, code)

    @translate.autocomplete("action")
    async def complete_action(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        guild_id = guild_of(interaction)
        found = await self.services.translating.search(actor_of(interaction), guild_id, typed)
        return await as_choices(self.services, interaction, found)

    @translate.autocomplete("language")
    async def complete_language(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """The languages of the server's channels first, with how each translation stands."""
        say, server = (
            await say_of(interaction),
            await self.services.servers.get(guild_of(interaction)),
        )
        action_id = read_choice(getattr(interaction.namespace, "action", "") or "")
        action = None
        if action_id is not None:
            try:
                action = await self._find(interaction, action_id)
            except Refusal:
                return []
        codes = [channel.language for channel in server.language_channels]
        codes += [code for code in LANGUAGES if code not in (*codes, server.language)]
        fitting = [c for c in codes if typed.casefold() in f"{c} {name_of(c)}".casefold()]
        return offers((offer_language(say, action, code), code) for code in fitting)

    async def _named(self, interaction: Interaction, typed: str) -> Action:
        """The action that was picked or typed, also one that is not announced yet."""
        actor, guild_id, action_id = (
            actor_of(interaction),
            guild_of(interaction),
            read_choice(typed),
        )
        if action_id is None:
            found = await self.services.translating.search(actor, guild_id, typed.strip())
            # What is over, or somebody else's, is named in the refusal to translate it.
            one = meant(found, typed) or await find_action(self.services, guild_id, typed)
            action_id = one.action_id
        return await self._find(interaction, action_id)

    async def _find(self, interaction: Interaction, action_id: int) -> Action:
        return await self.services.translating.find(
            actor_of(interaction), guild_of(interaction), action_id
        )

    async def _read_language(self, interaction: Interaction, typed: str) -> str:
        """A language other than the server's, by its code or its own name."""
        by_name = {name_of(code).casefold(): code for code in LANGUAGES}
        wanted = typed.strip().casefold()
        code = by_name.get(wanted, wanted)
        if code not in LANGUAGES:
            languages = (await say_of(interaction)).listing([name_of(each) for each in LANGUAGES])
            raise Refusal("translate.no_such_language", text=typed, languages=languages)
        server = await self.services.servers.get(guild_of(interaction))
        if code == server.language:
            raise Refusal("translate.is_original", language=name_of(code))
        return code

    # ---- The form, and what is done with it

    @on_press("translate")
    async def edit(self, interaction: Interaction, target: Target) -> None:
        action = await self._find(interaction, target.action_id)
        await self._show_form(interaction, action, language_picked(target))

    async def _show_form(
        self,
        interaction: Interaction,
        action: Action,
        code: str,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        async def submit(submitted: Interaction, texts: dict[str, str]) -> None:
            await self._take(submitted, action, code, texts)

        say = await say_of(interaction)
        await interaction.response.send_modal(TranslationForm(say, action, code, submit, typed))

    async def _take(
        self, interaction: Interaction, action: Action, code: str, texts: dict[str, str]
    ) -> None:
        """Store what was typed; where all of it was emptied, ask whether it is to go."""
        ids = (action.guild_id, action.action_id)
        if code in action.parts.translations and not any(text.strip() for text in texts.values()):
            await self._ask_to_remove(interaction, action, code)
            return
        work = self.services.translating.save(
            actor_of(interaction), *ids, code, texts, texts_of(action)
        )
        try:
            changed = await settle(interaction, work)
        except Gone:
            raise
        except Refusal as refusal:
            await self._ask_again(interaction, action, code, texts, refusal)
            return
        say = await say_of(interaction)
        server = await self.services.servers.get(action.guild_id)
        shown = server.language_channel(code) is not None
        key = "translate.stored" if shown else "translate.stored_for_readers"
        note = say(key, language=name_of(code))
        await replace(interaction, view=draw_translation(say, changed, code, note=note))

    async def _ask_again(
        self,
        interaction: Interaction,
        action: Action,
        code: str,
        texts: dict[str, str],
        refusal: Refusal,
    ) -> None:
        """Tell what was wrong; what was typed is kept."""

        async def again(pressed: Interaction) -> None:
            now = await self._find(pressed, action.action_id)
            await self._show_form(pressed, now, code, texts)

        say = await say_of(interaction)
        choice = Choice(say("button.try_again"), again)
        await reply(interaction, word_refusal(say, refusal), view=Choices([choice]))

    @on_press("translate_remove")
    async def ask_to_remove(self, interaction: Interaction, target: Target) -> None:
        action = await self._find(interaction, target.action_id)
        await self._ask_to_remove(interaction, action, language_picked(target))

    async def _ask_to_remove(self, interaction: Interaction, action: Action, code: str) -> None:
        """Ask before a translation goes, which nobody can bring back."""

        async def remove(pressed: Interaction) -> None:
            work = self.services.translating.remove(
                actor_of(pressed), action.guild_id, action.action_id, code
            )
            left, say = await settle(pressed, work), await say_of(pressed)
            note = say("translate.removed", language=name_of(code))
            await replace(pressed, view=draw_translation(say, left, code, note=note))

        async def keep(pressed: Interaction) -> None:
            say = await say_of(pressed)
            await replace(pressed, say("translate.kept", language=name_of(code)), view=None)

        say = await say_of(interaction)
        choices = [
            Choice(say("button.translate_remove_yes"), remove, discord.ButtonStyle.danger),
            Choice(say("button.translate_remove_no"), keep, discord.ButtonStyle.secondary),
        ]
        question = say("translate.remove_ask", language=name_of(code))
        await reply(interaction, question, view=Choices(choices))
