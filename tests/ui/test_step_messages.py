"""Messages of an action's steps: what happened, why, what holds now, and who is pinged."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.actions import Action, ActionState
from domain.audit import Act, AuditEvent
from domain.deliveries import DeliveryKind
from domain.life_cycle import ACTS
from domain.owed_messages import OwedMessage
from tests.domain.ledgers import DAY, START
from tests.ui.subjects import (
    ALL_LANGUAGES,
    HOUR,
    PING_ROLE,
    SECRET,
    fundraiser,
    hashtag,
    labels_of,
    owe,
    text_of,
)
from ui.limits import MAX_CONTENT
from ui.messages import draw_message

ENGLISH = ALL_LANGUAGES[0]
TOLD = (*ACTS.values(), Act.RESCHEDULED, Act.TAKEN_OVER)
PINGS = {Act.RESCHEDULED, Act.PAUSED, Act.RESUMED, Act.CANCELLED, Act.CLOSED_EARLY}
EARLIER = {
    "starts": (START - 2 * DAY).isoformat(),
    "ends": (START - DAY).isoformat(),
}


def step(act: Act, action: Action, now: datetime = START - HOUR, **detail: Any) -> OwedMessage:
    event = AuditEvent(5, action.action_id, act, now, user_id=77, detail=detail)
    return owe(DeliveryKind.STEP, action, now, event=event)


def content_of(owed: OwedMessage) -> str:
    content = draw_message(ENGLISH, owed).content
    assert content is not None
    return content


@pytest.mark.parametrize("act", TOLD)
def test_every_step_has_its_message_in_every_language_and_keeps_what_is_sealed(act: Act) -> None:
    long = hashtag(title="*" * 100, state=ActionState.PAUSED, stopped_at=START - DAY)
    for say in ALL_LANGUAGES:
        for action in (fundraiser(), hashtag(), long):
            for now in (START - HOUR, START + HOUR, START + DAY + HOUR):
                drawn = draw_message(say, step(act, action, now, reason="@everyone " * 20))
                assert drawn.content is not None
                assert len(drawn.content) <= MAX_CONTENT
                assert "@everyone" not in drawn.content
                if not action.revealed(now):
                    assert SECRET not in text_of(drawn.view, drawn.content)


@pytest.mark.parametrize("act", TOLD)
def test_only_what_people_have_to_know_pings_the_role(act: Act) -> None:
    allowed = draw_message(
        ENGLISH, step(act, fundraiser(grants_role=True, role_id=77))
    ).allowed_mentions.to_dict()
    assert allowed.get("roles", []) == ([77] if act in PINGS else [])
    assert "users" not in allowed.get("parse", [])
    assert "<@&" not in content_of(step(act, fundraiser())), "the alert role is no stand-in"


def test_a_new_time_says_what_it_was_before() -> None:
    content = content_of(step(Act.RESCHEDULED, fundraiser(), before=EARLIER))
    first, *more = content.splitlines()
    assert "now starts Sun 7 Jun 02:00 KST" in first
    assert f"Before: <t:{int((START - 2 * DAY).timestamp())}:F>" in more[-1]


def test_those_who_have_shifts_are_told_when_these_move() -> None:
    event = step(Act.RESCHEDULED, fundraiser(), before=EARLIER, shifts="moved")
    assert content_of(event).splitlines()[-1].startswith("The shifts move along")


def test_a_new_end_alone_is_told_as_such() -> None:
    before = EARLIER | {"starts": START.isoformat()}
    content = content_of(step(Act.RESCHEDULED, fundraiser(), before=before))
    assert "now ends Mon 8 Jun 02:00 KST" in content.splitlines()[0]
    assert "Before" not in content


def test_who_missed_the_moment_during_a_pause_is_told_all_when_it_goes_on() -> None:
    resumed = draw_message(ENGLISH, step(Act.RESUMED, hashtag(), START + HOUR))
    assert resumed.content is not None
    assert f"```\n#{SECRET}\n```" in resumed.content
    assert "Say what the song means to you" in resumed.content
    assert "log" in labels_of(resumed.view)
    for action, now in ((hashtag(), START - HOUR), (hashtag(), START + DAY + HOUR)):
        assert SECRET not in content_of(step(Act.RESUMED, action, now))
    again = hashtag(state=ActionState.PAUSED, stopped_at=START - HOUR)
    assert SECRET not in content_of(step(Act.RESUMED, again, START + HOUR))


def test_what_was_cancelled_offers_nothing_but_its_numbers() -> None:
    action = fundraiser(state=ActionState.CANCELLED, stopped_at=START - HOUR, reason="Rain")
    drawn = draw_message(ENGLISH, step(Act.CANCELLED, action, reason="Rain"))
    assert labels_of(drawn.view) == ["tally"]
    assert "example.org" not in text_of(drawn.view)
    assert "**Why:** Rain" in content_of(step(Act.CANCELLED, action, reason="Rain"))


@pytest.mark.parametrize("state", [ActionState.PAUSED, ActionState.CANCELLED])
def test_a_message_that_was_posted_before_says_above_what_holds_now(state: ActionState) -> None:
    action = fundraiser(state=state, stopped_at=START - HOUR, reason="Rain")
    posted = owe(DeliveryKind.REMINDER, action, START, sent_at=START - timedelta(hours=1))
    first, why, old = content_of(posted).removeprefix(f"<@&{PING_ROLE}> ").splitlines()[:3]
    assert first.startswith("**Cancelled" if state is ActionState.CANCELLED else "**Paused")
    assert why == "**Why:** Rain"
    assert old.startswith("Coming up")
    assert "late" not in content_of(owe(DeliveryKind.REMINDER, action, START + DAY, sent_at=START))


def test_a_step_without_its_event_is_a_defect() -> None:
    with pytest.raises(ValueError, match="comes with its event"):
        draw_message(ENGLISH, owe(DeliveryKind.STEP, fundraiser(), START))
