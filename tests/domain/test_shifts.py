"""Shifts: the grid, own nights in every zone, and which blocks a fan is shown first."""

from __future__ import annotations

import zoneinfo
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.shifts import (
    MOST_BLOCKS,
    Coverage,
    Shift,
    coverage,
    cut_off,
    in_night,
    make_grid,
    moved,
    night_of,
    offer_order,
    outside,
    regrid,
)
from domain.zones import known_zone

START = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
"""Midnight in Seoul, at the beginning of a Saturday."""

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
NOW = START - DAY

ZONES = sorted(zone for zone in zoneinfo.available_timezones() if known_zone(zone))
zones = st.sampled_from(ZONES)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)).map(
    lambda naive: naive.replace(second=0, microsecond=0, tzinfo=UTC)
)


def shift(number: int, hours: float, length: float = 2, **values: int | None) -> Shift:
    """A block that begins so many hours after the start; for four people unless told otherwise."""
    starts = START + hours * HOUR
    return replace(Shift(number, starts, starts + length * HOUR, 4), **values)  # type: ignore[arg-type]


def weekend() -> tuple[Shift, ...]:
    """48 hours in blocks of two, with ids."""
    grid = make_grid(START, START + 2 * DAY, 2 * HOUR, 4)
    return tuple(replace(block, shift_id=number) for number, block in enumerate(grid, 1))


# ---- The grid


def test_a_weekend_in_blocks_of_two_hours_is_24_blocks() -> None:
    grid = weekend()
    assert len(grid) == 24
    assert {block.ends_at - block.starts_at for block in grid} == {2 * HOUR}


@given(
    length=st.integers(30, 720),
    minutes=st.integers(1, 6000),
    target=st.integers(1, 1000),
)
def test_a_grid_covers_its_time_without_gap_or_overlap(
    length: int, minutes: int, target: int
) -> None:
    end = START + minutes * MINUTE
    grid = make_grid(START, end, length * MINUTE, target)
    assert (grid[0].starts_at, grid[-1].ends_at) == (START, end)
    assert all(a.ends_at == b.starts_at for a, b in pairwise(grid))
    assert {b.ends_at - b.starts_at for b in grid[:-1]} <= {length * MINUTE}
    assert timedelta(0) < grid[-1].ends_at - grid[-1].starts_at <= length * MINUTE
    assert {block.target for block in grid} == {target}


@pytest.mark.parametrize(
    ("end", "block", "target", "key"),
    [
        (DAY, 29 * MINUTE, 4, "shifts.block_length"),
        (DAY, 12 * HOUR + MINUTE, 4, "shifts.block_length"),
        (DAY, 2 * HOUR, 0, "shifts.people"),
        (DAY, 2 * HOUR, 1001, "shifts.people"),
        (timedelta(0), 2 * HOUR, 4, "when.end_before_start"),
        (MOST_BLOCKS * HOUR + MINUTE, HOUR, 4, "shifts.too_many_blocks"),
    ],
)
def test_a_grid_out_of_bounds_is_refused(
    end: timedelta, block: timedelta, target: int, key: str
) -> None:
    with pytest.raises(Refusal) as caught:
        make_grid(START, START + end, block, target)
    assert caught.value.key == key
    assert len(make_grid(START, START + MOST_BLOCKS * HOUR, HOUR, 1)) == MOST_BLOCKS


# ---- Own nights


@given(zone=zones, starts=instants, minutes=st.integers(30, 720))
def test_what_is_outside_the_own_night_never_shows_a_night_hour(
    zone: str, starts: datetime, minutes: int
) -> None:
    """By the clock on their wall, minute for minute, whatever the clocks do in between."""
    block = Shift(1, starts, starts + minutes * MINUTE, 1)
    if in_night(block, zone):
        return
    rules = zoneinfo.ZoneInfo(zone)
    for minute in range(minutes):
        wall = (starts + minute * MINUTE).astimezone(rules)
        assert time(7) <= wall.time() < time(23)


