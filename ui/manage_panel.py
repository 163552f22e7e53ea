"""The panel from which an action is run: how it stands, and everything that can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action, ActionState
from domain.life_cycle import ONGOING, steps_at
from domain.reviewing import Queue
from domain.seals import has_seal, holds_seal
from domain.servers import Actor, Server
from domain.threads import takes_thread
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.cards import when_lines
from ui.review_queue import write_queue
from ui.standing import state_lines
from ui.text import heading_title, stamp
from ui.translation_panel import translation_lines

STEP_STYLES = {
    "pause": discord.ButtonStyle.secondary,
    "resume": discord.ButtonStyle.success,
    "cancel": discord.ButtonStyle.danger,
    "close_sign_ups": discord.ButtonStyle.secondary,
    "reopen_sign_ups": discord.ButtonStyle.secondary,
    "close_early": discord.ButtonStyle.danger,
    "extend_log": discord.ButtonStyle.secondary,
}
"""The button of each step."""

REVISIONS: tuple[str, ...] = ("revise_when", "revise_fields")
ONLY_DRAFTS = frozenset({"edit_more"})
"""Buttons that a kind has for drafts; here `revise_more` stands for them."""

BUTTONS_IN_ROW = 5


def draw_manage(
    say: Language,
    action: Action,
    server: Server,
    now: datetime,
    actor: Actor,
    *,
    done: str | None = None,
) -> discord.ui.LayoutView:
    """Draw the panel for somebody who may change the action. `done` says what became of a press."""
    kicker = say("card.kicker", kind=say(f"kind.{action.kind.value}.name"), number=action.number)
    texts = [
        done or "",
        f"-# {kicker}\n## {heading_title(action)}",
        state_lines(say, action, now),
        when_lines(say, action, server),
        say("manage.log_until", time=stamp(action.log_until, "f")),
        organiser_lines(say, action),
        translation_lines(say, action, server),
        _waits_line(say, action, now),
    ]
    parts: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(text) for text in filter(None, texts)
    ]
    rows = _rows(say, action, server, now, actor)
    parts.extend(discord.ui.ActionRow[Any](*row) for row in rows)
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=action.rules.accent))
    return view


def draw_revisions(say: Language, action: Action, now: datetime) -> discord.ui.View:
    """Only the buttons with which an action is edited."""
    view = discord.ui.View(timeout=None)
    for verb in _revisions(action, now):
        view.add_item(press(say, verb, action.action_id))
    return view


def organiser_lines(say: Language, action: Action) -> str:
    """Who runs an action."""
    people = (action.organiser_user_id, *action.parts.co_organisers)
    return say("manage.organisers", people=say.listing([f"<@{user}>" for user in people if user]))


def _waits_line(say: Language, action: Action, now: datetime) -> str:
    """How many contributions nobody has checked, where there are some and they can be."""
    waits = _waiting(action, now)
    return say.many("manage.waits", waits) if waits else ""


def _waiting(action: Action, now: datetime) -> int:
    if action.state_at(now) is ActionState.CANCELLED or now >= action.checks_until:
        return 0
    totals = action.totals.values()
    return sum(t.logged_count + t.held_count - t.verified_count for t in totals)


def _rows(
    say: Language, action: Action, server: Server, now: datetime, actor: Actor
) -> Sequence[Sequence[discord.ui.Item[Any]]]:
    steps = [
        press(say, step.value, action.action_id, style=STEP_STYLES[step.value])
        for step in steps_at(action, now)
    ]
    ongoing = action.state_at(now) in ONGOING
    setup = [verb for verb in action.rules.setup_steps if verb not in ONLY_DRAFTS]
    verbs = [*_revisions(action, now), *setup, *action.rules.run_steps] if ongoing else []
    about = ["organisers", "repeat", "preflight"] if ongoing else []
    about += ["participants", "save_template"]
    if action.state is not ActionState.CANCELLED:
        about.append("official")
    if any(total.logged_count for total in action.totals.values()):
        about.append("spot_check")
    if action.announced(now):
        about.append("duplicate")
    if ongoing and actor.manages_server and action.organiser_user_id != actor.user_id:
        about.append("take_over")
    unseals = actor.manages_server and not holds_seal(actor, action)
    if unseals and has_seal(action) and not action.revealed(now):
        about.append("open_seal")
    if ongoing:
        about.append("poster")
    if takes_thread(action, server, now):
        about.append("make_thread")
    about.append("history")
    checking = [press(say, "review", write_queue(Queue(action_id=action.action_id)))]
    groups = (
        checking if _waiting(action, now) else [],
        steps,
        [press(say, verb, action.action_id) for verb in verbs],
        [press(say, verb, action.action_id) for verb in about],
    )
    return [
        buttons[first : first + BUTTONS_IN_ROW]
        for buttons in groups
        for first in range(0, len(buttons), BUTTONS_IN_ROW)
    ]


def _revisions(action: Action, now: datetime) -> list[str]:
    verbs = list(REVISIONS)
    if any(field.page > 1 and not field.sealed for field in action.rules.fields):
        verbs.append("revise_more")
    if action.state_at(now) is ActionState.SCHEDULED:
        verbs += ["announce_later", "announce_now"]
    return [*verbs, "sign_up_settings", "messages"]
