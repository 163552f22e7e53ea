"""Discord's own events: what is done to them by hand, and what organisers answer to that."""

from __future__ import annotations

from datetime import datetime

import discord
from discord.ext import commands

from cogs.base import FanchantCog, actor_of, on_press, say_of
from cogs.drafting import request_of
from domain.actions import Action
from domain.errors import Refusal
from domain.fields import read_capacity
from domain.native_events import EventMoved
from domain.servers import require_moderator
from domain.walls import Resolved
from domain.when import resolve_instant
from services.actions import Typed
from ui.base import Interaction, Target
from ui.events_panel import draw_events_off, draw_events_page
from ui.native_events import read_event
from ui.replies import replace, reply, settle
from ui.text import plain


class NativeEventCog(FanchantCog):
    # ---- Noticing

    @commands.Cog.listener()
    async def on_scheduled_event_create(self, event: discord.ScheduledEvent) -> None:
        if self._made(event):
            own = {event.id: read_event(event)}
            await self.services.native_events.made(event.guild_id, own)

    @commands.Cog.listener()
    async def on_scheduled_event_update(
        self, before: discord.ScheduledEvent, after: discord.ScheduledEvent
    ) -> None:
        await self.services.native_events.noticed(after.guild_id, after.id, read_event(after))

    @commands.Cog.listener()
    async def on_scheduled_event_delete(self, event: discord.ScheduledEvent) -> None:
        await self.services.native_events.noticed(event.guild_id, event.id, None)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Look for what was done to events while the bot was away.

        Servers have told of all their events by now, so Discord is asked nothing here.
        """
        await self._catch_up(None)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """The same for a server that was not there at first."""
        await self._catch_up(guild.id)

    async def _catch_up(self, only: int | None) -> None:
        native_events = self.services.native_events
        for guild_id, standing in (await native_events.list_standing(only)).items():
            guild = self.bot.get_guild(guild_id)
            if guild is not None and not guild.unavailable:
                seen = {event.id: read_event(event) for event in guild.scheduled_events}
                await native_events.catch_up(standing, seen)
                own = {
                    event.id: seen[event.id]
                    for event in guild.scheduled_events
                    if self._made(event)
                }
                # Most servers have none but those that are known, and are not asked about.
                if own.keys() - {known.event_id for known in standing}:
                    await native_events.made(guild_id, own)

    def _made(self, event: discord.ScheduledEvent) -> bool:
        return self.bot.user is not None and event.creator_id == self.bot.user.id

    # ---- Answering

    @on_press("event_again")
    async def make_again(self, interaction: Interaction, target: Target) -> None:
        work = self.services.event_answers.make_again(
            actor_of(interaction), target.guild_id, target.action_id
        )
        action, say = await settle(interaction, work), await say_of(interaction)
        await reply(interaction, say("event.made_again", title=plain(action.title)))

    @on_press("event_put_back")
    async def put_back(self, interaction: Interaction, target: Target) -> None:
        work = self.services.event_answers.put_back(
            actor_of(interaction), target.guild_id, target.action_id, target.item_id
        )
        action, say = await settle(interaction, work), await say_of(interaction)
        await reply(interaction, say("event.put_back", title=plain(action.title)))

    @on_press("event_move_action")
    async def move_action(self, interaction: Interaction, target: Target) -> None:
        """Reschedule the action to when its event takes place now, by all rules of an edit."""
        actor, say = actor_of(interaction), await say_of(interaction)
        ids = (target.guild_id, target.action_id)
        moved = await self.services.event_answers.find_move(actor, *ids, target.item_id)
        work = self.services.editing.edit(
            actor, *ids, lambda action: _moved(action, moved, say.code), language=say.code
        )
        edited, _ = await settle(interaction, work)
        known = edited.announced(self.services.clock.now())
        key = "event.action_moved" if known else "done.unannounced"
        await reply(interaction, say(key, title=plain(edited.title)))

    # ---- Setting up

    @on_press("setup_events")
    async def show(self, interaction: Interaction, target: Target) -> None:
        require_moderator(actor_of(interaction))
        await self._show(interaction, target)

    @on_press("setup_events_on")
    async def switch_on(self, interaction: Interaction, target: Target) -> None:
        require_moderator(actor_of(interaction))
        if interaction.guild is not None and not _may_make(interaction.guild):
            raise Refusal("refused.events_forbidden")
        await self._switch(interaction, target, makes=True)

    @on_press("setup_events_off")
    async def ask_off(self, interaction: Interaction, target: Target) -> None:
        """Ask first: the events that stand are deleted, and whoever follows them is not told."""
        require_moderator(actor_of(interaction))
        await replace(interaction, view=draw_events_off(await say_of(interaction)))

    @on_press("setup_events_off_yes")
    async def switch_off(self, interaction: Interaction, target: Target) -> None:
        await self._switch(interaction, target, makes=False)

    async def _switch(self, interaction: Interaction, target: Target, *, makes: bool) -> None:
        work = self.services.servers.set_native_events(
            actor_of(interaction), target.guild_id, makes=makes
        )
        await settle(interaction, work)
        self.services.dispatcher.wake()
        await self._show(interaction, target)

    async def _show(self, interaction: Interaction, target: Target) -> None:
        server, guild = await self.services.servers.get(target.guild_id), interaction.guild
        may_make = guild is None or _may_make(guild)
        view = draw_events_page(await say_of(interaction), server, may_make=may_make)
        await replace(interaction, view=view)


def _may_make(guild: discord.Guild) -> bool:
    return guild.me.guild_permissions.create_events


def _moved(action: Action, moved: EventMoved, code: str) -> Typed:
    """The action as its organiser had typed it, but with its event's times."""
    stored = request_of(action)
    starts = _at(moved.starts_at, Resolved(action.starts, action.starts_at))
    ends = None
    if action.ends is not None or moved.ends_at - moved.starts_at != action.rules.duration:
        before = None if action.ends is None else Resolved(action.ends, action.ends_at)
        ends = _at(moved.ends_at, before or Resolved(action.starts, action.starts_at))
    capacity = read_capacity(stored.capacity, code)
    return Typed(action.kind, stored.title, starts, ends, capacity, stored.texts)


def _at(instant: datetime, before: Resolved) -> Resolved:
    """An instant in the zone in which the time was meant so far, which stays if it is the same."""
    if instant == before.at.replace(microsecond=0):
        return before
    return resolve_instant(instant, before.wall.zone)
