"""How far an action is: who is in, what is logged in each currency, and the goal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.actions import Action, ActionState
from domain.kinds import Unit
from domain.rates import matched, rates_of, toward_goal
from locales import Language
from ui.attendance_lines import card_attendance
from ui.text import amount, bar, plain

MAX_NAME = 150
ONGOING = (ActionState.LIVE, ActionState.PAUSED, ActionState.COUNTING)


def progress_lines(
    say: Language, action: Action, state: ActionState, *, shown: bool = True
) -> list[str]:
    """Sign-ups, what is logged, the goal, and apart from them what is in none of these.

    Where what is logged is not `shown`, the goal stands alone.
    """
    lines = [_sign_ups(say, action)]
    if shown:
        logged = {code: total.logged for code, total in action.totals.items()}
        lines += [*_logged(say, action, state), *goal_lines(say, action, logged)]
    else:
        if action.goal:
            lines.append(say("card.goal_alone", goal=amount(say, action, action.goal)))
        lines.append(say("card.progress_later"))
    if action.baseline:
        lines.append(say("card.baseline", amount=amount(say, action, action.baseline)))
    return lines


def goal_lines(
    say: Language,
    action: Action,
    logged: Mapping[str, int],
    *,
    key: str = "card.goal",
    rated_key: str = "card.goal_rated",
) -> Iterator[str]:
    """The goal with its bar, and what somebody matches; `logged` are amounts by unit code.

    What was added up by rates says so with them, in the words of `rated_key`.
    """
    reached, rated = toward_goal(action, logged)
    if action.goal:
        percent = say.percent(reached, action.goal)
        filled, goal = bar(reached, action.goal), amount(say, action, action.goal)
        if rated:
            yield say(
                rated_key,
                amount=amount(say, action, reached),
                goal=goal,
                bar=filled,
                percent=percent,
                source=plain(action.fields.get("rates_source", ""), MAX_NAME),
                rates=rates_line(say, action),
            )
        else:
            yield say(key, goal=goal, bar=filled, percent=percent)
    if (pledge := matched(action, reached)) is not None:
        so_far, limit = (amount(say, action, value) for value in pledge)
        yield say(
            "card.matching",
            matcher=plain(action.fields.get("matcher", ""), MAX_NAME),
            limit=limit,
            amount=say("amount.approximately", amount=so_far) if rated else so_far,
        )


def rates_line(say: Language, action: Action) -> str:
    """What one of each further currency is worth, as its organiser typed it."""
    return " · ".join(
        say("card.rate", currency=code, rate=say.decimal(rate), first=action.unit_code)
        for code, rate in rates_of(action).items()
    )


def _logged(say: Language, action: Action, state: ActionState) -> Iterator[str]:
    """What is logged, each currency on a line of its own, further ones once there is anything."""
    totals = action.totals
    nothing = not any(total.logged_count for total in totals.values())
    if nothing and state is ActionState.OPEN:
        if len(totals) > 1:
            yield say("card.currencies", currencies=say.listing([*totals]))
        return
    if action.unit is Unit.PEOPLE:
        yield card_attendance(say, action.signed_up, action.total.logged)
        return
    if nothing and state in ONGOING:
        yield say("card.nothing_logged")
        return
    for code, total in totals.items():
        if code != action.unit_code and not total.logged_count:
            continue
        yield say(
            "card.logged" if code == action.unit_code else "card.logged_too",
            amount=amount(say, action, total.logged, code),
            contributions=say.many("count.contributions", total.logged_count),
        )


def _sign_ups(say: Language, action: Action) -> str:
    if action.capacity is None:
        line = say.many("card.signed_up", action.signed_up)
    else:
        capacity = say.number(action.capacity)
        line = say.many("card.signed_up_of", action.signed_up, capacity=capacity)
    if action.waitlisted:
        line += f" · {say.many('card.waitlisted', action.waitlisted)}"
    return line
