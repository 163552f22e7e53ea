"""Commands speak each language that has a catalogue; the bot tells which permissions it lacks."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import app_commands
from simcord.env import Env

from locales import language
from ui.commands import CatalogueTranslator, catalogue_for, command_text
from ui.permissions import NEEDED, missing_permissions

KEY = "kind.fundraiser.name"
CONTEXT: Any = app_commands.TranslationContext(
    app_commands.TranslationContextLocation.other, data=None
)


async def translate(string: app_commands.locale_str, locale: discord.Locale) -> str | None:
    return await CatalogueTranslator().translate(string, locale, CONTEXT)


def test_a_text_is_english_at_import() -> None:
    assert str(command_text(KEY)) == "Fundraiser"
    with pytest.raises(KeyError):
        command_text("no.such.key")


async def test_korean_clients_see_korean() -> None:
    assert (
        await translate(command_text(KEY), discord.Locale.korean)
        == language("ko")(KEY)
        != "Fundraiser"
    )


@pytest.mark.parametrize("locale", [loc for loc in discord.Locale if loc.value != "ko"])
async def test_other_clients_see_the_default(locale: discord.Locale) -> None:
    assert await translate(command_text(KEY), locale) is None


async def test_a_string_that_is_not_from_the_catalogue_is_left_alone() -> None:
    assert await translate(app_commands.locale_str("x"), discord.Locale.korean) is None


def test_a_regional_locale_has_its_language_s_catalogue() -> None:
    assert catalogue_for(discord.Locale.british_english) == "en"
    assert catalogue_for(discord.Locale.german) is None


def lacking(env: Env, channel: Any, role: Any) -> list[str]:
    guild: Any = env.bot.get_guild(env.guild.id)
    found = guild.get_channel(channel.id)
    return missing_permissions(found, guild.me, ping_role=guild.get_role(role.id))


async def test_every_missing_permission_is_told(simcord_env: Env) -> None:
    guild = simcord_env.create_guild()
    hidden = discord.PermissionOverwrite(
        view_channel=False,
        send_messages=False,
        embed_links=False,
        attach_files=False,
        read_message_history=False,
        mention_everyone=False,
    )
    channel = guild.create_text_channel("hidden", overwrites={guild.default_role: hidden})
    role = guild.create_role("Fans")
    keys = lacking(simcord_env, channel, role)
    assert keys == [*(f"permission.{name}" for name in NEEDED), "permission.mention_role"]
    for say in (language("en"), language("ko")):
        assert all(say(key) for key in keys)


async def test_nothing_is_missing_where_the_bot_may_do_everything(simcord_env: Env) -> None:
    guild = simcord_env.create_guild()
    channel, role = guild.create_text_channel("open"), guild.create_role("Fans")
    assert lacking(simcord_env, channel, role) == []


async def test_a_role_that_anyone_may_mention_needs_no_permission(simcord_env: Env) -> None:
    guild = simcord_env.create_guild()
    quiet = discord.PermissionOverwrite(mention_everyone=False)
    channel = guild.create_text_channel("open", overwrites={guild.default_role: quiet})
    role = guild.create_role("Fans")
    assert lacking(simcord_env, channel, role) == ["permission.mention_role"]
    loud = guild.create_role("Loud", mentionable=True)
    assert lacking(simcord_env, channel, loud) == []
