"""*Add to calendar*: an action, or all that a server has before it, as a file."""

from __future__ import annotations

from cogs.base import FanchantCog, on_press, say_of
from ui.base import Interaction, Target
from ui.calendars import draw_calendar, draw_whole_calendar
from ui.replies import reply, settle


class CalendarCog(FanchantCog):
    @on_press("calendar")
    async def add(self, interaction: Interaction, target: Target) -> None:
        reader = await self.reader_of(interaction, target.guild_id)
        work = self.services.calendars.of_action(target.guild_id, target.action_id, reader)
        dates = await settle(interaction, work)
        now = self.services.clock.now()
        text, view, file = draw_calendar(await say_of(interaction), dates, target.action_id, now)
        await reply(interaction, text, view=view, files=[file])

    @on_press("calendar_all")
    async def add_all(self, interaction: Interaction, target: Target) -> None:
        reader = await self.reader_of(interaction, target.guild_id)
        dates = await settle(interaction, self.services.calendars.coming(target.guild_id, reader))
        name = interaction.guild.name if interaction.guild is not None else ""
        say, now = await say_of(interaction), self.services.clock.now()
        text, view, file = draw_whole_calendar(say, dates, name, now)
        await reply(interaction, text, view=view, files=[] if file is None else [file])
