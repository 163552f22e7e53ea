"""Faults and latency on demand: what goes wrong, where, how often, drawn by a seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    STATUS = "status"
    """Answered with `status` (500, 502, 503 …); nothing was done."""

    CUT = "cut"
    """The connection breaks before anything was done."""

    LOST_ANSWER = "lost_answer"
    """It was done, and the connection breaks before the answer."""

    RATE_LIMIT = "rate_limit"
    """A 429 of the given `scope` with `retry_after`, whatever the buckets say."""


@dataclass
class Fault:
    """One rule: a request on these routes and channels (none named: on all) meets it.

    It strikes with `probability`, `times` at most, between two Unix times if these are given.
    """

    kind: FaultKind
    routes: frozenset[str] = frozenset()
    channels: frozenset[int] = frozenset()
    probability: float = 1.0
    times: int | None = None
    status: int = 503
    retry_after: float = 1.0
    scope: str = "shared"
    from_at: float | None = None
    until_at: float | None = None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Fault:
        """A fault as the control endpoint is told it; raises TypeError and ValueError."""
        named = dict(told)
        named["kind"] = FaultKind(named["kind"])
        named["routes"] = frozenset(named.get("routes", ()))
        named["channels"] = frozenset(map(int, named.get("channels", ())))
        return cls(**named)

    def concerns(self, route: str, channel: int | None, at: float) -> bool:
        """Tell whether a request at a Unix time may meet it."""
        return (
            self.times != 0
            and (not self.routes or route in self.routes)
            and (not self.channels or channel in self.channels)
            and (self.from_at is None or at >= self.from_at)
            and (self.until_at is None or at < self.until_at)
        )


@dataclass(frozen=True)
class Latency:
    """How long a request takes: log-normal around a median; half passes before it is accepted."""

    median_s: float = 0.0
    sigma: float = 0.0
    most_s: float = 30.0

    def draw(self, chance: random.Random) -> float:
        if not self.median_s:
            return 0.0
        return min(self.median_s * chance.lognormvariate(0.0, self.sigma), self.most_s)


@dataclass
class Faults:
    """The faults of one run, in force until they are replaced."""

    seed: int = 0
    rules: list[Fault] = field(default_factory=list[Fault])
    latency: Latency = Latency()
    latency_of: dict[str, Latency] = field(default_factory=dict[str, Latency])
    struck: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        # Of its own for each, so that whether a fault strikes does not hang on the latency.
        self._chance = random.Random(f"{self.seed} faults")
        self._delays = random.Random(f"{self.seed} latency")

    def replace(self, told: Mapping[str, Any]) -> None:
        """Begin anew with a seed, faults and latencies as the control endpoint is told them."""
        rules: Sequence[Mapping[str, Any]] = told.get("faults", ())
        self.rules = [Fault.read(rule) for rule in rules]
        self.latency = Latency(**told.get("latency", {}))
        self.latency_of = {
            route: Latency(**latency) for route, latency in told.get("latency_of", {}).items()
        }
        self.seed = told.get("seed", self.seed)
        self.__post_init__()

    def strike(self, route: str, channel: int | None, at: float) -> Fault | None:
        """The fault that a request meets, if any: the first of the list that strikes."""
        for fault in self.rules:
            if fault.concerns(route, channel, at) and self._chance.random() < fault.probability:
                if fault.times is not None:
                    fault.times -= 1
                self.struck[fault.kind.value] += 1
                return fault
        return None

    def delay(self, route: str) -> float:
        """Seconds that a request on a route takes."""
        return self.latency_of.get(route, self.latency).draw(self._delays)
