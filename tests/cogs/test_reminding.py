"""`/action remind`: what goes out and to whom is shown first, and it is sent once."""

from __future__ import annotations

from datetime import UTC, timedelta

from domain.actions import Action
from domain.deliveries import DeliveryKind, DeliveryState
from domain.quiet import QuietHours
from tests.cogs.votes import published as published_vote
from tests.fanserver import ENGLISH, KOREAN, FanServer
from tests.shown import form_of, labels_of, pings_of, text_of, told
from ui.stamps import stamp_of, stamps_in

TITLE = "Match a million"
WORDS = "Half-way there @everyone *now*"
NO_PINGS = (set(), set(), False)


async def remind(server: FanServer, who=None, **options):
    options.setdefault("action", "#1")
    return await server.slash(who or server.organiser, "action remind", **options)


async def count(server: FanServer, action: Action) -> int:
    return len(await server.outcome(action, DeliveryKind.BY_HAND))


async def set_pings(server: FanServer, cap: int, quiet: QuietHours | None = None) -> None:
    servers = server.services.servers
    await servers.set_pings(server.manager, server.guild_id, cap=cap, quiet=quiet)


async def test_an_organiser_sees_what_and_to_whom_and_sends_it(server: FanServer) -> None:
    action = await server.publish()
    await server.press(server.fan, server.card(), "join")
    shown = await remind(server)
    role_id = (await server.newest()).role_id
    assert role_id is not None
    assert server.holders(role_id) == {server.fan.id}
    role = f"<@&{role_id}>"
    assert "> " in told(shown)
    assert f"“{TITLE}”" in told(shown)
    assert role in told(shown)
    assert "1 person" in told(shown)
    assert ENGLISH("pings.today", used=1, cap=10) in told(shown)
    assert labels_of(shown) == ["Send", "Change text", "Cancel"]
    assert await count(server, action) == 0, "nothing is sent before the answer"
    before = len(server.messages())
    done = await server.click(server.organiser, shown, "Send")
    assert told(done) == ENGLISH("remind.sent", title=TITLE)
    message = server.messages()[-1]
    assert len(server.messages()) == before + 1
    assert "Coming up" in text_of(message)
    assert pings_of(message) == (set(), {role_id}, False)
    assert "I'm in" in labels_of(message)
    history = await server.services.life_cycle.history(
        server.actor(server.organiser), server.guild_id, action.action_id, limit=1
    )
    assert history[1][0].user_id == server.organiser.id


async def test_a_double_press_sends_it_once(server: FanServer) -> None:
    action = await server.publish()
    shown = await remind(server)
    await server.tap_twice(server.organiser, shown, "Send")
    await server.settle()
    assert await server.outcome(action, DeliveryKind.BY_HAND) == [DeliveryState.SENT]


async def test_own_words_are_kept_when_changed_and_can_not_ping(server: FanServer) -> None:
    await server.publish()
    await server.press(server.fan, server.card(), "join")
    shown = await remind(server, text=WORDS)
    form = await server.click(server.organiser, shown, "Change text")
    assert WORDS in str(form_of(form)), "what was typed stands there"
    changed = await server.fill(server.organiser, form, f"{WORDS} or never")
    await server.click(server.organiser, changed, "Send")
    message = server.messages()[-1]
    assert "\\*now\\* or never" in text_of(message)
    assert pings_of(message) == (set(), {(await server.newest()).role_id}, False)


async def test_nothing_is_sent_when_it_is_cancelled(server: FanServer) -> None:
    action = await server.publish()
    done = await server.click(server.organiser, await remind(server), "Cancel")
    assert told(done) == ENGLISH("remind.cancelled")
    assert await count(server, action) == 0


async def test_a_fan_and_another_organiser_may_not_remind(server: FanServer) -> None:
    action = await server.publish()
    server.show_command("action", server.fan)
    organisers = server.world.organisers.id
    refused = await remind(server, server.fan)
    assert told(refused) == ENGLISH("refused.needs_organiser", role=f"<@&{organisers}>")
    other = server.join("other", roles=(server.world.organisers,))
    assert "organise" in told(await remind(server, other))
    assert await count(server, action) == 0


async def test_over_the_cap_it_is_offered_without_a_ping(server: FanServer) -> None:
    await server.publish()
    await server.press(server.fan, server.card(), "join")
    await set_pings(server, 1)
    shown = await remind(server)
    assert labels_of(shown) == ["Send without a ping", "Change text", "Cancel"]
    await server.click(server.organiser, shown, "Send without a ping")
    assert pings_of(server.messages()[-1]) == NO_PINGS
    assert "Coming up" in text_of(server.messages()[-1])


async def test_once_somebody_has_finished_it_is_offered_without_a_ping_too(
    server: FanServer,
) -> None:
    action = await server.publish()
    for fan in server.fans[:2]:
        await server.press(fan, server.card(), "join")
    await server.jump_to(action.starts_at)
    assert labels_of(await remind(server)) == ["Send", "Change text", "Cancel"]
    await server.log(server.fan, "10")
    shown = await remind(server)
    assert ENGLISH.many("remind.finished", 1) in told(shown)
    assert ENGLISH("remind.direct") in told(shown)
    assert labels_of(shown) == ["Send", "Send without a ping", "Change text", "Cancel"]
    await server.click(server.organiser, shown, "Send without a ping")
    assert pings_of(server.messages()[-1]) == NO_PINGS


