"""Entries to an open call: taken from publishing to the end, kept with their files, purged."""

from __future__ import annotations

import pytest

from db.queries.attachments import load_attachments
from domain.actions import Action
from domain.entries import MOST_BYTES, MOST_ENTRIES, MOST_FILES, EntryFile
from domain.errors import Gone, NotAllowed
from domain.kinds import Kind, ProofKind
from domain.ledger import HeldReason
from domain.totals import Total
from services.actions import Typed
from services.entries import ShownEntry
from tests.services.world import (
    DAY,
    GUILD,
    MOMENT,
    ORGANISER,
    OTHER_GUILD,
    REVIEWER,
    SECOND,
    World,
    at,
    fan,
    hashtag,
    refused,
)

LINK = "https://example.org/letter"
PICTURE = EntryFile("letter.png", "image/png", b"\x89PNG" + bytes(100))
TEXT = EntryFile("../letter.txt", "text/plain; charset=utf-8", b"Dear all")


@pytest.fixture
async def call(world: World) -> Action:
    """An open call that was published and whose moment is ahead."""
    texts = {"recipient": "The label", "rules": "One page, by hand"}
    typed = Typed(Kind.SUBMISSION, "Fan letters", at(MOMENT), at(MOMENT + DAY), None, texts)
    return await world.publish(typed)


async def test_entries_count_from_publishing_to_the_end(world: World, call: Action):
    ids = (GUILD, call.action_id)
    early = await world.services.entries.enter(fan(1), *ids, link=LINK, caption="To you")
    assert (early.contribution.proof, early.contribution.held) == (ProofKind.LINK, None)
    world.clock.set(MOMENT + DAY - SECOND)
    late = await world.services.entries.enter(fan(2), *ids, link=LINK)
    assert late.contribution.held is None
    assert await world.total(call) == Total(2, 2, 2, 2)
    world.clock.set(MOMENT + DAY)
    held = await world.services.entries.enter(fan(3), *ids, link=LINK)
    assert held.contribution.held is HeldReason.OUTSIDE_WINDOW
    world.clock.set(call.late_until)
    with refused("refused.state.final"):
        await world.services.entries.enter(fan(4), *ids, link=LINK)


async def test_files_are_kept_and_are_proof(world: World, call: Action):
    entries, ids = world.services.entries, (GUILD, call.action_id)
    await entries.enter(fan(1), *ids, files=[PICTURE, TEXT], caption="To you")
    shown = await entries.show(REVIEWER, *ids)
    assert isinstance(shown, ShownEntry)
    assert shown.contribution.proof is ProofKind.FILE
    assert shown.files == [PICTURE, EntryFile("letter.txt", "text/plain", b"Dear all")]
    assert shown.proofs == {"file": "letter.png, letter.txt", "note": "To you"}
    assert (shown.user_id, shown.index, shown.total) == (fan(1).user_id, 0, 1)
    assert await world.total(call) == Total(1, 1, 1, 1)


async def test_an_entry_has_something_in_it_and_bounds(world: World, call: Action):
    big = EntryFile("big.mp4", "video/mp4", bytes(MOST_BYTES + 1))
    for files, key in (
        ([], "entries.empty"),
        ([PICTURE] * (MOST_FILES + 1), "entries.too_many_files"),
        ([PICTURE, big], "entries.file_too_large"),
        ([EntryFile("nothing", "text/plain", b"")], "entries.empty_file"),
    ):
        with refused(key):
            await world.services.entries.enter(fan(1), GUILD, call.action_id, files=files)
    assert await world.total(call) == Total()


async def test_one_person_sends_so_many_and_withdrawn_ones_make_room(world: World, call: Action):
    entries, ids = world.services.entries, (GUILD, call.action_id)
    logged = [await entries.enter(fan(1), *ids, link=f"{LINK}/{n}") for n in range(MOST_ENTRIES)]
    with refused("entries.too_many"):
        await entries.enter(fan(1), *ids, link=f"{LINK}/more")
    first = logged[0].contribution.contribution_id
    await world.services.contributions.withdraw(fan(1), GUILD, first)
    await entries.enter(fan(1), *ids, link=f"{LINK}/more")
    assert (await world.total(call)).logged == MOST_ENTRIES


async def test_withdrawing_purges_the_files_and_the_same_ones_are_held(world: World, call: Action):
    entries, ids = world.services.entries, (GUILD, call.action_id)
    first = await entries.enter(fan(1), *ids, files=[PICTURE])
    ledger_id = first.contribution.contribution_id
    await world.services.contributions.withdraw(fan(1), GUILD, ledger_id)
    async with world.database.read() as conn:
        assert await load_attachments(conn, GUILD, ledger_id) == []
    again = await entries.enter(fan(1), *ids, files=[PICTURE])
    assert again.contribution.held is HeldReason.SAME_CODE
    other = await entries.enter(fan(2), *ids, files=[PICTURE])
    assert other.contribution.held is None


async def test_organisers_look_through_all_that_were_not_withdrawn(world: World, call: Action):
    entries, ids = world.services.entries, (GUILD, call.action_id)
    assert isinstance(await entries.show(ORGANISER, *ids), Action)
    logged = [await entries.enter(fan(n), *ids, link=LINK) for n in range(3)]
    numbers = [one.contribution.contribution_id for one in logged]
    await world.services.contributions.withdraw(fan(1), GUILD, numbers[1])
    await world.services.reviews.do_not_count(REVIEWER, GUILD, numbers[2], "not by hand")
    seen = [await entries.show(ORGANISER, *ids, index) for index in (0, 1, 99)]
    assert all(isinstance(one, ShownEntry) for one in seen)
    found = [one.contribution.contribution_id for one in seen if isinstance(one, ShownEntry)]
    assert found == [numbers[0], numbers[2], numbers[2]]


async def test_members_see_nobodys_entries(world: World, call: Action):
    await world.services.entries.enter(fan(1), GUILD, call.action_id, link=LINK)
    with refused("refused.needs_reviewer", NotAllowed):
        await world.services.entries.show(fan(1), GUILD, call.action_id)


async def test_only_an_open_call_of_this_server_takes_entries(world: World, call: Action):
    await world.set_up(OTHER_GUILD)
    trend = await world.publish(hashtag())
    entries = world.services.entries
    with refused("entries.not_here"):
        await entries.enter(fan(1), GUILD, trend.action_id, link=LINK)
    with refused("entries.not_here"):
        await entries.show(REVIEWER, GUILD, trend.action_id)
    with refused("refused.no_such_action", Gone):
        await entries.enter(fan(1), OTHER_GUILD, call.action_id, link=LINK)
    with refused("refused.log_by.enter"):
        await world.log(call, fan(1), 1, LINK)
