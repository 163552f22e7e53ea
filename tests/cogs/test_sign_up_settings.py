"""The panel of sign-up settings: what organisers set with it, and what fans see of that."""

from __future__ import annotations

from datetime import timedelta

import discord
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from simcord.results import InteractionResult, ResponseMessage

from demo.world import BOT
from domain.actions import Action
from tests.fanserver import ENGLISH, FanServer
from tests.shown import form_of, labels_of, pings_of, text_of, told
from ui.text import stamp

TITLE = "Match a million"


async def settings(server: FanServer, number: int = 1) -> InteractionResult:
    """Open the panel of a published action."""
    panel = await server.slash(server.organiser, "action manage", action=str(number))
    return await server.press(server.organiser, panel, "sign_up_settings")


async def typed(server: FanServer, verb: str, *values: str) -> InteractionResult:
    """Open the panel, one of its forms, and send what was typed."""
    form = await server.press(server.organiser, await settings(server), verb)
    return await server.fill(server.organiser, form, *values)


def newest(server: FanServer) -> ResponseMessage:
    return server.messages()[-1]


# ---- Who


async def test_only_who_runs_the_action_opens_its_settings(server: FanServer) -> None:
    action = await server.publish()
    for verb in ("sign_up_settings", "cut_off", "condition", "participant_role", "roles_again"):
        refused = await server.press_forged(server.fan, f"fc:{verb}:{action.action_id}")
        role = f"<@&{server.world.organisers.id}>"
        assert told(refused) == ENGLISH("refused.needs_organiser", role=role)


async def test_settings_of_a_draft_stand_in_its_preview_and_then_on_its_card(
    server: FanServer,
) -> None:
    preview = await server.draft()
    panel = await server.press(server.organiser, preview, "sign_up_settings")
    form = await server.press(server.organiser, panel, "cut_off")
    panel = await server.fill(server.organiser, form, "2 hours before")
    assert "**Sign-ups close** <t:" in told(panel)
    outdated = await server.press(server.organiser, preview, "publish")
    assert "Sign-ups until <t:" in told(outdated)
    await server.press(server.organiser, outdated, "publish")
    assert "Sign-ups until <t:" in text_of(server.card())


# ---- The role one needs


async def test_a_role_gates_signing_up_and_the_refusal_names_it(server: FanServer) -> None:
    await server.publish()
    role = server.world.reviewers
    panel = await server.pick(server.organiser, await settings(server), "gate_role", role)
    assert told(panel)
    assert f"Sign-ups for members with <@&{role.id}>" in text_of(server.card())
    refused = await server.click(server.fan, server.card(), "I'm in")
    assert told(refused) == ENGLISH(
        "refused.needs_sign_up_role", title=TITLE, role=f"<@&{role.id}>"
    )
    joined = await server.click(server.reviewer, server.card(), "I'm in")
    assert told(joined).startswith(ENGLISH("joined.now.in", title=TITLE, place="1"))


# ---- The cut-off


async def test_a_cut_off_is_typed_as_a_length_or_as_a_time(server: FanServer) -> None:
    action = await server.publish()
    panel = await typed(server, "cut_off", "90 min")
    form = await server.press(server.organiser, panel, "cut_off")
    assert [*form_of(form).values()] == ["90 min"]
    await server.fill(server.organiser, form, "24 Nov 18:00")
    action = await server.newest()
    assert stamp(action.sign_ups_end, "f") in text_of(server.card())
    await server.jump_to(action.sign_ups_end)
    assert all("I'm in" not in labels_of(shown) for shown in server.messages())
    refused = await server.press_forged(server.fan, f"fc:join:{action.action_id}")
    assert told(refused) == ENGLISH("refused.sign_ups_closed", title=TITLE)
    open_again = await typed(server, "cut_off", "")
    assert ENGLISH("settings.no_cut_off") in told(open_again)


async def test_a_cut_off_that_cannot_be_read_or_be_keeps_what_was_typed(server: FanServer) -> None:
    await server.publish()
    for text, why in (
        ("soonish", "I couldn't read “soonish”"),
        ("400 days", "which has passed or is too early"),
        ("25 Nov 18:00", "Sign-ups can't close after the start"),
        ("1 Nov 2026", "1 Nov"),
    ):
        refused = await typed(server, "cut_off", text)
        assert why in told(refused), told(refused)
        again = await server.click(server.organiser, refused, "Try again")
        assert [*form_of(again).values()] == [text]
    assert (await server.newest()).sign_up_lead is None


