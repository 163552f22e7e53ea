"""The fields of an action's kind as lines of text, and the buttons that open its addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import discord

from domain.actions import Action
from domain.kinds import Field, FieldKind, Unit
from domain.seals import STOPPED
from locales import Language
from ui.text import code, code_block, plain, plain_lines, safe_url, shorten, stamp

MAX_TEXT = 700
MAX_HOST = 60
MAX_BUTTON_URL = 512
MAX_BUTTON_LABEL = 80
MAX_MASKED = 1000

MOST_LINK_BUTTONS = 5
"""One row of them."""

SHOWN = (FieldKind.TAG, FieldKind.TEXT, FieldKind.URL, FieldKind.LINKS, FieldKind.UNIT)
"""Kinds of fields that have a line of their own; amounts stand with the action's numbers."""

LEFT_OPEN = {"prompt": "card.prompt_default", "pace": "card.pace_default"}
"""What stands on the card for a field that its organiser left empty."""

LinkButton = discord.ui.Button[Any]


def field_lines(
    say: Language,
    action: Action,
    *,
    revealed: bool,
    without: FieldKind | None = None,
    most: int = MAX_TEXT,
) -> list[str]:
    """The kind's own fields; what is sealed and not revealed only says until when.

    Fields of the kind `without` are left out, for messages that show them otherwise. What
    people wrote is shortened to `most` characters a field.
    """
    lines: list[str] = []
    for field, value in _with_lines(action):
        if field.kind is without:
            continue
        if field.sealed and not revealed:
            lines.append(_sealed(say, action, field))
        else:
            lines.extend(_lines(say, action, field, value, most))
    return lines


def _sealed(say: Language, action: Action, field: Field) -> str:
    """Until when a field is sealed; the time of the start stands on the card already.

    What is cancelled is never revealed, and of what is paused nobody knows when.
    """
    if action.state in STOPPED:
        return say(f"card.stays_sealed.{field.name}")
    if action.reveal is None:
        return say(f"card.sealed_until_start.{field.name}")
    return say(f"card.sealed.{field.name}", when=stamp(action.revealed_at))


def moment_lines(say: Language, action: Action, *, most: int = MAX_TEXT) -> Iterator[str]:
    """The kind's own fields as from the moment on: a tag stands in a block, to be copied."""
    for field, value in _with_lines(action):
        if field.kind is FieldKind.TAG:
            yield say("message.tag", block=code_block(show_tag(value)))
    yield from field_lines(say, action, revealed=True, without=FieldKind.TAG, most=most)


def preview_lines(
    say: Language, action: Action, *, holder: bool = True, most: int = MAX_TEXT
) -> list[str]:
    """The kind's own fields as its organisers see them, with what is sealed or secret.

    To whoever is no `holder` of the seal, as a moderator is not, what is sealed says only that.
    """
    lines: list[str] = []
    for field, value in _with_lines(action):
        when = stamp(action.revealed_at)
        if field.sealed and not holder:
            lines.append(_sealed(say, action, field))
        elif field.sealed:
            lines.append(
                say(f"preview.sealed.{field.name}", value=code(show_tag(value)), when=when)
            )
        else:
            lines.extend(_lines(say, action, field, value, most))
    for field in action.rules.fields:
        value = action.fields.get(field.name)
        if field.kind is FieldKind.SECRET and value:
            lines.append(say(f"preview.secret.{field.name}", value=code(value)))
        elif field.sealed and not field.own_line and holder and value:
            lines.append(say(f"preview.kept.{field.name}", value=code(show_tag(value))))
    return lines


def link_buttons(say: Language, action: Action) -> list[LinkButton]:
    """A button for each address of an action that fits into one, at most a row of them."""
    buttons: list[LinkButton] = []
    for field, value in _with_lines(action):
        if field.kind is FieldKind.URL:
            buttons += [
                _link_button(say(f"button.{action.kind.value}_{field.name}"), url)
                for url, _ in _addresses(value)
                if _fits_button(url)
            ]
        elif field.kind is FieldKind.LINKS:
            buttons += [_link_button(name, url) for name, url in _named(value)[0]]
    return buttons[:MOST_LINK_BUTTONS]


def show_tag(tag: str) -> str:
    """A hashtag as people write it; it is stored without its sign."""
    return f"#{tag.removeprefix('#')}"


def _with_lines(action: Action) -> Iterator[tuple[Field, str]]:
    for field in action.rules.fields:
        value = action.fields.get(field.name, "")
        if field.kind in SHOWN and field.own_line and (value or field.name in LEFT_OPEN):
            yield field, value


def _lines(say: Language, action: Action, field: Field, value: str, most: int) -> Iterator[str]:
    if not value:
        yield say(LEFT_OPEN[field.name])
        return
    match field.kind:
        case FieldKind.TAG:
            shown = code(show_tag(value))
        case FieldKind.URL:
            shown = _address(say, value)
        case FieldKind.LINKS:
            shown = _links(say, value, most)
        case _ if field.paragraph:
            shown = plain_lines(value, most)
        case _:
            shown = plain(value, most)
    yield say(f"card.field.{action.kind.value}_{field.name}", value=shown)
    if action.unit is Unit.MONEY and field.kind is FieldKind.URL:
        yield say("card.no_money")


def _address(say: Language, value: str) -> str:
    """Its host, and a masked link where it fits into no button."""
    found = _addresses(value)
    if not found:
        return code(shorten(value, MAX_TEXT))
    url, host = found[0]
    return code(shorten(host, MAX_HOST)) if _fits_button(url) else _masked(say, url, host)


def _links(say: Language, value: str, most: int) -> str:
    """The hosts of those that are buttons, and masked links of the others.

    Of `most` characters the addresses have their share; those beyond are named only.
    """
    buttons, others = _named(value)
    shown = [code(name) for name, _ in buttons]
    room = most
    for name, url in others:
        room -= len(url)
        shown.append(_masked(say, url, name) if room >= 0 else code(name))
    return " · ".join(shown)


def _named(value: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The addresses with names to show: those that become buttons, and the others.

    A second one on the same host says so by a number.
    """
    buttons: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    hosts = Counter[str]()
    for url, host in _addresses(value):
        hosts[host] += 1
        name = shorten(host.removeprefix("www."), MAX_HOST)
        if hosts[host] > 1:
            name = f"{name} ({hosts[host]})"
        fits = _fits_button(url) and len(buttons) < MOST_LINK_BUTTONS
        (buttons if fits else others).append((name, url))
    return buttons, others


def _addresses(value: str) -> list[tuple[str, str]]:
    """The addresses in a field that lead somewhere, each with its host."""
    found = map(safe_url, value.splitlines())
    return [address for address in found if address is not None]


def _masked(say: Language, url: str, name: str) -> str:
    shown = code(shorten(name, MAX_HOST))
    if len(url) > MAX_MASKED:
        return shown
    return say("card.masked_link", name=shown, link=f"[{say('card.link_label')}](<{url}>)")


def _link_button(label: str, url: str) -> LinkButton:
    return discord.ui.Button(label=shorten(label, MAX_BUTTON_LABEL), url=url)


def _fits_button(url: str) -> bool:
    return len(url) <= MAX_BUTTON_URL
