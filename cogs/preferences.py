"""What people say about themselves, once for all servers: the zone they live in."""

from __future__ import annotations

from cogs.base import FanchantCog, on_press, say_of
from cogs.shifts import view_of
from domain.errors import Refusal
from domain.own_zone import live_in
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.forms import own_zone_form
from ui.notification_panel import draw_zones
from ui.replies import replace, reply, settle
from ui.shift_panel import draw_shifts, own_clock


class PreferenceCog(FanchantCog):
    @on_press("own_zone")
    async def ask_zone(self, interaction: Interaction, target: Target) -> None:
        """Ask in which city somebody lives; on an action's panel that is drawn anew."""
        await self._show_form(interaction, target, "")

    async def _show_form(self, interaction: Interaction, target: Target, typed: str) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._read(submitted, target, values["zone"])

        say = await say_of(interaction)
        await interaction.response.send_modal(own_zone_form(say, typed, submit))

    async def _read(self, interaction: Interaction, target: Target, typed: str) -> None:
        """Take the zone that is meant, or offer those that may be."""
        say, now = await say_of(interaction), self.services.clock.now()
        try:
            found = live_in(typed, now, say.code)
        except Refusal as refusal:
            again = Choice(
                say("button.try_again"),
                lambda pressed: self._show_form(pressed, target, typed),
            )
            await reply(interaction, word_refusal(say, refusal), view=Choices([again]))
            return
        if len(found) == 1:
            await self._take(interaction, target, found[0].zone)
            return
        text, view = draw_zones(say, target.action_id, found, now)
        await reply(interaction, text, view=view)

    @on_press("own_zone_pick")
    async def pick_zone(self, interaction: Interaction, target: Target) -> None:
        if len(target.values) != 1:
            raise Refusal("refused.unknown_button")
        await self._take(interaction, target, target.values[0])

    async def _take(self, interaction: Interaction, target: Target, zone: str) -> None:
        await settle(interaction, self.services.preferences.set_zone(interaction.user.id, zone))
        say, now = await say_of(interaction), self.services.clock.now()
        if not target.action_id:
            await reply(interaction, own_clock(say, zone, zone, now))
            return
        shown = await view_of(self.services, interaction, target)
        await replace(interaction, view=draw_shifts(say, shown))
