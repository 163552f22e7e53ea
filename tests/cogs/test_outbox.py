"""`/action deliveries` and the questions about missed messages, as people see and press them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from simcord.actors import MemberActor
from simcord.results import ResponseMessage

from domain.actions import Action
from domain.deliveries import DeliveryKind, DeliveryState
from tests.cogs.test_deliveries import forbid_posting
from tests.fanserver import ENGLISH, FanServer
from tests.shown import ids_of, labels_of, picked_in, pings_of, text_of, told

TITLE = "Match a million"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
K = DeliveryKind


@pytest.fixture
async def staffed(server: FanServer) -> FanServer:
    """A server whose organisers are told in #general."""
    await server.services.servers.set_organiser_channel(
        server.manager, server.guild_id, server.general.id
    )
    return server


def notices(server: FanServer, text: str) -> list[ResponseMessage]:
    return [m for m in server.messages(server.general) if text in text_of(m)]


async def away_for_the_moment(server: FanServer) -> tuple[Action, ResponseMessage]:
    """An action whose moment was missed by an hour, and the question about it."""
    action = await server.publish()
    server.clock.advance_to(action.starts_at + HOUR)
    await server.settle()
    (question,) = notices(server, "I couldn't post")
    return action, question


async def delivery_of(server: FanServer, action: Action, kind: DeliveryKind) -> int:
    records = await server.deliveries(action)
    return next(r.delivery.delivery_id for r in records if r.delivery.kind is kind)


async def other_organiser(server: FanServer) -> MemberActor:
    return server.join("other", roles=(server.world.organisers,))


# ---- What was missed


async def test_organisers_read_one_list_of_what_was_missed(staffed: FanServer) -> None:
    server = staffed
    _, _ = await away_for_the_moment(server)
    await server.jump(minutes=2)
    (listed,) = notices(server, "2 messages were not sent")
    assert text_of(listed).count(f"Reminder · #1 {TITLE}") == 2
    assert pings_of(listed) == (set(), set(), False)
    assert not any("not sent" in text_of(m) for m in server.messages())
    shown = await server.click(server.organiser, listed, "Show messages")
    assert "its time had passed" in told(shown)
    refused = await server.click(server.fan, listed, "Show messages")
    role = f"<@&{server.world.organisers.id}>"
    assert told(refused) == ENGLISH("refused.needs_organiser", role=role)


async def test_a_missed_moment_goes_out_when_the_organiser_says_so_once(
    staffed: FanServer,
) -> None:
    server = staffed
    action, question = await away_for_the_moment(server)
    assert labels_of(question) == ["Send now", "Done by hand"]
    assert not any("It's time" in text_of(m) for m in server.messages())
    assert any("I did it" in labels_of(m) for m in server.messages()), "the card knows the time"
    first, second = await server.tap_twice(server.organiser, question, "Send now")
    answers = {told(first), told(second)}
    assert ENGLISH("refused.answered", title=TITLE) in answers
    assert any(ENGLISH("outbox.done_send") in answer for answer in answers)
    (moment,) = [m for m in server.messages() if "It's time" in text_of(m)]
    assert "This message is late" in text_of(moment)
    assert await server.outcome(action, K.MOMENT) == [DeliveryState.SENT]
    assert not any("Drop" in labels_of(answer) for answer in (first, second))
    (answered,) = notices(server, "I couldn't post")
    assert labels_of(answered) == []
    assert ENGLISH("notice.mend.moment_missed") not in text_of(answered)
    assert f"<@{server.organiser.id}> had me tell everyone after all" in text_of(answered)
    assert pings_of(answered) == (set(), set(), False)
    manage = await server.slash(server.organiser, "action manage", action=TITLE)
    history = await server.press(server.organiser, manage, "history")
    assert "had a message sent · “It's time”" in told(history)


async def test_done_by_hand_sends_nothing(staffed: FanServer) -> None:
    server = staffed
    action, question = await away_for_the_moment(server)
    done = await server.click(server.moderator, question, "Done by hand")
    assert ENGLISH("outbox.done_by_hand") in told(done)
    assert "Drop" not in labels_of(done)
    (answered,) = notices(server, "I couldn't post")
    assert text_of(answered).splitlines()[-1].startswith(f"✓ <@{server.moderator.id}> had done it")
    assert ENGLISH("notice.mend.moment_missed") not in text_of(answered)
    assert not any("It's time" in text_of(m) for m in server.messages())
    assert await server.outcome(action, K.MOMENT) == [DeliveryState.SENT]


async def test_only_those_who_run_it_answer_and_only_before_its_end(staffed: FanServer) -> None:
    server = staffed
    action, question = await away_for_the_moment(server)
    other = await other_organiser(server)
    for who in (server.fan, other):
        await server.click(who, question, "Send now")
    assert await server.outcome(action, K.MOMENT) == [DeliveryState.ASKED]
    await server.jump_to(action.ends_at)
    late = await server.click(server.organiser, question, "Send now")
    assert told(late) == ENGLISH("refused.answer_late", title=TITLE)


# ---- The panel


