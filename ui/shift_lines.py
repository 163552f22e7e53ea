"""What a card says about shifts: how well they are covered, and the next session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.actions import Action, ActionState
from domain.shifts import coverage
from locales import Language
from ui.shift_text import places, session_title, stamps
from ui.text import bar


def shift_lines(say: Language, action: Action, now: datetime) -> Sequence[str]:
    """The lines of a whole action's shifts; none where it has no shifts."""
    return list(_lines(say, action, now))


def _lines(say: Language, action: Action, now: datetime) -> Iterator[str]:
    shifts, over = action.parts.shifts, action.state is ActionState.CANCELLED
    covered = coverage(shifts, now)
    if covered.places:
        yield say(
            "shifts.coverage",
            bar=bar(covered.filled, covered.places),
            filled=say.number(covered.filled),
            places=say.number(covered.places),
        )
    if covered.thinnest and not over:
        thin = covered.thinnest[0]
        yield say("shifts.thinnest", when=stamps(thin), places=places(say, thin))
    session = next((s for s in shifts if s.is_session and s.ends_at > now), None)
    if session is not None and not over:
        yield say("shifts.next_session", session=session_title(session), when=stamps(session))
