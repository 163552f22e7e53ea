"""The set-up panel: every setting of a server on one message, with what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord

from domain.servers import RolePurpose, Server
from locales import LANGUAGES, Language, language
from ui.base import SafeLayout
from ui.buttons import press
from ui.selects import pick_channel, pick_role, pick_text
from ui.text import zoned

NO_ACTION = 0
"""The panel's items concern the server, not an action."""

ACCENT = 0x5865F2


def draw_setup(
    say: Language, server: Server, now: datetime, missing: Sequence[str]
) -> discord.ui.LayoutView:
    """Draw the panel. `missing` are the catalogue keys of permissions that the bot lacks."""
    view = SafeLayout(timeout=None)
    chosen = server.roles.get
    items: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(f"## {say('setup.heading')}\n{say('setup.intro')}"),
        discord.ui.TextDisplay(_zone_line(say, server, now)),
        discord.ui.TextDisplay(say("setup.label.language")),
        _row(pick_text(say, "setup_language", NO_ACTION, _languages(server, say))),
        discord.ui.TextDisplay(say("setup.label.channel")),
        _row(pick_channel(say, "setup_channel", NO_ACTION, chosen=server.announce_channel_id)),
        discord.ui.TextDisplay(say("setup.label.organiser")),
        _row(pick_role(say, "setup_organiser", NO_ACTION, chosen=chosen(RolePurpose.ORGANISER))),
        discord.ui.TextDisplay(say("setup.label.reviewer")),
        _row(pick_role(say, "setup_reviewer", NO_ACTION, chosen=chosen(RolePurpose.REVIEWER))),
        discord.ui.TextDisplay(say("setup.label.ping")),
        _row(pick_role(say, "setup_ping", NO_ACTION, chosen=chosen(RolePurpose.PING))),
        discord.ui.TextDisplay(_status(say, server, missing)),
        _row(
            press(
                say,
                "setup_create_ping",
                NO_ACTION,
                disabled=server.role(RolePurpose.PING) is not None,
            ),
            press(say, "setup_check", NO_ACTION),
        ),
    ]
    view.add_item(discord.ui.Container(*items, accent_colour=ACCENT))
    return view


def _row(*items: discord.ui.Item[Any]) -> discord.ui.ActionRow[Any]:
    return discord.ui.ActionRow[Any](*items)


def _zone_line(say: Language, server: Server, now: datetime) -> str:
    if server.zone is None:
        return say("setup.zone_unset")
    return say("setup.zone", zone=server.zone, time=zoned(say, now, server.zone))


def _languages(server: Server, say: Language) -> list[discord.SelectOption]:
    chosen = server.language or say.code
    return [
        discord.SelectOption(
            label=language(code)("language.name"), value=code, default=code == chosen
        )
        for code in LANGUAGES
    ]


def _status(say: Language, server: Server, missing: Sequence[str]) -> str:
    """What still has to be done, or that everything is ready."""
    lines: list[str] = []
    if server.zone is None:
        lines.append(say("setup.todo_zone"))
    if server.announce_channel_id is None:
        lines.append(say("setup.todo_channel"))
    if missing:
        lines.append(
            say(
                "setup.missing_permissions",
                channel=f"<#{server.announce_channel_id}>",
                permissions=say.listing([say(key) for key in missing]),
            )
        )
    if server.role(RolePurpose.ORGANISER) is None:
        lines.append(say("setup.hint_organiser"))
    if server.role(RolePurpose.PING) is None:
        lines.append(say("setup.hint_ping"))
    elif server.self_service_ping:
        lines.append(say("setup.self_service"))
    ready = server.zone is not None and server.announce_channel_id is not None and not missing
    if ready:
        lines.append(say("setup.ready"))
    return "\n".join(lines)
