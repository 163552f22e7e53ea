"""Actions: drafted, changed, published under the server's next number, discarded and found."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db.tables import action_total
from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind, DeliveryState
from domain.drafts import fingerprint
from domain.errors import Gone, NotAllowed, Refusal
from domain.kinds import Kind
from domain.servers import Actor
from services.actions import Actions, PreviewOutdated
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    NOW,
    ORGANISER,
    OTHER_GUILD,
    OTHER_ORGANISER,
    REVIEWER,
    World,
    fan,
    fundraiser,
    hashtag,
    refused,
)

Act = Callable[[Actions, Actor, int, int], Awaitable[Any]]

ON_DRAFTS: dict[str, Act] = {
    "redraft": lambda actions, actor, guild_id, action_id: actions.redraft(
        actor, guild_id, action_id, fundraiser("Changed"), language="en"
    ),
    "publish": lambda actions, actor, guild_id, action_id: actions.publish(
        actor, guild_id, action_id
    ),
    "discard": lambda actions, actor, guild_id, action_id: actions.discard(
        actor, guild_id, action_id
    ),
    "find": lambda actions, actor, guild_id, action_id: actions.find_draft(
        actor, guild_id, action_id
    ),
}


async def test_a_draft_is_stored_as_it_was_typed_without_a_number(world: World):
    typed = fundraiser("  Match a\n Million ", capacity=40, goal="10,000", cap="500.50")
    draft = await world.draft(typed)
    assert draft == await world.load(draft)
    assert draft == Action(
        guild_id=GUILD,
        action_id=draft.action_id,
        kind=Kind.FUNDRAISER,
        grants_role=True,
        title="Match a Million",
        state=ActionState.DRAFT,
        organiser_id=draft.organiser_id,
        organiser_user_id=ORGANISER.user_id,
        starts=typed.starts.wall,
        starts_at=MOMENT,
        ends=None,
        ends_at=MOMENT + DAY,
        log_until=MOMENT + 2 * DAY,
        unit_code="USD",
        created_at=NOW,
        goal=1_000_000,
        cap=50_050,
        capacity=40,
        fields={"link": "https://example.org/give"},
    )
    assert await world.records(draft) == []


async def test_an_end_that_was_typed_holds_instead_of_the_kinds_duration(world: World):
    typed = fundraiser(ends=MOMENT + 3 * HOUR)
    draft = await world.draft(typed)
    assert typed.ends is not None
    assert (draft.ends, draft.ends_at) == (typed.ends.wall, MOMENT + 3 * HOUR)
    assert draft.log_until == MOMENT + 3 * HOUR + DAY


async def test_what_cannot_be_taken_as_typed_is_refused_and_leaves_drafts_as_they_were(
    world: World,
):
    draft = await world.draft()
    actions = world.services.actions
    for typed, key in (
        (fundraiser(" \n"), "field.title.empty"),
        (fundraiser(ends=MOMENT), "when.end_before_start"),
        (fundraiser(link=""), "field.link.missing"),
        (fundraiser(currency="ABC"), "field.currency.unknown"),
        (hashtag(tag="two words"), "field.tag.spaces"),
        (hashtag("Our Day trend party"), "field.sealed.title"),
        (hashtag(prompt="Say #OurDay"), "field.sealed.prompt"),
    ):
        with refused(key):
            await world.draft(typed)
        with refused(key):
            await actions.redraft(ORGANISER, GUILD, draft.action_id, typed, language="en")
    assert await actions.search_drafts(ORGANISER, GUILD, "") == [draft]


async def test_a_draft_becomes_what_is_typed_next(world: World):
    """Kind and currency too, and with them the unit that is counted."""
    draft = await world.draft(fundraiser(capacity=3, goal="100"))
    changed = draft
    for typed in (
        fundraiser("Rupiah", MOMENT + HOUR, currency="IDR", goal="50000"),
        hashtag("Tag"),
        fundraiser("Yen", currency="JPY"),
    ):
        changed = await world.services.actions.redraft(
            ORGANISER, GUILD, draft.action_id, typed, language="en"
        )
        assert changed == await world.load(draft)
        assert changed.kind is typed.kind
        assert changed.capacity is None
    assert (changed.action_id, changed.title, changed.unit_code, changed.goal) == (
        draft.action_id,
        "Yen",
        "JPY",
        None,
    )
    async with world.database.read() as conn:
        totals = await conn.execute(select(action_total.c.unit_code))
        assert totals.scalars().all() == ["JPY"]


async def test_publishing_opens_the_action_and_owes_all_its_messages(world: World):
    action = await world.publish()
    assert (action.number, action.state, action.published_at) == (1, ActionState.OPEN, NOW)
    assert (
        action
        == await world.load(action)
        == await world.services.actions.find(GUILD, action.action_id)
    )
    owed = [(r.delivery.kind, r.delivery.due_at, r.try_at) for r in await world.records(action)]
    ahead = [due for kind, due, _ in owed if kind is DeliveryKind.AHEAD]
    assert ahead == [MOMENT - minutes * MINUTE for minutes in (120, 40, 15, 6)]
    assert [plan for plan in owed if plan[0] is not DeliveryKind.AHEAD] == [
        (kind, due, due)
        for kind, due in (
            (DeliveryKind.ANNOUNCEMENT, NOW),
            (DeliveryKind.CARD, NOW),
            (DeliveryKind.REMINDER, MOMENT - DAY),
            (DeliveryKind.REMINDER, MOMENT - HOUR),
            (DeliveryKind.PREFLIGHT, MOMENT - HOUR / 2),
            (DeliveryKind.MOMENT, MOMENT),
            (DeliveryKind.LAST_HOUR, MOMENT + DAY - HOUR),
            (DeliveryKind.CLOSING, MOMENT + DAY),
            (DeliveryKind.DIGEST, MOMENT + DAY),
            (DeliveryKind.TALLY, MOMENT + 2 * DAY),
        )
    ]
    assert {r.state for r in await world.records(action)} == {DeliveryState.PENDING}


OWED = 14
"""Deliveries of an action with nothing special about it."""

REMINDERS = {
    DAY + 6 * MINUTE: [DAY, HOUR],
    DAY + 5 * MINUTE: [HOUR],
    23 * HOUR: [HOUR],
    HOUR + 4 * MINUTE: [],
    MINUTE: [],
}


async def test_only_reminders_that_are_still_ahead_are_owed(world: World):
    """Published that long before the moment, these are owed, so long before it."""
    found: dict[timedelta, list[timedelta]] = {}
    for ahead in REMINDERS:
        world.clock.set(MOMENT - ahead)
        records = await world.records(await world.publish())
        found[ahead] = [
            MOMENT - r.delivery.due_at for r in records if r.delivery.kind is DeliveryKind.REMINDER
        ]
    assert found == REMINDERS


async def test_numbers_are_consecutive_in_each_server_and_discarded_drafts_take_none(world: World):
    await world.set_up(OTHER_GUILD)
    first, dropped, second = [await world.draft() for _ in range(3)]
    await world.services.actions.discard(ORGANISER, GUILD, dropped.action_id)
    numbers = [
        (await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)).number
        for draft in (second, first)
    ]
    assert numbers == [1, 2]
    assert (await world.publish(guild_id=OTHER_GUILD)).number == 1
    assert (await world.publish()).number == 3


async def test_a_publishing_that_is_refused_takes_no_number(world: World):
    late = await world.draft(fundraiser(starts=NOW + MINUTE))
    world.clock.advance(MINUTE)
    with refused("publish.past"):
        await world.services.actions.publish(ORGANISER, GUILD, late.action_id)
    assert await world.load(late) == late
    assert (await world.publish()).number == 1


async def test_drafts_published_at_once_get_every_number_once(world: World):
    drafts = [await world.draft(fundraiser(f"Action {n}")) for n in range(20)]
    published = await asyncio.gather(
        *(world.services.actions.publish(ORGANISER, GUILD, d.action_id) for d in drafts)
    )
    assert sorted(action.number or 0 for action in published) == list(range(1, 21))
    for action in published:
        assert len(await world.records(action)) == OWED


async def test_a_draft_published_five_times_at_once_is_published_once(world: World):
    draft = await world.draft()
    outcomes = await asyncio.gather(
        *(world.services.actions.publish(ORGANISER, GUILD, draft.action_id) for _ in range(5)),
        return_exceptions=True,
    )
    refusals = [outcome.key for outcome in outcomes if isinstance(outcome, Refusal)]
    assert refusals == ["refused.published_already"] * 4
    assert len(await world.records(draft)) == OWED
    assert (await world.publish()).number == 2


async def test_what_is_published_is_no_draft_any_more(world: World):
    action = await world.publish()
    for act in ON_DRAFTS.values():
        with refused("refused.published_already", number="1"):
            await act(world.services.actions, ORGANISER, GUILD, action.action_id)
    assert await world.load(action) == action


async def test_an_action_whose_moment_has_passed_is_not_published(world: World):
    """Not even at the moment itself."""
    draft = await world.draft()
    for now in (MOMENT, MOMENT + DAY):
        world.clock.set(now)
        with refused("publish.past"):
            await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)
    assert await world.records(draft) == []


async def test_without_a_channel_nothing_is_published(world: World):
    draft = await world.draft()
    await world.services.servers.set_channel(MODERATOR, GUILD, None)
    with refused("publish.no_channel"):
        await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)
    assert await world.load(draft) == draft


async def test_a_draft_belongs_to_its_author_but_a_moderator_may_act_on_it(world: World):
    for act in ON_DRAFTS.values():
        draft = await world.draft()
        with refused("refused.not_your_draft", NotAllowed):
            await act(world.services.actions, OTHER_ORGANISER, GUILD, draft.action_id)
        assert await world.load(draft) == draft
        await act(world.services.actions, MODERATOR, GUILD, draft.action_id)


async def test_only_organisers_run_actions(world: World):
    """Nor does their own draft stay with those who have lost the role."""
    draft = await world.draft()
    actions = world.services.actions
    for actor in (fan(1), REVIEWER, Actor(ORGANISER.user_id)):
        for act in ON_DRAFTS.values():
            with refused("refused.needs_organiser", NotAllowed):
                await act(actions, actor, GUILD, draft.action_id)
        with refused("refused.needs_organiser", NotAllowed):
            await actions.draft(actor, GUILD, fundraiser(), language="en")
    assert await world.load(draft) == draft


async def test_where_no_role_is_set_members_are_told_so_and_moderators_may(world: World):
    with refused("refused.no_organiser_role", NotAllowed):
        await world.services.actions.draft(ORGANISER, OTHER_GUILD, fundraiser(), language="en")
    await world.services.actions.draft(MODERATOR, OTHER_GUILD, fundraiser(), language="en")


async def test_what_another_server_has_does_not_exist_here(world: World):
    """Neither its drafts nor its actions, not even for somebody who runs both servers."""
    await world.set_up(OTHER_GUILD)
    actions = world.services.actions
    draft, action = await world.draft(), await world.publish()
    for act in ON_DRAFTS.values():
        for theirs in (draft, action):
            with refused("refused.no_such_draft", Gone):
                await act(actions, MODERATOR, OTHER_GUILD, theirs.action_id)
    with refused("refused.no_such_action", Gone):
        await actions.find(OTHER_GUILD, action.action_id)
    assert await world.load(draft) == draft
    assert await world.load(action) == action


async def test_a_discarded_draft_is_gone_with_its_totals(world: World):
    draft, other = await world.draft(), await world.draft()
    assert await world.services.actions.discard(ORGANISER, GUILD, draft.action_id) == draft
    with refused("refused.no_such_draft", Gone):
        await world.services.actions.discard(ORGANISER, GUILD, draft.action_id)
    assert await world.services.actions.search_drafts(ORGANISER, GUILD, "") == [other]
    async with world.database.read() as conn:
        rows = select(func.count()).select_from(action_total)
        assert await conn.scalar(rows) == 1


async def test_a_draft_is_not_found_as_an_action(world: World):
    draft = await world.draft()
    with refused("refused.no_such_action", Gone):
        await world.services.actions.find(GUILD, draft.action_id)


FOUND = {
    "": [4, 3, 2, 1],
    "2": [2],
    "#2": [2],
    " #3 ": [3],
    "총공": [2],
    "데뷔 3주": [2],
    "éclair": [3],
    "ДЕНЬ": [3],
    "MILLION": [1],
    "100%": [4],
    "%": [4],
    "_": [],
    "#99999999999999999999": [],
    "²": [],
    "trend party": [],
}


async def test_actions_are_found_by_number_and_by_any_part_of_the_title(world: World):
    """In any case and script, newest first; drafts and other servers' actions are not."""
    await world.set_up(OTHER_GUILD)
    for title in ("Match a Million", "데뷔 3주년 총공", "ÉCLAIR день", "100% streams"):
        await world.publish(fundraiser(title))
    await world.publish(fundraiser("Match a Million, elsewhere"), OTHER_GUILD)
    await world.draft(hashtag("Trend party #2"))
    search = world.services.actions.search
    found = {
        text: [action.number for action in await search(GUILD, text, states=[ActionState.OPEN])]
        for text in FOUND
    }
    assert found == FOUND


