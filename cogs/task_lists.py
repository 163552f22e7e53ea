"""A project's tasks for its organisers: writing them down, changing, freeing, removing them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import discord

from cogs.base import FanchantCog, actor_of, on_press, say_of
from cogs.times import word_time_refusal
from cogs.typed_tasks import TaskRefused, as_typed, read_task, reread
from domain.actions import Action
from domain.errors import Refusal
from domain.servers import Server
from domain.tasks import Task, TaskState, cut_lines
from services.task_lists import NewTask
from services.tasks import task_of
from ui.base import Interaction, Target
from ui.choices import Choice, Choices
from ui.replies import replace, reply, settle
from ui.task_forms import task_form, task_lines_form
from ui.task_panels import LIST_PAGE, draw_task, draw_task_list
from ui.text import plain

Reopen = Callable[[Interaction], Awaitable[None]]


class TaskListCog(FanchantCog):
    @on_press("task_list")
    async def show(self, interaction: Interaction, target: Target) -> None:
        """Show a page of the list: as a panel of its own, or in place of another page."""
        action = await self._find(interaction, target)
        if target.item_id is None:
            await reply(interaction, view=await self._draw(interaction, action, 0))
        else:
            await replace(interaction, view=await self._draw(interaction, action, target.item_id))

    @on_press("task_pick")
    async def pick(self, interaction: Interaction, target: Target) -> None:
        action = await self._find(interaction, target)
        picked = "".join(target.values)
        task = task_of(action, int(picked) if picked.isdecimal() else 0)
        say, now = await say_of(interaction), self.services.clock.now()
        await replace(interaction, view=draw_task(say, action, task, now))

    @on_press("task_add")
    async def add(self, interaction: Interaction, target: Target) -> None:
        await self._find(interaction, target)
        await self._show_lines_form(interaction, target, "")

    async def _show_lines_form(self, interaction: Interaction, target: Target, typed: str) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._add(submitted, target, values["tasks"])

        form = task_lines_form(await say_of(interaction), typed, submit)
        await interaction.response.send_modal(form)

    async def _add(self, interaction: Interaction, target: Target, typed: str) -> None:
        async def reopen(pressed: Interaction) -> None:
            await self._show_lines_form(pressed, target, typed)

        say = await say_of(interaction)
        server = await self.services.servers.get(target.guild_id)
        now, new = self.services.clock.now(), list[NewTask]()
        try:
            for line in cut_lines(typed):
                new.append(read_task(say, server, now, line))
            work = self.services.task_lists.add(
                actor_of(interaction), target.guild_id, target.action_id, new
            )
            action = await settle(interaction, work)
        except (TaskRefused, Refusal) as problem:
            await self._ask_again(interaction, problem, server, reopen)
            return
        page = (len(action.parts.tasks) - 1) // LIST_PAGE
        note = say.many("tasks.added", len(new))
        await replace(interaction, view=await self._draw(interaction, action, page, note))

    @on_press("task_edit")
    async def edit(self, interaction: Interaction, target: Target) -> None:
        task = task_of(await self._find(interaction, target), _task_id(target))
        await self._show_task_form(interaction, target, task, as_typed(task))

    async def _show_task_form(
        self, interaction: Interaction, target: Target, task: Task, typed: Mapping[str, str]
    ) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._edit(submitted, target, task, values)

        await interaction.response.send_modal(task_form(await say_of(interaction), typed, submit))

    async def _edit(
        self, interaction: Interaction, target: Target, task: Task, typed: Mapping[str, str]
    ) -> None:
        async def reopen(pressed: Interaction) -> None:
            await self._show_task_form(pressed, target, task, typed)

        say = await say_of(interaction)
        server = await self.services.servers.get(target.guild_id)
        now = self.services.clock.now()
        try:
            new = reread(say, server, now, task, typed["title"], typed["due"].strip())
            action = await settle(
                interaction,
                self.services.task_lists.edit(
                    actor_of(interaction), target.guild_id, target.action_id, task.task_id, new
                ),
            )
        except (TaskRefused, Refusal) as problem:
            await self._ask_again(interaction, problem, server, reopen)
            return
        view = draw_task(say, action, task_of(action, task.task_id), now)
        await replace(interaction, view=view)

    @on_press("task_free")
    async def free(self, interaction: Interaction, target: Target) -> None:
        action = await settle(
            interaction,
            self.services.task_lists.free(
                actor_of(interaction), target.guild_id, target.action_id, _task_id(target)
            ),
        )
        say, now = await say_of(interaction), self.services.clock.now()
        view = draw_task(say, action, task_of(action, _task_id(target)), now)
        await replace(interaction, view=view)

    @on_press("task_remove")
    async def remove(self, interaction: Interaction, target: Target) -> None:
        """Remove a task; of one that somebody has, ask first."""
        say = await say_of(interaction)
        task = task_of(await self._find(interaction, target), _task_id(target))

        async def remove(pressed: Interaction) -> None:
            work = self.services.task_lists.remove(
                actor_of(pressed),
                target.guild_id,
                target.action_id,
                task.task_id,
                claimed=task.state is TaskState.CLAIMED,
            )
            action = await settle(pressed, work)
            note = say("tasks.removed", task=plain(task.title))
            await replace(pressed, view=await self._draw(pressed, action, 0, note))

        if task.state is not TaskState.CLAIMED:
            await remove(interaction)
            return
        sure = Choice(say("button.task_remove_yes"), remove, discord.ButtonStyle.danger)
        who = say("tasks.somebody") if task.claimed_by is None else f"<@{task.claimed_by}>"
        question = say("tasks.remove_ask", task=plain(task.title), who=who)
        await reply(interaction, question, view=Choices([sure]))

    async def _find(self, interaction: Interaction, target: Target) -> Action:
        return await self.services.task_lists.find(
            actor_of(interaction), target.guild_id, target.action_id
        )

    async def _draw(
        self, interaction: Interaction, action: Action, page: int, note: str | None = None
    ) -> discord.ui.LayoutView:
        say, now = await say_of(interaction), self.services.clock.now()
        return draw_task_list(say, action, now, page=page, note=note)

    async def _ask_again(
        self,
        interaction: Interaction,
        problem: TaskRefused | Refusal,
        server: Server,
        reopen: Reopen,
    ) -> None:
        """Say what is wrong, with a way back to all that was typed."""
        say = await say_of(interaction)
        if isinstance(problem, TaskRefused):
            sentence = problem.sentence
        else:
            sentence = word_time_refusal(say, problem, server.zone or "UTC")
        again = Choice(say("button.try_again"), reopen)
        await reply(interaction, sentence, view=Choices([again]))


def _task_id(target: Target) -> int:
    if target.item_id is None:
        raise Refusal("refused.unknown_button")
    return target.item_id
