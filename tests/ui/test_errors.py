"""Errors of buttons, views and modals: told to the person, logged with an id, never lost."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

import discord
import pytest
from discord import app_commands
from simcord.env import Env
from simcord.results import InteractionResult

from domain.errors import NotAllowed, Refusal
from locales import language
from ui.base import Interaction, SafeLayout, SafeModal, SafeView, Target, reply_error, word_refusal
from ui.buttons import press

ENGLISH = language("en")
Act = Callable[[Interaction], Awaitable[None]]


class Click:
    """A guild with a fan who clicks a button whose handler does as told."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.bot: Any = env.bot
        self.guild = env.create_guild()
        self.channel = self.guild.create_text_channel("announcements")
        self.fan = self.guild.add_member(env.create_user("fan"))

    async def send(self, view: discord.ui.View) -> discord.Message:
        return await self.bot.get_partial_messageable(self.channel.id).send("here", view=view)

    def acknowledge(self) -> None:
        """Tell simcord that the refusal was meant: it records what reaches `on_error`."""
        assert [type(error) for error in self.env.errors] == [Refusal]

    async def __call__(self, act: Act) -> InteractionResult:
        async def handler(interaction: Interaction, target: Target) -> None:
            await act(interaction)

        self.bot.handlers = {"join": handler}
        view = discord.ui.View(timeout=None)
        view.add_item(press(ENGLISH, "join", 7))
        return await self.fan.click(await self.send(view), label="I'm in")


@pytest.fixture
def click(simcord_env: Env) -> Click:
    return Click(simcord_env)


def shown(result: InteractionResult) -> str:
    assert result.response is not None
    assert result.response.ephemeral
    return result.response.content


async def refuse(interaction: Interaction) -> None:
    raise Refusal("refused.not_here")


async def break_down(interaction: Interaction) -> None:
    raise RuntimeError("postgresql://secret")


async def test_a_refusal_is_told_only_to_the_person(click: Click) -> None:
    assert shown(await click(refuse)) == ENGLISH("refused.not_here")


