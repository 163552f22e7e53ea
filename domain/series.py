"""Series: actions that follow one another by a rule, of which one is ahead at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain.actions import Action, ActionState
from domain.blueprints import Blueprint, blueprint_of, lay_out
from domain.errors import Refusal
from domain.recurrence import Occurrence, Rule, next_occurrence, require_rule, upcoming
from domain.when import resolve_late

DEFAULT_LEAD = timedelta(days=3)
"""How long before its start each action is announced, unless an organiser says otherwise."""

LONGEST_LEAD = timedelta(days=60)


@dataclass(frozen=True)
class Series:
    """What the actions of a series have in common.

    `starts_wall` is the rule's first date, naive, in `zone`. `announce_lead` is wall time before
    the start. `content` is what the actions still to come are laid out from. `skipped` are
    dates on which there is none. It has ended once `ended_at` is set.
    """

    guild_id: int
    series_id: int
    rule: Rule
    starts_wall: datetime
    zone: str
    announce_lead: timedelta
    content: Blueprint
    organiser_id: int
    created_at: datetime
    skipped: frozenset[date] = frozenset()
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Running:
    """A series and its latest action, which is ahead or has begun."""

    series: Series
    latest: Action

    def ahead(self, now: datetime) -> bool:
        """Tell whether its latest action is still to come."""
        return self.latest.starts_at > now and self.latest.state is not ActionState.CANCELLED

    def is_ahead_on(self, day: date, now: datetime) -> bool:
        """Tell whether the action of this date is still to come."""
        occurrence = self.latest.occurrence
        return occurrence is not None and occurrence.date() == day and self.ahead(now)

    def dates(self, now: datetime, limit: int) -> list[Occurrence]:
        """The dates for which there is no action yet, the next first."""
        if self.series.ended_at is not None:
            return []
        series, after = self.series, self.goes_on_after(now)
        return upcoming(
            series.rule, series.starts_wall, series.zone, after, series.skipped, limit=limit
        )

    def goes_on_after(self, now: datetime) -> datetime:
        """The instant after which its next date lies: what was missed meanwhile is left out."""
        latest = self.latest
        assert latest.occurrence is not None
        planned = resolve_late(latest.occurrence, self.series.zone).at
        if latest.state is ActionState.CANCELLED:
            return max(now, planned)
        return max(now, planned, latest.starts_at)


def require_lead(lead: timedelta) -> None:
    """Refuse to announce actions at their start, or more than 60 days before."""
    if not timedelta(0) < lead <= LONGEST_LEAD:
        raise Refusal("series.lead_out_of_range", most=LONGEST_LEAD.days)


def begin(
    action: Action,
    rule: Rule,
    lead: timedelta,
    *,
    series_id: int,
    now: datetime,
    skipped: frozenset[date] = frozenset(),
) -> Series:
    """The series of which an action is the first; raises `Refusal` where it does not fit."""
    starts_wall = action.starts.time.replace(microsecond=0)
    require_rule(rule, starts_wall)
    require_lead(lead)
    return Series(
        guild_id=action.guild_id,
        series_id=series_id,
        rule=rule,
        starts_wall=starts_wall,
        zone=action.starts.zone,
        announce_lead=lead,
        content=blueprint_of(action),
        organiser_id=action.organiser_id,
        created_at=now,
        skipped=skipped,
    )


def follow(series: Series, action: Action) -> Series:
    """The series after one of its actions was made the model of all that follow.

    They take over its time of day and zone; on which days they are stays the rule's to say.
    """
    at = action.starts.time.replace(microsecond=0)
    return replace(
        series,
        content=blueprint_of(action),
        zone=action.starts.zone,
        starts_wall=datetime.combine(series.starts_wall.date(), at.time()),
    )


def followed(series: Series, action: Action) -> datetime:
    """Which date of the changed series its model is."""
    assert action.occurrence is not None
    return datetime.combine(action.occurrence.date(), series.starts_wall.time())


def content_of(series: Series, action: Action) -> Action:
    """One of a series' actions as those that are still to come are called and what they say."""
    return replace(action, title=series.content.title, fields=dict(series.content.fields))


def next_action(running: Running, now: datetime) -> Action | None:
    """The draft that follows the latest action; None where the series is at its end.

    It belongs to whom the latest one belongs to. Its announcement is due by the series' lead, or
    at once where that has passed. Where it would have to be decided before it is announced
    whether it goes ahead, that is decided at its start; where sign-ups would have closed by then,
    they close at its start; where its tag would have been revealed, that is at its start too.
    """
    series, latest = running.series, running.latest
    found = next_occurrence(
        series.rule, series.starts_wall, series.zone, running.goes_on_after(now), series.skipped
    )
    if found is None:
        return None
    draft = lay_out(
        replace(series.content, announce_lead=series.announce_lead),
        found.starts,
        guild_id=series.guild_id,
        organiser_id=latest.organiser_id,
        organiser_user_id=latest.organiser_user_id,
        now=now,
    )
    announce = draft.announce if draft.announce and draft.announce.at > now else None
    announced, decide = announce.at if announce else now, draft.decide
    if decide is not None and decide.at <= announced:
        decide = found.starts
    cut_off = draft.sign_up_lead if draft.sign_ups_end > announced else timedelta(0)
    reveal = draft.reveal if draft.reveal and draft.reveal.at > announced else None
    return replace(
        draft,
        announce=announce,
        decide=decide,
        reveal=reveal,
        sign_up_lead=cut_off,
        series_id=series.series_id,
        occurrence=found.wall,
    )
