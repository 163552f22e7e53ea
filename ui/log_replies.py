"""What a fan reads after logging or withdrawing a contribution."""

from __future__ import annotations

from typing import Literal

import discord

from domain.actions import Action
from domain.ledger import Contribution, HeldReason
from locales import Language
from ui.base import SafeView
from ui.buttons import press
from ui.text import amount, plain


def draw_logged(
    say: Language, action: Action, contribution: Contribution
) -> tuple[str, discord.ui.View]:
    """What was taken, whether it counts already, and how to take it back."""
    key = "logged.held" if contribution.held is not None else "logged.counted"
    lines = [
        say(
            key,
            amount=amount(say, action, contribution.amount, contribution.unit_code),
            title=plain(action.title),
        )
    ]
    if contribution.held is not None:
        lines.append(why_held(say, action, contribution.held, to="you"))
    elif contribution.proof is None:
        lines.append(say(f"logged.no_proof.{action.rules.proof.value}"))
    view = SafeView(timeout=None)
    view.add_item(press(say, "withdraw", action.action_id, item_id=contribution.contribution_id))
    return "\n".join(lines), view


def draw_withdrawn(say: Language, action: Action, contribution: Contribution) -> str:
    """That it is out of every total."""
    return say(
        "withdraw.done",
        amount=amount(say, action, contribution.amount, contribution.unit_code),
        title=plain(action.title),
    )


def why_held(say: Language, action: Action, held: HeldReason, *, to: Literal["you", "why"]) -> str:
    """The rule by which a contribution waits: said to its member, or of it to anybody."""
    if held is HeldReason.OVER_CAP and action.rules.daily_cap and action.cap is not None:
        return say(f"held.over_daily_cap.{to}", cap=amount(say, action, action.cap))
    return say(f"held.{held.value}.{to}")
