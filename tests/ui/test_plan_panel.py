"""The form of reminders and milestones: what stands in it can be sent back as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.message_plans import MessagePlan
from domain.milestones import MOST_MILESTONES, read_milestones
from domain.reminders import FURTHEST, MOST_REMINDERS, read_reminders
from locales import Language
from tests.ui.subjects import CHOSEN_LANGUAGES, fundraiser
from ui.plan_panel import PLAN_LENGTH, plan_as_typed

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("say", CHOSEN_LANGUAGES, ids=repr)
def test_the_longest_plan_is_read_back_as_it_was(say: Language) -> None:
    reminders = tuple(MINUTE - FURTHEST + n * MINUTE for n in range(MOST_REMINDERS))
    milestones = tuple(str(10**11 + n) for n in range(MOST_MILESTONES))
    plan, action = MessagePlan(reminders[::-1], milestones), fundraiser()
    typed = plan_as_typed(say, plan, action)
    assert all(len(text) <= PLAN_LENGTH for text in typed.values())
    assert read_reminders(typed["reminders"], say.code) == plan.reminders
    assert read_milestones(typed["milestones"], action, say.code) == plan.milestones
