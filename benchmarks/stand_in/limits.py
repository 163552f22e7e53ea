"""Discord's rate limits: a bucket for each route and place, and one budget for the whole bot."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

GLOBAL_LIMIT = 50
"""Requests in any second, over all routes but those of interactions."""


@dataclass(frozen=True)
class Rule:
    """So many requests within so many seconds from the first of them."""

    limit: int
    per_s: float


RULES: Mapping[str, Rule] = {
    "create_message": Rule(5, 5.0),
    "edit_message": Rule(5, 5.0),
    "delete_message": Rule(5, 1.0),
    "list_messages": Rule(5, 5.0),
    "pin_message": Rule(5, 4.0),
    "unpin_message": Rule(5, 4.0),
    "create_dm": Rule(10, 10.0),
    "create_thread": Rule(50, 300.0),
    "create_message_thread": Rule(50, 300.0),
    "edit_channel": Rule(5, 15.0),
    "give_role": Rule(10, 10.0),
    "take_role": Rule(10, 10.0),
    "create_role": Rule(250, 172_800.0),
    "execute_webhook": Rule(5, 2.0),
    "edit_webhook_message": Rule(5, 2.0),
    "overwrite_commands": Rule(10, 60.0),
}
"""By the name of the route. Discord publishes none of these: they are what its headers said."""

OTHERWISE = Rule(50, 1.0)
"""For routes without a rule of their own."""

WITHOUT_BUCKET = frozenset({"answer_interaction", "gateway_bot"})
WITHOUT_BUDGET = frozenset(
    {
        *("answer_interaction", "execute_webhook", "get_webhook_message"),
        *("edit_webhook_message", "delete_webhook_message"),
    }
)
"""The callbacks and webhooks of interactions: exempt from the budget of the whole bot."""

MANY = 10_000
"""Windows kept before those that are over are thrown away."""


@dataclass
class Window:
    """What was used of a bucket since its first request."""

    ends: float
    used: int = 0


@dataclass(frozen=True)
class Refused:
    """A 429: when to try again, and by which limit; `scope` is user, global or shared."""

    retry_after: float
    scope: str


@dataclass
class Limits:
    """Counts requests; `now` is monotonic, in seconds. A refused request uses nothing up.

    The budget holds for every second, wherever one begins to count: whoever keeps to it keeps to
    any way in which Discord might count its seconds.
    """

    global_limit: int = GLOBAL_LIMIT
    rules: dict[str, Rule] = field(default_factory=lambda: dict(RULES))
    refused: Counter[str] = field(default_factory=Counter[str])
    """How many 429s were given, by scope."""

    _windows: dict[tuple[str, str], Window] = field(default_factory=dict[tuple[str, str], Window])
    _spent: defaultdict[str, deque[float]] = field(
        default_factory=lambda: defaultdict[str, deque[float]](deque)
    )

    def rule(self, route: str) -> Rule:
        return self.rules.get(route, OTHERWISE)

    def take(self, route: str, place: str, token: str, now: float) -> Refused | None:
        """Use one request of a route's bucket at a place, and of the token's budget."""
        spent = None
        if route not in WITHOUT_BUDGET:
            spent = self._spent[token]
            while spent and spent[0] <= now - 1.0:
                spent.popleft()
            if len(spent) >= self.global_limit:
                return self._refuse(spent[0] + 1.0 - now, "global")
        if route not in WITHOUT_BUCKET:
            window = self._window(route, place, now)
            if window.used >= self.rule(route).limit:
                return self._refuse(window.ends - now, "user")
            window.used += 1
        if spent is not None:
            spent.append(now)
        return None

    def _refuse(self, retry_after: float, scope: str) -> Refused:
        self.refused[scope] += 1
        return Refused(max(retry_after, 0.001), scope)

    def _window(self, route: str, place: str, now: float) -> Window:
        window = self._windows.get((route, place))
        if window is None or window.ends <= now:
            if len(self._windows) > MANY:
                self._windows = {k: w for k, w in self._windows.items() if w.ends > now}
            window = self._windows[route, place] = Window(now + self.rule(route).per_s)
        return window

    def headers(self, route: str, place: str, now: float, wall: float) -> dict[str, str]:
        """What an answer says of its bucket; `wall` is the same instant in Unix seconds."""
        if route in WITHOUT_BUCKET:
            return {}
        window, limit = self._window(route, place, now), self.rule(route).limit
        left = max(window.ends - now, 0.0)
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(limit - window.used),
            "X-RateLimit-Reset": f"{wall + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
        }
