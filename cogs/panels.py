"""Showing the panel of an action, and telling in it, or in its place, what was done."""

from __future__ import annotations

from cogs.base import actor_of, say_of
from domain.actions import Action
from services.application import Services
from ui.base import Interaction
from ui.manage_panel import draw_manage
from ui.replies import replace, reply


async def show_panel(
    interaction: Interaction, services: Services, action: Action, *, done: str | None = None
) -> None:
    """Show the panel, in place of the one that the interaction came from."""
    server = await services.servers.get(action.guild_id)
    view = draw_manage(
        await say_of(interaction),
        action,
        server,
        services.clock.now(),
        actor_of(interaction),
        done=done,
    )
    if _from_panel(interaction):
        await replace(interaction, view=view)
    else:
        await reply(interaction, view=view)


async def tell_done(
    interaction: Interaction, services: Services, action: Action, done: str
) -> None:
    """Say what was done: above the panel it was done from, or in place of a question."""
    if _from_panel(interaction):
        await show_panel(interaction, services, action, done=done)
    else:
        await replace(interaction, done)


def _from_panel(interaction: Interaction) -> bool:
    """Tell whether the interaction came from a layout that only this person sees."""
    message = interaction.message
    return message is not None and message.flags.components_v2 and message.flags.ephemeral
