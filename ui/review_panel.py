"""The review panel: one contribution that waits for a check, and what can be decided about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import discord

from domain.reasons import Reason
from domain.reviewing import TOGETHER, Desk, Filter, OwnVerdict, OwnVerdicts, Queue, Waiting
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.log_panel import amount_label
from ui.review_lines import (
    amount_of,
    contribution_lines,
    label_of,
    progress_line,
    reason_text,
    verdict_lines,
    verdict_text,
)
from ui.review_pictures import draw_files
from ui.review_proofs import has_more, proofs_button
from ui.review_queue import write_queue
from ui.selects import pick_text
from ui.text import plain, shorten, stamp

LOG = "log"
"""The step by which amounts are typed; what comes about otherwise has none to correct."""

MAX_OPTION = 100
MAX_TITLE = 100
MAX_OWN_REASON = 100
"""Of a reason in the list of one's own verdicts."""

MAX_LINES = 3000
"""Characters of what is said about one contribution; around it there is more."""

Drawn = tuple[discord.ui.LayoutView, list[discord.File]]
UiItem = discord.ui.Item[Any]
Text = discord.ui.TextDisplay[Any]
Row = discord.ui.ActionRow[Any]


def draw_desk(
    say: Language,
    desk: Desk,
    *,
    done: str | None = None,
    decided: int | None = None,
    kept_until: datetime | None = None,
) -> Drawn:
    """Draw what a reviewer gets next, with its files; `done` says what became of the one before.

    `decided` is that one where they gave a verdict, which they can change. `kept_until` is when
    what proves it is deleted.
    """
    view = SafeLayout(timeout=None)
    number = write_queue(desk.queue)
    if done is not None:
        view.add_item(Text(done))
    if decided is not None:
        view.add_item(Row(press(say, "change_this", number, item_id=decided)))
    files: list[discord.File] = []
    if desk.waiting is None:
        view.add_item(Text("\n".join(_nothing(say, desk))))
    else:
        gallery, files = draw_files(say, desk.waiting)
        container = discord.ui.Container[Any](
            Text(f"{_heading(say, desk.waiting)}\n{progress_line(say, desk.progress, desk.queue)}"),
            *_about(say, desk.waiting, gallery),
            _verdicts(say, desk.waiting, number),
            Row(_reasons(say, desk.waiting, number)),
            *_kept(say, kept_until),
            accent_colour=desk.waiting.action.rules.accent,
        )
        view.add_item(container)
    view.add_item(Row(_filters(say, desk.queue)))
    several = [press(say, "check_several", number, item_id=0)]
    offered = several if desk.queue.filter in TOGETHER else []
    view.add_item(Row(*offered, press(say, "my_verdicts", number)))
    return view, files


def draw_own(say: Language, own: OwnVerdicts, queue: Queue) -> discord.ui.LayoutView:
    """Draw a page of a reviewer's verdicts, each of which they can change."""
    view, found = SafeLayout(timeout=None), own.verdicts
    number = write_queue(queue)
    if not found:
        view.add_item(Text(say("review.no_own")))
    else:
        lines = [_own_line(say, verdict) for verdict in found]
        options = [
            discord.SelectOption(
                label=shorten(_own_label(say, verdict), MAX_OPTION),
                value=str(verdict.check.contribution_id),
            )
            for verdict in found
        ]
        container = discord.ui.Container[Any](
            Text("\n".join([say("review.own_heading"), *lines])),
            Row(pick_text(say, "change_verdict", number, options)),
        )
        view.add_item(container)
    back = press(say, "review", number, label_key="button.review_back")
    if own.older is None:
        view.add_item(Row(back))
    else:
        older = press(
            say, "my_verdicts", number, item_id=own.older, label_key="button.older_verdicts"
        )
        view.add_item(Row(older, back))
    return view


