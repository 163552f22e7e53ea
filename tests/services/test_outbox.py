"""What is owed as its organisers see it: shelves, and sending or dropping single messages."""

from __future__ import annotations

from urllib.request import urlopen

import pytest

from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import Gone, NotAllowed
from domain.life_cycle import Step
from domain.outbox import Entry, Shelf
from services.actions import Typed
from services.metrics import Metrics
from tests.services.stand_ins import forbidden, unreachable
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
    World,
    at,
    fan,
    fundraiser,
    refused,
)

K = DeliveryKind
SENT, PENDING, CANCELLED, FAILED = (
    DeliveryState.SENT,
    DeliveryState.PENDING,
    DeliveryState.CANCELLED,
    DeliveryState.FAILED,
)


async def shelf(world: World, which: Shelf, action: Action | None = None) -> list[Entry]:
    action_id = None if action is None else action.action_id
    shown = await world.services.outbox.list(ORGANISER, GUILD, which, action_id=action_id, limit=50)
    return list(shown.entries)


async def first(world: World, action: Action, kind: DeliveryKind) -> int:
    """The id of the action's delivery of a kind that is due first."""
    return next(
        r.delivery.delivery_id for r in await world.records(action) if r.delivery.kind is kind
    )


async def announced(world: World, typed: Typed | None = None) -> Action:
    action = await world.publish(typed)
    await world.send_due()
    world.sender.sent.clear()
    return action


async def reword(world: World, action: Action) -> None:
    """Change an action so that everything is planned anew."""
    ids = (ORGANISER, GUILD, action.action_id)
    await world.services.life_cycle.take(*ids, Step.CLOSE_SIGN_UPS)


async def test_what_comes_stands_by_when_and_what_was_sent_backwards(world: World):
    action = await announced(world)
    coming = await shelf(world, Shelf.COMING)
    due = [entry.delivery.due_at for entry in coming]
    assert due == sorted(due)
    assert {K.REMINDER, K.MOMENT, K.CLOSING, K.TALLY} <= {e.delivery.kind for e in coming}
    world.clock.set(MOMENT - DAY)
    await world.send_due()
    sent = await shelf(world, Shelf.SENT, action)
    assert sent[0].delivery.kind is K.REMINDER
    assert all(entry.post is not None and entry.lateness is None for entry in sent)
    assert await shelf(world, Shelf.PROBLEMS) == []


async def test_how_late_it_was_and_why_it_failed_can_be_read(world: World):
    action = await announced(world)
    world.clock.set(MOMENT - 5 * HOUR)
    world.sender.fail(K.MOMENT, forbidden())
    await world.send_due()
    (late,) = [e for e in await shelf(world, Shelf.SENT, action) if e.lateness]
    assert (late.delivery.kind, late.lateness) == (K.REMINDER, 19 * HOUR)
    world.clock.set(MOMENT)
    await world.send_due()
    failed = [e for e in await shelf(world, Shelf.PROBLEMS, action) if e.state is FAILED]
    assert [(e.delivery.kind, e.error) for e in failed] == [(K.MOMENT, "forbidden")]
    await world.services.outbox.send_now(ORGANISER, GUILD, failed[0].delivery.delivery_id)
    assert K.MOMENT in await world.send_due()


async def test_a_page_tells_whether_there_are_more(world: World):
    action = await announced(world)
    everything = await shelf(world, Shelf.COMING, action)
    ids = (ORGANISER, GUILD, Shelf.COMING)
    pages = [
        await world.services.outbox.list(*ids, limit=2, offset=offset)
        for offset in range(0, len(everything), 2)
    ]
    assert [entry for page in pages for entry in page.entries] == everything
    assert [page.more for page in pages] == [True] * (len(pages) - 1) + [False]


async def test_each_organiser_sees_their_own_and_moderators_see_all(world: World):
    await announced(world)
    theirs = await world.services.actions.draft(
        OTHER_ORGANISER, GUILD, fundraiser("Theirs"), language="en"
    )
    await world.services.actions.publish(OTHER_ORGANISER, GUILD, theirs.action_id)
    seen = {}
    for who in (ORGANISER, OTHER_ORGANISER, MODERATOR):
        shown = await world.services.outbox.list(who, GUILD, Shelf.COMING, limit=50)
        seen[who] = {entry.action.title for entry in shown.entries}
    assert list(seen.values()) == [
        {"Match a Million"},
        {"Theirs"},
        {"Match a Million", "Theirs"},
    ]
    with refused("refused.needs_organiser", NotAllowed):
        await world.services.outbox.list(fan(1), GUILD, Shelf.COMING, limit=50)
    with refused("refused.not_your_action", NotAllowed):
        await world.services.outbox.list(
            ORGANISER, GUILD, Shelf.COMING, action_id=theirs.action_id, limit=50
        )


