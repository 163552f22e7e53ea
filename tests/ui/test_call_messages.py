"""The calls while an action is on and after it: what they say first, below, and whom they ping."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.actions import Action, ActionState, SignUpGate
from domain.deliveries import DeliveryKind
from domain.kinds import Kind
from domain.message_plans import MessagePlan
from domain.owed_messages import OwedMessage
from domain.parts import Parts
from domain.reminders import read_reminders
from domain.tasks import Task
from locales import Language, language
from tests.domain.ledgers import DAY, START, make_action
from tests.ui.subjects import (
    ALL_LANGUAGES,
    CHOSEN_LANGUAGES,
    HOUR,
    PING_ROLE,
    every_action,
    fundraiser,
    hashtag,
    labels_of,
    make_server,
    owe,
    text_of,
)
from ui.messages import draw_message
from ui.plan_lines import action_plan_lines, offset_words

ENGLISH = language("en")
REMINDER, LAST_HOUR = DeliveryKind.REMINDER, DeliveryKind.LAST_HOUR
NUDGE, MILESTONE = DeliveryKind.NUDGE, DeliveryKind.MILESTONE


def since(action: Action, now: datetime) -> OwedMessage:
    """A reminder that comes after the moment."""
    owed = owe(REMINDER, action, now)
    return replace(owed, delivery=replace(owed.delivery, offset=-HOUR))


def shown(owed: OwedMessage, say: Language = ENGLISH) -> str:
    drawn = draw_message(say, owed)
    return text_of(drawn.view, drawn.content)


def first_line(owed: OwedMessage) -> str:
    return shown(owed).splitlines()[0].removeprefix(f"<@&{PING_ROLE}> ")


def test_a_reminder_after_the_moment_says_since_when_and_what_to_tap() -> None:
    owed = since(hashtag(), START + HOUR)
    assert first_line(owed).startswith("On since ")
    assert "Tap “I'm in” to take part, or “I did it” if you did." in first_line(owed)
    assert labels_of(draw_message(ENGLISH, owed).view)[:2] == ["join", "log"]


def test_without_sign_ups_it_asks_only_those_who_took_part() -> None:
    closed = since(hashtag(sign_ups=SignUpGate.CLOSED), START + HOUR)
    assert "I'm in" not in shown(closed)
    assert "Took part? Tap “I did it”" in first_line(closed)


def test_after_the_end_it_says_until_when_one_can_log() -> None:
    over = since(hashtag(), START + DAY + HOUR)
    assert "has ended. Took part?" in first_line(over)
    assert "Logging closes" in shown(over)


def test_a_project_without_tasks_only_says_that_it_is_on() -> None:
    project = make_action(kind=Kind.PROJECT, unit_code="tasks", parts=Parts())
    assert first_line(since(project, START + HOUR)).endswith("“Match a Million”.")
    assert first_line(owe(LAST_HOUR, project, START + 23 * HOUR)).startswith("Last hour:")
    with_task = replace(project, parts=replace(project.parts, tasks=(Task(1, "Draw"),)))
    assert "“Tasks”" in first_line(owe(LAST_HOUR, with_task, START + 23 * HOUR))


@pytest.mark.parametrize("kind", [REMINDER, LAST_HOUR, NUDGE, MILESTONE])
def test_what_is_said_from_the_moment_on_pings_nobody_as_some_have_finished(
    kind: DeliveryKind,
) -> None:
    owed = owe(
        kind, fundraiser(grants_role=True, role_id=77), START + HOUR, item=250_000, yet_to_log=3
    )
    owed = replace(owed, delivery=replace(owed.delivery, offset=-HOUR))
    drawn = draw_message(ENGLISH, owed)
    assert "<@&" not in shown(owed)
    assert not drawn.allowed_mentions.roles
    assert drawn.allowed_mentions.users is False
    assert drawn.allowed_mentions.everyone is False


@pytest.mark.parametrize(
    ("reached", "said"),
    [
        (250_000, "has reached 25% of its goal of US$10,000.00!"),
        (1_000_000, "Goal reached: “Match a Million” has made US$10,000.00!"),
        (123_400, "has reached US$1,234.00!"),
    ],
)
def test_a_milestone_says_what_was_reached_and_shows_the_goals_bar(reached: int, said: str) -> None:
    text = shown(owe(MILESTONE, fundraiser(), START + HOUR, item=reached))
    assert said in text.splitlines()[0]
    assert "▰▰▱" in text, "as far as it is by now"


def test_a_milestone_of_a_goal_that_is_no_more_names_the_amount() -> None:
    text = shown(owe(MILESTONE, fundraiser(goal=None), START + HOUR, item=250_000))
    assert "has reached US$2,500.00!" in text


@pytest.mark.parametrize(("count", "people"), [(1, "1 person"), (1234, "1,234 people")])
def test_a_nudge_says_how_many_and_until_when(count: int, people: str) -> None:
    text = shown(owe(NUDGE, hashtag(), START + DAY + HOUR, yet_to_log=count))
    assert f"{people} who" in text
    assert "Logging closes" in text


def test_where_tallies_are_kept_no_call_tells_how_far_an_action_is() -> None:
    """Who reads an older milestone again sees no bar, and a nudge counts nobody."""
    kept = make_server(tally_public=False)
    nudge = shown(owe(NUDGE, hashtag(), START + DAY + HOUR, yet_to_log=1234, server=kept))
    assert "1,234" not in nudge
    assert "some who are in have logged nothing yet" in nudge
    milestone = owe(MILESTONE, fundraiser(), START + HOUR, item=250_000, server=kept)
    assert "▰" not in shown(milestone)
    assert "▰" in shown(replace(milestone, action=fundraiser(state=ActionState.FINAL)))
    for kind in (LAST_HOUR, DeliveryKind.CLOSING, DeliveryKind.MOMENT, DeliveryKind.ANNOUNCEMENT):
        for now in (START + HOUR, START + DAY + HOUR):
            text = shown(owe(kind, fundraiser(), now, server=kept))
            assert "▰" not in text
            assert "2,500" not in text


@pytest.mark.parametrize("say", ALL_LANGUAGES)
@pytest.mark.parametrize("kind", [REMINDER, LAST_HOUR, NUDGE, MILESTONE])
def test_every_call_fits_into_a_message_in_every_language(
    say: Language, kind: DeliveryKind
) -> None:
    for action, now in every_action():
        owed = owe(kind, action, now, item=1, yet_to_log=2)
        owed = replace(owed, delivery=replace(owed.delivery, offset=-HOUR))
        content = draw_message(say, owed).content
        assert content is not None
        assert len(content) <= 2000
        assert "@everyone" not in content


@pytest.mark.parametrize("say", CHOSEN_LANGUAGES)
@pytest.mark.parametrize("minutes", [1, 59, 60, 90, 1439, 1440, 1501, 43_200, -1, -15, -90, -2880])
def test_offsets_are_read_back_as_they_are_shown(say: Language, minutes: int) -> None:
    offset = timedelta(minutes=minutes)
    assert read_reminders(offset_words(say, offset), say.code) == (offset,)


def test_an_actions_page_says_what_goes_out_and_what_does_not() -> None:
    plan = MessagePlan((2 * DAY, HOUR, -3 * DAY), ("50%", "1000"), nudges=True)
    action: Any = fundraiser(plan=plan, state=ActionState.OPEN)
    lines = "\n".join(action_plan_lines(ENGLISH, action, START - DAY))
    assert "- 2 days before: <t:" in lines
    assert "(past)" in lines
    assert "- 3 days after: not sent" in lines
    assert "**Milestones** US$10.00 and 50% (US$5,000.00)" in lines
    assert "**Last hour** <t:" in lines
    assert "**Nudge** <t:" in lines
    without = "\n".join(action_plan_lines(ENGLISH, replace(action, goal=None), START))
    assert "**Milestones** US$10.00" in without
