"""`/action deliveries`: what is coming, sent or not sent, and deciding about single messages."""

from __future__ import annotations

import discord
from discord import app_commands

from cogs.action_group import action as group
from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.lookup import complete_managed, find_managed
from domain.errors import Refusal
from domain.outbox import Entry, Shelf, asks_first, why_not_dropped
from services.application import Services
from ui.base import Interaction, Target
from ui.buttons import read_id
from ui.choices import Choice, Choices
from ui.commands import command_text
from ui.deliveries_panel import PAGE, draw_deliveries, draw_delivery
from ui.missed_messages import WHOLE_SERVER
from ui.notices import draw_answer
from ui.replies import close_question, replace, reply, settle
from ui.text import plain, stamp

LAST_PAGE = 1_000_000
"""Beyond what a server ever owed, and what a database takes as an offset."""


class DeliveryCommands(FanchantCog):
    @group.command(
        name=command_text("command.action.deliveries.name"),
        description=command_text("command.action.deliveries.description"),
    )
    @app_commands.describe(action=command_text("command.action.deliveries.action.description"))
    @app_commands.rename(action=command_text("command.action.managed.name"))
    async def deliveries(self, interaction: Interaction, action: str | None = None) -> None:
        """Show what is coming, of one action or of all that the person runs."""
        guild_id, scope = guild_of(interaction), WHOLE_SERVER
        if action is not None:
            actor = actor_of(interaction)
            scope = (await find_managed(self.services, actor, guild_id, action)).action_id
        target = Target(guild_id, scope)
        await reply(interaction, view=await _draw(self.services, interaction, target, Shelf.COMING))

    @deliveries.autocomplete("action")
    async def complete_deliveries(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_managed(self.services, interaction, typed)


class OutboxCog(FanchantCog):
    """The buttons of the panel, and those of the question about a missed moment.

    Where others carry the id of an action, these carry that of the action whose panel it is, or
    WHOLE_SERVER. What they do is up to the delivery's own action.
    """

    # ---- Looking

    @on_press("outbox_coming")
    async def show_coming(self, interaction: Interaction, target: Target) -> None:
        await self._turn(interaction, target, Shelf.COMING)

    @on_press("outbox_sent")
    async def show_sent(self, interaction: Interaction, target: Target) -> None:
        await self._turn(interaction, target, Shelf.SENT)

    @on_press("outbox_problems")
    async def show_problems(self, interaction: Interaction, target: Target) -> None:
        await self._turn(interaction, target, Shelf.PROBLEMS)

    @on_press("outbox_show")
    async def show_shelf(self, interaction: Interaction, target: Target) -> None:
        picked = "".join(target.values)
        if picked not in set(Shelf):
            raise Refusal("refused.unknown_button")
        first = Target(target.guild_id, target.action_id)
        await self._turn(interaction, first, Shelf(picked))

    async def _turn(self, interaction: Interaction, target: Target, shelf: Shelf) -> None:
        await replace(interaction, view=await _draw(self.services, interaction, target, shelf))

    @on_press("outbox_pick")
    async def pick(self, interaction: Interaction, target: Target) -> None:
        delivery_id = read_id("".join(target.values))
        await self._show(interaction, Target(target.guild_id, target.action_id, delivery_id))

    async def _show(
        self, interaction: Interaction, target: Target, done: str | None = None
    ) -> None:
        """Show one delivery in place of the panel, as it stands by now; first what was done."""
        outbox, say = self.services.outbox, await say_of(interaction)
        entry = await outbox.find(actor_of(interaction), target.guild_id, _delivery(target))
        view = draw_delivery(
            say,
            entry,
            await self.services.servers.get(target.guild_id),
            self.services.clock.now(),
            not_sent=await outbox.why_not_sent(entry),
            not_dropped=why_not_dropped(entry, self.services.clock.now()),
            scope=target.action_id,
            note=None if done is None else say(done),
        )
        await replace(interaction, view=view)

    # ---- Deciding

    @on_press("outbox_send")
    async def send(self, interaction: Interaction, target: Target) -> None:
        """Send a message now; of a moment before its time, ask first."""
        entry = await self._find(interaction, target)

        async def send(pressed: Interaction) -> None:
            work = self.services.outbox.send_now(
                actor_of(pressed), target.guild_id, _delivery(target)
            )
            await settle(pressed, work)
            await self._show(pressed, target, "outbox.done_send")

        if not asks_first(entry, self.services.clock.now()):
            await send(interaction)
            return
        say = await say_of(interaction)
        due = stamp(entry.delivery.due_at)
        question = say("outbox.ask_send", title=plain(entry.action.title), due=due)
        sure = Choice(say("button.outbox_send_yes"), send, discord.ButtonStyle.danger)
        await reply(interaction, question, view=Choices([sure]))

    @on_press("outbox_drop")
    async def drop(self, interaction: Interaction, target: Target) -> None:
        """Ask whether a message is to be dropped, and drop it."""
        entry, say = await self._find(interaction, target), await say_of(interaction)
        if why := why_not_dropped(entry, self.services.clock.now()):
            raise Refusal(f"refused.drop.{why}", title=entry.action.title)

        async def drop(pressed: Interaction) -> None:
            work = self.services.outbox.drop(actor_of(pressed), target.guild_id, _delivery(target))
            await settle(pressed, work)
            await self._show(pressed, target, "outbox.done_drop")

        question = say(
            "outbox.ask_drop",
            message=say(f"outbox.kind.{entry.delivery.kind.value}"),
            title=plain(entry.action.title),
            due=stamp(entry.delivery.due_at),
        )
        sure = Choice(say("button.outbox_drop_yes"), drop, discord.ButtonStyle.danger)
        await reply(interaction, question, view=Choices([sure]))

    @on_press("missed_send")
    async def send_missed(self, interaction: Interaction, target: Target) -> None:
        await self._answer_missed(interaction, target, send=True)

    @on_press("missed_done")
    async def done_by_hand(self, interaction: Interaction, target: Target) -> None:
        await self._answer_missed(interaction, target, send=False)

    async def _answer_missed(self, interaction: Interaction, target: Target, *, send: bool) -> None:
        """Do it; where all organisers were asked, what was done takes the place of the question."""
        work = self.services.outbox.answer(
            actor_of(interaction), target.guild_id, _delivery(target), send=send
        )
        await settle(interaction, work)
        say = await self.say_there(interaction, target)
        user_id = interaction.user.id
        question, answer = draw_answer(say, user_id, self.services.clock.now(), send=send)
        await close_question(interaction, question, answer)
        await self._show(interaction, target, "outbox.done_send" if send else "outbox.done_by_hand")

    async def _find(self, interaction: Interaction, target: Target) -> Entry:
        return await self.services.outbox.find(
            actor_of(interaction), target.guild_id, _delivery(target)
        )


async def _draw(
    services: Services, interaction: Interaction, target: Target, shelf: Shelf
) -> discord.ui.LayoutView:
    """The page of a shelf that the target names."""
    page = min(target.item_id or 0, LAST_PAGE)
    shown = await services.outbox.list(
        actor_of(interaction),
        target.guild_id,
        shelf,
        action_id=None if target.action_id == WHOLE_SERVER else target.action_id,
        limit=PAGE,
        offset=page * PAGE,
    )
    return draw_deliveries(
        await say_of(interaction),
        shown.action,
        shown.server,
        shown.entries,
        services.clock.now(),
        shelf=shelf,
        page=page,
        more=shown.more,
    )


def _delivery(target: Target) -> int:
    if target.item_id is None:
        raise Refusal("refused.unknown_button")
    return target.item_id
