"""Who takes part in an action: the organisers' pages, and what everybody may see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import discord

from domain.actions import Action
from domain.errors import Refusal
from domain.participants import Listed, ParticipantPage, Showing, Turn
from domain.servers import Server
from domain.sign_ups import SignUpState
from locales import LANGUAGES, Language, language
from ui.base import SafeLayout
from ui.buttons import Press, press
from ui.limits import MAX_OPTION_LABEL, MAX_TEXTS
from ui.selects import MAX_OPTIONS, pick_text
from ui.text import amount, heading_title, plain, shorten, stamp

MAX_OPTION = 60

STATES = tuple(SignUpState)
PARTS = 2**32
"""Into which an action's sign-ups can be parted: even ones by an option, odd ones by a channel."""

EVERYBODY = 0

UiItem = discord.ui.Item[Any]


# ---- What a panel shows, in the one number that a button has


def write_view(server: Server, showing: Showing, turn: Turn) -> int:
    """The number by which buttons know a page."""
    number = turn.place * 2 + turn.backwards
    number = number * len(STATES) + STATES.index(showing.state)
    return number * PARTS + _part(server, showing)


def read_view(server: Server, number: int) -> tuple[Showing, Turn]:
    """The page of a button's number; everybody where it names a channel that is gone."""
    number, part = divmod(number, PARTS)
    number, state = divmod(number, len(STATES))
    place, backwards = divmod(number, 2)
    return read_part(server, part, Showing(STATES[state])), Turn(place, bool(backwards))


def read_part(server: Server, part: int, showing: Showing) -> Showing:
    """The same with another part of the sign-ups; raises `Refusal` for a forged one."""
    if not 0 <= part < PARTS:
        raise Refusal("refused.unknown_button")
    number, of_channel = divmod(part, 2)
    code = LANGUAGES[number] if of_channel and number < len(LANGUAGES) else ""
    if server.language_channel(code) is not None:
        return Showing(showing.state, language=code)
    if of_channel or part == EVERYBODY:
        return Showing(showing.state)
    return Showing(showing.state, option_id=number)


def _part(server: Server, showing: Showing) -> int:
    if showing.option_id is not None:
        return showing.option_id * 2
    if showing.language in LANGUAGES:
        return LANGUAGES.index(showing.language) * 2 + 1
    return EVERYBODY


# ---- The organisers' pages


def draw_participants(
    say: Language, page: ParticipantPage, server: Server
) -> discord.ui.LayoutView:
    """Draw a page for those who run the action. It mentions people and pings nobody."""
    action, showing = page.action, page.showing
    here = write_view(server, showing, Turn())
    view = SafeLayout(timeout=None)
    listed = discord.ui.TextDisplay[Any](_lines(say, page, full=True))
    states = pick_text(
        say, "participants_state", action.action_id, _states(say, showing), item_id=here
    )
    items: list[UiItem] = [
        discord.ui.TextDisplay(_heading(say, action)),
        discord.ui.ActionRow[Any](states),
    ]
    if len(parts := _parts(say, action, server, showing)) > 1:
        pick = pick_text(say, "participants_part", action.action_id, parts, item_id=here)
        items.append(discord.ui.ActionRow[Any](pick))
    items += [discord.ui.Separator(), listed]
    if turns := list(_turns(say, "participants", page, server)):
        items.append(discord.ui.ActionRow[Any](*turns))
    items.append(discord.ui.Separator())
    items.append(discord.ui.TextDisplay(f"-# {say('participants.file_hint')}"))
    items.append(
        discord.ui.ActionRow[Any](
            press(say, "participants_csv", action.action_id),
            press(say, "participants_xlsx", action.action_id),
        )
    )
    view.add_item(discord.ui.Container(*items, accent_colour=action.rules.accent))
    if view.content_length() > MAX_TEXTS:
        listed.content = _lines(say, page, full=False)
    return view


def _heading(say: Language, action: Action) -> str:
    counts = [say("participants.in", n=say.number(action.signed_up))]
    if action.capacity is not None:
        n, most = say.number(action.signed_up), say.number(action.capacity)
        counts = [say("participants.in_of", n=n, most=most)]
    if action.waitlisted:
        counts.append(say("participants.waiting", n=say.number(action.waitlisted)))
    lines = [f"## {say('participants.heading', title=heading_title(action))}", " · ".join(counts)]
    options = [
        say("participants.option", option=plain(o.label, MAX_OPTION), n=say.number(o.taken))
        for o in action.parts.options
    ]
    return "\n".join([*lines, *([" · ".join(options)] if options else ())])


