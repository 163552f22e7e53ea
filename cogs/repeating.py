"""From *Repeat* to a series: which rule, its details, the dates that it leads to, and the yes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import discord

from cogs.base import actor_of, say_of
from cogs.drafting import Drafting
from cogs.times import word_time_refusal
from domain.actions import Action
from domain.errors import Refusal
from domain.money import read_count
from domain.recurrence import (
    Occurrence,
    Pattern,
    Rule,
    require_rule,
    rules_from,
    upcoming,
    write_rule,
)
from domain.series import DEFAULT_LEAD, require_lead
from domain.when import Ambiguous, read_length, read_when
from locales import Language
from services.application import Services
from ui.base import Interaction
from ui.choices import Choice, Choices
from ui.replies import replace as redraw
from ui.replies import reply, settle
from ui.series_panel import (
    SHOWN_DATES,
    details_form,
    draw_days,
    draw_plan,
    draw_rules,
    lead_words,
    rule_words,
)

NOON = " 12:00"
"""Added to a typed date, since the grammar of times wants a time of day."""


@dataclass(frozen=True)
class Wish:
    """How an action is to repeat, as far as it has been said: the rule and the form's texts."""

    action: Action
    rule: Rule
    typed: dict[str, str] = field(default_factory=dict[str, str])


class Repeating:
    """One conversation about how one action is to repeat."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def ask_rule(self, interaction: Interaction, action: Action) -> None:
        """Offer the rules that begin with the action's date."""
        known = None
        if action.series_id is not None:
            actor = actor_of(interaction)
            running = await self._services.series.find(actor, action.guild_id, action.series_id)
            known = running.series.rule if running.series.ended_at is None else None
        text, view = draw_rules(await say_of(interaction), action, known)
        await reply(interaction, text, view=view)

    async def ask_days(self, interaction: Interaction, action: Action) -> None:
        """Offer the weekdays beside the one on which the action starts."""
        text, view = draw_days(await say_of(interaction), action)
        await redraw(interaction, text, view=view)

    async def ask_details(self, interaction: Interaction, wish: Wish) -> None:
        """Open the form for what a rule leaves open."""
        say = await say_of(interaction)
        typed = wish.typed or {"lead": lead_words(say, await self._usual_lead(interaction, wish))}

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._show_plan(submitted, replace(wish, typed=values))

        await interaction.response.send_modal(details_form(say, wish.rule, typed, submit))

    async def _usual_lead(self, interaction: Interaction, wish: Wish) -> timedelta:
        action = wish.action
        if action.series_id is None:
            return DEFAULT_LEAD
        running = await self._services.series.find(
            actor_of(interaction), action.guild_id, action.series_id
        )
        return running.series.announce_lead

    async def _show_plan(self, interaction: Interaction, wish: Wish) -> None:
        """Show the first dates and ask for a yes; what can't be is explained, and nothing lost."""
        say, now = await say_of(interaction), self._services.clock.now()
        action = wish.action

        async def change(pressed: Interaction) -> None:
            await self.ask_details(pressed, wish)

        try:
            rule, lead = read_details(say, wish, now)
            require_rule(rule, first_date(action))
            require_lead(lead)
        except Refusal as refusal:
            sentence = word_time_refusal(say, refusal, action.starts.zone)
            again = Choice(say("button.try_again"), change)
            await reply(interaction, sentence, view=Choices([again]))
            return

        async def confirm(pressed: Interaction) -> None:
            await self._start(pressed, action, rule, lead)

        choices = [
            Choice(say("button.repeat_yes"), confirm, discord.ButtonStyle.success),
            Choice(say("button.repeat_change"), change, discord.ButtonStyle.secondary),
        ]
        text = draw_plan(say, action, rule, lead, first_dates(action, rule))
        await redraw(interaction, text, view=Choices(choices))

    async def _start(
        self, interaction: Interaction, action: Action, rule: Rule, lead: timedelta
    ) -> None:
        ids = (action.guild_id, action.action_id)
        work = self._services.series.start(actor_of(interaction), *ids, rule, lead)
        running = await settle(interaction, work)
        say = await say_of(interaction)
        published = running.latest.number is not None
        done = say(
            "series.started" if published else "series.started_draft", rule=rule_words(say, rule)
        )
        await redraw(interaction, done)
        if not published:
            await self.show_preview(interaction, running.latest)

    async def show_preview(self, interaction: Interaction, draft: Action) -> None:
        """Show a draft as it is by now: its preview of before can't be published any more."""
        await Drafting(self._services).show(interaction, draft)


def offered_rule(action: Action, picked: str) -> Rule:
    """The rule behind an option of the select; raises `Refusal` for what was not offered."""
    for rule in rules_from(action.starts.time.date()):
        if write_rule(rule) == picked:
            return rule
    raise Refusal("series.time_changed")


def weekly_on(action: Action, picked: tuple[str, ...]) -> Rule:
    """The rule for the action's weekday and those that were picked besides."""
    further = {int(day) for day in picked if day in tuple("0123456")}
    return Rule(Pattern.WEEKLY, days=tuple(sorted(further | {action.starts.time.weekday()})))


def first_date(action: Action) -> datetime:
    """The date that a rule would have to begin with."""
    return action.starts.time.replace(microsecond=0)


def first_dates(action: Action, rule: Rule) -> list[Occurrence]:
    """The first few dates of a rule, the action's own included."""
    before = action.starts_at - timedelta(seconds=1)
    return upcoming(rule, first_date(action), action.starts.zone, before, limit=SHOWN_DATES)


def read_details(say: Language, wish: Wish, now: datetime) -> tuple[Rule, timedelta]:
    """The whole rule and the lead of announcements from the form; raises `Refusal`."""
    typed = wish.typed
    every = _read_number(typed.get("every", ""), say.code)
    rule = replace(
        wish.rule,
        every=1 if every is None else every,
        count=_read_number(typed["count"], say.code),
        until=_read_date(typed["until"], wish.action.starts.zone, say.code, now),
    )
    return rule, read_length(typed["lead"], say.code)


def _read_number(text: str, language: str) -> int | None:
    if not text.strip():
        return None
    try:
        number = read_count(text, language=language)
    except Refusal:
        number = None  # Its sentence would be about amounts.
    if not isinstance(number, int):
        raise Refusal("series.not_a_number", text=text)
    return number


def _read_date(text: str, zone: str, language: str, now: datetime) -> date | None:
    if not text.strip():
        return None
    found = read_when(text.strip() + NOON, now=now, zone=zone, language=language)
    if isinstance(found, Ambiguous):
        days = {reading.wall.date() for reading in found.readings}
        if len(days) > 1:
            raise Refusal("series.until_ambiguous", text=text)
        return days.pop()
    return found.reading.wall.date()
