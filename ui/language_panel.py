"""The panel of a server's language channels: which there are, and what each one is set to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord

from domain.language_channels import MOST_CHANNELS
from domain.servers import LanguageChannel, RolePurpose, Server
from locales import LANGUAGES, Language, name_of
from ui.base import SafeLayout
from ui.buttons import press
from ui.selects import pick_channel, pick_role, pick_text
from ui.setup_pages import ACCENT, NO_ACTION, SetupPage, draw_page_select

Missing = Mapping[str, Sequence[str]]
"""Catalogue keys of the permissions that the bot lacks, by language channel."""


def draw_languages(
    say: Language, server: Server, missing: Missing, *, note: str | None = None
) -> discord.ui.LayoutView:
    """Draw the list with the choice of a language to set up; `note` says what was done last."""
    lines = [f"## {say('languages.heading')}", say("languages.intro"), *_main(say, server)]
    for channel in server.language_channels:
        lines += _lines(say, channel, missing.get(channel.language, ()))
    items: list[discord.ui.Item[Any]] = [] if note is None else [discord.ui.TextDisplay(note)]
    items.append(draw_page_select(say, SetupPage.LANGUAGES))
    items.append(discord.ui.TextDisplay("\n".join(lines)))
    options = [
        discord.SelectOption(
            label=name_of(code), value=code, description=_option(say, server, code)
        )
        for code in LANGUAGES
        if code != server.language
    ]
    if options:
        items.append(_row(pick_text(say, "setup_language_open", NO_ACTION, options, leads_on=True)))
    items += [
        discord.ui.TextDisplay(say("languages.translators")),
        _row(
            pick_role(
                say, "setup_translator", NO_ACTION, chosen=server.role(RolePurpose.TRANSLATOR)
            )
        ),
        _row(press(say, "setup_back", NO_ACTION)),
    ]
    return _panel(items)


def draw_language(
    say: Language, server: Server, code: str, missing: Missing, *, note: str | None = None
) -> discord.ui.LayoutView:
    """Draw the settings of one language: its channel, the role for alerts, and the way out."""
    channel, item_id = server.language_channel(code), LANGUAGES.index(code)
    lines = [f"## {name_of(code)}"]
    if channel is None:
        lines.append(say("languages.choose_channel"))
    else:
        lines += _lines(say, channel, missing.get(code, ()))
    items: list[discord.ui.Item[Any]] = [] if note is None else [discord.ui.TextDisplay(note)]
    items += [
        discord.ui.TextDisplay("\n".join(lines)),
        _row(
            pick_channel(
                say,
                "setup_language_channel",
                NO_ACTION,
                item_id=item_id,
                chosen=None if channel is None else channel.channel_id,
            )
        ),
    ]
    buttons = [press(say, "setup_languages", NO_ACTION, label_key="button.languages_back")]
    if channel is not None:
        items += [
            discord.ui.TextDisplay(say("languages.role")),
            _row(
                pick_role(
                    say, "setup_language_role", NO_ACTION, item_id=item_id, chosen=channel.role_id
                )
            ),
        ]
        danger = discord.ButtonStyle.danger
        buttons.append(
            press(say, "setup_language_remove", NO_ACTION, item_id=item_id, style=danger)
        )
    items.append(_row(*buttons))
    return _panel(items)


def _main(say: Language, server: Server) -> Iterator[str]:
    name = name_of(server.language or say.code)
    if server.announce_channel_id is None:
        yield say("languages.no_main", language=name)
    else:
        yield say("languages.main", language=name, channel=f"<#{server.announce_channel_id}>")


def _lines(say: Language, channel: LanguageChannel, missing: Sequence[str]) -> Iterator[str]:
    name, where = name_of(channel.language), f"<#{channel.channel_id}>"
    if channel.role_id is None:
        yield say("languages.silent", language=name, channel=where)
    else:
        yield say("languages.pings", language=name, channel=where, role=f"<@&{channel.role_id}>")
    if missing:
        names = say.listing([say(key) for key in missing])
        yield say("languages.missing", channel=where, permissions=names)


def _option(say: Language, server: Server, code: str) -> str:
    if server.language_channel(code) is not None:
        return say("languages.option_set")
    if len(server.language_channels) >= MOST_CHANNELS:
        return say("languages.option_full")
    return say("languages.option_unset")


def _row(*items: discord.ui.Item[Any]) -> discord.ui.ActionRow[Any]:
    return discord.ui.ActionRow[Any](*items)


def _panel(items: Sequence[discord.ui.Item[Any]]) -> discord.ui.LayoutView:
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*items, accent_colour=ACCENT))
    return view
