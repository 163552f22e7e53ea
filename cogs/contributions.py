"""Logging what one did: *I did it* with its panel of common amounts, undoing and withdrawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from cogs.base import actor_of, guild_of, on_press, say_of
from cogs.log_forms import LogForms, only_for
from cogs.taps import Taps
from domain.actions import Action
from domain.errors import Refusal
from domain.kinds import Unit
from domain.ledger import Contribution
from services.ledger import Logged
from ui.base import Interaction, Target
from ui.choices import Choice, Choices
from ui.log_form import Typed
from ui.log_panel import draw_log_panel, parts_of, read_tap, usual_part
from ui.log_replies import draw_undone, draw_withdrawn
from ui.replies import replace, reply, settle
from ui.review_told import told_line

if TYPE_CHECKING:
    from client import Fanchant

RECENT = 10
"""Contributions of one's own, in all actions, among which one's last in this one is looked for."""


class ContributionCog(LogForms):
    def __init__(self, bot: Fanchant) -> None:
        super().__init__(bot)
        self._taps = Taps()

    @on_press("log")
    async def open_panel(self, interaction: Interaction, target: Target) -> None:
        action = await self.find_open(target.guild_id, target.action_id)
        mine = await self._last_ones(interaction, action)
        last = mine[0] if mine else None
        part = usual_part(action, last and _part(action, last))
        await self._show_panel(interaction, action, part, mine, redraw=False)

    @on_press("log_part")
    async def pick_part(self, interaction: Interaction, target: Target) -> None:
        """Redraw the panel for another currency or platform."""
        action = await self.find_open(target.guild_id, target.action_id)
        if not target.values or target.values[0] not in parts_of(action):
            raise Refusal("log_panel.changed")
        mine = await self._last_ones(interaction, action)
        await self._show_panel(interaction, action, target.values[0], mine, redraw=True)

    async def _show_panel(
        self,
        interaction: Interaction,
        action: Action,
        part: str | None,
        mine: list[Contribution],
        *,
        redraw: bool,
    ) -> None:
        lasts = [entry.amount for entry in mine if _part(action, entry) == part]
        say = await say_of(interaction)
        text, view = draw_log_panel(
            say,
            await self.as_read(interaction, action),
            self.services.clock.now(),
            part=part,
            last=lasts[0] if lasts else None,
            only_for=only_for(interaction, action.guild_id),
        )
        if redraw:
            await replace(interaction, text, view=view)
            return
        actor = actor_of(interaction)
        told = await self.services.appeals.untold(actor, action.guild_id)
        await reply(interaction, "\n\n".join(filter(None, [told_line(say, told), text])), view=view)
        await self.services.appeals.note_told(actor, action.guild_id, told)

    async def _last_ones(self, interaction: Interaction, action: Action) -> list[Contribution]:
        """What one logged lately in an action and did not take back, newest first."""
        own = await self.services.contributions.list_own(
            actor_of(interaction), action.guild_id, limit=RECENT
        )
        return [
            entry.contribution
            for entry in own
            if entry.action.action_id == action.action_id and not entry.contribution.withdrawn
        ]

    @on_press("log_quick")
    async def log_at_once(self, interaction: Interaction, target: Target) -> None:
        """Log the amount of the button that was tapped: once, however often it is."""
        message = interaction.message
        assert message is not None
        now = self.services.clock.now()
        if not self._taps.take(message.id, now):
            if self._taps.is_same_tap(message.id, now):
                await interaction.response.defer()
                return
            raise Refusal("log_panel.used")
        try:
            logged = await settle(interaction, self._log_tapped(interaction, target))
        except Refusal:
            # Nothing was logged, for sure. After any other error nobody knows.
            self._taps.free(message.id)
            raise
        await self.answer_logged(interaction, logged)

    async def _log_tapped(self, interaction: Interaction, target: Target) -> Logged:
        action = await self.find_open(target.guild_id, target.action_id)
        value, part = read_tap(action, target.item_id)
        if value < 1 or (part is None and parts_of(action)):
            raise Refusal("log_panel.changed")
        money = action.unit is Unit.MONEY
        return await self.services.contributions.log(
            actor_of(interaction),
            target.guild_id,
            target.action_id,
            value,
            unit_code=part if money else None,
            source=None if money else part,
        )

    @on_press("log_other")
    async def open_form(self, interaction: Interaction, target: Target) -> None:
        action = await self.find_open(target.guild_id, target.action_id)
        _, part = read_tap(action, target.item_id)
        await self.show_form(interaction, action, Typed(part=part))

    @on_press("undo")
    async def undo(self, interaction: Interaction, target: Target) -> None:
        """Take back what was just logged, without a question: it can be logged again."""
        if target.item_id is None:
            raise Refusal("refused.unknown_button")
        work = self.services.contributions.withdraw(
            actor_of(interaction), target.guild_id, target.item_id
        )
        done = await settle(interaction, work)
        text, view = draw_undone(
            await say_of(interaction),
            await self.as_read(interaction, done.action),
            done.contribution,
            only_for=only_for(interaction, target.guild_id),
        )
        await replace(interaction, text, view=view)

    @on_press("withdraw")
    async def ask_to_withdraw(self, interaction: Interaction, target: Target) -> None:
        say = await say_of(interaction)

        async def withdraw(pressed: Interaction) -> None:
            assert target.item_id is not None
            done = await settle(
                pressed,
                self.services.contributions.withdraw(
                    actor_of(pressed), guild_of(pressed), target.item_id
                ),
            )
            action = await self.as_read(pressed, done.action)
            await replace(pressed, draw_withdrawn(say, action, done.contribution))

        if target.item_id is None:
            raise Refusal("refused.unknown_button")
        sure = Choice(say("button.withdraw_yes"), withdraw, discord.ButtonStyle.danger)
        await reply(interaction, say("withdraw.ask"), view=Choices([sure]))


def _part(action: Action, entry: Contribution) -> str | None:
    """The currency or the platform of what was logged."""
    return entry.unit_code if action.unit is Unit.MONEY else entry.source
