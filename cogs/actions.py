"""`/action`: all its commands and buttons, put together from the files that they are in.

Each of those is a cog without a group of its own: the group's commands bind to the one cog that
holds the group, which is this one.
"""

from __future__ import annotations

from cogs.action_group import action
from cogs.creating import CreatingCommands


class ActionCog(CreatingCommands):
    action = action
