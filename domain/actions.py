"""An action: its state over time, its counters, and what may be done with it when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.errors import Gone, Refusal
from domain.kinds import Kind, KindRules, Unit, rules


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


@dataclass(frozen=True)
class Wall:
    """A time as its author meant it: naive wall time, IANA zone name and fold."""

    time: datetime
    zone: str
    fold: int = 0


@dataclass(frozen=True)
class Total:
    """Running totals of one unit of an action. Amounts in the unit (money: minor units).

    Proved and verified are parts of logged; held and not counted stand beside it.
    """

    logged: int = 0
    logged_count: int = 0
    proved: int = 0
    proved_count: int = 0
    verified: int = 0
    verified_count: int = 0
    held: int = 0
    held_count: int = 0
    withdrawn: int = 0
    withdrawn_count: int = 0
    not_counted: int = 0
    not_counted_count: int = 0


@dataclass(frozen=True)
class Action:
    """One collective effort, with its counters as they stood when it was read.

    Instants are aware UTC. `unit_code` is the ISO 4217 code for money and the unit's name
    otherwise; goal, baseline and cap are amounts in that unit. `number` is None for drafts,
    `arrivals` counts everybody who ever arrived.
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
    total: Total = Total()

    @property
    def rules(self) -> KindRules:
        return rules(self.kind)

    @property
    def unit(self) -> Unit:
        return self.rules.unit

    def state_at(self, now: datetime) -> ActionState:
        """The state at an instant: an open action goes live, counts and is final as time passes.

        It is final when its logging window closes, whenever its tally is posted.
        """
        if self.state is not ActionState.OPEN or now < self.starts_at:
            return self.state
        if now < self.ends_at:
            return ActionState.LIVE
        return ActionState.COUNTING if now < self.log_until else ActionState.FINAL

    def revealed(self, now: datetime) -> bool:
        """Tell whether sealed fields may be shown to everyone: from the moment on."""
        return self.number is not None and now >= self.starts_at


TAKES_SIGN_UPS = frozenset({ActionState.OPEN, ActionState.LIVE})
TAKES_CONTRIBUTIONS = frozenset({ActionState.OPEN, ActionState.LIVE, ActionState.COUNTING})


def require_sign_ups_open(action: Action, now: datetime) -> None:
    """Refuse a sign-up for a draft, an ended, a final or a cancelled action."""
    _require(action, now, TAKES_SIGN_UPS)


def require_contributions_open(action: Action, now: datetime) -> None:
    """Refuse a contribution to a draft, a final or a cancelled action."""
    _require(action, now, TAKES_CONTRIBUTIONS)


def _require(action: Action, now: datetime, states: frozenset[ActionState]) -> None:
    state = action.state_at(now)
    if state is ActionState.DRAFT:
        # Who has no business with a draft learns nothing about it, its title included.
        raise Gone("refused.no_such_action")
    if state not in states:
        raise Refusal(f"refused.state.{state.value}", title=action.title)
