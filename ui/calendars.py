"""Actions for one's calendar: as a file, with a link to Google's beside it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action, ActionState
from domain.calendars import (
    Dated,
    DatedSeries,
    Dates,
    Entry,
    SeriesEntry,
    write_calendar,
)
from domain.deliveries import Post
from domain.google_calendar import google_link, repeating_rule
from domain.kinds import FieldKind
from locales import Language
from ui.base import SafeView
from ui.buttons import MAX_LABEL, Press, press
from ui.field_lines import MAX_BUTTON_URL, SHOWN, show_tag
from ui.limits import MAX_CONTENT
from ui.series_panel import rule_words
from ui.text import heading_title, shorten, stamp

MAX_PLACE = 200
BRIEF = 40
"""How much of a title a link says that would be too long otherwise."""


def calendar_button(say: Language, action: Action) -> Press:
    """*Add to calendar*."""
    return press(say, "calendar", action.action_id)


def draw_calendar(
    say: Language, dates: Dates, action_id: int, now: datetime
) -> tuple[str, discord.ui.View, discord.File]:
    """An action for a calendar, with its whole series where it has one."""
    entries, series = _entries(say, dates, now)
    every = [*entries, *(entry for one in series for entry in one.dates)]
    (shown,) = (entry for entry in every if entry.dated.action.action_id == action_id)
    action = shown.dated.action
    title, time = heading_title(action), stamp(action.starts_at)
    rule = repeating_rule(series[0], shown) if series else ""
    # What repeats says nothing that holds for one date alone, such as its tag.
    told = replace(series[0].whole, dated=shown.dated) if rule else shown
    if series:
        words = rule_words(say, series[0].series.rule)
        how = "calendar.how_repeats" if rule else "calendar.how_series"
        lines = [say("calendar.series", title=title, rule=words), say(how)]
    else:
        lines = [say("calendar.one", title=title, time=time), say("calendar.how")]
    view = SafeView(timeout=None)
    if action.state is ActionState.CANCELLED:
        lines = [lines[0], say("calendar.cancelled")]
    else:
        said = sum(len(line) + 1 for line in (*lines, say("calendar.again")))
        if link := _google(say, view, told, rule, room=MAX_CONTENT - said):
            lines.append(link)
    lines.append(say("calendar.again"))
    written = write_calendar(shown.title, entries, series, now)
    return "\n".join(lines), view, _file(written, f"fanchant-{action.number}.ics")


def draw_whole_calendar(
    say: Language, dates: Dates, name: str, now: datetime
) -> tuple[str, discord.ui.View, discord.File | None]:
    """All that a server has before it, for a calendar; `name` is what the server is called.

    There is no file where there is nothing to put into one.
    """
    entries, series = _entries(say, dates, now)
    view = SafeView(timeout=None)
    count = len(entries) + len(series)
    if not count:
        return say("calendar.nothing"), view, None
    lines = [say.many("calendar.all", count), say("calendar.how_all"), say("calendar.again")]
    written = write_calendar(say("calendar.name", server=name), entries, series, now)
    return "\n".join(lines), view, _file(written, "fanchant.ics")


def card_url(action: Action, card: Post) -> str:
    """The address of an action's card."""
    return f"https://discord.com/channels/{action.guild_id}/{card.channel_id}/{card.message_id}"


def _entries(say: Language, dates: Dates, now: datetime) -> tuple[list[Entry], list[SeriesEntry]]:
    entries = [_entry(say, one, revealed=one.action.revealed(now)) for one in dates.single]
    return entries, [_series_entry(say, one, now) for one in dates.series]


def _series_entry(say: Language, found: DatedSeries, now: datetime) -> SeriesEntry:
    """A series and its dates; what each alone has, its tag and its number, it does not say."""
    whole = _entry(say, found.whole, revealed=False, numbered=False)
    dates = [_entry(say, one, revealed=one.action.revealed(now)) for one in found.dates]
    return SeriesEntry(found.series, whole, tuple(dates), found.alone)


def _entry(say: Language, dated: Dated, *, revealed: bool, numbered: bool = True) -> Entry:
    action = dated.action
    url = None if dated.card is None else card_url(action, dated.card)
    kind = say(f"kind.{action.kind.value}.name")
    lines = [say("card.kicker", kind=kind, number=action.number) if numbered else kind]
    if action.reason and numbered and action.state in (ActionState.PAUSED, ActionState.CANCELLED):
        lines.append(action.reason)
    lines += _texts(say, action, revealed=revealed)
    if url is not None:
        lines.append(say("calendar.link", url=url))
    place = shorten(action.fields.get("place", ""), MAX_PLACE)
    return Entry(dated, action.title, "\n".join(lines), kind, url, place)


def _texts(say: Language, action: Action, *, revealed: bool) -> Iterator[str]:
    """What its organiser wrote, as it is; nothing that is sealed, nor anybody's secret."""
    for field in action.rules.fields:
        value = action.fields.get(field.name, "")
        if not value or field.kind not in SHOWN or not field.own_line:
            continue
        if field.sealed and not revealed:
            yield say("calendar.sealed")
            continue
        label = say(f"modal.{action.kind.value}_{field.name}.label")
        yield f"{label}: {show_tag(value) if field.kind is FieldKind.TAG else value}"


def _google(
    say: Language, view: discord.ui.View, entry: Entry, rule: str, *, room: int
) -> str | None:
    """Add the button that leads to Google Calendar; or return a link where it fits into none.

    It says as much of the action as fits; a link has room for so many characters.
    """
    label = shorten(say("button.google_calendar"), MAX_LABEL)
    url = entry.url or ""
    for details in (entry.description, url):
        link = google_link(entry, details, rule)
        if len(link) <= MAX_BUTTON_URL:
            view.add_item(discord.ui.Button[Any](label=label, url=link))
            return None
    without_place = replace(entry, place="")
    for said in (entry, without_place, replace(without_place, title=shorten(entry.title, BRIEF))):
        written = f"[{label}](<{google_link(said, url, rule)}>)"
        if len(written) <= room:
            return written
    return None


def _file(written: bytes, name: str) -> discord.File:
    return discord.File(io.BytesIO(written), filename=name)
