"""What Discord's own event says of an action: within Discord's limits, and nothing sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actions import Action, ActionState
from domain.deliveries import Post
from domain.native_events import EventStatus
from domain.servers import Server
from locales import Language
from tests.ui.subjects import ALL_LANGUAGES, GUILD, HOUR, SECRET, START, hashtag
from ui.native_events import draw_event

LARGEST = 2**63 - 1
CARD = Post(LARGEST, LARGEST)


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
@pytest.mark.parametrize("state", [ActionState.OPEN, ActionState.PAUSED, ActionState.CANCELLED])
def test_an_event_fits_and_keeps_what_is_sealed(say: Language, state: ActionState) -> None:
    server = Server(LARGEST, language=say.code, announce_channel_id=LARGEST)
    action = hashtag(title="“가” " * 50, state=state, stopped_at=START + HOUR, number=10**9)
    for card in (CARD, None):
        event = draw_event(action, server, card, START + HOUR)
        assert 1 <= len(event.name) <= 100
        assert 1 <= len(event.location) <= 100
        assert 1 <= len(event.description) <= 1000
        assert event.location in event.description
        assert SECRET not in repr(event)


def drawn(action: Action, ends: timedelta = timedelta(0)) -> tuple[EventStatus, timedelta]:
    """How an event stands an hour before its action begins, and how long it lasts."""
    event = draw_event(action, Server(GUILD), None, START - HOUR)
    return event.status, event.ends_at - event.starts_at


def test_an_event_ends_after_its_start_whatever_its_action_does() -> None:
    action = hashtag()
    assert drawn(action) == (EventStatus.SCHEDULED, action.ends_at - action.starts_at)
    at_once = replace(action, ends_at=action.starts_at + timedelta(microseconds=5))
    assert drawn(at_once) == (EventStatus.SCHEDULED, timedelta(seconds=1))


def test_without_any_channel_an_event_leads_to_its_server() -> None:
    event = draw_event(hashtag(), Server(GUILD), None, START)
    assert event.location == f"https://discord.com/channels/{GUILD}"
