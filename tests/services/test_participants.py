"""Who takes part: the organisers' lists and files, what others may see, and who hides theirs."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import zipfile

import pytest

from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind
from domain.errors import Gone, NotAllowed
from domain.participant_records import FileForm
from domain.participants import EVERYBODY, FIRST, PAGE, ParticipantPage, Showing, Turn
from domain.servers import Actor
from domain.shifts import REMIND_BEFORE
from domain.sign_up_options import OptionLine
from domain.sign_ups import SignUpState
from services.task_lists import NewTask
from tests.databases import statements
from tests.services.test_shifts import a_stream, offer, take
from tests.services.test_task_deadlines import DUE, claim, with_tasks
from tests.services.world import (
    DAY,
    GUILD,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_GUILD,
    OTHER_ORGANISER,
    REVIEWER,
    World,
    at,
    fan,
    fundraiser,
    refused,
)

HOST = "=HYPERLINK(1) host"
"""An option that a spreadsheet would take for a formula."""


@pytest.fixture
async def action(world: World) -> Action:
    """A fundraiser with room for twenty, and an option."""
    draft = await world.draft(fundraiser(capacity=20))
    ids = (GUILD, draft.action_id)
    await world.services.sign_up_settings.set_options(ORGANISER, *ids, [OptionLine(HOST, None)])
    return await world.services.actions.publish(ORGANISER, *ids)


async def option_of(world: World, action: Action) -> int:
    found = await world.services.actions.find_whole(GUILD, action.action_id)
    (option,) = found.parts.options
    return option.option_id


async def join(world: World, action: Action, *numbers: int, option: int | None = None) -> None:
    for number in numbers:
        await world.services.sign_ups.join(fan(number), GUILD, action.action_id, option)


async def listed(
    world: World, action: Action, showing: Showing = EVERYBODY, turn: Turn = FIRST
) -> ParticipantPage:
    shown = world.services.participants.list
    return await shown(ORGANISER, GUILD, action.action_id, showing, turn)


def people(page: ParticipantPage) -> list[int]:
    """The numbers of the fans on a page."""
    return [each.user_id - fan(0).user_id for each in page.listed if each.user_id]


async def hide(world: World, *numbers: int) -> None:
    for number in numbers:
        await world.services.participants.hide_choices(fan(number), GUILD, hides=True)


# ---- For organisers


async def test_pages_turn_both_ways_by_place(world: World, action: Action) -> None:
    await join(world, action, *range(1, 41))
    first = await listed(world, action)
    assert (people(first), first.earlier) == (list(range(1, PAGE + 1)), None)
    assert first.later is not None
    second = await listed(world, action, turn=first.later)
    assert (people(second), second.later) == (list(range(PAGE + 1, 21)), None)
    assert second.earlier is not None
    assert people(await listed(world, action, turn=second.earlier)) == people(first)
    waiting = await listed(world, action, Showing(SignUpState.WAITLISTED))
    assert people(waiting)[0] == 21


async def test_a_page_takes_one_statement_beside_the_action_itself(
    world: World, action: Action
) -> None:
    await join(world, action, *range(1, 19))
    with statements() as before:
        await world.services.changing.find(ORGANISER, GUILD, action.action_id)
    with statements() as seen:
        await listed(world, action, turn=Turn(2))
    assert len(re.findall(r"FROM signup JOIN participant", " ".join(seen))) == 1
    assert len([s for s in seen if "SELECT" in s]) == len([s for s in before if "SELECT" in s]) + 1


async def test_filters_tell_who_left_and_who_has_an_option(world: World, action: Action) -> None:
    host = await option_of(world, action)
    await join(world, action, 1, 2, 3)
    await join(world, action, 4, option=host)
    await world.services.sign_ups.leave(fan(2), GUILD, action.action_id)
    assert people(await listed(world, action, Showing(SignUpState.LEFT))) == [2]
    assert people(await listed(world, action, Showing(option_id=host))) == [4]
    assert people(await listed(world, action, Showing(option_id=host + 1))) == []
    assert people(await listed(world, action, Showing(language="ko"))) == []


async def test_a_pledge_does_not_change_since_when_somebody_is_in(
    world: World, action: Action
) -> None:
    await join(world, action, 1)
    joined = world.clock.now()
    world.clock.set(joined + DAY)
    await world.services.sign_ups.pledge(fan(1), GUILD, action.action_id, 2500)
    (only,) = (await listed(world, action)).listed
    assert (only.since, only.sign_up.pledged) == (joined, 2500)


@pytest.mark.parametrize(
    ("who", "key"),
    [
        (fan(1), "refused.needs_organiser"),
        (REVIEWER, "refused.needs_organiser"),
        (OTHER_ORGANISER, "refused.not_your_action"),
    ],
)
async def test_nobody_but_its_organisers_sees_the_list_or_the_file(
    world: World, action: Action, who: Actor, key: str
) -> None:
    ids = (GUILD, action.action_id)
    with refused(key, NotAllowed):
        await world.services.participants.list(who, *ids)
    for form in FileForm:
        with refused(key, NotAllowed):
            async with world.services.participants.export(who, *ids, form):
                raise AssertionError
    with refused("refused.no_such_action", Gone):
        await world.services.participants.list(ORGANISER, OTHER_GUILD, action.action_id)
    await world.services.participants.list(MODERATOR, *ids)


# ---- Files


async def test_each_file_that_is_handed_out_is_written_down_first(
    world: World, action: Action
) -> None:
    draft, made = await world.draft(), world.services.participants.export
    for form in FileForm:
        await export(world, action, form)
    async with made(ORGANISER, GUILD, draft.action_id, FileForm.CSV):
        pass  # what is not published has no history, and can be discarded
    with pytest.raises(NotAllowed):
        async with made(fan(1), GUILD, action.action_id, FileForm.CSV):
            pass
    history = world.services.life_cycle.history
    _, events = await history(ORGANISER, GUILD, action.action_id, limit=9)
    written = [(e.user_id, e.detail["form"], e.at) for e in events if e.act is Act.EXPORTED]
    now = world.clock.now()
    assert sorted(written) == [(ORGANISER.user_id, form, now) for form in ("csv", "xlsx")]
    await world.services.actions.discard(ORGANISER, GUILD, draft.action_id)


async def export(world: World, action: Action, form: FileForm) -> bytes:
    made = world.services.participants.export(ORGANISER, GUILD, action.action_id, form)
    async with made as exported:
        path = exported.path
        assert path.name == f"participants-{action.number}.{form.value}"
        content = await asyncio.to_thread(path.read_bytes)
    assert not await asyncio.to_thread(path.parent.exists)
    return content


async def some_people(world: World, action: Action) -> None:
    """One by an option who pledged and logged, one who left, one who only logged."""
    await join(world, action, 1, option=await option_of(world, action))
    await join(world, action, 2)
    await world.services.sign_ups.pledge(fan(1), GUILD, action.action_id, 2550)
    await world.services.sign_ups.leave(fan(2), GUILD, action.action_id)
    await world.services.naming.name_me(fan(1), GUILD, "+Mina")
    world.clock.set(MOMENT)
    await world.log(action, fan(1), 1000, "GIFT-1")
    await world.log(action, fan(3), 500)


async def test_the_csv_says_everything_of_everybody_and_no_cell_is_a_formula(
    world: World, action: Action
) -> None:
    await world.services.servers.set_zone(MODERATOR, GUILD, "Asia/Seoul")
    await some_people(world, action)
    text = (await export(world, action, FileForm.CSV)).decode("utf-8-sig")
    first, left, other = csv.DictReader(io.StringIO(text))
    one = fan(1).user_id
    assert {
        "place": "1",
        "user_id": str(one),
        "mention": f"<@{one}>",
        "public_name": "'+Mina",
        "state": "in",
        "option": f"'{HOST}",
        "pledged": "25.50",
        "unit": "USD",
        "since": "2026-11-18T09:00:00Z",
        "since_here": "2026-11-18 18:00",
        "logged": "10.00",
        "proved": "10.00",
        "verified": "0.00",
    }.items() <= first.items()
    assert (left["state"], left["user_id"]) == ("left", str(fan(2).user_id))
    assert (other["state"], other["place"], other["logged"]) == ("not_signed_up", "", "5.00")


async def test_the_file_has_whoever_gave_what_does_not_count_and_nobody_who_took_it_back(
    world: World, action: Action
) -> None:
    world.clock.set(MOMENT)
    held = await world.log(action, fan(1), 10**12)
    back = await world.log(action, fan(2), 500)
    withdraw = world.services.contributions.withdraw
    await withdraw(fan(2), GUILD, back.contribution.contribution_id)
    assert held.contribution.held
    text = (await export(world, action, FileForm.CSV)).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["user_id"], row["held"]) == (str(fan(1).user_id), "10000000000.00")
    assert (row["state"], row["logged"]) == ("not_signed_up", "0.00")


async def test_the_spreadsheet_holds_the_same_and_no_formula(world: World, action: Action) -> None:
    await some_people(world, action)
    book = zipfile.ZipFile(io.BytesIO(await export(world, action, FileForm.XLSX)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 4
    assert "<f>" not in sheet
    assert f"'{HOST}" in sheet
    assert f"<t>{fan(1).user_id}</t>" in sheet, "an id is a text: as a number it is rounded"
    assert "<v>25.50</v>" in sheet


async def test_the_file_is_written_in_pieces(
    world: World, action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.participant_files.CHUNK", 3)
    await join(world, action, *range(1, 9))
    text = (await export(world, action, FileForm.CSV)).decode("utf-8-sig")
    places = [int(row["place"]) for row in csv.DictReader(io.StringIO(text))]
    assert places == list(range(1, 9))


async def test_the_shifts_of_a_stream_stand_in_it(world: World) -> None:
    action = await a_stream(world)
    await take(world, action, fan(1))
    text = (await export(world, action, FileForm.CSV)).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert re.fullmatch(r"2026-\S+Z/2026-\S+Z", row["shifts"])


# ---- What others see


async def test_others_see_who_is_in_only_where_the_server_shows_it(
    world: World, action: Action
) -> None:
    await join(world, action, 1, 2, 3)
    await hide(world, 2)
    show, ids = world.services.participants.who_is_in, (GUILD, action.action_id)
    with refused("refused.choices_not_public", NotAllowed):
        await show(*ids)
    await world.services.servers.set_choices_public(MODERATOR, GUILD, public=True)
    page = await show(*ids)
    assert [each.user_id for each in page.named] == [fan(1).user_id, fan(3).user_id]
    assert page.hidden == 1
    await world.services.participants.hide_choices(fan(2), GUILD, hides=False)
    assert (await show(*ids)).hidden == 0
    with refused("refused.no_such_action", Gone):
        await show(GUILD, (await world.draft()).action_id)


async def test_only_moderators_choose_whether_it_is_shown(world: World) -> None:
    with refused("refused.needs_manage_server", NotAllowed):
        await world.services.servers.set_choices_public(ORGANISER, GUILD, public=True)


async def test_organisers_see_who_hides_it_all_the_same(world: World, action: Action) -> None:
    await join(world, action, 1)
    await hide(world, 1)
    assert people(await listed(world, action)) == [1]


# ---- Who hides it is named in no channel


async def test_a_freed_place_is_told_directly_alone(world: World) -> None:
    action = await world.publish(fundraiser(capacity=1))
    await join(world, action, 1, 2)
    await hide(world, 2)
    await world.services.direct_messages.switch(fan(2).user_id, GUILD, on=True)
    await world.send_due()
    await world.services.sign_ups.leave(fan(1), GUILD, action.action_id)
    sent = await world.send_due()
    assert DeliveryKind.PROMOTED not in sent
    assert DeliveryKind.DIRECT in sent
    assert world.sender.sent[-1].addressee == fan(2).user_id


async def test_a_deadline_is_told_directly_alone(world: World) -> None:
    action = await with_tasks(world, NewTask("Poster", at(DUE)))
    await claim(world, action, 1)
    await hide(world, 1)
    await world.services.direct_messages.switch(fan(1).user_id, GUILD, on=True)
    world.clock.set(DUE - DAY)
    sent = await world.send_due()
    assert DeliveryKind.TASK not in sent
    assert DeliveryKind.DIRECT in sent
    (task,) = (await world.services.actions.find_whole(GUILD, action.action_id)).parts.tasks
    assert task.unnamed


async def test_of_a_shift_those_are_mentioned_who_do_not_hide_it(world: World) -> None:
    action = await a_stream(world)
    await take(world, action, fan(1))
    await take(world, action, fan(2))
    await hide(world, 1)
    for number in (1, 2):
        await world.services.direct_messages.switch(fan(number).user_id, GUILD, on=True)
    world.clock.set(action.parts.shifts[0].starts_at - REMIND_BEFORE)
    await world.send_due()
    (reminder,) = (o for o in world.sender.sent if o.delivery.kind is DeliveryKind.SHIFT)
    assert reminder.addressees == (fan(2).user_id,)
    directly = {o.addressee for o in world.sender.sent if o.delivery.kind is DeliveryKind.DIRECT}
    assert directly == {fan(1).user_id, fan(2).user_id}


async def test_nobody_is_offered_a_swap_for_what_somebody_hides(world: World) -> None:
    action = await a_stream(world)
    await take(world, action, fan(1))
    shifts, ids = world.services.shifts, (GUILD, action.action_id)
    assert len(await shifts.ahead_of(fan(1).user_id, *ids)) == 1
    await hide(world, 1)
    assert await shifts.ahead_of(fan(1).user_id, *ids) == []
    await offer(world, action, fan(1), fan(2))
    await world.send_due()
    (asked,) = (owed.offer for owed in world.sender.sent if owed.offer is not None)
    assert asked.giver_unnamed
    assert not asked.taker_unnamed
