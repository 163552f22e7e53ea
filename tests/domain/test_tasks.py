"""Tasks: how they stand, in which order they are looked for, and how a typed list is cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.tasks import (
    TITLE_LENGTH,
    Task,
    TaskCounts,
    TaskState,
    count_tasks,
    cut_lines,
    deadlines_moved,
    in_turn,
    move_deadlines,
    read_task_title,
)
from domain.walls import Wall

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ME, OTHER = 7, 8

FREE = Task(1, "Poster")
FREE_SOON = Task(2, "Banner", due_at=NOW + DAY)
MINE = Task(3, "Subtitles", due_at=NOW + 3 * DAY, claimed_by=ME, claimed_at=NOW)
THEIRS_LATE = Task(4, "Thread", due_at=NOW - DAY, claimed_by=OTHER, claimed_at=NOW)
DONE = Task(5, "Logo", due_at=NOW - DAY, claimed_by=OTHER, claimed_at=NOW, contribution_id=9)
OF_A_DELETED_PERSON = Task(6, "Video", claimed_at=NOW)
ALL = (DONE, FREE, THEIRS_LATE, OF_A_DELETED_PERSON, MINE, FREE_SOON)


def test_a_task_is_free_then_claimed_then_done():
    assert [task.state for task in (FREE, MINE, DONE)] == [*TaskState]


def test_a_task_of_a_deleted_person_is_not_free_for_all():
    assert OF_A_DELETED_PERSON.state is TaskState.CLAIMED


def test_what_is_done_is_never_overdue():
    assert [task.overdue(NOW) for task in (THEIRS_LATE, DONE, FREE, FREE_SOON)] == [
        *(True, False, False, False)
    ]
    assert FREE_SOON.overdue(NOW + DAY)


def test_counts_tell_the_next_deadline_of_what_is_not_done():
    assert count_tasks(ALL, NOW) == TaskCounts(6, 1, 2, 1, NOW + DAY)
    assert count_tasks((), NOW) == TaskCounts(0, 0, 0, 0, None)


def test_ones_own_come_first_then_free_ones_by_deadline_and_done_ones_last():
    assert in_turn(ALL, ME) == [MINE, FREE_SOON, FREE, THEIRS_LATE, OF_A_DELETED_PERSON, DONE]


def test_deadlines_keep_their_hour_where_the_clocks_change_and_what_is_done_its_day():
    before = Wall(datetime(2026, 10, 23, 20), "Europe/Berlin")
    at = datetime(2026, 10, 23, 18, tzinfo=UTC)
    task = Task(1, "Poster", before, at)
    moved = move_deadlines([task, replace(task, contribution_id=9), FREE], 7 * DAY, at)
    assert moved == (
        Task(1, "Poster", Wall(datetime(2026, 10, 30, 20), "Europe/Berlin"), at + 7 * DAY + HOUR),
    )
    assert deadlines_moved([task], moved)
    assert not deadlines_moved([FREE_SOON], moved), "it was not there"
    assert move_deadlines([task], -DAY, at) == (), "it would be overdue at once"


def test_a_list_is_cut_into_names_and_deadlines():
    typed = [
        *("Poster design | Fri 20:00", "", "- Subtitles"),
        *("2. Thread ｜ 24 Nov 18:00", "• A | B | tomorrow 8pm"),
    ]
    assert [(line.title.strip(), line.due) for line in cut_lines("\n".join(typed))] == [
        ("Poster design", "Fri 20:00"),
        ("Subtitles", ""),
        ("Thread", "24 Nov 18:00"),
        ("A | B", "tomorrow 8pm"),
    ]


def test_a_deadline_without_a_name_is_not_lost_in_silence():
    (line,) = cut_lines(" | Fri 20:00 ")
    with pytest.raises(Refusal, match="no_title"):
        read_task_title(line.title)


@given(st.text(max_size=300))
def test_every_line_keeps_what_was_typed(text: str):
    for line in cut_lines(text):
        assert line.line in text
        assert line.due in line.line
        assert line.title in line.line


@given(st.text(max_size=120))
def test_a_name_fits_or_is_refused(text: str):
    visible = any(character.isalnum() for character in text)
    length = len(" ".join(text.split()))
    if visible and length <= TITLE_LENGTH:
        assert read_task_title(text) == " ".join(text.split())
    else:
        with pytest.raises(Refusal, match=r"tasks\.(no_title|title_too_long)"):
            read_task_title(text)
