"""Who takes part in an action: the lists of it, and who may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.actions import Action
from domain.errors import Gone, NotAllowed
from domain.servers import Server
from domain.sign_ups import SignUp, SignUpState

PAGE = 15
"""Sign-ups on one page."""


@dataclass(frozen=True)
class Showing:
    """Which sign-ups of an action are listed: those in a state.

    Of them those with an option or of a language channel, if either is given.
    """

    state: SignUpState = SignUpState.IN
    option_id: int | None = None
    language: str = ""


EVERYBODY = Showing()


@dataclass(frozen=True)
class Turn:
    """From where a page is read: the sign-ups after a place, or `backwards` those before it."""

    place: int = 0
    backwards: bool = False


FIRST = Turn()


@dataclass(frozen=True)
class Listed:
    """A sign-up with whoever it is of; `user_id` is None once they are deleted.

    `since` is when they arrived with their place, or left. `hides` are those who keep what they
    chose to themselves.
    """

    sign_up: SignUp
    user_id: int | None
    since: datetime
    hides: bool = False
    public_name: str | None = None


@dataclass(frozen=True)
class ParticipantPage:
    """A page of an action's sign-ups by place, with what leads to those before and after it."""

    action: Action
    listed: Sequence[Listed] = field(default_factory=tuple[Listed, ...])
    showing: Showing = EVERYBODY
    earlier: Turn | None = None
    later: Turn | None = None

    @property
    def named(self) -> list[Listed]:
        """Those whom everybody may see here."""
        return [each for each in self.listed if not each.hides and each.user_id is not None]

    @property
    def hidden(self) -> int:
        return len(self.listed) - len(self.named)


def page_of(
    action: Action, showing: Showing, turn: Turn, found: Sequence[Listed]
) -> ParticipantPage:
    """Make a page of what was read by a turn: one more than a page holds tells that more follow.

    What was read backwards comes with the highest place first.
    """
    more = len(found) > PAGE
    listed = tuple(found[:PAGE])
    if turn.backwards:
        listed = listed[::-1]
    before = more if turn.backwards else turn.place > 0
    after = turn.backwards or more
    first = listed[0].sign_up.place if listed else turn.place + 1
    last = listed[-1].sign_up.place if listed else turn.place
    return ParticipantPage(
        action,
        listed,
        showing,
        Turn(first, backwards=True) if before else None,
        Turn(last) if after else None,
    )


def require_choices_public(server: Server, action: Action, now: datetime) -> None:
    """Refuse who is in to everybody, unless the server shows it, and of what is not announced."""
    if not action.announced(now):
        raise Gone("refused.no_such_action")
    if not server.choices_public:
        raise NotAllowed("refused.choices_not_public", title=action.title)
