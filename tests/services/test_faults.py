"""Faults told to the operator: merged, seldom, in words of ours alone, and never in circles."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import pytest

from domain.faults import FaultReport
from services.faults import MOST_LINES, Faults
from tests.services.stand_ins import RecordingSender, SetClock, forbidden
from tests.services.world import HOUR, MINUTE, NOW, PATIENCE

OPERATOR = 175928847299117063
OURS = logging.getLogger("services.courier")
THEIRS = logging.getLogger("discord.client")


class Post:
    """Faults at work, with the sender that records what the operator is told."""

    def __init__(self, operator_id: int | None = OPERATOR) -> None:
        self.clock = SetClock(NOW)
        self.sender = RecordingSender()
        self.faults = Faults(self.clock, self.sender, operator_id, gather=0)

    @property
    def told(self) -> list[FaultReport]:
        return [report for _, report in self.sender.operator_told]

    async def lines_after(self, passed: timedelta = timedelta(0)) -> list[dict[str, int]]:
        """What was told in all, some time later."""
        self.clock.advance(passed)
        await self.faults.tell()
        return [dict(report.lines) for report in self.told]


@asynccontextmanager
async def a_post(operator_id: int | None = OPERATOR) -> AsyncGenerator[Post]:
    """The handler stands in the real logging; its task waits, so that tests tell step by step."""
    post = Post(operator_id)
    post.faults.start()
    try:
        yield post
    finally:
        await post.faults.stop()


@pytest.fixture
async def post() -> AsyncGenerator[Post]:
    async with a_post() as made:
        yield made


@contextmanager
def warnings_of(name: str) -> Generator[list[str]]:
    """What a logger says from warnings on."""
    found: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(f"{record.levelname} {record.getMessage()}")

    keep = Keep(logging.WARNING)
    logging.getLogger(name).addHandler(keep)
    try:
        yield found
    finally:
        logging.getLogger(name).removeHandler(keep)


async def test_errors_are_merged_and_told_at_most_every_ten_minutes(post: Post) -> None:
    OURS.warning("a warning is no fault")
    for _ in range(2):
        OURS.error("delivery %s/%s failed for good: %s", 1, 22, "forbidden")
    OURS.error("delivery %s/%s failed for good: %s", 1, 23, "forbidden")
    first = {
        "services.courier: delivery 1/22 failed for good: forbidden": 2,
        "services.courier: delivery 1/23 failed for good: forbidden": 1,
    }
    assert await post.lines_after(2 * MINUTE) == [first]
    assert (post.told[0].count, post.told[0].minutes) == (3, 2)
    assert post.sender.operator_told[0][0] == OPERATOR
    OURS.error("again")
    assert await post.lines_after(9 * MINUTE) == [first]
    OURS.error("again")
    assert await post.lines_after(MINUTE) == [first, {"services.courier: again": 2}]
    assert post.told[1].minutes == 10
    assert len(await post.lines_after(HOUR)) == 2, "nothing happened since"


async def test_only_words_of_ours_ids_and_types_are_told(post: Post) -> None:
    secret = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.made-up_made-up"
    try:
        raise ValueError(f"Hana typed {secret}")
    except ValueError:
        OURS.exception("unexpected error %s", "0a1b2c3d")
        THEIRS.exception("Ignoring exception in view %s for item %s", "Hana", secret)
    OURS.error("the chart ended with %s: %s", 1, "no glyph for 총공\nHana's action")
    OURS.error("on %s\nsecond line", secret)
    THEIRS.error(f"Task failed: {secret}")
    assert list(post.told) == []
    (told,) = await post.lines_after()
    assert list(told) == [
        "services.courier: unexpected error 0a1b2c3d: ValueError",
        "discord.client: ValueError",
        "services.courier: the chart ended with 1: …",
        "services.courier: on …",
        "discord.client",
    ]
    assert "Hana" not in str(post.told)
    assert secret not in str(post.told)


async def test_what_does_not_fit_is_counted(post: Post) -> None:
    for number in range(MOST_LINES + 5):
        OURS.error("fault %s", number)
    await post.faults.tell()
    (report,) = post.told
    assert (report.count, len(report.lines), report.unnamed) == (MOST_LINES + 5, MOST_LINES, 5)


async def test_a_message_that_fails_is_a_warning_and_waits_for_an_hour(post: Post) -> None:
    post.sender.fail_to_tell_operator(forbidden())
    OURS.error("first")
    with warnings_of("services.faults") as warnings:
        assert await post.lines_after() == []
        assert warnings == ["WARNING the operator was not told of 1 faults: forbidden"]
        OURS.error("second")
        assert await post.lines_after(59 * MINUTE) == []
        assert len(warnings) == 1
    (told,) = await post.lines_after(MINUTE)
    assert told == {"services.courier: first": 1, "services.courier: second": 1}, "nothing is lost"


async def test_faults_while_it_tells_go_in_no_circle(post: Post) -> None:
    class Broken(RecordingSender):
        async def tell_operator(self, user_id: int, report: FaultReport) -> None:
            OURS.error("telling failed too")
            await super().tell_operator(user_id, report)

    post.faults._sender = sender = Broken()
    OURS.error("first")
    await post.faults.tell()
    post.clock.advance(HOUR)
    await post.faults.tell()
    assert [dict(report.lines) for _, report in sender.operator_told] == [
        {"services.courier: first": 1}
    ]


async def test_it_tells_by_itself_once_the_bot_is_ready_whatever_thread_failed() -> None:
    async with a_post() as post:
        thread = threading.Thread(target=lambda: OURS.error("in a thread"))
        thread.start()
        thread.join()
        await asyncio.sleep(0)
        assert post.told == []
        post.sender.ready.set()
        async with asyncio.timeout(PATIENCE):
            await post.sender.was_told.wait()
        assert dict(post.told[0].lines) == {"services.courier: in a thread": 1}


async def test_without_an_operator_and_after_the_end_nothing_is_collected() -> None:
    async with a_post(None) as nobody:
        OURS.error("unheard")
        assert await nobody.lines_after() == []
    async with a_post() as post:
        pass
    OURS.error("too late")
    assert await post.lines_after() == []
