"""Setting up a vote: its apps, added, changed, closed and removed in one panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from cogs.base import FanchantCog, actor_of, on_press, say_of
from cogs.drafting import Drafting
from cogs.times import describe, require_zone, word_time_refusal
from domain.actions import Action
from domain.app_forms import Option, Reader, Unclear, app_texts, read_app
from domain.errors import Refusal
from domain.ticks import find_app
from domain.votes import VoteApp
from domain.when import Reading
from locales import Language
from ui.apps_panel import app_form, draw_app, draw_apps, draw_sure
from ui.base import Interaction, Target
from ui.buttons import read_id
from ui.choices import Choice, Choices
from ui.replies import replace, reply, settle
from ui.text import code


class VoteAppsCog(FanchantCog):
    @on_press("apps")
    async def open_panel(self, interaction: Interaction, target: Target) -> None:
        action = await self._find(interaction, target)
        await reply(interaction, view=await self._panel(interaction, action))

    @on_press("app_list")
    async def back_to_list(self, interaction: Interaction, target: Target) -> None:
        await self._show(interaction, await self._find(interaction, target))

    @on_press("app_done")
    async def back_to_preview(self, interaction: Interaction, target: Target) -> None:
        actor = actor_of(interaction)
        draft = await self.services.actions.find_draft(actor, target.guild_id, target.action_id)
        await Drafting(self.services).show(interaction, draft)

    @on_press("app_add")
    async def add(self, interaction: Interaction, target: Target) -> None:
        await self._ask(interaction, await self._find(interaction, target), None, {})

    @on_press("app_pick")
    async def pick(self, interaction: Interaction, target: Target) -> None:
        if len(target.values) != 1:
            raise Refusal("refused.unknown_button")
        action = await self._find(interaction, target)
        app = find_app(action.parts.apps, read_id(target.values[0]))
        server = await self.services.servers.get(target.guild_id)
        say, now = await say_of(interaction), self.services.clock.now()
        await replace(interaction, view=draw_app(say, action, app, server, now))

    @on_press("app_edit")
    async def edit(self, interaction: Interaction, target: Target) -> None:
        action, app = await self._find_app(interaction, target)
        zone = require_zone(await self.services.servers.get(target.guild_id))
        await self._ask(interaction, action, app, app_texts(app, zone))

    @on_press("app_remove")
    async def ask_to_remove(self, interaction: Interaction, target: Target) -> None:
        action, app = await self._find_app(interaction, target)
        view = draw_sure(await say_of(interaction), action, app, "app_remove")
        await replace(interaction, view=view)

    @on_press("app_remove_yes")
    async def remove(self, interaction: Interaction, target: Target) -> None:
        action, app = await self._find_app(interaction, target)
        ids = (action.guild_id, action.action_id, app.app_id)
        work = self.services.vote_apps.remove(actor_of(interaction), *ids)
        await self._show(interaction, await settle(interaction, work))

    @on_press("app_close")
    async def ask_to_close(self, interaction: Interaction, target: Target) -> None:
        action, app = await self._find_app(interaction, target)
        view = draw_sure(await say_of(interaction), action, app, "app_close")
        await replace(interaction, view=view)

    @on_press("app_close_yes")
    async def close(self, interaction: Interaction, target: Target) -> None:
        action, app = await self._find_app(interaction, target)
        ids = (action.guild_id, action.action_id, app.app_id)
        work = self.services.vote_apps.close(actor_of(interaction), *ids)
        await self._show(interaction, await settle(interaction, work))

    async def _find(self, interaction: Interaction, target: Target) -> Action:
        actor = actor_of(interaction)
        return await self.services.vote_apps.find(actor, target.guild_id, target.action_id)

    async def _find_app(self, interaction: Interaction, target: Target) -> tuple[Action, VoteApp]:
        action = await self._find(interaction, target)
        if target.item_id is None:
            raise Refusal("refused.unknown_button")
        return action, find_app(action.parts.apps, target.item_id)

    async def _panel(self, interaction: Interaction, action: Action) -> discord.ui.LayoutView:
        server = await self.services.servers.get(action.guild_id)
        return draw_apps(await say_of(interaction), action, server, self.services.clock.now())

    async def _show(self, interaction: Interaction, action: Action) -> None:
        """Show the list of apps in place of what the interaction came from."""
        await replace(interaction, view=await self._panel(interaction, action))

    async def _ask(
        self,
        interaction: Interaction,
        action: Action,
        app: VoteApp | None,
        texts: Mapping[str, str],
    ) -> None:
        """Show the form of a new app, or of one that there is."""

        async def submit(submitted: Interaction, typed: dict[str, str]) -> None:
            await self._take(submitted, action, app, typed)

        await interaction.response.send_modal(app_form(await say_of(interaction), texts, submit))

    async def _take(
        self, interaction: Interaction, action: Action, app: VoteApp | None, texts: dict[str, str]
    ) -> None:
        """Store the app as it was typed; ask what is unclear, and keep what was refused."""
        actor, ids = actor_of(interaction), (action.guild_id, action.action_id)
        say, apps = await say_of(interaction), self.services.vote_apps
        zone = require_zone(await self.services.servers.get(action.guild_id))
        try:
            read = read_app(texts, Reader(zone, say.code, self.services.clock.now()), app)
            work = apps.add(actor, *ids, read) if app is None else apps.change(actor, *ids, read)
            changed = await settle(interaction, work)
        except Unclear as unclear:
            await self._ask_which(interaction, action, app, texts, unclear)
            return
        except Refusal as refusal:
            again = Choice(
                say("button.try_again"),
                lambda pressed: self._ask(pressed, action, app, texts),
            )
            sentence = word_time_refusal(say, refusal, zone)
            await reply(interaction, sentence, view=Choices([again]))
            return
        await self._show(interaction, changed)

    async def _ask_which(
        self,
        interaction: Interaction,
        action: Action,
        app: VoteApp | None,
        texts: dict[str, str],
        unclear: Unclear,
    ) -> None:
        say, now = await say_of(interaction), self.services.clock.now()

        def choice(option: Option) -> Choice:
            settled = texts | {unclear.field: option.text}
            label = _describe(say, option, now)
            return Choice(label, lambda pressed: self._take(pressed, action, app, settled))

        question = say("apps.which", text=code(unclear.text))
        await reply(interaction, question, view=Choices([*map(choice, unclear.options)]))


def _describe(say: Language, option: Option, now: Any) -> str:
    if isinstance(option.meaning, Reading):
        return describe(say, option.meaning, now)
    return option.text
