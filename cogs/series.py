"""`/action series` and *Repeat*: letting actions follow one another, and changing how they do."""

from __future__ import annotations

from datetime import date

import discord
from discord import app_commands

from cogs.action_group import action
from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.lookup import read_choice
from cogs.repeating import Repeating, Wish, offered_rule, weekly_on
from domain.actions import Action
from domain.errors import Gone, NotAllowed, Refusal
from domain.life_cycle import require_reason
from domain.seals import require_told_by_none
from domain.series import Running
from domain.servers import require_organiser
from services.series import DATES_AHEAD
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.commands import command_text, offers
from ui.replies import replace, reply, settle
from ui.series_panel import (
    OTHER_DAYS,
    cancel_form,
    draw_series,
    draw_skipping,
    rule_words,
)
from ui.text import heading_title


class SeriesCommands(FanchantCog):
    """The buttons `series_…` carry the id of a series where others carry that of an action."""

    @property
    def repeating(self) -> Repeating:
        return Repeating(self.services)

    @action.command(
        name=command_text("command.action.series.name"),
        description=command_text("command.action.series.description"),
    )
    @app_commands.describe(series=command_text("command.action.series.series.description"))
    @app_commands.rename(series=command_text("command.action.series.series.name"))
    async def series(self, interaction: Interaction, series: str) -> None:
        """Show a series and what can be done with it."""
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        require_organiser(actor, await self.services.servers.get(guild_id))
        series_id = read_choice(series)
        if series_id is None:
            fitting = await self.services.series.search(actor, guild_id, series, limit=2)
            if len(fitting) != 1:
                raise Gone("series.none_fits", text=series)
            series_id = fitting[0].series.series_id
        await self._show_series(
            interaction, await self.services.series.find(actor, guild_id, series_id)
        )

    @series.autocomplete("series")
    async def complete_series(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        say, actor = await say_of(interaction), actor_of(interaction)
        found = await self.services.series.search(actor, guild_of(interaction), typed)
        return offers(
            (
                f"#{running.latest.number} {running.latest.title}"
                f" · {rule_words(say, running.series.rule)}",
                f"id:{running.series.series_id}",
            )
            for running in found
        )

    async def _show_series(self, interaction: Interaction, running: Running) -> None:
        say, now = await say_of(interaction), self.services.clock.now()
        text, view = draw_series(say, running, now)
        await reply(interaction, text, view=view)

    # ---- Choosing how an action repeats

    async def _series_first(self, interaction: Interaction, target: Target) -> Action:
        return await self.services.series.find_first(
            actor_of(interaction), target.guild_id, target.action_id
        )

    @on_press("repeat")
    async def repeat(self, interaction: Interaction, target: Target) -> None:
        """Ask how an action is to repeat; of a published one that does, show the series."""
        first = await self._series_first(interaction, target)
        if first.number is not None and first.series_id is not None:
            running = await self._find_series(interaction, Target(first.guild_id, first.series_id))
            if running.series.ended_at is None:
                await self._show_series(interaction, running)
                return
        await self.repeating.ask_rule(interaction, first)

    @on_press("repeat_rule")
    async def pick_repeat_rule(self, interaction: Interaction, target: Target) -> None:
        first, picked = await self._series_first(interaction, target), "".join(target.values)
        if picked == OTHER_DAYS:
            await self.repeating.ask_days(interaction, first)
            return
        await self.repeating.ask_details(interaction, Wish(first, offered_rule(first, picked)))

    @on_press("repeat_days")
    async def pick_repeat_days(self, interaction: Interaction, target: Target) -> None:
        first = await self._series_first(interaction, target)
        await self.repeating.ask_details(interaction, Wish(first, weekly_on(first, target.values)))

    @on_press("repeat_not")
    async def repeat_not(self, interaction: Interaction, target: Target) -> None:
        """Let nothing follow a draft after all."""
        work = self.services.series.drop(actor_of(interaction), target.guild_id, target.action_id)
        draft = await settle(interaction, work)
        say = await say_of(interaction)
        await replace(interaction, say("series.dropped", title=heading_title(draft)))
        await self.repeating.show_preview(interaction, draft)

    # ---- Changing a series

    async def _find_series(self, interaction: Interaction, target: Target) -> Running:
        return await self.services.series.find(
            actor_of(interaction), target.guild_id, target.action_id
        )

    @on_press("series_rule")
    async def change_series_rule(self, interaction: Interaction, target: Target) -> None:
        latest = (await self._find_series(interaction, target)).latest
        first = Target(target.guild_id, latest.action_id)
        await self.repeating.ask_rule(interaction, await self._series_first(interaction, first))

    @on_press("series_skip")
    async def ask_series_date(self, interaction: Interaction, target: Target) -> None:
        running = await self._find_series(interaction, target)
        say, now = await say_of(interaction), self.services.clock.now()
        text, view = draw_skipping(say, running, now, DATES_AHEAD)
        await reply(interaction, text, view=view)

    @on_press("series_date")
    async def pick_series_date(self, interaction: Interaction, target: Target) -> None:
        """Skip the date that was picked; where its action is there already, ask for a reason."""
        day = _read_day(target)
        running = await self._find_series(interaction, target)
        if running.is_ahead_on(day, self.services.clock.now()):
            await self._ask_series_reason(interaction, target, day=day)
        else:
            await self._skip_date(interaction, target, day)

    async def _skip_date(
        self, interaction: Interaction, target: Target, day: date, reason: str = ""
    ) -> None:
        work = self.services.series.skip(
            actor_of(interaction), target.guild_id, target.action_id, day, reason=reason
        )
        await settle(interaction, work)
        say = await say_of(interaction)
        await replace(interaction, say("series.skipped", day=say.day(day)))

    async def _ask_series_reason(
        self, interaction: Interaction, target: Target, *, day: date | None, typed: str = ""
    ) -> None:
        """Ask why the action ahead is cancelled: its date alone, or all that follow as well."""
        say = await say_of(interaction)

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            typed = values["reason"]
            try:
                reason = require_reason(typed)
                latest = (await self._find_series(submitted, target)).latest
                require_told_by_none(latest, [reason], self.services.clock.now())
            except (NotAllowed, Gone):
                raise
            except Refusal as refusal:
                again = Choice(
                    say("button.try_again"),
                    lambda pressed: self._ask_series_reason(pressed, target, day=day, typed=typed),
                )
                await reply(submitted, word_refusal(say, refusal), view=Choices([again]))
            else:
                await self._ask_series_sure(submitted, target, day, reason)

        await interaction.response.send_modal(cancel_form(say, typed, submit))

    async def _ask_series_sure(
        self, interaction: Interaction, target: Target, day: date | None, reason: str
    ) -> None:
        """Ask before an action is cancelled, which can't be taken back."""
        latest = (await self._find_series(interaction, target)).latest
        say, title = await say_of(interaction), heading_title(latest)

        async def take(pressed: Interaction) -> None:
            if day is None:
                await self._end_series(pressed, target, reason)
            else:
                await self._skip_date(pressed, target, day, reason)

        if day is None:
            label = say("button.series_cancel_yes")
            question = say("series.ask_cancel", number=latest.number, title=title)
        else:
            label, shown = say("button.cancel_yes"), say.day(day)
            question = say("series.ask_skip", number=latest.number, title=title, day=shown)
        sure = Choice(label, take, discord.ButtonStyle.danger)
        await reply(interaction, question, view=Choices([sure]))

    @on_press("series_follow")
    async def ask_to_follow_series(self, interaction: Interaction, target: Target) -> None:
        latest = (await self._find_series(interaction, target)).latest
        say = await say_of(interaction)

        async def follow(pressed: Interaction) -> None:
            work = self.services.series.follow(actor_of(pressed), target.guild_id, target.action_id)
            await settle(pressed, work)
            await replace(pressed, say("series.followed", number=latest.number))

        sure = Choice(say("button.series_follow_yes"), follow)
        question = say("series.ask_follow", number=latest.number)
        await reply(interaction, question, view=Choices([sure]))

    @on_press("series_end")
    async def ask_to_end_series(self, interaction: Interaction, target: Target) -> None:
        latest = (await self._find_series(interaction, target)).latest
        say = await say_of(interaction)

        async def end(pressed: Interaction) -> None:
            await self._end_series(pressed, target, None)

        sure = Choice(say("button.series_end_yes"), end, discord.ButtonStyle.danger)
        question = say("series.ask_end", title=heading_title(latest), number=latest.number)
        await reply(interaction, question, view=Choices([sure]))

    @on_press("series_cancel")
    async def cancel_series(self, interaction: Interaction, target: Target) -> None:
        await self._find_series(interaction, target)
        await self._ask_series_reason(interaction, target, day=None)

    async def _end_series(
        self, interaction: Interaction, target: Target, reason: str | None
    ) -> None:
        work = self.services.series.end(
            actor_of(interaction), target.guild_id, target.action_id, reason=reason
        )
        running = await settle(interaction, work)
        say, number = await say_of(interaction), running.latest.number
        key = "series.ended_now" if reason is None else "series.cancelled"
        await replace(interaction, say(key, number=number))


def _read_day(target: Target) -> date:
    try:
        return date.fromisoformat("".join(target.values))
    except ValueError:
        raise Refusal("refused.unknown_button") from None
