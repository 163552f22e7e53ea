"""What reaches somebody, and how they switch it: pings, direct messages, quiet hours, zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

import discord

from domain.direct import Direct
from domain.kinds import Kind
from domain.quiet import QuietHours
from locales import Language
from ui.base import SafeLayout, SafeView
from ui.buttons import Press, press
from ui.forms import Form, Input, Submit
from ui.selects import PickText, pick_text
from ui.shift_panel import own_clock

TIME_LENGTH = 30


@dataclass(frozen=True)
class Notifications:
    """What somebody has switched on. `pinged` is None where the server offers no alert role."""

    direct: Direct
    zone: str | None
    quiet: QuietHours | None
    now: datetime
    pinged: bool | None = None

    kinds: Mapping[Kind, bool] = field(default_factory=dict[Kind, bool])
    """The kinds of which the server offers an alert role, and whether they have it."""


def draw_notifications(say: Language, shown: Notifications) -> discord.ui.LayoutView:
    """Draw the panel: each thing with what holds now, and the button that changes it."""
    rows = [discord.ui.TextDisplay[Any](f"## {say('notifications.heading')}")]
    items: list[discord.ui.Item[Any]] = [*rows]
    if shown.pinged is not None:
        key = "notifications.pinged" if shown.pinged else "notifications.not_pinged"
        items.append(_section(say(key), press(say, "ping_me", 0)))
    if shown.kinds:
        items.append(discord.ui.TextDisplay(say("notifications.kinds")))
        items.append(discord.ui.ActionRow[Any](_pick_kinds(say, shown.kinds)))
    items.append(
        _section(
            say(f"notifications.direct.{shown.direct.value}"), direct_button(say, shown.direct)
        )
    )
    items.append(_section(_quiet_line(say, shown), press(say, "quiet_hours", 0)))
    zone = say("own_zone.unknown")
    if shown.zone is not None:
        zone = own_clock(say, shown.zone, shown.zone, shown.now)
    items.append(_section(zone, press(say, "own_zone", 0)))
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*items))
    return view


def direct_button(say: Language, direct: Direct) -> Press:
    """The one button that switches direct messages on, or off."""
    if direct is Direct.ON:
        return press(say, "direct_off", 0)
    return press(say, "direct_on", 0, style=discord.ButtonStyle.success)


def draw_switched_on(say: Language, action_id: int) -> tuple[str, discord.ui.View]:
    """What will come from now on, with the way to stop it."""
    view = SafeView(timeout=None)
    view.add_item(press(say, "direct_off", action_id))
    return say("direct.switched_on"), view


def draw_zone_first(say: Language) -> tuple[str, discord.ui.View]:
    """That quiet hours need to know where somebody lives, with the button to say so."""
    view = SafeView(timeout=None)
    view.add_item(press(say, "own_zone", 0, style=discord.ButtonStyle.primary))
    return say("quiet.zone_first"), view


def quiet_form(
    say: Language, quiet: QuietHours | None, typed: Mapping[str, str], submit: Submit
) -> Form:
    """From when until when nothing that can wait is to come."""
    start, end = ("", "") if quiet is None else (_clock(quiet.start), _clock(quiet.end))
    inputs = [
        Input("start", "own_quiet_start", typed.get("start", start), False, TIME_LENGTH),
        Input("end", "own_quiet_end", typed.get("end", end), False, TIME_LENGTH),
    ]
    return Form(say, say("modal.own_quiet.title"), inputs, submit)


def _pick_kinds(say: Language, kinds: Mapping[Kind, bool]) -> PickText:
    options = [
        discord.SelectOption(label=say(f"kind.{kind.value}.name"), value=kind.value, default=has)
        for kind, has in kinds.items()
    ]
    return pick_text(say, "ping_kinds", 0, options, least=0, most=len(options))


def _section(text: str, button: Press) -> discord.ui.Section[Any]:
    return discord.ui.Section[Any](discord.ui.TextDisplay(text), accessory=button)


def _quiet_line(say: Language, shown: Notifications) -> str:
    if shown.quiet is None:
        return say("notifications.no_quiet")
    start, end = _clock(shown.quiet.start), _clock(shown.quiet.end)
    return say("notifications.quiet", start=start, end=end)


def _clock(minute: int) -> str:
    return f"{time(minute // 60, minute % 60):%H:%M}"
