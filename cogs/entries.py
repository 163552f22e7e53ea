"""An open call's entries: the form with its files, and the organisers' pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord
from discord import app_commands

from cogs.action_group import action
from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.lookup import complete_step, find_action
from domain.actions import Action
from domain.entries import UNKNOWN_TYPE, EntryFile, require_files, require_something
from domain.errors import Refusal
from domain.fields import read_proof
from domain.kinds import ProofKind
from services.entries import ENTER
from services.ledger import Logged
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.commands import command_text
from ui.entry_form import EntryForm, Uploads
from ui.entry_panel import draw_entered, draw_entry, draw_no_entries
from ui.replies import replace, reply, settle


class EntryCog(FanchantCog):
    @on_press("enter")
    async def open_form(self, interaction: Interaction, target: Target) -> None:
        await self.services.entries.find_open(target.guild_id, target.action_id)
        await self._show_form(interaction, target, {})

    async def _show_form(
        self, interaction: Interaction, target: Target, typed: Mapping[str, str]
    ) -> None:
        async def submit(submitted: Interaction, values: dict[str, str], uploads: Uploads) -> None:
            await self._take(submitted, target, values, uploads)

        form = EntryForm(await say_of(interaction), typed, submit)
        await interaction.response.send_modal(form)

    async def _take(
        self,
        interaction: Interaction,
        target: Target,
        typed: Mapping[str, str],
        uploads: Uploads,
    ) -> None:
        """Take an entry; where it is refused, what was typed is kept, files have to come anew."""
        say = await say_of(interaction)
        try:
            link = _read_link(typed["link"])
            require_something(link, len(uploads))
            require_files([upload.size for upload in uploads])
            work = self._hand_in(interaction, target, typed["caption"].strip(), link, uploads)
            done = await settle(interaction, work)
        except Refusal as refusal:
            sentence = word_refusal(say, refusal)
            if uploads:
                sentence += f"\n{say('entries.files_again')}"
            again = Choice(
                say("button.try_again"), lambda pressed: self._show_form(pressed, target, typed)
            )
            await reply(interaction, sentence, view=Choices([again]))
            return
        shown = await self.as_read(interaction, done.action)
        text, view = draw_entered(say, shown, done.contribution, files=len(uploads))
        await reply(interaction, text, view=view)

    async def _hand_in(
        self,
        interaction: Interaction,
        target: Target,
        caption: str,
        link: str,
        uploads: Uploads,
    ) -> Logged:
        """Fetch the files from Discord, and hand in the entry."""
        # Nothing is fetched for a call that is closed.
        await self.services.entries.find_open(target.guild_id, target.action_id)
        return await self.services.entries.enter(
            actor_of(interaction),
            target.guild_id,
            target.action_id,
            caption=caption,
            link=link,
            files=await _fetch(uploads),
        )


class EntriesCommands(FanchantCog):
    @action.command(
        name=command_text("command.action.entries.name"),
        description=command_text("command.action.entries.description"),
    )
    @app_commands.describe(call=command_text("command.action.entries.call.description"))
    @app_commands.rename(call=command_text("command.action.entries.call.name"))
    async def entries(self, interaction: Interaction, call: str) -> None:
        """Look through the entries to an open call, one by one."""
        found = await find_action(self.services, guild_of(interaction), call)
        await self._show_entry(interaction, found.guild_id, found.action_id, None)

    @entries.autocomplete("call")
    async def complete_entries(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_step(self.services, interaction, typed, ENTER)

    @on_press("entries_page")
    async def turn_entries(self, interaction: Interaction, target: Target) -> None:
        await self._show_entry(interaction, target.guild_id, target.action_id, target.item_id)

    async def _show_entry(
        self, interaction: Interaction, guild_id: int, action_id: int, index: int | None
    ) -> None:
        """Answer with one entry and its files: a further one in place of the one before."""
        work = self.services.entries.show(actor_of(interaction), guild_id, action_id, index or 0)
        found = await settle(interaction, work)
        say, answer = await say_of(interaction), reply if index is None else replace
        if isinstance(found, Action):
            await answer(interaction, view=draw_no_entries(say, found))
            return
        if found.files and not interaction.response.is_done():
            # Files take their time to send.
            await interaction.response.defer(ephemeral=True, thinking=index is None)
        view, files = draw_entry(
            say,
            found.action,
            found.contribution,
            found.standing,
            found.proofs,
            found.files,
            user_id=found.user_id,
            index=found.index,
            total=found.total,
        )
        await answer(interaction, view=view, files=files)


def _read_link(text: str) -> str:
    """The link that was typed, empty for none. An entry needs one or a file: proof does not."""
    try:
        return read_proof(ProofKind.LINK, text) or ""
    except Refusal as refusal:
        raise Refusal("entries.not_a_link", **refusal.values) from None


async def _fetch(uploads: Sequence[discord.Attachment]) -> list[EntryFile]:
    """The files that somebody attached to a form, with their bytes."""
    try:
        return [
            EntryFile(upload.filename, upload.content_type or UNKNOWN_TYPE, await upload.read())
            for upload in uploads
        ]
    except discord.HTTPException:
        raise Refusal("entries.download_failed") from None
