"""Random actions and ledgers for the property tests of the tally."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from domain.actions import Action, ActionState
from domain.kinds import Kind, ProofKind
from domain.ledger import Check, Contribution, HeldReason, Verdict, last_checks
from domain.sign_ups import SignUp, SignUpState
from domain.tally import Counting, LedgerRow, Tally, TallyRow, TallySignUp
from domain.walls import Wall

SOURCES = ("Spotify", "Melon")

START = datetime(2020, 6, 6, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def make_action(**values: Any) -> Action:
    """A fundraiser in US dollars, unless told otherwise."""
    defaults: dict[str, Any] = {
        "guild_id": 1,
        "action_id": 2,
        "kind": Kind.FUNDRAISER,
        "title": "Match a Million",
        "state": ActionState.OPEN,
        "organiser_id": 3,
        "organiser_user_id": 4,
        "starts": Wall(datetime(2020, 6, 7, 2, 0), "Asia/Seoul"),
        "starts_at": START,
        "ends": None,
        "ends_at": START + DAY,
        "log_until": START + 2 * DAY,
        "unit_code": "USD",
        "created_at": START - DAY,
        "number": 12,
    }
    return Action(**(defaults | values))


def make_contribution(number: int = 1, /, **values: Any) -> Contribution:
    defaults: dict[str, Any] = {
        "contribution_id": number,
        "participant_id": 1,
        "at": START + timedelta(minutes=number),
        "amount": 1000,
        "unit_code": "USD",
        "proof": ProofKind.CODE,
        "held": None,
    }
    return Contribution(**(defaults | values))


_MOMENTS = st.integers(0, 5).map(lambda n: START + timedelta(microseconds=n))
"""Few of them, so that entries often have the same instant."""

_AMOUNTS = st.integers(1, 10**12)


def _contributions(unit_codes: Sequence[str]) -> st.SearchStrategy[list[Contribution]]:
    return st.lists(
        st.builds(
            Contribution,
            contribution_id=st.integers(1, 10**6),
            participant_id=st.integers(100, 105),
            at=_MOMENTS,
            amount=_AMOUNTS,
            unit_code=st.sampled_from(unit_codes),
            proof=st.none() | st.sampled_from(ProofKind),
            held=st.none() | st.sampled_from(HeldReason),
            withdrawn=st.booleans(),
            source=st.none() | st.sampled_from(SOURCES),
        ),
        unique_by=lambda contribution: contribution.contribution_id,
        max_size=12,
    )


_SIGN_UPS = st.lists(
    st.builds(
        SignUp,
        participant_id=st.integers(100, 110),
        state=st.sampled_from(SignUpState),
        place=st.integers(1, 10),
        at=_MOMENTS,
        pledged=st.none() | _AMOUNTS,
    ),
    unique_by=lambda sign_up: sign_up.participant_id,
    max_size=8,
)


@st.composite
def _checks(draw: st.DrawFn, contributions: list[Contribution]) -> list[Check]:
    if not contributions:
        return []
    verdicts = st.sampled_from(Verdict)
    picked = draw(st.lists(st.tuples(st.sampled_from(contributions), verdicts, _AMOUNTS)))
    return [
        Check(
            check_id=number,
            contribution_id=contribution.contribution_id,
            verdict=verdict,
            at=START + DAY,
            amount=amount if verdict is Verdict.CORRECTED else None,
        )
        for number, (contribution, verdict, amount) in enumerate(picked, 1)
    ]


@st.composite
def ledgers(draw: st.DrawFn, unit_codes: Sequence[str] = ("USD",)) -> dict[str, Any]:
    """Sign-ups, contributions, checks and the cut-off: the arguments of `count_rows`."""
    contributions = draw(_contributions(unit_codes))
    return {
        "sign_ups": draw(_SIGN_UPS),
        "contributions": contributions,
        "checks": draw(_checks(contributions)),
        "cut_off": START + 2 * DAY,
    }


@st.composite
def shuffled(draw: st.DrawFn, ledger: dict[str, Any]) -> dict[str, Any]:
    """The same entries in another order."""
    return {
        key: draw(st.permutations(value)) if isinstance(value, list) else value
        for key, value in ledger.items()
    }


def count_rows(
    action: Action,
    *,
    sign_ups: Sequence[SignUp],
    contributions: Sequence[Contribution],
    checks: Sequence[Check],
    cut_off: datetime,
) -> tuple[Tally, list[TallyRow], list[TallySignUp]]:
    """Count a ledger given in any order: the tally, and the rows that it adds up from."""
    deciding, counting = last_checks(checks), Counting(action, cut_off)
    ordered = sorted(contributions, key=lambda given: given.contribution_id)
    entries = [
        LedgerRow(number, given, deciding.get(given.contribution_id))
        for number, given in enumerate(ordered, 1)
    ]
    rows = [row for row in map(counting.add, entries) if row is not None]
    by_place = sorted(sign_ups, key=lambda sign_up: (sign_up.place, sign_up.participant_id))
    pledged = [row for row in map(counting.sign_up, by_place) if row is not None]
    return counting.result(), rows, pledged


def count_tally(action: Action, **ledger: Any) -> Tally:
    """Count a ledger given in any order."""
    return count_rows(action, **ledger)[0]
