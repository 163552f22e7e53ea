"""The panel of what is owed: what comes, what was sent and how late, what went wrong and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action
from domain.deliveries import DeliveryState, Post
from domain.outbox import Entry, Shelf
from domain.servers import Server
from locales import Language, name_of
from ui.base import SafeLayout
from ui.buttons import press
from ui.limits import MAX_OPTION_LABEL
from ui.missed_messages import WHOLE_SERVER
from ui.notices import REASONS, UNEXPECTED
from ui.selects import pick_text
from ui.text import heading_title, plain, shorten, stamp, zone_of, zoned

PAGE = 6
"""Deliveries on a page: with each in a few lines, a phone shows the page without much scrolling."""

MAX_TITLE = 60

TURNED_BY = {
    Shelf.COMING: "outbox_coming",
    Shelf.SENT: "outbox_sent",
    Shelf.PROBLEMS: "outbox_problems",
}
"""The verbs of the buttons that turn to a page of each shelf."""

SAID_BY_STATE = frozenset({"sent", "on_its_way", "taken_back", "let_be"})
"""Why something can't be done, in a word, where what has become of the delivery says so already."""

UiItem = discord.ui.Item[Any]


def draw_deliveries(
    say: Language,
    action: Action | None,
    server: Server,
    entries: Sequence[Entry],
    now: datetime,
    *,
    shelf: Shelf,
    page: int,
    more: bool,
    note: str | None = None,
) -> discord.ui.LayoutView:
    """Draw a page of a shelf, of one action or of the whole server; `more` tells of further pages.

    `note` says what became of what was done last.
    """
    scope = WHOLE_SERVER if action is None else action.action_id
    if action is None:
        heading = say("outbox.heading_server")
    else:
        heading = say("outbox.heading", number=action.number, title=heading_title(action))
    items: list[UiItem] = [discord.ui.TextDisplay(heading)]
    if note is not None:
        items.append(discord.ui.TextDisplay(note))
    shelves = [
        discord.SelectOption(
            label=say(f"outbox.shelf.{each.value}"), value=each.value, default=each is shelf
        )
        for each in Shelf
    ]
    items.append(discord.ui.ActionRow[Any](pick_text(say, "outbox_show", scope, shelves)))
    items.append(discord.ui.Separator())
    if not entries:
        items.append(discord.ui.TextDisplay(say(f"outbox.none.{shelf.value}")))
    else:
        texts = [
            "\n".join(_lines(say, entry, server, now, named=action is None)) for entry in entries
        ]
        items.append(discord.ui.TextDisplay("\n\n".join(texts)))
        options = [_option(say, entry, server) for entry in entries]
        items.append(discord.ui.ActionRow[Any](pick_text(say, "outbox_pick", scope, options)))
    turns = [("page_before", page - 1)] * (page > 0) + [("page_after", page + 1)] * more
    if turns:
        items.append(
            discord.ui.ActionRow[Any](
                *(
                    press(
                        say,
                        TURNED_BY[shelf],
                        scope,
                        item_id=to,
                        label_key=f"button.{way}",
                    )
                    for way, to in turns
                )
            )
        )
    return _panel(items)


def draw_delivery(
    say: Language,
    entry: Entry,
    server: Server,
    now: datetime,
    *,
    not_sent: str | None,
    not_dropped: str | None,
    scope: int,
    note: str | None = None,
) -> discord.ui.LayoutView:
    """Draw one delivery with what can be done about it, and why what can't be done can't.

    `not_sent` and `not_dropped` are the reasons in a word, None where it can be done. `scope` is
    the id of the action whose panel it is reached from, or WHOLE_SERVER.
    """
    lines = list(_lines(say, entry, server, now, named=True))
    title = plain(entry.action.title)
    whys = (("send", not_sent), ("drop", not_dropped))
    why_nots = [
        say(f"refused.{what}.{why}", title=title)
        for what, why in whys
        if why is not None and why not in SAID_BY_STATE
    ]
    items: list[UiItem] = [] if note is None else [discord.ui.TextDisplay(note)]
    items.append(discord.ui.TextDisplay("\n".join(lines)))
    if why_nots:
        small = "\n".join(f"-# {line}" for line in dict.fromkeys(why_nots))
        items.append(discord.ui.TextDisplay(small))
    ids = (scope,)
    item_id = entry.delivery.delivery_id
    buttons: list[UiItem] = []
    if entry.state is DeliveryState.ASKED:
        success = discord.ButtonStyle.success
        buttons.append(press(say, "missed_send", *ids, item_id=item_id, style=success))
        buttons.append(press(say, "missed_done", *ids, item_id=item_id))
    elif not_sent is None:
        primary = discord.ButtonStyle.primary
        buttons.append(press(say, "outbox_send", *ids, item_id=item_id, style=primary))
    if not_dropped is None:
        danger = discord.ButtonStyle.danger
        buttons.append(press(say, "outbox_drop", *ids, item_id=item_id, style=danger))
    back = press(say, TURNED_BY[shelf_of(entry)], *ids, item_id=0, label_key="button.outbox_back")
    items.append(discord.ui.ActionRow[Any](*buttons, back))
    return _panel(items)