@given(zone=zones, day=st.dates(date(2026, 1, 1), date(2028, 12, 31)), at=st.floats(0, 0.99))
def test_every_minute_of_a_night_is_in_it(zone: str, day: date, at: float) -> None:
    begins, ends = night_of(day, zone)
    assert timedelta(hours=6) <= ends - begins <= timedelta(hours=10)
    inside = begins + (ends - begins) * at
    assert in_night(Shift(1, inside, inside + MINUTE, 1), zone)
    assert not in_night(Shift(1, ends, ends + 2 * HOUR, 1), zone)
    assert not in_night(Shift(1, begins - 2 * HOUR, begins, 1), zone)


def test_a_night_is_an_hour_longer_or_shorter_when_the_clocks_change() -> None:
    lengths = {
        day: night_of(date(2026, *day), "America/Los_Angeles")
        for day in ((10, 31), (3, 7), (11, 28))
    }
    assert {day: ends - begins for day, (begins, ends) in lengths.items()} == {
        (10, 31): 9 * HOUR,
        (3, 7): 7 * HOUR,
        (11, 28): 8 * HOUR,
    }


# ---- Who is shown what first


def test_three_fans_in_three_zones_are_offered_different_blocks() -> None:
    grid = weekend()
    firsts = {
        zone: offer_order(grid, (), zone, NOW)[0].starts_at - START
        for zone in ("Asia/Seoul", "America/Sao_Paulo", "America/Los_Angeles")
    }
    # Midnight in Seoul is noon in São Paulo and seven in the morning in Los Angeles.
    assert firsts["Asia/Seoul"] == 8 * HOUR
    assert firsts["America/Sao_Paulo"] == timedelta(0)
    assert firsts["America/Los_Angeles"] == timedelta(0)
    orders = [
        tuple(s.shift_id for s in offer_order(grid, (), zone, NOW))
        for zone in ("Asia/Seoul", "America/Sao_Paulo", "America/Los_Angeles")
    ]
    assert len(set(orders)) == 3


def test_thin_blocks_come_first_and_then_the_soonest() -> None:
    shifts = [
        shift(1, 10, taken=3),
        shift(2, 12, taken=1),
        shift(3, 14, taken=0),
        shift(4, 16, taken=1, target=8),
        shift(5, 18, taken=0),
    ]
    assert [s.shift_id for s in offer_order(shifts, (), None, NOW)] == [3, 5, 4, 2, 1]


def test_what_is_full_over_a_session_or_at_the_time_of_an_own_one_is_not_offered() -> None:
    shifts = [
        shift(1, 10, taken=4),
        shift(2, -26),
        shift(3, 12, target=None),
        shift(4, 14, taken=1),
        shift(5, 15),
        shift(6, 16),
    ]
    assert [s.shift_id for s in offer_order(shifts, {4}, None, NOW)] == [6]


blocks = st.lists(
    st.builds(
        lambda number, at, length, taken: shift(number, at, length, taken=taken),
        st.integers(1, 99),
        st.integers(-40, 80),
        st.sampled_from([0.5, 1, 2, 6, 12]),
        st.integers(0, 5),
    ),
    max_size=25,
    unique_by=lambda block: block.shift_id,
)


@given(shifts=blocks, mine=st.sets(st.integers(1, 99)), zone=st.none() | zones)
def test_an_offer_is_never_pointless_and_always_thinnest_first(
    shifts: list[Shift], mine: set[int], zone: str | None
) -> None:
    offered = offer_order(shifts, mine, zone, START)
    held = [s for s in shifts if s.shift_id in mine]
    for block in offered:
        assert block.starts_at > START
        assert block.taken < 4
        assert not any(block.overlaps(own) for own in held)
        assert zone is None or not in_night(block, zone)
    shares = [(block.share, block.starts_at) for block in offered]
    assert shares == sorted(shares)
    left_out = [s for s in shifts if s not in offered and s.starts_at > START and not s.full]
    for block in left_out:
        assert any(block.overlaps(own) for own in held) or (zone and in_night(block, zone))