# ---- Sending now


async def test_a_reminder_sent_before_its_time_is_not_sent_again(world: World):
    """Not even when its action is planned anew, as the reminder would be once more."""
    action = await announced(world)
    await world.services.outbox.send_now(ORGANISER, GUILD, await first(world, action, K.REMINDER))
    assert await world.send_due() == [K.REMINDER]
    await reword(world, action)
    world.clock.set(MOMENT - DAY)
    assert K.REMINDER not in await world.send_due()
    world.clock.set(MOMENT - HOUR)
    assert K.REMINDER in await world.send_due(), "the other one"


async def test_pressed_twice_it_is_sent_once(world: World):
    action = await announced(world)
    delivery_id = await first(world, action, K.REMINDER)
    await world.services.outbox.send_now(ORGANISER, GUILD, delivery_id)
    with refused("refused.send.on_its_way"):
        await world.services.outbox.send_now(ORGANISER, GUILD, delivery_id)
    assert await world.send_due() == [K.REMINDER]
    with refused("refused.send.sent"):
        await world.services.outbox.send_now(ORGANISER, GUILD, delivery_id)
    _, events = await world.services.life_cycle.history(ORGANISER, GUILD, action.action_id, limit=9)
    assert [event.act for event in events].count(Act.SENT_NOW) == 1
    assert events[0].detail["message"] == "reminder"


async def test_what_is_not_true_yet_is_not_sent_before_its_time(world: World):
    action = await announced(world)
    for kind in (K.TALLY, K.CLOSING):
        with refused("refused.send.by_itself"):
            await world.services.outbox.send_now(ORGANISER, GUILD, await first(world, action, kind))
    later = await world.draft()
    ids = (ORGANISER, GUILD, later.action_id)
    await world.services.editing.announce_at(*ids, at(NOW + DAY))
    await world.services.actions.publish(*ids)
    for kind in (K.ANNOUNCEMENT, K.CARD):
        with refused("refused.send.announcing"):
            await world.services.outbox.send_now(ORGANISER, GUILD, await first(world, later, kind))
    assert await world.send_due() == []


@pytest.mark.parametrize("kind", [K.REMINDER, K.MOMENT])
async def test_nothing_makes_an_action_known_before_its_announcement(world: World, kind: K):
    action = await world.draft()
    ids = (ORGANISER, GUILD, action.action_id)
    await world.services.editing.announce_at(*ids, at(NOW + HOUR))
    await world.services.actions.publish(*ids)
    delivery_id = await first(world, action, kind)
    with refused("refused.send.announcing"):
        await world.services.outbox.send_now(ORGANISER, GUILD, delivery_id)
    assert await world.send_due() == []
    assert world.sender.sent == []


async def test_what_helps_nobody_any_more_or_stands_still_is_not_sent(world: World):
    action = await announced(world)
    reminder = await first(world, action, K.REMINDER)
    world.sender.fail(K.REMINDER, forbidden(), forbidden())
    world.clock.set(MOMENT - HOUR)
    await world.send_due()
    world.clock.set(MOMENT)
    await world.send_due()
    with refused("refused.send.over"):
        await world.services.outbox.send_now(ORGANISER, GUILD, reminder)
    ids = (ORGANISER, GUILD, action.action_id)
    await world.services.life_cycle.take(*ids, Step.PAUSE)
    tally = await first(world, action, K.TALLY)
    with refused("refused.send.taken_back"):
        await world.services.outbox.send_now(ORGANISER, GUILD, tally)


# ---- Dropping


async def test_what_is_dropped_is_not_sent_and_not_planned_again(world: World):
    action = await announced(world)
    dropped = await first(world, action, K.REMINDER)
    await world.services.outbox.drop(ORGANISER, GUILD, dropped)
    await reword(world, action)
    world.clock.set(MOMENT - DAY)
    assert K.REMINDER not in await world.send_due()
    (entry,) = await shelf(world, Shelf.PROBLEMS, action)
    assert (entry.delivery.delivery_id, entry.dropped) == (dropped, True)
    with refused("refused.drop.let_be"):
        await world.services.outbox.drop(ORGANISER, GUILD, dropped)
    await world.services.outbox.send_now(ORGANISER, GUILD, dropped)
    with refused("refused.drop.on_its_way"):
        await world.services.outbox.drop(ORGANISER, GUILD, dropped)
    assert await world.send_due() == [K.REMINDER], "dropping can be thought better of"


