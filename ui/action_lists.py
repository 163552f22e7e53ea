"""The lists of `/actions`: what comes, what one joined, what waits for one's log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import discord

from domain.action_lists import KINDS, LISTS, ActionList, Asked, Listed, ListPage, write_asked
from domain.actions import Action, ActionState
from domain.deliveries import Post
from domain.servers import Server
from domain.sign_ups import SignUpState
from locales import Language
from ui.base import SafeLayout
from ui.buttons import next_steps, press
from ui.calendars import calendar_button, card_url
from ui.cards import BUTTONS_IN_ROW, when_lines
from ui.selects import pick_text
from ui.standing import state_lines
from ui.text import heading_title, plain, shorten, stamp
from ui.thread_messages import talk_button

TITLE_LENGTH = 80
MAX_OPTION = 100
EVERY_KIND = "all"

_PRIMARY, _SECONDARY = discord.ButtonStyle.primary, discord.ButtonStyle.secondary


def draw_list(say: Language, page: ListPage, now: datetime) -> discord.ui.LayoutView:
    """Draw a page, with the ways to the other lists, pages and kinds, and to each action."""
    asked = page.asked
    lines = [f"## {say(f'actions.list.{asked.list.value}')}"]
    lines += [_line(say, listed, asked, now) for listed in page.listed]
    if not page.listed:
        every = "kind" if asked.kind is not None else asked.list.value
        lines.append(say(f"actions.empty.{every}", button=say("button.join")))
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(discord.ui.TextDisplay[Any]("\n".join(lines))))
    view.add_item(discord.ui.ActionRow[Any](*(_list_button(say, asked, to) for to in LISTS)))
    if page.listed:
        view.add_item(discord.ui.ActionRow[Any](_pick_action(say, page)))
    view.add_item(discord.ui.ActionRow[Any](_pick_kind(say, asked)))
    ways: list[discord.ui.Item[Any]] = []
    for key, to, possible in (
        ("button.page_previous", asked.page - 1, asked.page > 0),
        ("button.page_next", asked.page + 1, page.more),
    ):
        if possible:
            item = write_asked(Asked(asked.list, asked.kind, to))
            ways.append(press(say, "actions_page", 0, item_id=item, label_key=key))
    if asked.list is ActionList.COMING and page.listed:
        ways.append(press(say, "calendar_all", 0))
    if ways:
        view.add_item(discord.ui.ActionRow[Any](*ways))
    return view


def draw_details(
    say: Language, action: Action, card: Post | None, server: Server, asked: Asked, now: datetime
) -> discord.ui.LayoutView:
    """Draw one action with everything that one can do with it now, and the way back to the list.

    The action is to be read whole.
    """
    kind = say(f"kind.{action.kind.value}.name")
    lines = [
        f"-# {say('card.kicker', kind=kind, number=action.number)}",
        f"## {heading_title(action)}",
        state_lines(say, action, now),
        when_lines(say, action, server),
    ]
    view = SafeLayout(timeout=None)
    text = discord.ui.TextDisplay[Any]("\n".join(lines))
    view.add_item(discord.ui.Container(text, accent_colour=action.rules.accent))
    steps: list[discord.ui.Item[Any]] = [*next_steps(say, action, now)]
    if card is not None:
        url = card_url(action, card)
        steps.append(discord.ui.Button[Any](label=say("button.to_card"), url=url))
    if action.thread_id is not None:
        steps.append(talk_button(say, action))
    if action.ends_at > now:
        steps.append(calendar_button(say, action))
    steps.append(press(say, "actions_page", 0, item_id=write_asked(asked), label_key="button.back"))
    for start in range(0, len(steps), BUTTONS_IN_ROW):
        view.add_item(discord.ui.ActionRow[Any](*steps[start : start + BUTTONS_IN_ROW]))
    return view


def _line(say: Language, listed: Listed, asked: Asked, now: datetime) -> str:
    """An action: what it is called, when it is, how it stands, and what one has to do with it."""
    action = listed.action
    title = plain(action.title, TITLE_LENGTH)
    if listed.card is not None:
        title = f"[{title}]({card_url(action, listed.card)})"
    kind = say(f"kind.{action.kind.value}.name")
    first = say("actions.line", number=action.number, title=title)
    parts = [kind, _when(say, action, asked, now)]
    state = action.state_at(now)
    if state not in (ActionState.OPEN, ActionState.LIVE):
        parts.append(say(f"actions.state.{state.value}"))
    if listed.sign_up is SignUpState.WAITLISTED:
        parts.append(say("actions.waitlisted"))
    elif listed.sign_up is SignUpState.IN and asked.list is not ActionList.TO_LOG:
        parts.append(say("actions.in"))
    if asked.list is ActionList.TO_LOG:
        parts.append(say("actions.no_proof" if listed.logged else "actions.not_logged"))
    return f"{first}\n-# {' · '.join(parts)}"


def _when(say: Language, action: Action, asked: Asked, now: datetime) -> str:
    """The instant that matters to the reader: until when to log it, its start, or its end."""
    if asked.list is ActionList.TO_LOG:
        key, at = "actions.log_until", action.log_until
    elif action.state_at(now) is ActionState.LIVE:
        key, at = "actions.ends", action.ends_at
    else:
        key, at = "actions.starts", action.starts_at
    return say(key, time=stamp(at, "f"), left=stamp(at, "R"))


def _list_button(say: Language, asked: Asked, to: ActionList) -> discord.ui.Item[Any]:
    return press(
        say,
        "actions_list",
        0,
        item_id=write_asked(Asked(to, asked.kind)),
        label_key=f"button.actions.{to.value}",
        style=_PRIMARY if to is asked.list else _SECONDARY,
        disabled=to is asked.list,
    )


def _pick_kind(say: Language, asked: Asked) -> discord.ui.Item[Any]:
    every = discord.SelectOption(
        label=say("actions.every_kind"), value=EVERY_KIND, default=asked.kind is None
    )
    options = [
        discord.SelectOption(
            label=say(f"kind.{kind.value}.name"), value=kind.value, default=kind is asked.kind
        )
        for kind in KINDS
    ]
    item = write_asked(Asked(asked.list))
    return pick_text(say, "actions_kind", 0, [every, *options], item_id=item)


def _pick_action(say: Language, page: ListPage) -> discord.ui.Item[Any]:
    options = [
        discord.SelectOption(
            label=shorten(f"#{listed.action.number} {listed.action.title}", MAX_OPTION),
            value=str(listed.action.action_id),
        )
        for listed in page.listed
    ]
    return pick_text(say, "actions_open", 0, options, item_id=write_asked(page.asked))
