"""/setup: one panel for the server's settings, which only its managers may touch."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from simcord.results import InteractionResult

from demo.world import BOT, BOT_PERMISSIONS
from domain.errors import Refusal
from domain.servers import RolePurpose, Server
from tests.fanserver import ENGLISH, KOREAN, FanServer
from tests.shown import labels_of, number_of, picked_in, text_of, told
from ui.setup_pages import SetupPage
from ui.setup_todo import GONE
from ui.text import stamp

SEND_MESSAGES = discord.Permissions(send_messages=True).value
READY = "Ready: I can post"


async def panel(server: FanServer, **options: str) -> InteractionResult:
    return await server.slash(server.moderator, "setup", **options)


async def turn(server: FanServer, shown: InteractionResult, page: str) -> InteractionResult:
    return await server.pick(server.moderator, shown, "setup_page", page)


async def settings(server: FanServer) -> Server:
    return await server.services.servers.get(server.guild_id)


def forbid(server: FanServer, permissions: int) -> None:
    """Take permissions from the bot in #announcements."""
    server.env.backend.edit_channel(
        server.announcements.id,
        {},
        overwrites=[
            Overwrite(server.env.backend.bot_user.id, OverwriteType.MEMBER, 0, permissions)
        ],
    )


def limit_bot(server: FanServer, permissions: discord.Permissions) -> None:
    role = server.world.guild.roles[BOT]
    server.env.backend.edit_role(server.guild_id, role.id, {"permissions": permissions.value})


async def test_a_moderator_sets_everything_up_on_one_panel(new_server: FanServer) -> None:
    server, world = new_server, new_server.world
    shown = await panel(server)
    assert "time zone" in told(shown)
    shown = await panel(server, zone="Asia/Seoul")
    assert "Sat 21 Nov 21:00 KST" in told(shown)
    shown = await server.pick(server.moderator, shown, "channel", world.announcements)
    shown = await turn(server, shown, "roles")
    shown = await server.pick(server.moderator, shown, "organiser", world.organisers)
    shown = await server.pick(server.moderator, shown, "reviewer", world.reviewers)
    shown = await turn(server, shown, "alerts")
    shown = await server.pick(server.moderator, shown, "setup_ping", world.trend_alerts)
    assert picked_in(shown, "fsr:setup_ping") == [str(world.trend_alerts.id)]
    shown = await server.press(server.moderator, shown, "setup_back")
    assert READY in told(shown)
    assert picked_in(shown, "fsc:setup_channel") == [str(world.announcements.id)]
    assert await settings(server) == Server(
        server.guild_id,
        language="en",
        zone="Asia/Seoul",
        announce_channel_id=world.announcements.id,
        roles={
            RolePurpose.ORGANISER: world.organisers.id,
            RolePurpose.REVIEWER: world.reviewers.id,
            RolePurpose.PING: world.trend_alerts.id,
        },
    )
    action = await server.publish()
    assert action.number == 1
    assert len(server.messages()) == 2


async def test_without_manage_roles_it_says_that_nobody_is_pinged_and_how_to_go_on(
    server: FanServer,
) -> None:
    todo = ENGLISH("setup.todo_roles", button=ENGLISH("button.setup_roles_off"))
    shown = await panel(server)
    assert READY in told(shown)
    assert todo not in told(shown)
    limit_bot(server, BOT_PERMISSIONS & ~discord.Permissions(manage_roles=True))
    await server.env.settle()
    shown = await panel(server)
    assert todo in told(shown)
    assert READY not in told(shown)
    shown = await server.click(server.moderator, shown, "Roles")
    assert todo in told(shown)
    shown = await server.click(server.moderator, shown, "No participant roles")
    assert todo not in told(shown)
    assert READY in told(await server.press(server.moderator, shown, "setup_back"))
    assert not (await settings(server)).grants_roles


async def test_an_empty_panel_says_what_is_still_to_do(new_server: FanServer) -> None:
    text = told(await panel(new_server))
    for key in ("zone_unset", "todo_zone", "todo_channel_here", "hint_organiser", "hint_ping"):
        assert ENGLISH(f"setup.{key}") in text
    assert READY not in text


async def test_what_is_to_do_leads_to_its_page(new_server: FanServer) -> None:
    server = new_server
    shown = await panel(server)
    assert labels_of(shown) == ["Roles", "Alert roles", "Check again", "Choose time zone"]
    shown = await server.click(server.moderator, shown, "Alert roles")
    assert ENGLISH("setup.hint_ping") in told(shown)
    assert ENGLISH("setup.hint_organiser") not in told(shown)
    assert "Create an alert role" in labels_of(shown)


