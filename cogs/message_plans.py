"""Reminders, milestones and the nudge: a server's own for new actions, and those of one action."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace as changed

from cogs.base import FanchantCog, actor_of, on_press, say_of
from domain.actions import Action
from domain.errors import Gone, NotAllowed, Refusal
from domain.message_plans import MessagePlan
from domain.milestones import read_milestones
from domain.reminders import read_reminders
from domain.servers import require_moderator
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.plan_panel import draw_action_plan, draw_server_plan, plan_as_typed, plan_form
from ui.replies import replace, reply, settle

ChangePlan = Callable[[MessagePlan], MessagePlan]
Store = Callable[[Interaction, ChangePlan], Awaitable[None]]


class MessagePlanCog(FanchantCog):
    # ---- Of a server

    @on_press("setup_messages")
    async def show_server_plan(self, interaction: Interaction, target: Target) -> None:
        require_moderator(actor_of(interaction))
        await self._show_server_plan(interaction, target)

    @on_press("setup_messages_edit")
    async def edit_server_plan(self, interaction: Interaction, target: Target) -> None:
        require_moderator(actor_of(interaction))
        plan = (await self.services.servers.get(target.guild_id)).plan
        typed = plan_as_typed(await say_of(interaction), plan, None)
        await self._ask(interaction, None, typed, self._server_store(target))

    @on_press("setup_nudges")
    async def switch_server_nudges(self, interaction: Interaction, target: Target) -> None:
        await self._server_store(target)(interaction, _nudging(target))

    def _server_store(self, target: Target) -> Store:
        async def store(interaction: Interaction, change: ChangePlan) -> None:
            servers, actor = self.services.servers, actor_of(interaction)
            await settle(interaction, servers.set_plan(actor, target.guild_id, change))
            await self._show_server_plan(interaction, target)

        return store

    async def _show_server_plan(self, interaction: Interaction, target: Target) -> None:
        server = await self.services.servers.get(target.guild_id)
        await replace(interaction, view=draw_server_plan(await say_of(interaction), server))

    # ---- Of an action

    @on_press("messages")
    async def show_plan(self, interaction: Interaction, target: Target) -> None:
        action = await self._find(interaction, target)
        now = self.services.clock.now()
        await reply(interaction, view=draw_action_plan(await say_of(interaction), action, now))

    @on_press("messages_edit")
    async def edit_plan(self, interaction: Interaction, target: Target) -> None:
        action = await self._find(interaction, target)
        typed = plan_as_typed(await say_of(interaction), action.plan, action)
        await self._ask(interaction, action, typed, self._store(target))

    @on_press("nudges")
    async def switch_nudges(self, interaction: Interaction, target: Target) -> None:
        await self._store(target)(interaction, _nudging(target))

    def _store(self, target: Target) -> Store:
        async def store(interaction: Interaction, change: ChangePlan) -> None:
            ids = (target.guild_id, target.action_id)
            work = self.services.message_plans.change(actor_of(interaction), *ids, change)
            action = await settle(interaction, work)
            say, now = await say_of(interaction), self.services.clock.now()
            await replace(interaction, view=draw_action_plan(say, action, now))

        return store

    async def _find(self, interaction: Interaction, target: Target) -> Action:
        return await self.services.changing.find(
            actor_of(interaction), target.guild_id, target.action_id
        )

    # ---- What is typed

    async def _ask(
        self,
        interaction: Interaction,
        action: Action | None,
        typed: Mapping[str, str],
        store: Store,
    ) -> None:
        """Show the form; what is refused is explained and can be typed better."""

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            say = await say_of(submitted)
            try:
                reminders = read_reminders(values["reminders"], say.code)
                milestones = read_milestones(values["milestones"], action, say.code)
                await store(
                    submitted,
                    lambda plan: changed(plan, reminders=reminders, milestones=milestones),
                )
            except (NotAllowed, Gone):
                raise
            except Refusal as refusal:
                again = Choice(
                    say("button.try_again"),
                    lambda pressed: self._ask(pressed, action, values, store),
                )
                await reply(submitted, word_refusal(say, refusal), view=Choices([again]))

        form = plan_form(await say_of(interaction), typed, submit, of_server=action is None)
        await interaction.response.send_modal(form)


def _nudging(target: Target) -> ChangePlan:
    """The plan with the nudge that a switch asks for."""
    if target.item_id not in (0, 1):
        raise Refusal("refused.unknown_button")
    nudges = target.item_id == 1
    return lambda plan: changed(plan, nudges=nudges)
