"""A project's tasks for those who do them: claiming, giving back, done and not done after all."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any

from cogs.base import FanchantCog, actor_of, on_press, say_of
from domain.errors import Refusal
from domain.fields import read_proofs
from domain.kinds import ProofKind
from domain.tasks import TaskState
from services.tasks import TaskDone, task_of
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.replies import replace, reply, settle
from ui.task_forms import task_done_form
from ui.task_panels import draw_tasks, page_of
from ui.text import plain


class TaskCog(FanchantCog):
    @on_press("tasks")
    async def tasks(self, interaction: Interaction, target: Target) -> None:
        """Show a page of the tasks: as a panel of one's own, or in place of another page."""
        action = await self.services.tasks.find(target.guild_id, target.action_id)
        view = draw_tasks(
            await say_of(interaction),
            await self.as_read(interaction, action),
            interaction.user.id,
            self.services.clock.now(),
            page=target.item_id or 0,
        )
        if target.item_id is None:
            await reply(interaction, view=view)
        else:
            await replace(interaction, view=view)

    @on_press("task_claim")
    async def claim(self, interaction: Interaction, target: Target) -> None:
        await self._step(interaction, self.services.tasks.claim(*_of(interaction, target)), "claim")

    @on_press("task_give_back")
    async def give_back(self, interaction: Interaction, target: Target) -> None:
        work = self.services.tasks.give_back(*_of(interaction, target))
        await self._step(interaction, work, "give_back")

    @on_press("task_undo")
    async def undo(self, interaction: Interaction, target: Target) -> None:
        await self._step(interaction, self.services.tasks.undo(*_of(interaction, target)), "undo")

    @on_press("task_done")
    async def ask_for_link(self, interaction: Interaction, target: Target) -> None:
        found = await self.services.tasks.find(target.guild_id, target.action_id)
        task_of(found, _task_id(target))
        await self._show_form(interaction, target, {})

    async def _show_form(
        self, interaction: Interaction, target: Target, typed: Mapping[str, str]
    ) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._finish(submitted, target, values)

        form = task_done_form(await say_of(interaction), typed, submit)
        await interaction.response.send_modal(form)

    async def _finish(
        self, interaction: Interaction, target: Target, typed: Mapping[str, str]
    ) -> None:
        try:
            link = read_proofs(ProofKind.LINK, typed["link"])
        except Refusal as refusal:
            say = await say_of(interaction)
            again = Choice(
                say("button.try_again"), lambda pressed: self._show_form(pressed, target, typed)
            )
            await reply(interaction, word_refusal(say, refusal), view=Choices([again]))
            return
        note = typed["note"].strip()
        work = self.services.tasks.finish(*_of(interaction, target), link=link, note=note)
        await self._step(interaction, work, "finish")

    async def _step(
        self, interaction: Interaction, work: Coroutine[Any, Any, TaskDone], step: str
    ) -> None:
        """Do it, and show the page on which the task stands by then."""
        done = await settle(interaction, work)
        say, user_id = await say_of(interaction), interaction.user.id
        if step == "undo" and done.task.state is TaskState.FREE:
            step = "give_back"  # they have left the action meanwhile
        note = [say(f"tasks.did.{step}", task=plain(done.task.title))]
        if done.logged is not None and not done.logged.contribution.withdrawn:
            held = done.logged.contribution.held
            if held is not None:
                note.append(say(f"held.{held.value}.you"))
        view = draw_tasks(
            say,
            await self.as_read(interaction, done.action),
            user_id,
            self.services.clock.now(),
            page=page_of(done.action, user_id, done.task.task_id),
            note="\n".join(note),
        )
        await replace(interaction, view=view)


def _of(interaction: Interaction, target: Target) -> tuple[Any, int, int, int]:
    """Who acts, and the server, action and task that it is about."""
    return actor_of(interaction), target.guild_id, target.action_id, _task_id(target)


def _task_id(target: Target) -> int:
    if target.item_id is None:
        raise Refusal("refused.unknown_button")
    return target.item_id