async def test_a_time_that_can_be_read_two_ways_is_asked_about(server: FanServer) -> None:
    await server.publish()
    asked = await typed(server, "cut_off", "24 Nov at 6")
    assert len(labels_of(asked)) == 2
    panel = await server.click(server.organiser, asked, labels_of(asked)[1])
    assert "**Sign-ups close** <t:" in told(panel)
    assert (await server.newest()).sign_up_lead is not None


# ---- Options


async def test_options_are_buttons_in_their_own_words_and_full_ones_are_dead(
    server: FanServer,
) -> None:
    await server.publish()
    panel = await typed(server, "sign_up_options", "can *host* | 1\nlate")
    assert "can \\*host\\*: 0 of 1 · late: 0" in told(panel)
    assert labels_of(server.card())[:3] == ["I'm in", "can *host*", "late"]
    joined = await server.click(server.fans[0], server.card(), "can *host*")
    assert ENGLISH("joined.option", option="can \\*host\\*") in told(joined)
    assert "**Also as** can \\*host\\*: 1 of 1 · late: 0" in text_of(server.card())
    assert labels_of(server.card())[:2] == ["I'm in", "late"]
    chosen = await server.click(server.fans[0], server.card(), "late")
    assert told(chosen).startswith(ENGLISH("joined.chose", option="late", title=TITLE, place="1"))
    assert "can \\*host\\*: 0 of 1 · late: 1" in text_of(server.card())
    plain = await server.click(server.fans[0], server.card(), "I'm in")
    assert told(plain).startswith(ENGLISH("joined.chose_none", title=TITLE, place="1"))


async def test_an_option_that_filled_up_meanwhile_names_what_is_open(server: FanServer) -> None:
    await server.publish()
    await typed(server, "sign_up_options", "can host | 1\nlate | 3")
    before = newest(server)
    old = await server.click(server.fans[0], server.card(), "can host")
    assert told(old)
    host = next(o for o in (await whole(server)).parts.options if o.label == "can host")
    refused = await server.press_forged(
        server.fans[1], f"fc:join:{server.id_of()}.{host.option_id}"
    )
    assert told(refused) == ENGLISH("refused.option_full_others", option="can host", others="late")
    gone = await server.press_forged(server.fans[1], f"fc:join:{server.id_of()}.9999")
    assert told(gone) == ENGLISH("refused.no_such_option")
    assert before


async def whole(server: FanServer):
    return await server.services.actions.find_whole(server.guild_id, server.id_of())


async def test_options_in_use_are_kept_and_what_was_typed_too(server: FanServer) -> None:
    await server.publish()
    await typed(server, "sign_up_options", "can host | 5\nlate")
    await server.click(server.fan, server.card(), "can host")
    refused = await typed(server, "sign_up_options", "late")
    assert told(refused) == ENGLISH("field.options.chosen", text="can host", people="1")
    again = await server.click(server.organiser, refused, "Try again")
    assert [*form_of(again).values()] == ["late"]
    renamed = await server.fill(server.organiser, again, "late\nhosting | 1")
    assert "hosting: 1 of 1 · late: 0" in told(renamed)


# ---- The condition


async def test_a_condition_is_told_with_every_reminder_and_kept_or_called_off(
    server: FanServer,
) -> None:
    await server.publish(when="24 Nov 20:00")
    panel = await typed(server, "condition", "2", "24 Nov 10:00")
    assert "Needs 2 people by <t:" in told(panel)
    await server.click(server.fan, server.card(), "I'm in")
    assert ": 1 so far" in text_of(server.card())
    action = await server.newest()
    assert action.decide is not None
    await server.jump_to(action.decide.at - timedelta(hours=1))
    assert "Not certain yet" in text_of(server.message_with("Coming up"))
    role_id = (await server.newest()).role_id
    await server.jump_to(action.decide.at)
    assert "**Cancelled:**" in text_of(server.message_with("Coming up"))
    told_all = newest(server)
    assert text_of(told_all).startswith(f"<@&{role_id}> Called off: “{TITLE}” does not take place.")
    assert "1 person signed up; it needed 2." in text_of(told_all)
    assert pings_of(told_all)[1] == {role_id}
    assert labels_of(told_all) == ["Tally"]
    assert "**Called off** It needed 2 people by" in text_of(server.card())
    before = len(server.messages())
    await server.jump(days=4)
    assert len(server.messages()) == before


