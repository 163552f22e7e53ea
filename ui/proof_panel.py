"""Choosing what one's own message proves, and the button by which a proof follows later."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action, ActionState
from domain.kinds import Unit
from domain.ledger import Contribution
from locales import Language
from ui.base import Interaction, SafeView
from ui.buttons import MAX_LABEL, OnlyFor, Press, press
from ui.log_panel import amount_label
from ui.selects import MAX_OPTIONS
from ui.text import heading_title, shorten

OPTION_LENGTH = 100
_TITLE = 40


def takes_proof(action: Action, now: datetime) -> bool:
    """Tell whether a proof is still taken for what was logged in an action."""
    return action.state_at(now) is not ActionState.CANCELLED and now < action.late_until


def proof_button(
    say: Language, action: Action, contribution: Contribution, only_for: OnlyFor = None
) -> Press:
    """*Add proof* for one's own contribution."""
    return press(
        say,
        "add_proof",
        action.action_id,
        item_id=contribution.contribution_id,
        only_for=only_for,
    )


@dataclass(frozen=True)
class Purpose:
    """What a message can prove: how that is called, and what is done when it is chosen."""

    label: str
    choose: Callable[[Interaction], Awaitable[None]]


def name_entry(say: Language, action: Action, contribution: Contribution) -> str:
    """One's own contribution in a few words, for a button or an option."""
    shown = amount_label(say, action, contribution.amount, contribution.unit_code)
    title = shorten(action.title, _TITLE)
    return say("use_message.entry", amount=shown, number=action.number, title=title)


def name_action(say: Language, action: Action) -> str:
    """An action in which something new can be logged, for a button or an option."""
    title = shorten(action.title, _TITLE)
    return say("use_message.new", number=action.number, title=title)


class UseMessage(SafeView):
    """For what a message is used: once. One thing is a button, several are a list."""

    def __init__(self, say: Language, entries: Sequence[Purpose], new: Sequence[Purpose]) -> None:
        super().__init__()
        self._used = False
        for purposes, placeholder in (
            (entries, say("use_message.pick_entry")),
            (new, say("use_message.pick_new")),
        ):
            if len(purposes) == 1:
                self.add_item(_PurposeButton(purposes[0], self.use))
            elif purposes:
                self.add_item(_PurposeSelect(purposes, placeholder, self.use))

    async def use(self, interaction: Interaction, purpose: Purpose) -> None:
        """Do what was chosen, unless that was done or is under way; a form may be closed again."""
        if self._used:
            await interaction.response.defer()
            return
        self._used = True
        done = False
        try:
            await purpose.choose(interaction)
            done = interaction.response.type is not discord.InteractionResponseType.modal
        finally:
            self._used = done


Use = Callable[[Interaction, Purpose], Awaitable[None]]


class _PurposeButton(discord.ui.Button[Any]):
    def __init__(self, purpose: Purpose, use: Use) -> None:
        style = discord.ButtonStyle.primary
        super().__init__(label=shorten(purpose.label, MAX_LABEL), style=style)
        self._purpose, self._use = purpose, use

    async def callback(self, interaction: Interaction) -> None:
        await self._use(interaction, self._purpose)


class _PurposeSelect(discord.ui.Select[Any]):
    def __init__(self, purposes: Sequence[Purpose], placeholder: str, use: Use) -> None:
        self._purposes, self._use = list(purposes[:MAX_OPTIONS]), use
        options = [
            discord.SelectOption(label=shorten(one.label, OPTION_LENGTH), value=str(index))
            for index, one in enumerate(self._purposes)
        ]
        super().__init__(placeholder=placeholder, options=options)

    async def callback(self, interaction: Interaction) -> None:
        await self._use(interaction, self._purposes[int(self.values[0])])


def draw_use_message(
    say: Language, entries: Sequence[Purpose], new: Sequence[Purpose], *, pictures: int
) -> tuple[str, discord.ui.View]:
    """Ask what a message proves, and say what will be kept of it and who sees that."""
    lines = [say("use_message.ask"), say("use_message.kept")]
    if pictures:
        lines[1] = say.many("use_message.kept_with_pictures", pictures)
    return "\n".join(lines), UseMessage(say, entries, new)


def draw_posted_receipt(
    say: Language, action: Action, contribution: Contribution | None
) -> tuple[str, discord.ui.View]:
    """Ask to delete what shows money where others read it, and to hand it in as is safe."""
    assert action.unit is Unit.MONEY
    view = SafeView(timeout=None)
    if contribution is None:
        view.add_item(press(say, "log", action.action_id))
        return say("use_message.receipt_new", title=heading_title(action)), view
    view.add_item(proof_button(say, action, contribution))
    return say("use_message.receipt", title=heading_title(action)), view
