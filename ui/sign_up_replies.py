"""What a fan reads after *I'm in* or *Leave*, with the buttons that may come next."""

from __future__ import annotations

from datetime import datetime

import discord

from domain.actions import TAKES_CONTRIBUTIONS, Action
from domain.servers import RolePurpose, Server
from domain.sign_ups import SignUpResult, SignUpState
from locales import Language
from ui.base import SafeView
from ui.buttons import Press, press
from ui.calendars import calendar_button
from ui.muting import mute_button
from ui.participants_panel import who_is_in_buttons
from ui.text import amount, plain, stamp


def draw_joined(
    say: Language, action: Action, server: Server, result: SignUpResult, now: datetime
) -> tuple[str, discord.ui.View]:
    """The place that one has, and when it happens."""
    lines = [_place_line(say, action, result)]
    if result.relocated and action.grants_role:
        lines.append(say("joined.relocated"))
    if result.option is not None and not result.chose:
        lines.append(say("joined.option", option=plain(result.option)))
    if result.pledged is not None:
        lines.append(say("joined.pledged", amount=amount(say, action, result.pledged)))
    if now < action.starts_at:
        lines.append(
            say(
                "joined.starts",
                time=stamp(action.starts_at),
                left=stamp(action.starts_at, "R"),
            )
        )
    else:
        lines.append(say("joined.live"))
    buttons = [press(say, "leave", action.action_id)]
    if action.state_at(now) in TAKES_CONTRIBUTIONS and now >= action.starts_at:
        buttons.insert(0, press(say, action.rules.steps[0], action.action_id))
    if action.rules.pledges and now < action.starts_at:
        buttons.append(press(say, "pledge", action.action_id))
    if action.grants_role and result.state is SignUpState.IN:
        lines.append(say("joined.role_hint"))
    if server.self_service_ping and server.role(RolePurpose.PING) is not None:
        lines.append(say("joined.ping_hint"))
        buttons.append(press(say, "ping_me", action.action_id))
    if action.state_at(now) in TAKES_CONTRIBUTIONS:
        key = "joined.direct_hint" if now < action.starts_at else "joined.direct_hint_live"
        lines.append(say(key, button=say("button.direct_on")))
        buttons.append(press(say, "direct_on", action.action_id))
    if action.state_at(now) in TAKES_CONTRIBUTIONS:
        buttons.append(mute_button(say, action, muted=result.muted))
    if now < action.starts_at:
        buttons.append(calendar_button(say, action))
    lines += _public_lines(say, server)
    buttons += who_is_in_buttons(say, action, server)
    buttons.append(press(say, "own_zone", 0))
    return "\n".join(lines), _view(buttons)


def _public_lines(say: Language, server: Server) -> list[str]:
    """That others see it, where they do."""
    if not server.choices_public:
        return []
    return [say("joined.choices_public", button=say("button.choices_hide"))]


def _place_line(say: Language, action: Action, result: SignUpResult) -> str:
    title, place = plain(action.title), say.number(result.place)
    if result.chose and result.option is not None:
        return say("joined.chose", option=plain(result.option), title=title, place=place)
    if result.chose:
        return say("joined.chose_none", title=title, place=place)
    state = result.state.value
    key = f"joined.now.{state}" if result.changed else f"joined.already.{state}"
    return say(key, place=place, title=title)


def draw_pledged(say: Language, action: Action, result: SignUpResult) -> str:
    """What one has pledged now."""
    title = plain(action.title)
    if result.pledged is None:
        return say("pledge.none", title=title)
    pledged = amount(say, action, result.pledged)
    key = f"pledge.done.{result.state.value}"
    return say(key, amount=pledged, title=title)


def draw_left(
    say: Language, action: Action, result: SignUpResult | None, now: datetime
) -> tuple[str, discord.ui.View]:
    """That one has left, or was not in."""
    title = plain(action.title)
    if result is None or not result.changed:
        key = "left.was_not_in"
    else:
        key = "left.done"
    buttons = [press(say, "join", action.action_id)] if action.takes_sign_ups(now) else []
    assert result is None or result.state is SignUpState.LEFT
    return say(key, title=title), _view(buttons)


def _view(buttons: list[Press]) -> discord.ui.View:
    view = SafeView(timeout=None)
    for button in buttons:
        view.add_item(button)
    return view
