"""`/action`: all its commands and buttons, put together from the files that they are in.

Each of those is a cog without a group of its own: the group's commands bind to the one cog that
holds the group, which is this one.
"""

from __future__ import annotations

from cogs.action_group import action
from cogs.amending import AmendCommands
from cogs.announcing import AnnouncingCommands
from cogs.check_ins import CheckInCommands
from cogs.creating import CreatingCommands
from cogs.deliveries import DeliveryCommands
from cogs.duplicating import DuplicateCommands
from cogs.entries import EntriesCommands
from cogs.managing import ManagingCommands
from cogs.official_counts import OfficialCountCommands
from cogs.participants import ParticipantCommands
from cogs.polls import PollCommands
from cogs.reminding import RemindCommands
from cogs.series import SeriesCommands
from cogs.steps import StepCommands
from cogs.templates import TemplateCommands


class ActionCog(
    CreatingCommands,
    PollCommands,
    TemplateCommands,
    DuplicateCommands,
    SeriesCommands,
    CheckInCommands,
    EntriesCommands,
    ManagingCommands,
    StepCommands,
    AnnouncingCommands,
    DeliveryCommands,
    RemindCommands,
    AmendCommands,
    OfficialCountCommands,
    ParticipantCommands,
):
    action = action
