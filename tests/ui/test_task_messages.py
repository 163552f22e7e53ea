"""The reminder of a task's deadline: whom it pings, that it fits, and when it helps nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actions import Action
from domain.deliveries import DeliveryKind
from domain.kinds import Kind
from domain.parts import Parts
from domain.tasks import TITLE_LENGTH, Task
from locales import Language
from tests.domain.ledgers import START
from tests.ui.subjects import ALL_LANGUAGES, HOUR, hashtag, labels_of, owe
from tests.ui.test_shift_messages import pinged
from ui.messages import draw_message

DAY = timedelta(days=1)
MINE = Task(5, "*" * TITLE_LENGTH, due_at=START + DAY, claimed_by=10**19, claimed_at=START)


def project(*tasks: Task) -> Action:
    made = hashtag(kind=Kind.PROJECT, unit_code="tasks", title="*" * 100, fields={})
    return replace(made, parts=Parts(tasks=tasks))


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=lambda say: say.code)
def test_it_pings_who_has_the_task_alone_and_leads_to_it(say: Language) -> None:
    owed = owe(
        DeliveryKind.TASK, project(MINE), START, item=5, due_at=START - HOUR, addressee=10**19
    )
    assert not owed.pointless
    assert replace(owed, addressee=None).pointless, "they have muted the project"
    drawn = draw_message(say, owed)
    assert drawn.content is not None
    assert drawn.content.startswith(f"<@{10**19}> ")
    assert say("button.tasks") in drawn.content.splitlines()[0]
    assert len(drawn.content) <= 2000
    assert pinged(drawn.allowed_mentions) == ([10**19], [], False)
    assert "tasks" in labels_of(drawn.view)


@pytest.mark.parametrize(
    "tasks",
    [
        (),
        (replace(MINE, task_id=6),),
        (replace(MINE, claimed_by=None, claimed_at=None),),
        (replace(MINE, claimed_by=None),),
        (replace(MINE, contribution_id=9),),
        (replace(MINE, due_at=START),),
        (replace(MINE, due_at=None),),
    ],
)
def test_it_helps_nobody_once_the_task_is_gone_free_done_or_overdue(
    tasks: tuple[Task, ...],
) -> None:
    assert owe(DeliveryKind.TASK, project(*tasks), START, item=5).pointless
