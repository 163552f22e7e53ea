"""What the bot posts by itself: reminders, the moment, the end and the final tally."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from demo.world import build_world
from domain.actions import ActionState
from domain.deliveries import DeliveryKind, DeliveryState
from domain.tally_writing import FILE_NAMES
from services.installation import COMMAND_TREE
from tests.fanserver import ENGLISH, FanServer
from tests.shown import labels_of, pings_of, text_of, told

TITLE = "Match a million"
SENT, FAILED, PENDING = DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.PENDING
SKIPPED = DeliveryState.SKIPPED


def forbid_posting(server: FanServer, *, forbidden: bool = True) -> None:
    """Take Send Messages from the bot in #announcements, or give it back."""
    denied = discord.Permissions(send_messages=forbidden).value
    bot_id = server.env.backend.bot_user.id
    server.env.backend.edit_channel(
        server.announcements.id,
        {},
        overwrites=[Overwrite(bot_id, OverwriteType.MEMBER, 0, denied)],
    )


def command_syncs(server: FanServer) -> int:
    return len(server.sent("/commands", method="PUT"))


# ---- On time


async def test_reminders_and_the_moment_ping_only_those_who_are_in(server: FanServer) -> None:
    await server.publish(capacity=2)
    for fan in server.fans[:4]:
        await server.press(fan, server.card(), "join")
    await server.press(server.fans[0], server.card(), "leave")
    action = await server.newest()
    assert pings_of(server.messages()[0]) == (set(), {server.world.trend_alerts.id}, False)
    day, hour = timedelta(days=1), timedelta(hours=1)
    role = action.role_id
    assert server.holders(role) == {server.fans[1].id, server.fans[2].id}
    for due, start, buttons in (
        (action.starts_at - day, "Coming up: Fundraiser", ["I'm in", "Leave"]),
        (action.starts_at - hour, "Coming up: Fundraiser", ["I'm in", "Leave"]),
        (action.starts_at, "It's time:", ["I'm in", "I did it", "Leave"]),
    ):
        before = len(server.messages())
        await server.jump_to(due - timedelta(seconds=1))
        assert len(server.messages()) == before, "nothing goes out early"
        await server.jump_to(due)
        (message,) = server.messages()[before:]
        assert text_of(message).startswith(f"<@&{role}> {start}")
        assert not message.flags.components_v2, "a ping in Components V2 arrives blank"
        site, *shared = labels_of(message)[len(buttons) :]
        assert [*labels_of(message)[: len(buttons)], site] == [*buttons, "Open the charity's page"]
        assert [label.split()[0] for label in shared] == (
            ["X", "Threads", "Bluesky", "More…"] if due == action.starts_at else []
        )
        assert pings_of(message) == (set(), {role}, False)
        allowed = server.sent("/messages")[-1]["allowed_mentions"]
        assert allowed["roles"] == [role]
        assert "everyone" not in allowed["parse"]
        assert "users" not in allowed["parse"]
        assert "late" not in text_of(message)


async def test_without_a_role_nothing_pings(server: FanServer) -> None:
    await server.pick(server.moderator, await server.setup_page("alerts"), "setup_ping")
    action = await server.publish()
    await server.jump_to(action.log_until)
    assert all(pings_of(message) == (set(), set(), False) for message in server.messages())


async def test_every_message_has_a_nonce_of_its_own(server: FanServer) -> None:
    action = await server.publish()
    await server.jump_to(action.log_until)
    bodies = server.sent("/messages")
    nonces = [body["nonce"] for body in bodies]
    assert len(set(nonces)) == len(bodies) == 9
    assert all(len(nonce) <= 25 for nonce in nonces)
    assert all(body["enforce_nonce"] for body in bodies)


async def test_an_action_that_is_published_late_has_the_reminders_that_are_left(
    server: FanServer,
) -> None:
    action = await server.publish(when="tomorrow 8pm")
    await server.jump_to(action.starts_at)
    assert len(await server.outcome(action, DeliveryKind.REMINDER)) == 1