def _lines(say: Language, page: ParticipantPage, *, full: bool) -> str:
    """A line for each; in `full` with what they pledged."""
    if not page.listed:
        return say("participants.nobody")
    return "\n".join(_line(say, page.action, each, full=full) for each in page.listed)


def _line(say: Language, action: Action, each: Listed, *, full: bool) -> str:
    sign_up, since = each.sign_up, stamp(each.since, "R")
    gone = each.user_id is None
    who = say("participants.deleted") if gone else f"<@{each.user_id}>"
    parts = [f"`{sign_up.place}` {who}"]
    if (option := _option(action, each)) is not None:
        parts.append(plain(option, MAX_OPTION))
    if sign_up.language in LANGUAGES:
        parts.append(language(sign_up.language)("language.name"))
    if full and sign_up.pledged is not None:
        parts.append(say("me.pledged", amount=amount(say, action, sign_up.pledged)))
    left = sign_up.state is SignUpState.LEFT
    parts.append(say("participants.left_since" if left else "participants.since", time=since))
    return " · ".join(parts)


def _option(action: Action, each: Listed) -> str | None:
    chosen = each.sign_up.option_id
    return next((o.label for o in action.parts.options if o.option_id == chosen), None)


def _states(say: Language, showing: Showing) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=say(f"participants.state.{state.value}"),
            value=state.value,
            default=state is showing.state,
        )
        for state in STATES
    ]


def _parts(
    say: Language, action: Action, server: Server, showing: Showing
) -> list[discord.SelectOption]:
    """Everybody, each option, and each language channel."""
    named = [(say("participants.everybody"), Showing())]
    named += [
        (say("participants.with_option", option=option.label), Showing(option_id=option.option_id))
        for option in action.parts.options
    ]
    for channel in server.language_channels:
        code = channel.language
        name = language(code)("language.name") if code in LANGUAGES else code
        label = say("participants.in_language", language=name)
        named.append((label, Showing(language=code)))
    chosen = _part(server, showing)
    parts = [(label, _part(server, part)) for label, part in named[:MAX_OPTIONS]]
    return [
        discord.SelectOption(
            label=shorten(label, MAX_OPTION_LABEL), value=str(part), default=part == chosen
        )
        for label, part in parts
    ]


def _turns(say: Language, verb: str, page: ParticipantPage, server: Server) -> Iterator[Press]:
    """The buttons to those who came before, and after."""
    for key, turn in (("earlier", page.earlier), ("later", page.later)):
        if turn is not None:
            number = write_view(server, page.showing, turn)
            label = f"button.participants.{key}"
            yield press(say, verb, page.action.action_id, item_id=number, label_key=label)


# ---- What everybody may see


def draw_who_is_in(
    say: Language, page: ParticipantPage, server: Server, *, hides: bool
) -> discord.ui.LayoutView:
    """Draw a page of those who are in; `hides`: whoever reads it keeps their own name out."""
    action, view = page.action, SafeLayout(timeout=None)
    lines = [_named(action, each) for each in page.named]
    if page.hidden:
        lines.append(f"-# {say.many('participants.hidden', page.hidden)}")
    own = "hides.on" if hides else "participants.shown_too"
    items: list[UiItem] = [
        discord.ui.TextDisplay(_heading(say, action)),
        discord.ui.Separator(),
        discord.ui.TextDisplay("\n".join(lines) or say("participants.nobody")),
        discord.ui.Separator(),
        discord.ui.TextDisplay(f"-# {say(own)}"),
        discord.ui.ActionRow[Any](
            *_turns(say, "who_is_in", page, server),
            hide_button(say, hides=hides, action_id=action.action_id),
        ),
    ]
    view.add_item(discord.ui.Container(*items, accent_colour=action.rules.accent))
    return view


def _named(action: Action, each: Listed) -> str:
    option = _option(action, each)
    who = f"<@{each.user_id}>"
    return who if option is None else f"{who} · {plain(option, MAX_OPTION)}"


def hide_button(say: Language, *, hides: bool, action_id: int = 0) -> Press:
    """The one button that keeps one's choices to oneself, or no more.

    It stands among one's settings, or below the list of an action.
    """
    return press(say, "choices_show" if hides else "choices_hide", action_id)


def who_is_in_buttons(say: Language, action: Action, server: Server) -> Sequence[Press]:
    """The way to the list, where the server shows it to everybody."""
    return [press(say, "who_is_in", action.action_id)] if server.choices_public else []
