"""An action's card, the message that shows how it stands, and its preview before publishing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action, ActionState
from domain.drafts import fingerprint
from domain.kinds import Field, FieldKind
from domain.servers import Server
from locales import Language
from ui.buttons import Press, next_steps, press
from ui.text import amount, bar, code, plain, safe_url, shorten, stamp, zoned

MAX_TITLE = 200
MAX_TEXT = 700
MAX_SHOWN_URL = 400
MAX_BUTTON_URL = 512
MAX_CONTENT = 4000
MAX_BUTTON_LABEL = 80

PREVIEW_STEPS = ("publish", "edit_fields", "edit_when", "my_time", "discard")
SETUP_STEPS = ("announce_later", "sign_up_settings", "repeat", "save_template")
"""What a draft can have besides; behind it stands what is its kind's own."""

UiItem = discord.ui.Item[Any]
LinkButton = discord.ui.Button[Any]


def draw_card(
    say: Language, action: Action, server: Server, now: datetime
) -> discord.ui.LayoutView:
    """Draw the card of a published action as it stands now. It pings nobody.

    What is sealed stays out of it until the reveal.
    """
    state = action.state_at(now)
    texts = [
        _heading(say, action),
        _state_line(say, action, state),
        when_lines(say, action, server),
        field_lines(say, action, revealed=action.revealed(now)),
        _numbers(say, action, state),
    ]
    return _layout(action, texts, [*next_steps(say, action, now), *link_buttons(say, action)])


def draw_preview(
    say: Language, action: Action, server: Server, now: datetime, notes: Sequence[str] = ()
) -> discord.ui.LayoutView:
    """Draw the card of a draft for its organiser: with what is sealed, and what to do next.

    `notes` are sentences, ready to show, about how the time was understood; those that no
    longer fit into a message are left out.
    """
    texts = [
        say("preview.heading"),
        _heading(say, action),
        say("preview.starts", relative=stamp(action.starts_at, "R")),
        when_lines(say, action, server),
        _preview_fields(say, action),
        _numbers(say, action, ActionState.OPEN),
    ]
    room = MAX_CONTENT - sum(map(len, texts))
    for note in notes:
        if (room := room - len(note)) >= 0:
            texts.append(note)
    shown = {"publish": fingerprint(action)}
    buttons = [press(say, v, action.action_id, item_id=shown.get(v)) for v in PREVIEW_STEPS]
    setup = [press(say, v, action.action_id) for v in (*SETUP_STEPS, *action.rules.setup_steps)]
    return _layout(action, texts, buttons, setup[:5], [*setup[5:], *link_buttons(say, action)])


def zone_of(action: Action, server: Server) -> str:
    """The zone in which times are shown: the server's, or else the one the action was set in."""
    return server.zone or action.starts.zone


def when_lines(say: Language, action: Action, server: Server) -> str:
    """When it starts and ends, for each reader and for the server."""
    zone = zone_of(action, server)
    start = say(
        "card.when",
        full=stamp(action.starts_at),
        wall=zoned(say, action.starts_at, zone),
    )
    end = say("card.until", full=stamp(action.ends_at), wall=zoned(say, action.ends_at, zone))
    return f"{start}\n{end}"


def field_lines(
    say: Language, action: Action, *, revealed: bool, without: FieldKind | None = None
) -> str:
    """The kind's own fields; what is sealed and not revealed only says until when.

    Fields of the kind `without` are left out, for messages that show them otherwise.
    """
    lines: list[str] = []
    for field, value in _filled(action):
        if field.kind is without:
            continue
        if field.sealed and not revealed:
            lines.append(say(f"card.sealed.{field.name}", when=stamp(action.starts_at)))
        else:
            lines.extend(_field_lines(say, field, value))
    return "\n".join(lines)


def link_buttons(say: Language, action: Action) -> list[LinkButton]:
    """A button for each address of an action that fits into one."""
    return [
        discord.ui.Button(label=shorten(say(f"button.{field.name}"), MAX_BUTTON_LABEL), url=url[0])
        for field, value in _filled(action)
        if field.kind is FieldKind.URL and (url := safe_url(value)) and _fits_button(url[0])
    ]


