"""Who may change an action: its organisers, and moderators."""

from __future__ import annotations

from domain.actions import Action
from domain.errors import NotAllowed
from domain.servers import Actor, Server, require_organiser


def manages(actor: Actor, action: Action) -> bool:
    """Tell whether the actor runs this action; the whole action has to be read for it."""
    return (
        actor.manages_server
        or actor.user_id == action.organiser_user_id
        or actor.user_id in action.parts.co_organisers
    )


def require_manager(actor: Actor, server: Server, action: Action) -> None:
    """Refuse anybody but the action's organiser, co-organisers and moderators.

    Organisers and co-organisers need the organiser role besides: who loses it loses the power
    at once.
    """
    require_organiser(actor, server)
    if not manages(actor, action):
        organiser = f"<@{action.organiser_user_id}>"
        raise NotAllowed("refused.not_your_action", title=action.title, organiser=organiser)