async def test_the_list_of_pages_shows_the_page_that_is_open(server: FanServer) -> None:
    """A client keeps what was picked in a select for as long as it has the same number."""
    numbers: set[int] = set()
    shown = await panel(server)
    for _ in range(2):
        shown = await turn(server, shown, "languages")
        assert picked_in(shown, "fs:setup_page") == ["languages"]
        shown = await server.press(server.moderator, shown, "setup_back")
        assert picked_in(shown, "fs:setup_page") == ["basics"]
        numbers.add(number_of(shown, "fs:setup_page"))
    assert len(numbers) == 2


@pytest.mark.parametrize("page", SetupPage)
async def test_every_page_leads_to_every_other_one_and_back(
    server: FanServer, page: SetupPage
) -> None:
    shown = await server.setup_page(page.value)
    assert picked_in(shown, "fs:setup_page") == [page.value]
    other = "basics" if page is SetupPage.KINDS else "kinds"
    assert picked_in(await turn(server, shown, other), "fs:setup_page") == [other]


async def test_a_page_that_does_not_exist_is_refused(server: FanServer) -> None:
    refusal = ENGLISH("refused.unknown_button")
    assert await pick_anything(server, "setup_page", "secrets") == refusal
    forged = await server.press_forged(server.moderator, f"fc:setup_page:0.{len(SetupPage)}")
    assert told(forged) == refusal
    fan = await server.press_forged(server.fan, "fc:setup_page:0.1")
    assert told(fan) == ENGLISH("refused.needs_manage_server")


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("seoul", "Asia/Seoul"),
        ("Brazil", "America/Sao_Paulo"),
        ("manila", "Asia/Manila"),
        ("Asia/Jakarta", "Asia/Jakarta"),
    ],
)
async def test_zones_are_found_by_city_and_country(
    new_server: FanServer, typed: str, zone: str
) -> None:
    found = await new_server.completions(new_server.moderator, "setup", "zone", typed)
    assert zone in [value for _, value in found]
    assert all(len(name) <= 100 for name, _ in found)


async def test_a_korean_server_finds_zones_in_korean(korean_server: FanServer) -> None:
    found = await korean_server.completions(korean_server.moderator, "setup", "zone", "마닐라")
    assert found[0][1] == "Asia/Manila"
    assert "마닐라, 필리핀" in found[0][0]
    assert (await korean_server.completions(korean_server.moderator, "setup", "zone", "zzzz")) == []


async def test_an_unknown_zone_is_refused_and_nothing_changes(server: FanServer) -> None:
    shown = await panel(server, zone="Brigadoon")
    assert told(shown) == ENGLISH("setup.unknown_zone", text="Brigadoon")
    assert (await settings(server)).zone == "Asia/Seoul"


async def test_a_city_that_was_typed_by_hand_is_taken(server: FanServer) -> None:
    assert "Asia/Manila" in told(await panel(server, zone="manila"))


async def test_the_panel_says_at_once_which_permission_is_missing(server: FanServer) -> None:
    forbid(server, SEND_MESSAGES)
    shown = await panel(server)
    assert f"In <#{server.announcements.id}> I still need: Send Messages" in told(shown)
    assert READY not in told(shown)
    forbid(server, 0)
    shown = await server.press(server.moderator, shown, "setup_check")
    assert READY in told(shown)


async def test_what_could_not_be_posted_is_posted_once_the_permission_is_there(
    server: FanServer,
) -> None:
    await server.publish()
    forbid(server, SEND_MESSAGES)
    await server.jump(days=5)
    server.expect_error("failed for good: forbidden")
    before = len(server.messages())
    shown = await panel(server)
    await server.press(server.moderator, shown, "setup_check")
    await server.settle()
    assert len(server.messages()) == before
    forbid(server, 0)
    await server.press(server.moderator, shown, "setup_check")
    await server.settle()
    # The moment and the reminders help nobody any more; the tally is still owed.
    assert len(server.messages()) == before + 1
    assert "Final tally" in text_of(server.messages()[-1])


async def test_a_role_that_the_bot_may_not_ping_is_told_too(server: FanServer) -> None:
    forbid(server, discord.Permissions(embed_links=True, mention_everyone=True).value)
    text = told(await panel(server))
    assert "I still need: Embed Links and Mention the role" in text


