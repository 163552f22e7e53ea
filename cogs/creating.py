"""`/action create` and `/action draft`: from what is typed to the published card."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands

from cogs.action_group import action
from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.drafting import Drafting, request_of
from cogs.kinds import complete_kind, read_kind
from cogs.lookup import as_choices, read_choice
from cogs.times import complete_time
from cogs.zones import settle_zone
from domain.actions import Action
from domain.errors import Gone, NotAllowed, Refusal
from domain.mending import channel_of
from domain.servers import require_organiser
from domain.when import resolve_wall
from services.actions import PreviewOutdated
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.commands import command_text
from ui.forms import Request, when_form, zone_form
from ui.permissions import TO_POST, draw_cannot_post, missing_in_server
from ui.replies import replace as redraw
from ui.replies import reply, settle
from ui.text import plain, stamp


class CreatingCommands(FanchantCog):
    @property
    def drafting(self) -> Drafting:
        return Drafting(self.services)

    @action.command(
        name=command_text("command.action.create.name"),
        description=command_text("command.action.create.description"),
    )
    @app_commands.describe(
        kind=command_text("command.action.create.kind.description"),
        title=command_text("command.action.create.title.description"),
        when=command_text("command.action.create.when.description"),
        end=command_text("command.action.create.end.description"),
        capacity=command_text("command.action.create.capacity.description"),
    )
    @app_commands.rename(
        kind=command_text("command.action.create.kind.name"),
        title=command_text("command.action.create.title.name"),
        when=command_text("command.action.create.when.name"),
        end=command_text("command.action.create.end.name"),
        capacity=command_text("command.action.create.capacity.name"),
    )
    async def create(
        self,
        interaction: Interaction,
        kind: str,
        title: app_commands.Range[str, 1, 100],
        when: app_commands.Range[str, 1, 100],
        end: app_commands.Range[str, 1, 100] | None = None,
        capacity: app_commands.Range[int, 1, 1_000_000] | None = None,
    ) -> None:
        server = await self.services.servers.get(guild_of(interaction))
        require_organiser(actor_of(interaction), server)
        request = Request(
            read_kind(server, kind),
            title,
            when,
            end or "",
            "" if capacity is None else str(capacity),
        )
        await self.drafting.go_on(interaction, request)

    @create.autocomplete("kind")
    async def complete_created_kind(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_kind(interaction, self.services, typed)

    @create.autocomplete("when")
    async def complete_when(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await self._complete_time(interaction, typed)

    @create.autocomplete("end")
    async def complete_end(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await self._complete_time(interaction, typed)

    async def _complete_time(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        server = await self.services.servers.get(guild_of(interaction))
        now = self.services.clock.now()
        return complete_time(typed, server, now, await say_of(interaction))

    @action.command(
        name=command_text("command.action.draft.name"),
        description=command_text("command.action.draft.description"),
    )
    @app_commands.describe(draft=command_text("command.action.draft.draft.description"))
    @app_commands.rename(draft=command_text("command.action.draft.draft.name"))
    async def draft(self, interaction: Interaction, draft: str) -> None:
        """Show the preview of one's unpublished draft again."""
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        require_organiser(actor, await self.services.servers.get(guild_id))
        action_id = read_choice(draft)
        if action_id is None:
            fitting = await self.services.actions.search_drafts(actor, guild_id, draft, limit=2)
            if len(fitting) != 1:
                raise Gone("refused.no_draft_fits", text=draft)
            action_id = fitting[0].action_id
        found = await self.services.actions.find_draft(actor, guild_id, action_id)
        await self.drafting.show(interaction, found)

    @draft.autocomplete("draft")
    async def complete_draft(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        found = await self.services.actions.search_drafts(actor, guild_id, typed)
        return await as_choices(self.services, interaction, found)

    async def _draft(self, interaction: Interaction, target: Target) -> Action:
        return await self.services.actions.find_draft(
            actor_of(interaction), target.guild_id, target.action_id
        )

    @on_press("publish")
    async def publish(self, interaction: Interaction, target: Target) -> None:
        draft = await self._draft(interaction, target)
        say = await say_of(interaction)
        server = await self.services.servers.get(target.guild_id)
        server = replace(server, announce_channel_id=channel_of(draft, server))
        assert interaction.guild is not None
        missing = missing_in_server(interaction.guild, server)
        if not TO_POST.isdisjoint(missing):
            await reply(interaction, draw_cannot_post(say, server, missing))
            return
        # A button without a fingerprint is of no preview that can be told to be the latest.
        work = self.services.actions.publish(
            actor_of(interaction), target.guild_id, target.action_id, shown=target.item_id or 0
        )
        try:
            action = await settle(interaction, work)
        except PreviewOutdated as outdated:
            await self.drafting.show(interaction, outdated.draft, note=say(outdated.key))
            return
        later = not action.announced(self.services.clock.now())
        done = say(
            "publish.done_later" if later else "publish.done",
            number=action.number,
            title=plain(action.title),
            channel=f"<#{server.announce_channel_id}>",
            time=stamp(action.announce.at) if action.announce is not None else "",
        )
        await self.drafting.close(interaction, done)

    @on_press("edit_fields")
    async def edit_fields(self, interaction: Interaction, target: Target) -> None:
        request = request_of(await self._draft(interaction, target))
        await self.drafting.ask_fields(interaction, request)

    @on_press("edit_more")
    async def edit_more(self, interaction: Interaction, target: Target) -> None:
        """The kind's fields that its first form has no room for."""
        request = request_of(await self._draft(interaction, target))
        await self.drafting.ask_fields(interaction, request, page=2)

    @on_press("edit_when")
    async def edit_when(self, interaction: Interaction, target: Target) -> None:
        request = request_of(await self._draft(interaction, target))
        say = await say_of(interaction)

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self.drafting.store(submitted, request.with_values(values))

        await interaction.response.send_modal(when_form(say, request, submit))

    @on_press("my_time")
    async def my_time(self, interaction: Interaction, target: Target) -> None:
        """Read the same wall time in another zone: the organiser's own."""
        await self._draft(interaction, target)
        await self._ask_zone(interaction, target, "")

    async def _ask_zone(
        self, interaction: Interaction, target: Target, typed: str, *, asked: bool = False
    ) -> None:
        """Ask for the city; one that is refused can be typed better.

        A question which one is meant takes the place of what was `asked` before.
        """

        async def move(answered: Interaction, zone: str) -> None:
            # As it stands by now: it may have been changed while the form was open.
            await self._move_to_zone(answered, await self._draft(answered, target), zone)

        async def again(pressed: Interaction, text: str) -> None:
            await self._ask_zone(pressed, target, text, asked=True)

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            text = values["zone"]
            try:
                await settle_zone(submitted, self.services, text, move, again, asked=asked)
            except (NotAllowed, Gone):
                raise
            except Refusal as refusal:
                say = await say_of(submitted)
                better = Choice(say("button.try_again"), lambda pressed: again(pressed, text))
                await reply(submitted, word_refusal(say, refusal), view=Choices([better]))

        await interaction.response.send_modal(zone_form(await say_of(interaction), typed, submit))

    async def _move_to_zone(self, interaction: Interaction, draft: Action, zone: str) -> None:
        """Read a draft's wall times anew in a zone; where they come twice there, it is asked."""
        starts, ends = draft.starts, draft.ends
        if resolve_wall(starts.time, zone) <= self.services.clock.now():
            raise Refusal("when.past_in_zone", zone=zone)
        request = replace(
            request_of(draft),
            when=f"{starts.time:%Y-%m-%d %H:%M:%S} {zone}",
            end="" if ends is None else f"{ends.time:%Y-%m-%d %H:%M:%S} {zone}",
        )
        await self.drafting.store(interaction, request)

    @on_press("discard")
    async def ask_to_discard(self, interaction: Interaction, target: Target) -> None:
        action = await self._draft(interaction, target)
        say = await say_of(interaction)

        async def discard(pressed: Interaction) -> None:
            work = self.services.actions.discard(
                actor_of(pressed), target.guild_id, target.action_id
            )
            gone = await settle(pressed, work)
            await redraw(pressed, say("discard.done", title=plain(gone.title)))

        sure = Choice(say("button.discard_yes"), discard, discord.ButtonStyle.danger)
        question = say("discard.ask", title=plain(action.title))
        await reply(interaction, question, view=Choices([sure]))
