"""The panel of a sealed tag: its reveal, who sees it before, and the one in reserve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action, ActionState
from domain.life_cycle import ONGOING
from domain.seals import LEADS, RESERVE, TAG
from domain.servers import RolePurpose, Server
from domain.tags import TagWarning
from locales import Language
from ui.base import SafeLayout
from ui.buttons import Press, press
from ui.field_lines import show_tag
from ui.forms import WHEN_LENGTH, Form, Input, Submit
from ui.plan_lines import offset_words
from ui.selects import pick_text
from ui.tag_lines import helpers_line, reveal_line, warning_lines
from ui.text import code, heading_title

MAX_OPTION = 100


def draw_tag_panel(
    say: Language,
    action: Action,
    server: Server,
    now: datetime,
    warnings: Sequence[tuple[str, TagWarning]] = (),
    *,
    holder: bool,
    done: str = "",
) -> discord.ui.LayoutView:
    """Draw the panel for somebody who may change the action; `holder`: who sees what is sealed.

    `done` says what became of a press.
    """
    lines = [f"## {say('tag.heading')}\n{heading_title(action)}"]
    lines += list(_tags(say, action)) if holder else [say("tag.sealed_for_you")]
    lines += warning_lines(say, warnings) if holder else []
    lines += [reveal_line(say, action, now), helpers_line(say, action, server)]
    if done:
        lines.insert(0, done)
    parts: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay("\n".join(lines))]
    if buttons := list(_buttons(say, action, now, holder=holder)):
        parts.append(discord.ui.ActionRow[Any](*buttons))
    if holder and server.role(RolePurpose.HELPER) is not None and _sealed(action, now):
        parts.append(discord.ui.ActionRow[Any](_leads(say, action)))
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=action.rules.accent))
    return view


def reveal_form(say: Language, typed: str, submit: Submit) -> Form:
    """When a tag is revealed; left empty, at the moment."""
    inputs = [Input("when", "reveal_at", typed, False, WHEN_LENGTH)]
    return Form(say, say("modal.reveal.title"), inputs, submit)


def _tags(say: Language, action: Action) -> Iterator[str]:
    yield say("tag.shown", tag=code(show_tag(action.fields.get(TAG, ""))))
    reserve = action.fields.get(RESERVE)
    yield say("tag.reserve", tag=code(show_tag(reserve))) if reserve else say("tag.reserve_none")


def _sealed(action: Action, now: datetime) -> bool:
    """Tell whether it can still be chosen when the tag is revealed."""
    return _changeable(action, now) and not action.revealed(now)


def _changeable(action: Action, now: datetime) -> bool:
    return action.number is None or action.state_at(now) in ONGOING


def _buttons(say: Language, action: Action, now: datetime, *, holder: bool) -> Iterator[Press]:
    """What can be done, at most a row of it."""
    ids, published = action.action_id, action.number is not None
    if _sealed(action, now):
        yield press(say, "reveal_time", ids)
        if action.reveal is not None:
            yield press(say, "reveal_moment", ids)
        if published and action.announced(now) and action.state is not ActionState.PAUSED:
            yield press(say, "reveal_now", ids)
    if not holder and published and not action.revealed(now):
        yield press(say, "open_seal", ids)
    if _changeable(action, now) and holder:
        verb = "tag_reserve" if published else "edit_more"
        yield press(say, verb, ids, label_key="button.tag_reserve")
    if published and _changeable(action, now) and action.fields.get(RESERVE):
        yield press(say, "switch_tag", ids, style=discord.ButtonStyle.danger)


def _leads(say: Language, action: Action) -> discord.ui.Item[Any]:
    """From when on helpers see the tag."""
    options = [
        discord.SelectOption(
            label=say("tag.lead_off"), value="0", default=action.helpers_lead is None
        )
    ]
    for lead in LEADS:
        words = say("tag.lead", before=offset_words(say, lead))
        chosen = lead == action.helpers_lead
        value = str(int(lead.total_seconds()))
        options.append(discord.SelectOption(label=words[:MAX_OPTION], value=value, default=chosen))
    return pick_text(say, "helpers_lead", action.action_id, options)
