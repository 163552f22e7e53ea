"""Votes for tests of the cogs: drafted, with apps, published."""

from __future__ import annotations

from typing import Any

from simcord.results import InteractionResult

from domain.actions import Action
from tests.fanserver import FanServer

TITLE = "Rookie of the year"
APP = ("Mubeat", "10", "23:30 KST", "", "Save up\nhttps://example.org/mubeat")
OTHER = ("Idolchamp", "3", "00:30 KST", "", "")
"""Its day ends an hour after the first one's: they share a call."""


async def drafted(server: FanServer, **options: Any) -> InteractionResult:
    """The preview of a vote that starts on Tuesday 24 November at 20:00 in Seoul."""
    return await server.draft(kind="vote", title=TITLE, **options)


async def add_app(server: FanServer, panel: InteractionResult, *values: str) -> InteractionResult:
    """Add an app in the panel."""
    form = await server.press(server.organiser, panel, "app_add")
    return await server.fill(server.organiser, form, *(values or APP))


async def published(server: FanServer, *apps: tuple[str, ...], **options: Any) -> Action:
    """A published vote in two apps."""
    panel = await server.press(server.organiser, await drafted(server, **options), "apps")
    for app in apps or (APP, OTHER):
        panel = await add_app(server, panel, *app)
    preview = await server.press(server.organiser, panel, "app_done")
    await server.press(server.organiser, preview, "publish")
    return await server.newest()