async def test_with_enough_people_it_is_confirmed_and_can_no_longer_be_changed(
    server: FanServer,
) -> None:
    await server.publish()
    await typed(server, "condition", "1", "24 Nov 10:00")
    await server.click(server.fan, server.card(), "I'm in")
    action = await server.newest()
    assert action.decide is not None
    await server.jump_to(action.decide.at)
    assert f"It goes ahead: “{TITLE}”, Tue 24 Nov 20:00 KST." in text_of(newest(server))
    assert "**Confirmed** It goes ahead" in text_of(server.card())
    refused = await server.press(server.organiser, await settings(server), "condition")
    assert told(refused) == ENGLISH("settings.decided", title=TITLE)


async def test_half_a_condition_is_refused_and_kept(server: FanServer) -> None:
    await server.publish(capacity=3)
    for needed, by, key in (
        ("2", "", "settings.condition_half"),
        ("", "24 Nov 10:00", "settings.condition_half"),
        ("many", "24 Nov 10:00", "amount.not_understood"),
    ):
        refused = await typed(server, "condition", needed, by)
        assert ENGLISH(key, text=needed) in told(refused)
        again = await server.click(server.organiser, refused, "Try again")
        assert [*form_of(again).values()] == [needed, by]
    late = await typed(server, "condition", "2", "25 Nov 10:00")
    assert "is too late" in told(late)
    many = await typed(server, "condition", "4", "24 Nov 10:00")
    assert "only 3 can be in" in told(many)


# ---- Where it is posted


async def test_a_draft_is_posted_where_its_organiser_chose_if_the_bot_can(
    server: FanServer,
) -> None:
    closed = server.world.guild.create_text_channel("closed")
    denied = discord.Permissions(send_messages=True).value
    bot_id = server.env.backend.bot_user.id
    locked = [Overwrite(bot_id, OverwriteType.MEMBER, 0, denied)]
    server.env.backend.edit_channel(closed.id, {}, overwrites=locked)
    await server.env.settle()
    preview = await server.draft()
    panel = await server.press(server.organiser, preview, "sign_up_settings")
    refused = await server.pick(server.organiser, panel, "draft_channel", closed)
    assert "I can't post in #closed yet" in told(refused)
    panel = await server.pick(server.organiser, panel, "draft_channel", server.general)
    assert ENGLISH("settings.channel", channel=f"<#{server.general.id}>") in told(panel)
    outdated = await server.press(server.organiser, preview, "publish")
    done = await server.press(server.organiser, outdated, "publish")
    assert f"<#{server.general.id}>" in told(done)
    assert server.messages() == []
    assert TITLE in text_of(server.messages(server.general)[-1])


# ---- The participant role


def roles_of(server: FanServer, fan: int = 0) -> list[str]:
    """The roles that a fan has beside the server's own."""
    names = {role.id: name for name, role in server.world.guild.roles.items()}
    member = server.env.backend.get_member(server.guild_id, server.fans[fan].id)
    return [names[role] for role in member.role_ids if role != server.world.trend_alerts.id]


async def publish_without_role(server: FanServer) -> Action:
    """Publish an action where the server gives no participant roles."""
    await server.services.servers.set_grants_roles(server.manager, server.guild_id, grants=False)
    return await server.publish()


def set_permissions(server: FanServer, **granted: bool) -> None:
    role = server.world.guild.roles[BOT]
    allowed = discord.Permissions(view_channel=True, send_messages=True, **granted)
    server.env.backend.edit_role(server.guild_id, role.id, {"permissions": allowed.value})


