"""The panel in which an organiser sets up the apps of a vote, and the form of one app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action
from domain.app_forms import NAME_LENGTH, NOTE_LENGTH, RESET_LENGTH, WINDOW_LENGTH
from domain.servers import Server
from domain.vote_calls import window
from domain.votes import MOST_APPS, VoteApp
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.forms import Form, Input, Submit
from ui.selects import pick_text
from ui.text import amount, plain, safe_url, shorten, stamp, zone_of
from ui.vote_lines import DOT, app_name, reset_text

MAX_NOTE = 40
MAX_WHOLE_NOTE = 600
MAX_OPTION = 100

SURE = {"app_remove": "app_remove_yes", "app_close": "app_close_yes"}
"""What is asked about first, and the button that does it."""

Text = discord.ui.TextDisplay[Any]
UiItem = discord.ui.Item[Any]


def draw_apps(
    say: Language, action: Action, server: Server, now: datetime
) -> discord.ui.LayoutView:
    """Draw the list of apps, with what can be done to it."""
    apps = action.parts.apps
    text = "\n".join(_app_line(say, action, app, server, now) for app in apps)
    items: list[UiItem] = [
        Text(say("apps.heading", title=plain(action.title))),
        Text(text or say("apps.none")),
    ]
    if apps:
        options = [
            discord.SelectOption(label=shorten(app.name, MAX_OPTION), value=str(app.app_id))
            for app in apps
        ]
        items.append(_row(pick_text(say, "app_pick", action.action_id, options)))
    buttons = [press(say, "app_add", action.action_id, disabled=len(apps) >= MOST_APPS)]
    if action.number is None:
        buttons.append(press(say, "app_done", action.action_id))
    return _panel(action, *items, _row(*buttons))


def draw_app(
    say: Language, action: Action, app: VoteApp, server: Server, now: datetime
) -> discord.ui.LayoutView:
    """Draw one app, with what can be done to it."""
    lines = [_app_line(say, action, app, server, now)]
    if app.note:
        lines.append(plain(app.note, MAX_WHOLE_NOTE))
    verbs = ["app_edit"]
    if action.number is not None and (app.closes_at is None or now < app.closes_at):
        verbs.append("app_close")
    if not app.logged:
        verbs.append("app_remove")
    buttons = [press(say, verb, action.action_id, item_id=app.app_id) for verb in verbs]
    back = press(say, "app_list", action.action_id)
    return _panel(action, Text("\n".join(lines)), _row(*buttons, back))


def draw_sure(say: Language, action: Action, app: VoteApp, verb: str) -> discord.ui.LayoutView:
    """Ask whether an app is really to be removed, or closed (`verb`)."""
    return _panel(
        action,
        Text(say(f"apps.ask.{verb}", app=app_name(app))),
        _row(
            press(
                say,
                SURE[verb],
                action.action_id,
                item_id=app.app_id,
                style=discord.ButtonStyle.danger,
            ),
            press(say, "app_list", action.action_id),
        ),
    )


def app_form(say: Language, texts: Mapping[str, str], submit: Submit) -> Form:
    """What an organiser says of an app."""
    inputs = [
        Input("name", "app_name", texts.get("name", ""), True, NAME_LENGTH),
        Input("cap", "app_cap", texts.get("cap", ""), True, 12),
        Input("reset", "app_reset", texts.get("reset", ""), True, RESET_LENGTH),
        Input("window", "app_window", texts.get("window", ""), False, WINDOW_LENGTH),
        Input("note", "app_note", texts.get("note", ""), False, NOTE_LENGTH, True),
    ]
    return Form(say, say("modal.app.title"), inputs, submit)


def _app_line(say: Language, action: Action, app: VoteApp, server: Server, now: datetime) -> str:
    zone = zone_of(action, server)
    reset = reset_text(say, action, app, zone, now)
    parts = [
        f"**{app_name(app)}**",
        say("apps.app", votes=amount(say, action, app.cap), reset=reset),
    ]
    if app.logged:
        parts.append(say("card.app_logged", amount=amount(say, action, app.logged)))
    parts += _window(say, action, app)
    if address := safe_url(app.link or ""):
        parts.append(plain(address[1], MAX_NOTE))
    if app.note:
        parts.append(plain(app.note, MAX_NOTE))
    return DOT.join(parts)


def _window(say: Language, action: Action, app: VoteApp) -> Iterator[str]:
    opens, closes = window(action, app)
    if closes <= opens:
        yield say("apps.never_open")
        return
    if app.opens_at is not None:
        yield say("apps.opens", opens=stamp(app.opens_at, "f"))
    if app.closes_at is not None:
        yield say("apps.closes", closes=stamp(app.closes_at, "f"))


def _row(*items: UiItem) -> discord.ui.ActionRow[Any]:
    return discord.ui.ActionRow[Any](*items)


def _panel(action: Action, *items: UiItem) -> discord.ui.LayoutView:
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*items, accent_colour=action.rules.accent))
    return view
