"""`/action announce` and *Announce later*: when a draft, or a scheduled action, becomes known."""

from __future__ import annotations

from discord import app_commands

from cogs.action_group import action as group
from cogs.asking_times import settle_time
from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.drafting import Drafting
from cogs.lookup import MOST_SEARCHED, as_choices, find_managed, read_choice, require_meant
from cogs.panels import tell_done
from cogs.times import complete_time, reading_of
from domain.actions import Action, ActionState
from domain.walls import Resolved
from domain.when import write_reading
from ui.base import Interaction, Target
from ui.commands import command_text
from ui.forms import WHEN_LENGTH
from ui.replies import settle
from ui.step_forms import announce_form
from ui.text import stamp


class AnnouncingCommands(FanchantCog):
    @group.command(
        name=command_text("command.action.announce.name"),
        description=command_text("command.action.announce.description"),
    )
    @app_commands.describe(
        action=command_text("command.action.managed.description"),
        when=command_text("command.action.announce.when.description"),
    )
    @app_commands.rename(
        action=command_text("command.action.managed.name"),
        when=command_text("command.action.announce.when.name"),
    )
    async def announce(
        self,
        interaction: Interaction,
        action: str,
        when: app_commands.Range[str, 1, WHEN_LENGTH] | None = None,
    ) -> None:
        """Announce a scheduled action now or at another time; of a draft show the preview."""
        found = await self._find_unannounced(interaction, action)
        await self._settle(interaction, Target(found.guild_id, found.action_id), when or "")

    @announce.autocomplete("action")
    async def complete_unannounced(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        found = await self._unannounced(interaction, typed)
        return await as_choices(self.services, interaction, found)

    @announce.autocomplete("when")
    async def complete_announcement(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        server = await self.services.servers.get(guild_of(interaction))
        return complete_time(typed, server, self.services.clock.now(), await say_of(interaction))

    async def _unannounced(self, interaction: Interaction, typed: str) -> list[Action]:
        """The actor's scheduled actions and drafts that fit."""
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        search, now = self.services.actions, self.services.clock.now()
        managed = await search.search_managed(actor, guild_id, typed, limit=MOST_SEARCHED)
        scheduled = [a for a in managed if a.state_at(now) is ActionState.SCHEDULED]
        return [*scheduled, *await search.search_drafts(actor, guild_id, typed)]

    async def _find_unannounced(self, interaction: Interaction, typed: str) -> Action:
        """The scheduled action or draft that was picked or typed."""
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        action_id = read_choice(typed)
        if action_id is None:
            fitting = await self._unannounced(interaction, typed.strip())
            if not fitting:
                # One that is announced is named in the refusal to announce it.
                return await find_managed(self.services, actor, guild_id, typed)
            action_id = require_meant(fitting, typed).action_id
        return await self.services.changing.find(actor, guild_id, action_id)

    # ---- Buttons of the preview and of the panel

    @on_press("announce_later")
    async def announce_later(self, interaction: Interaction, target: Target) -> None:
        action = await self.services.changing.find(
            actor_of(interaction), target.guild_id, target.action_id
        )
        typed = ""
        if action.announce is not None:
            typed = write_reading(reading_of(action.announce.wall, action.announce.at))
        await self._ask(interaction, target, typed)

    @on_press("announce_now")
    async def announce_now(self, interaction: Interaction, target: Target) -> None:
        await self._store(interaction, target, None)

    async def _ask(self, interaction: Interaction, target: Target, typed: str) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._settle(submitted, target, values["when"].strip())

        say = await say_of(interaction)
        await interaction.response.send_modal(announce_form(say, typed, submit))

    async def _settle(self, interaction: Interaction, target: Target, text: str) -> None:
        """Announce it at the time that was typed, at once without one."""
        if not text:
            await self._store(interaction, target, None)
            return

        async def take(answered: Interaction, announce: Resolved) -> None:
            await self._store(answered, target, announce)

        async def reopen(pressed: Interaction) -> None:
            await self._ask(pressed, target, text)

        await settle_time(interaction, self.services, text, take, reopen)

    async def _store(
        self, interaction: Interaction, target: Target, announce: Resolved | None
    ) -> None:
        work = self.services.editing.announce_at(
            actor_of(interaction), target.guild_id, target.action_id, announce
        )
        action = await settle(interaction, work)
        if action.number is None:
            await Drafting(self.services).show(interaction, action)
            return
        await self._tell(interaction, action)

    async def _tell(self, interaction: Interaction, action: Action) -> None:
        say = await say_of(interaction)
        if action.announce is None:
            done = say("done.announce_now")
        else:
            done = say("done.announce_later", time=stamp(action.announce.at))
        await tell_done(interaction, self.services, action, done)
