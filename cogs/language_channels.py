"""The pages of `/setup` for language channels: listing, choosing and giving them up."""

from __future__ import annotations

from dataclasses import replace as changed

import discord

from cogs.base import FanchantCog, actor_of, id_picked, language_picked, on_press, picked, say_of
from cogs.setup_pages import home_of
from domain.errors import Refusal
from domain.servers import LanguageChannel, RolePurpose, Server, require_moderator
from locales import LANGUAGES, name_of
from ui.base import Interaction, Target
from ui.choices import Choice, Choices
from ui.language_panel import draw_language, draw_languages
from ui.permissions import gone_from_server, missing_in_languages, role_exists
from ui.replies import replace, reply, settle


class LanguageChannelCog(FanchantCog):
    @on_press("setup_languages")
    async def open_panel(self, interaction: Interaction, target: Target) -> None:
        require_moderator(actor_of(interaction))
        server = await self.services.servers.get(target.guild_id)
        await self._show(interaction, server, None)

    @on_press("setup_language_open")
    async def open_language(self, interaction: Interaction, target: Target) -> None:
        require_moderator(actor_of(interaction))
        code = picked(target)
        if code not in LANGUAGES:
            raise Refusal("refused.unknown_button")
        await self._show(interaction, await self.services.servers.get(target.guild_id), code)

    @on_press("setup_language_channel")
    async def pick_channel(self, interaction: Interaction, target: Target) -> None:
        """Post here in the language from now on; what is open is posted there at once."""
        require_moderator(actor_of(interaction))
        code, channel_id = language_picked(target), id_picked(target)
        if not isinstance(home_of(interaction).get_channel(channel_id or 0), discord.TextChannel):
            raise Refusal("setup.no_such_channel")
        server = await self.services.servers.get(target.guild_id)
        known = server.language_channel(code) or LanguageChannel(code, 0)
        note = (await say_of(interaction))("languages.stored", channel=f"<#{channel_id}>")
        await self._store(interaction, target, changed(known, channel_id=channel_id or 0), note)

    @on_press("setup_language_role")
    async def pick_role(self, interaction: Interaction, target: Target) -> None:
        """Ping this role in the channel when something is announced, or none."""
        require_moderator(actor_of(interaction))
        role_id = id_picked(target)
        if role_id is not None and not await role_exists(home_of(interaction), role_id):
            raise Refusal("setup.no_such_role")
        server = await self.services.servers.get(target.guild_id)
        known = server.language_channel(language_picked(target))
        if known is None:
            raise Refusal("setup.no_language_channel")
        await self._store(interaction, target, changed(known, role_id=role_id))

    async def _store(
        self,
        interaction: Interaction,
        target: Target,
        channel: LanguageChannel,
        note: str | None = None,
    ) -> None:
        work = self.services.servers.set_language_channel(
            actor_of(interaction), target.guild_id, channel
        )
        server = await settle(interaction, work)
        await self._show(interaction, server, channel.language, note)

    @on_press("setup_language_remove")
    async def ask_to_remove(self, interaction: Interaction, target: Target) -> None:
        """Ask before a language channel is given up: its messages are edited no more."""
        require_moderator(actor_of(interaction))
        code, say = language_picked(target), await say_of(interaction)
        server = await self.services.servers.get(target.guild_id)
        channel = server.language_channel(code)
        if channel is None:
            raise Refusal("setup.no_language_channel")

        async def remove(pressed: Interaction) -> None:
            work = self.services.servers.remove_language_channel(
                actor_of(pressed), target.guild_id, code
            )
            left = await settle(pressed, work)
            say = await say_of(pressed)
            await self._show(pressed, left, None, say("languages.removed", language=name_of(code)))

        async def keep(pressed: Interaction) -> None:
            await replace(pressed, (await say_of(pressed))("languages.kept"), view=None)

        danger = discord.ButtonStyle.danger
        choices = [
            Choice(say("button.language_remove_yes"), remove, danger),
            Choice(say("button.language_remove_no"), keep, discord.ButtonStyle.secondary),
        ]
        name, where = name_of(code), f"<#{channel.channel_id}>"
        question = say("languages.remove_ask", language=name, channel=where)
        await reply(interaction, question, view=Choices(choices))

    @on_press("setup_translator")
    async def pick_translator(self, interaction: Interaction, target: Target) -> None:
        """Let this role say in their language what actions are about, or none."""
        actor, role_id = actor_of(interaction), id_picked(target)
        require_moderator(actor)
        if role_id is not None and not await role_exists(home_of(interaction), role_id):
            raise Refusal("setup.no_such_role")
        work = self.services.servers.set_role(
            actor, target.guild_id, RolePurpose.TRANSLATOR, role_id
        )
        await self._show(interaction, await settle(interaction, work), None)

    async def _show(
        self, interaction: Interaction, server: Server, code: str | None, note: str | None = None
    ) -> None:
        """Draw the list, or the page of one language."""
        say, missing = await say_of(interaction), missing_in_languages(home_of(interaction), server)
        if RolePurpose.TRANSLATOR in await gone_from_server(home_of(interaction), server):
            server = server.with_role(RolePurpose.TRANSLATOR, None)
            note = note or say("setup.gone.translator")
        if code is None:
            view = draw_languages(say, server, missing, note=note)
        else:
            view = draw_language(say, server, code, missing, note=note)
        await replace(interaction, view=view)
