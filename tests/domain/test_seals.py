"""The seal on a tag: who sees it when, when it is revealed, and how that moves along."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind
from domain.editing import announce_at, compare, settle_edit
from domain.errors import NotAllowed, Refusal
from domain.kinds import Kind
from domain.parts import Parts
from domain.plans import plan_rest
from domain.preflight import preflights
from domain.seals import (
    Sight,
    choose_reveal,
    moved_reveal,
    read_lead,
    require_holder,
    reveal_now,
    sight,
    switch_tag,
)
from domain.servers import Actor, RolePurpose, Server
from domain.walls import Resolved, Wall
from domain.when import resolve_instant, resolve_late
from tests.domain.ledgers import DAY, START, make_action

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SEOUL = "Asia/Seoul"

SERVER = Server(1, roles={RolePurpose.ORGANISER: 50, RolePurpose.HELPER: 51})
ORGANISER = Actor(4, frozenset({50}))
CO_ORGANISER = Actor(5, frozenset({50}))
EX_ORGANISER = Actor(4)
OTHER_ORGANISER = Actor(6, frozenset({50}))
HELPER = Actor(7, frozenset({51}))
MODERATOR = Actor(8, manages_server=True)
FAN = Actor(9)


def hashtag(**values: Any) -> Action:
    fields = {"tag": "OurDay", "reserve": "OurOtherDay"}
    return make_action(
        **{"kind": Kind.HASHTAG, "fields": fields, "parts": Parts(co_organisers=(5,))} | values
    )


def reveal(before: timedelta) -> Resolved:
    return resolve_instant(START - before, SEOUL)


def refused(work: object, *arguments: object) -> str:
    with pytest.raises(Refusal) as caught:
        work(*arguments)  # type: ignore[operator]  # pyright: ignore[reportCallIssue]
    return caught.value.key


# ---- Who sees it


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (ORGANISER, Sight.ORGANISER),
        (CO_ORGANISER, Sight.ORGANISER),
        (EX_ORGANISER, Sight.NONE),
        (OTHER_ORGANISER, Sight.NONE),
        (HELPER, Sight.NONE),
        (MODERATOR, Sight.MODERATOR),
        (FAN, Sight.NONE),
    ],
)
def test_before_the_reveal_organisers_see_it_and_after_it_everybody(
    who: Actor, seen: Sight
) -> None:
    action = hashtag(reveal=reveal(2 * HOUR))
    assert sight(who, SERVER, action, START - 2 * HOUR - MINUTE) is seen
    assert sight(who, SERVER, action, START - 2 * HOUR) is Sight.OPEN


def test_helpers_see_it_from_when_its_organiser_lets_them() -> None:
    action = hashtag(reveal=reveal(2 * HOUR), helpers_lead=3 * HOUR)
    assert sight(HELPER, SERVER, action, START - 5 * HOUR - MINUTE) is Sight.NONE
    assert sight(HELPER, SERVER, action, START - 5 * HOUR) is Sight.HELPER
    moderating = replace(HELPER, manages_server=True)
    assert sight(moderating, SERVER, action, START - 5 * HOUR) is Sight.HELPER
    assert sight(FAN, SERVER, action, START - 3 * HOUR) is Sight.NONE
    assert sight(HELPER, Server(1), action, START - 3 * HOUR) is Sight.NONE
    for state in (ActionState.PAUSED, ActionState.CANCELLED):
        stopped = replace(action, state=state, stopped_at=START - 4 * HOUR)
        assert sight(HELPER, SERVER, stopped, START - 3 * HOUR) is Sight.NONE
        assert sight(HELPER, SERVER, stopped, START + HOUR) is Sight.NONE


def test_a_moderator_decides_on_nothing_that_is_sealed() -> None:
    require_holder(CO_ORGANISER, hashtag())
    with pytest.raises(NotAllowed):
        require_holder(MODERATOR, hashtag())


def test_no_other_lead_than_those_offered_is_read() -> None:
    assert read_lead("0") is None
    assert read_lead("3600") == HOUR
    for forged in ("", "1", "-3600", "99999999999999999999", "x"):
        assert refused(read_lead, forged) == "refused.unknown_button"


# ---- When it is revealed


def test_a_reveal_lies_after_now_and_the_announcement_and_no_later_than_the_moment() -> None:
    now = START - 10 * HOUR
    chosen = choose_reveal(hashtag(), reveal(HOUR), now)
    assert chosen.revealed_at == START - HOUR
    assert choose_reveal(chosen, None, now).revealed_at == START
    assert choose_reveal(chosen, reveal(0 * HOUR), now).reveal is None, "that is the moment"
    assert refused(choose_reveal, hashtag(), reveal(-MINUTE), now) == "reveal.late"
    assert refused(choose_reveal, hashtag(), reveal(10 * HOUR), now) == "reveal.past"
    later = hashtag(state=ActionState.SCHEDULED, announce=reveal(5 * HOUR))
    assert refused(choose_reveal, later, reveal(5 * HOUR), now) == "reveal.unannounced"
    assert choose_reveal(later, reveal(4 * HOUR), now).reveal == reveal(4 * HOUR)


def test_it_is_not_announced_after_its_tag_was_revealed() -> None:
    draft = hashtag(state=ActionState.DRAFT, number=None, reveal=reveal(HOUR))
    now = START - 10 * HOUR
    assert announce_at(draft, reveal(2 * HOUR), now).announce == reveal(2 * HOUR)
    assert refused(announce_at, draft, reveal(HOUR), now) == "publish.reveal_past"


def test_what_is_revealed_or_has_no_tag_is_not_revealed_again() -> None:
    now = START - HOUR
    told = reveal_now(hashtag(), now)
    assert told.revealed(now)
    assert not hashtag().revealed(now)
    assert refused(reveal_now, told, now) == "reveal.done"
    assert refused(choose_reveal, told, None, now) == "reveal.done"
    assert refused(reveal_now, make_action(), now) == "tag.none"
    draft = hashtag(state=ActionState.DRAFT, number=None)
    assert refused(reveal_now, draft, now) == "reveal.not_announced"
    paused = hashtag(state=ActionState.PAUSED, stopped_at=now)
    assert refused(reveal_now, paused, now) == "refused.state.paused"
    over = hashtag(state=ActionState.CANCELLED, stopped_at=now)
    assert refused(reveal_now, over, now) == "refused.step.cancelled"


def test_it_is_owed_at_its_own_time_only_and_only_while_that_is_ahead() -> None:
    def kinds(action: Action, before: timedelta) -> list[DeliveryKind]:
        return [plan.kind for plan in plan_rest(action, START - before)]

    own = hashtag(reveal=reveal(2 * HOUR))
    assert kinds(own, 3 * HOUR).count(DeliveryKind.REVEAL) == 1
    assert kinds(own, 3 * HOUR).count(DeliveryKind.PREFLIGHT) == 2
    assert DeliveryKind.REVEAL not in kinds(own, 2 * HOUR)
    assert DeliveryKind.REVEAL not in kinds(hashtag(), 3 * HOUR)
    assert DeliveryKind.MOMENT in kinds(own, HOUR)


def test_a_reveal_close_to_the_moment_is_looked_after_together_with_it() -> None:
    assert len(list(preflights(hashtag(reveal=reveal(10 * MINUTE))))) == 1


# ---- When the start moves


def moved_to(action: Action, wall: datetime) -> Action:
    resolved = resolve_late(wall, action.starts.zone)
    by = resolved.at - action.starts_at
    return replace(action, starts=resolved.wall, starts_at=resolved.at, ends_at=action.ends_at + by)


def test_it_moves_along_by_the_clocks_on_walls() -> None:
    zone = "Europe/Berlin"
    starts = resolve_late(datetime(2026, 10, 24, 20, 0), zone)
    own = resolve_late(datetime(2026, 10, 23, 18, 0), zone)
    action = hashtag(starts=starts.wall, starts_at=starts.at, ends_at=starts.at + DAY, reveal=own)
    after = moved_to(action, datetime(2026, 10, 26, 20, 0))  # the clocks go back in between
    moved = moved_reveal(action, after)
    assert moved is not None
    assert moved.wall == Wall(datetime(2026, 10, 25, 18, 0), zone)
    assert moved.at == datetime(2026, 10, 25, 17, 0, tzinfo=UTC)


def edited(action: Action, by: timedelta, now: datetime) -> Action:
    return settle_edit(action, moved_to(action, action.starts.time + by), now)


def test_an_edit_moves_the_reveal_and_tells_of_it() -> None:
    action = hashtag(reveal=reveal(2 * HOUR))
    after = edited(action, DAY, START - DAY)
    assert after.revealed_at == START + DAY - 2 * HOUR
    assert compare(action, after).reveal == after.revealed_at
    assert compare(action, replace(action, title="Other")).reveal is None


def test_a_reveal_that_would_have_passed_is_at_the_moment_and_what_is_known_stays_known() -> None:
    action = hashtag(reveal=reveal(2 * HOUR))
    hurried = edited(action, -3 * HOUR, START - 4 * HOUR)
    assert hurried.reveal is None
    assert not hurried.revealed(START - 4 * HOUR)
    now = START - HOUR
    assert action.revealed(now)
    late = edited(action, DAY, now)
    assert late.reveal == action.reveal
    assert late.revealed(now)


# ---- The reserve


def test_the_reserve_takes_the_tags_place_once() -> None:
    switched = switch_tag(hashtag(), START)
    assert switched.fields == {"tag": "OurOtherDay"}
    assert refused(switch_tag, switched, START) == "tag.no_reserve"
    final = hashtag(state=ActionState.FINAL)
    assert refused(switch_tag, final, START + 3 * DAY) == "refused.step.final"