def show_tag(tag: str) -> str:
    """A hashtag as people write it; it is stored without its sign."""
    return f"#{tag.removeprefix('#')}"


def heading_title(action: Action) -> str:
    """The title, harmless and short enough for any message."""
    return plain(action.title, MAX_TITLE)


def _filled(action: Action) -> Iterator[tuple[Field, str]]:
    for field in action.rules.fields:
        if field.kind in (FieldKind.TAG, FieldKind.TEXT, FieldKind.URL) and (
            value := action.fields.get(field.name)
        ):
            yield field, value


def _field_lines(say: Language, field: Field, value: str) -> Iterator[str]:
    if field.kind is FieldKind.TAG:
        yield say(f"card.field.{field.name}", value=code(show_tag(value)))
    elif field.kind is FieldKind.TEXT:
        yield say(f"card.field.{field.name}", value=plain(value, MAX_TEXT))
    else:
        yield _address_line(say, field, value)
        yield say("card.no_money")


def _address_line(say: Language, field: Field, value: str) -> str:
    address = safe_url(value)
    if address is None:
        return say(f"card.field.{field.name}", host=code(shorten(value, MAX_SHOWN_URL)))
    url, host = address
    shown = code(shorten(host, MAX_TITLE))
    if _fits_button(url) or len(url) > MAX_CONTENT // 4:
        return say(f"card.field.{field.name}", host=shown)
    link = f"[{say('card.link_label')}](<{url}>)"
    return say(f"card.field.{field.name}_masked", host=shown, link=link)


def _fits_button(url: str) -> bool:
    return len(url) <= MAX_BUTTON_URL


def _preview_fields(say: Language, action: Action) -> str:
    lines: list[str] = []
    for field, value in _filled(action):
        if field.sealed:
            shown = code(show_tag(value)) if field.kind is FieldKind.TAG else plain(value, MAX_TEXT)
            when = stamp(action.starts_at)
            lines.append(say(f"preview.sealed.{field.name}", value=shown, when=when))
        else:
            lines.extend(_field_lines(say, field, value))
    return "\n".join(lines)


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


def _state_line(say: Language, action: Action, state: ActionState) -> str:
    return say(
        f"card.state.{state.value}",
        starts=stamp(action.starts_at, "R"),
        ends=stamp(action.ends_at, "R"),
        log_until=stamp(action.log_until, "f"),
    )


def _numbers(say: Language, action: Action, state: ActionState) -> str:
    """Sign-ups, what is logged, the goal, and apart from them what stood there before."""
    lines = [_sign_ups(say, action)]
    logged = action.total.logged
    if state is not ActionState.OPEN or action.total.logged_count:
        contributions = say.many("count.contributions", action.total.logged_count)
        lines.append(
            say("card.logged", amount=amount(say, action, logged), contributions=contributions)
        )
    if action.goal:
        lines.append(
            say(
                "card.goal",
                goal=amount(say, action, action.goal),
                bar=bar(logged, action.goal),
                percent=say.percent(logged, action.goal),
            )
        )
    if action.baseline:
        lines.append(say("card.baseline", amount=amount(say, action, action.baseline)))
    return "\n".join(lines)


def _sign_ups(say: Language, action: Action) -> str:
    if action.capacity is None:
        line = say.many("card.signed_up", action.signed_up)
    else:
        capacity = say.number(action.capacity)
        line = say.many("card.signed_up_of", action.signed_up, capacity=capacity)
    if action.waitlisted:
        line += f" · {say.many('card.waitlisted', action.waitlisted)}"
    return line


def _layout(
    action: Action,
    texts: Sequence[str],
    *rows: Sequence[Press | LinkButton],
) -> discord.ui.LayoutView:
    """A layout that never stops: with one that does, discord.py forgets the persistent buttons."""
    parts: list[UiItem] = []
    for text in filter(None, texts):
        parts.append(discord.ui.TextDisplay(text))
    parts.extend(discord.ui.ActionRow[Any](*row) for row in rows if row)
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=action.rules.accent))
    return view
