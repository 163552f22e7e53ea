"""Naming an action in a command: autocomplete by number or title, and finding what was meant."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from discord import app_commands

from cogs.base import actor_of, guild_of
from domain.actions import Action, ActionState
from domain.errors import Gone, Refusal
from domain.kinds import KINDS
from domain.servers import Actor
from locales import language
from services.application import Services
from ui.base import Interaction, channel_of
from ui.commands import name_action, offers

PUBLISHED = frozenset(ActionState) - {ActionState.DRAFT, ActionState.AWAITING_APPROVAL}


MOST_SEARCHED = 100
"""Actions among which those in one state are looked for."""


async def complete_action(
    services: Services,
    interaction: Interaction,
    typed: str,
    *,
    states: Collection[ActionState],
    translated: bool = False,
) -> list[app_commands.Choice[str]]:
    """Up to 25 published actions whose number or title fits."""
    found = await services.actions.search(guild_of(interaction), typed, states=states)
    return await as_choices(services, interaction, found, translated=translated)


async def complete_step(
    services: Services, interaction: Interaction, typed: str, step: str
) -> list[app_commands.Choice[str]]:
    """Up to 25 published actions that fit, of the kinds whose card has a certain button."""
    kinds = [kind for kind, rules in KINDS.items() if step in rules.steps]
    guild_id = guild_of(interaction)
    found = await services.actions.search(guild_id, typed, states=PUBLISHED, kinds=kinds)
    return await as_choices(services, interaction, found)


async def as_choices(
    services: Services,
    interaction: Interaction,
    actions: Sequence[Action],
    *,
    translated: bool = False,
) -> list[app_commands.Choice[str]]:
    """Choices that show number and title, how each stands and its day; they carry its id.

    They are in the language of whoever types. Organisers know their actions as they wrote them;
    for everybody else titles are `translated`, as in all that they read.
    """
    guild_id = guild_of(interaction)
    server, now = await services.servers.get(guild_id), services.clock.now()
    reader = await services.readers.find(interaction.user.id, guild_id, channel_of(interaction))
    if translated:
        actions = await services.readers.word(reader, guild_id, actions)
    say = language(reader.language(server))
    return offers((name_action(say, action, server, now), _value(action)) for action in actions)


async def find_action(services: Services, guild_id: int, typed: str) -> Action:
    """The published action that was picked or typed; without text the newest one.

    Raises `Gone` if nothing or more than one thing fits.
    """
    picked, typed = read_choice(typed), typed.strip()
    if picked is not None:
        return await services.actions.find(guild_id, picked)
    found = await services.actions.search(guild_id, typed, states=PUBLISHED)
    if not found:
        raise Gone("refused.no_action_fits" if typed else "refused.no_action_yet", text=typed)
    return found[0] if not typed else require_meant(found, typed)


def require_meant(found: Sequence[Action], typed: str) -> Action:
    """The one of the actions that fit which was meant; raises `Gone` where several may be."""
    action = meant(found, typed)
    if action is None:
        raise Gone("refused.several_actions_fit", text=typed)
    return action


def meant(found: Sequence[Action], typed: str) -> Action | None:
    """The one of the actions that fit which was meant, if that is clear.

    A number means the action of that number, whatever titles it stands in as well.
    """
    number = typed.strip().removeprefix("#")
    fitting = [action for action in found if str(action.number) == number] or found
    return fitting[0] if len(fitting) == 1 else None


async def complete_managed(
    services: Services, interaction: Interaction, typed: str, *, over: bool = False
) -> list[app_commands.Choice[str]]:
    """Up to 25 published actions that whoever types may change; final ones only if `over`."""
    actor, guild_id = actor_of(interaction), guild_of(interaction)
    found = await services.actions.search_managed(actor, guild_id, typed, over=over)
    return await as_choices(services, interaction, found)


async def find_managed(services: Services, actor: Actor, guild_id: int, typed: str) -> Action:
    """The whole published action that was picked or typed; refused to who may not change it."""
    action_id = read_choice(typed)
    if action_id is None:
        found = await services.actions.search_managed(actor, guild_id, typed.strip())
        # One that is over, or somebody else's, is named in the refusal to change it.
        one = meant(found, typed) or await find_action(services, guild_id, typed)
        action_id = one.action_id
    action = await services.changing.find(actor, guild_id, action_id)
    if action.number is None:
        raise Refusal("refused.step.draft", title=action.title)
    return action


def _value(action: Action) -> str:
    return f"id:{action.action_id}"


def read_choice(typed: str) -> int | None:
    """The id that an autocomplete choice carries, or None for text typed by hand."""
    digits = typed.removeprefix("id:")
    if digits == typed or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        return None
    return int(digits)
