"""A fan's panel of shifts: their own, those that need people, and what they can do with one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from domain.actions import TAKES_CONTRIBUTIONS, TAKES_SIGN_UPS, Action
from domain.shifts import Shift, ShiftOffer, coverage, offer_order
from domain.zones import zone_info
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.limits import MAX_OPTION_LABEL
from ui.selects import MAX_OPTIONS, pick_text, pick_user
from ui.shift_text import places, session_title, span, stamps, zoned_span
from ui.text import bar, heading_title, plain, shorten, zone_name

OWN_PAGE = 6
"""Own shifts on one page."""

SESSIONS = 3

Item = discord.ui.Item[Any]


@dataclass(frozen=True)
class ShiftView:
    """What a panel shows to one person: `mine` by id, and what they still offer of it.

    `zone` is the one they live in, `fallback` the server's where they have not said.
    """

    action: Action
    mine: Collection[int]
    offers: Sequence[ShiftOffer]
    zone: str | None
    fallback: str
    now: datetime

    @property
    def clock(self) -> str:
        return self.zone or self.fallback

    @property
    def own(self) -> list[Shift]:
        shifts = self.action.parts.shifts
        return [s for s in shifts if s.shift_id in self.mine and s.ends_at > self.now]

    @property
    def offered(self) -> list[Shift]:
        if self.action.state_at(self.now) not in TAKES_CONTRIBUTIONS:
            return []
        return offer_order(self.action.parts.shifts, self.mine, self.zone, self.now)


def draw_shifts(
    say: Language, shown: ShiftView, *, page: int = 0, note: str | None = None
) -> discord.ui.LayoutView:
    """Draw one page; `note` says what has just happened."""
    own, offered = shown.own, shown.offered
    pages = max(-(-len(own) // OWN_PAGE), -(-len(offered) // MAX_OPTIONS), 1)
    page = min(page, pages - 1)
    items: list[Item] = [] if note is None else [discord.ui.TextDisplay(note)]
    items.append(discord.ui.TextDisplay(_heading(say, shown)))
    items.append(_clock(say, shown))
    if not shown.action.parts.shifts:
        items.append(discord.ui.TextDisplay(say("shifts.none")))
    else:
        items += _own(say, shown, own[page * OWN_PAGE :][:OWN_PAGE], any_at_all=bool(own))
        items += _offers(say, shown, offered[page * MAX_OPTIONS :][:MAX_OPTIONS], page)
        if offered:
            items.append(discord.ui.TextDisplay(f"-# {say('shifts.named_hint')}"))
    if pages > 1:
        items.append(_turning(say, shown.action, page, pages))
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*items, accent_colour=shown.action.rules.accent))
    return view


def draw_own_shift(say: Language, shown: ShiftView, shift: Shift) -> discord.ui.LayoutView:
    """Draw what one can do with a shift of one's own."""
    ids, item_id = (shown.action.action_id,), shift.shift_id
    offer = next((o for o in shown.offers if o.shift_id == shift.shift_id), None)
    lines = [
        f"## {zoned_span(say, shift, shown.clock)}",
        stamps(shift),
        say("shifts.have_it", places=places(say, shift)),
    ]
    if offer is not None:
        lines.append(_offer_line(say, offer))
    buttons = [press(say, "shift_give_up", *ids, item_id=item_id)]
    if offer is not None:
        buttons.append(press(say, "shift_withdraw", *ids, item_id=offer.offer_id))
    if offer is None or offer.to_user_id is not None:
        buttons.append(press(say, "shift_to_anyone", *ids, item_id=item_id))
    buttons.append(press(say, "shifts", *ids, label_key="button.shifts_back"))
    view = SafeLayout(timeout=None)
    view.add_item(
        discord.ui.Container(
            discord.ui.TextDisplay("\n".join(lines)),
            discord.ui.TextDisplay(say("shifts.hand_over_hint")),
            discord.ui.ActionRow[Any](pick_user(say, "shift_to", *ids, item_id=item_id)),
            discord.ui.ActionRow[Any](*buttons),
            accent_colour=shown.action.rules.accent,
        )
    )
    return view