async def test_without_a_participant_role_it_says_that_nobody_is_pinged(server: FanServer) -> None:
    await server.publish()
    assert "isn't there yet" in told(await remind(server))
    await server.services.servers.set_grants_roles(server.manager, server.guild_id, grants=False)
    await server.publish(title="Without")
    shown = await remind(server, action="#2")
    assert ENGLISH("button.sign_up_settings") in told(shown)
    await server.click(server.organiser, shown, "Send")
    assert pings_of(server.messages()[-1]) == NO_PINGS


async def test_what_is_paused_cancelled_or_over_is_not_reminded_of(server: FanServer) -> None:
    action = await server.publish()
    await server.slash(server.organiser, "action pause", action="#1")
    refused = await remind(server)
    assert told(refused) == ENGLISH("refused.step.paused", title=TITLE)
    await server.slash(server.organiser, "action resume", action="#1")
    await server.jump_to(action.log_until)
    assert told(await remind(server)) == ENGLISH("refused.step.final", title=TITLE)
    assert await count(server, action) == 0


async def test_in_quiet_hours_it_waits_unless_it_is_urgent(server: FanServer) -> None:
    action = await server.publish()
    now = server.clock.now().astimezone()
    minute = (now.hour * 60 + now.minute + 9 * 60) % 1440  # in Seoul
    await set_pings(server, 10, QuietHours((minute - 60) % 1440, (minute + 60) % 1440))
    shown = await remind(server)
    assert "quiet hours" in told(shown)
    done = await server.click(server.organiser, shown, "Send")
    assert "when quiet hours are over" in told(done)
    assert await server.outcome(action, DeliveryKind.BY_HAND) == [DeliveryState.PENDING]
    urgent = await remind(server, urgent=True)
    assert "It's quiet hours" not in told(urgent)
    await server.click(server.organiser, urgent, "Send")
    states = await server.outcome(action, DeliveryKind.BY_HAND)
    assert sorted(states) == [DeliveryState.PENDING, DeliveryState.SENT]
    await server.jump_to(server.clock.now() + timedelta(hours=2))
    assert set(await server.outcome(action, DeliveryKind.BY_HAND)) == {DeliveryState.SENT}


async def test_what_waited_is_one_message_with_a_way_to_each_card(server: FanServer) -> None:
    actions = [await server.publish(title=title) for title in ("One", "Two")]
    for number in (1, 2):
        await server.press(server.fan, server.card(number), "join")
    roles = {
        (await server.services.actions.find(server.guild_id, a.action_id)).role_id for a in actions
    }
    now = server.clock.now()
    minute = (now.hour * 60 + now.minute + 9 * 60) % 1440  # in Seoul
    await set_pings(server, 10, QuietHours((minute - 60) % 1440, (minute + 60) % 1440))
    for number in ("#1", "#2"):
        shown = await server.slash(server.organiser, "action remind", action=number)
        await server.click(server.organiser, shown, "Send")
    before = len(server.messages())
    await server.jump(hours=1)
    assert len(server.messages()) == before + 1
    message = server.messages()[-1]
    lines = text_of(message).splitlines()
    assert lines[0].endswith(ENGLISH.many("message.together", 2))
    assert [line[:9] for line in lines[1:3]] == ["- **#1** ", "- **#2** "]
    assert pings_of(message) == (set(), roles, False), "each action's own, in one message"
    assert labels_of(message) == ["#1 One", "#2 Two", "What I'm in"]
    channel = server.bot.get_partial_messageable(server.announcements.id)
    (posted,) = [each async for each in channel.history(limit=1)]
    for action in actions:
        (sent,) = [
            record.delivery
            for record in await server.deliveries(action)
            if record.delivery.kind is DeliveryKind.BY_HAND
        ]
        assert stamp_of(sent) in stamps_in(posted), "each is known again by it after a crash"


async def test_a_call_that_waited_still_leads_to_ticks_and_mute(server: FanServer) -> None:
    vote = await published_vote(server)
    await server.publish()
    start = vote.starts_at.astimezone(UTC)
    minute = (start.hour * 60 + start.minute + 9 * 60) % 1440  # in Seoul
    await set_pings(server, 10, QuietHours(minute, (minute + 90) % 1440))
    await server.jump_to(vote.starts_at + timedelta(hours=1))
    shown = await remind(server, action="#2")
    await server.click(server.organiser, shown, "Send")
    await server.jump(minutes=30)
    message = server.messages()[-1]
    assert ENGLISH.many("message.together", 2) in text_of(message)
    assert "Time to vote" in text_of(message)
    ticks = f"#1 {ENGLISH('button.ticks')}"
    assert sorted(labels_of(message)) == sorted(
        ["#1 Rookie of the year", f"#2 {TITLE}", ticks, "What I'm in"]
    )
    panel = await server.click(server.fan, message, ticks)
    assert ENGLISH("button.mute_calls") in labels_of(panel)


async def test_the_preview_of_a_draft_says_how_many_pings_it_takes(server: FanServer) -> None:
    preview = await server.draft()
    assert ENGLISH("pings.today", used=0, cap=10) in text_of(preview)
    assert "This action will ping about" in text_of(preview)


async def test_it_speaks_korean(korean_server: FanServer) -> None:
    await korean_server.publish()
    shown = await korean_server.slash(korean_server.organiser, "action remind", action="#1")
    assert KOREAN("remind.question") in told(shown)
