"""Buttons that the bot never drew like this: refused in a sentence, and nothing happens."""

from __future__ import annotations

from simcord.builders import ChannelHandle, UserHandle
from simcord.results import InteractionResult

from domain.actions import ActionState
from domain.servers import RolePurpose
from tests.fanserver import ENGLISH, FanServer
from tests.shown import id_of, text_of, told

UNKNOWN = ENGLISH("refused.unknown_button")
NOT_HERE = ENGLISH("refused.not_here")
BIG = 2**63 - 1


async def in_dm(server: FanServer, who: UserHandle, custom_id: str) -> InteractionResult:
    """A press on a button that the bot sent somebody in a direct message."""
    message = await server.forge(custom_id, channel_of(who))
    result = await who.click(message, custom_id=custom_id)
    await server.settle()
    return result


def channel_of(who: UserHandle) -> ChannelHandle:
    return who.dm_channel


async def signed_up(server: FanServer) -> int:
    return (await server.newest()).signed_up


FORGED = {
    UNKNOWN: [
        *("fc:", "fc:join", "fc:join:", "fc:join:-1", "fc:join:1.", "fc:join:1@", "fc:join:1@1"),
        *("fc:JOIN:1", "fc:join:1 ", "fc:join:１", "fc:drop_table:1", "fc:__init__:1"),
        *(f"fc:join:{BIG + 1}", "fc:join:" + "9" * 80, "fc:withdraw:1." + "9" * 80),
        *("fc:withdraw:1", f"fc:me_page:0.{BIG + 1}", "fc:verify:1", "fs:nothing:1"),
    ],
    ENGLISH("refused.no_such_action"): [
        *(f"fc:join:{BIG}", "fc:log:999", "fc:tally:999", "fc:leave:0"),
    ],
    NOT_HERE: [f"fc:join:1@{BIG}.1"],
}
"""Custom_ids by the refusal that they get."""


async def test_forged_custom_ids_are_refused(server: FanServer) -> None:
    await server.publish()
    refused = {refusal: [] for refusal in FORGED}
    for refusal, custom_ids in FORGED.items():
        for custom_id in custom_ids:
            if told(await server.press_forged(server.fan, custom_id)) == refusal:
                refused[refusal].append(custom_id)
    assert refused == FORGED
    assert await signed_up(server) == 0


async def test_the_last_page_of_all_is_empty(server: FanServer) -> None:
    """A page far beyond the end is a page, not an error."""
    await server.publish()
    await server.click(server.fan, server.card(), "I'm in")
    shown = await server.press_forged(server.fan, f"fc:me_page:0.{10**9}")
    assert ENGLISH("me.no_contributions") in told(shown)
    shown = await server.press_forged(server.fan, f"fc:me_page:0.{BIG}")
    assert told(shown)


async def test_a_buttons_verb_on_a_select_does_nothing(server: FanServer) -> None:
    action = await server.publish()
    forged = {"options": [{"label": "x", "value": "x"}], "type": 3}
    custom_id = f"fs:setup_channel:{action.action_id}"
    picked = await server.pick_forged(server.moderator, custom_id, "x", **forged)
    assert told(picked) == UNKNOWN


async def test_a_selects_verb_on_a_button_is_refused(server: FanServer) -> None:
    before = await server.services.servers.get(server.guild_id)
    for verb in ("setup_language", "setup_channel"):
        refused = await server.press_forged(server.moderator, f"fc:{verb}:0")
        assert told(refused) == UNKNOWN
    assert await server.services.servers.get(server.guild_id) == before


async def test_another_servers_action_is_out_of_reach(server: FanServer) -> None:
    """Ids count per server: the same id there is another action, or none."""
    action = await server.publish()
    guild = server.env.create_guild("Elsewhere")
    channel = guild.create_text_channel("general")
    stranger = guild.add_member(server.env.create_user("stranger"))
    for custom_id, refusal in (
        (f"fc:join:{action.action_id}", ENGLISH("refused.no_such_action")),
        (f"fc:tally:{action.action_id}", ENGLISH("refused.no_such_action")),
        (f"fc:join:{action.action_id}@{server.guild_id}.{stranger.id}", NOT_HERE),
    ):
        message = await server.forge(custom_id, channel)
        assert told(await stranger.click(message, custom_id=custom_id)) == refusal
    assert await signed_up(server) == 0


# ---- Drafts and finished actions