def shelf_of(entry: Entry) -> Shelf:
    """Where a delivery is found."""
    match entry.state:
        case DeliveryState.PENDING | DeliveryState.CLAIMED:
            return Shelf.COMING
        case DeliveryState.SENT:
            return Shelf.SENT
        case _:
            return Shelf.PROBLEMS


def _lines(
    say: Language, entry: Entry, server: Server, now: datetime, *, named: bool
) -> Iterator[str]:
    """A delivery: what it is, when it was or is due, and what has become of it."""
    kind, action = _kind(say, entry), entry.action
    if named:
        title = plain(action.title, MAX_TITLE)
        yield say("outbox.named", message=kind, number=action.number, title=title)
    else:
        yield say("outbox.unnamed", message=kind)
    due = entry.delivery.due_at
    wall = zoned(say, due, zone_of(action, server))
    yield say("outbox.due", due=stamp(due, "f"), wall=wall)
    yield from _became(say, entry, now)


def _kind(say: Language, entry: Entry) -> str:
    """What kind of message it is, and in which language channel, where it goes to one."""
    kind = say(f"outbox.kind.{entry.delivery.kind.value}")
    if not entry.delivery.language:
        return kind
    name = name_of(entry.delivery.language)
    return say("outbox.in_language", message=kind, language=name)


def _became(say: Language, entry: Entry, now: datetime) -> Iterator[str]:
    match entry.state:
        case DeliveryState.PENDING if entry.error is not None and entry.try_at > now:
            yield say("outbox.again", when=stamp(entry.try_at, "R"))
        case DeliveryState.PENDING if entry.try_at > now:
            yield say("outbox.coming", when=stamp(entry.try_at, "R"))
        case DeliveryState.PENDING | DeliveryState.CLAIMED:
            yield say("outbox.on_its_way")
        case DeliveryState.SENT:
            yield from _sent(say, entry)
        case DeliveryState.FAILED:
            reason = entry.error if entry.error in REASONS else UNEXPECTED
            yield say("outbox.failed", todo=say(f"notice.mend.failed.{reason}"))
        case DeliveryState.ASKED:
            yield say("outbox.asked")
        case DeliveryState.SKIPPED:
            yield say("outbox.missed" if entry.missed else "outbox.skipped")
        case DeliveryState.CANCELLED:
            yield say("outbox.dropped" if entry.dropped else "outbox.taken_back")


def _sent(say: Language, entry: Entry) -> Iterator[str]:
    sent_at = entry.sent_at or entry.delivery.due_at
    if entry.post is not None:
        link = _link(entry.delivery.guild_id, entry.post)
        yield say("outbox.sent_to", when=stamp(sent_at, "f"), link=link)
    else:
        yield say("outbox.done", when=stamp(sent_at, "f"))
    if entry.lateness is not None:
        yield say("outbox.late", by=late_by(say, entry.lateness.total_seconds()))


def late_by(say: Language, seconds: float) -> str:
    """A length of time in its largest unit, for how late something was."""
    minutes = max(1, round(seconds / 60))
    if minutes < 120:
        return say.many("outbox.minutes", minutes)
    hours = round(minutes / 60)
    return say.many("outbox.hours", hours) if hours < 48 else say.many("outbox.days", hours // 24)


def _link(guild_id: int, post: Post) -> str:
    return f"https://discord.com/channels/{guild_id}/{post.channel_id}/{post.message_id}"


def _option(say: Language, entry: Entry, server: Server) -> discord.SelectOption:
    kind = _kind(say, entry)
    action = entry.action
    due = zoned(say, entry.delivery.due_at, zone_of(action, server))
    return discord.SelectOption(
        label=shorten(f"{kind} · #{action.number} {action.title}", MAX_OPTION_LABEL),
        description=shorten(due, MAX_OPTION_LABEL),
        value=str(entry.delivery.delivery_id),
    )


def _panel(items: Sequence[UiItem]) -> discord.ui.LayoutView:
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*items))
    return view
