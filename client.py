"""The Discord client: cogs, command tree, language and start-up."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import re
import signal
from types import SimpleNamespace

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands
from pydantic import SecretStr

from cogs.action_lists import ActionListCog
from cogs.actions import ActionCog
from cogs.appeals import AppealCog
from cogs.calendars import CalendarCog
from cogs.check_ins import CheckInCog
from cogs.contributions import ContributionCog
from cogs.deliveries import OutboxCog
from cogs.entries import EntryCog
from cogs.help import HelpCog
from cogs.language_channels import LanguageChannelCog
from cogs.leaderboards import LeaderboardCog
from cogs.me import MeCog
from cogs.mending import MendingCog
from cogs.message_plans import MessagePlanCog
from cogs.native_events import NativeEventCog
from cogs.notifications import NotificationCog
from cogs.official_counts import OfficialCountCog
from cogs.own_language import OwnLanguageCog
from cogs.participants import ChoicesCog
from cogs.pings import PingsCog
from cogs.pledges import PledgeCog
from cogs.posters import PosterCog
from cogs.preferences import PreferenceCog
from cogs.preflight import PreflightCog
from cogs.proofs import ProofCog
from cogs.review_batches import ReviewBatchCog
from cogs.review_proofs import ReviewProofsCog
from cogs.reviews import ReviewCog
from cogs.revisiting import RevisitingCog
from cogs.setup import SetupCog
from cogs.setup_kinds import KindsSetupCog
from cogs.sharing import SharingCog
from cogs.shift_grids import ShiftGridCog
from cogs.shifts import ShiftCog
from cogs.sign_up_settings import SignUpSettingsCog
from cogs.sign_ups import SignUpCog
from cogs.spot_checks import SpotCheckCog
from cogs.tags import TagCog
from cogs.tallies import TallyCog
from cogs.task_lists import TaskListCog
from cogs.tasks import TaskCog
from cogs.threads import ThreadCog
from cogs.ticks import TickCog
from cogs.translating import TranslatingCog
from cogs.vote_apps import VoteAppsCog
from config import ConfigFaults, Fault, Settings, full_url, shown_url
from db.engine import Database, DatabaseUnreachable
from db.lock import DatabaseBusy
from db.migrate import DatabaseNewer, MigrationFailed, migrate_in_subprocess
from locales import Language, language
from services.application import Services, assemble, running
from services.budget import Budget
from services.clock import SystemClock
from services.installation import COMMAND_TREE
from ui.base import Handler, Interaction, channel_of, reply_error
from ui.buttons import Press, server_of
from ui.charts import draw_both
from ui.commands import CatalogueTranslator
from ui.selects import PickChannel, PickRole, PickText, PickUser
from ui.sender import DiscordSender

log = logging.getLogger(__name__)

LIMITED = re.compile(r"/api/v\d+/(?!interactions/|webhooks/)")
"""The paths of the requests that count against the global rate limit."""

MAX_RATELIMIT_TIMEOUT = 30.0
"""Seconds; the least that discord.py takes."""

COGS = (
    ActionCog,
    ActionListCog,
    CalendarCog,
    ContributionCog,
    ProofCog,
    MeCog,
    LeaderboardCog,
    ReviewCog,
    ReviewBatchCog,
    ReviewProofsCog,
    RevisitingCog,
    AppealCog,
    SetupCog,
    KindsSetupCog,
    HelpCog,
    SignUpCog,
    SignUpSettingsCog,
    ChoicesCog,
    PledgeCog,
    SpotCheckCog,
    TagCog,
    TallyCog,
    TickCog,
    TranslatingCog,
    VoteAppsCog,
    MendingCog,
    PreferenceCog,
    LanguageChannelCog,
    OwnLanguageCog,
    PreflightCog,
    NotificationCog,
    SharingCog,
    ShiftCog,
    ShiftGridCog,
    TaskCog,
    TaskListCog,
    CheckInCog,
    EntryCog,
    OutboxCog,
    OfficialCountCog,
    MessagePlanCog,
    PingsCog,
    NativeEventCog,
    PosterCog,
    ThreadCog,
)


class Tree(app_commands.CommandTree["Fanchant"]):
    """The command tree, whose errors are answered like every other error."""

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        await reply_error(interaction, error)


def _counting(budget: Budget) -> aiohttp.TraceConfig:
    """Have every request to Discord wait for its turn, those that discord.py repeats too.

    Answers to interactions are exempt, as at Discord.
    """

    async def wait(
        session: aiohttp.ClientSession,
        context: SimpleNamespace,
        request: aiohttp.TraceRequestStartParams,
    ) -> None:
        if LIMITED.search(request.url.path):
            await budget.request()

    tracing = aiohttp.TraceConfig()
    tracing.on_request_start.append(wait)
    return tracing


class Fanchant(commands.AutoShardedBot):
    """The client. `services` are set before it starts; `handlers` are filled by the cogs."""

    services: Services

    def __init__(self, *, shard_count: int | None = None, budget: Budget | None = None) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True, guild_scheduled_events=True),
            allowed_mentions=discord.AllowedMentions.none(),
            tree_cls=Tree,
            # Actions belong to servers: nobody installs the bot for themselves alone.
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=False, private_channel=False
            ),
            # Nothing is looked up in old messages or member lists: keep neither.
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            shard_count=shard_count,
            # Longer waits are the dispatcher's: a message that sleeps here would hold its lane.
            max_ratelimit_timeout=MAX_RATELIMIT_TIMEOUT,
            http_trace=_counting(budget or Budget(None)),
        )
        self.handlers: dict[str, Handler] = {}
        self.draw_pictures = draw_both
        """Draws a tally's chart on a dark and on a light ground."""

    async def setup_hook(self) -> None:
        await self.tree.set_translator(CatalogueTranslator())
        for cog in COGS:
            await self.add_cog(cog(self))
        self.add_dynamic_items(Press, PickText, PickChannel, PickRole, PickUser)
        await self._sync_changed_commands()

    async def _sync_changed_commands(self) -> None:
        """Send the command tree to Discord only if it differs from what Discord has."""
        translator = self.tree.translator
        assert translator is not None
        payload = [
            await command.get_translated_payload(self.tree, translator)
            for command in sorted(self.tree.get_commands(), key=lambda command: command.name)
        ]
        described = json.dumps([self.application_id, payload], sort_keys=True)
        digest = hashlib.sha256(described.encode()).hexdigest()
        if await self.services.installation.recall(COMMAND_TREE) == digest:
            return
        await self.tree.sync()
        await self.services.installation.remember(COMMAND_TREE, digest)
        log.info("commands changed and were sent to Discord")

    async def on_app_command_completion(self, interaction: Interaction, command: object) -> None:
        await self.after_answer(interaction)

    async def after_answer(self, interaction: Interaction) -> None:
        """Tell somebody once that their direct messages are closed, beside any of the answers."""
        guild_id, user_id = interaction.guild_id, interaction.user.id
        answer = interaction.response.type
        opened_form = answer is discord.InteractionResponseType.modal
        if guild_id is None or answer is None or opened_form:
            return
        direct = self.services.direct_messages
        if not direct.take_untold(user_id, guild_id):
            return
        try:
            say = await self.language_for(interaction)
            await interaction.followup.send(say("direct.closed"), ephemeral=True)
            await direct.note_told(user_id, guild_id)
        except Exception:
            log.warning("somebody was not told of closed direct messages", exc_info=True)
            direct.tell_later(user_id, guild_id)

    async def language_for(self, interaction: Interaction) -> Language:
        """The language that the reader chose; else that of the language channel, or of the server.

        In a direct message it is the server that the message is about; where it is about none, the
        language in which they see Discord.
        """
        user_id, guild_id = interaction.user.id, server_of(interaction)
        if guild_id is None:
            own = await self.services.languages.of(user_id)
            return language(own or interaction.locale.value)
        reader = await self.services.readers.find(user_id, guild_id, channel_of(interaction))
        return language(reader.language(await self.services.servers.get(guild_id)))


