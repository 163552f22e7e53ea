"""/help tells everybody what they may do, and a new server once how to start."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.builders import ChannelHandle, GuildHandle
from simcord.enums import OverwriteType

from cogs.help import HelpCog
from domain.servers import RolePurpose
from services.budget import WELCOMES, importance
from tests.fanserver import ENGLISH, KOREAN, FanServer
from tests.shown import labels_of, text_of, told

WELCOME = ENGLISH("welcome.heading")


async def test_everybody_is_told_what_they_may_do_and_no_more(server: FanServer) -> None:
    parts = {
        server.fan: [],
        server.reviewer: ["reviewer"],
        server.organiser: ["organiser", "reviewer"],
        server.moderator: ["moderator", "organiser", "reviewer"],
    }
    for who, expected in parts.items():
        shown = told(await server.slash(who, "help"))
        assert ENGLISH("help.fan") in shown
        for part in ("moderator", "organiser", "reviewer"):
            assert (ENGLISH(f"help.{part}") in shown) == (part in expected)


async def test_translators_and_helpers_read_of_their_commands(server: FanServer) -> None:
    for purpose, part in ((RolePurpose.TRANSLATOR, "translator"), (RolePurpose.HELPER, "helper")):
        role = server.world.guild.create_role(part)
        await server.services.servers.set_role(server.manager, server.guild_id, purpose, role.id)
        someone = server.join(part, roles=(role,))
        assert ENGLISH(f"help.{part}") in told(await server.slash(someone, "help"))
        assert ENGLISH(f"help.{part}") not in told(await server.slash(server.fan, "help"))


async def test_what_to_do_next_is_a_tap_away(server: FanServer) -> None:
    shown = await server.slash(server.fan, "help")
    assert ENGLISH("help.next_join") in told(shown)
    assert labels_of(shown) == ["What's coming", "My sign-ups"]
    await server.publish()
    listed = await server.click(server.fan, shown, "What's coming")
    assert "Match a million" in told(listed)
    own = await server.slash(server.fan, "help")
    assert told(await server.click(server.fan, own, "My sign-ups"))
    checked = await server.slash(server.reviewer, "help")
    assert told(await server.click(server.reviewer, checked, "Review"))
    assert ENGLISH("help.next_create") in told(await server.slash(server.organiser, "help"))


async def test_where_nothing_is_set_up_moderators_are_led_there(new_server: FanServer) -> None:
    server = new_server
    fan = await server.slash(server.fan, "help")
    assert ENGLISH("help.next_not_set_up") in told(fan)
    assert "Set up" not in labels_of(fan)
    shown = await server.slash(server.moderator, "help")
    assert ENGLISH("help.next_set_up") in told(shown)
    panel = await server.click(server.moderator, shown, "Set up")
    assert ENGLISH("setup.heading") in told(panel)


async def test_help_is_korean_in_a_korean_server(korean_server: FanServer) -> None:
    shown = told(await korean_server.slash(korean_server.organiser, "help"))
    assert KOREAN("help.organiser") in shown


# ---- The first words


async def join(server: FanServer, guild: GuildHandle) -> None:
    """Have the bot notice that it is in a server now, with the channels that are there."""
    await server.env.settle()
    await greet(server, guild.id)


async def greet(server: FanServer, guild_id: int) -> None:
    guild, cog = server.bot.get_guild(guild_id), server.bot.get_cog(HelpCog.__cog_name__)
    assert guild is not None
    assert isinstance(cog, HelpCog)
    await cog.on_guild_join(guild)  # dispatched, nothing would wait for its end
    await server.settle()


def words(server: FanServer, *channels: ChannelHandle) -> list[list[str]]:
    """What was said in each channel."""
    return [[text_of(message) for message in server.messages(channel)] for channel in channels]


async def test_a_new_server_is_told_once_how_to_start(server: FanServer) -> None:
    guild = server.env.create_guild("New", preferred_locale="ko")
    channels = [guild.create_text_channel(name) for name in ("general", "random")]
    await join(server, guild)
    said, nothing = words(server, *channels)
    assert (len(said), nothing) == (1, [])
    assert KOREAN("welcome.heading") in said[0]
    await join(server, guild)
    assert words(server, *channels) == [said, []], "once, though it came back"


async def test_the_first_words_go_where_the_bot_may_write(server: FanServer) -> None:
    guild = server.env.create_guild("New")
    rules = guild.create_text_channel("rules")
    silence(server, rules)
    await join(server, guild)
    assert words(server, rules) == [[]]
    general = guild.create_text_channel("general")
    await join(server, guild)
    assert [len(said) for said in words(server, rules, general)] == [0, 1]


def silence(server: FanServer, channel: ChannelHandle) -> None:
    """Take Send Messages from the bot in a channel."""
    bot, forbidden = server.env.backend.bot_user.id, discord.Permissions(send_messages=True).value
    overwrite = Overwrite(bot, OverwriteType.MEMBER, 0, forbidden)
    server.env.backend.edit_channel(channel.id, {}, overwrites=[overwrite])


async def test_its_button_sets_up_for_moderators_alone(server: FanServer) -> None:
    await greet(server, server.guild_id)
    rooms = (server.announcements, server.general, server.world.organiser_room)
    said = [message for channel in rooms for message in server.messages(channel)]
    (message,) = [m for m in said if WELCOME in text_of(m)]
    assert labels_of(message) == ["Set up", "What can I do here?"]
    panel = await server.click(server.moderator, message, "Set up")
    assert ENGLISH("setup.heading") in told(panel)
    refused = await server.click(server.fan, message, "Set up")
    assert told(refused) == ENGLISH("refused.needs_manage_server")
    assert ENGLISH("help.fan") in told(
        await server.click(server.fan, message, "What can I do here?")
    )
    assert WELCOME in text_of(message), "it stays as it is for everybody"


async def invited(server: FanServer, count: int) -> list[ChannelHandle]:
    """The first channels of so many servers that the bot is invited to before its next start."""
    guilds = [server.env.create_guild(f"New {number}") for number in range(count)]
    channels = [guild.create_text_channel("general") for guild in guilds]
    await server.env.settle()
    return channels


async def test_servers_that_invited_it_while_it_was_away_are_told_once_at_its_start(
    server: FanServer,
) -> None:
    channels = await invited(server, 3)
    assert words(server, *channels) == [[], [], []], "it noticed nothing"
    await server.restart()
    said = words(server, *channels)
    assert [len(each) for each in said] == [1, 1, 1]
    assert all(WELCOME in each[0] for each in said)
    await server.restart()
    assert words(server, *channels) == said
    everywhere = (server.announcements, server.general, server.world.organiser_room)
    assert not any(WELCOME in text for said in words(server, *everywhere) for text in said), (
        "who has set it up knows how to start"
    )


async def test_where_it_may_write_nowhere_it_says_so_at_a_later_start(server: FanServer) -> None:
    channel, other = await invited(server, 2)
    silence(server, channel)
    await server.restart()
    assert [len(each) for each in words(server, channel, other)] == [0, 1]
    server.env.backend.edit_channel(channel.id, {}, overwrites=[])
    await server.restart()
    assert [len(each) for each in words(server, channel, other)] == [1, 1]


async def test_where_discord_takes_the_first_words_nowhere_the_next_start_tries_again(
    server: FanServer,
) -> None:
    (channel,) = await invited(server, 1)
    server.env.inject_error("POST", f"/channels/{channel.id}/messages", status=403, code=50013)
    await server.restart()
    assert words(server, channel) == [[]]
    await server.restart()
    await server.restart()
    assert [len(each) for each in words(server, channel)] == [1]


async def test_a_fault_in_one_new_server_keeps_the_first_words_from_no_other(
    server: FanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels = await invited(server, 3)
    send = discord.TextChannel.send

    async def faulty(channel: discord.TextChannel, *args: Any, **options: Any) -> Any:
        if channel.id == channels[0].id:
            raise RuntimeError("a fault that nobody thought of")
        return await send(channel, *args, **options)

    monkeypatch.setattr(discord.TextChannel, "send", faulty)
    await server.restart()
    assert [len(each) for each in words(server, *channels)] == [0, 1, 1]
    server.expect_error("nobody thought of")


async def test_the_first_words_wait_for_one_another_and_for_all_else(
    server: FanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many servers there are at a start."""
    levels, under_way, most = list[int](), 0, 0
    send = discord.TextChannel.send

    async def watched(channel: discord.TextChannel, *args: Any, **options: Any) -> Any:
        nonlocal under_way, most
        levels.append(importance.get())
        under_way += 1
        most = max(most, under_way)
        sent = await send(channel, *args, **options)
        under_way -= 1
        return sent

    monkeypatch.setattr(discord.TextChannel, "send", watched)
    channels = await invited(server, 5)
    await server.restart()
    assert [len(each) for each in words(server, *channels)] == [1] * 5
    assert (levels, most) == ([WELCOMES] * 5, 1)
