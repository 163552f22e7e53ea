"""The curve of a tally's chart in final words and numbers: steps, axes, goal and milestones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from domain.actions import Action
from domain.curve import Curve
from domain.kinds import Unit
from domain.milestones import is_part, marks_of
from domain.money import minor_digits
from domain.rates import toward_goal
from domain.tally import Tally
from locales import Language
from ui.chart_words import amount

MOST_TICKS = 5
TIME_STEPS = (
    *(timedelta(minutes=n) for n in (1, 5, 10, 15, 30)),
    *(timedelta(hours=n) for n in (1, 2, 3, 6, 12)),
    *(timedelta(days=n) for n in (1, 2, 7, 14, 30, 90, 365)),
)


def draw_up_curve(say: Language, tally: Tally, zone: tzinfo) -> dict[str, Any]:
    """What is logged over time, in the action's unit or its first currency."""
    action, total = tally.action, tally.total
    steps = tally.curve.get(action.unit_code, ())
    start, end = action.starts_at, action.ends_at
    if steps:
        start, end = min(start, steps[0][0]), max(end, steps[-1][0])
    end = max(end, start + timedelta(minutes=1))
    digits = minor_digits(action.unit_code) if action.unit is Unit.MONEY else 0
    # By rates the goal is for all currencies together, and this is the curve of one.
    _, rated = toward_goal(action, {})
    aim = None if rated else action.goal
    most = max(total.logged, aim or 0)
    label = say("chart.curve")
    if action.unit is Unit.MONEY:
        label = say("chart.curve_money", currency=action.unit_code)
    goal = amount(say, action, aim) if aim else ""
    return {
        "label": label,
        "x": [start.timestamp(), end.timestamp()],
        "x_ticks": _time_ticks(say, start, end, zone),
        "y_top": max(most, 1) * 1.12,
        "y_ticks": [[tick * 10**digits, say.number(tick)] for tick in _ticks(most // 10**digits)],
        "goal": [aim, say("chart.goal", amount=goal)] if aim else None,
        "marks": [
            [action.starts_at.timestamp(), say("chart.moment")],
            [action.ends_at.timestamp(), say("chart.end")],
        ],
        "milestones": [] if rated else list(_milestones(say, action, steps)),
        "points": list(_points(steps, start, min(tally.cut_off, end))),
        "empty": None if total.logged_count else say("chart.empty"),
    }


def _points(steps: Curve, start: datetime, last: datetime) -> Iterator[list[float]]:
    """The steps from nothing at the start to what stands at the cut-off."""
    yield [start.timestamp(), 0]
    for at, reached in steps:
        yield [at.timestamp(), reached]
    reached = steps[-1][1] if steps else 0
    yield [max(last, steps[-1][0] if steps else start).timestamp(), reached]


def _milestones(say: Language, action: Action, steps: Curve) -> Iterator[list[Any]]:
    """Where the curve crosses each milestone that it has reached for good: [when, how much, label].

    Of several at the same amount it is the one that is announced, a part of the goal.
    """
    by_amount = {mark.at: mark.text for mark in marks_of(action)}
    for at, text in sorted(by_amount.items()):
        crossed = next((when for when, reached in steps if reached >= at), None)
        if crossed is None or not steps or steps[-1][1] < at:
            continue
        percent = int(text.removesuffix("%"))
        label = say.percent(percent, 100) if is_part(text) else amount(say, action, at)
        yield [crossed.timestamp(), at, label]


def _ticks(top: int) -> list[int]:
    """Round numbers from 0 up to `top`, at most MOST_TICKS and the 0."""
    step = next(
        n * 10**power for power in range(60) for n in (1, 2, 5) if top <= MOST_TICKS * n * 10**power
    )
    return list(range(0, top + 1, step))


def _time_ticks(
    say: Language, start: datetime, end: datetime, zone: tzinfo
) -> list[tuple[float, list[str]]]:
    """Round wall times between two instants, each with the lines of its label."""
    step = next((s for s in TIME_STEPS if end - start <= s * MOST_TICKS), TIME_STEPS[-1])
    wall = datetime.combine(start.astimezone(zone), time())
    ticks: list[tuple[float, list[str]]] = []
    told: date | None = None
    while (at := wall.replace(tzinfo=zone).astimezone(UTC)) <= end:
        if at >= start:
            lines = [f"{wall:%H:%M}"] if step < timedelta(days=1) else []
            if wall.date() != told:
                lines.append(say.day(told := wall.date()))
            ticks.append((at.timestamp(), lines))
        wall += step
    return ticks
