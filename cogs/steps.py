"""The steps of an action's life, each by a command and by a button of its panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import discord
from discord import app_commands

from cogs.action_group import action as group
from cogs.asking_times import settle_time
from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.lookup import complete_managed, find_managed
from cogs.panels import tell_done
from cogs.times import complete_time
from domain.actions import Action
from domain.errors import Refusal
from domain.life_cycle import REASON_LENGTH, Step, require_reason, require_step
from domain.seals import TOLD_BESIDE, require_told_by_none
from domain.walls import Resolved
from ui.base import Interaction, Target, word_refusal
from ui.choices import Answer, Choice, Choices
from ui.commands import command_text
from ui.replies import reply, settle
from ui.step_forms import step_reason_form, until_form
from ui.text import plain

Reason = app_commands.Range[str, 1, REASON_LENGTH]
CommandBody = TypeVar("CommandBody", bound=Callable[..., Any])

SURE = frozenset({Step.CANCEL, Step.CLOSE_EARLY})
"""The steps that can't be taken back, so that one is asked whether one is sure."""

OF_THE_REASON = ("refused.reason_missing", "refused.reason_too_long", TOLD_BESIDE)
"""The refusals after which the reason can be typed otherwise."""


def _of_any_step(command: CommandBody) -> CommandBody:
    """Name the options that the command of every step has: which action, and why."""
    describe = app_commands.describe(
        action=command_text("command.action.managed.description"),
        reason=command_text("command.action.reason.description"),
    )
    rename = app_commands.rename(
        action=command_text("command.action.managed.name"),
        reason=command_text("command.action.reason.name"),
    )
    return describe(rename(command))