async def test_a_drafts_buttons_are_refused_and_tell_nothing_of_it(server: FanServer) -> None:
    draft_id = id_of(await server.draft(), "fc:discard:").removeprefix("fc:discard:")
    for verb in ("join", "leave", "log", "tally"):
        refused = await server.press_forged(server.fan, f"fc:{verb}:{draft_id}")
        assert told(refused) == ENGLISH("refused.no_such_action")
    shown = await server.slash(server.fan, "tally", action=f"id:{draft_id}")
    assert told(shown) == ENGLISH("refused.no_such_action")


async def test_a_finished_actions_buttons_are_refused(server: FanServer) -> None:
    """Two weeks later nothing is taken late either."""
    action = await server.publish()
    await server.jump_to(action.late_until)
    assert (await server.newest()).state is ActionState.FINAL
    for verb in ("join", "leave", "log"):
        refused = await server.press_forged(server.fan, f"fc:{verb}:{action.action_id}")
        assert told(refused) == ENGLISH("refused.state.final", title="Match a million")


async def test_a_form_that_was_open_past_the_end_logs_nothing(server: FanServer) -> None:
    action = await server.publish()
    await server.jump_to(action.starts_at)
    form = await server.log_form(server.fan)
    server.clock.advance_to(action.late_until)
    await server.services.dispatcher.send_due()
    refused = await server.fill(server.fan, form, "25")
    assert told(refused) == ENGLISH("refused.state.final", title="Match a million")


# ---- In direct messages


async def test_a_button_in_a_direct_message_works_for_the_one_it_was_sent_to(
    server: FanServer,
) -> None:
    action, fan, other = await server.publish(), server.fans[0].user, server.fans[1].user
    mine = f"fc:join:{action.action_id}@{server.guild_id}.{fan.id}"
    refused = await in_dm(server, other, mine)
    assert text_of(refused) == ENGLISH("refused.not_yours")
    assert await signed_up(server) == 0
    joined = await in_dm(server, fan, mine)
    assert text_of(joined).startswith("You're in for “Match a million”, as number 1.")
    assert await signed_up(server) == 1


async def test_in_a_server_too_it_works_only_for_that_person(server: FanServer) -> None:
    action, fan, other = await server.publish(), server.fans[0], server.fans[1]
    mine = f"fc:join:{action.action_id}@{server.guild_id}.{fan.id}"
    assert told(await server.press_forged(other, mine)) == ENGLISH("refused.not_yours")
    assert "You're in" in told(await server.press_forged(fan, mine))


async def test_a_button_without_a_server_does_nothing_in_a_direct_message(
    server: FanServer,
) -> None:
    action = await server.publish()
    refused = await in_dm(server, server.fan.user, f"fc:join:{action.action_id}")
    assert text_of(refused) == NOT_HERE
    assert await signed_up(server) == 0


VERBS = (
    *("leave", "log", "tally", "ping_me", "me_page", "withdraw", "verify", "not_counted", "skip"),
    *("log_quick", "log_other", "undo", "add_proof"),
    *("publish", "edit_fields", "edit_when", "my_time", "discard"),
    *("setup_check", "setup_create_ping"),
)


async def test_no_button_breaks_down_in_a_direct_message(server: FanServer) -> None:
    """Some work there and some are refused, but none is an error on the bot's side."""
    action, fan = await server.publish(), server.fan.user
    assert set(VERBS) <= set(server.bot.handlers)
    await server.services.servers.set_role(
        server.manager,
        server.guild_id,
        RolePurpose.PING,
        server.world.trend_alerts.id,
        self_service=True,
    )
    only_for = f"@{server.guild_id}.{fan.id}"
    for verb in VERBS:
        for item in ("", ".5"):
            result = await in_dm(server, fan, f"fc:{verb}:{action.action_id}{item}{only_for}")
            assert result.modal is not None or text_of(result)


async def test_a_moderators_panel_gives_no_power_in_a_direct_message(server: FanServer) -> None:
    """There Discord sends no permissions, so nobody is a manager."""
    before = await server.services.servers.get(server.guild_id)
    person = server.moderator.user
    only_for = f"@{server.guild_id}.{person.id}"
    refused = await in_dm(server, person, f"fc:setup_check:0{only_for}")
    assert text_of(refused) == ENGLISH("refused.needs_manage_server")
    assert await server.services.servers.get(server.guild_id) == before
