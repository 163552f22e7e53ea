"""An action's card, the message that shows how it stands, and its preview before publishing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action, ActionState
from domain.drafts import fingerprint
from domain.posters import Poster
from domain.servers import Server
from domain.share_links import may_share
from domain.tally_access import shows_progress
from locales import Language
from ui.buttons import next_steps, press
from ui.calendars import calendar_button
from ui.extra_lines import extra_lines
from ui.field_lines import MAX_TEXT, field_lines, link_buttons, preview_lines
from ui.limits import MAX_TEXTS
from ui.participants_panel import who_is_in_buttons
from ui.posters import draw_poster
from ui.progress import progress_lines
from ui.standing import state_lines
from ui.text import heading_title, stamp, zone_of, zoned_range
from ui.thread_messages import talk_button

BUTTONS_IN_ROW = 5
SHORTER = (MAX_TEXT, MAX_TEXT // 2, MAX_TEXT // 4)
"""How many characters of each text that a person wrote are shown, as far as there is room."""

PREVIEW_STEPS = ("publish", "edit_fields", "edit_when", "my_time", "discard")
SETUP_STEPS = (
    "announce_later",
    "sign_up_settings",
    "messages",
    "poster",
    "repeat",
    "save_template",
)
"""What a draft can have besides; behind it stands what is its kind's own."""

UiItem = discord.ui.Item[Any]


def draw_card(
    say: Language,
    action: Action,
    server: Server,
    now: datetime,
    poster: Poster | None = None,
) -> discord.ui.LayoutView:
    """Draw the card of a published action as it stands now. It pings nobody.

    What is sealed stays out of it until the reveal. The action has to be read whole. `poster` is
    the one whose file the message carries.
    """
    state, revealed = action.state_at(now), action.revealed(now)
    shown = shows_progress(server, action, now)
    texts = _fitting(
        [_heading(say, action), state_lines(say, action, now), when_lines(say, action, server)],
        lambda most: field_lines(say, action, revealed=revealed, most=most),
        extra_lines(say, action, now, shown=shown),
        progress_lines(say, action, state, shown=shown),
    )
    places: list[UiItem] = [*link_buttons(say, action)]
    if action.thread_id is not None:
        places.append(talk_button(say, action))
    if state is ActionState.OPEN:
        places.append(calendar_button(say, action))
    if may_share(action, now):
        places.append(press(say, "share", action.action_id))
    places += who_is_in_buttons(say, action, server)
    picture = None if poster is None else draw_poster(poster)
    return _layout(action, texts, next_steps(say, action, now), places, picture=picture)


def draw_preview(
    say: Language,
    action: Action,
    server: Server,
    now: datetime,
    notes: Sequence[str] = (),
    *,
    holder: bool = True,
) -> discord.ui.LayoutView:
    """Draw the card of a draft for its organiser: with what is sealed, and what to do next.

    Who is no `holder` of what is sealed, as a moderator, sees the rest.
    `notes` are sentences, ready to show, about how the time was understood; those that no
    longer fit into a message are left out.
    """
    starts = say("preview.starts", relative=stamp(action.starts_at, "R"))
    texts = _fitting(
        [say("preview.heading"), _heading(say, action), starts, when_lines(say, action, server)],
        lambda most: preview_lines(say, action, holder=holder, most=most),
        extra_lines(say, action, now),
        progress_lines(say, action, ActionState.OPEN),
    )
    texts.append("\n".join(_kept(notes, MAX_TEXTS - sum(map(len, texts)))))
    shown = {"publish": fingerprint(action)}
    buttons = [press(say, v, action.action_id, item_id=shown.get(v)) for v in PREVIEW_STEPS]
    verbs = [*SETUP_STEPS, *action.rules.setup_steps]
    if action.announce is not None:
        verbs.insert(1, "announce_now")
    setup = [press(say, verb, action.action_id) for verb in verbs]
    return _layout(action, texts, buttons, setup, link_buttons(say, action))


def when_lines(say: Language, action: Action, server: Server) -> str:
    """When it starts and ends, for each reader and for the server."""
    zone = zone_of(action, server)
    wall = zoned_range(say, action.starts_at, action.ends_at, zone)
    start = say("card.when", full=stamp(action.starts_at))
    end = say("card.until", full=stamp(action.ends_at), wall=wall)
    return f"{start}\n{end}"


def _heading(say: Language, action: Action) -> str:
    kind = say(f"kind.{action.kind.value}.name")
    if action.number is None:
        kicker = say("card.kicker_draft", kind=kind)
    else:
        kicker = say("card.kicker", kind=kind, number=action.number)
    lines = [f"-# {kicker}", f"## {heading_title(action)}"]
    if action.organiser_user_id is not None:
        lines.append(say("card.organiser", organiser=f"<@{action.organiser_user_id}>"))
    return "\n".join(lines)


def _fitting(
    first: Sequence[str],
    fields: Callable[[int], list[str]],
    extra: Sequence[str],
    numbers: Sequence[str],
) -> list[str]:
    """The texts of a card within one message: people's texts are shortened where they must be.

    `fields` draws them with at most so many characters each. Of the extra lines those are left
    out that don't fit even so.
    """
    last = "\n".join(numbers)
    room = MAX_TEXTS - sum(map(len, first)) - len(last)
    shown = ""
    for most in SHORTER:
        shown = "\n".join(_kept(fields(most), room))
        if len(shown) + sum(len(line) + 1 for line in extra) <= room:
            break
    return [*first, shown, "\n".join(_kept(extra, room - len(shown))), last]


def _kept(lines: Sequence[str], room: int) -> list[str]:
    """The lines that fit into so many characters, the line breaks between them included."""
    kept: list[str] = []
    for line in lines:
        if (left := room - len(line) - 1) >= 0:
            kept.append(line)
            room = left
    return kept


def _layout(
    action: Action,
    texts: Sequence[str],
    *groups: Sequence[UiItem],
    picture: UiItem | None = None,
) -> discord.ui.LayoutView:
    """A layout that never stops: with one that does, discord.py forgets the persistent buttons.

    The picture stands below the first text, which is the heading.
    """
    parts: list[UiItem] = [discord.ui.TextDisplay(text) for text in texts if text]
    if picture is not None:
        parts.insert(1, picture)
    for group in groups:
        for start in range(0, len(group), BUTTONS_IN_ROW):
            parts.append(discord.ui.ActionRow[Any](*group[start : start + BUTTONS_IN_ROW]))
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=action.rules.accent))
    return view
