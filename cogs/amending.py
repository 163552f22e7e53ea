"""`/action amend`: a final tally published anew, with what changed and why."""

from __future__ import annotations

from discord import app_commands

from cogs.action_group import action as group
from cogs.base import FanchantCog, actor_of, guild_of, say_of
from cogs.lookup import complete_action, find_action
from domain.actions import Action, ActionState
from domain.editions import REASON_LENGTH, read_reason
from ui.amending import draw_amendment
from ui.base import Interaction
from ui.choices import Choice, Choices
from ui.commands import command_text
from ui.replies import replace, reply, settle
from ui.text import plain

ENDED = frozenset({ActionState.FINAL})


class AmendCommands(FanchantCog):
    @group.command(
        name=command_text("command.action.amend.name"),
        description=command_text("command.action.amend.description"),
    )
    @app_commands.describe(
        action=command_text("command.action.amend.action.description"),
        reason=command_text("command.action.amend.reason.description"),
    )
    @app_commands.rename(
        action=command_text("command.action.managed.name"),
        reason=command_text("command.action.reason.name"),
    )
    async def amend(
        self,
        interaction: Interaction,
        action: str,
        reason: app_commands.Range[str, 1, REASON_LENGTH],
    ) -> None:
        found = await find_action(self.services, guild_of(interaction), action)
        why, ids = read_reason(reason), (found.guild_id, found.action_id)
        amendment = await settle(
            interaction, self.services.editions.preview(actor_of(interaction), *ids)
        )
        say = await say_of(interaction)
        confirm = Choice(say("button.amend_yes"), lambda pressed: self._amend(pressed, found, why))
        drawn = draw_amendment(say, amendment.tally, amendment.changes, why)
        await reply(interaction, drawn, view=Choices([confirm]))

    @amend.autocomplete("action")
    async def complete_amend(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_action(self.services, interaction, typed, states=ENDED)

    async def _amend(self, interaction: Interaction, action: Action, reason: str) -> None:
        actor, ids = actor_of(interaction), (action.guild_id, action.action_id)
        amended = await settle(interaction, self.services.editions.amend(actor, *ids, reason))
        say = await say_of(interaction)
        await replace(interaction, say("amend.done", title=plain(amended.title)))