async def test_the_role_is_given_pinged_and_deleted_afterwards(server: FanServer) -> None:
    action = await publish_without_role(server)
    await server.click(server.fans[0], server.card(), "I'm in")
    panel = await server.click(server.organiser, await settings(server), "Switch on")
    assert ENGLISH.many("settings.role_progress", 1, given="0", role="") in told(panel)
    name = f"#1 {TITLE}"
    assert roles_of(server) == [name]
    await server.click(server.fans[1], server.card(), "I'm in")
    assert roles_of(server, 1) == [name]
    role_id = server.world.guild.roles[name].id
    again = await settings(server)
    assert f"2 of 2 people have the role <@&{role_id}>" in told(again)
    await server.jump_to(action.starts_at)
    moment = server.message_with("It's time")
    assert pings_of(moment) == (set(), {role_id}, False)
    await server.click(server.fans[1], server.card(), "Leave")
    assert roles_of(server, 1) == []
    await server.jump_to(action.log_until)
    assert name not in server.world.guild.roles


async def test_a_missing_permission_is_told_before_anything_is_switched_on(
    server: FanServer,
) -> None:
    await publish_without_role(server)
    set_permissions(server)
    await server.env.settle()
    refused = await server.click(server.organiser, await settings(server), "Switch on")
    assert told(refused) == ENGLISH("roles.no_permission")
    assert not (await server.newest()).grants_role


async def test_a_permission_lost_later_stops_the_queue_and_is_mended_by_a_click(
    server: FanServer,
) -> None:
    await server.publish()
    set_permissions(server)
    await server.click(server.fan, server.card(), "I'm in")
    notice = server.message_with(ENGLISH("notice.role_failed"))
    server.expect_error("roles of action")
    panel = await server.click(server.organiser, notice, "Sign-up settings")
    assert "⚠ Stopped, 0 of 1 have it: I may not make or give out the role." in told(panel)
    refused = await server.click(server.organiser, panel, "Try again")
    assert told(refused) == ENGLISH("roles.no_permission")
    set_permissions(server, manage_roles=True)
    await server.env.settle()
    await server.click(server.organiser, panel, "Try again")
    assert roles_of(server) == [f"#1 {TITLE}"]


async def test_a_role_deleted_by_hand_is_noticed_and_made_anew(server: FanServer) -> None:
    await server.publish()
    await server.click(server.fans[0], server.card(), "I'm in")
    name = f"#1 {TITLE}"
    server.env.backend.delete_role(server.guild_id, server.world.guild.roles[name].id)
    await server.click(server.fans[1], server.card(), "I'm in")
    server.expect_error("roles of action")
    notice = server.message_with(ENGLISH("notice.role_gone.participants"))
    panel = await server.click(server.organiser, notice, "Sign-up settings")
    assert "⚠ Stopped, 0 of 2 have it: somebody deleted the role." in told(panel)
    await server.click(server.organiser, panel, "Try again")
    assert roles_of(server, 0) == roles_of(server, 1) == [name]


async def test_a_role_deleted_while_nobody_comes_or_goes_is_mended_too(server: FanServer) -> None:
    await server.publish()
    await server.click(server.fan, server.card(), "I'm in")
    name = f"#1 {TITLE}"
    server.env.backend.delete_role(server.guild_id, server.world.guild.roles[name].id)
    await server.settle()
    await server.settle()
    notice = server.message_with(ENGLISH("notice.role_gone.participants"))
    panel = await server.click(server.organiser, notice, "Sign-up settings")
    await server.click(server.organiser, panel, "Try again")
    assert roles_of(server) == [name]


async def test_a_server_gives_roles_to_every_new_action_or_to_none(server: FanServer) -> None:
    shown = await server.setup_page("roles")
    assert ENGLISH("setup.grants_roles.on") in told(shown)
    shown = await server.click(server.moderator, shown, "No participant roles")
    assert ENGLISH("setup.grants_roles.off") in told(shown)
    shown = await server.click(server.moderator, shown, "Give participant roles")
    assert ENGLISH("setup.grants_roles.on") in told(shown)
    await server.publish()
    await server.click(server.fan, server.card(), "I'm in")
    assert roles_of(server) == [f"#1 {TITLE}"]
    off = await server.click(server.organiser, await settings(server), "Switch off")
    assert told(off)
    assert roles_of(server) == []
    refused = await server.press_forged(server.organiser, "fc:setup_roles:0.1")
    assert told(refused) == ENGLISH("refused.needs_manage_server")
