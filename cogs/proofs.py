"""Proof that follows later: *Add proof*, and *Use as proof* on one's own messages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from cogs.base import actor_of, guild_of, on_press, say_of
from cogs.log_forms import LogForms, PostedProof, only_for
from cogs.lookup import MOST_SEARCHED, PUBLISHED
from cogs.uploads import keep_pictures, pictures_of
from domain.actions import Action
from domain.errors import NotAllowed, Refusal
from domain.fields import read_proofs
from domain.kinds import Unit
from domain.ledger import Contribution
from domain.openings import require_logging_open
from services.contributions import LOG
from services.ledger import Logged
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.commands import command_text
from ui.log_form import ProofForm, Typed, Uploads
from ui.log_panel import usual_part
from ui.log_replies import draw_proved
from ui.proof_panel import (
    Purpose,
    draw_posted_receipt,
    draw_use_message,
    name_action,
    name_entry,
)
from ui.replies import replace, reply, settle

if TYPE_CHECKING:
    from client import Fanchant


class ProofCog(LogForms):
    def __init__(self, bot: Fanchant) -> None:
        super().__init__(bot)
        self._use_as_proof = app_commands.ContextMenu(
            name=command_text("menu.use_as_proof"), callback=self.use_message
        )

    async def cog_load(self) -> None:
        await super().cog_load()
        self.bot.tree.add_command(self._use_as_proof)

    # ---- Add proof

    @on_press("add_proof")
    async def open_proof_form(self, interaction: Interaction, target: Target) -> None:
        if target.item_id is None:
            raise Refusal("refused.unknown_button")
        action = await self.services.actions.find(target.guild_id, target.action_id)
        await self._show_proof_form(interaction, action, target.item_id, Typed())

    async def _show_proof_form(
        self, interaction: Interaction, action: Action, contribution_id: int, typed: Typed
    ) -> None:
        async def submit(submitted: Interaction, now: Typed, uploads: Uploads) -> None:
            await self._take_proof(submitted, action, contribution_id, now, uploads)

        form = ProofForm(await say_of(interaction), action, typed, submit)
        await interaction.response.send_modal(form)

    async def _take_proof(
        self,
        interaction: Interaction,
        action: Action,
        contribution_id: int,
        typed: Typed,
        uploads: Uploads,
    ) -> None:
        """Take a proof; where it is refused, what was typed is kept."""
        say = await say_of(interaction)
        try:
            text = read_proofs(action.rules.proof, typed.text("proof"))
            if not text and not uploads:
                raise Refusal("proof.nothing_given")
            work = self._prove(interaction, action.guild_id, contribution_id, text, uploads)
            proved = await settle(interaction, work)
        except Refusal as refusal:
            sentence = word_refusal(say, refusal)
            if uploads:
                sentence += f"\n{say('proof.pictures_again')}"

            async def again(pressed: Interaction) -> None:
                await self._show_proof_form(pressed, action, contribution_id, typed)

            choice = Choice(say("button.try_again"), again)
            await reply(interaction, sentence, view=Choices([choice]))
            return
        await self._answer_proved(interaction, proved, len(uploads), redraw=False)

    async def _prove(
        self,
        interaction: Interaction,
        guild_id: int,
        contribution_id: int,
        text: str,
        uploads: Uploads,
        message_link: str = "",
    ) -> Logged:
        """Fetch the pictures from Discord, and store the proof."""
        return await self.services.contributions.add_proof(
            actor_of(interaction),
            guild_id,
            contribution_id,
            text=text,
            pictures=await keep_pictures(uploads),
            message_link=message_link,
        )

    async def _answer_proved(
        self, interaction: Interaction, proved: Logged, pictures: int, *, redraw: bool
    ) -> None:
        text, view = draw_proved(
            await say_of(interaction),
            await self.as_read(interaction, proved.action),
            proved.contribution,
            pictures=pictures,
            only_for=only_for(interaction, proved.action.guild_id),
        )
        await (replace if redraw else reply)(interaction, text, view=view)

    # ---- Use as proof

    async def use_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Ask which of one's contributions one's own message proves, or log a new one with it."""
        guild_id = guild_of(interaction)
        if message.guild is None or message.guild.id != guild_id:
            raise Refusal("refused.not_here")
        if message.author.id != interaction.user.id or message.webhook_id is not None:
            raise NotAllowed("use_message.not_yours")
        posted = PostedProof(message.jump_url, pictures_of(message))
        provable = await self.services.contributions.list_provable(actor_of(interaction), guild_id)
        open_ones = await self._open_actions(guild_id)
        if not provable and not open_ones:
            raise Refusal("use_message.nothing")
        say = await say_of(interaction)
        entries = [
            Purpose(
                name_entry(say, own.action, own.contribution),
                lambda pressed, own=own: self._use_for(
                    pressed, own.action, own.contribution, posted
                ),
            )
            for own in provable
        ]
        new = [
            Purpose(
                name_action(say, action),
                lambda pressed, action=action: self._use_for_new(pressed, action, posted),
            )
            for action in open_ones
        ]
        text, view = draw_use_message(say, entries, new, pictures=len(posted.pictures))
        await reply(interaction, text, view=view)

    async def _open_actions(self, guild_id: int) -> list[Action]:
        """The server's actions in which something can be logged by hand now, newest first.

        Those that have not begun stand behind all others.
        """
        now, search = self.services.clock.now(), self.services.actions.search
        found = await search(guild_id, "", states=PUBLISHED, limit=MOST_SEARCHED)
        taking = [each for each in found if LOG in each.rules.steps and _is_open(each, now)]
        return sorted(taking, key=lambda action: action.starts_at > now)

    async def _use_for(
        self,
        interaction: Interaction,
        action: Action,
        contribution: Contribution,
        posted: PostedProof,
    ) -> None:
        """Store one's message as a proof of a contribution; a receipt is not taken like this."""
        if action.unit is Unit.MONEY:
            say = await say_of(interaction)
            text, view = draw_posted_receipt(say, action, contribution)
            await replace(interaction, text, view=view)
            return
        work = self._prove(
            interaction,
            action.guild_id,
            contribution.contribution_id,
            "",
            posted.pictures,
            posted.link,
        )
        proved = await settle(interaction, work)
        await self._answer_proved(interaction, proved, len(posted.pictures), redraw=True)

    async def _use_for_new(
        self, interaction: Interaction, action: Action, posted: PostedProof
    ) -> None:
        """Ask how much it was, and log that with one's message as the proof."""
        if action.unit is Unit.MONEY:
            text, view = draw_posted_receipt(await say_of(interaction), action, None)
            await replace(interaction, text, view=view)
            return
        await self.show_form(interaction, action, Typed(part=usual_part(action, None)), posted)


def _is_open(action: Action, now: datetime) -> bool:
    """Tell whether an amount can be logged, late or not."""
    try:
        require_logging_open(action, now)
    except Refusal:
        return False
    return True
