"""`/tag`, and the panel from which a sealed tag is revealed, shown early, and replaced."""

from __future__ import annotations

import discord
from discord import app_commands

from cogs.asking_times import settle_time
from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.lookup import MOST_SEARCHED, PUBLISHED, as_choices, read_choice, require_meant
from cogs.revising import Part, Revising
from cogs.times import reading_of
from domain.actions import Action
from domain.editing import Edit
from domain.errors import Gone, Refusal
from domain.kinds import KINDS
from domain.seals import RESERVE, TAG, has_seal, holds_seal, read_lead
from domain.walls import Resolved
from domain.when import write_reading
from ui.base import Interaction, Target
from ui.choices import Choice, Choices
from ui.commands import command_text
from ui.replies import replace, reply, settle
from ui.tag_lines import draw_opened, draw_tag
from ui.tag_panel import draw_tag_panel, reveal_form
from ui.text import heading_title, plain, stamp

TAGGED = [kind for kind, rules in KINDS.items() if any(f.name == TAG for f in rules.fields)]
"""The kinds of actions that have a tag."""


class TagCog(FanchantCog):
    # ---- For everybody

    @app_commands.command(
        name=command_text("command.tag.name"),
        description=command_text("command.tag.description"),
    )
    @app_commands.describe(action=command_text("command.tag.action.description"))
    @app_commands.rename(action=command_text("command.tag.action.name"))
    @app_commands.guild_only()
    async def tag(self, interaction: Interaction, action: str | None = None) -> None:
        """Show the tag of an action, or when it comes."""
        action_id = await self._named(guild_of(interaction), action or "")
        looked = await self.services.seals.look(
            actor_of(interaction), guild_of(interaction), action_id
        )
        say = await say_of(interaction)
        found = await self.as_read(interaction, looked.action)
        text, view = draw_tag(say, found, looked.sight, looked.now)
        await reply(interaction, text, view=view)

    @tag.autocomplete("action")
    async def complete_tag(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        found = await self._fitting(guild_of(interaction), typed)
        return await as_choices(self.services, interaction, found, translated=True)

    async def _fitting(self, guild_id: int, typed: str) -> list[Action]:
        """The announced actions with a tag whose number or title fits, newest first."""
        search = self.services.actions.search
        found = await search(guild_id, typed, states=PUBLISHED, kinds=TAGGED, limit=MOST_SEARCHED)
        return [action for action in found if TAG in action.fields]

    async def _named(self, guild_id: int, typed: str) -> int:
        """The action that was picked or typed; without text the newest one."""
        picked, typed = read_choice(typed), typed.strip()
        if picked is not None:
            return picked
        found = await self._fitting(guild_id, typed)
        if not found:
            raise Gone("tag.no_action_fits" if typed else "tag.no_action_yet", text=typed)
        return (found[0] if not typed else require_meant(found, typed)).action_id

    # ---- For moderators

    @on_press("open_seal")
    async def open_seal(self, interaction: Interaction, target: Target) -> None:
        """Ask whether a moderator is to see what is sealed, which is written down."""
        ids = (target.guild_id, target.action_id)
        found = await self.services.seals.require_closed(actor_of(interaction), *ids)
        say = await say_of(interaction)

        async def show(pressed: Interaction) -> None:
            opened = await settle(pressed, self.services.seals.open(actor_of(pressed), *ids))
            await replace(pressed, draw_opened(await say_of(pressed), opened))

        sure = Choice(say("button.open_seal_yes"), show, discord.ButtonStyle.danger)
        question = say("tag.ask_open", title=plain(found.title))
        await reply(interaction, question, view=Choices([sure]))

    # ---- For those who run the action

    @on_press("tag")
    async def show_panel(self, interaction: Interaction, target: Target) -> None:
        await self._show(interaction, await self._find(interaction, target), anew=True)

    async def _find(self, interaction: Interaction, target: Target) -> Action:
        found = await self.services.changing.find(
            actor_of(interaction), target.guild_id, target.action_id
        )
        if not has_seal(found):
            raise Refusal("tag.none", title=found.title)
        return found

    async def _show(
        self, interaction: Interaction, action: Action, *, done: str = "", anew: bool = False
    ) -> None:
        """Show the panel, in place of the one that the interaction came from unless `anew`."""
        services = self.services
        view = draw_tag_panel(
            await say_of(interaction),
            action,
            await services.servers.get(action.guild_id),
            services.clock.now(),
            await services.seals.warnings(action),
            holder=holds_seal(actor_of(interaction), action),
            done=done,
        )
        message = interaction.message
        from_panel = message is not None and message.flags.components_v2
        await (replace if from_panel and not anew else reply)(interaction, view=view)

    @on_press("reveal_time")
    async def ask_time(self, interaction: Interaction, target: Target) -> None:
        found, typed = await self._find(interaction, target), ""
        if found.reveal is not None:
            typed = write_reading(reading_of(found.reveal.wall, found.reveal.at))
        await self._ask_time(interaction, target, typed)

    async def _ask_time(self, interaction: Interaction, target: Target, typed: str) -> None:
        async def take(answered: Interaction, reveal: Resolved) -> None:
            await self._store_reveal(answered, target, reveal)

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            text = values["when"].strip()
            if not text:
                await self._store_reveal(submitted, target, None)
                return

            async def reopen(pressed: Interaction) -> None:
                await self._ask_time(pressed, target, text)

            await settle_time(submitted, self.services, text, take, reopen)

        form = reveal_form(await say_of(interaction), typed, submit)
        await interaction.response.send_modal(form)

    @on_press("reveal_moment")
    async def reveal_at_moment(self, interaction: Interaction, target: Target) -> None:
        await self._store_reveal(interaction, target, None)

    async def _store_reveal(
        self, interaction: Interaction, target: Target, reveal: Resolved | None
    ) -> None:
        ids = (target.guild_id, target.action_id)
        work = self.services.seals.set_reveal(actor_of(interaction), *ids, reveal)
        action = await settle(interaction, work)
        say = await say_of(interaction)
        key = "tag.done_moment" if action.reveal is None else "tag.done_time"
        await self._show(interaction, action, done=say(key, time=stamp(action.revealed_at)))

    @on_press("tag_reserve")
    async def ask_reserve(self, interaction: Interaction, target: Target) -> None:
        """Ask for the tag in reserve; what is doubtful about it is seen on the panel at once."""
        await self._find(interaction, target)

        async def tell(submitted: Interaction, edited: Action, edit: Edit) -> None:
            say, found = await say_of(submitted), await self._find(submitted, target)
            key = "tag.done_reserve" if edited.fields.get(RESERVE) else "tag.done_no_reserve"
            await self._show(submitted, found, done=say(key if edit else "edit.nothing"))

        await Revising(self.services, tell).open(interaction, target, Part.MORE)

    @on_press("helpers_lead")
    async def pick_lead(self, interaction: Interaction, target: Target) -> None:
        lead, ids = read_lead("".join(target.values)), (target.guild_id, target.action_id)
        work = self.services.seals.set_helpers_lead(actor_of(interaction), *ids, lead)
        await self._show(interaction, await settle(interaction, work))

    @on_press("reveal_now")
    async def ask_reveal(self, interaction: Interaction, target: Target) -> None:
        """Ask whether everybody is to be told now, and tell them."""
        found, say = await self._find(interaction, target), await say_of(interaction)

        async def reveal(pressed: Interaction) -> None:
            ids = (target.guild_id, target.action_id)
            work = self.services.seals.reveal_now(actor_of(pressed), *ids)
            action = await settle(pressed, work)
            await replace(pressed, say("tag.done_now", title=heading_title(action)))

        sure = Choice(say("button.reveal_now_yes"), reveal, discord.ButtonStyle.danger)
        starts = stamp(found.starts_at, "R")
        question = say("tag.ask_reveal", title=plain(found.title), starts=starts)
        await reply(interaction, question, view=Choices([sure]))

    @on_press("switch_tag")
    async def ask_switch(self, interaction: Interaction, target: Target) -> None:
        """Ask whether the reserve tag is to take the tag's place, saying what follows."""
        found, say = await self._find(interaction, target), await say_of(interaction)

        async def switch(pressed: Interaction) -> None:
            ids = (target.guild_id, target.action_id)
            work = self.services.seals.switch(actor_of(pressed), *ids)
            action = await settle(pressed, work)
            await replace(pressed, say("tag.done_switch", title=heading_title(action)))

        sure = Choice(say("button.switch_tag_yes"), switch, discord.ButtonStyle.danger)
        known = found.revealed(self.services.clock.now())
        question = say(
            "tag.ask_switch_revealed" if known else "tag.ask_switch_sealed",
            title=plain(found.title),
            when=stamp(found.revealed_at),
        )
        await reply(interaction, question, view=Choices([sure]))
