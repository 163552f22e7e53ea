"""The seal on a tag: until when nobody sees it, who does before, and the tag held in reserve."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto

from domain.actions import Action, ActionState
from domain.errors import NotAllowed, Refusal
from domain.fields import tells_sealed
from domain.life_cycle import require_ongoing
from domain.posters import PosterUse, poster_of
from domain.servers import Actor, RolePurpose, Server, is_organiser
from domain.walls import Resolved
from domain.when import resolve_instant, resolve_late

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

LEADS = (HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY)
"""How long before the reveal helpers can be let in."""

TAG, RESERVE = "tag", "reserve"
"""The names of the fields that are sealed."""

STOPPED = frozenset({ActionState.PAUSED, ActionState.CANCELLED})
"""What stays sealed, for helpers too, for as long as nobody says that it goes on."""


class Sight(Enum):
    """How somebody sees what is sealed."""

    OPEN = auto()
    """It is revealed: everybody does."""

    ORGANISER = auto()
    HELPER = auto()
    MODERATOR = auto()
    """Not yet, but they can open the seal."""

    NONE = auto()


def has_seal(action: Action) -> bool:
    """Tell whether there is something sealed about an action."""
    return any(field.sealed and action.fields.get(field.name) for field in action.rules.fields)


def holds_seal(actor: Actor, action: Action) -> bool:
    """Tell whether somebody is among the organisers of an action, who see what is sealed.

    The whole action has to be read. Moderators may change it and yet don't see that: they open
    the seal, which is written down.
    """
    return actor.user_id in holders(action)


def holders(action: Action) -> frozenset[int]:
    """The Discord users who organise an action; it has to be read whole."""
    people = (action.organiser_user_id, *action.parts.co_organisers)
    return frozenset(user_id for user_id in people if user_id is not None)


def require_holder(actor: Actor, action: Action) -> None:
    """Refuse what shows or decides on something sealed to whoever does not organise the action."""
    if not holds_seal(actor, action):
        raise NotAllowed("refused.sealed_for_you", title=action.title)


def sight(actor: Actor, server: Server, action: Action, now: datetime) -> Sight:
    """How the actor sees what is sealed about a whole action at an instant."""
    if action.revealed(now):
        return Sight.OPEN
    if holds_seal(actor, action) and is_organiser(actor, server):
        return Sight.ORGANISER
    if actor.manages_server:
        return Sight.MODERATOR
    helps = server.role(RolePurpose.HELPER) in actor.role_ids
    from_then = helpers_see_from(action)
    if helps and from_then is not None and now >= from_then and action.state not in STOPPED:
        return Sight.HELPER
    return Sight.NONE


def helpers_see_from(action: Action) -> datetime | None:
    """When the server's helpers begin to see the tag; None if they don't."""
    return None if action.helpers_lead is None else action.revealed_at - action.helpers_lead


def require_untold(action: Action) -> None:
    """Refuse a tag that what was written beside the fields tells: a translation, or of the poster.

    The action has to be read whole. Everybody reads both before the reveal.
    """
    for translation in action.parts.translations.values():
        if any(_tells(action, text) for text in (translation.title, *translation.fields.values())):
            raise Refusal("field.sealed.translation")
    poster = poster_of(action.parts.posters, PosterUse.CARD)
    if poster is not None:
        require_untold_by_poster(action, poster.use, poster.alt)


def require_untold_by_poster(action: Action, use: PosterUse, alt: str) -> None:
    """Refuse what tells of a poster that is shown before the reveal, where it tells the tag too."""
    if use is PosterUse.CARD and _tells(action, alt):
        raise Refusal("poster.tells_sealed")


def _tells(action: Action, text: str) -> bool:
    return tells_sealed(action.rules, text, action.fields)


def choose_reveal(action: Action, reveal: Resolved | None, now: datetime) -> Action:
    """The action with another time for its reveal, None for the moment; raises `Refusal`.

    No later than the moment, since people need the tag then, and after the announcement, which
    would tell it otherwise.
    """
    _require_sealed_yet(action, now)
    if reveal is not None:
        known = now if action.announce is None else max(now, action.announce.at)
        if reveal.at > action.starts_at:
            raise Refusal("reveal.late", time=action.starts_at)
        if reveal.at <= now:
            raise Refusal("reveal.past", time=reveal.at)
        if reveal.at <= known:
            raise Refusal("reveal.unannounced", time=known)
        if reveal.at == action.starts_at:
            reveal = None
    return replace(action, reveal=reveal)


def reveal_now(action: Action, now: datetime) -> Action:
    """The action with its tag told from this instant on; raises `Refusal`."""
    _require_sealed_yet(action, now)
    if action.number is None or not action.announced(now):
        raise Refusal("reveal.not_announced", title=action.title)
    if action.state is ActionState.PAUSED:
        raise Refusal("refused.state.paused", title=action.title)
    return replace(action, reveal=resolve_instant(now, action.starts.zone))


def moved_reveal(before: Action, after: Action) -> Resolved | None:
    """When the tag is revealed after the start has moved: as long before it by the clocks on walls.

    What is revealed at the moment still is.
    """
    reveal = before.reveal
    if reveal is None or before.starts_at == after.starts_at:
        return reveal
    by = after.starts.time - before.starts.time
    if before.starts.zone != after.starts.zone:
        by = after.starts_at - before.starts_at
    moved = resolve_late(reveal.wall.time + by, reveal.wall.zone)
    return moved if moved.at < after.starts_at else None


def reveal_after_edit(before: Action, after: Action, now: datetime) -> Resolved | None:
    """When the tag of a published action is revealed once its start has moved.

    What everybody knows by now stays so. Where the reveal would have passed, or lie before the
    announcement, it is at the moment: nothing is told by having been moved.
    """
    if before.revealed(now):
        return before.reveal
    moved = moved_reveal(before, after)
    known = now if before.announce is None else max(now, before.announce.at)
    return moved if moved is not None and moved.at > known else None


def read_lead(value: str) -> timedelta | None:
    """How long before the reveal helpers are let in, as a select says it: seconds, 0 for never."""
    leads = {str(int(lead.total_seconds())): lead for lead in LEADS}
    if value != "0" and value not in leads:
        raise Refusal("refused.unknown_button")
    return leads.get(value)


def switch_tag(action: Action, now: datetime) -> Action:
    """The action with its reserve tag for its tag, and none in reserve; raises `Refusal`."""
    require_ongoing(action, now)
    reserve = action.fields.get(RESERVE)
    if not reserve:
        raise Refusal("tag.no_reserve", title=action.title)
    kept = {name: text for name, text in action.fields.items() if name != RESERVE}
    return replace(action, fields={**kept, TAG: reserve})


def _require_sealed_yet(action: Action, now: datetime) -> None:
    if action.number is not None:
        require_ongoing(action, now)
    if not has_seal(action):
        raise Refusal("tag.none", title=action.title)
    if action.revealed(now):
        raise Refusal("reveal.done", title=action.title)
