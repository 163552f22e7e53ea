"""The panel of sign-up settings: the role it takes, cut-off, options, condition, role, channel."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from datetime import timedelta
from typing import Any

import discord

from cogs.asking_times import Reopen, settle_time
from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.times import read, reading_of, word_time_refusal
from domain.actions import Action
from domain.errors import Gone, NotAllowed, Refusal
from domain.fields import read_capacity
from domain.language_channels import roles_of
from domain.roles import ROLE_GONE, RoleProgress
from domain.servers import RolePurpose
from domain.sign_up_options import options_as_text, read_options
from domain.walls import Resolved
from domain.when import read_length, write_reading
from locales import Language
from ui.base import Interaction, Target
from ui.buttons import read_id
from ui.choices import Choice, Choices
from ui.permissions import TO_POST, missing_permissions, require_may_grant, role_exists
from ui.replies import replace, reply, settle
from ui.sign_up_forms import condition_form, cut_off_form, options_form
from ui.sign_up_panel import draw_sign_up_panel

NO_TIME = frozenset({"when.not_understood", "when.no_time", "when.no_day", "when.no_zone"})
"""The refusals of a text that may have been meant as a length of time."""


class SignUpSettingsCog(FanchantCog):
    @on_press("sign_up_settings")
    async def open_panel(self, interaction: Interaction, target: Target) -> None:
        view = await self._panel(interaction, target.action_id)
        await reply(interaction, view=view)

    async def _panel(self, interaction: Interaction, action_id: int) -> discord.ui.LayoutView:
        guild_id = guild_of(interaction)
        found = self.services.sign_up_settings.find(actor_of(interaction), guild_id, action_id)
        action, progress = await settle(interaction, found)
        server = await self.services.servers.get(guild_id)
        if await self._roles_gone(interaction, action):
            progress = RoleProgress(progress.wanted, 0, ROLE_GONE)
        gate = action.sign_up_role_id
        return draw_sign_up_panel(
            await say_of(interaction),
            action,
            server,
            progress,
            gate_gone=gate is not None and not await role_exists(_guild(interaction), gate),
        )

    async def _roles_gone(self, interaction: Interaction, action: Action) -> list[str]:
        """The language channels whose roles were deleted by hand, noticed already or not."""
        guild = _guild(interaction)
        return [
            language
            for language, role_id in roles_of(action).items()
            if not await role_exists(guild, role_id)
        ]

    async def _find(self, interaction: Interaction, target: Target) -> Action:
        return await self.services.changing.find(
            actor_of(interaction), target.guild_id, target.action_id
        )

    # ---- What is picked or pressed

    @on_press("gate_role")
    async def pick_gate(self, interaction: Interaction, target: Target) -> None:
        await self._find(interaction, target)
        role_id = read_id(target.values[0]) if target.values else None
        if role_id is not None and not await role_exists(_guild(interaction), role_id):
            raise Refusal("setup.no_such_role")
        work = self.services.sign_up_settings.set_role(
            actor_of(interaction), target.guild_id, target.action_id, role_id
        )
        await self._store(interaction, work)

    @on_press("draft_channel")
    async def pick_channel(self, interaction: Interaction, target: Target) -> None:
        await self._find(interaction, target)
        channel_id = read_id(target.values[0]) if target.values else None
        server = await self.services.servers.get(target.guild_id)
        channel = channel_id and _guild(interaction).get_channel(channel_id)
        if not isinstance(channel, discord.TextChannel):
            raise Refusal("setup.no_such_channel")
        role_id = server.role(RolePurpose.PING)
        ping_role = None if role_id is None else channel.guild.get_role(role_id)
        missing = missing_permissions(channel, channel.guild.me, ping_role=ping_role)
        if not TO_POST.isdisjoint(missing):
            say = await say_of(interaction)
            raise Refusal(
                "settings.cannot_post",
                channel=channel.name,
                permissions=say.listing([say(key) for key in missing]),
            )
        work = self.services.sign_up_settings.set_channel(
            actor_of(interaction), target.guild_id, target.action_id, channel.id
        )
        await self._store(interaction, work)

    @on_press("participant_role")
    async def switch_role(self, interaction: Interaction, target: Target) -> None:
        action = await self._find(interaction, target)
        grants = target.item_id == 1
        if grants:
            require_may_grant(_guild(interaction), action.role_id)
        work = self.services.sign_up_settings.switch_role(
            actor_of(interaction), target.guild_id, target.action_id, grants=grants
        )
        await self._store(interaction, work)

    @on_press("roles_again")
    async def try_roles_again(self, interaction: Interaction, target: Target) -> None:
        action = await self._find(interaction, target)
        require_may_grant(_guild(interaction), action.role_id)
        work = self.services.sign_up_settings.try_roles_again(
            actor_of(interaction),
            target.guild_id,
            target.action_id,
            gone=await self._roles_gone(interaction, action),
        )
        await self._store(interaction, work)

    # ---- What is typed

    @on_press("sign_up_options")
    async def edit_options(self, interaction: Interaction, target: Target) -> None:
        action = await self._find(interaction, target)
        await self._ask_options(interaction, action, options_as_text(action.parts.options))

    async def _ask_options(self, interaction: Interaction, action: Action, typed: str) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            text = values["options"]

            async def store() -> None:
                wanted = read_options(text, (await say_of(submitted)).code)
                work = self.services.sign_up_settings.set_options(
                    actor_of(submitted), action.guild_id, action.action_id, wanted
                )
                await self._store(submitted, work)

            async def reopen(pressed: Interaction) -> None:
                await self._ask_options(pressed, action, text)

            await self._try(submitted, store(), reopen)

        form = options_form(await say_of(interaction), typed, submit)
        await interaction.response.send_modal(form)

    @on_press("cut_off")
    async def edit_cut_off(self, interaction: Interaction, target: Target) -> None:
        action = await self._find(interaction, target)
        lead = action.sign_up_lead
        typed = "" if lead is None else write_length(await say_of(interaction), lead)
        await self._ask_cut_off(interaction, action, typed)

    async def _ask_cut_off(self, interaction: Interaction, action: Action, typed: str) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._take_cut_off(submitted, action, values["lead"].strip())

        form = cut_off_form(await say_of(interaction), typed, submit)
        await interaction.response.send_modal(form)

    async def _take_cut_off(self, interaction: Interaction, action: Action, text: str) -> None:
        """Take a length of time before the start, or else a time; ask which one was meant."""

        async def reopen(pressed: Interaction) -> None:
            await self._ask_cut_off(pressed, action, text)

        async def store(answered: Interaction, lead: timedelta | None) -> None:
            work = self.services.sign_up_settings.set_cut_off(
                actor_of(answered), action.guild_id, action.action_id, lead
            )
            await self._store(answered, work)

        async def take(answered: Interaction, closes: Resolved) -> None:
            await store(answered, action.starts_at - closes.at)

        try:
            lead = read_length(text, (await say_of(interaction)).code) if text else None
        except Refusal:
            if await self._is_time(interaction, text):
                await settle_time(interaction, self.services, text, take, reopen)
            else:
                refusal = Refusal("settings.cut_off_unread", text=text)
                await self._explain(interaction, refusal, reopen)
            return
        await self._try(interaction, store(interaction, lead), reopen)

    async def _is_time(self, interaction: Interaction, text: str) -> bool:
        """Tell whether a text is a time, if maybe one that can't be taken."""
        server = await self.services.servers.get(guild_of(interaction))
        try:
            read(text, server, self.services.clock.now(), await say_of(interaction))
        except Refusal as refusal:
            return refusal.key not in NO_TIME
        return True

    @on_press("condition")
    async def edit_condition(self, interaction: Interaction, target: Target) -> None:
        action = await self._find(interaction, target)
        if action.confirmed_at is not None:
            raise Refusal("settings.decided", title=action.title)
        needed = "" if action.needed is None else str(action.needed)
        decide = action.decide
        by = "" if decide is None else write_reading(reading_of(decide.wall, decide.at))
        await self._ask_condition(interaction, action, {"needed": needed, "decide": by})

    async def _ask_condition(
        self, interaction: Interaction, action: Action, typed: Mapping[str, str]
    ) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._take_condition(submitted, action, values)

        form = condition_form(await say_of(interaction), typed, submit)
        await interaction.response.send_modal(form)

    async def _take_condition(
        self, interaction: Interaction, action: Action, typed: Mapping[str, str]
    ) -> None:
        async def reopen(pressed: Interaction) -> None:
            await self._ask_condition(pressed, action, typed)

        async def store(answered: Interaction, decide: Resolved | None) -> None:
            needed = read_capacity(typed["needed"], (await say_of(answered)).code)
            work = self.services.sign_up_settings.set_condition(
                actor_of(answered), action.guild_id, action.action_id, needed, decide
            )
            await self._store(answered, work)

        if by := typed["decide"].strip():
            await settle_time(interaction, self.services, by, store, reopen)
        else:
            await self._try(interaction, store(interaction, None), reopen)

    # ---- The way of every setting

    async def _store(self, interaction: Interaction, work: Coroutine[Any, Any, Action]) -> None:
        """Store a setting, and draw the panel anew with it."""
        action = await settle(interaction, work)
        await replace(interaction, view=await self._panel(interaction, action.action_id))

    async def _try(
        self, interaction: Interaction, work: Coroutine[Any, Any, None], reopen: Reopen
    ) -> None:
        """Do what was typed; what can be typed better is explained, and kept."""
        try:
            await work
        except (NotAllowed, Gone):
            raise
        except Refusal as refusal:
            await self._explain(interaction, refusal, reopen)

    async def _explain(self, interaction: Interaction, refusal: Refusal, reopen: Reopen) -> None:
        say = await say_of(interaction)
        zone = (await self.services.servers.get(guild_of(interaction))).zone or "UTC"
        again = Choice(say("button.try_again"), reopen)
        await reply(interaction, word_time_refusal(say, refusal, zone), view=Choices([again]))


def write_length(say: Language, length: timedelta) -> str:
    """A length as text that `read_length` reads back: whole hours, else minutes."""
    hours, rest = divmod(length, timedelta(hours=1))
    if not rest:
        return say("settings.hours", count=hours)
    return say("settings.minutes", count=length // timedelta(minutes=1))


def _guild(interaction: Interaction) -> discord.Guild:
    if interaction.guild is None:
        raise Refusal("refused.not_here")
    return interaction.guild
