"""The tally: what the sign-ups and the ledger of an action come to, up to a cut-off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.actions import Action
from domain.curve import Curve, Steps
from domain.editions import Edition
from domain.ledger import Check, Contribution, HeldReason, Standing, StandingState, standing
from domain.official_counts import OfficialCount
from domain.sign_ups import SignUp, SignUpState
from domain.spot_checks import SpotResult
from domain.totals import Total


@dataclass(frozen=True)
class LedgerRow:
    """One entry of an action's ledger as of a cut-off, with the check that decides on it then.

    `number` counts the action's entries in the order of their ids, and stays the same for ever.
    `name` is what its participant chose to be called in public, if they did; `stratum` is that of
    the spot check in whose sample it is, and `drawn` the amount at which it was logged when the
    sample was drawn.
    """

    number: int
    contribution: Contribution
    check: Check | None = None
    name: str | None = None
    stratum: int | None = None
    drawn: int | None = None


@dataclass(frozen=True)
class TallyRow:
    """One contribution as the tally counts it; `participant` is a number within the action."""

    row: int
    participant: int
    at: datetime
    amount: int
    standing: Standing
    held: HeldReason | None
    unit_code: str
    name: str = ""
    source: str = ""
    stratum: int | None = None
    drawn: int | None = None


@dataclass(frozen=True)
class TallySignUp:
    """One sign-up as the tally counts it; a participant has the same number in every row.

    `pledged` is the amount that they said they would contribute, in the action's unit, if any.
    """

    participant: int
    state: SignUpState
    pledged: int | None = None


@dataclass(frozen=True)
class Pledges:
    """What those who are in said they would contribute: an amount in the unit, by how many."""

    amount: int = 0
    people: int = 0


@dataclass(frozen=True)
class SourceTotal:
    """What of the logged was done on one platform or in one app."""

    unit_code: str
    source: str
    logged: int
    logged_count: int


@dataclass(frozen=True)
class Tally:
    """Every published number of an action; the rows that they add up from are not kept.

    `participants` counts distinct people with something logged. `totals` are by unit code, the
    action's first one first, and are never added across currencies. `baseline` and `goal` stand
    apart and are in no total. `sources` are parts of what is logged. `curve` tells how what is
    logged grew; it is empty where only the running numbers were read.
    `editions` are those published so far, the oldest first.
    """

    action: Action
    cut_off: datetime
    pledged: int
    waitlisted: int
    participants: int
    totals: Mapping[str, Total]
    pledges: Pledges = Pledges()
    sources: tuple[SourceTotal, ...] = ()
    curve: Mapping[str, Curve] = field(default_factory=dict[str, Curve])
    officials: tuple[OfficialCount, ...] = ()
    spot: SpotResult | None = None
    editions: tuple[Edition, ...] = ()

    @property
    def total(self) -> Total:
        """The total of the action's unit, with several currencies that of the first."""
        return self.totals[self.action.unit_code]


def running_tally(action: Action, *, contributors: int, cut_off: datetime) -> Tally:
    """The tally by the counters that are kept on a whole action, without reading its ledger.

    Of a vote's apps it has what is logged in each, but not in how many contributions.
    """
    apps = (app for app in action.parts.apps if app.logged)
    return Tally(
        action=action,
        cut_off=cut_off,
        pledged=action.signed_up,
        waitlisted=action.waitlisted,
        participants=contributors,
        totals=action.totals,
        pledges=Pledges(action.pledged_amount, action.pledged_count),
        officials=action.parts.officials,
        sources=in_order(SourceTotal(action.unit_code, app.name, app.logged, 0) for app in apps),
    )


class Totals:
    """Adds up what stands where, by unit; of `units` there is a total in any case."""

    def __init__(self, units: Iterable[str]) -> None:
        self._values: dict[str, dict[str, int]] = {unit: _nothing() for unit in units}

    def add(self, unit_code: str, where: Standing) -> None:
        values = self._values.get(unit_code)
        if values is None:
            values = self._values[unit_code] = _nothing()
        parts = [where.state.value]
        if where.state is StandingState.LOGGED:
            parts += ["proved"] * where.proved + ["verified"] * where.verified
        for part in parts:
            values[part] += where.amount
            values[f"{part}_count"] += 1

    def result(self) -> dict[str, Total]:
        return {unit: Total(**values) for unit, values in self._values.items()}


def _nothing() -> dict[str, int]:
    return dict(vars(Total()))


