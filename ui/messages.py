"""The messages that ping: classic ones, whose first line says on a lock screen what to do."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import discord

from domain.actions import TAKES_CONTRIBUTIONS, Action
from domain.deliveries import PINGS_ROLE, DeliveryKind, OwedMessage
from domain.kinds import FieldKind
from domain.servers import RolePurpose
from locales import Language
from ui.buttons import next_steps
from ui.cards import (
    draw_card,
    field_lines,
    heading_title,
    link_buttons,
    show_tag,
    zone_of,
)
from ui.tallies import CHART_NAME, CSV_NAME, draw_tally
from ui.text import code_block, stamp, zoned

MAX_CONTENT = 2000


@dataclass(frozen=True)
class Drawn:
    """A message ready to send; `content` is None for Components V2."""

    content: str | None
    view: discord.ui.View | discord.ui.LayoutView
    files: list[discord.File] = field(default_factory=list[discord.File])
    allowed_mentions: discord.AllowedMentions = field(default_factory=discord.AllowedMentions.none)
    suppress_embeds: bool = False


def draw_message(
    say: Language, owed: OwedMessage, chart: bytes | None = None, csv: bytes | None = None
) -> Drawn:
    """Draw any delivery as of the instant at which it is sent.

    It pings nobody but the server's chosen role, where the delivery's kind does, or the one
    member whom it addresses. `chart` and `csv` are the files of a tally.
    """
    if owed.delivery.kind is DeliveryKind.CARD:
        return Drawn(None, draw_card(say, owed.action, owed.server, owed.now))
    if owed.delivery.kind is DeliveryKind.TALLY:
        return _draw_tally_message(say, owed, chart, csv)
    lines = [_first_line(say, owed)]
    if owed.late:
        lines.append(say("message.late", due=stamp(owed.delivery.due_at)))
    lines.extend(_more_lines(say, owed))
    mention, allowed = _mention(owed)
    view = _buttons(say, owed)
    return Drawn(f"{mention}{_join(lines, MAX_CONTENT - len(mention))}", view, [], allowed, True)


def _draw_tally_message(
    say: Language, owed: OwedMessage, chart: bytes | None, csv: bytes | None
) -> Drawn:
    if owed.tally is None:
        raise ValueError("a tally's delivery comes with its tally")
    view = draw_tally(say, owed.tally, owed.server, chart=chart is not None, csv=csv is not None)
    given = ((chart, CHART_NAME), (csv, CSV_NAME))
    files = [_file(data, name) for data, name in given if data is not None]
    return Drawn(None, view, files)


def _file(data: bytes, name: str) -> discord.File:
    return discord.File(io.BytesIO(data), filename=name)


def _mention(owed: OwedMessage) -> tuple[str, discord.AllowedMentions]:
    """What stands before the first line, and the permission for just that to ping."""
    role_id = owed.server.role(RolePurpose.PING)
    if owed.delivery.kind in PINGS_ROLE and role_id is not None:
        roles = [discord.Object(role_id)]
        return f"<@&{role_id}> ", _allow(roles=roles)
    if owed.delivery.kind is DeliveryKind.PROMOTED and owed.addressee is not None:
        users = [discord.Object(owed.addressee)]
        return f"<@{owed.addressee}> ", _allow(users=users)
    return "", _allow()


def _allow(
    *, users: Sequence[discord.Object] = (), roles: Sequence[discord.Object] = ()
) -> discord.AllowedMentions:
    return discord.AllowedMentions(
        everyone=False, users=users or False, roles=roles or False, replied_user=False
    )


def _first_line(say: Language, owed: OwedMessage) -> str:
    """What, when and what to tap, in plain words: phones show no markdown on a lock screen."""
    action, zone = owed.action, zone_of(owed.action, owed.server)
    starts = zoned(say, action.starts_at, zone)
    kind, title = say(f"kind.{action.kind.value}.name"), heading_title(action)
    match owed.delivery.kind:
        case DeliveryKind.ANNOUNCEMENT:
            button = say("button.join")
            return say("message.announcement", kind=kind, title=title, wall=starts, button=button)
        case DeliveryKind.REMINDER:
            button = say("button.join")
            return say("message.reminder", kind=kind, title=title, wall=starts, button=button)
        case DeliveryKind.PROMOTED:
            return say("message.promoted", title=title, wall=starts, button=say("button.leave"))
        case DeliveryKind.CLOSING if not _takes_contributions(owed):
            return say("message.closing_done", title=title, button=say("button.tally"))
        case DeliveryKind.CLOSING:
            until = zoned(say, action.log_until, zone)
            return say("message.closing", title=title, wall=until, button=say("button.log"))
        case _:
            key = f"message.moment.{action.kind.value}"
            return say(key, title=title, button=say("button.log"))


def _more_lines(say: Language, owed: OwedMessage) -> Iterator[str]:
    """What follows the first line: each reader's own times, and the kind's fields."""
    action, revealed = owed.action, owed.action.revealed(owed.now)
    if owed.delivery.kind is DeliveryKind.CLOSING:
        if _takes_contributions(owed):
            yield _times(say, "message.log_until", action.log_until)
        return
    if owed.now < action.starts_at:
        yield _times(say, "message.starts", action.starts_at)
    else:
        yield _times(say, "message.ends", action.ends_at)
    if owed.delivery.kind is DeliveryKind.PROMOTED:
        return
    copied = FieldKind.TAG if owed.delivery.kind is DeliveryKind.MOMENT and revealed else None
    if copied is not None:
        yield from _tags_to_copy(say, action)
    yield field_lines(say, action, revealed=revealed, without=copied)


def _times(say: Language, key: str, instant: datetime) -> str:
    return say(key, full=stamp(instant), relative=stamp(instant, "R"))


def _tags_to_copy(say: Language, action: Action) -> Iterator[str]:
    for field_ in action.rules.fields:
        value = action.fields.get(field_.name)
        if field_.kind is FieldKind.TAG and value:
            yield say("message.tag", block=code_block(show_tag(value)))


def _takes_contributions(owed: OwedMessage) -> bool:
    return owed.action.state_at(owed.now) in TAKES_CONTRIBUTIONS


def _buttons(say: Language, owed: OwedMessage) -> discord.ui.View:
    """A view that never stops: with one that does, discord.py forgets the persistent buttons."""
    view = discord.ui.View(timeout=None)
    for button in next_steps(say, owed.action, owed.now):
        view.add_item(button)
    if owed.delivery.kind is not DeliveryKind.CLOSING:
        for link in link_buttons(say, owed.action):
            view.add_item(link)
    return view


def _join(lines: Sequence[str], room: int) -> str:
    """The lines that fit, whole ones only, since a cut line could lose its escaping."""
    kept: list[str] = []
    for line in filter(None, lines):
        if (room := room - len(line) - 1) < 0:
            break
        kept.append(line)
    return "\n".join(kept)
