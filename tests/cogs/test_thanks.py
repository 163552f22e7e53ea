"""Being named by choice, the leaderboard, one's own numbers, and the thank-you role, by clicks."""

from __future__ import annotations

from typing import Any

import discord
from simcord.builders import RoleHandle
from simcord.results import InteractionResult

from demo.world import FANS
from domain.deliveries import DeliveryKind
from domain.servers import RolePurpose
from tests.fanserver import ENGLISH, KOREAN, FanServer
from tests.shown import ids_of, labels_of, picked_in, text_of, told


async def me(server: FanServer, number: int = 0) -> InteractionResult:
    return await server.settings_of(server.fans[number])


async def logged(server: FanServer, number: int = 0) -> InteractionResult:
    return await server.contributions_of(server.fans[number])


async def leaderboard(server: FanServer, number: int = 0) -> InteractionResult:
    tally = await server.slash(server.fans[number], "tally", action="1")
    return await server.press(server.fans[number], tally, "leaderboard")


async def started(server: FanServer, **options: Any) -> None:
    """A fundraiser whose moment has come."""
    action = await server.publish(**options)
    await server.jump_to(action.starts_at)


async def name(server: FanServer, number: int = 0) -> InteractionResult:
    asked = await server.click(server.fans[number], await me(server, number), "Name me")
    return await server.click(server.fans[number], asked, "Name me")


def set_nick(server: FanServer, nick: str) -> None:
    backend = server.env.backend
    backend.edit_member(server.guild_id, server.fan.id, {"nick": nick})


# ---- Being named


async def test_a_fan_reads_what_it_means_before_they_are_named(server: FanServer) -> None:
    await started(server)
    await server.log(server.fan, "10")
    asked = await server.click(server.fan, await me(server), "Name me")
    for key in ("leaderboards", "files", "undoing", "never"):
        assert ENGLISH(f"naming.{key}") in told(asked)
    left = await server.click(server.fan, asked, "Cancel")
    assert "Name me" in labels_of(left)
    assert ENGLISH("leaderboard.nobody") in told(await leaderboard(server))
    await name(server)
    shown = await me(server)
    listed = FANS[0][1]
    assert ENGLISH("naming.named", name=listed) in told(shown)
    assert f"**1** {listed}: US$10.00" in told(await leaderboard(server, 1))


async def test_a_fan_takes_their_name_back_at_once(server: FanServer) -> None:
    await started(server)
    await server.log(server.fan, "10")
    shown = await server.click(server.fan, await name(server), "Don't name me")
    assert ENGLISH("naming.stopped") in told(shown)
    assert "Name me" in labels_of(shown)
    assert ENGLISH("leaderboard.nobody") in told(await leaderboard(server, 1))


async def test_a_new_name_is_taken_when_a_fan_says_so_and_does_no_harm(server: FanServer) -> None:
    await started(server)
    await server.log(server.fan, "10")
    assert "Update my name" not in labels_of(await name(server))
    set_nick(server, "@everyone **Mina**")
    assert "@everyone" not in told(await leaderboard(server, 1))
    shown = await server.click(server.fan, await me(server), "Update my name")
    assert "Update my name" not in labels_of(shown)
    board = told(await leaderboard(server, 1))
    assert "@\u200beveryone \\*\\*Mina\\*\\*: US$10.00" in board


# ---- The leaderboard


async def test_only_who_chose_it_is_listed_and_nobody_else_is_mentioned(server: FanServer) -> None:
    await started(server)
    for number, typed in enumerate(("10", "20", "30")):
        await server.log(server.fans[number], typed)
    await name(server, 1)
    shown = await leaderboard(server)
    assert ENGLISH("leaderboard.who") in told(shown)
    assert "**1** " in told(shown)
    assert "US$20.00" in told(shown)
    assert "US$10.00" not in told(shown)
    assert "US$30.00" not in told(shown)
    assert "Name me" in labels_of(shown)
    mine = await leaderboard(server, 1)
    assert "Name me" not in labels_of(mine)


async def test_each_currency_has_its_own_board(server: FanServer) -> None:
    await started(server, texts=("https://example.org/give", "USD, EUR", "", "", ""))
    await server.log(server.fan, "10")
    await name(server)
    shown = await leaderboard(server)
    assert picked_in(shown, "fs:leaderboard_unit") == ["0"]
    shown = await server.pick(server.fan, shown, "leaderboard_unit", "1")
    assert picked_in(shown, "fs:leaderboard_unit") == ["1"]
    assert ENGLISH("leaderboard.nobody") in told(shown)


async def test_pages_turn_in_place(server: FanServer) -> None:
    await started(server)
    action = await server.newest()
    services, ids = server.services, (server.guild_id, action.action_id)
    for number in range(11):
        fan = server.actor(server.join(f"fan{number}"))
        await services.contributions.log(fan, *ids, 100 + number)
        await services.naming.name_me(fan, server.guild_id, f"Fan {number}")
    shown = await leaderboard(server)
    assert "Previous" not in labels_of(shown)
    shown = await server.click(server.fan, shown, "Next")
    assert "**11** Fan 0: US$1.00" in told(shown)
    assert "Next" not in labels_of(shown)
    assert "Fan 10" in told(await server.click(server.fan, shown, "Previous"))


async def test_it_is_below_the_final_tally_and_kept_where_the_tally_is(server: FanServer) -> None:
    await started(server)
    action = await server.newest()
    await server.log(server.fan, "10")
    await name(server)
    public = server.services.servers.set_tally_public
    await public(server.manager, server.guild_id, public=False)
    refused = await server.press_forged(server.fans[1], f"fc:leaderboard:{action.action_id}")
    assert "US$" not in told(refused)
    await server.jump_to(action.log_until)
    tally = next(m for m in reversed(server.messages()) if "Final tally" in text_of(m))
    assert "US$10.00" in told(await server.click(server.fans[1], tally, "Leaderboard"))


