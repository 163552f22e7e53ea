"""Signing up by the card's buttons: places, the waitlist, and who is mentioned."""

from __future__ import annotations

import discord

from demo.world import BOT
from tests.fanserver import ENGLISH, FanServer
from tests.shown import labels_of, pings_of, text_of, told
from ui.text import stamp

TITLE = "Match a million"
OFFERS = [ENGLISH("button.direct_on"), ENGLISH("button.mute"), ENGLISH("button.own_zone")]
"""What is offered beside every sign-up."""

AHEAD = [*OFFERS[:-1], ENGLISH("button.calendar"), OFFERS[-1]]
"""What is offered beside one to what lies ahead."""


async def test_joining_tells_the_place_and_the_time(server: FanServer) -> None:
    action = await server.publish()
    first = await server.click(server.fans[0], server.card(), "I'm in")
    assert told(first).startswith(ENGLISH("joined.now.in", title=TITLE, place="1"))
    assert stamp(action.starts_at) in told(first)
    assert labels_of(first) == ["Leave", "Pledge an amount", *AHEAD]
    second = await server.click(server.fans[1], server.card(), "I'm in")
    assert "as number 2" in told(second)


async def test_joining_twice_changes_nothing(server: FanServer) -> None:
    await server.publish()
    await server.click(server.fan, server.card(), "I'm in")
    again = await server.click(server.fan, server.card(), "I'm in")
    assert told(again).startswith(ENGLISH("joined.already.in", title=TITLE, place="1"))
    assert "**In** 1 person" in text_of(server.card())


async def test_leaving_twice_changes_nothing(server: FanServer) -> None:
    await server.publish()
    await server.click(server.fan, server.card(), "I'm in")
    left = await server.click(server.fan, server.card(), "Leave")
    assert told(left) == ENGLISH("left.done", title=TITLE)
    assert labels_of(left) == ["I'm in"]
    again = await server.click(server.fan, server.card(), "Leave")
    assert told(again) == ENGLISH("left.was_not_in", title=TITLE)
    assert "**In** 0 people" in text_of(server.card())


async def test_leaving_without_having_joined_is_told(server: FanServer) -> None:
    await server.publish()
    left = await server.click(server.fan, server.card(), "Leave")
    assert told(left) == ENGLISH("left.was_not_in", title=TITLE)


async def test_who_comes_back_gets_the_next_place(server: FanServer) -> None:
    await server.publish()
    for fan in server.fans[:2]:
        await server.click(fan, server.card(), "I'm in")
    await server.click(server.fan, server.card(), "Leave")
    back = await server.click(server.fan, server.card(), "I'm in")
    assert "as number 3" in told(back)
    assert "**In** 2 people" in text_of(server.card())


async def test_any_action_is_muted_and_unmuted_from_the_reply(server: FanServer) -> None:
    action = await server.publish()
    joined = await server.click(server.fan, server.card(), "I'm in")
    for _ in range(2):
        muted = await server.click(server.fan, joined, "Mute")
        assert told(muted).startswith("Muted: you go without")
        assert labels_of(muted) == ["Unmute"]
    again = await server.click(server.fan, server.card(), "I'm in")
    assert "Unmute" in labels_of(again)
    assert told(await server.click(server.fan, again, "Unmute")).startswith("Unmuted: ")
    outsider = await server.press_forged(server.outsider, f"fc:mute:{action.action_id}")
    assert told(outsider) == ENGLISH("mute.not_in", title=TITLE)


async def test_leave_works_from_the_reply_too(server: FanServer) -> None:
    await server.publish()
    joined = await server.click(server.fan, server.card(), "I'm in")
    left = await server.click(server.fan, joined, "Leave")
    assert told(left) == ENGLISH("left.done", title=TITLE)


async def test_a_full_action_has_a_waitlist_that_the_card_shows(server: FanServer) -> None:
    await server.publish(capacity=2)
    assert "**In** 0 of 2 places" in text_of(server.card())
    results = [await server.click(fan, server.card(), "I'm in") for fan in server.fans[:4]]
    assert told(results[1]).startswith(ENGLISH("joined.now.in", title=TITLE, place="2"))
    assert told(results[2]).startswith(ENGLISH("joined.now.waitlisted", title=TITLE, place="3"))
    assert "**In** 2 of 2 places · 2 on the waitlist" in text_of(server.card())
    again = await server.click(server.fans[2], server.card(), "I'm in")
    assert told(again).startswith(ENGLISH("joined.already.waitlisted", title=TITLE, place="3"))