async def test_a_search_is_cut_and_keeps_to_the_states_asked_for(world: World):
    for n in range(4):
        await world.publish(fundraiser(f"Action {n}"))
    search = world.services.actions.search
    cut = await search(GUILD, "action", states=[ActionState.OPEN], limit=3)
    assert [action.number for action in cut] == [4, 3, 2]
    assert await search(GUILD, "action", states=[ActionState.FINAL]) == []
    assert await search(GUILD, "action", states=[]) == []


async def test_everybody_finds_their_own_drafts_only(world: World):
    mine = await world.draft(fundraiser("데뷔 총공"))
    await world.publish(fundraiser("데뷔 총공, published"))
    theirs = await world.services.actions.draft(
        OTHER_ORGANISER, GUILD, fundraiser("데뷔 총공, theirs"), language="ko"
    )
    search = world.services.actions.search_drafts
    assert await search(ORGANISER, GUILD, "총공") == [mine]
    assert await search(OTHER_ORGANISER, GUILD, "") == [theirs]
    assert await search(ORGANISER, GUILD, "nothing like it") == []
    assert await search(ORGANISER, OTHER_GUILD, "") == []
    assert await search(fan(1), GUILD, "") == []
    assert await search(MODERATOR, GUILD, "") == [theirs, mine]
    assert await search(MODERATOR, OTHER_GUILD, "") == []


async def test_a_draft_is_published_only_as_it_was_shown(world: World):
    draft = await world.draft(fundraiser("Old", ends=MOMENT + HOUR, capacity=3, goal="10"))
    actions = world.services.actions
    shown = fingerprint(draft)
    assert shown == fingerprint(await world.load(draft)), "what is stored reads back alike"
    changed = fundraiser("New", ends=MOMENT + HOUR, capacity=3, goal="10")
    await actions.redraft(ORGANISER, GUILD, draft.action_id, changed, language="en")
    with pytest.raises(PreviewOutdated) as outdated:
        await actions.publish(ORGANISER, GUILD, draft.action_id, shown=shown)
    now = outdated.value.draft
    assert now.title == "New"
    assert (await world.load(draft)).number is None
    published = await actions.publish(ORGANISER, GUILD, draft.action_id, shown=fingerprint(now))
    assert published.number == 1