# ---- One's own numbers


async def test_a_fans_numbers_are_their_own(server: FanServer) -> None:
    await started(server)
    await server.press(server.fan, server.card(), "join")
    await server.log(server.fan, "10")
    await server.log(server.fans[1], "70")
    shown = await server.click(server.fan, await logged(server), "My numbers")
    assert "signed up" in told(shown)
    assert "**US$10.00** logged" in told(shown)
    assert "70" not in told(shown)
    back = await server.click(server.fan, shown, "Back")
    assert ENGLISH("me.contributions") in told(back)
    nothing = await server.click(server.fans[2], await logged(server, 2), "My numbers")
    assert ENGLISH("own_numbers.none") in told(nothing)


async def test_in_korean_it_all_is(korean_server: FanServer) -> None:
    server = korean_server
    await started(server)
    await server.log(server.fan, "10")
    panel = await server.press(server.fan, await me(server), "name_me")
    assert KOREAN("naming.undoing") in told(panel)
    await server.press(server.fan, panel, "name_me_yes")
    assert "**1위** " in told(await leaderboard(server, 1))
    numbers = await server.press(server.fan, await logged(server), "my_numbers")
    assert KOREAN("own_numbers.heading") in told(numbers)


# ---- The thank-you role


async def choose(server: FanServer, role: RoleHandle) -> InteractionResult:
    page = await server.setup_page("roles")
    return await server.pick(server.moderator, page, "setup_thanks", role)


async def thanking(server: FanServer) -> RoleHandle:
    """The server thanks with a role of its own."""
    role = server.world.guild.create_role("Thank you")
    assert picked_in(await choose(server, role), "fsr:setup_thanks") == [str(role.id)]
    return role


async def verify_first(server: FanServer) -> None:
    (own,) = await server.services.contributions.list_own(
        server.actor(server.fan), server.guild_id, limit=1
    )
    ids = (server.guild_id, own.contribution.contribution_id)
    await server.services.reviews.verify(server.actor(server.reviewer), *ids)
    await server.settle()


async def test_a_verified_fan_gets_the_role_and_no_ping(server: FanServer) -> None:
    role = await thanking(server)
    await started(server)
    await server.log(server.fan, "10")
    assert server.holders(role.id) == set()
    before = len(server.messages())
    await verify_first(server)
    assert server.holders(role.id) == {server.fan.id}
    assert len(server.messages()) == before
    assert await server.outcome(await server.newest(), DeliveryKind.THANKS) == ["sent"]


async def test_roles_that_nobody_should_get_so_are_refused(server: FanServer) -> None:
    guild, backend = server.world.guild, server.env.backend
    mods, of_a_service, above = map(guild.create_role, ("Mods", "Patrons", "Above"))
    permissions = discord.Permissions(ban_members=True).value
    backend.edit_role(server.guild_id, mods.id, {"permissions": permissions})
    backend.edit_role(server.guild_id, of_a_service.id, {"managed": True})
    backend.edit_role(server.guild_id, above.id, {"position": 99})
    await server.env.settle()
    for role, key in (
        (mods, "setup.powerful_role"),
        (of_a_service, "setup.managed_role"),
        (above, "roles.above_bot"),
    ):
        assert told(await choose(server, role)) == ENGLISH(key, role=f"<@&{role.id}>")
    refused = await choose(server, server.world.reviewers)
    assert told(refused) == ENGLISH("setup.thanks_role_has_rights")
    settings = await server.services.servers.get(server.guild_id)
    assert settings.role(RolePurpose.THANKS) is None


async def test_a_role_moved_above_the_bots_is_told_and_given_once_that_is_mended(
    server: FanServer,
) -> None:
    role = await thanking(server)
    await started(server)
    await server.log(server.fan, "10")
    server.env.backend.edit_role(server.guild_id, role.id, {"position": 99})
    await verify_first(server)
    server.expect_error("thank-you role")
    text = ENGLISH("notice.role_failed_thanks")
    assert [text in text_of(m) for m in server.messages()].count(True) == 1
    server.env.backend.edit_role(server.guild_id, role.id, {"position": 1})
    panel = await server.slash(server.moderator, "setup")
    await server.press(server.moderator, panel, "setup_check")
    await server.settle()
    assert server.holders(role.id) == {server.fan.id}


async def test_a_deleted_role_is_told_and_another_one_reaches_who_waited(
    server: FanServer,
) -> None:
    role = await thanking(server)
    await started(server)
    await server.log(server.fan, "10")
    server.env.backend.delete_role(server.guild_id, role.id)
    await server.settle()
    await verify_first(server)
    notices = [m for m in server.messages() if ENGLISH("notice.role_gone.thanks") in text_of(m)]
    assert len(notices) == 1
    assert ids_of(notices[0]) == []
    panel = await server.slash(server.moderator, "setup")
    assert ENGLISH("setup.gone.thanks") in told(panel)
    another = server.world.guild.create_role("Thanks again")
    await server.env.settle()
    await choose(server, another)
    await server.settle()
    assert server.holders(another.id) == {server.fan.id}
    server.expect_error("thank-you role")


async def test_only_moderators_choose_the_role(server: FanServer) -> None:
    role = server.world.guild.create_role("Thank you")
    for who in (server.fan, server.organiser):
        refused = await server.pick_forged(who, "fsr:setup_thanks:0", role, type=6)
        assert told(refused) == ENGLISH("refused.needs_manage_server")