def _heading(say: Language, shown: ShiftView) -> str:
    lines = [f"## {say('shifts.heading', title=heading_title(shown.action))}"]
    covered = coverage(shown.action.parts.shifts, shown.now)
    if covered.places:
        lines.append(
            say(
                "shifts.coverage",
                bar=bar(covered.filled, covered.places),
                filled=say.number(covered.filled),
                places=say.number(covered.places),
            )
        )
    ahead = (s for s in shown.action.parts.shifts if s.is_session and s.ends_at > shown.now)
    for session, _ in zip(ahead, range(SESSIONS), strict=False):
        lines.append(
            say("shifts.next_session", session=session_title(session), when=stamps(session))
        )
    return "\n".join(lines)


def _clock(say: Language, shown: ShiftView) -> Item:
    """Whose clock the times are by, with the way to change it."""
    return discord.ui.Section[Any](
        discord.ui.TextDisplay(own_clock(say, shown.zone, shown.fallback, shown.now)),
        accessory=press(say, "own_zone", shown.action.action_id),
    )


def own_clock(say: Language, zone: str | None, fallback: str, now: datetime) -> str:
    """The zone somebody lives in and the time there, or that they have not said."""
    wall = now.astimezone(zone_info(zone or fallback))
    values = {"time": f"{wall:%H:%M}", "zone": zone_name(wall)}
    if zone is None:
        return say("shifts.zone_unknown", **values)
    return say("own_zone.known", place=plain(zone), **values)


def _own(
    say: Language, shown: ShiftView, own: Sequence[Shift], *, any_at_all: bool
) -> Iterator[Item]:
    yield discord.ui.Separator()
    if not any_at_all:
        yield discord.ui.TextDisplay(f"### {say('shifts.own')}\n{say('shifts.own_none')}")
        return
    yield discord.ui.TextDisplay(f"### {say('shifts.own')}")
    for shift in own:
        offer = next((o for o in shown.offers if o.shift_id == shift.shift_id), None)
        lines = [f"**{span(say, shift, shown.clock)}**\n{stamps(shift)} · {places(say, shift)}"]
        if offer is not None:
            lines.append(_offer_line(say, offer))
        yield discord.ui.Section[Any](
            discord.ui.TextDisplay("\n".join(lines)),
            accessory=press(say, "shift_mine", shown.action.action_id, item_id=shift.shift_id),
        )


def _offer_line(say: Language, offer: ShiftOffer) -> str:
    if offer.to_user_id is None:
        return say("shifts.offered_to_anyone")
    return say("shifts.offered_to", member=f"<@{offer.to_user_id}>")


def _offers(say: Language, shown: ShiftView, offered: Sequence[Shift], page: int) -> Iterator[Item]:
    yield discord.ui.Separator()
    if not offered:
        yield discord.ui.TextDisplay(_nothing_offered(say, shown, page))
        return
    hint = "shifts.offers_hint" if shown.zone else "shifts.offers_hint_any_hour"
    yield discord.ui.TextDisplay(f"### {say('shifts.offers')}\n{say(hint)}")
    options = [
        discord.SelectOption(
            label=shorten(
                f"{span(say, shift, shown.clock)} · {places(say, shift)}", MAX_OPTION_LABEL
            ),
            value=str(shift.shift_id),
        )
        for shift in offered
    ]
    yield discord.ui.ActionRow[Any](pick_text(say, "shift_take", shown.action.action_id, options))


def _nothing_offered(say: Language, shown: ShiftView, page: int) -> str:
    state = shown.action.state_at(shown.now)
    if state not in TAKES_SIGN_UPS:
        return say(f"refused.state.{state.value}", title=heading_title(shown.action))
    return say("shifts.no_offers" if page == 0 else "shifts.no_more_offers")


def _turning(say: Language, action: Action, page: int, pages: int) -> Item:
    """Two buttons to the page before and the page behind."""
    ids = (action.action_id,)
    return discord.ui.ActionRow[Any](
        press(
            say,
            "shifts",
            *ids,
            item_id=max(page - 1, 0),
            label_key="button.shifts_before",
            disabled=not page,
        ),
        press(
            say,
            "shifts",
            *ids,
            item_id=page + 1,
            label_key="button.shifts_more",
            disabled=page + 1 >= pages,
        ),
    )