class Sources:
    """Adds up what is logged by where it was done."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], list[int]] = {}

    def add(self, unit_code: str, source: str, where: Standing) -> None:
        if source and where.state is StandingState.LOGGED:
            values = self._values.setdefault((unit_code, source), [0, 0])
            values[0] += where.amount
            values[1] += 1

    def result(self) -> tuple[SourceTotal, ...]:
        return in_order(SourceTotal(*key, *values) for key, values in self._values.items())


def in_order(sources: Iterable[SourceTotal]) -> tuple[SourceTotal, ...]:
    """Of each unit the largest amount first."""
    return tuple(sorted(sources, key=lambda s: (s.unit_code, -s.logged, s.source)))


class Pledged:
    """Counts sign-ups and what was pledged by them."""

    def __init__(self) -> None:
        self.pledged = self.waitlisted = self._amount = self._people = 0

    def add(self, state: SignUpState, pledged: int | None) -> None:
        """Who waits for a place pledges nothing yet."""
        if state is SignUpState.WAITLISTED:
            self.waitlisted += 1
        elif state is SignUpState.IN:
            self.pledged += 1
            if pledged is not None:
                self._amount += pledged
                self._people += 1

    @property
    def pledges(self) -> Pledges:
        return Pledges(self._amount, self._people)


class Counting:
    """Folds an action's ledger, entry by entry in the order of their ids, and keeps no rows.

    The whole action has to be read for it. Entries made after the cut-off, which a clock that was
    set back can leave between earlier ones, are passed over; checks and withdrawals have to be
    those of the cut-off. What is kept grows with the number of people, not of their entries.
    """

    def __init__(self, action: Action, cut_off: datetime) -> None:
        self._action = action
        self._cut_off = cut_off
        self._apps = {app.app_id: app.name for app in action.parts.apps}
        self._totals = Totals(action.currencies)
        self._sources = Sources()
        self._steps: dict[str, Steps] = {}
        self._pledged = Pledged()
        self._pseudonyms: dict[int, int] = {}
        self._have_logged = bytearray(1)
        """By pseudonym, whether anything of theirs is logged."""

    def add(self, entry: LedgerRow) -> TallyRow | None:
        """Count an entry, and tell how; None for one after the cut-off."""
        given = entry.contribution
        if given.at > self._cut_off:
            return None
        where = standing(given, entry.check)
        who = self._pseudonym(given.participant_id)
        source = self._source(given)
        self._totals.add(given.unit_code, where)
        self._sources.add(given.unit_code, source, where)
        if where.state is StandingState.LOGGED:
            self._have_logged[who] = 1
            steps = self._steps.get(given.unit_code)
            if steps is None:
                steps = self._steps[given.unit_code] = Steps(self._action, self._cut_off)
            steps.add(given.at, where.amount)
        return TallyRow(
            row=entry.number,
            participant=who,
            at=given.at,
            amount=where.amount,
            standing=where,
            held=given.held,
            unit_code=given.unit_code,
            name=entry.name or "",
            source=source,
            stratum=entry.stratum,
            drawn=entry.drawn,
        )

    def sign_up(self, sign_up: SignUp) -> TallySignUp | None:
        """Count a sign-up as it stood at the cut-off; None for one that was taken back."""
        if sign_up.state is SignUpState.LEFT:
            return None
        self._pledged.add(sign_up.state, sign_up.pledged)
        who = self._pseudonym(sign_up.participant_id)
        return TallySignUp(who, sign_up.state, sign_up.pledged)

    def result(
        self,
        *,
        officials: tuple[OfficialCount, ...] = (),
        spot: SpotResult | None = None,
        editions: tuple[Edition, ...] = (),
    ) -> Tally:
        return Tally(
            action=self._action,
            cut_off=self._cut_off,
            pledged=self._pledged.pledged,
            waitlisted=self._pledged.waitlisted,
            participants=sum(self._have_logged),
            totals=self._totals.result(),
            pledges=self._pledged.pledges,
            sources=self._sources.result(),
            curve={unit: steps.points() for unit, steps in self._steps.items()},
            officials=officials,
            spot=spot,
            editions=editions,
        )

    def _pseudonym(self, participant_id: int) -> int:
        """A participant's number within the action, by who comes first in the ledger."""
        who = self._pseudonyms.get(participant_id)
        if who is None:
            who = self._pseudonyms[participant_id] = len(self._pseudonyms) + 1
            self._have_logged.append(0)
        return who

    def _source(self, given: Contribution) -> str:
        if given.source:
            return given.source
        return "" if given.app_id is None else self._apps.get(given.app_id, str(given.app_id))
