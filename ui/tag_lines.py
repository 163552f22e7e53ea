"""A sealed tag in words: what to look at twice, when it is revealed, and the tag itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime

import discord

from domain.actions import Action, ActionState
from domain.seals import STOPPED, Sight, helpers_see_from
from domain.servers import RolePurpose, Server
from domain.tags import Doubt, TagWarning
from locales import Language
from ui.buttons import next_steps, press
from ui.field_lines import moment_lines, show_tag
from ui.limits import MAX_CONTENT
from ui.share_links import share_buttons, share_lines
from ui.text import code, heading_title, stamp

MOST_NAMED = 3
"""Characters that are told apart by name; of more, it is the whole that is wrong."""

MAX_TEXT = 400
"""Of each text that people wrote: the tag comes first, and the card has more."""


def warning_lines(say: Language, found: Sequence[tuple[str, TagWarning]]) -> list[str]:
    """What organisers had better look at in a tag, or the one in reserve."""
    return [
        say(
            f"tag.doubt.{warning.doubt.value}",
            which=say(f"tag.which.{name}"),
            about=_about(say, warning),
        )
        for name, warning in found
    ]


def _about(say: Language, warning: TagWarning) -> str:
    if warning.doubt is Doubt.CASE:
        return code(show_tag(warning.about))
    if warning.doubt is Doubt.LOOK_ALIKE and len(warning.about) <= MOST_NAMED:
        return say.listing([_named(character) for character in warning.about])
    return code(warning.about)


def _named(character: str) -> str:
    """A character that looks like another one, with its name in Unicode, which tells it apart."""
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    return f"{code(character)} ({name})"


def reveal_line(say: Language, action: Action, now: datetime) -> str:
    """When everybody sees the tag, or since when."""
    if action.revealed(now):
        key = "tag.revealed"
    else:
        key = "tag.at_moment" if action.reveal is None else "tag.at_own_time"
    instant = action.revealed_at
    return say(key, full=stamp(instant), relative=stamp(instant, "R"))


def helpers_line(say: Language, action: Action, server: Server) -> str:
    """From when on the server's helpers see the tag, or that they don't."""
    role_id, begins = server.role(RolePurpose.HELPER), helpers_see_from(action)
    if role_id is None:
        return say("tag.no_helpers")
    if begins is None:
        return say("tag.helpers_off", role=f"<@&{role_id}>")
    return say("tag.helpers_from", role=f"<@&{role_id}>", time=stamp(begins, "f"))


def draw_tag(
    say: Language, action: Action, sight: Sight, now: datetime
) -> tuple[str, discord.ui.View]:
    """Draw a tag for somebody, as far as they see it; else when it comes."""
    view = discord.ui.View(timeout=None)  # it never stops: see Press
    if sight is Sight.MODERATOR:
        view.add_item(press(say, "open_seal", action.action_id))
    for button in next_steps(say, action, now):
        view.add_item(button)
    lines = list(_lines(say, action, sight))
    if sight is Sight.OPEN:
        lines += share_lines(say, action, now)
        for button in share_buttons(say, action, now):
            view.add_item(button)
    return _fitting(lines), view


def _fitting(lines: Sequence[str]) -> str:
    """The lines that fit into a message, whole ones only: a link that is cut leads nowhere."""
    kept, room = list[str](), MAX_CONTENT
    for line in lines:
        if (room := room - len(line) - 1) < 0:
            break
        kept.append(line)
    return "\n".join(kept)


def draw_opened(say: Language, action: Action) -> str:
    """A tag whose seal a moderator has opened."""
    title, relative = heading_title(action), stamp(action.revealed_at, "R")
    lines = [say("tag.opened", title=title), *moment_lines(say, action, most=MAX_TEXT)]
    lines.append(say("tag.do_not_post", full=stamp(action.revealed_at), relative=relative))
    return _fitting(lines)


def _lines(say: Language, action: Action, sight: Sight) -> Iterator[str]:
    title, instant = heading_title(action), action.revealed_at
    times = {"full": stamp(instant), "relative": stamp(instant, "R")}
    match sight:
        case Sight.OPEN:
            yield say("tag.open", title=title)
            yield from moment_lines(say, action, most=MAX_TEXT)
        case Sight.ORGANISER | Sight.HELPER:
            yield say(f"tag.early.{sight.name.lower()}", title=title)
            yield from moment_lines(say, action, most=MAX_TEXT)
            if action.state in STOPPED:
                yield say(f"tag.stays_sealed.{action.state.value}", title=title)
            else:
                yield say("tag.do_not_post", **times)
        case _ if action.state in (ActionState.PAUSED, ActionState.CANCELLED):
            yield say(f"tag.stays_sealed.{action.state.value}", title=title)
        case _:
            yield say("tag.comes", title=title, **times)
