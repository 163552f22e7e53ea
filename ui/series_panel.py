"""Series as people see them: rules in words, the questions that lead to one, and the panel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import discord

from domain.actions import Action, ActionState
from domain.recurrence import (
    LAST,
    SHORTEST_MONTH,
    WORKING_DAYS,
    Occurrence,
    Pattern,
    Rule,
    rules_from,
    write_rule,
)
from domain.series import Running
from domain.walls import Resolved
from locales import Language
from ui.buttons import Press, press
from ui.forms import REASON_LENGTH, Form, Input, Submit
from ui.selects import PickText, pick_text
from ui.text import heading_title, shorten, stamp, zoned

SHOWN_DATES = 5
MAX_OPTION = 100
LONGEST_MONTH = 31
OTHER_DAYS = "days"
"""The option of the rules' select that leads to a choice of weekdays."""

PANEL_STEPS = ("series_skip", "series_follow", "series_rule", "series_end")


# ---- In words


def rule_words(say: Language, rule: Rule) -> str:
    """When something repeats, as a part of a sentence: 'every 2 weeks, on Saturday'."""
    words = _pattern_words(say, rule)
    if rule.until is not None:
        until = say.day(rule.until)
        words = say("rule.until", rule=words, day=until, year=f"{rule.until:%Y}")
    if rule.count is not None:
        words = say("rule.count", rule=words, n=say.number(rule.count))
    return words


def _pattern_words(say: Language, rule: Rule) -> str:
    n = say.number(rule.every)
    match rule.pattern:
        case Pattern.DAILY:
            return say("rule.every_day") if rule.every == 1 else say("rule.every_n_days", n=n)
        case Pattern.WEEKLY:
            if rule.days == WORKING_DAYS and rule.every == 1:
                return say("rule.working_days")
            days = say.listing([_weekday(say, day) for day in rule.days])
            if rule.every == 1:
                return say("rule.every_week", days=days)
            return say("rule.every_n_weeks", n=n, days=days)
        case Pattern.MONTH_DAY:
            on = _month_day(say, rule.day)
        case Pattern.MONTH_WEEKDAY:
            which = "last" if rule.nth == LAST else str(rule.nth)
            on = say(f"rule.nth.{which}", weekday=_weekday(say, rule.days[0]))
    if rule.every == 1:
        return say("rule.every_month", on=on)
    return say("rule.every_n_months", n=n, on=on)


def _month_day(say: Language, day: int) -> str:
    if day == LONGEST_MONTH:
        return say("rule.on_last_day")
    key = "rule.on_day" if day <= SHORTEST_MONTH else "rule.on_day_or_last"
    return say(key, day=say.number(day))


def _weekday(say: Language, day: int) -> str:
    return say(f"weekday.{day}")


