"""Who may see how an action under way stands."""

from __future__ import annotations

from datetime import datetime

from domain.actions import Action, ActionState
from domain.errors import NotAllowed
from domain.managing import manages
from domain.servers import Actor, RolePurpose, Server, is_organiser


def shows_progress(server: Server, action: Action, now: datetime) -> bool:
    """Tell whether everybody may see what is logged: where the server says so, or at the end."""
    return server.tally_public or action.state_at(now) is ActionState.FINAL


def require_tally(actor: Actor, server: Server, action: Action, now: datetime) -> None:
    """Refuse a tally to whom the server does not show it before it is final.

    The whole action has to be read for it.
    """
    if shows_progress(server, action, now) or is_organiser(actor, server):
        return
    if manages(actor, action) or server.role(RolePurpose.REVIEWER) in actor.role_ids:
        return
    if action.state is ActionState.CANCELLED:
        raise NotAllowed("refused.tally_not_public_cancelled", title=action.title)
    raise NotAllowed("refused.tally_not_public", title=action.title, at=action.log_until)