class StepCommands(FanchantCog):
    @group.command(
        name=command_text("command.action.pause.name"),
        description=command_text("command.action.pause.description"),
    )
    @_of_any_step
    async def pause(
        self, interaction: Interaction, action: str, reason: Reason | None = None
    ) -> None:
        found = await self._named(interaction, action)
        await self._take_or_ask(interaction, found, Step.PAUSE, reason or "")

    @group.command(
        name=command_text("command.action.resume.name"),
        description=command_text("command.action.resume.description"),
    )
    @_of_any_step
    async def resume(
        self, interaction: Interaction, action: str, reason: Reason | None = None
    ) -> None:
        found = await self._named(interaction, action)
        await self._take_or_ask(interaction, found, Step.RESUME, reason or "")

    @group.command(
        name=command_text("command.action.cancel.name"),
        description=command_text("command.action.cancel.description"),
    )
    @_of_any_step
    async def cancel(self, interaction: Interaction, action: str, reason: Reason) -> None:
        found = await self._named(interaction, action)
        await self._take_or_ask(interaction, found, Step.CANCEL, reason)

    @group.command(
        name=command_text("command.action.reopen.name"),
        description=command_text("command.action.reopen.description"),
    )
    @_of_any_step
    async def reopen(
        self, interaction: Interaction, action: str, reason: Reason | None = None
    ) -> None:
        found = await self._named(interaction, action)
        await self._take_or_ask(interaction, found, Step.REOPEN_SIGN_UPS, reason or "")

    @group.command(
        name=command_text("command.action.close.name"),
        description=command_text("command.action.close.description"),
    )
    @_of_any_step
    @app_commands.describe(what=command_text("command.action.close.what.description"))
    @app_commands.rename(what=command_text("command.action.close.what.name"))
    @app_commands.choices(
        what=[
            app_commands.Choice(name=command_text(f"close.{step.value}"), value=step.value)
            for step in (Step.CLOSE_SIGN_UPS, Step.CLOSE_EARLY)
        ]
    )
    async def close(
        self, interaction: Interaction, action: str, what: str, reason: Reason | None = None
    ) -> None:
        found = await self._named(interaction, action)
        await self._take_or_ask(interaction, found, Step(what), reason or "")

    @group.command(
        name=command_text("command.action.extend.name"),
        description=command_text("command.action.extend.description"),
    )
    @_of_any_step
    @app_commands.describe(until=command_text("command.action.extend.until.description"))
    @app_commands.rename(until=command_text("command.action.extend.until.name"))
    async def extend(
        self,
        interaction: Interaction,
        action: str,
        until: app_commands.Range[str, 1, 100],
        reason: Reason | None = None,
    ) -> None:
        found = await self._named(interaction, action)
        await self._extend(interaction, found, until, reason or "")

    @extend.autocomplete("until")
    async def complete_until(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        server = await self.services.servers.get(guild_of(interaction))
        return complete_time(typed, server, self.services.clock.now(), await say_of(interaction))

    @pause.autocomplete("action")
    @resume.autocomplete("action")
    @cancel.autocomplete("action")
    @reopen.autocomplete("action")
    @close.autocomplete("action")
    @extend.autocomplete("action")
    async def complete_step(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_managed(self.services, interaction, typed)

    # ---- Buttons of the panel

    @on_press("pause")
    async def press_pause(self, interaction: Interaction, target: Target) -> None:
        await self._ask_reason(interaction, await self._targeted(interaction, target), Step.PAUSE)

    @on_press("cancel")
    async def press_cancel(self, interaction: Interaction, target: Target) -> None:
        await self._ask_reason(interaction, await self._targeted(interaction, target), Step.CANCEL)

    @on_press("resume")
    async def press_resume(self, interaction: Interaction, target: Target) -> None:
        await self._take(interaction, await self._targeted(interaction, target), Step.RESUME)

    @on_press("close_sign_ups")
    async def press_close_sign_ups(self, interaction: Interaction, target: Target) -> None:
        found = await self._targeted(interaction, target)
        await self._take(interaction, found, Step.CLOSE_SIGN_UPS)

    @on_press("reopen_sign_ups")
    async def press_reopen_sign_ups(self, interaction: Interaction, target: Target) -> None:
        found = await self._targeted(interaction, target)
        await self._take(interaction, found, Step.REOPEN_SIGN_UPS)

    @on_press("close_early")
    async def press_close_early(self, interaction: Interaction, target: Target) -> None:
        found = await self._targeted(interaction, target)
        await self._ask_reason(interaction, found, Step.CLOSE_EARLY)

    @on_press("extend_log")
    async def press_extend(self, interaction: Interaction, target: Target) -> None:
        found = await self._targeted(interaction, target)
        require_step(Step.EXTEND_LOG, found, self.services.clock.now())
        await self._ask_until(interaction, found, "", "")

    # ---- Asking, and doing it

    async def _named(self, interaction: Interaction, typed: str) -> Action:
        return await find_managed(
            self.services, actor_of(interaction), guild_of(interaction), typed
        )

    async def _targeted(self, interaction: Interaction, target: Target) -> Action:
        return await self.services.changing.find(
            actor_of(interaction), target.guild_id, target.action_id
        )

    async def _ask_reason(
        self, interaction: Interaction, action: Action, step: Step, typed: str = ""
    ) -> None:
        require_step(step, action, self.services.clock.now())

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._take_or_ask(submitted, action, step, values["reason"])

        say = await say_of(interaction)
        await interaction.response.send_modal(step_reason_form(say, step, typed, submit))

    async def _take_or_ask(
        self, interaction: Interaction, action: Action, step: Step, reason: str
    ) -> None:
        """Take a step, or ask whether one is sure; a reason that is refused is asked for again."""
        take = self._ask_sure if step in SURE else self._take
        try:
            if step is Step.CANCEL:
                require_reason(reason)
            await take(interaction, action, step, reason=reason)
        except Refusal as refusal:
            if refusal.key not in OF_THE_REASON:
                raise

            async def reopen(pressed: Interaction) -> None:
                await self._ask_reason(pressed, action, step, reason)

            await self._explain(interaction, refusal, reopen)

    async def _explain(self, interaction: Interaction, refusal: Refusal, reopen: Answer) -> None:
        say = await say_of(interaction)
        again = Choice(say("button.try_again"), reopen)
        await reply(interaction, word_refusal(say, refusal), view=Choices([again]))

    async def _ask_sure(
        self, interaction: Interaction, action: Action, step: Step, *, reason: str = ""
    ) -> None:
        """Ask before what can't be taken back."""
        now = self.services.clock.now()
        require_step(step, action, now)
        require_told_by_none(action, [reason], now)
        say = await say_of(interaction)
        sure = Choice(
            say(f"button.{step.value}_yes"),
            lambda pressed: self._take(pressed, action, step, reason=reason),
            discord.ButtonStyle.danger,
        )
        question = say(f"ask.{step.value}", title=plain(action.title))
        await reply(interaction, question, view=Choices([sure]))

    async def _ask_until(
        self, interaction: Interaction, action: Action, typed: str, reason: str
    ) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._extend(submitted, action, values["when"], values["reason"])

        say = await say_of(interaction)
        await interaction.response.send_modal(until_form(say, typed, reason, submit))

    async def _extend(
        self, interaction: Interaction, action: Action, typed: str, reason: str
    ) -> None:
        now = self.services.clock.now()
        require_step(Step.EXTEND_LOG, action, now)

        async def take(answered: Interaction, until: Resolved) -> None:
            await self._take(answered, action, Step.EXTEND_LOG, reason=reason, until=until)

        async def reopen(pressed: Interaction) -> None:
            await self._ask_until(pressed, action, typed, reason)

        try:
            require_told_by_none(action, [reason], now)
        except Refusal as refusal:
            await self._explain(interaction, refusal, reopen)
            return
        await settle_time(interaction, self.services, typed, take, reopen)

    async def _take(
        self,
        interaction: Interaction,
        action: Action,
        step: Step,
        *,
        reason: str = "",
        until: Resolved | None = None,
    ) -> None:
        work = self.services.life_cycle.take(
            actor_of(interaction),
            action.guild_id,
            action.action_id,
            step,
            reason=reason,
            until=None if until is None else until.at,
        )
        taken = await settle(interaction, work)
        say = await say_of(interaction)
        known = action.announced(self.services.clock.now())
        done = say(f"done.{step.value}" if known else "done.unannounced", title=plain(taken.title))
        await tell_done(interaction, self.services, taken, done)