async def test_the_panel_shows_what_comes_what_was_sent_and_what_went_wrong(
    server: FanServer,
) -> None:
    action = await server.publish()
    panel = await server.slash(server.organiser, "action deliveries", action=TITLE)
    assert picked_in(panel, "fs:outbox_show") == ["coming"]
    assert f"Messages of #1 {TITLE}" in told(panel)
    assert "**Reminder**" in told(panel)
    assert "KST" in told(panel)
    sent = await server.pick(server.organiser, panel, "outbox_show", "sent")
    announcement = server.messages()[0]
    assert f"/{server.announcements.id}/{announcement.id}" in told(sent)
    forbid_posting(server)
    await server.jump_to(action.starts_at - DAY)
    server.expect_error("failed for good: forbidden")
    problems = await server.pick(server.organiser, sent, "outbox_show", "problems")
    assert ENGLISH("notice.mend.failed.forbidden") in told(problems)
    forbid_posting(server, forbidden=False)
    failed = str(await delivery_of(server, action, K.REMINDER))
    shown = await server.pick(server.organiser, problems, "outbox_pick", failed)
    assert labels_of(shown) == ["Send now", "Drop", "All messages"]
    again = await server.click(server.organiser, shown, "Send now")
    assert ENGLISH("outbox.done_send") in told(again)
    assert any("Coming up" in text_of(m) for m in server.messages())


async def test_the_whole_servers_panel_turns_its_pages(server: FanServer) -> None:
    await server.publish()
    await server.publish(title="Second one")
    panel = await server.slash(server.organiser, "action deliveries")
    assert f"· #1 {TITLE}" in told(panel)
    assert "· #2 Second one" in told(panel)
    first = told(panel)
    after = await server.click(server.organiser, panel, "Next")
    assert told(after) != first
    before = await server.click(server.organiser, after, "Back")
    assert told(before) == first
    other = await other_organiser(server)
    empty = await server.slash(other, "action deliveries")
    assert ENGLISH("outbox.none.coming") in told(empty)


async def test_dropping_and_an_early_moment_are_asked_about_first(server: FanServer) -> None:
    action = await server.publish()
    panel = await server.slash(server.organiser, "action deliveries", action=TITLE)
    reminder = await delivery_of(server, action, K.REMINDER)
    shown = await server.pick(server.organiser, panel, "outbox_pick", str(reminder))
    question = await server.click(server.organiser, shown, "Drop")
    assert await server.outcome(action, K.REMINDER) == [DeliveryState.PENDING] * 2
    dropped = await server.click(server.organiser, question, "Yes, drop it")
    assert ENGLISH("outbox.done_drop") in told(dropped)
    assert sorted(await server.outcome(action, K.REMINDER)) == [
        DeliveryState.CANCELLED,
        DeliveryState.PENDING,
    ]
    moment = await delivery_of(server, action, K.MOMENT)
    button = f"fc:outbox_send:{action.action_id}.{moment}"
    question = await server.press_forged(server.organiser, button)
    assert not any("It's time" in text_of(m) for m in server.messages())
    await server.click(server.organiser, question, "Yes, send it now")
    assert any("It's time" in text_of(m) for m in server.messages())
    await server.jump_to(action.starts_at)
    assert len([m for m in server.messages() if "It's time" in text_of(m)]) == 1


async def test_what_cant_be_done_says_why(server: FanServer) -> None:
    action = await server.publish()
    tally = await delivery_of(server, action, K.TALLY)
    button = f"fc:outbox_drop:{action.action_id}.{tally}"
    refused = await server.press_forged(server.organiser, button)
    assert told(refused) == ENGLISH("refused.drop.tally", title=TITLE)
    panel = await server.slash(server.organiser, "action deliveries", action=TITLE)
    for _ in range(5):
        if "Tally" in told(panel):
            break
        panel = await server.click(server.organiser, panel, "Next")
    shown = await server.pick(server.organiser, panel, "outbox_pick", str(tally))
    assert labels_of(shown) == ["All messages"]
    for key in ("refused.drop.tally", "refused.send.by_itself"):
        assert ENGLISH(key, title=TITLE) in told(shown)


async def test_fans_and_forged_ids_reach_nothing(server: FanServer) -> None:
    action = await server.publish()
    reminder = await delivery_of(server, action, K.REMINDER)
    role = f"<@&{server.world.organisers.id}>"
    needs = ENGLISH("refused.needs_organiser", role=role)
    assert told(await server.slash(server.fan, "action deliveries")) == needs
    verbs = ("outbox_send", "outbox_drop", "missed_send", "missed_done", "outbox_sent")
    for verb in verbs:
        button = f"fc:{verb}:{action.action_id}.{reminder}"
        assert told(await server.press_forged(server.fan, button)) == needs
    other = await other_organiser(server)
    organiser = f"<@{server.organiser.id}>"
    not_theirs = ENGLISH("refused.not_your_action", title=TITLE, organiser=organiser)
    for verb in verbs[:4]:
        # With the whole server in the place of the action, too.
        for scope in (0, action.action_id):
            button = f"fc:{verb}:{scope}.{reminder}"
            assert told(await server.press_forged(other, button)) == not_theirs
    gone = ENGLISH("refused.no_such_message")
    assert told(await server.press_forged(server.organiser, "fc:outbox_send:0.999999")) == gone
    assert await server.outcome(action, K.REMINDER) == [DeliveryState.PENDING] * 2
    assert ids_of(server.card()) != []