@pytest.mark.parametrize("what", ["channel", *RolePurpose])
async def test_what_was_deleted_is_still_to_do(server: FanServer, what: str) -> None:
    set_role = server.services.servers.set_role
    for purpose in (RolePurpose.THANKS, RolePurpose.HELPER, RolePurpose.TRANSLATOR):
        role = server.world.guild.create_role(purpose.value)
        await set_role(server.manager, server.guild_id, purpose, role.id)
    before = await panel(server)
    assert READY in told(before)
    if what == "channel":
        server.env.backend.delete_channel(server.announcements.id)
    else:
        role = (await settings(server)).roles[RolePurpose(what)]
        server.env.backend.delete_role(server.guild_id, role)
    shown = await server.press(server.moderator, before, "setup_check")
    assert ENGLISH(f"setup.gone.{what}") in told(shown)
    assert READY not in told(shown)
    if what != "channel":
        shown = await turn(server, shown, GONE[what].value)
        assert ENGLISH(f"setup.gone.{what}") in told(shown)
    select = "fsc:setup_channel" if what == "channel" else f"fsr:setup_{what}"
    assert picked_in(shown, select) == []
    assert ("Create an alert role" in labels_of(shown)) == (what == "ping")


async def test_the_bot_creates_a_role_that_members_give_themselves(server: FanServer) -> None:
    shown = await server.pick(server.moderator, await server.setup_page("alerts"), "setup_ping")
    shown = await server.press(server.moderator, shown, "setup_create_ping")
    role = server.world.guild.roles["Action alerts"]
    assert (await settings(server)).role(RolePurpose.PING) == role.id
    assert (await settings(server)).self_service_ping
    assert ENGLISH("setup.self_service") in told(shown)
    assert "Create an alert role" not in labels_of(shown)


async def test_an_alert_role_is_created_once(server: FanServer) -> None:
    shown = await server.pick(server.moderator, await server.setup_page("alerts"), "setup_ping")
    first, second = await server.tap_twice(server.moderator, shown, "Create an alert role")
    assert ENGLISH("setup.self_service") in told(first)
    assert told(second) == ENGLISH("setup.has_ping_role")
    again = await server.press_forged(server.moderator, "fc:setup_create_ping:0")
    assert told(again) == ENGLISH("setup.has_ping_role")
    guild = server.env.backend.guilds[server.guild_id]
    assert [role.name for role in guild.roles.values()].count("Action alerts") == 1


async def test_where_the_alert_role_was_deleted_another_is_created(server: FanServer) -> None:
    server.env.backend.delete_role(server.guild_id, server.world.trend_alerts.id)
    page = await server.setup_page("alerts")
    shown = await server.press(server.moderator, page, "setup_create_ping")
    assert ENGLISH("setup.gone.ping") not in told(shown)
    assert READY in told(await panel(server))


async def test_without_manage_roles_no_role_is_created_and_the_panel_stays(
    server: FanServer,
) -> None:
    limit_bot(server, discord.Permissions(view_channel=True, send_messages=True))
    shown = await server.pick(server.moderator, await server.setup_page("alerts"), "setup_ping")
    refused = await server.press(server.moderator, shown, "setup_create_ping")
    assert told(refused) == ENGLISH("setup.cannot_create_role")
    assert (await settings(server)).role(RolePurpose.PING) is None


async def test_everyone_is_no_role_to_choose(server: FanServer) -> None:
    refused = await server.pick(
        server.moderator,
        await server.setup_page("alerts"),
        "setup_ping",
        server.world.guild.default_role,
    )
    assert told(refused) == ENGLISH("setup.everyone_role")
    assert (await settings(server)).role(RolePurpose.PING) == server.world.trend_alerts.id


async def test_another_ping_role_is_not_offered_to_members(server: FanServer) -> None:
    """What members could take themselves was the role that the bot made for it."""
    shown = await server.pick(server.moderator, await server.setup_page("alerts"), "setup_ping")
    shown = await server.press(server.moderator, shown, "setup_create_ping")
    await server.pick(server.moderator, shown, "setup_ping", server.world.organisers)
    assert not (await settings(server)).self_service_ping


async def test_keeping_proofs_longer_is_done_at_once_and_shorter_is_asked_first(
    server: FanServer,
) -> None:
    page = await server.setup_page("proof")
    assert picked_in(page, "fs:setup_keep_proofs") == ["180"]
    asked = await server.pick(server.moderator, page, "setup_keep_proofs", "60")
    assert told(asked) == ENGLISH("setup.keep_proofs_ask", days="60")
    assert (await settings(server)).keep_proofs_days == 180
    page = await server.click(server.moderator, asked, "Leave it as it is")
    assert picked_in(page, "fs:setup_keep_proofs") == ["180"]
    asked = await server.pick(server.moderator, page, "setup_keep_proofs", "60")
    page = await server.click(server.moderator, asked, "Yes, delete them sooner")
    assert picked_in(page, "fs:setup_keep_proofs") == ["60"]
    page = await server.pick(server.moderator, page, "setup_keep_proofs", "0")
    assert picked_in(page, "fs:setup_keep_proofs") == ["0"]
    assert (await settings(server)).keep_proofs_days is None


