"""The set-up panel: every setting of a server on one message, with what is missing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import discord

from domain.servers import RolePurpose, Server
from locales import LANGUAGES, Language, language
from ui.base import SafeLayout
from ui.buttons import press
from ui.permissions import CHANNEL, ORGANISER_CHANNEL, draw_missing
from ui.selects import pick_channel, pick_role, pick_text
from ui.text import zoned

NO_ACTION = 0
"""The panel's items concern the server, not an action."""

ACCENT = 0x5865F2

PAGES = ("setup_messages", "setup_pings")
"""The verbs of the buttons that lead to further pages of settings."""

GONE = (CHANNEL, ORGANISER_CHANNEL, *RolePurpose)
"""What may have been deleted, in the order in which it is named."""


def draw_setup(
    say: Language,
    server: Server,
    now: datetime,
    missing: Sequence[str],
    gone: Collection[str],
    *,
    may_grant: bool = True,
) -> discord.ui.LayoutView:
    """Draw the panel.

    `missing` are the catalogue keys of permissions that the bot lacks, `gone` names what was
    chosen and exists no more (see GONE). `may_grant`: the bot may make and give out roles.
    """
    view = SafeLayout(timeout=None)
    channel = None if CHANNEL in gone else server.announce_channel_id
    chosen = {purpose: role for purpose, role in server.roles.items() if purpose not in gone}.get
    items: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(f"## {say('setup.heading')}\n{say('setup.intro')}"),
        discord.ui.TextDisplay(_zone_line(say, server, now)),
        discord.ui.TextDisplay(say("setup.label.language")),
        _row(pick_text(say, "setup_language", NO_ACTION, _languages(server, say))),
        discord.ui.TextDisplay(say("setup.label.channel")),
        _row(pick_channel(say, "setup_channel", NO_ACTION, chosen=channel)),
        discord.ui.TextDisplay(say("setup.label.organiser_channel")),
        _row(
            pick_channel(
                say,
                "setup_notices",
                NO_ACTION,
                chosen=None if ORGANISER_CHANNEL in gone else server.organiser_channel_id,
                optional=True,
            )
        ),
        discord.ui.TextDisplay(say("setup.label.organiser")),
        _row(pick_role(say, "setup_organiser", NO_ACTION, chosen=chosen(RolePurpose.ORGANISER))),
        discord.ui.TextDisplay(say("setup.label.reviewer")),
        _row(pick_role(say, "setup_reviewer", NO_ACTION, chosen=chosen(RolePurpose.REVIEWER))),
        discord.ui.TextDisplay(say("setup.label.ping")),
        _row(pick_role(say, "setup_ping", NO_ACTION, chosen=chosen(RolePurpose.PING))),
        discord.ui.TextDisplay(say("setup.label.thanks")),
        _row(pick_role(say, "setup_thanks", NO_ACTION, chosen=chosen(RolePurpose.THANKS))),
        discord.ui.TextDisplay(
            say("setup.grants_roles.on" if server.grants_roles else "setup.grants_roles.off")
        ),
        discord.ui.TextDisplay(
            say("setup.tally_public.on" if server.tally_public else "setup.tally_public.off")
        ),
        discord.ui.TextDisplay(_status(say, server, missing, gone, may_grant=may_grant)),
        _row(
            press(
                say,
                "setup_create_ping",
                NO_ACTION,
                disabled=chosen(RolePurpose.PING) is not None,
            ),
            press(
                say,
                "setup_roles",
                NO_ACTION,
                item_id=int(not server.grants_roles),
                label_key="button.setup_roles_off"
                if server.grants_roles
                else "button.setup_roles_on",
            ),
            press(
                say,
                "setup_tally",
                NO_ACTION,
                item_id=int(not server.tally_public),
                label_key="button.setup_tally_off"
                if server.tally_public
                else "button.setup_tally_on",
            ),
            press(say, "setup_check", NO_ACTION),
        ),
        _row(*(press(say, verb, NO_ACTION) for verb in PAGES)),
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


def _status(
    say: Language,
    server: Server,
    missing: Sequence[str],
    gone: Collection[str],
    *,
    may_grant: bool,
) -> str:
    """What still has to be done, or that everything is ready."""
    ungranted = server.grants_roles and not may_grant
    unthanked = not may_grant and RolePurpose.THANKS in server.roles
    lines = [say(f"setup.gone.{name}") for name in GONE if name in gone]
    if server.zone is None:
        lines.append(say("setup.todo_zone"))
    if server.announce_channel_id is None:
        lines.append(say("setup.todo_channel"))
    if missing and CHANNEL not in gone:
        lines.append(draw_missing(say, server, missing))
    if ungranted:
        lines.append(say("setup.todo_roles", button=say("button.setup_roles_off")))
    if unthanked:
        lines.append(say("setup.todo_thanks", button=say("button.setup_check")))
    if server.role(RolePurpose.ORGANISER) is None:
        lines.append(say("setup.hint_organiser"))
    if server.role(RolePurpose.PING) is None:
        lines.append(say("setup.hint_ping"))
    elif server.self_service_ping and RolePurpose.PING not in gone:
        lines.append(say("setup.self_service"))
    chosen = server.zone is not None and server.announce_channel_id is not None
    if chosen and not (missing or gone or ungranted or unthanked):
        lines.append(say("setup.ready"))
    lines.append(say("setup.commands"))
    return "\n".join(lines)
