"""Everybody is answered in the language that they chose, without asking the database each time."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from db.engine import Database
from services.group_commit import GroupCommit
from services.languages import Languages
from tests.databases import statements


@pytest.fixture
async def commit(database: Database) -> AsyncGenerator[GroupCommit]:
    made = GroupCommit(database)
    made.start()
    yield made
    await made.close()


async def test_a_choice_holds_at_once_and_after_a_restart(database: Database, commit: GroupCommit):
    languages = Languages(database, commit)
    await languages.start()
    assert await languages.of(1) is None
    await languages.choose(1, "ko")
    await languages.choose(2, "ko")
    await languages.choose(2, None)
    assert [await languages.of(user) for user in (1, 2, 3)] == ["ko", None, None]
    again = Languages(database, commit)
    await again.start()
    assert [await again.of(user) for user in (1, 2, 3)] == ["ko", None, None]


async def test_a_click_asks_the_database_nothing(database: Database, commit: GroupCommit):
    languages = Languages(database, commit)
    await languages.choose(1, "ko")
    await languages.start()
    with statements() as said:
        assert [await languages.of(user) for user in (1, 2, 3, 1)] == ["ko", None, None, "ko"]
    assert said == []


async def test_of_too_many_those_are_read_who_come(database: Database, commit: GroupCommit):
    before = Languages(database, commit)
    for user in range(1, 6):
        await before.choose(user, "ko")
    languages = Languages(database, commit, most=2)
    await languages.start()
    assert [await languages.of(user) for user in (1, 2, 3, 4, 5, 6)] == ["ko"] * 5 + [None]
    with statements() as said:
        assert [await languages.of(user) for user in (6, 5)] == [None, "ko"]
    assert said == []
    await languages.choose(3, "en")
    assert await languages.of(3) == "en"


async def test_a_choice_beyond_what_is_kept_is_found_again(database: Database, commit: GroupCommit):
    languages = Languages(database, commit, most=2)
    await languages.start()
    for user in (1, 2, 3):
        await languages.choose(user, "ko")
    assert [await languages.of(user) for user in (1, 2, 3)] == ["ko"] * 3
