"""An action: its state over time, its counters, and what may be done with it when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.kinds import Kind, KindRules, Unit, rules
from domain.message_plans import DEFAULT_PLAN, MessagePlan
from domain.parts import NO_PARTS, Parts
from domain.totals import NO_TOTAL, Total
from domain.walls import Resolved, Wall

LATE_FOR = timedelta(days=14)
"""How long after its time for logging an action's contributions are still taken, as late ones."""

CHECKS_FOR = timedelta(days=14)
"""How much longer contributions are checked: also one of the last late day waits for somebody."""

APPEAL_FOR = timedelta(days=7)
"""How long a verdict can be appealed against at the least, however late it was given."""

ANSWER_FOR = timedelta(days=7)
"""How long at the least there is to answer an appeal."""

ANSWERED_WITHIN = LATE_FOR + CHECKS_FOR + APPEAL_FOR + ANSWER_FOR
"""How long after its time for logging nothing of an action is checked or answered any more."""


class ActionState(StrEnum):
    """Where an action stands. Stored are decisions; `Action.state_at` adds what time does."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    SCHEDULED = "scheduled"
    OPEN = "open"
    LIVE = "live"
    COUNTING = "counting"
    FINAL = "final"
    CANCELLED = "cancelled"
    PAUSED = "paused"


class SignUpGate(StrEnum):
    """Whether sign-ups are taken: as time says, or as an organiser decided."""

    BY_TIME = "by_time"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Action:
    """One collective effort, with its counters as they stood when it was read.

    Instants are aware UTC. `unit_code` is the ISO 4217 code for money and the unit's name
    otherwise; goal, baseline and cap are amounts in that unit. `number` is None for drafts,
    `arrivals` counts everybody who ever arrived, `pledged_amount` adds up what those who are in
    said they would contribute, `pledged_count` counts those of them who said so. `parts` are read
    where the whole action is asked for.
    """

    guild_id: int
    action_id: int
    kind: Kind
    title: str
    state: ActionState
    organiser_id: int
    organiser_user_id: int | None
    starts: Wall
    starts_at: datetime
    ends: Wall | None
    ends_at: datetime
    log_until: datetime
    unit_code: str
    created_at: datetime
    number: int | None = None
    goal: int | None = None
    baseline: int | None = None
    cap: int | None = None
    capacity: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    published_at: datetime | None = None
    signed_up: int = 0
    waitlisted: int = 0
    arrivals: int = 0
    pledged_amount: int = 0
    pledged_count: int = 0
    total: Total = NO_TOTAL

    announce: Resolved | None = None
    """When it is announced; at once where None."""

    channel_id: int | None = None
    """Where it is posted; in the server's channel where None."""

    sign_ups: SignUpGate = SignUpGate.BY_TIME
    sign_up_lead: timedelta | None = None
    """How long before the start sign-ups close; they stay open until the end where None."""

    sign_up_role_id: int | None = None
    """The role that one needs to sign up."""

    stopped_at: datetime | None = None
    reason: str | None = None
    """Why it is paused or was cancelled, in its organiser's words."""

    needed: int | None = None
    """It goes ahead only if so many people are in by `decide`."""

    decide: Resolved | None = None
    confirmed_at: datetime | None = None
    grants_role: bool = False
    """Whoever is in gets the role `role_id`, which the bot makes for this action."""

    role_id: int | None = None
    series_id: int | None = None
    occurrence: datetime | None = None
    """Which date of its series it is: the naive wall time that the rule gave."""

    plan: MessagePlan = DEFAULT_PLAN
    """The reminders, milestones and nudge that it sends."""

    next_mark: int | None = None
    """The logged total, in its unit, at which the next milestone is reached."""

    seed: str | None = field(default=None, repr=False)
    """From which samples for a spot check are drawn; secret until the tally. Its hash is not."""

    reveal: Resolved | None = None
    """When what is sealed is told to everybody, where that is not at the moment."""

    helpers_lead: timedelta | None = None
    """How long before the reveal the server's helpers see what is sealed; they don't if None."""

    thread_id: int | None = None
    parts: Parts = NO_PARTS

    @property
    def late_until(self) -> datetime:
        """Until when contributions are taken late, and proved."""
        return self.log_until + LATE_FOR

    @property
    def checks_until(self) -> datetime:
        """Until when contributions are checked, and verdicts changed."""
        return self.late_until + CHECKS_FOR

    @property
    def answers_until(self) -> datetime:
        """Until when appeals are answered: one against the last verdict, on its last day, too."""
        return self.log_until + ANSWERED_WITHIN

    def appeals_until(self, verdict_at: datetime) -> datetime:
        """Until when a verdict that was given at an instant can be appealed against."""
        return max(self.late_until, verdict_at + APPEAL_FOR)

    @property
    def rules(self) -> KindRules:
        return rules(self.kind)

    @property
    def unit(self) -> Unit:
        return self.rules.unit

    @property
    def whole(self) -> bool:
        """Tell whether its parts were read too."""
        return self.parts is not NO_PARTS

    @property
    def currencies(self) -> tuple[str, ...]:
        """The codes of all units in which contributions are taken, `unit_code` first."""
        return (self.unit_code, *self.fields.get("currencies", "").split())

    @property
    def totals(self) -> dict[str, Total]:
        """The running totals by unit code, the first currency first; of a whole action."""
        further = {code: self.parts.totals.get(code, NO_TOTAL) for code in self.currencies[1:]}
        return {self.unit_code: self.total, **further}

    @property
    def undecided(self) -> bool:
        """It still has to be seen whether enough people are in."""
        return self.needed is not None and self.confirmed_at is None

    @property
    def sign_ups_end(self) -> datetime:
        """When sign-ups close by themselves."""
        return self.ends_at if self.sign_up_lead is None else self.starts_at - self.sign_up_lead

    @property
    def log_from(self) -> datetime:
        """From when on contributions are taken as they are; earlier ones wait for a check."""
        lead = self.rules.log_lead
        return self.created_at if lead is None else self.starts_at - lead

    def some_finished(self, now: datetime) -> bool:
        """Tell whether somebody may have done all by an instant: its moment, or at any time."""
        return self.rules.reminds_of_end or now >= self.starts_at

    @property
    def reminded_of(self) -> datetime:
        """What people are reminded of: the moment, or the end where that is their deadline."""
        return self.ends_at if self.rules.reminds_of_end else self.starts_at

    def state_at(self, now: datetime) -> ActionState:
        """The state at an instant: a scheduled action opens, goes live, counts and is final.

        It is final when its logging window closes, whenever its tally is posted. A paused or
        cancelled one stays so, whatever the time.
        """
        if self.state is ActionState.SCHEDULED:
            if self.announce is not None and now < self.announce.at:
                return ActionState.SCHEDULED
        elif self.state is not ActionState.OPEN:
            return self.state
        if now < self.starts_at:
            return ActionState.OPEN
        if now < self.ends_at:
            return ActionState.LIVE
        return ActionState.COUNTING if now < self.log_until else ActionState.FINAL

    def takes_sign_ups(self, now: datetime) -> bool:
        """Tell whether people can sign up now."""
        if self.state_at(now) not in TAKES_SIGN_UPS or self.sign_ups is SignUpGate.CLOSED:
            return False
        return self.sign_ups is SignUpGate.OPEN or now < self.sign_ups_end

    def announced(self, now: datetime) -> bool:
        """Tell whether its server may know of it.

        What was cancelled before it was announced stays unknown.
        """
        if self.number is None:
            return False
        return self.announce is None or self.announce.at <= (self.stopped_at or now)

    @property
    def revealed_at(self) -> datetime:
        """When sealed fields are told: at the moment, unless its organiser set another time."""
        return self.starts_at if self.reveal is None else self.reveal.at

    def revealed(self, now: datetime) -> bool:
        """Tell whether sealed fields may be shown to everyone: from their reveal on.

        What is paused or was cancelled before its reveal stays sealed.
        """
        if self.number is None or now < self.revealed_at:
            return False
        if self.state in (ActionState.PAUSED, ActionState.CANCELLED):
            return self.stopped_at is not None and self.stopped_at >= self.revealed_at
        return True


TAKES_SIGN_UPS = frozenset({ActionState.OPEN, ActionState.LIVE})
TAKES_CONTRIBUTIONS = frozenset({ActionState.OPEN, ActionState.LIVE, ActionState.COUNTING})
CHECKABLE = TAKES_CONTRIBUTIONS | {ActionState.PAUSED}
