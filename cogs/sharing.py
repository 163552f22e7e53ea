"""Sharing an action by hand: the panel with its links, the text to copy, and one's platforms."""

from __future__ import annotations

from cogs.base import FanchantCog, on_press, say_of
from domain.errors import Refusal
from domain.share_links import ShareChoice
from locales import Language
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.replies import AnyView, replace, reply, settle
from ui.share_links import copied_text, draw_share
from ui.share_settings import draw_share_settings, instance_form


class SharingCog(FanchantCog):
    @on_press("share")
    async def open(self, interaction: Interaction, target: Target) -> None:
        choice = await self.services.preferences.share_choice(interaction.user.id)
        say = await say_of(interaction)
        await reply(interaction, view=await self._panel(interaction, target, say, choice))

    @on_press("share_copy")
    async def copy(self, interaction: Interaction, target: Target) -> None:
        """Answer with only the text, so that a long press copies it and nothing else."""
        reader = await self.reader_of(interaction, target.guild_id)
        work = self.services.sharing.find(target.guild_id, target.action_id, reader)
        await reply(interaction, copied_text(await settle(interaction, work)))

    # ---- Where somebody shares to

    @on_press("share_settings")
    async def show_settings(self, interaction: Interaction, target: Target) -> None:
        choice = await self.services.preferences.share_choice(interaction.user.id)
        await reply(interaction, view=draw_share_settings(await say_of(interaction), choice))

    @on_press("share_platforms")
    async def pick_platforms(self, interaction: Interaction, target: Target) -> None:
        work = self.services.preferences.share_to(interaction.user.id, target.values)
        choice = await settle(interaction, work)
        say = await say_of(interaction)
        await replace(interaction, view=await self._panel(interaction, target, say, choice))

    @on_press("share_instance")
    async def ask_instance(self, interaction: Interaction, target: Target) -> None:
        choice = await self.services.preferences.share_choice(interaction.user.id)
        await self._show_form(interaction, target, choice.instance or "")

    async def _show_form(self, interaction: Interaction, target: Target, typed: str) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._read_instance(submitted, target, values["instance"])

        say = await say_of(interaction)
        await interaction.response.send_modal(instance_form(say, typed, submit))

    async def _read_instance(self, interaction: Interaction, target: Target, typed: str) -> None:
        say = await say_of(interaction)
        try:
            work = self.services.preferences.set_instance(interaction.user.id, typed)
            choice = await settle(interaction, work)
        except Refusal as refusal:
            again = Choice(
                say("button.try_again"),
                lambda pressed: self._show_form(pressed, target, typed),
            )
            await reply(interaction, word_refusal(say, refusal), view=Choices([again]))
            return
        await replace(interaction, view=await self._panel(interaction, target, say, choice))

    async def _panel(
        self, interaction: Interaction, target: Target, say: Language, choice: ShareChoice
    ) -> AnyView:
        """The panel of an action, in the words that this person reads; or one's own."""
        if not target.action_id:
            return draw_share_settings(say, choice)
        reader = await self.reader_of(interaction, target.guild_id)
        work = self.services.sharing.find(target.guild_id, target.action_id, reader)
        action = await settle(interaction, work)
        return draw_share(say, action, self.services.clock.now(), choice)
