"""What a fan reads after logging, proving or withdrawing a contribution."""

from __future__ import annotations

from typing import Literal

import discord

from domain.actions import Action
from domain.ledger import Contribution, HeldReason
from locales import Language
from ui.base import SafeView
from ui.buttons import OnlyFor, press
from ui.platforms import platform_name
from ui.text import amount, plain


def draw_logged(
    say: Language,
    action: Action,
    contribution: Contribution,
    *,
    pictures: int = 0,
    only_for: OnlyFor = None,
) -> tuple[str, discord.ui.View]:
    """What was taken, whether it counts already, what is next, and how to take it back.

    *Undo* stands last: where a second tap lands by accident, it does no harm.
    """
    held = contribution.held
    key = "logged.counted" if held is None else "logged.held"
    lines = [_about(say, key, action, contribution)]
    if held is not None:
        lines += [why_held(say, action, held, to="you"), say("logged.held_next")]
    if pictures:
        lines.append(say.many("logged.pictures", pictures))
    elif contribution.proof is None and held is None:
        lines.append(say(f"logged.no_proof.{action.rules.proof.value}"))
    ids = (action.action_id, contribution.contribution_id)
    view = SafeView(timeout=None)
    view.add_item(press(say, "add_proof", ids[0], item_id=ids[1], only_for=only_for))
    view.add_item(
        press(
            say,
            "log",
            action.action_id,
            label_key="button.log_more",
            style=discord.ButtonStyle.secondary,
            only_for=only_for,
        )
    )
    view.add_item(press(say, "undo", ids[0], item_id=ids[1], only_for=only_for))
    return "\n".join(lines), view


def draw_proved(
    say: Language,
    action: Action,
    contribution: Contribution,
    *,
    pictures: int = 0,
    only_for: OnlyFor = None,
) -> tuple[str, discord.ui.View]:
    """That a proof is with what was logged, and how to hand in another one."""
    lines = [_about(say, "proved.done", action, contribution)]
    if pictures:
        lines.append(say.many("logged.pictures", pictures))
    if contribution.held is not None:
        lines.append(say("proved.still_held"))
    view = SafeView(timeout=None)
    ids = (action.action_id, contribution.contribution_id)
    again = "button.add_more_proof"
    view.add_item(
        press(say, "add_proof", ids[0], item_id=ids[1], label_key=again, only_for=only_for)
    )
    return "\n".join(lines), view


def draw_withdrawn(say: Language, action: Action, contribution: Contribution) -> str:
    """That it is out of every total."""
    return _about(say, "withdraw.done", action, contribution)


def draw_undone(
    say: Language, action: Action, contribution: Contribution, *, only_for: OnlyFor = None
) -> tuple[str, discord.ui.View]:
    """The same just after logging it, with the way to log it right."""
    view = SafeView(timeout=None)
    view.add_item(
        press(
            say,
            "log",
            action.action_id,
            label_key="button.log_again",
            style=discord.ButtonStyle.secondary,
            only_for=only_for,
        )
    )
    return draw_withdrawn(say, action, contribution), view


def why_held(say: Language, action: Action, held: HeldReason, *, to: Literal["you", "why"]) -> str:
    """The rule by which a contribution waits: said to its member, or of it to anybody."""
    if held is HeldReason.OVER_CAP and action.rules.daily_cap and action.cap is not None:
        return say(f"held.over_daily_cap.{to}", cap=amount(say, action, action.cap))
    return say(f"held.{held.value}.{to}")


def _about(say: Language, key: str, action: Action, contribution: Contribution) -> str:
    shown = amount(say, action, contribution.amount, contribution.unit_code)
    if contribution.source:
        platform = plain(platform_name(say, contribution.source))
        shown = say("logged.on", amount=shown, platform=platform)
    return say(key, amount=shown, title=plain(action.title))
