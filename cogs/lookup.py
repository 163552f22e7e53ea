"""Naming an action in a command: autocomplete by number or title, and finding what was meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from discord import app_commands

from domain.actions import Action, ActionState
from domain.errors import Gone
from services.application import Services
from ui.commands import offers

PUBLISHED = frozenset(ActionState) - {ActionState.DRAFT, ActionState.AWAITING_APPROVAL}


async def complete_action(
    services: Services, guild_id: int, typed: str, *, states: Collection[ActionState]
) -> list[app_commands.Choice[str]]:
    """Up to 25 published actions whose number or title fits."""
    found = await services.actions.search(guild_id, typed, states=states)
    return as_choices(found)


def as_choices(actions: Iterable[Action]) -> list[app_commands.Choice[str]]:
    """Choices that show number and title and carry the action's id."""
    return offers(
        (
            action.title if action.number is None else f"#{action.number} {action.title}",
            f"id:{action.action_id}",
        )
        for action in actions
    )


async def find_action(services: Services, guild_id: int, typed: str) -> Action:
    """The published action that was picked or typed; without text the newest one.

    A number means the action of that number, whatever titles it stands in as well. Raises `Gone`
    if nothing or more than one thing fits.
    """
    picked, typed = read_choice(typed), typed.strip()
    if picked is not None:
        return await services.actions.find(guild_id, picked)
    found = await services.actions.search(guild_id, typed, states=PUBLISHED)
    for action in found:
        if str(action.number) == typed.removeprefix("#"):
            return action
    if not found:
        raise Gone("refused.no_action_fits" if typed else "refused.no_action_yet", text=typed)
    if typed and len(found) > 1:
        raise Gone("refused.several_actions_fit", text=typed)
    return found[0]


def read_choice(typed: str) -> int | None:
    """The id that an autocomplete choice carries, or None for text typed by hand."""
    digits = typed.removeprefix("id:")
    if digits == typed or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        return None
    return int(digits)