def lead_words(say: Language, lead: timedelta) -> str:
    """How long before its start something is, as one could type it too: '3 days'."""
    minutes = int(lead.total_seconds()) // 60
    if minutes % (24 * 60) == 0:
        return say.many("series.lead_days", minutes // (24 * 60))
    if minutes % 60 == 0:
        return say.many("series.lead_hours", minutes // 60)
    return say.many("series.lead_minutes", minutes)


def series_lines(say: Language, action: Action, now: datetime) -> Sequence[str]:
    """What an action's card says of its being one of a series, while the next one lies ahead."""
    if action.series_id is None or action.state is ActionState.CANCELLED or now >= action.starts_at:
        return []
    return [say("card.in_series")]


def _date_line(say: Language, starts: Resolved) -> str:
    wall = zoned(say, starts.at, starts.wall.zone)
    return say("series.date", full=stamp(starts.at, "F"), wall=wall)


def _date_lines(say: Language, dates: Iterable[Occurrence]) -> str:
    return "\n".join(_date_line(say, occurrence.starts) for occurrence in dates)


# ---- Choosing a rule


def draw_rules(say: Language, action: Action, known: Rule | None) -> tuple[str, discord.ui.View]:
    """The question how often an action is to repeat; `known` is how it does already."""
    options = [
        discord.SelectOption(label=_label(rule_words(say, rule)), value=write_rule(rule))
        for rule in rules_from(action.starts.time.date())
    ]
    other = discord.SelectOption(label=say("series.other_days"), value=OTHER_DAYS)
    select = pick_text(say, "repeat_rule", action.action_id, [*options, other])
    title = heading_title(action)
    if known is None:
        return say("series.ask_rule", title=title), _lasting(select)
    text = say("series.ask_other_rule", title=title, rule=rule_words(say, known))
    if action.number is not None:
        return text, _lasting(select)
    return text, _lasting(select, press(say, "repeat_not", action.action_id))


def draw_days(say: Language, action: Action) -> tuple[str, discord.ui.View]:
    """The question on which further weekdays it is to repeat."""
    first = action.starts.time.weekday()
    options = [
        discord.SelectOption(label=_label(_weekday(say, day)), value=str(day))
        for day in range(7)
        if day != first
    ]
    select = pick_text(say, "repeat_days", action.action_id, options, most=len(options))
    return say("series.ask_days", day=_weekday(say, first)), _lasting(select)


def details_form(say: Language, rule: Rule, typed: dict[str, str], submit: Submit) -> Form:
    """How many days, weeks or months between, when it ends, and when each is announced."""
    inputs = [
        Input("count", "repeat_count", typed.get("count", ""), max_length=10),
        Input("until", "repeat_until", typed.get("until", ""), max_length=60),
        Input("lead", "repeat_lead", typed.get("lead", ""), True, 40),
    ]
    if rule.days != WORKING_DAYS:
        frequency = "month" if "month" in rule.pattern else rule.pattern.value
        every = typed.get("every", "") or "1"
        inputs.insert(0, Input("every", f"repeat_{frequency}", every, True, 4))
    return Form(say, say("modal.repeat.title"), inputs, submit)


def draw_plan(
    say: Language, action: Action, rule: Rule, lead: timedelta, dates: Sequence[Occurrence]
) -> str:
    """What a rule will lead to, before it is confirmed."""
    return say(
        "series.plan",
        title=heading_title(action),
        rule=rule_words(say, rule),
        dates=_date_lines(say, dates),
        lead=lead_words(say, lead),
    )


# ---- A series


def draw_series(
    say: Language, running: Running, now: datetime
) -> tuple[str, discord.ui.View | None]:
    """A series for those who run it: its rule, its dates, and what can be done with it."""
    series, latest = running.series, running.latest
    title, number = heading_title(latest), latest.number
    if series.ended_at is not None:
        return say("series.panel_ended", title=title, number=number), None
    starts = Resolved(latest.starts, latest.starts_at)
    key = "series.latest_ahead" if running.ahead(now) else "series.latest_begun"
    dates = running.dates(now, SHOWN_DATES)
    rule, lead = rule_words(say, series.rule), lead_words(say, series.announce_lead)
    lines = [
        say("series.panel", title=title, rule=rule, lead=lead),
        say(key, number=number, date=_date_line(say, starts)),
        say("series.dates", dates=_date_lines(say, dates)) if dates else say("series.no_dates"),
    ]
    lines += [
        say(f"series.sealed.{field.name}", button=say("button.revise_fields"))
        for field in latest.rules.fields
        if field.sealed and field.name in latest.fields
    ]
    buttons = [press(say, verb, series.series_id) for verb in PANEL_STEPS]
    if running.ahead(now):
        danger = discord.ButtonStyle.danger
        buttons.append(press(say, "series_cancel", series.series_id, style=danger))
    return "\n".join(lines), _lasting(*buttons)


def draw_skipping(
    say: Language, running: Running, now: datetime, most: int
) -> tuple[str, discord.ui.View | None]:
    """The question which date is to be left out; the action ahead comes first."""
    options: list[discord.SelectOption] = []
    latest, zone = running.latest, running.series.zone
    if running.ahead(now) and latest.occurrence is not None:
        cancels = shorten(say("series.cancels", number=latest.number), MAX_OPTION)
        day = latest.occurrence.date()
        options.append(_date_option(say, latest.starts_at, zone, day, cancels))
    for occurrence in running.dates(now, most):
        day = occurrence.wall.date()
        options.append(_date_option(say, occurrence.starts.at, zone, day))
    if not options:
        return say("series.no_dates"), None
    select = pick_text(say, "series_date", running.series.series_id, options)
    return say("series.ask_date"), _lasting(select)


def cancel_form(say: Language, typed: str, submit: Submit) -> Form:
    """Why an action of a series is cancelled."""
    inputs = [Input("reason", "series_reason", typed, True, REASON_LENGTH, True)]
    return Form(say, say("modal.series_cancel.title"), inputs, submit)


def _date_option(
    say: Language, at: datetime, zone: str, day: date, description: str | None = None
) -> discord.SelectOption:
    label = _label(zoned(say, at, zone))
    return discord.SelectOption(label=label, value=day.isoformat(), description=description)


def _label(text: str) -> str:
    return shorten(text[:1].upper() + text[1:], MAX_OPTION)


def _lasting(*items: Press | PickText) -> discord.ui.View:
    """A view that never stops, as persistent buttons and selects need it."""
    view = discord.ui.View(timeout=None)
    for item in items:
        added: Any = item
        view.add_item(added)
    return view
