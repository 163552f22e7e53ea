"""Time polls as messages: the public one, the panel for ticking, and how one is closed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import discord

from domain.kinds import rules
from domain.polls import Poll, Slot, candidates
from domain.servers import Server
from domain.zones import zone_info
from locales import Language
from ui.buttons import press
from ui.selects import pick_text
from ui.text import plain, shorten, stamp, zone_name, zoned

MAX_TITLE = 200
MAX_OPTION = 100
MOST_LISTED = 5
"""Polls on one page of the list."""

UiItem = discord.ui.Item[Any]


def draw_poll(say: Language, poll: Poll, server: Server, now: datetime) -> discord.ui.LayoutView:
    """Draw a poll for everybody, as it stands now. It pings nobody."""
    kind = say(f"kind.{poll.kind.value}.name")
    texts = [f"-# {say('poll.kicker', kind=kind)}\n## {_title(poll)}"]
    if poll.organiser_user_id is not None:
        texts.append(say("card.organiser", organiser=f"<@{poll.organiser_user_id}>"))
    chosen = poll.slot(poll.winner)
    if poll.closed_at is None:
        texts.append(say("poll.ask", button=say("button.poll_open")))
    elif chosen is None:
        texts.append(say("poll.closed"))
    else:
        texts.append(say("poll.closed_for", time=slot_time(say, chosen, server)))
    texts.append("\n".join(_line(say, slot, server) for slot in poll.slots))
    items: list[UiItem] = [discord.ui.TextDisplay(text) for text in texts]
    if poll.closed_at is None:
        items.append(
            _row(
                press(say, "poll_open", poll.poll_id, style=discord.ButtonStyle.primary),
                press(say, "poll_close", poll.poll_id),
            )
        )
    return _layout(poll, items)


def draw_slots(say: Language, slots: Sequence[Slot], server: Server) -> str:
    """The times that are about to be offered, one a line."""
    return "\n".join(f"- {slot_time(say, slot, server)}" for slot in slots)


def draw_ticking(
    say: Language,
    poll: Poll,
    ticked: Collection[int],
    zone: str,
    *,
    noted: bool = False,
) -> discord.ui.LayoutView:
    """Draw the panel in which one member ticks what suits them, in the zone that is theirs."""
    local = zone_name(poll.slots[0].starts.at.astimezone(zone_info(zone)))
    lines = [say("poll.tick_heading", title=_title(poll)), say("poll.tick_how", zone=local)]
    lines += [f"- {stamp(slot.starts.at)}" for slot in poll.slots]
    # What follows a list stands apart: Discord draws it into the list's last point otherwise.
    texts = ["\n".join(lines)]
    if noted:
        texts.append(say.many("poll.noted", len(ticked)))
    options = [
        discord.SelectOption(
            label=shorten(zoned(say, slot.starts.at, zone), MAX_OPTION),
            value=str(slot.number),
            default=slot.number in ticked,
        )
        for slot in poll.slots
    ]
    select = pick_text(say, "poll_tick", poll.poll_id, options, least=0, most=len(options))
    return _layout(poll, [*(discord.ui.TextDisplay(text) for text in texts), _row(select)])


def draw_closing(
    say: Language, poll: Poll, server: Server, now: datetime, chosen: int | None = None
) -> discord.ui.LayoutView:
    """Draw the result for its organiser, with what can be made of it.

    `chosen` is the slot that they picked instead of the winner.
    """
    ranked = candidates(poll, now)
    lines = [say("poll.result_heading", title=_title(poll))]
    lines += [f"{place}. {_line(say, slot, server)}" for place, slot in enumerate(ranked, 1)]
    texts = ["\n".join(lines)]
    if not ranked:
        texts.append(say("poll.all_past"))
    elif len(ranked) > 1 and ranked[0].ticks == ranked[1].ticks:
        texts.append(say("poll.tied"))
    items: list[UiItem] = [discord.ui.TextDisplay(text) for text in texts]
    picked = next((slot for slot in ranked if slot.number == chosen), ranked[0] if ranked else None)
    buttons: list[UiItem] = []
    if picked is not None:
        options = [
            discord.SelectOption(
                label=shorten(_plain_time(say, slot, server), MAX_OPTION),
                description=shorten(say.many("poll.suits", slot.ticks), MAX_OPTION),
                value=str(slot.number),
                default=slot is picked,
            )
            for slot in ranked
        ]
        items.append(_row(pick_text(say, "poll_choose", poll.poll_id, options)))
        buttons.append(
            press(
                say,
                "poll_make",
                poll.poll_id,
                item_id=picked.number,
                style=discord.ButtonStyle.success,
            )
        )
    if poll.closed_at is None:
        buttons.append(press(say, "poll_end", poll.poll_id))
    if buttons:
        items.append(_row(*buttons))
    return _layout(poll, items)


def draw_polls(
    say: Language, polls: Sequence[Poll], server: Server, *, page: int = 0
) -> discord.ui.LayoutView:
    """Draw a page of open and lately closed polls, each with what its organiser can do about it.

    Of `polls` it shows `MOST_LISTED`; a further one tells of older pages.
    """
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay(say("polls.heading" if polls else "polls.none")))
    for poll in polls[:MOST_LISTED]:
        view.add_item(discord.ui.TextDisplay(_listed(say, poll, server)))
        open_ = poll.closed_at is None
        label = "button.poll_close" if open_ else "button.poll_make"
        buttons: list[UiItem] = [press(say, "poll_close", poll.poll_id, label_key=label)]
        if open_:
            buttons.append(press(say, "poll_post", poll.poll_id))
        view.add_item(_row(*buttons))
    turns = [("newer", page - 1)] * (page > 0) + [("older", page + 1)] * (len(polls) > MOST_LISTED)
    if turns:
        pages = (
            press(say, "polls_page", 0, item_id=to, label_key=f"button.{way}") for way, to in turns
        )
        view.add_item(_row(*pages))
    return view


def slot_time(say: Language, slot: Slot, server: Server) -> str:
    """A slot's time for each reader, and for the server."""
    return say("poll.time", full=stamp(slot.starts.at), wall=_plain_time(say, slot, server))


def _plain_time(say: Language, slot: Slot, server: Server) -> str:
    return zoned(say, slot.starts.at, server.zone or slot.starts.wall.zone)


def _line(say: Language, slot: Slot, server: Server) -> str:
    return f"{slot_time(say, slot, server)} · **{say.many('poll.suits', slot.ticks)}**"


def _listed(say: Language, poll: Poll, server: Server) -> str:
    chosen = poll.slot(poll.winner)
    if poll.closed_at is None:
        state = say("polls.open")
    elif chosen is None:
        state = say("poll.closed")
    else:
        state = say("poll.closed_for", time=slot_time(say, chosen, server))
    organiser = ""
    if poll.organiser_user_id is not None:
        organiser = say("card.organiser", organiser=f"<@{poll.organiser_user_id}>")
    return "\n".join(filter(None, (f"**{_title(poll)}**", organiser, state)))


def _title(poll: Poll) -> str:
    return plain(poll.title, MAX_TITLE)


def _row(*items: UiItem) -> discord.ui.ActionRow[Any]:
    return discord.ui.ActionRow[Any](*items)


def _layout(poll: Poll, items: Sequence[UiItem]) -> discord.ui.LayoutView:
    """A layout that never stops: with one that does, discord.py forgets the persistent buttons."""
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*items, accent_colour=rules(poll.kind).accent))
    return view