async def test_what_an_action_needs_is_not_dropped(world: World):
    action = await announced(world)
    for kind, why in ((K.TALLY, "tally"), (K.CARD, "sent"), (K.ANNOUNCEMENT, "sent")):
        with refused(f"refused.drop.{why}"):
            await world.services.outbox.drop(ORGANISER, GUILD, await first(world, action, kind))


async def test_nobody_else_sends_or_drops(world: World):
    action = await announced(world)
    delivery_id = await first(world, action, K.REMINDER)
    await world.set_up(OTHER_GUILD)
    outbox = world.services.outbox
    for decide in (outbox.send_now, outbox.drop):
        with refused("refused.needs_organiser", NotAllowed):
            await decide(fan(1), GUILD, delivery_id)
        with refused("refused.not_your_action", NotAllowed):
            await decide(OTHER_ORGANISER, GUILD, delivery_id)
        with refused("refused.no_such_message", Gone):
            await decide(MODERATOR, OTHER_GUILD, delivery_id)
    assert await world.send_due() == []


async def test_an_unannounced_action_of_somebody_else_stays_unknown(world: World):
    draft = await world.draft()
    ids = (ORGANISER, GUILD, draft.action_id)
    await world.services.editing.announce_at(*ids, at(NOW + DAY))
    action = await world.services.actions.publish(*ids)
    with refused("refused.no_such_action", Gone):
        await world.services.outbox.drop(
            OTHER_ORGANISER, GUILD, await first(world, action, K.REMINDER)
        )


# ---- Metrics


def number(metrics: Metrics, name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(name, labels) or 0


async def test_every_outcome_is_counted_with_how_late_it_was(world: World):
    metrics, counted = world.services.metrics, "fanchant_deliveries_total"
    await announced(world)
    assert number(metrics, counted, kind="card", outcome="sent") == 1
    world.sender.fail(K.REMINDER, unreachable())
    world.clock.set(MOMENT - DAY)
    await world.send_due()
    assert number(metrics, counted, kind="reminder", outcome="tried") == 1
    world.clock.advance(MINUTE)
    await world.send_due()
    lateness = "fanchant_delivery_lateness_seconds"
    assert number(metrics, f"{lateness}_sum", kind="reminder") == 60
    world.clock.set(MOMENT + HOUR)
    await world.send_due()
    assert number(metrics, counted, kind="reminder", outcome="missed") == 1
    assert number(metrics, counted, kind="moment", outcome="asked") == 1
    world.sender.fail(K.CLOSING, forbidden())
    world.clock.set(MOMENT + 2 * DAY - HOUR)
    await world.send_due()
    assert number(metrics, counted, kind="closing", outcome="failed") == 1


async def test_each_outcome_is_one_line_in_the_log_with_the_deliverys_id(
    world: World, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("INFO", "services.courier")
    action = await world.publish()
    await world.send_due()
    world.clock.set(action.log_until)
    await world.send_due()
    lines = [record.getMessage() for record in caplog.records]
    done = [r for r in await world.records(action) if r.state is not PENDING]
    for record in done:
        start = f"delivery {GUILD}/{record.delivery.delivery_id} "
        assert len([line for line in lines if line.startswith(start)]) == 1, record


def test_two_installations_in_one_process_count_apart_and_offer_their_own() -> None:
    one, other = Metrics(), Metrics()
    one.count_sent(K.MOMENT, -3.0)
    assert number(other, "fanchant_deliveries_total", kind="moment", outcome="sent") == 0
    end = one.offer("127.0.0.1", 19464)
    try:
        with urlopen("http://127.0.0.1:19464/metrics", timeout=10) as answer:
            text = answer.read().decode()
        with pytest.raises(OSError, match="in use"):
            other.offer("127.0.0.1", 19464)
    finally:
        end()
    assert 'fanchant_deliveries_total{kind="moment",outcome="sent"} 1.0' in text
    assert 'fanchant_delivery_lateness_seconds_sum{kind="moment"} 0.0' in text
    other.offer("127.0.0.1", None)()
