"""Tests of column types: instants, wall times and enums come back as they went in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import literal, select
from sqlalchemy.dialects import postgresql, sqlite

from db.engine import Database
from db.tables.columns import KIND_NAMES
from db.types import Instant, TextEnum, WallTime
from domain.kinds import Kind
from domain.sign_ups import SignUpState

ZONES = st.sampled_from(["UTC", "Asia/Seoul", "America/Sao_Paulo", "Asia/Kathmandu"])
INSTANTS = st.datetimes(
    datetime(2, 1, 1), datetime(9998, 12, 31), timezones=ZONES.map(ZoneInfo), allow_imaginary=False
)
DIALECTS = [sqlite.dialect(), postgresql.dialect()]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.name)
@given(INSTANTS)
@example(datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC))
@example(datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"), fold=1))
def test_an_instant_comes_back_to_the_microsecond(dialect, instant: datetime):
    stored = Instant().process_bind_param(instant, dialect)
    read = Instant().process_result_value(stored, dialect)
    assert isinstance(stored, int)
    assert read is not None
    assert read - instant.astimezone(UTC) == timedelta(0)
    assert read.tzinfo is UTC


@given(st.lists(INSTANTS, min_size=2, max_size=2))
def test_stored_instants_stand_in_the_order_of_time(pair: list[datetime]):
    first, second = (Instant().process_bind_param(instant, DIALECTS[0]) for instant in pair)
    assert first is not None
    assert second is not None
    a, b = (instant.astimezone(UTC) for instant in pair)
    assert (first < second) == (a < b)


@given(st.datetimes())
def test_a_naive_datetime_is_no_instant(naive: datetime):
    with pytest.raises(ValueError):
        Instant().process_bind_param(naive, DIALECTS[0])


@given(st.datetimes())
def test_a_wall_time_comes_back_and_has_no_offset(wall: datetime):
    stored = WallTime().process_bind_param(wall, DIALECTS[0])
    assert WallTime().process_result_value(stored, DIALECTS[0]) == wall
    with pytest.raises(ValueError):
        WallTime().process_bind_param(wall.replace(tzinfo=UTC), DIALECTS[0])


def test_an_enum_takes_its_own_values_only():
    state = TextEnum(SignUpState)
    assert state.process_bind_param("in", DIALECTS[0]) == "in"
    assert state.process_result_value("left", DIALECTS[0]) is SignUpState.LEFT
    with pytest.raises(ValueError):
        state.process_bind_param("maybe", DIALECTS[0])


async def test_both_engines_give_an_instant_back_as_utc(database: Database):
    """What the driver itself makes of it, not only the type's own functions."""
    seoul = datetime(2026, 11, 21, 20, 0, 0, 1, tzinfo=timezone(timedelta(hours=9)))
    query = select(literal(seoul, Instant), literal(None, Instant))
    async with database.read() as conn:
        at, none = (await conn.execute(query)).one()
    assert (at, at.tzinfo, none) == (seoul, UTC, None)


def test_every_kind_may_be_stored():
    assert set(Kind) <= set(KIND_NAMES)