async def test_the_end_says_until_when_one_can_log(server: FanServer) -> None:
    action = await server.publish()
    await server.jump_to(action.ends_at)
    closing = server.messages()[-1]
    assert text_of(closing).startswith(f"“{TITLE}” has ended. Took part?")
    assert labels_of(closing) == ["I did it"]
    assert pings_of(closing) == (set(), set(), False)


async def test_the_card_moves_on_with_time(server: FanServer) -> None:
    action = await server.publish()
    states = []
    for instant in (action.starts_at, action.ends_at, action.log_until):
        await server.jump_to(instant)
        states.append(labels_of(server.card()))
    site = "Open the charity's page"
    assert states == [
        ["I'm in", "I did it", "Leave", site, "Share"],
        ["I did it", site],
        ["Tally", site],
    ]


# ---- When Discord does not take a message


async def test_an_error_of_discords_side_is_tried_again_and_sent_once(server: FanServer) -> None:
    action = await server.publish()
    await server.jump_to(action.starts_at - timedelta(hours=2))
    server.env.inject_error(
        "POST", f"/channels/{server.announcements.id}/messages", status=500, times=3
    )
    before = len(server.messages())
    server.clock.advance_to(action.starts_at - timedelta(hours=1))
    await server.settle()
    assert len(server.messages()) == before
    assert (await server.outcome(action, DeliveryKind.REMINDER))[-1] is PENDING
    await server.jump(minutes=2)
    assert len(server.messages()) == before + 1
    assert await server.outcome(action, DeliveryKind.REMINDER) == [SENT, SENT]
    tries = [body for body in server.sent("/messages") if "Coming up" in (body["content"] or "")]
    assert len({body["nonce"] for body in tries[-4:]}) == 1, "each try has the same nonce"


async def test_a_forbidden_channel_fails_that_message_and_the_next_goes_out(
    server: FanServer,
) -> None:
    action = await server.publish()
    forbid_posting(server)
    await server.jump_to(action.starts_at - timedelta(hours=2))
    assert await server.outcome(action, DeliveryKind.REMINDER) == [FAILED, PENDING]
    server.expect_error("failed for good: forbidden")
    forbid_posting(server, forbidden=False)
    await server.jump_to(action.starts_at)
    assert await server.outcome(action, DeliveryKind.REMINDER) == [FAILED, SENT]
    assert await server.outcome(action, DeliveryKind.MOMENT) == [SENT]


async def test_one_servers_forbidden_channel_holds_up_no_other(server: FanServer) -> None:
    action = await server.publish()
    forbid_posting(server)
    here, server.world = server.world, build_world(server.env)
    await server.configure()
    await server.publish(title="Elsewhere")
    await server.jump_to(action.starts_at)
    assert "It's time: “Elsewhere”" in text_of(server.messages()[-1])
    server.world = here
    server.expect_error("failed for good: forbidden")
    assert await server.outcome(action, DeliveryKind.MOMENT) == [FAILED]


async def test_after_the_channel_was_deleted_another_one_can_be_chosen(server: FanServer) -> None:
    action = await server.publish()
    server.env.backend.delete_channel(server.announcements.id)
    await server.jump_to(action.starts_at - timedelta(hours=2))
    server.expect_error("failed for good: not_found")
    shown = await server.slash(server.moderator, "setup")
    await server.pick(server.moderator, shown, "channel", server.general)
    await server.jump_to(action.starts_at)
    (moment,) = [m for m in server.messages(server.general) if "It's time" in text_of(m)]
    joined = await server.click(server.fan, moment, "I'm in")
    assert "You're in" in told(joined), "its card is gone, but signing up goes on"


async def test_a_deleted_card_hinders_nobody(server: FanServer) -> None:
    await server.publish()
    announcement, card = server.messages()
    server.env.backend.delete_message(server.announcements.id, card.id)
    joined = await server.click(server.fan, announcement, "I'm in")
    assert "You're in" in told(joined)


async def test_a_redraw_that_fails_is_made_up_by_the_next(server: FanServer) -> None:
    await server.publish()
    server.env.inject_error("PATCH", f"/channels/{server.announcements.id}/messages/*", status=500)
    await server.click(server.fans[0], server.card(), "I'm in")
    await server.click(server.fans[1], server.card(), "I'm in")
    assert "**In** 2 people" in text_of(server.card())


