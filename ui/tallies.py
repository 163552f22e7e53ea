"""The tally as a message: every number on a line of its own, with the method beside them."""

from __future__ import annotations

from typing import Any

import discord

from domain.kinds import Unit
from domain.servers import Server
from domain.tally import Tally
from locales import Language
from ui.attendance_lines import tally_attendance
from ui.progress import goal_lines
from ui.text import amount, heading_title, stamp, zone_of, zoned

CHART_NAME = "tally.png"
CSV_NAME = "tally.csv"

PARTS_OF_LOGGED = ("proved", "verified")
BESIDE_LOGGED = ("held", "not_counted", "withdrawn")


def draw_tally(
    say: Language, tally: Tally, server: Server, *, chart: bool = False, csv: bool = False
) -> discord.ui.LayoutView:
    """Draw a tally, final once the logging window has closed by its cut-off. It pings nobody.

    With `chart` and `csv` it refers to files of those names (CHART_NAME, CSV_NAME), which must be
    sent along.
    """
    action = tally.action
    parts: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(_heading(say, tally)),
        discord.ui.TextDisplay(_numbers(say, tally)),
        discord.ui.TextDisplay(_beside(say, tally)),
    ]
    if apart := _apart(say, tally):
        parts.append(discord.ui.TextDisplay(apart))
    if chart:
        parts.append(
            discord.ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{CHART_NAME}"))
        )
    parts += [discord.ui.Separator(), discord.ui.TextDisplay(_method(say, tally, server))]
    if csv:
        parts.append(discord.ui.TextDisplay(say("tally.csv")))
        parts.append(discord.ui.File(f"attachment://{CSV_NAME}"))
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=action.rules.accent))
    return view


def is_final(tally: Tally) -> bool:
    """Tell whether nothing can be logged any more after the tally's cut-off."""
    return tally.cut_off >= tally.action.log_until


def _heading(say: Language, tally: Tally) -> str:
    action = tally.action
    key = "tally.kicker_final" if is_final(tally) else "tally.kicker_so_far"
    kicker = say(key, kind=say(f"kind.{action.kind.value}.name"), number=action.number)
    return f"-# {kicker}\n## {heading_title(action)}"


def _numbers(say: Language, tally: Tally) -> str:
    of_people = tally.action.unit is Unit.PEOPLE  # pledged and came stand side by side
    lines = [] if of_people else [say.many("tally.pledged", tally.pledged)]
    if (pledges := tally.pledges).people:
        people = say.many("count.people", pledges.people)
        pledged = amount(say, tally.action, pledges.amount)
        lines.append(say("tally.pledged_amount", people=people, amount=pledged))
    if tally.waitlisted:
        lines.append(say.many("tally.waitlisted", tally.waitlisted))
    people = say.many("count.people", tally.participants)
    if len(tally.totals) > 1:
        lines.append(say("tally.logged_apart", people=people))
    for code, total in tally.totals.items():
        logged = amount(say, tally.action, total.logged, code)
        contributions = say.many("count.contributions", total.logged_count)
        if len(tally.totals) > 1:
            lines.append(say("tally.logged_in", amount=logged, contributions=contributions))
        elif of_people:
            lines.append(tally_attendance(say, tally.pledged, total.logged))
        else:
            values = {"amount": logged, "contributions": contributions, "people": people}
            lines.append(say("tally.logged", **values))
        lines += [f"- {_part(say, tally, part, code)}" for part in PARTS_OF_LOGGED]
    return "\n".join(lines)


def _beside(say: Language, tally: Tally) -> str:
    """What is in no total, in a text of its own: behind a list it would read as a part of it.

    Of further currencies those are left out of which there is nothing.
    """
    return "\n".join(
        _part(say, tally, part, code)
        for part in BESIDE_LOGGED
        for code, total in tally.totals.items()
        if code == tally.action.unit_code or getattr(total, f"{part}_count")
    )


def _part(say: Language, tally: Tally, part: str, code: str) -> str:
    total = tally.totals[code]
    return say(
        f"tally.{part}",
        amount=amount(say, tally.action, getattr(total, part), code),
        contributions=say.many("count.contributions", getattr(total, f"{part}_count")),
    )


def _apart(say: Language, tally: Tally) -> str:
    action = tally.action
    logged = {code: total.logged for code, total in tally.totals.items()}
    keys = {"key": "tally.goal", "rated_key": "tally.goal_rated"}
    lines = [*goal_lines(say, action, logged, **keys)]
    if action.baseline:
        lines.append(say("tally.baseline", amount=amount(say, action, action.baseline)))
    return "\n".join(lines)


def _method(say: Language, tally: Tally, server: Server) -> str:
    wall = zoned(say, tally.cut_off, zone_of(tally.action, server))
    cut_off = f"{wall} ({stamp(tally.cut_off, 'f')})"
    return f"{say('tally.method', cut_off=cut_off)}\n{say('tally.caution')}"