async def open_database(url: str, shown: str) -> Database | Fault:
    """Migrate the database and open it; `shown` is its address as it may be printed."""
    try:
        await migrate_in_subprocess(url)
        return await Database.open(url)
    except DatabaseBusy as busy:
        return Fault("config.database_busy", {"path": busy.where})
    except DatabaseNewer as newer:
        return Fault("config.database_newer", {"revision": newer.revision})
    except (DatabaseUnreachable, MigrationFailed) as failure:
        return _unreachable(shown, failure.reason)


async def check_token(bot: discord.Client, token: str) -> Fault | None:
    """Log in and set up; tell what Discord refuses, and a Discord that can't be reached."""
    try:
        await bot.login(token)
    except discord.LoginFailure:
        return Fault("config.wrong_token", {})
    except app_commands.CommandSyncFailure as failure:
        log.error("Discord refused the commands: %s", failure)
        return Fault("config.commands_refused", {})
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        return Fault("config.discord_unreachable", {"reason": type(error).__name__})
    return None


async def run(settings: Settings) -> list[Fault]:
    """Run the bot until it is stopped; returns what has to be put right before it can start."""
    _stop_on_sigterm()
    budget = Budget()
    bot = Fanchant(budget=budget)
    opened = await open_database(settings.database_url, settings.shown_database_url)
    if isinstance(opened, Fault):
        return [opened, *await _try_token(settings.token)]
    services = assemble(
        opened,
        SystemClock(),
        DiscordSender(bot, operator_language=settings.default_language),
        default_language=settings.default_language,
        default_zone=settings.default_time_zone,
        budget=budget,
        operator_user_id=settings.operator_user_id,
    )
    bot.services = services
    try:
        end_metrics = services.metrics.offer(settings.metrics_host, settings.metrics_port)
    except OSError as error:
        await opened.close()
        where = f"{settings.metrics_host}:{settings.metrics_port}"
        return [Fault("config.metrics_unreachable", {"where": where, "reason": error.strerror})]
    try:
        async with bot, running(services):  # what is being sent is sent before Discord is left
            refused = await check_token(bot, settings.token.get_secret_value())
            if refused is not None:
                return [refused]
            await bot.connect()
    finally:
        end_metrics()
        await opened.close()
    return []


def _stop_on_sigterm() -> None:
    """Have a service manager's stop end the current task in an orderly way, as Ctrl-C does."""
    task = asyncio.current_task()
    assert task is not None
    with contextlib.suppress(NotImplementedError):  # Windows knows no such signal
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def check(faulty: ConfigFaults) -> list[Fault]:
    """What else is wrong, beside the faults of the settings: so all can be mended at once."""
    faults: list[Fault] = []
    if faulty.database is not None:
        try:
            database = await Database.open(full_url(faulty.database))
            await database.close()
        except DatabaseBusy as busy:
            faults.append(Fault("config.database_busy", {"path": busy.where}))
        except DatabaseUnreachable as failure:
            shown = shown_url(faulty.database)
            faults.append(_unreachable(shown, failure.reason))
    if faulty.token is not None:
        faults += await _try_token(faulty.token)
    return faults


async def _try_token(token: SecretStr) -> list[Fault]:
    async with discord.Client(intents=discord.Intents.none()) as probe:
        refused = await check_token(probe, token.get_secret_value())
    return [] if refused is None else [refused]


def _unreachable(shown: str, reason: str) -> Fault:
    return Fault("config.database_unreachable", {"url": shown, "reason": reason})