async def test_without_a_chart_the_tally_goes_out_all_the_same(
    server: FanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*given: object) -> bytes:
        raise RuntimeError("no matplotlib")

    monkeypatch.setattr("tests.fanserver.draw_pixel", fail)
    await server.restart()
    action = await server.publish()
    await server.jump_to(action.log_until)
    server.expect_error("goes out without a chart")
    assert [file.filename for file in server.messages()[-1].attachments] == [*FILE_NAMES]
    assert (await server.newest()).state is ActionState.FINAL


# ---- Restarts


async def test_after_a_restart_the_buttons_of_old_messages_work(server: FanServer) -> None:
    action = await server.publish()
    await server.jump_to(action.starts_at)
    replies = [await server.click(fan, server.card(), "I'm in") for fan in server.fans[:2]]
    logged = await server.log(server.fan, "25", "GIFT-1")
    await server.restart()
    for message in server.messages():
        result = await server.click(server.fans[2], message, "I'm in")
        assert "as number 3" in told(result)
    assert "**In** 3 people" in text_of(server.card())
    left = await server.click(server.fans[0], replies[0], "Leave")
    assert told(left) == ENGLISH("left.done", title=TITLE)
    await server.click(server.fan, logged, "Undo")
    assert (await server.newest()).total.withdrawn == 2500
    assert "Logged: " in told(await server.log(server.fan, "30", "GIFT-2"))


async def test_what_fell_due_while_the_bot_was_down_goes_out_once(server: FanServer) -> None:
    action = await server.publish()
    down = action.starts_at - timedelta(minutes=50) - server.clock.now()
    await server.restart(after=down)
    (late,) = server.messages()[2:]
    assert "This message is late" in text_of(late)
    await server.restart()
    assert len(server.messages()) == 3
    await server.jump_to(action.starts_at)
    assert len([m for m in server.messages() if "Coming up" in text_of(m)]) == 1
    assert len([m for m in server.messages() if "It's time" in text_of(m)]) == 1
    outcome = await server.outcome(action, DeliveryKind.REMINDER)
    assert outcome == [SKIPPED, SENT], "the later one says all that the earlier one would"


async def test_a_reminder_of_what_has_begun_is_left_out(server: FanServer) -> None:
    action = await server.publish()
    await server.restart(after=action.starts_at + timedelta(minutes=10) - server.clock.now())
    (moment,) = server.messages()[2:]
    assert "It's time" in text_of(moment)
    assert "This message is late" in text_of(moment)
    assert await server.outcome(action, DeliveryKind.REMINDER) == [SKIPPED, SKIPPED]


async def test_a_restart_long_after_the_end_posts_the_tally(server: FanServer) -> None:
    action = await server.publish()
    await server.restart(after=timedelta(days=30))
    assert (await server.newest()).state is ActionState.FINAL
    assert server.messages()[-1].attachments
    assert await server.outcome(action, DeliveryKind.TALLY) == [SENT]
    assert await server.outcome(action, DeliveryKind.CARD) == [SENT]


async def test_drafts_and_settings_outlive_a_restart(server: FanServer) -> None:
    preview = await server.draft()
    await server.restart()
    done = await server.press(server.organiser, preview, "publish")
    assert "Published as #1" in text_of(done)


async def test_commands_are_sent_only_when_they_changed(server: FanServer) -> None:
    assert command_syncs(server) == 1
    await server.restart()
    assert command_syncs(server) == 1
    assert told(await server.slash(server.fan, "me"))
    await server.services.installation.remember(COMMAND_TREE, "of an older version")
    await server.restart()
    assert command_syncs(server) == 2


async def test_once_it_has_ended_no_message_offers_to_sign_up(server: FanServer) -> None:
    action = await server.publish()
    assert "I'm in" in labels_of(server.messages()[0])
    await server.jump_to(action.ends_at)
    for message in server.messages():
        assert "I'm in" not in labels_of(message), text_of(message)
