"""The seal on a tag: until when nobody sees it, who does before, and the tag held in reserve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto

from domain.actions import Action, ActionState
from domain.errors import NotAllowed, Refusal
from domain.fields import tells_sealed
from domain.life_cycle import require_ongoing
from domain.posters import Poster, PosterUse, poster_of
from domain.series import Series
from domain.servers import Actor, RolePurpose, Server, is_organiser
from domain.walls import Resolved
from domain.when import resolve_instant, resolve_late

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

LEADS = (HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY)
"""How long before the reveal helpers can be let in."""

TAG, RESERVE = "tag", "reserve"
"""The names of the fields that are sealed."""

TOLD_BESIDE = "field.sealed.beside"
"""The refusal of a text beside an action's fields that tells a sealed tag."""

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
    helps = server.role(RolePurpose.HELPER) in actor.role_ids
    from_then = helpers_see_from(action)
    if helps and from_then is not None and now >= from_then and action.state not in STOPPED:
        return Sight.HELPER
    return Sight.MODERATOR if actor.manages_server else Sight.NONE


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


def copied_posters(draft: Action, posters: Iterable[Poster]) -> list[PosterUse]:
    """Which posters of another action a draft can show too: those that tell no tag of its own."""
    return [p.use for p in posters if p.use is PosterUse.REVEAL or not _tells(draft, p.alt)]


def require_told_by_none(action: Action, texts: Iterable[str], now: datetime) -> None:
    """Refuse what an organiser wrote for everybody to read, where it tells a tag that is sealed.

    Once the tag is revealed only the one in reserve still is.
    """
    secrets = dict(action.fields)
    if action.revealed(now):
        secrets.pop(TAG, None)
    if any(tells_sealed(action.rules, text, secrets) for text in texts):
        raise Refusal(TOLD_BESIDE)


def require_change_tells_nothing(
    before: Action, after: Action, said: Iterable[str], now: datetime
) -> None:
    """Refuse a change of a whole action by which everybody could read a tag that is sealed.

    What was written before is not looked at again, unless the tag is another one; `said` is what
    else people are told of the change: why, and in whose words.
    """
    same_tag = all(before.fields.get(name) == after.fields.get(name) for name in (TAG, RESERVE))
    known = frozenset(written_beside(before)) if same_tag else frozenset[str]()
    new = [text for text in written_beside(after) if text not in known]
    require_told_by_none(after, [*said, *new], now)


def written_beside(action: Action) -> list[str]:
    """What organisers wrote about a whole action beside its title and fields, for all to read."""
    parts = action.parts
    texts = [action.reason, *(option.label for option in parts.options)]
    texts += [shift.title for shift in parts.shifts]
    texts += [task.title for task in parts.tasks]
    texts += [text for app in parts.apps for text in (app.name, app.note)]
    return [text for text in texts if text]


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
    if not action.fields.get(RESERVE):
        raise Refusal("tag.no_reserve", title=action.title)
    return replace(action, fields=_switched(action.fields, action))


def switch_in_series(series: Series, action: Action) -> Series:
    """The series once one of its actions takes its reserve tag: what follows does too.

    The action has to be read whole. A poster for the reveal that tells the old tag is left behind.
    """
    content = series.content
    poster = poster_of(action.parts.posters, PosterUse.REVEAL)
    told = poster is not None and tells_sealed(action.rules, poster.alt, {TAG: action.fields[TAG]})
    posters = tuple(use for use in content.posters if use is not PosterUse.REVEAL or not told)
    fields = _switched(content.fields, action)
    return replace(series, content=replace(content, fields=fields, posters=posters))


def _switched(fields: Mapping[str, str], action: Action) -> dict[str, str]:
    """Fields with an action's reserve tag in place of its tag, and that in reserve no more."""
    burnt, used = action.fields[TAG], action.fields[RESERVE]
    kept = {k: v for k, v in fields.items() if (k, v) != (RESERVE, used)}
    return kept | ({TAG: used} if fields.get(TAG) == burnt else {})


def _require_sealed_yet(action: Action, now: datetime) -> None:
    if action.number is not None:
        require_ongoing(action, now)
    if not has_seal(action):
        raise Refusal("tag.none", title=action.title)
    if action.revealed(now):
        raise Refusal("reveal.done", title=action.title)
