"""The message that tells whether an action goes ahead that needed so many people."""

from __future__ import annotations

from domain.actions import ActionState
from domain.owed_messages import OwedMessage
from locales import Language
from ui.text import heading_title, stamp, zone_of, zoned


def decision_line(say: Language, owed: OwedMessage) -> str:
    """What was decided, in plain words for a lock screen."""
    action = owed.action
    called_off = action.state is ActionState.CANCELLED
    return say(
        "decision.called_off" if called_off else "decision.confirmed",
        title=heading_title(action),
        wall=zoned(say, action.starts_at, zone_of(action, owed.server)),
    )


def decision_lines(say: Language, owed: OwedMessage) -> list[str]:
    """How many were in, and what that means for those who were."""
    action = owed.action
    counted = say(
        "decision.counted",
        people=say.many("count.people", action.signed_up),
        needed=say.number(action.needed or 0),
    )
    if action.state is ActionState.CANCELLED:
        return [counted, say("decision.nothing_to_do")]
    full, relative = stamp(action.starts_at), stamp(action.starts_at, "R")
    return [counted, say("message.starts", full=full, relative=relative)]
