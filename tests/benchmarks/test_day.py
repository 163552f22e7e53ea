"""The full day in small: exact on both databases, although its process is killed midway."""

from __future__ import annotations

from itertools import pairwise

from benchmarks.day import live_through
from benchmarks.day_data import CURVE, HOURS, a_day, total_of

PEOPLE, TOTAL_MINOR, TWICE = 400, 1_153_217, 20


def test_a_day_adds_up_exactly_and_grows_as_it_did():
    gifts = a_day(35_609, 102_653_100, 1_780)
    assert total_of(gifts) == 102_653_100
    assert (len(gifts), len({gift.code for gift in gifts})) == (37_389, 35_609)
    assert all(one.at <= next_one.at for one, next_one in pairwise(gifts))
    assert gifts[-1].at <= CURVE[-1][0] == 25 * HOURS
    for hours, dollars in ((5, 190_000), (24, 800_000), (25, 1_026_531)):
        given = total_of([gift for gift in gifts if gift.at <= hours * HOURS])
        assert abs(given / 100 - dollars) < 1_000


async def test_a_day_is_exact_although_its_process_is_killed(empty_database_url: str):
    day = await live_through(empty_database_url, a_day(PEOPLE, TOTAL_MINOR, TWICE))
    assert day.exact
    assert (day.contributions, day.held, day.total_minor) == (PEOPLE, TWICE, TOTAL_MINOR)
    assert day.killed == 1
    assert day.per_s > 0
    assert day.peak_mb > 0
