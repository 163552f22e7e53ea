"""The messages that ping: classic ones, whose first line says on a lock screen what to do."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import discord

from domain.actions import TAKES_CONTRIBUTIONS, Action, ActionState
from domain.audit import Act
from domain.deliveries import DeliveryKind
from domain.owed_messages import OwedMessage
from domain.posters import Poster
from locales import Language
from ui.buttons import lacking, next_steps, next_verbs
from ui.by_hand_messages import as_reminder, own_words
from ui.call_messages import call_line, call_lines, is_call
from ui.cards import BUTTONS_IN_ROW, draw_card
from ui.decision_messages import decision_line, decision_lines
from ui.field_lines import field_lines, link_buttons, moment_lines
from ui.limits import MAX_CONTENT
from ui.mentions import allow, mention_role
from ui.missed_messages import draw_missed
from ui.notices import draw_notice
from ui.review_digest import draw_digest
from ui.share_links import share_buttons, share_lines
from ui.shift_messages import SHIFT_KINDS, draw_shift_message
from ui.sign_up_lines import condition_line
from ui.spot_lines import seal_line
from ui.standing import stopped_lines
from ui.step_messages import MAX_TEXT, step_line, step_lines
from ui.tallies import CHART_NAME, draw_tally
from ui.task_messages import draw_task_reminder
from ui.text import heading_title, stamp, zone_of, zoned
from ui.thread_messages import draw_thread_message
from ui.together_messages import draw_together
from ui.vote_lines import named_apps
from ui.vote_messages import draw_call

TELLS_TAG = frozenset({DeliveryKind.REVEAL, DeliveryKind.MOMENT})
"""The messages in which what was sealed stands in a block, to be copied."""


@dataclass(frozen=True)
class Drawn:
    """A message ready to send; `content` is None for Components V2."""

    content: str | None
    view: discord.ui.View | discord.ui.LayoutView
    files: list[discord.File] = field(default_factory=list[discord.File])
    allowed_mentions: discord.AllowedMentions = field(default_factory=discord.AllowedMentions.none)
    suppress_embeds: bool = False


def draw_message(
    say: Language,
    owed: OwedMessage,
    chart: bytes | None = None,
    *,
    poster: Poster | None = None,
) -> Drawn:
    """Draw any delivery as of the instant at which it is sent.

    It pings nobody but the server's chosen role, where the delivery's kind does, or the one
    member whom it addresses. `chart` is the picture of a tally, `poster` that whose file is sent.
    """
    if owed.together:
        return _draw_together(say, owed)
    if owed.delivery.kind is DeliveryKind.CARD:
        return Drawn(None, draw_card(say, owed.action, owed.server, owed.now, poster))
    if owed.delivery.kind is DeliveryKind.THREAD:
        return Drawn(*draw_thread_message(say, owed), suppress_embeds=True)
    if owed.delivery.kind is DeliveryKind.TALLY:
        return _draw_tally_message(say, owed, chart)
    if owed.delivery.kind is DeliveryKind.NOTICE:
        return Drawn(*draw_notice(say, owed))
    if owed.delivery.kind is DeliveryKind.MISSED:
        return Drawn(*draw_missed(say, owed))
    if owed.delivery.kind is DeliveryKind.DIGEST:
        content, buttons, pinged = draw_digest(say, owed)
        return Drawn(content, buttons, [], pinged, True)
    if owed.delivery.kind in SHIFT_KINDS:
        content, buttons, pinged = draw_shift_message(say, owed)
        return Drawn(content, buttons, [], pinged, True)
    if owed.delivery.kind is DeliveryKind.TASK:
        content, buttons, pinged = draw_task_reminder(say, owed)
        return Drawn(content, buttons, [], pinged, True)
    if owed.delivery.kind is DeliveryKind.DAILY_CALL:
        content, buttons, pinged = draw_call(say, owed)
        return Drawn(content, buttons, [], pinged, True)
    told = as_reminder(owed)
    lines = [*stopped_lines(say, owed), own_words(say, owed) or _first_line(say, told)]
    if owed.late:
        lines.append(say("message.late", due=stamp(owed.delivery.due_at)))
    lines.extend(_more_lines(say, told))
    mention, allowed = _mention(owed)
    view = _buttons(say, owed)
    announced = owed.delivery.kind is DeliveryKind.ANNOUNCEMENT
    # The seal stands under an announcement however much there is to say.
    seal = "\n" + seal_line(say, owed.action) if announced and owed.action.seed else ""
    text = _join(lines, MAX_CONTENT - len(mention) - len(seal))
    return Drawn(f"{mention}{text}{seal}", view, [], allowed, True)


def _draw_tally_message(say: Language, owed: OwedMessage, chart: bytes | None) -> Drawn:
    if owed.tally is None:
        raise ValueError("a tally's delivery comes with its tally")
    names = None if owed.files is None else [path.name for path in owed.files]
    with_chart = chart is not None
    view = draw_tally(say, owed.tally, owed.server, chart=with_chart, files=names, now=owed.now)
    files = [] if chart is None else [discord.File(io.BytesIO(chart), filename=CHART_NAME)]
    files += [discord.File(path, filename=path.name) for path in owed.files or ()]
    return Drawn(None, view, files)


def _mention(owed: OwedMessage) -> tuple[str, discord.AllowedMentions]:
    """What stands before the first line, and the permission for just that to ping."""
    if owed.delivery.kind is DeliveryKind.PROMOTED and owed.addressee is not None:
        return f"<@{owed.addressee}> ", allow(users=[owed.addressee])
    return mention_role(owed)


def _draw_together(say: Language, owed: OwedMessage) -> Drawn:
    """Draw what goes out as one message."""
    messages = [owed, *owed.together]
    alone = [draw_message(say, replace(each, together=(), may_ping=False)) for each in messages]
    drawn = draw_together(say, messages, [(a.content or "", a.allowed_mentions) for a in alone])
    content, view, allowed = drawn
    return Drawn(content, view, [], allowed, True)


def _first_line(say: Language, owed: OwedMessage) -> str:
    """What, when and what to tap, in plain words: phones show no markdown on a lock screen."""
    action, zone = owed.action, zone_of(owed.action, owed.server)
    starts = zoned(say, action.starts_at, zone)
    kind, title = say(f"kind.{action.kind.value}.name"), heading_title(action)
    match owed.delivery.kind:
        case DeliveryKind.STEP:
            return step_line(say, owed)
        case DeliveryKind.DECISION:
            return decision_line(say, owed)
        case _ if is_call(owed):
            return call_line(say, owed)
        case DeliveryKind.ANNOUNCEMENT | DeliveryKind.REMINDER if action.rules.reminds_of_end:
            return _deadline_line(say, owed, kind=kind, title=title)
        case DeliveryKind.ANNOUNCEMENT | DeliveryKind.REMINDER as call:
            button = say("button.join")
            key = f"message.{call.value}{'' if action.takes_sign_ups(owed.now) else '_closed'}"
            return say(key, kind=kind, title=title, wall=starts, button=button)
        case DeliveryKind.PROMOTED:
            return say("message.promoted", title=title, wall=starts, button=say("button.leave"))
        case DeliveryKind.REVEAL:
            first = next(next_verbs(action, owed.now), "leave")
            if first in ("leave", "tally"):
                return say("message.reveal_plain", title=title, wall=starts)
            return say("message.reveal", title=title, wall=starts, button=say(f"button.{first}"))
        case DeliveryKind.MOMENT | DeliveryKind.CLOSING if action.rules.steps[0] in lacking(action):
            return say(f"message.{owed.delivery.kind.value}_bare", title=title)
        case DeliveryKind.CLOSING if not _takes_contributions(owed):
            return say("message.closing_done", title=title, button=say("button.tally"))
        case DeliveryKind.CLOSING:
            until = zoned(say, action.log_until, zone)
            return say("message.closing", title=title, wall=until, button=_first_step(say, action))
        case _:
            key = f"message.moment.{action.kind.value}"
            return say(key, title=title, button=_first_step(say, action))


def _deadline_line(say: Language, owed: OwedMessage, *, kind: str, title: str) -> str:
    """Until when people can take part, and the button for it while there is one."""
    action, call = owed.action, owed.delivery.kind
    until = zoned(say, action.ends_at, zone_of(action, owed.server))
    button, key = _first_step(say, action), f"message.{call.value}_end"
    if call is DeliveryKind.ANNOUNCEMENT and action.takes_sign_ups(owed.now):
        button = say("button.join")
    elif action.rules.steps[0] not in next_verbs(action, owed.now):
        key = "message.until"
    return say(key, kind=kind, title=title, wall=until, button=button)


def _first_step(say: Language, action: Action) -> str:
    """The button with which people say what they did."""
    return say(f"button.{action.rules.steps[0]}")


def _more_lines(say: Language, owed: OwedMessage) -> Iterator[str]:
    """What follows the first line: each reader's own times, and the kind's fields."""
    action, revealed = owed.action, owed.action.revealed(owed.now)
    if owed.delivery.kind is DeliveryKind.STEP:
        yield from step_lines(say, owed)
        return
    if owed.delivery.kind is DeliveryKind.DECISION:
        yield from decision_lines(say, owed)
        return
    if is_call(owed):
        yield from call_lines(say, owed)
        return
    if owed.delivery.kind is DeliveryKind.CLOSING:
        if _takes_contributions(owed):
            yield _times(say, "message.log_until", action.log_until)
        return
    if owed.now < action.starts_at:
        yield _times(say, "message.starts", action.starts_at)
    if action.rules.reminds_of_end:
        yield _times(say, "message.closes", action.ends_at)
    elif owed.now >= action.starts_at:
        yield _times(say, "message.ends", action.ends_at)
    if owed.delivery.kind is DeliveryKind.PROMOTED:
        return
    if action.undecided:
        yield from condition_line(say, action)
    yield from named_apps(say, action)
    if owed.delivery.kind in TELLS_TAG and revealed:
        yield from moment_lines(say, action, most=MAX_TEXT)
        yield from share_lines(say, action, owed.now)
    else:
        yield from field_lines(say, action, revealed=revealed, most=MAX_TEXT)


def _times(say: Language, key: str, instant: datetime) -> str:
    return say(key, full=stamp(instant), relative=stamp(instant, "R"))


def _takes_contributions(owed: OwedMessage) -> bool:
    return owed.action.state_at(owed.now) in TAKES_CONTRIBUTIONS


def _buttons(say: Language, owed: OwedMessage) -> discord.ui.View:
    """A view that never stops: with one that does, discord.py forgets the persistent buttons."""
    view = discord.ui.View(timeout=None)
    steps = next_steps(say, owed.action, owed.now)
    for button in steps:
        view.add_item(button)
    switched = owed.event is not None and owed.event.act is Act.TAG_SWITCHED
    if owed.delivery.kind in TELLS_TAG or switched:
        row = -(-len(steps) // BUTTONS_IN_ROW)
        for button in share_buttons(say, owed.action, owed.now):
            button.row = row
            view.add_item(button)
    cancelled = owed.action.state is ActionState.CANCELLED
    if owed.delivery.kind is not DeliveryKind.CLOSING and not cancelled:
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
