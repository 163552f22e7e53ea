"""Persistent buttons and selects: what their custom_ids say, and who may press them."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord.env import Env

from domain.errors import NotAllowed, Refusal
from locales import language
from tests.ui.subjects import FanClient
from ui.base import Interaction, Target
from ui.buttons import aim, press, write_custom_id
from ui.selects import pick_channel, pick_role, pick_text

ENGLISH = language("en")
ids = st.integers(0, 2**63 - 1)
verbs = st.from_regex(r"[a-z][a-z_]{0,31}", fullmatch=True)


@given(verbs, ids, st.none() | ids, ids, ids)
def test_a_custom_id_reads_back_to_what_it_was_written_for(
    verb: str, action: int, item: int | None, guild: int, user: int
) -> None:
    private = write_custom_id("fc", verb, action, item, (guild, user))
    public = write_custom_id("fc", verb, action, item)
    assert aim(private, guild_id=None, user_id=user) == (verb, Target(guild, action, item))
    assert aim(private, guild_id=guild, user_id=user) == (verb, Target(guild, action, item))
    assert aim(public, guild_id=guild, user_id=user) == (verb, Target(guild, action, item))


def test_the_longest_custom_id_of_real_verbs_fits() -> None:
    biggest = 2**63 - 1
    button = press(ENGLISH, "edit_fields", biggest, item_id=biggest, only_for=(biggest, biggest))
    assert len(button.custom_id) <= 100


@pytest.mark.parametrize(
    "custom_id",
    [
        *("fc:", "fc:join", "fc:join:", "fc:join:x", "fc:join:-1", "fc:join:1 ", "fc:join:1\n"),
        *("fc:join:1.", "fc:join:1@2", "fc:join:1@2.", "fc:JOIN:1", "fc::1", "fc:join:1;drop"),
        *("fc:join:9223372036854775808", "fc:join:1.99999999999999999999", "fc:join:١"),
        f"fc:join:1@{2**63}.1",
    ],
)
def test_a_forged_custom_id_is_refused(custom_id: str) -> None:
    with pytest.raises(Refusal) as refused:
        aim(custom_id, guild_id=1, user_id=2)
    assert refused.value.key == "refused.unknown_button"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        _, target = aim(f"fc:{text}", guild_id=1, user_id=2)
    except Refusal:
        return
    assert 0 <= target.action_id < 2**63
    assert target.guild_id == 1


def test_another_server_s_button_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        aim("fc:join:7@10.3", guild_id=1, user_id=3)
    assert refused.value.key == "refused.not_here"


def test_a_public_button_in_a_direct_message_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        aim("fc:join:7", guild_id=None, user_id=3)
    assert refused.value.key == "refused.not_here"


@pytest.mark.parametrize("guild_id", [None, 10])
def test_somebody_else_s_button_is_refused(guild_id: int | None) -> None:
    with pytest.raises(NotAllowed) as refused:
        aim("fc:join:7@10.3", guild_id=guild_id, user_id=4)
    assert refused.value.key == "refused.not_yours"


async def post(bot: FanClient, channel_id: int, *items: discord.ui.Item[Any]) -> discord.Message:
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    return await bot.get_partial_messageable(channel_id).send("here", view=view)


async def test_a_click_reaches_the_handler_with_the_server_it_came_from(simcord_env: Env) -> None:
    bot: Any = simcord_env.bot
    guild = simcord_env.create_guild()
    channel = guild.create_text_channel("announcements")
    fan = guild.add_member(simcord_env.create_user("fan"))
    message = await post(bot, channel.id, press(ENGLISH, "join", 7, item_id=8))
    result = await fan.click(message, label="I'm in")
    assert result.acknowledged
    assert bot.pressed == [Target(guild.id, 7, 8)]


async def test_a_button_works_after_a_restart(simcord_env: Env) -> None:
    guild = simcord_env.create_guild()
    channel = guild.create_text_channel("announcements")
    fan = guild.add_member(simcord_env.create_user("fan"))
    bot: Any = simcord_env.bot
    message = await post(bot, channel.id, press(ENGLISH, "join", 7))
    again = FanClient()
    await simcord_env.restart_bot(again)
    await fan.click(message, label="I'm in")
    assert again.pressed == [Target(guild.id, 7)]


async def test_a_private_button_works_in_a_direct_message_for_its_person_only(
    simcord_env: Env,
) -> None:
    bot: Any = simcord_env.bot
    guild = simcord_env.create_guild()
    fan = simcord_env.create_user("fan")
    guild.add_member(fan)
    own = press(ENGLISH, "join", 7, only_for=(guild.id, fan.id))
    others = press(ENGLISH, "join", 8, only_for=(guild.id, fan.id + 1))
    message = await post(bot, fan.dm_channel.id, own, others)
    await fan.click(message, custom_id=own.custom_id)
    refused = await fan.click(message, custom_id=others.custom_id)
    assert bot.pressed == [Target(guild.id, 7)]
    assert refused.response is not None
    assert refused.response.content == ENGLISH("refused.not_yours")


async def test_a_verb_without_a_handler_is_told_as_no_longer_in_use(simcord_env: Env) -> None:
    bot: Any = simcord_env.bot
    guild = simcord_env.create_guild()
    channel = guild.create_text_channel("announcements")
    fan = guild.add_member(simcord_env.create_user("fan"))
    message = await post(bot, channel.id, press(ENGLISH, "tally", 7))
    result = await fan.click(message, label="Tally")
    assert result.response is not None
    assert result.ephemeral
    assert result.response.content == ENGLISH("refused.unknown_button")


async def test_selects_hand_over_what_was_picked(simcord_env: Env) -> None:
    bot: Any = simcord_env.bot
    picked: list[Target] = []

    async def remember(interaction: Interaction, target: Target) -> None:
        picked.append(target)
        await interaction.response.defer()

    bot.handlers = {"pick_text": remember, "pick_channel": remember, "pick_role": remember}
    guild = simcord_env.create_guild()
    channel = guild.create_text_channel("announcements")
    role = guild.create_role("Fans")
    fan = guild.add_member(simcord_env.create_user("fan"))
    options = [discord.SelectOption(label="Korean", value="ko")]
    key = "button.join"
    selects = [
        pick_text(ENGLISH, "pick_text", 0, options, placeholder_key=key),
        pick_channel(ENGLISH, "pick_channel", 0, chosen=channel.id, placeholder_key=key),
        pick_role(ENGLISH, "pick_role", 0, placeholder_key=key),
    ]
    message = await post(bot, channel.id, *selects)
    for select, value in zip(selects, ["ko", channel, role], strict=True):
        await fan.select(message, [value], custom_id=select.custom_id)
    assert [target.values for target in picked] == [("ko",), (str(channel.id),), (str(role.id),)]
    assert {target.guild_id for target in picked} == {guild.id}
