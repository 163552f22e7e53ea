"""Time polls: slots in order, ranked by ticks, and who may close them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotAllowed, Refusal
from domain.kinds import Kind
from domain.polls import (
    Poll,
    Slot,
    candidates,
    make_slots,
    ranking,
    require_choosable,
    require_open,
    require_poll_manager,
    require_slots,
)
from domain.servers import Actor, RolePurpose, Server
from domain.walls import Resolved, Wall

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SERVER = Server(1, roles={RolePurpose.ORGANISER: 7})


def after(hours: int) -> Resolved:
    at = NOW + hours * HOUR
    return Resolved(Wall(at.replace(tzinfo=None), "UTC"), at)


def poll(*ticks: int) -> Poll:
    slots = tuple(Slot(n, after(n), count) for n, count in enumerate(ticks, 1))
    return Poll(1, 2, Kind.HASHTAG, "When?", 3, 33, NOW, slots)


def test_slots_are_in_order_and_each_instant_comes_once() -> None:
    seoul = Resolved(Wall(datetime(2026, 11, 21, 23), "Asia/Seoul"), NOW + 2 * HOUR)
    slots = make_slots([after(3), seoul, after(1), after(2), after(3)], NOW)
    assert [(slot.number, slot.starts.at) for slot in slots] == [
        (1, NOW + HOUR),
        (2, NOW + 2 * HOUR),
        (3, NOW + 3 * HOUR),
    ]
    assert slots[1].starts is seoul, "the one that was typed first"


@pytest.mark.parametrize(
    ("hours", "key"),
    [
        ([1], "poll.too_few"),
        ([1, 1], "poll.too_few"),
        ([0, 1, 2], "poll.past"),
        (range(1, 22), "poll.too_many"),
    ],
)
def test_slots_that_make_no_poll_are_refused(hours: list[int], key: str) -> None:
    with pytest.raises(Refusal) as refused:
        make_slots(map(after, hours), NOW)
    assert refused.value.key == key


@given(st.lists(st.integers(0, 5), min_size=2, max_size=20))
def test_the_ranking_goes_by_ticks_and_then_by_time(ticks: list[int]) -> None:
    ranked = ranking(poll(*ticks).slots)
    assert sorted(slot.number for slot in ranked) == list(range(1, len(ticks) + 1))
    for better, worse in pairwise(ranked):
        assert better.ticks > worse.ticks or (
            better.ticks == worse.ticks and better.starts.at < worse.starts.at
        )


def test_what_has_passed_is_no_candidate() -> None:
    found = candidates(poll(9, 1, 2), NOW + HOUR)
    assert [slot.number for slot in found] == [3, 2]
    with pytest.raises(Refusal, match="slot_past"):
        require_choosable(poll(9, 1), 1, NOW + HOUR)
    with pytest.raises(Refusal, match="unknown_button"):
        require_choosable(poll(9, 1), 3, NOW)


def test_a_closed_poll_and_foreign_slots_are_refused() -> None:
    require_open(poll(0, 0))
    with pytest.raises(Refusal, match="closed_already"):
        require_open(replace(poll(0, 0), closed_at=NOW))
    require_slots(poll(0, 0), {1, 2})
    with pytest.raises(Refusal, match="unknown_button"):
        require_slots(poll(0, 0), {2, 3})


@pytest.mark.parametrize(
    ("actor", "allowed"),
    [
        (Actor(33, frozenset({7})), True),
        (Actor(33), False),
        (Actor(34, frozenset({7})), False),
        (Actor(34, manages_server=True), True),
    ],
)
def test_its_organiser_with_the_role_and_moderators_manage_a_poll(
    actor: Actor, allowed: bool
) -> None:
    if allowed:
        require_poll_manager(actor, SERVER, poll(0, 0))
        return
    with pytest.raises(NotAllowed):
        require_poll_manager(actor, SERVER, poll(0, 0))
