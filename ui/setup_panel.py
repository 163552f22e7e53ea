"""The set-up panel: a server's settings in pages, each value explained, with what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import discord

from domain.kinds import Kind
from domain.retention import DAYS_OFFERED
from domain.servers import RolePurpose, Server
from locales import LANGUAGES, Language, language
from ui.base import SafeLayout
from ui.buttons import Press, press
from ui.kind_role_panel import kind_role_lines, pick_kind
from ui.permissions import CHANNEL, ORGANISER_CHANNEL
from ui.selects import pick_channel, pick_role, pick_text
from ui.setup_pages import (
    ACCENT,
    FURTHER,
    NO_ACTION,
    PAGES,
    SetupPage,
    draw_page_select,
    page_button,
    page_name,
)
from ui.setup_todo import Lacks, find_hints, find_todo
from ui.text import zoned

MOST_TODO = 2000
"""Characters of what is to do on the first page; each page says the whole of its own."""

FOR_EVER = 0
"""The option that keeps proofs without an end."""

Items = Iterator[discord.ui.Item[Any]]

ROLES = {
    RolePurpose.ORGANISER: "setup_organiser",
    RolePurpose.REVIEWER: "setup_reviewer",
    RolePurpose.HELPER: "setup_helper",
    RolePurpose.THANKS: "setup_thanks",
}
"""What roles are chosen for on their page, in this order, and the verbs of the selects."""


def draw_setup(
    say: Language,
    server: Server,
    now: datetime,
    lacks: Lacks,
    page: SetupPage = SetupPage.BASICS,
    *,
    note: str | None = None,
) -> discord.ui.LayoutView:
    """Draw one of the panel's own pages (the others are FURTHER); the first says what is to do.

    `note` says what was done last.
    """
    assert page not in FURTHER
    todo = find_todo(say, server, lacks)
    if page is SetupPage.BASICS:
        items = _basics(say, server, now, lacks, todo)
    else:
        drawn = {
            SetupPage.ROLES: _roles,
            SetupPage.ALERTS: _alerts,
            SetupPage.KINDS: _kinds,
            SetupPage.PROOF: _proof,
        }[page]
        lines = (*todo.get(page, ()), *find_hints(say, server).get(page, ()))
        items = _with_heading(say, page, lines, drawn(say, server, lacks))
    view = SafeLayout(timeout=None)
    noted = [] if note is None else [_text(note)]
    view.add_item(discord.ui.Container(*noted, *items, accent_colour=ACCENT))
    return view


def _basics(
    say: Language,
    server: Server,
    now: datetime,
    lacks: Lacks,
    todo: Mapping[SetupPage, Sequence[str]],
) -> Items:
    heading = [f"## {say('setup.heading')}", say("setup.intro")]
    yield _text(*heading)
    yield draw_page_select(say, SetupPage.BASICS)
    hints = find_hints(say, server)
    lines = [line for page in PAGES for line in (*todo.get(page, ()), *hints.get(page, ()))]
    ready = not todo and server.zone is not None and server.announce_channel_id is not None
    yield _text(*_fit(say, lines), *([say("setup.ready")] if ready else []))
    elsewhere = [page for page in PAGES if page in todo or page in hints]
    ways = [page_button(say, page) for page in elsewhere if page is not SetupPage.BASICS]
    yield _row(*ways, press(say, "setup_check", NO_ACTION))
    yield discord.ui.Separator[Any]()
    yield _zone(say, server, now)
    yield _text(say("setup.label.language"))
    yield _row(pick_text(say, "setup_language", NO_ACTION, _languages(server, say)))
    yield _text(say("setup.label.channel"))
    channel = None if CHANNEL in lacks.gone else server.announce_channel_id
    yield _row(pick_channel(say, "setup_channel", NO_ACTION, chosen=channel))
    yield _text(say("setup.label.organiser_channel"))
    told_in = None if ORGANISER_CHANNEL in lacks.gone else server.organiser_channel_id
    yield _row(pick_channel(say, "setup_notices", NO_ACTION, chosen=told_in, optional=True))


def _fit(say: Language, lines: Sequence[str]) -> Iterator[str]:
    """As many lines as there is room for, then how many more there are on the pages below."""
    length = 0
    for number, line in enumerate(lines):
        length += len(line) + 1
        if length > MOST_TODO:
            yield say.many("setup.more_todo", len(lines) - number)
            return
        yield line


def _with_heading(say: Language, page: SetupPage, lines: Sequence[str], items: Items) -> Items:
    yield draw_page_select(say, page)
    yield _text(f"## {page_name(say, page)}", *lines)
    yield from items
    check = press(say, "setup_check", NO_ACTION, item_id=PAGES.index(page))
    yield _row(press(say, "setup_back", NO_ACTION), *([check] if lines else []))


def _roles(say: Language, server: Server, lacks: Lacks) -> Items:
    for purpose, verb in ROLES.items():
        chosen = None if purpose in lacks.gone else server.role(purpose)
        yield _text(say(f"setup.label.{purpose.value}"))
        yield _row(pick_role(say, verb, NO_ACTION, chosen=chosen))
    yield _text(say("setup.grants_roles.on" if server.grants_roles else "setup.grants_roles.off"))
    yield _row(_switch(say, "setup_roles", is_on=server.grants_roles))
    yield _text(say("setup.commands"))


def _alerts(say: Language, server: Server, lacks: Lacks) -> Items:
    chosen = None if RolePurpose.PING in lacks.gone else server.role(RolePurpose.PING)
    offered = [say("setup.self_service")] if chosen and server.self_service_ping else []
    yield _text(say("setup.label.ping"), *offered)
    yield _row(pick_role(say, "setup_ping", NO_ACTION, chosen=chosen))
    yield _row(press(say, "setup_create_ping", NO_ACTION, disabled=chosen is not None))
    yield _text(*kind_role_lines(say, server))
    yield _row(pick_kind(say, server))


def _kinds(say: Language, server: Server, lacks: Lacks) -> Items:
    yield _text(say("setup.kinds"))
    options = [
        discord.SelectOption(
            label=say(f"kind.{kind.value}.name"),
            value=kind.value,
            default=server.kinds is None or kind in server.kinds,
        )
        for kind in Kind
    ]
    yield _row(pick_text(say, "setup_kinds_allowed", NO_ACTION, options, most=len(options)))


def _proof(say: Language, server: Server, lacks: Lacks) -> Items:
    yield _text(say("setup.tally_public.on" if server.tally_public else "setup.tally_public.off"))
    yield _row(_switch(say, "setup_tally", is_on=server.tally_public))
    choices = server.choices_public
    yield _text(say("setup.choices_public.on" if choices else "setup.choices_public.off"))
    yield _row(_switch(say, "setup_choices", is_on=choices))
    yield _text(say("setup.keep_proofs"))
    options = [
        discord.SelectOption(
            label=say("setup.for_ever") if days is None else say.many("setup.keep_days", days),
            value=str(days or FOR_EVER),
            default=days == server.keep_proofs_days,
        )
        for days in (*DAYS_OFFERED, None)
    ]
    yield _row(pick_text(say, "setup_keep_proofs", NO_ACTION, options))


def _switch(say: Language, verb: str, *, is_on: bool) -> Press:
    """The button of a setting that is on or off, which says what pressing it does."""
    key = f"button.{verb}_off" if is_on else f"button.{verb}_on"
    return press(say, verb, NO_ACTION, item_id=int(not is_on), label_key=key)


def _text(*lines: str) -> discord.ui.TextDisplay[Any]:
    return discord.ui.TextDisplay("\n".join(lines))


def _row(*items: discord.ui.Item[Any]) -> discord.ui.ActionRow[Any]:
    return discord.ui.ActionRow[Any](*items)


def _zone(say: Language, server: Server, now: datetime) -> discord.ui.Section[Any]:
    """By which clock times are read, with the button that changes it."""
    if server.zone is None:
        line, key = say("setup.zone_unset"), "button.setup_zone_first"
        style = discord.ButtonStyle.primary
    else:
        line = say("setup.zone", zone=server.zone, time=zoned(say, now, server.zone))
        style, key = discord.ButtonStyle.secondary, "button.setup_zone"
    button = press(say, "setup_zone", NO_ACTION, style=style, label_key=key)
    return discord.ui.Section[Any](discord.ui.TextDisplay(line), accessory=button)


def _languages(server: Server, say: Language) -> list[discord.SelectOption]:
    chosen = server.language or say.code
    return [
        discord.SelectOption(
            label=language(code)("language.name"), value=code, default=code == chosen
        )
        for code in LANGUAGES
    ]
