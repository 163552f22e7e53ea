"""`/action poll`: asking which time suits most, and turning the answer into an action."""

from __future__ import annotations

from dataclasses import dataclass

import discord
from discord import app_commands

from cogs.action_group import action
from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.drafting import Drafting
from cogs.kinds import complete_kind, read_kind
from cogs.times import read, reading_of, require_zone, resolved, word_time_refusal
from domain.errors import Refusal
from domain.kinds import Kind
from domain.polls import Poll, Slot, make_slots
from domain.servers import Server, require_organiser
from domain.walls import Resolved
from domain.when import Ambiguous, write_reading
from services.polls import NotPosted
from ui.base import Interaction, Target, word_refusal
from ui.buttons import read_id
from ui.choices import Choice, Choices
from ui.commands import command_text
from ui.forms import Request, poll_form
from ui.permissions import TO_POST, draw_cannot_post, missing_in_server
from ui.poll_messages import MOST_LISTED, draw_closing, draw_polls, draw_slots, draw_ticking
from ui.replies import replace, reply, settle
from ui.text import code, plain

LAST_PAGE = 1_000_000
"""Beyond what a server asks about, and what a database takes as an offset."""


@dataclass(frozen=True)
class Offer:
    """What an organiser has typed for a poll so far."""

    kind: Kind
    title: str
    lines: str = ""


class Unread(Exception):
    """A line can't be taken as a time; its text is the sentence that says why."""


