"""The page of the set-up on which pings of roles are capped and quiet hours set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from domain.pings import PingDay
from domain.quiet import QuietHours
from domain.servers import Server
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.forms import Form, Input, Submit
from ui.remind_panel import cap_line
from ui.setup_pages import ACCENT, NO_ACTION, SetupPage, draw_page_select

TIME_LENGTH = 40
CAP_LENGTH = 4


def draw_pings(say: Language, server: Server, day: PingDay) -> discord.ui.LayoutView:
    """Draw the page: each value and what it does, and how today's pings stand."""
    lines = [
        f"## {say('pings.heading')}",
        say("pings.cap", cap=server.ping_cap),
        cap_line(say, day),
    ]
    if server.quiet is None:
        lines.append(say("quiet.none"))
    else:
        start, end = quiet_times(server.quiet)
        lines.append(say("quiet.set", start=start, end=end, zone=server.zone))
    lines.append(say("quiet.explained"))
    view = SafeLayout(timeout=None)
    row = discord.ui.ActionRow[Any](
        press(say, "setup_pings_edit", NO_ACTION, label_key="button.change_setting"),
        press(say, "setup_back", NO_ACTION),
    )
    pages = draw_page_select(say, SetupPage.PINGS)
    text = discord.ui.TextDisplay[Any]("\n".join(lines))
    view.add_item(discord.ui.Container(pages, text, row, accent_colour=ACCENT))
    return view


def pings_form(say: Language, typed: Mapping[str, str], submit: Submit) -> Form:
    """The cap, and from when until when it is quiet."""
    inputs = [
        Input("cap", "ping_cap", typed["cap"], True, CAP_LENGTH),
        Input("start", "quiet_start", typed["start"], False, TIME_LENGTH),
        Input("end", "quiet_end", typed["end"], False, TIME_LENGTH),
    ]
    return Form(say, say("modal.pings.title"), inputs, submit)


def pings_as_typed(server: Server) -> dict[str, str]:
    """A server's values as the form's inputs hold them."""
    start, end = ("", "") if server.quiet is None else quiet_times(server.quiet)
    return {"cap": str(server.ping_cap), "start": start, "end": end}


def quiet_times(quiet: QuietHours) -> tuple[str, str]:
    """When quiet hours begin and end, by a 24-hour clock."""
    start, end = (f"{m // 60:02}:{m % 60:02}" for m in (quiet.start, quiet.end))
    return start, end
