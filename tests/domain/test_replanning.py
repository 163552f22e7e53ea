"""Planning anew: each delivery is owed once, whatever changes when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind
from domain.parts import Parts
from domain.plans import plan_rest
from domain.replanning import Owed, replan
from domain.shifts import Shift
from domain.tasks import Task
from tests.domain.ledgers import make_action

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

BEFORE_THE_START = (DeliveryKind.REMINDER, DeliveryKind.REDRAW)

minutes = st.integers(-3 * 24 * 60, 3 * 24 * 60).map(lambda count: count * MINUTE)


def an_action(moved: timedelta = timedelta(0)) -> Action:
    plain = make_action()
    starts_at = plain.starts_at + moved
    return replace(
        plain,
        state=ActionState.OPEN,
        starts_at=starts_at,
        ends_at=starts_at + DAY,
        log_until=starts_at + 2 * DAY,
        series_id=5,
        sign_up_lead=5 * HOUR,
        parts=Parts(
            shifts=(Shift(1, starts_at + HOUR, starts_at + 2 * HOUR, 3),),
            tasks=(Task(2, "Poster", due_at=starts_at + 5 * HOUR), Task(3, "Some day")),
        ),
    )


def numbered(plans: list[Owed], action: Action, now: timedelta) -> list[Owed]:
    """What is owed after planning anew."""
    new = replan(action, plans, an_action().starts_at + now)
    kept = [owed for owed in plans if owed.delivery_id not in new.taken_back]
    first = max((owed.delivery_id for owed in plans), default=0) + 1
    return kept + [Owed(number, plan, failed=False) for number, plan in enumerate(new.added, first)]


@given(st.lists(st.tuples(minutes, minutes), min_size=1, max_size=4))
def test_after_any_changes_all_that_is_planned_is_owed_once(
    changes: list[tuple[timedelta, timedelta]],
) -> None:
    owed: list[Owed] = []
    for moved, now in changes:
        action = an_action(moved)
        owed = numbered(owed, action, now)
        kinds = [(o.plan.kind, o.plan.offset, o.plan.item_id) for o in owed]
        assert len(kinds) == len(set(kinds))
        planned = list(plan_rest(action, an_action().starts_at + now))
        assert {(p.kind, p.offset, p.item_id) for p in planned} <= set(kinds)
        before = [o.plan for o in owed if o.plan.kind in BEFORE_THE_START]
        assert all(plan.due_at == action.starts_at - plan.offset for plan in before)
        assert numbered(owed, action, now) == owed, "planned anew once more it is the same"


def test_what_failed_stays_unless_something_is_planned_in_its_place() -> None:
    action = an_action()
    owed = [
        Owed(number, plan, failed=True)
        for number, plan in enumerate(plan_rest(action, action.starts_at - 2 * DAY), 1)
    ]
    new = replan(action, owed, action.starts_at + MINUTE)
    stay = {o.plan.kind for o in owed if o.delivery_id not in new.taken_back}
    once = {DeliveryKind.PREFLIGHT, DeliveryKind.MOMENT, DeliveryKind.AHEAD, DeliveryKind.TASK}
    passed = {*BEFORE_THE_START, *once}
    assert stay == passed, "of the rest each is planned again"
