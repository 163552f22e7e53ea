"""Answering an interaction: only to the one who asked, in time, and pinging nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import discord

from ui.base import Interaction

T = TypeVar("T")

PATIENCE = 2.0
"""Seconds of work after which an interaction is deferred; Discord gives up after three."""

SILENT = discord.AllowedMentions.none()

AnyView = discord.ui.View | discord.ui.LayoutView


async def settle(interaction: Interaction, work: Coroutine[Any, Any, T]) -> T:
    """Wait for the work; if it takes longer than two seconds, tell Discord an answer will come.

    An ephemeral message that was pressed stays the one that is answered, so that `replace` can
    still redraw it; a reply comes as a message of its own either way.
    """
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    if not done and not interaction.response.is_done():
        await interaction.response.defer(ephemeral=True, thinking=not _is_redrawable(interaction))
    return await task


async def reply(
    interaction: Interaction,
    text: str | None = None,
    *,
    view: AnyView | None = None,
    files: Sequence[discord.File] = (),
) -> None:
    """Answer with an ephemeral message of its own."""
    shown: dict[str, Any] = {"ephemeral": True, "allowed_mentions": SILENT}
    if files:
        shown["files"] = list(files)
    if text is not None:
        shown["content"] = text
    if view is not None:
        shown["view"] = view
    if interaction.response.is_done():
        await interaction.followup.send(**shown)
    else:
        await interaction.response.send_message(**shown)


async def replace(
    interaction: Interaction,
    text: str | None = None,
    *,
    view: AnyView | None = None,
    files: Sequence[discord.File] = (),
) -> None:
    """Redraw the ephemeral message that the interaction came from.

    A message that others see too stays as it is: what is drawn may be for one person only.
    """
    if not _is_redrawable(interaction):
        await reply(interaction, text, view=view, files=files)
        return
    # A layout takes the place of a text only where the text is taken away in so many words.
    shown: dict[str, Any] = {"allowed_mentions": SILENT, "view": view, "content": text}
    if files or (interaction.message is not None and interaction.message.attachments):
        shown["attachments"] = list(files)
    if interaction.response.is_done():
        await interaction.edit_original_response(**shown)
    else:
        await interaction.response.edit_message(**shown)


async def take_buttons(interaction: Interaction) -> None:
    """Take the buttons from the message that the interaction came from: it is answered for all.

    Where the interaction was deferred they stay; whoever presses one is told.
    """
    if not interaction.response.is_done():
        await interaction.response.edit_message(view=None)


async def close_question(interaction: Interaction, question: str, answer: str) -> None:
    """Put the answer in the place of a question that others see too, and take its buttons.

    Nobody is pinged by it. A question that only this person sees stays: it is redrawn.
    """
    message = interaction.message
    if message is None or _is_redrawable(interaction):
        return
    asked = message.content.removesuffix(question).rstrip()
    shown: dict[str, Any] = {
        "content": f"{asked}\n{answer}",
        "view": None,
        "allowed_mentions": SILENT,
    }
    if interaction.response.is_done():
        # It was deferred for another answer: the message is edited as any of the bot's own is.
        with suppress(discord.HTTPException):
            await message.edit(**shown)
    else:
        await interaction.response.edit_message(**shown)


def _is_redrawable(interaction: Interaction) -> bool:
    """Tell whether the interaction came from a message that only this person sees."""
    message = interaction.message
    return message is not None and message.flags.ephemeral
