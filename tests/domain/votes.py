"""Votes for tests: an action of three weeks with the apps that are asked for."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from domain.actions import Action
from domain.kinds import Kind
from domain.parts import Parts
from domain.votes import VoteApp
from domain.walls import Wall
from tests.domain.ledgers import make_action

SEOUL, NEW_YORK, LONDON = "Asia/Seoul", "America/New_York", "Europe/London"
STARTS = datetime(2026, 10, 19, 11, 0, tzinfo=UTC)
"""Monday, 20:00 in Seoul."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def make_app(app_id: int = 1, reset: str = "23:30", zone: str = SEOUL, **values: Any) -> VoteApp:
    name = values.pop("name", f"App {app_id}")
    cap = values.pop("cap", 10)
    return VoteApp(app_id, name, cap, time.fromisoformat(reset), zone, **values)


def make_vote(*apps: VoteApp, **values: Any) -> Action:
    """A vote that starts on Monday 19 October 2026 at 20:00 in Seoul and runs for three weeks."""
    starts = values.get("starts_at", STARTS)
    ends = values.setdefault("ends_at", starts + 21 * DAY)
    defaults: dict[str, Any] = {
        "kind": Kind.VOTE,
        "unit_code": "votes",
        "starts": Wall(datetime(2026, 10, 19, 20), SEOUL),
        "starts_at": starts,
        "log_until": ends + DAY,
        "parts": Parts(apps=apps),
    }
    return make_action(**(defaults | values))
