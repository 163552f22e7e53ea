"""What reaches somebody: the alert role, direct messages, quiet hours, in a panel and by button."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import discord

from cogs.base import FanchantCog, guild_of, on_press, say_of
from domain.errors import Refusal
from domain.kinds import Kind
from domain.quiet import QuietHours, read_quiet
from domain.servers import RolePurpose, offered_roles
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.notification_panel import (
    Notifications,
    draw_notifications,
    draw_switched_on,
    draw_zone_first,
    quiet_form,
)
from ui.replies import replace, reply, settle


class NotificationCog(FanchantCog):
    @on_press("notifications")
    async def open_panel(self, interaction: Interaction, target: Target) -> None:
        await reply(interaction, view=await self._panel(interaction))

    @on_press("direct_on")
    async def switch_on(self, interaction: Interaction, target: Target) -> None:
        """Send them from now on: asked for beside an action's sign-up, or in a panel."""
        work = self.services.direct_messages.switch(
            interaction.user.id, guild_of(interaction), on=True
        )
        await settle(interaction, work)
        if not target.action_id:
            await replace(interaction, view=await self._panel(interaction))
            return
        text, view = draw_switched_on(await say_of(interaction), target.action_id)
        await reply(interaction, text, view=view)

    @on_press("direct_off")
    async def switch_off(self, interaction: Interaction, target: Target) -> None:
        work = self.services.direct_messages.switch(
            interaction.user.id, guild_of(interaction), on=False
        )
        await settle(interaction, work)
        if not target.action_id:
            await replace(interaction, view=await self._panel(interaction))
            return
        await replace(interaction, (await say_of(interaction))("direct.switched_off"))

    @on_press("direct_stop")
    async def stop(self, interaction: Interaction, target: Target) -> None:
        """Stop them from within one: its button says whose it is and from which server."""
        work = self.services.direct_messages.switch(interaction.user.id, target.guild_id, on=False)
        await settle(interaction, work)
        await reply(interaction, (await self.say_there(interaction, target))("direct.stopped"))

    @on_press("quiet_hours")
    async def ask_quiet(self, interaction: Interaction, target: Target) -> None:
        prefers = await self.services.preferences.load(interaction.user.id)
        if prefers.zone is None:
            text, view = draw_zone_first(await say_of(interaction))
            await reply(interaction, text, view=view)
            return
        await self._show_quiet(interaction, prefers.zone, prefers.quiet, {})

    async def _show_quiet(
        self,
        interaction: Interaction,
        zone: str,
        quiet: QuietHours | None,
        typed: Mapping[str, str],
    ) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._read_quiet(submitted, zone, values)

        form = quiet_form(await say_of(interaction), quiet, typed, submit)
        await interaction.response.send_modal(form)

    async def _read_quiet(
        self, interaction: Interaction, zone: str, typed: Mapping[str, str]
    ) -> None:
        say = await say_of(interaction)
        try:
            quiet = read_quiet(typed["start"], typed["end"], zone=zone, language=say.code)
        except Refusal as refusal:
            again = Choice(
                say("button.try_again"),
                lambda pressed: self._show_quiet(pressed, zone, None, typed),
            )
            await reply(interaction, word_refusal(say, refusal), view=Choices([again]))
            return
        await settle(interaction, self.services.preferences.set_quiet(interaction.user.id, quiet))
        await replace(interaction, view=await self._panel(interaction))

    @on_press("ping_me")
    async def ping_me(self, interaction: Interaction, target: Target) -> None:
        """Give the member the alert role, or take it back; in the panel that is drawn anew."""
        server = await self.services.servers.get(target.guild_id)
        role_id = server.role(RolePurpose.PING)
        member = interaction.user
        if role_id is None or not server.self_service_ping:
            raise Refusal("ping.not_offered")
        if not isinstance(member, discord.Member):
            raise Refusal("refused.not_here")
        has_it = member.get_role(role_id) is not None
        change = member.remove_roles if has_it else member.add_roles
        await self._change_role(interaction, change, role_id)
        if not target.action_id:
            await replace(interaction, view=await self._panel(interaction, pinged=not has_it))
            return
        say = await say_of(interaction)
        await reply(interaction, say("ping.taken_back" if has_it else "ping.given"))

    @on_press("ping_kinds")
    async def pick_kinds(self, interaction: Interaction, target: Target) -> None:
        """Give the member the alert roles of just these kinds, of those that are offered."""
        server, member = await self.services.servers.get(target.guild_id), interaction.user
        if not isinstance(member, discord.Member):
            raise Refusal("refused.not_here")
        wanted = {kind for kind in Kind if kind.value in target.values}
        offered = offered_roles(server)
        if not wanted <= offered.keys():
            raise Refusal("ping.not_offered")
        added = [offered[kind] for kind in wanted if member.get_role(offered[kind]) is None]
        taken = {r for kind, r in offered.items() if kind not in wanted and member.get_role(r)}
        for change, role_ids in ((member.add_roles, added), (member.remove_roles, taken)):
            for role_id in role_ids:
                await self._change_role(interaction, change, role_id)
        view = await self._panel(interaction, kinds={kind: kind in wanted for kind in offered})
        await replace(interaction, view=view)

    async def _change_role(
        self,
        interaction: Interaction,
        change: Callable[[discord.Object], Coroutine[Any, Any, None]],
        role_id: int,
    ) -> None:
        try:
            await settle(interaction, change(discord.Object(role_id)))
        except discord.Forbidden:
            raise Refusal("ping.forbidden", role=f"<@&{role_id}>") from None
        except discord.NotFound:
            raise Refusal("ping.role_gone") from None

    async def _panel(
        self,
        interaction: Interaction,
        *,
        pinged: bool | None = None,
        kinds: Mapping[Kind, bool] | None = None,
    ) -> discord.ui.LayoutView:
        """The panel as things stand; `pinged` and `kinds` where roles were changed just now."""
        guild_id, user_id = guild_of(interaction), interaction.user.id
        server = await self.services.servers.get(guild_id)
        role_id, member = server.role(RolePurpose.PING), interaction.user
        if role_id is None or not server.self_service_ping:
            pinged = None
        elif pinged is None and isinstance(member, discord.Member):
            pinged = member.get_role(role_id) is not None
        if kinds is None and isinstance(member, discord.Member):
            offered = offered_roles(server).items()
            kinds = {kind: member.get_role(role) is not None for kind, role in offered}
        prefers = await self.services.preferences.load(user_id)
        shown = Notifications(
            await self.services.direct_messages.state_of(user_id, guild_id),
            prefers.zone,
            prefers.quiet,
            self.services.clock.now(),
            pinged,
            kinds or {},
        )
        return draw_notifications(await say_of(interaction), shown)
