"""`/me`: one's own sign-ups and shifts, contributions, and settings."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import app_commands

from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.lookup import PUBLISHED
from domain.errors import Refusal
from domain.ledger import standing
from domain.naming import read_public_name
from domain.reviewing import ToldVerdict
from ui.base import Interaction, Target
from ui.buttons import read_id
from ui.commands import command_text
from ui.me_contributions import PAGE, OwnRow, draw_contributions
from ui.me_panel import MOST_SHIFTS, MOST_SIGN_UPS, Tab, draw_sign_ups
from ui.me_settings import MOST_MUTED, Settings, draw_settings
from ui.muting import word_mute
from ui.naming_panel import Named, draw_naming
from ui.own_numbers import draw_own_numbers
from ui.replies import replace, reply, settle
from ui.review_told import told_line

LAST_PAGE = 1_000_000
"""Beyond what anybody logs, and what a database takes as an offset."""


class MeCog(FanchantCog):
    @app_commands.command(
        name=command_text("command.me.name"), description=command_text("command.me.description")
    )
    @app_commands.guild_only()
    async def me(self, interaction: Interaction) -> None:
        """Show one's sign-ups, or first what reviewers decided, where one can appeal against it."""
        await self._show_first(interaction, anew=True)

    async def _show_first(self, interaction: Interaction, *, anew: bool = False) -> None:
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        if await self.services.appeals.untold(actor, guild_id):
            await self._show_contributions(interaction, 0, anew=anew)
            return
        view = await self._sign_ups(interaction, 0)
        await (reply if anew else replace)(interaction, view=view)

    @on_press("me_tab")
    async def open_tab(self, interaction: Interaction, target: Target) -> None:
        if target.item_id == Tab.SETTINGS:
            await replace(interaction, view=await self._settings(interaction))
        elif target.item_id == Tab.CONTRIBUTIONS:
            await self._show_contributions(interaction, 0)
        else:
            await self._show_first(interaction)

    @on_press("me_sign_ups")
    async def turn_sign_ups(self, interaction: Interaction, target: Target) -> None:
        page = min(target.item_id or 0, LAST_PAGE)
        await replace(interaction, view=await self._sign_ups(interaction, page))

    @on_press("me_page")
    async def turn(self, interaction: Interaction, target: Target) -> None:
        """A page of contributions; of a button that names none, the first page of all."""
        if target.item_id is None:
            await self._show_first(interaction)
        else:
            await self._show_contributions(interaction, min(target.item_id, LAST_PAGE))

    # ---- Being named

    @on_press("name_me")
    async def ask_to_name(self, interaction: Interaction, target: Target) -> None:
        """Say what being named means, before anybody is."""
        name = read_public_name(interaction.user.display_name)
        listed_as = await self.services.naming.name_of(actor_of(interaction), target.guild_id)
        view = draw_naming(await say_of(interaction), name, listed_as)
        await replace(interaction, view=view)

    @on_press("name_me_yes")
    async def name(self, interaction: Interaction, target: Target) -> None:
        """Name somebody as they are called here now, the first time or anew."""
        work = self.services.naming.name_me(
            actor_of(interaction), target.guild_id, interaction.user.display_name
        )
        await settle(interaction, work)
        await replace(interaction, view=await self._settings(interaction))

    @on_press("name_me_no")
    async def stop_naming(self, interaction: Interaction, target: Target) -> None:
        await settle(interaction, self.services.naming.stop(actor_of(interaction), target.guild_id))
        note = (await say_of(interaction))("naming.stopped")
        await replace(interaction, view=await self._settings(interaction, naming_note=note))

    # ---- Keeping what one chose to oneself

    @on_press("choices_hide")
    async def hide_choices(self, interaction: Interaction, target: Target) -> None:
        await self._hide(interaction, target, hides=True)

    @on_press("choices_show")
    async def show_choices(self, interaction: Interaction, target: Target) -> None:
        await self._hide(interaction, target, hides=False)

    async def _hide(self, interaction: Interaction, target: Target, *, hides: bool) -> None:
        """Switch it and say what that means; among one's settings they are drawn anew."""
        work = self.services.participants.hide_choices(
            actor_of(interaction), target.guild_id, hides=hides
        )
        await settle(interaction, work)
        note = (await say_of(interaction))("hides.done" if hides else "hides.undone")
        if target.action_id:
            await reply(interaction, note)
        else:
            await replace(interaction, view=await self._settings(interaction, note=note))

    @on_press("me_unmute")
    async def unmute(self, interaction: Interaction, target: Target) -> None:
        """Unmute the action that was picked."""
        if len(target.values) != 1:
            raise Refusal("refused.unknown_button")
        work = self.services.sign_ups.mute(
            actor_of(interaction), target.guild_id, read_id(target.values[0]), muted=False
        )
        action, holds = await settle(interaction, work)
        note = word_mute(await say_of(interaction), action, holds)
        await replace(interaction, view=await self._settings(interaction, note=note))

    # ---- One's numbers

    @on_press("my_numbers")
    async def show_numbers(self, interaction: Interaction, target: Target) -> None:
        page = min(target.item_id or 0, LAST_PAGE)
        work = self.services.own_summaries.list(actor_of(interaction), target.guild_id, page=page)
        shown, more = await settle(interaction, work)
        view = draw_own_numbers(await say_of(interaction), shown, page=page, more=more)
        await replace(interaction, view=view)

    # ---- The pages

    async def _sign_ups(self, interaction: Interaction, page: int) -> discord.ui.LayoutView:
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        found = await self.services.sign_ups.list_own(
            actor, guild_id, limit=MOST_SIGN_UPS + 1, offset=page * MOST_SIGN_UPS
        )
        shown = found[:MOST_SIGN_UPS]
        shifts = await self.services.shifts.list_own(actor.user_id, guild_id, limit=MOST_SHIFTS)
        signed_up = await self.all_as_read(interaction, [action for action, _, _ in shown])
        on_shift = await self.all_as_read(interaction, [action for action, _ in shifts])
        return draw_sign_ups(
            await say_of(interaction),
            [
                (action, sign_up, option)
                for action, (_, sign_up, option) in zip(signed_up, shown, strict=True)
            ],
            page=page,
            more=len(found) > MOST_SIGN_UPS,
            shifts=[(action, shift) for action, (_, shift) in zip(on_shift, shifts, strict=True)],
        )

    async def _show_contributions(
        self, interaction: Interaction, page: int, *, anew: bool = False
    ) -> None:
        """Show a page of contributions; what it tells of verdicts is told once it is there."""
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        told = await self.services.appeals.untold(actor, guild_id)
        view = await self._contributions(interaction, page, told)
        await (reply if anew else replace)(interaction, view=view)
        await self.services.appeals.note_told(actor, guild_id, told)

    async def _contributions(
        self, interaction: Interaction, page: int, told: Sequence[ToldVerdict]
    ) -> discord.ui.LayoutView:
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        own = await self.services.contributions.list_own(
            actor, guild_id, limit=PAGE + 1, offset=page * PAGE
        )
        numbers = [entry.contribution.contribution_id for entry in own[:PAGE]]
        appeals = await self.services.appeals.appeals_of(guild_id, numbers)
        actions = await self.all_as_read(interaction, [entry.action for entry in own[:PAGE]])
        rows = [
            OwnRow(
                action,
                entry.contribution,
                standing(entry.contribution, entry.check),
                entry.check,
                appeals.get(entry.contribution.contribution_id),
            )
            for action, entry in zip(actions, own[:PAGE], strict=True)
        ]
        say = await say_of(interaction)
        late = await self.services.actions.search(guild_id, "", states=PUBLISHED)
        return draw_contributions(
            say,
            rows,
            page=page,
            more=len(own) > PAGE,
            now=self.services.clock.now(),
            late=await self.all_as_read(interaction, late),
            told=told_line(say, told),
        )

    async def _settings(
        self,
        interaction: Interaction,
        *,
        note: str | None = None,
        naming_note: str | None = None,
    ) -> discord.ui.LayoutView:
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        services, user_id = self.services, actor.user_id
        name = await services.naming.name_of(actor, guild_id)
        muted = await services.sign_ups.list_muted(actor, guild_id, limit=MOST_MUTED)
        chosen = Settings(
            zone=await services.preferences.zone_of(user_id),
            language=await services.languages.of(user_id),
            direct=await services.direct_messages.state_of(user_id, guild_id),
            named=Named(name, interaction.user.display_name, naming_note),
            hides=await services.participants.hides_choices(actor, guild_id),
            public=(await services.servers.get(guild_id)).choices_public,
            muted=await self.all_as_read(interaction, muted),
        )
        return draw_settings(await say_of(interaction), chosen, services.clock.now(), note=note)
