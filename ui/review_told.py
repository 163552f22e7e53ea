"""What a fan reads of reviewers' verdicts: at their next click, directly, and in `/me`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import discord

from domain.ledger import Verdict
from domain.owed_messages import OwedMessage
from domain.reviewing import ToldVerdict
from locales import Language
from ui.buttons import press
from ui.direct_messages import STOP
from ui.limits import MAX_CONTENT
from ui.review_lines import reason_text
from ui.text import amount, plain

MAX_TITLE = 60
MAX_SERVER = 100
MOST_LINES = 3
"""Verdicts that are told above something else; the rest stands in `/me`."""


def told_line(say: Language, told: Sequence[ToldVerdict]) -> str | None:
    """What a fan is told above whatever they asked for; None where there is nothing to tell."""
    if not told:
        return None
    lines = _listed([_line(say, verdict) for verdict in told[:MOST_LINES]])
    if further := len(told) - MOST_LINES:
        if further > 0:
            lines.append(say.many("told.more", further))
    if any(not verdict.final for verdict in told):
        lines.append(say("told.appeal"))
    return "\n".join(lines)


def draw_verdicts(
    say: Language, owed: OwedMessage, server_name: str
) -> tuple[str, discord.ui.View]:
    """Draw the direct message, with a button to appeal where it is about one verdict."""
    assert owed.addressee is not None
    only_for = (owed.server.guild_id, owed.addressee)
    lines = _listed([_line(say, verdict) for verdict in owed.verdicts])
    view = discord.ui.View(timeout=None)
    disputable = [v for v in owed.verdicts if not v.final and v.check.verdict != Verdict.VERIFIED]
    only_one = len(owed.verdicts) == len(disputable) == 1
    if disputable:
        lines.append(say("told.appeal_here" if only_one else "told.appeal_there"))
    if only_one:
        number, action_id = disputable[0].check.contribution_id, disputable[0].action.action_id
        view.add_item(press(say, "appeal", action_id, item_id=number, only_for=only_for))
    # By this button the message is found again.
    view.add_item(press(say, STOP, owed.delivery.delivery_id, only_for=only_for))
    lines.append(say("direct.where", server=plain(server_name, MAX_SERVER)))
    return _fit(lines), view


def _listed(lines: list[str]) -> list[str]:
    """Several verdicts as a list, so that one sees where the next begins."""
    return [f"- {line}" for line in lines] if len(lines) > 1 else lines


def _line(say: Language, told: ToldVerdict) -> str:
    contribution, check, action = told.contribution, told.check, told.action
    unit_code = contribution.unit_code
    key = f"told.final.{check.verdict.value}" if told.final else f"told.{check.verdict.value}"
    line = say(
        key,
        amount=amount(say, action, contribution.amount, unit_code),
        corrected=amount(say, action, check.amount or 0, unit_code),
        title=plain(action.title, MAX_TITLE),
        number=action.number,
    )
    why = reason_text(say, check)
    return say("told.why", line=line, reason=why) if why else line


def _fit(lines: Iterable[str]) -> str:
    """As many whole lines as fit; the last one always does."""
    *first, last = lines
    kept, room = list[str](), MAX_CONTENT - len(last)
    for line in first:
        if (room := room - len(line) - 1) < 0:
            break
        kept.append(line)
    return "\n".join([*kept, last])