async def test_a_free_place_goes_to_who_waited_longest_and_mentions_only_them(
    server: FanServer,
) -> None:
    await server.publish(capacity=1)
    for fan in server.fans[:3]:
        await server.click(fan, server.card(), "I'm in")
    before = server.messages()
    await server.click(server.fans[0], server.card(), "Leave")
    (promoted,) = server.messages()[len(before) :]
    lucky = server.fans[1]
    assert text_of(promoted).startswith(f"<@{lucky.id}> A place came free")
    assert pings_of(promoted) == ({lucky.id}, set(), False)
    allowed = server.sent("/messages")[-1]["allowed_mentions"]
    assert allowed["users"] == [lucky.id]
    assert allowed.get("roles", []) == []
    assert "users" not in allowed["parse"]
    assert "everyone" not in allowed["parse"]
    assert "Leave" in labels_of(promoted)
    assert "**In** 1 of 1 places · 1 on the waitlist" in text_of(server.card())
    told_again = await server.click(lucky, server.card(), "I'm in")
    assert told(told_again).startswith(ENGLISH("joined.already.in", title=TITLE, place="2"))


async def test_who_leaves_the_waitlist_frees_no_place(server: FanServer) -> None:
    await server.publish(capacity=1)
    for fan in server.fans[:3]:
        await server.click(fan, server.card(), "I'm in")
    before = len(server.messages())
    await server.click(server.fans[1], server.card(), "Leave")
    assert len(server.messages()) == before
    await server.click(server.fans[0], server.card(), "Leave")
    assert pings_of(server.messages()[-1]) == ({server.fans[2].id}, set(), False)


async def test_during_the_action_joining_leads_on_to_logging(server: FanServer) -> None:
    action = await server.publish()
    await server.jump_to(action.starts_at)
    joined = await server.click(server.fan, server.card(), "I'm in")
    assert ENGLISH("joined.live") in told(joined)
    assert labels_of(joined) == ["I did it", "Leave", *OFFERS]


async def test_after_the_end_sign_ups_are_closed_and_logging_is_not(server: FanServer) -> None:
    action = await server.publish()
    await server.jump_to(action.starts_at)
    old_message = server.messages()[-1]
    assert "I'm in" in labels_of(old_message)
    await server.jump_to(action.ends_at)
    (drawn_anew,) = [m for m in server.messages() if m.id == old_message.id]
    assert "I'm in" not in labels_of(drawn_anew)
    refused = await server.press_forged(server.fan, f"fc:join:{action.action_id}")
    assert told(refused) == ENGLISH("refused.state.counting", title=TITLE)
    assert "I'm in" not in labels_of(server.card())
    assert "I did it" in labels_of(server.card())


# ---- The ping role


async def offer_ping_role(server: FanServer) -> int:
    """Have the bot create a role that members give themselves; returns its id."""
    shown = await server.setup_page("alerts")
    shown = await server.pick(server.moderator, shown, "setup_ping")
    await server.press(server.moderator, shown, "setup_create_ping")
    return server.world.guild.roles["Action alerts"].id


def roles_of(server: FanServer) -> list[int]:
    return server.env.backend.get_member(server.guild_id, server.fan.id).role_ids


async def test_members_take_the_ping_role_and_give_it_back(server: FanServer) -> None:
    role_id = await offer_ping_role(server)
    await server.publish()
    joined = await server.click(server.fan, server.card(), "I'm in")
    assert ENGLISH("joined.ping_hint") in told(joined)
    given = await server.click(server.fan, joined, "Alerts on/off")
    assert told(given) == ENGLISH("ping.given")
    assert role_id in roles_of(server)
    back = await server.click(server.fan, joined, "Alerts on/off")
    assert told(back) == ENGLISH("ping.taken_back")
    assert role_id not in roles_of(server)


async def test_a_role_that_the_bot_may_not_give_is_a_clear_refusal(server: FanServer) -> None:
    role_id = await offer_ping_role(server)
    await server.publish()
    joined = await server.click(server.fan, server.card(), "I'm in")
    role = server.world.guild.roles[BOT]
    no_more = {"permissions": discord.Permissions(view_channel=True, send_messages=True).value}
    server.env.backend.edit_role(server.guild_id, role.id, no_more)
    refused = await server.click(server.fan, joined, "Alerts on/off")
    assert told(refused) == ENGLISH("ping.forbidden", role=f"<@&{role_id}>")
    assert role_id not in roles_of(server)


async def test_a_ping_role_that_was_deleted_is_told(server: FanServer) -> None:
    role_id = await offer_ping_role(server)
    await server.publish()
    joined = await server.click(server.fan, server.card(), "I'm in")
    server.env.backend.delete_role(server.guild_id, role_id)
    refused = await server.click(server.fan, joined, "Alerts on/off")
    assert told(refused) == ENGLISH("ping.role_gone")


async def test_a_role_that_was_not_made_for_it_is_not_given_out(server: FanServer) -> None:
    """Else a forged button would hand out whatever role the server pings."""
    action = await server.publish()
    server.take_role(server.fan, server.world.trend_alerts)
    joined = await server.click(server.fan, server.card(), "I'm in")
    assert labels_of(joined) == ["Leave", "Pledge an amount", *AHEAD]
    refused = await server.press_forged(server.fan, f"fc:ping_me:{action.action_id}")
    assert told(refused) == ENGLISH("ping.not_offered")
    assert roles_of(server) == [(await server.newest()).role_id], "the action's own alone"
