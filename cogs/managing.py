"""`/action manage`, `edit`, `organisers` and `takeover`: running what is published."""

from __future__ import annotations

import discord
from discord import app_commands

from cogs.action_group import action as group
from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.lookup import complete_managed, find_managed
from cogs.panels import show_panel, tell_done
from cogs.revising import Part, Revising
from domain.actions import Action
from domain.errors import Refusal
from domain.life_cycle import require_ongoing
from domain.servers import Actor, require_moderator
from ui.base import Interaction, Target
from ui.commands import command_text
from ui.histories import PAGE, draw_history
from ui.manage_panel import draw_revisions, organiser_lines
from ui.member_pick import MemberPick, Picked
from ui.replies import replace, reply, settle
from ui.text import plain

LAST_PAGE = 1_000_000
"""Beyond what is ever done to an action, and what a database takes as an offset."""


class ManagingCommands(FanchantCog):
    @property
    def revising(self) -> Revising:
        return Revising(self.services)

    @group.command(
        name=command_text("command.action.manage.name"),
        description=command_text("command.action.manage.description"),
    )
    @app_commands.describe(action=command_text("command.action.managed.description"))
    @app_commands.rename(action=command_text("command.action.managed.name"))
    async def manage(self, interaction: Interaction, action: str) -> None:
        await show_panel(interaction, self.services, await self._found(interaction, action))

    @group.command(
        name=command_text("command.action.edit.name"),
        description=command_text("command.action.edit.description"),
    )
    @app_commands.describe(
        action=command_text("command.action.managed.description"),
        what=command_text("command.action.edit.what.description"),
    )
    @app_commands.rename(
        action=command_text("command.action.managed.name"),
        what=command_text("command.action.edit.what.name"),
    )
    @app_commands.choices(
        what=[
            app_commands.Choice(name=command_text(f"edit.what.{part.value}"), value=part.value)
            for part in (Part.WHEN, Part.FIELDS)
        ]
    )
    async def edit(self, interaction: Interaction, action: str, what: str | None = None) -> None:
        """Open a form of an action; without saying which, offer them."""
        found = await self._found(interaction, action)
        if what is not None:
            target = Target(found.guild_id, found.action_id)
            await self.revising.open(interaction, target, Part(what))
            return
        now = self.services.clock.now()
        require_ongoing(found, now)
        say = await say_of(interaction)
        question = say("edit.which", title=plain(found.title))
        await reply(interaction, question, view=draw_revisions(say, found, now))

    @group.command(
        name=command_text("command.action.organisers.name"),
        description=command_text("command.action.organisers.description"),
    )
    @app_commands.describe(
        action=command_text("command.action.managed.description"),
        add=command_text("command.action.organisers.add.description"),
        remove=command_text("command.action.organisers.remove.description"),
    )
    @app_commands.rename(
        action=command_text("command.action.managed.name"),
        add=command_text("command.action.organisers.add.name"),
        remove=command_text("command.action.organisers.remove.name"),
    )
    async def organisers(
        self,
        interaction: Interaction,
        action: str,
        add: discord.User | None = None,
        remove: discord.User | None = None,
    ) -> None:
        found = await self._found(interaction, action)
        if remove is not None:
            found = await self._remove(interaction, found, remove.id)
        if add is not None:
            found = await self._add(interaction, found, add)
        await self._show_organisers(interaction, found)

    @group.command(
        name=command_text("command.action.takeover.name"),
        description=command_text("command.action.takeover.description"),
    )
    @app_commands.describe(action=command_text("command.action.managed.description"))
    @app_commands.rename(action=command_text("command.action.managed.name"))
    async def takeover(self, interaction: Interaction, action: str) -> None:
        require_moderator(actor_of(interaction))
        found = await self._found(interaction, action)
        await self._take_over(interaction, Target(found.guild_id, found.action_id))

    @manage.autocomplete("action")
    async def complete_manage(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Final ones too: their history, official counts and spot check are of use still."""
        return await complete_managed(self.services, interaction, typed, over=True)

    @takeover.autocomplete("action")
    @edit.autocomplete("action")
    @organisers.autocomplete("action")
    async def complete_managed(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_managed(self.services, interaction, typed)

    # ---- Buttons of the panel

    @on_press("revise_when")
    async def revise_when(self, interaction: Interaction, target: Target) -> None:
        await self.revising.open(interaction, target, Part.WHEN)

    @on_press("revise_fields")
    async def revise_fields(self, interaction: Interaction, target: Target) -> None:
        await self.revising.open(interaction, target, Part.FIELDS)

    @on_press("revise_more")
    async def revise_more(self, interaction: Interaction, target: Target) -> None:
        await self.revising.open(interaction, target, Part.MORE)

    @on_press("take_over")
    async def take_over(self, interaction: Interaction, target: Target) -> None:
        await self._take_over(interaction, target)

    async def _take_over(self, interaction: Interaction, target: Target) -> None:
        work = self.services.life_cycle.take_over(
            actor_of(interaction), target.guild_id, target.action_id
        )
        taken = await settle(interaction, work)
        say = await say_of(interaction)
        known = taken.announced(self.services.clock.now())
        key = "done.take_over" if known else "done.take_over_unannounced"
        done = say(key, title=plain(taken.title))
        await tell_done(interaction, self.services, taken, done)

    @on_press("history")
    async def history(self, interaction: Interaction, target: Target) -> None:
        """Show a page of what was done; the first one as a message of its own."""
        page = min(target.item_id or 0, LAST_PAGE)
        found, events = await self.services.life_cycle.history(
            actor_of(interaction),
            target.guild_id,
            target.action_id,
            limit=PAGE + 1,
            offset=page * PAGE,
        )
        say = await say_of(interaction)
        view = draw_history(say, found, events[:PAGE], page=page, more=len(events) > PAGE)
        await (reply if target.item_id is None else replace)(interaction, view=view)

    @on_press("organisers")
    async def press_organisers(self, interaction: Interaction, target: Target) -> None:
        found = await self.services.changing.find(
            actor_of(interaction), target.guild_id, target.action_id
        )
        await self._show_organisers(interaction, found)

    async def _show_organisers(self, interaction: Interaction, action: Action) -> None:
        """Who runs it; whoever is picked is added, a co-organiser is removed."""
        say = await say_of(interaction)

        async def take(answered: Interaction, picked: Picked) -> None:
            # As it stands by now: somebody else may have picked meanwhile.
            found = await self.services.changing.find(
                actor_of(answered), action.guild_id, action.action_id
            )
            if picked.id in found.parts.co_organisers:
                found = await self._remove(answered, found, picked.id)
            else:
                found = await self._add(answered, found, picked)
            await self._show_organisers(answered, found)

        text = f"{organiser_lines(say, action)}\n{say('manage.organisers_hint')}"
        view = MemberPick(say("select.organiser"), take)
        if interaction.message is not None and not interaction.message.flags.components_v2:
            await replace(interaction, text, view=view)
        else:
            await reply(interaction, text, view=view)

    async def _add(self, interaction: Interaction, action: Action, picked: Picked) -> Action:
        if not isinstance(picked, discord.Member):
            raise Refusal("refused.no_member", name=str(picked))
        permissions = picked.resolved_permissions or discord.Permissions.none()
        roles = frozenset(role.id for role in picked.roles)
        new = Actor(picked.id, roles, manages_server=permissions.manage_guild)
        work = self.services.life_cycle.add_organiser(
            actor_of(interaction), action.guild_id, action.action_id, new, picked.display_name
        )
        return await settle(interaction, work)

    async def _remove(self, interaction: Interaction, action: Action, user_id: int) -> Action:
        work = self.services.life_cycle.remove_organiser(
            actor_of(interaction), action.guild_id, action.action_id, user_id
        )
        return await settle(interaction, work)

    async def _found(self, interaction: Interaction, typed: str) -> Action:
        return await find_managed(
            self.services, actor_of(interaction), guild_of(interaction), typed
        )