async def test_a_refusal_is_told_after_deferring_too(click: Click) -> None:
    async def act(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await refuse(interaction)

    result = await click(act)
    told = [message.content for message in result.followups] or [shown(result)]
    assert told == [ENGLISH("refused.not_here")]


async def test_anything_else_is_logged_with_the_id_that_the_person_is_told(
    click: Click, caplog: pytest.LogCaptureFixture
) -> None:
    text = shown(await click(break_down))
    reference = re.search(r"[0-9a-f]{8}", text)
    assert reference is not None
    assert "secret" not in text
    logged = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert reference.group() in logged[0].getMessage()
    assert logged[0].exc_info is not None


async def test_without_a_database_the_person_is_still_told(
    click: Click, caplog: pytest.LogCaptureFixture
) -> None:
    click.bot.failing_language = True
    assert shown(await click(refuse)) == ENGLISH("refused.not_here")


async def test_an_expired_interaction_is_only_logged(
    click: Click, caplog: pytest.LogCaptureFixture
) -> None:
    click.env.inject_error(
        "POST", "/interactions/*/*/callback", status=404, code=10062, message="Unknown interaction"
    )
    result = await click(refuse)
    assert result.response is None
    assert "expired" in caplog.text


async def test_a_failure_to_answer_is_only_logged(
    click: Click, caplog: pytest.LogCaptureFixture
) -> None:
    click.env.inject_error("POST", "/interactions/*/*/callback", status=500)
    await click(refuse)
    assert "was not told" in caplog.text


async def test_an_interaction_answered_elsewhere_gets_a_follow_up(click: Click) -> None:
    click.env.inject_error(
        "POST", "/interactions/*/*/callback", status=400, code=40060, message="already acknowledged"
    )

    async def act(interaction: Interaction) -> None:
        await reply_error(interaction, Refusal("refused.not_here"))

    await click(act)
    assert any(entry.path.startswith("/webhooks/") for entry in click.env.http_requests)


async def test_a_refusal_without_a_sentence_counts_as_unexpected(
    click: Click, caplog: pytest.LogCaptureFixture
) -> None:
    async def act(interaction: Interaction) -> None:
        raise Refusal("refused.of_a_kind_nobody_wrote_down")

    assert "tell the server's moderators" in shown(await click(act))
    assert "nobody_wrote_down" in caplog.text


async def test_errors_beneath_a_command_s_wrapping_are_told(click: Click) -> None:
    async def act(interaction: Interaction) -> None:
        command: Any = None
        raise app_commands.CommandInvokeError(
            app_commands.Command(name="x", description="x", callback=_command),
            Refusal("refused.not_here"),
        ) from command

    assert shown(await click(act)) == ENGLISH("refused.not_here")


async def _command(interaction: discord.Interaction) -> None: ...


async def test_a_changed_command_is_told_as_such(click: Click) -> None:
    async def act(interaction: Interaction) -> None:
        raise app_commands.CommandNotFound("old", [])

    assert shown(await click(act)) == ENGLISH("error.command_changed")


class _Plain(discord.ui.Button[Any]):
    async def callback(self, interaction: Interaction) -> None:
        await refuse(interaction)


async def test_a_plain_button_in_a_safe_view_tells_its_error(click: Click) -> None:
    view = SafeView()
    view.add_item(_Plain(label="Try"))
    result = await click.fan.click(await click.send(view), label="Try")
    assert shown(result) == ENGLISH("refused.not_here")
    assert view.timeout == 900
    click.acknowledge()


async def test_a_plain_button_in_a_safe_layout_tells_its_error(click: Click) -> None:
    view = SafeLayout()
    view.add_item(discord.ui.ActionRow(_Plain(label="Try")))
    message = await click.bot.get_partial_messageable(click.channel.id).send(view=view)
    assert shown(await click.fan.click(message, label="Try")) == ENGLISH("refused.not_here")
    click.acknowledge()


class _Form(SafeModal):
    def __init__(self) -> None:
        super().__init__(title="모금 " * 20)
        field: discord.ui.TextInput[Any] = discord.ui.TextInput(custom_id="amount")
        self.add_item(discord.ui.Label(text="Amount", component=field))

    async def on_submit(self, interaction: Interaction, /) -> None:
        await refuse(interaction)


async def test_a_modal_tells_its_error_and_is_fresh_each_time(click: Click) -> None:
    forms: list[_Form] = []

    async def act(interaction: Interaction) -> None:
        forms.append(_Form())
        await interaction.response.send_modal(forms[-1])

    first, second = await click(act), await click(act)
    assert first.modal is not None
    assert second.modal is not None
    assert first.modal["custom_id"] != second.modal["custom_id"]
    assert len(first.modal["title"]) <= 45
    assert all(form.timeout == 900 for form in forms)
    result = await click.fan.submit_modal(second, {"amount": "25"})
    assert shown(result) == ENGLISH("refused.not_here")
    click.acknowledge()


def test_what_people_typed_is_harmless_in_a_refusal() -> None:
    refusal = Refusal("when.not_understood", word="**x**", text="@everyone 8pm")
    sentence = word_refusal(ENGLISH, refusal)
    assert "@everyone" not in sentence
    assert r"\*\*x\*\*" in sentence


def test_a_role_in_a_refusal_stays_a_mention() -> None:
    refusal = NotAllowed("when.not_understood", word="<@&123>", text="<@&123> @everyone <@&>")
    assert word_refusal(ENGLISH, refusal).count("<@&") == 1


def test_times_and_numbers_in_a_refusal_are_written_for_people() -> None:
    before, after = datetime(2026, 3, 8, 2, 0), datetime(2026, 3, 8, 3, 0)
    refusal = Refusal("when.nonexistent", text="2:30", before=before, after=after)
    assert "Sun 8 Mar 02:00 or Sun 8 Mar 03:00" in word_refusal(ENGLISH, refusal)
    mismatch = Refusal("when.weekday_mismatch", text="Mon 8 March", date=date(2026, 3, 8))
    assert "Sun 8 Mar" in word_refusal(ENGLISH, mismatch)
