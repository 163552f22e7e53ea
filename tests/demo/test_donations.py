"""The story's figures are the published ones, divided by a hundred."""

from __future__ import annotations

from datetime import timedelta

import pytest

from demo.donations import SUM, make_donations


def test_the_donations_are_as_many_and_as_much_as_published() -> None:
    donations = make_donations()
    assert (len(donations), sum(d.cents for d in donations)) == (356, 1_026_531)
    assert len({d.code for d in donations}) == 356
    assert [d.after for d in donations] == sorted(d.after for d in donations)


@pytest.mark.parametrize(("hours", "percent"), [(5, 19), (24, 78), (25, 100)])
def test_they_follow_the_published_curve(hours: int, percent: int) -> None:
    by_then = sum(d.cents for d in make_donations() if d.after < timedelta(hours=hours))
    assert by_then == SUM * percent // 100
