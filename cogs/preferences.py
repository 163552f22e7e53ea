"""What people say about themselves, once for all servers: the zone they live in."""

from __future__ import annotations

from cogs.base import FanchantCog, on_press, say_of
from cogs.shifts import view_of
from cogs.zones import settle_zone
from domain.own_zone import live_in
from ui.base import Interaction, Target
from ui.forms import own_zone_form
from ui.replies import replace, reply, settle
from ui.shift_panel import draw_shifts, own_clock


class PreferenceCog(FanchantCog):
    @on_press("own_zone")
    async def ask_zone(self, interaction: Interaction, target: Target) -> None:
        """Ask in which city somebody lives; on an action's panel that is drawn anew."""
        await self._show_form(interaction, target, "")

    async def _show_form(
        self, interaction: Interaction, target: Target, typed: str, *, asked: bool = False
    ) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._read(submitted, target, values["zone"], asked=asked)

        say = await say_of(interaction)
        await interaction.response.send_modal(own_zone_form(say, typed, submit))

    async def _read(
        self, interaction: Interaction, target: Target, typed: str, *, asked: bool
    ) -> None:
        """Take the zone that is meant; a question takes the place of what was `asked` before."""

        async def take(answered: Interaction, zone: str) -> None:
            in_place = asked or answered is not interaction
            await self._take(answered, target, zone, in_place=in_place)

        async def again(pressed: Interaction, text: str) -> None:
            await self._show_form(pressed, target, text, asked=True)

        await settle_zone(
            interaction,
            self.services,
            typed,
            take,
            again,
            asked=asked,
            find=live_in,
            which="own_zone.which",
        )

    async def _take(
        self, interaction: Interaction, target: Target, zone: str, *, in_place: bool
    ) -> None:
        """Store the zone and say so, `in_place` of the question which one is meant."""
        await settle(interaction, self.services.preferences.set_zone(interaction.user.id, zone))
        say, now = await say_of(interaction), self.services.clock.now()
        if not target.action_id:
            clock = own_clock(say, zone, zone, now)
            await (replace if in_place else reply)(interaction, clock)
            return
        shown = await view_of(self.services, interaction, target)
        await replace(interaction, view=draw_shifts(say, shown))
