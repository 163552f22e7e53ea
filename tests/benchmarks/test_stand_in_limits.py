"""The stand-in's limits and faults, by a clock of the test's own."""

from __future__ import annotations

import pytest

from benchmarks.stand_in.faults import Fault, FaultKind, Faults
from benchmarks.stand_in.limits import Limits, Refused, Rule

ROUTE, PLACE, TOKEN = "create_message", "7", "token"


def spend(limits: Limits, count: int, now: float, *, places: bool = False) -> list[Refused | None]:
    """Send so many messages at one instant, to one channel or each to its own."""
    numbers = range(count)
    return [limits.take(ROUTE, str(n) if places else PLACE, TOKEN, now) for n in numbers]


def test_the_sixth_message_within_five_seconds_is_refused_until_they_are_over() -> None:
    limits = Limits()
    assert spend(limits, 5, 100.0) == [None] * 5
    assert spend(limits, 1, 101.5) == [Refused(3.5, "user")]
    assert spend(limits, 5, 105.0) == [None] * 5


def test_another_channel_has_a_bucket_of_its_own() -> None:
    limits = Limits()
    spend(limits, 5, 100.0)
    assert limits.take(ROUTE, "8", TOKEN, 100.0) is None


def test_any_second_holds_fifty_requests() -> None:
    """Also one that begins in the middle of another."""
    limits = Limits()
    assert spend(limits, 30, 100.0, places=True) == [None] * 30
    later = [limits.take(ROUTE, f"later {n}", TOKEN, 100.75) for n in range(21)]
    assert later == [None] * 20 + [Refused(0.25, "global")]
    assert [limits.take(ROUTE, f"then {n}", TOKEN, 101.0) for n in range(30)] == [None] * 30
    refused = limits.take(ROUTE, "one more", TOKEN, 101.0)
    assert refused == Refused(0.75, "global")
    assert limits.refused == {"global": 2}


def test_interactions_are_exempt_from_the_budget() -> None:
    limits = Limits()
    spend(limits, 50, 100.0, places=True)
    assert limits.take("answer_interaction", "token", "", 100.0) is None
    assert limits.take("execute_webhook", "token", "", 100.0) is None
    assert limits.take("list_roles", "1", TOKEN, 100.0) == Refused(1.0, "global")


def test_every_token_has_a_budget_of_its_own() -> None:
    limits = Limits()
    spend(limits, 50, 100.0, places=True)
    assert limits.take(ROUTE, "x", "another", 100.0) is None


def test_the_headers_tell_what_is_left_of_the_bucket() -> None:
    limits = Limits(rules={ROUTE: Rule(5, 5.0)})
    spend(limits, 2, 100.0)
    headers = limits.headers(ROUTE, PLACE, 101.0, 1_800_000_001.0)
    assert headers.pop("X-RateLimit-Bucket")
    assert headers == {
        "X-RateLimit-Limit": "5",
        "X-RateLimit-Remaining": "3",
        "X-RateLimit-Reset": "1800000005.000",
        "X-RateLimit-Reset-After": "4.000",
    }


def test_faults_strike_where_when_and_as_often_as_they_were_told() -> None:
    faults = Faults()
    told = {"kind": "status", "routes": [ROUTE], "channels": ["7"], "times": 2, "from_at": 50}
    faults.replace({"faults": [told]})
    assert faults.strike(ROUTE, 7, 49.0) is None
    assert faults.strike(ROUTE, 8, 50.0) is None
    assert faults.strike("edit_message", 7, 50.0) is None
    struck = [faults.strike(ROUTE, 7, 50.0) is not None for _ in range(3)]
    assert struck == [True, True, False]


def test_the_same_seed_brings_the_same_faults_whatever_the_latency() -> None:
    def drawn(**others: object) -> list[bool]:
        faults = Faults()
        told = {"kind": "lost_answer", "probability": 0.5}
        faults.replace({"seed": 11, "faults": [told], **others})
        struck: list[bool] = []
        for _ in range(100):
            faults.delay(ROUTE)
            struck.append(faults.strike(ROUTE, None, 0.0) is not None)
        return struck

    assert drawn() == drawn(latency={"median_s": 0.1, "sigma": 0.5})
    assert 30 < sum(drawn()) < 70


@pytest.mark.parametrize("told", [{"kind": "nonsense"}, {"kind": "status", "nonsense": 1}])
def test_a_fault_that_does_not_exist_is_refused(told: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        Fault.read(told)


def test_latency_is_spread_around_its_median() -> None:
    faults = Faults()
    faults.replace({"latency": {"median_s": 0.1, "sigma": 0.5}, "latency_of": {ROUTE: {}}})
    delays = sorted(faults.delay("edit_message") for _ in range(1001))
    assert 0.09 < delays[500] < 0.11
    assert delays[0] < 0.05 < 0.2 < delays[-1]
    assert faults.delay(ROUTE) == 0
    assert FaultKind.CUT.value == "cut"