async def test_reviewers_are_told_when_proofs_are_deleted(server: FanServer) -> None:
    action = await server.publish()
    await server.jump_to(action.starts_at)
    await server.log(server.fan, "10", "AB-12")
    until = action.answers_until + timedelta(days=180)
    kept = ENGLISH("review.kept_until", date=stamp(until, "D"))
    assert kept in told(await server.slash(server.reviewer, "review"))
    await server.services.servers.set_keep_days(server.manager, server.guild_id, None)
    assert kept not in told(await server.slash(server.reviewer, "review"))


async def test_korean_makes_panel_card_and_replies_korean(server: FanServer) -> None:
    shown = await server.pick(server.moderator, await panel(server), "language", "ko")
    assert KOREAN("setup.heading") in told(shown)
    assert picked_in(shown, "fs:setup_language") == ["ko"]
    await server.publish()
    assert KOREAN("kind.fundraiser.name") in text_of(server.card())
    joined = await server.press(server.fan, server.card(), "join")
    assert KOREAN("joined.now.in", title="Match a million", place="1") in told(joined)


async def test_only_managers_of_the_server_open_the_panel(server: FanServer) -> None:
    """Discord hides the command from others; where a server shows it to them, the bot refuses."""
    assert "setup" not in server.fan.available_commands(server.general)
    server.show_command("setup", server.fan)
    shown = await server.slash(server.fan, "setup", zone="Asia/Manila")
    assert told(shown) == ENGLISH("refused.needs_manage_server")
    assert (await settings(server)).zone == "Asia/Seoul"


@pytest.mark.parametrize("who", ["fan", "organiser"])
async def test_a_forged_panel_refuses_whoever_is_no_manager(server: FanServer, who: str) -> None:
    person, before = getattr(server, who), await settings(server)
    refusal = ENGLISH("refused.needs_manage_server")
    for verb in ("setup_check", "setup_create_ping"):
        assert told(await server.press_forged(person, f"fc:{verb}:0")) == refusal
    forged = {"options": [{"label": "x", "value": "ko"}], "type": 3}
    picked = await server.pick_forged(person, "fs:setup_language:0", "ko", **forged)
    assert told(picked) == refusal
    channel = await server.pick_forged(person, "fsc:setup_channel:0", server.general, type=8)
    assert told(channel) == refusal
    for name in ("organiser", "reviewer", "ping", "thanks"):
        role = server.world.trend_alerts
        picked = await server.pick_forged(person, f"fsr:setup_{name}:0", role, type=6)
        assert told(picked) == refusal
    assert await settings(server) == before


async def test_a_language_that_does_not_exist_is_refused(server: FanServer) -> None:
    forged = {"options": [{"label": "x", "value": "xx"}], "type": 3}
    picked = await server.pick_forged(server.moderator, "fs:setup_language:0", "xx", **forged)
    assert told(picked) == ENGLISH("refused.unknown_button")
    assert all(isinstance(error, Refusal) for error in server.env.errors)


async def pick_anything(server: FanServer, verb: str, value: str) -> str:
    """What a moderator is told who sends any text at all as what was picked."""
    forged = {"options": [{"label": "x", "value": value}], "type": 3}
    return told(await server.pick_forged(server.moderator, f"fs:{verb}:0", value, **forged))


@pytest.mark.parametrize("value", ["404", "0", str(2**63), "9" * 90, "-1", "x", "١"])
async def test_what_is_of_no_server_cannot_be_picked(server: FanServer, value: str) -> None:
    before = await settings(server)
    forged = ENGLISH("refused.unknown_button")
    for verb, key in (("setup_channel", "no_such_channel"), ("setup_ping", "no_such_role")):
        expected = ENGLISH(f"setup.{key}") if value in ("404", "0") else forged
        assert await pick_anything(server, verb, value) == expected
    assert await settings(server) == before


async def test_what_is_of_another_server_cannot_be_picked(server: FanServer) -> None:
    before, elsewhere = await settings(server), server.env.create_guild("Elsewhere")
    channel, role = elsewhere.create_text_channel("general"), elsewhere.create_role("Fans")
    refused = await pick_anything(server, "setup_channel", str(channel.id))
    assert refused == ENGLISH("setup.no_such_channel")
    for purpose in RolePurpose:
        refused = await pick_anything(server, f"setup_{purpose}", str(role.id))
        assert refused == ENGLISH("setup.no_such_role")
    assert await settings(server) == before


async def test_only_a_text_channel_can_be_picked(server: FanServer) -> None:
    guild = server.world.guild
    for channel in (guild.create_category("Talk"), guild.create_voice_channel("Stage")):
        refused = await pick_anything(server, "setup_channel", str(channel.id))
        assert refused == ENGLISH("setup.no_such_channel")