# ---- Coverage, moving, generating anew


def test_coverage_counts_places_and_names_the_thinnest_ahead() -> None:
    shifts = [
        shift(1, -26, taken=0),
        shift(2, 10, taken=6),
        shift(3, 12, taken=1),
        shift(4, 14, taken=1),
        shift(5, 16, target=None),
    ]
    assert coverage(shifts, NOW) == Coverage(6, 16, (shifts[2], shifts[3]))
    assert coverage([], NOW) == Coverage(0, 0, ())
    assert coverage([shift(1, 10, taken=4)], NOW).thinnest == ()


def test_moved_shifts_keep_their_length_and_their_people() -> None:
    (one,) = moved([shift(1, 10, taken=3)], 25 * HOUR)
    assert one == shift(1, 35, taken=3)


def keyed(grid: list[Shift] | tuple[Shift, ...]) -> list[timedelta]:
    return [block.starts_at - START for block in grid]


def test_blocks_outside_a_new_time_are_those_that_reach_beyond_it_on_either_side() -> None:
    blocks = [shift(1, 0), shift(2, 2), shift(3, 4), shift(4, 6)]
    assert outside(blocks, START, START + 8 * HOUR) == ()
    beyond = outside(blocks, START + HOUR, START + 7 * HOUR)
    assert [block.shift_id for block in beyond] == [1, 4]


@pytest.mark.parametrize("values", [{"taken": 1}, {"target": None}])
def test_what_people_count_on_is_not_left_outside(values: dict[str, int | None]) -> None:
    blocks = [shift(1, 0), replace(shift(2, 2), **values)]  # type: ignore[arg-type]
    with pytest.raises(Refusal) as refused:
        outside(blocks, START + 3 * HOUR, START + DAY)
    assert refused.value.key == "shifts.held_outside"
    assert refused.value.values == {"count": 1, "first": blocks[1].starts_at}


def test_shifts_end_with_their_action() -> None:
    left = cut_off([shift(1, 0), shift(2, 2), shift(3, 3), shift(4, 4)], START + 3 * HOUR)
    assert [(s.shift_id, s.ends_at - START) for s in left] == [(1, 2 * HOUR), (2, 3 * HOUR)]


def test_a_new_grid_keeps_the_people_of_blocks_of_the_same_time() -> None:
    present = [shift(1, 0, taken=2), shift(2, 2), shift(3, 4, target=None)]
    wanted = make_grid(START, START + 6 * HOUR, 2 * HOUR, 7)
    change = regrid(present, wanted, NOW)
    assert [(s.shift_id, s.taken, s.target) for s in change.kept] == [(1, 2, 7), (2, 0, 7)]
    assert keyed(change.added) == [4 * HOUR]
    assert change.removed == ()


def test_a_new_grid_removes_only_blocks_that_nobody_has() -> None:
    present = [shift(1, 0, taken=1), shift(2, 2)]
    change = regrid(present, make_grid(START, START + 2 * HOUR, 2 * HOUR, 4), NOW)
    assert [s.shift_id for s in change.removed] == [2]
    with pytest.raises(Refusal) as caught:
        regrid(present, make_grid(START, START + 6 * HOUR, 3 * HOUR, 4), NOW)
    assert (caught.value.key, caught.value.values["count"]) == ("shifts.held_blocks", 1)


def test_a_block_that_people_have_and_that_has_begun_stays_as_it_was() -> None:
    present = [shift(1, 0, taken=1), shift(2, 2)]
    wanted = make_grid(START, START + 6 * HOUR, 3 * HOUR, 4)
    change = regrid(present, wanted, START + 4 * HOUR)
    assert [s.shift_id for s in change.removed] == [2]
    assert keyed(change.added) == [3 * HOUR]
