"""The command group `/action`, to which the cogs of actions add theirs."""

from __future__ import annotations

from discord import app_commands

from ui.commands import command_text

action = app_commands.Group(
    name=command_text("command.action.name"),
    description=command_text("command.action.description"),
    guild_only=True,
)