def draw_change(say: Language, waiting: Waiting, queue: Queue) -> Drawn:
    """Draw a contribution with the verdicts that its reviewer can give in place of the last."""
    gallery, files = draw_files(say, waiting)
    number, item = write_queue(queue), waiting.contribution.contribution_id
    buttons = [
        press(say, "revise_verify", number, item_id=item, label_key="button.verify"),
        press(say, "revise_not_counted", number, item_id=item, label_key="button.not_counted"),
    ]
    if LOG in waiting.action.rules.steps:
        buttons.append(
            press(say, "revise_correct", number, item_id=item, label_key="button.correct")
        )
    view = SafeLayout(timeout=None)
    container = discord.ui.Container[Any](
        Text(f"{_heading(say, waiting)}\n{say('review.change_ask')}"),
        *_about(say, waiting, gallery),
        Row(*buttons),
        accent_colour=waiting.action.rules.accent,
    )
    view.add_item(container)
    view.add_item(Row(press(say, "my_verdicts", number)))
    return view, files


def _kept(say: Language, until: datetime | None) -> Iterator[UiItem]:
    if until is not None:
        yield Text(say("review.kept_until", date=stamp(until, "D")))


def _heading(say: Language, waiting: Waiting) -> str:
    return f"## #{waiting.action.number} {plain(waiting.action.title, MAX_TITLE)}"


def _about(say: Language, waiting: Waiting, gallery: list[UiItem]) -> Iterator[UiItem]:
    yield Text(_fit(contribution_lines(say, waiting)))
    yield from gallery
    if has_more(say, waiting):
        yield proofs_button(say, waiting)
    if earlier := _fit(verdict_lines(say, waiting)):
        yield discord.ui.Separator()
        yield Text(earlier)


def _fit(lines: Iterable[str]) -> str:
    """The whole lines that fit, since a cut line could lose its escaping."""
    kept, room = list[str](), MAX_LINES // 2
    for line in lines:
        if len(line) < room:
            room -= len(line) + 1
            kept.append(line)
    return "\n".join(kept)


def _nothing(say: Language, desk: Desk) -> Iterator[str]:
    if desk.action is not None:
        yield f"## #{desk.action.number} {plain(desk.action.title, MAX_TITLE)}"
    everything = desk.queue.filter is Filter.EVERYTHING
    yield say("review.nothing_waits" if everything else "review.nothing_here")
    if desk.progress.total:
        yield progress_line(say, desk.progress, desk.queue)
    if desk.progress.waits and everything:
        yield say("review.others_only")


def _verdicts(say: Language, waiting: Waiting, number: int) -> Row:
    item = waiting.contribution.contribution_id
    label = None
    if waiting.checks:  # an earlier verdict may name another amount than what is verified now
        label = say("button.verify_amount", amount=label_of(say, waiting))
    buttons = [
        press(say, "verify", number, item_id=item, label=label, style=discord.ButtonStyle.success)
    ]
    if LOG in waiting.action.rules.steps:
        buttons.append(press(say, "correct", number, item_id=item))
    buttons.append(press(say, "skip", number, item_id=item))
    buttons.append(press(say, "cannot_read", number, item_id=item))
    return Row(*buttons)


def _reasons(say: Language, waiting: Waiting, number: int) -> UiItem:
    """Why it isn't counted: picking one decides, but for one's own words, which are asked for."""
    options = [
        discord.SelectOption(
            label=shorten(say(f"review.because.{reason.value}"), MAX_OPTION),
            description=shorten(say(f"reason.{reason.value}"), MAX_OPTION),
            value=reason.value,
        )
        for reason in Reason
    ]
    item = waiting.contribution.contribution_id
    return pick_text(say, "not_counted", number, options, item_id=item)


def _filters(say: Language, queue: Queue) -> UiItem:
    options = [
        discord.SelectOption(
            label=shorten(say(f"review.filter.{wanted.name.lower()}"), MAX_OPTION),
            value=str(wanted.value),
            default=wanted is queue.filter,
        )
        for wanted in Filter
    ]
    return pick_text(say, "review_filter", write_queue(queue), options)


def _own_line(say: Language, own: OwnVerdict) -> str:
    action = own.waiting.action
    line = say(
        "review.own_line",
        amount=amount_of(say, own.waiting),
        number=action.number,
        title=plain(action.title, 60),
        verdict=verdict_text(say, own.waiting, own.check),
        time=stamp(own.check.at, "R"),
    )
    why = reason_text(say, own.check, MAX_OWN_REASON)
    return f"{line}\n-# {why}" if why else line


def _own_label(say: Language, own: OwnVerdict) -> str:
    verdict = verdict_text(say, own.waiting, own.check, draw=amount_label)
    return f"{label_of(say, own.waiting)} · #{own.waiting.action.number} · {verdict}"