class PollCommands(FanchantCog):
    @action.command(
        name=command_text("command.action.poll.name"),
        description=command_text("command.action.poll.description"),
    )
    @app_commands.describe(
        kind=command_text("command.action.poll.kind.description"),
        title=command_text("command.action.poll.title.description"),
    )
    @app_commands.rename(
        kind=command_text("command.action.poll.kind.name"),
        title=command_text("command.action.poll.title.name"),
    )
    async def poll(
        self,
        interaction: Interaction,
        kind: str | None = None,
        title: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Ask for the times of a new poll; without kind and title, show those that run."""
        server = await self.services.servers.get(guild_of(interaction))
        require_organiser(actor_of(interaction), server)
        if kind is None and title is None:
            await reply(interaction, view=await self._poll_page(interaction, 0))
            return
        if kind is None or title is None:
            raise Refusal("poll.kind_and_title")
        require_zone(server)
        actor, chosen = actor_of(interaction), read_kind(server, kind)
        asked = await self.services.polls.read_title(actor, server.guild_id, title)
        await self._ask_times(interaction, Offer(chosen, asked))

    @poll.autocomplete("kind")
    async def complete_poll_kind(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_kind(interaction, self.services, typed)

    async def _ask_times(self, interaction: Interaction, offer: Offer) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._preview(submitted, Offer(offer.kind, offer.title, values["slots"]))

        say = await say_of(interaction)
        await interaction.response.send_modal(poll_form(say, offer.lines, submit))

    async def _preview(self, interaction: Interaction, offer: Offer) -> None:
        """Show how the lines were read; a line that can't be is named, and all are kept."""
        say = await say_of(interaction)
        server = await self.services.servers.get(guild_of(interaction))
        again = Choice(say("button.change_time"), lambda pressed: self._ask_times(pressed, offer))
        try:
            times = await self._read_lines(interaction, offer.lines, server)
            slots = make_slots(times, self.services.clock.now())
        except (Refusal, Unread) as problem:
            told = str(problem) if isinstance(problem, Unread) else word_refusal(say, problem)
            await reply(interaction, told, view=Choices([again]))
            return

        async def post(pressed: Interaction) -> None:
            await self._open(pressed, offer, slots)

        text = say("poll.preview", title=plain(offer.title), slots=draw_slots(say, slots, server))
        await reply(interaction, text, view=Choices([Choice(say("button.poll_post"), post), again]))

    async def _read_lines(
        self, interaction: Interaction, lines: str, server: Server
    ) -> list[Resolved]:
        say, now, zone = await say_of(interaction), self.services.clock.now(), require_zone(server)
        times: list[Resolved] = []
        for number, line in enumerate(lines.splitlines(), 1):
            if not line.strip():
                continue
            try:
                reading = read(line, server, now, say)
            except Refusal as refusal:
                reason = word_time_refusal(say, refusal, zone)
                raise Unread(say("poll.line_refused", line=number, reason=reason)) from None
            if isinstance(reading, Ambiguous):
                asked = say(f"when.ambiguous.{reading.reason.value}", text=code(line))
                ways = say.listing([code(write_reading(r)) for r in reading.readings])
                raise Unread(say("poll.line_ambiguous", line=number, reason=asked, ways=ways))
            times.append(resolved(reading.reading))
        return times

    async def _open(self, interaction: Interaction, offer: Offer, slots: tuple[Slot, ...]) -> None:
        if not await self._can_post(interaction):
            return
        times = [slot.starts for slot in slots]
        opened = self.services.polls.open(
            actor_of(interaction), guild_of(interaction), offer.kind, offer.title, times
        )
        try:
            poll = await settle(interaction, opened)
        except NotPosted as kept:
            # In place of the preview, from which a second one would be posted.
            await replace(interaction, word_refusal(await say_of(interaction), kept))
            return
        assert poll.post is not None
        say, channel = await say_of(interaction), f"<#{poll.post.channel_id}>"
        await replace(interaction, say("poll.posted", title=plain(poll.title), channel=channel))

    async def _can_post(self, interaction: Interaction) -> bool:
        """Tell whether the bot can post where polls are posted, having said what is missing."""
        say = await say_of(interaction)
        server = await self.services.servers.get(guild_of(interaction))
        assert interaction.guild is not None
        missing = missing_in_server(interaction.guild, server)
        if TO_POST.isdisjoint(missing):
            return True
        await reply(interaction, draw_cannot_post(say, server, missing))
        return False

    async def _poll_page(self, interaction: Interaction, page: int) -> discord.ui.LayoutView:
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        polls = await self.services.polls.list_recent(
            actor, guild_id, limit=MOST_LISTED + 1, offset=page * MOST_LISTED
        )
        server = await self.services.servers.get(guild_id)
        return draw_polls(await say_of(interaction), polls, server, page=page)

    @on_press("polls_page")
    async def turn_polls(self, interaction: Interaction, target: Target) -> None:
        page = min(target.item_id or 0, LAST_PAGE)
        await replace(interaction, view=await self._poll_page(interaction, page))

    @on_press("poll_post")
    async def post_again(self, interaction: Interaction, target: Target) -> None:
        if not await self._can_post(interaction):
            return
        work = self.services.polls.post(actor_of(interaction), target.guild_id, target.action_id)
        poll = await settle(interaction, work)
        assert poll.post is not None
        say, channel = await say_of(interaction), f"<#{poll.post.channel_id}>"
        await reply(interaction, say("poll.posted", title=plain(poll.title), channel=channel))

    # ---- Ticking

    @on_press("poll_open")
    async def open_ticks(self, interaction: Interaction, target: Target) -> None:
        actor = actor_of(interaction)
        poll = await self.services.polls.find(target.guild_id, target.action_id)
        if poll.closed_at is not None:
            raise Refusal("poll.closed_already", title=poll.title)
        ticked = await self.services.polls.ticked(actor, target.guild_id, target.action_id)
        zone = await self._zone_of(interaction, poll)
        await reply(interaction, view=draw_ticking(await say_of(interaction), poll, ticked, zone))

    @on_press("poll_tick")
    async def tick(self, interaction: Interaction, target: Target) -> None:
        slots = {read_id(value) for value in target.values}
        work = self.services.polls.tick(
            actor_of(interaction), target.guild_id, target.action_id, slots
        )
        poll = await settle(interaction, work)
        say, zone = await say_of(interaction), await self._zone_of(interaction, poll)
        await replace(interaction, view=draw_ticking(say, poll, slots, zone, noted=True))

    async def _zone_of(self, interaction: Interaction, poll: Poll) -> str:
        """The zone in which a member reads times: theirs where it is known."""
        known = await self.services.preferences.zone_of(interaction.user.id)
        server = await self.services.servers.get(poll.guild_id)
        return known or server.zone or poll.slots[0].starts.wall.zone

    # ---- Closing

    @on_press("poll_close")
    async def show_result(self, interaction: Interaction, target: Target) -> None:
        poll = await self.services.polls.find_own(
            actor_of(interaction), target.guild_id, target.action_id
        )
        await self._draw_result(interaction, poll, poll.winner)

    @on_press("poll_choose")
    async def choose(self, interaction: Interaction, target: Target) -> None:
        poll = await self.services.polls.find_own(
            actor_of(interaction), target.guild_id, target.action_id
        )
        if len(target.values) != 1:
            raise Refusal("refused.unknown_button")
        await self._draw_result(interaction, poll, read_id(target.values[0]))

    async def _draw_result(self, interaction: Interaction, poll: Poll, chosen: int | None) -> None:
        server = await self.services.servers.get(poll.guild_id)
        say, now = await say_of(interaction), self.services.clock.now()
        view = draw_closing(say, poll, server, now, chosen)
        await replace(interaction, view=view)

    @on_press("poll_make")
    async def make_action(self, interaction: Interaction, target: Target) -> None:
        """Close the poll in favour of a slot, and go on with creating an action then."""
        poll = await self.services.polls.close(
            actor_of(interaction), target.guild_id, target.action_id, target.item_id or 0
        )
        slot = poll.slot(poll.winner)
        assert slot is not None
        when = write_reading(reading_of(slot.starts.wall, slot.starts.at))
        request = Request(poll.kind, poll.title, when)
        await Drafting(self.services).go_on(interaction, request)

    @on_press("poll_end")
    async def end(self, interaction: Interaction, target: Target) -> None:
        """Close the poll without making an action of it."""
        work = self.services.polls.close(
            actor_of(interaction), target.guild_id, target.action_id, None
        )
        poll = await settle(interaction, work)
        say = await say_of(interaction)
        await self._draw_result(interaction, poll, None)
        await reply(interaction, say("poll.ended", title=plain(poll.title)))
