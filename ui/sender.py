"""The one sender: draws what the bot owes and posts it to Discord."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import discord

from domain.actions import Action
from domain.deliveries import TO_ONE_PERSON, Delivery, DeliveryKind, Post
from domain.errors import SendFailed
from domain.faults import FaultReport
from domain.native_events import EventShown, EventStatus
from domain.owed_messages import OwedMessage, spoken
from domain.polls import Poll
from domain.posters import ReadPoster
from domain.preflight import Found, find_unset
from domain.servers import Server
from domain.tally import Tally
from locales import Language, language, name_of
from ui import native_events, threads
from ui.cards import draw_card
from ui.charts import draw_chart
from ui.direct_messages import draw_direct
from ui.fault_messages import draw_faults
from ui.finding import find_post, told_directly
from ui.messages import Drawn, draw_message
from ui.notices import draw_direct_notice, draw_way_back, name_roles
from ui.permissions import find_on_discord, lacking_in
from ui.poll_messages import draw_poll
from ui.posters import ON_MESSAGES, Carried, Posters
from ui.preflight import draw_direct_preflight, draw_preflight_message
from ui.review_digest import draw_direct_digest
from ui.review_told import draw_verdicts
from ui.send_failures import FORBIDDEN, closed_told, failures_told, gone_told
from ui.stamps import put_stamp
from ui.text import shorten

log = logging.getLogger(__name__)


DrawChart = Callable[[Language, Tally, Server], Awaitable[bytes]]

READY_CHECK = 0.05
"""Seconds between looks at whether the client is ready, at start only."""

MAX_ROLE_NAME = 100

SILENT = discord.AllowedMentions.none()

_NO_POSTER = Carried()

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class DiscordSender:
    """Posts deliveries and edits cards, telling failures that will pass from those that won't."""

    def __init__(
        self, bot: discord.Client, *, chart: DrawChart = draw_chart, operator_language: str = "en"
    ) -> None:
        self._bot = bot
        self._language = operator_language
        self._chart = chart
        self._posters = Posters()

    def read_posters(self, read: ReadPoster) -> None:
        """Have what posters show read like this."""
        self._posters.read = read

    async def wait_until_ready(self) -> None:
        """Return once the bot is connected and knows its servers.

        It may be asked before the client logs in, when `Client.wait_until_ready` only raises.
        """
        while not self._bot.is_ready():  # noqa: ASYNC110 - before login there is no event
            await asyncio.sleep(READY_CHECK)

    async def send(self, owed: OwedMessage) -> Post:
        """Draw and post one delivery to the server's channel; raises `SendFailed`.

        A message sent again within a few minutes is not posted twice: Discord knows its nonce.
        """
        if owed.delivery.kind in TO_ONE_PERSON:
            return await self._send_direct(owed)
        failure = SendFailed("no_channel", permanent=True)
        for channel_id in owed.channel_ids:
            try:
                return await self._send_to(channel_id, owed)
            except SendFailed as failed:
                if not failed.permanent:
                    raise
                failure = self._explained(failed, owed.server.guild_id, channel_id)
        for user_id in told_directly(owed):
            try:
                return await self._send_to_organiser(user_id, owed)
            except SendFailed as failed:
                if not failed.permanent:
                    raise
                failure = failed
        raise failure

    async def _send_to_organiser(self, user_id: int, owed: OwedMessage) -> Post:
        """Tell an organiser directly what no channel took, in the language that they chose.

        Without buttons, which would not know their roles.
        """
        owed = spoken(owed, owed.own_languages.get(user_id))
        say, guild = language(owed.server.language), self._bot.get_guild(owed.server.guild_id)
        if owed.delivery.kind is DeliveryKind.PREFLIGHT:
            text = draw_direct_preflight(say, owed, await self._find_flaws(owed))
        elif owed.delivery.kind is DeliveryKind.DIGEST:
            text = draw_direct_digest(say, owed)
        else:
            text = draw_direct_notice(say, owed)
        with failures_told():
            channel = await self._bot.create_dm(discord.Object(user_id))
            message = await channel.send(
                text if guild is None else name_roles(text, guild),
                view=draw_way_back(say, owed, "" if guild is None else guild.name),
                nonce=nonce_of(owed.delivery),
                allowed_mentions=discord.AllowedMentions.none(),
            )
        return Post(channel.id, message.id)

    def _explained(self, failure: SendFailed, guild_id: int, channel_id: int) -> SendFailed:
        """A refusal with the permissions that are missing, as far as the gateway told of them."""
        guild = self._bot.get_guild(guild_id)
        if failure.reason != FORBIDDEN or guild is None:
            return failure
        lacks = lacking_in(guild, channel_id)
        return SendFailed(FORBIDDEN, permanent=True, lacks=lacks, channel_id=channel_id)

    async def _find_flaws(self, owed: OwedMessage) -> list[Found]:
        found = await self.check(owed.action, owed.server)
        return [*find_unset(owed.action, owed.server), *found]

    async def check(self, action: Action, server: Server) -> tuple[Found, ...]:
        """Find what on Discord hinders an action; raises `SendFailed` where that can't be seen."""
        guild = self._guild(server.guild_id)
        with failures_told():
            return tuple(await find_on_discord(guild, action, server))

    async def _send_to(self, channel_id: int, owed: OwedMessage) -> Post:
        carried = Carried()
        if _carries_poster(owed):
            may_attach = self._may_attach(owed.server.guild_id, channel_id)
            carried = await self._posters.for_new(owed.action, owed.now, may_attach=may_attach)
        drawn = await self._draw(owed, carried)
        put_stamp(drawn.view, owed.delivery)
        channel = self._bot.get_partial_messageable(channel_id, guild_id=owed.server.guild_id)
        with failures_told():
            message = await _post(channel, drawn, nonce_of(owed.delivery), silent=owed.silent)
        if _carries_poster(owed):
            self._posters.note(message.id, carried)
        return Post(channel_id, message.id)

    async def _send_direct(self, owed: OwedMessage) -> Post:
        guild = self._guild(owed.server.guild_id)  # who has removed the bot is left in peace
        draw = draw_verdicts if owed.verdicts else draw_direct
        content, view = draw(language(owed.server.language), owed, guild.name)
        with failures_told(), closed_told():
            channel = await self._bot.create_dm(discord.Object(owed.addressee or 0))
            message = await channel.send(
                content,
                view=view,
                nonce=nonce_of(owed.delivery),
                allowed_mentions=discord.AllowedMentions.none(),
                suppress_embeds=True,
            )
        return Post(channel.id, message.id)

    async def tell_operator(self, user_id: int, report: FaultReport) -> None:
        """Tell the bot's operator directly of faults; raises `SendFailed`."""
        text = draw_faults(language(self._language), report)
        with failures_told():
            channel = await self._bot.create_dm(discord.Object(user_id))
            await channel.send(text, allowed_mentions=discord.AllowedMentions.none())

    async def find(self, owed: OwedMessage, since: datetime) -> Post | None:
        """Look for a delivery in what was posted since an instant; raises `SendFailed`."""
        return await find_post(self._bot, owed, since)

    async def redraw(self, action: Action, server: Server, post: Post, now: datetime) -> None:
        """Edit an action's card to show how it stands now; raises `SendFailed`."""
        message = self._message(server, post)
        may_attach = self._may_attach(server.guild_id, post.channel_id)
        with failures_told(), self._noting(message):
            carried = await self._posters.for_edit(message, action, now, may_attach=may_attach)
            view = draw_card(language(server.language), action, server, now, carried.poster)
            await message.edit(view=view, allowed_mentions=SILENT, **carried.edit)
            self._posters.note(message.id, carried)

    async def redraw_message(self, owed: OwedMessage, post: Post) -> None:
        """Edit a message that pinged, or a tally, to tell what holds now; raises `SendFailed`.

        The edit itself pings nobody.
        """
        message = self._message(owed.server, post)
        with failures_told(), self._noting(message):
            carried = Carried(None, None)
            if _carries_poster(owed):
                may_attach = self._may_attach(owed.server.guild_id, post.channel_id)
                carried = await self._posters.for_edit(
                    message, owed.action, owed.now, may_attach=may_attach
                )
            drawn = await self._draw(owed, carried)
            if isinstance(drawn.view, discord.ui.LayoutView):
                view, files = drawn.view, drawn.files
                await message.edit(view=view, attachments=files, allowed_mentions=SILENT)
                return
            text, view = drawn.content, drawn.view
            await message.edit(content=text, view=view, allowed_mentions=SILENT, **carried.edit)
            if _carries_poster(owed):
                self._posters.note(message.id, carried)

    async def post_poll(self, poll: Poll, server: Server, now: datetime) -> Post:
        """Post a time poll to the server's channel; raises `SendFailed`."""
        channel_id = server.announce_channel_id
        if channel_id is None:
            raise SendFailed("no_channel", permanent=True)
        drawn = Drawn(None, draw_poll(language(server.language), poll, server, now))
        channel = self._bot.get_partial_messageable(channel_id, guild_id=server.guild_id)
        with failures_told():
            message = await _post(channel, drawn, _nonce(poll.guild_id, poll.poll_id))
        return Post(channel_id, message.id)

    async def redraw_poll(self, poll: Poll, server: Server, post: Post, now: datetime) -> None:
        """Edit a time poll's message to show how it stands now; raises `SendFailed`."""
        await self._edit(server, post, draw_poll(language(server.language), poll, server, now))

    async def create_role(self, guild_id: int, name: str, *, language: str = "") -> int:
        """Create a role without permissions of its own and return its id; raises `SendFailed`.

        That of a language channel says after its name which language that is.
        """
        guild = self._guild(guild_id)
        suffix = f" · {name_of(language)}" if language else ""
        name = shorten(name, MAX_ROLE_NAME - len(suffix)) + suffix
        # A role that anyone may ping is needed only where the bot may not ping all roles.
        mentionable = not guild.me.guild_permissions.mention_everyone
        with failures_told():
            role = await guild.create_role(
                name=name,
                permissions=discord.Permissions.none(),
                mentionable=mentionable,
            )
        return role.id

    async def change_role(self, guild_id: int, user_id: int, role_id: int, *, gives: bool) -> None:
        """Give a role to a member, or take it from them; raises `SendFailed`."""
        # Without the member, whom the bot does not keep: reading them would be a request more.
        http = self._bot.http
        with failures_told(), gone_told():
            if gives:
                await http.add_role(guild_id, user_id, role_id)
            else:
                await http.remove_role(guild_id, user_id, role_id)

    async def delete_role(self, guild_id: int, role_id: int) -> None:
        """Delete a role; raises `SendFailed`."""
        with failures_told(), gone_told():
            await self._bot.http.delete_role(guild_id, role_id)

    def draw_event(
        self, action: Action, server: Server, card: Post | None, now: datetime
    ) -> EventShown:
        """What an action's event of Discord's own shows by right."""
        return native_events.draw_event(action, server, card, now)

    async def list_own_events(self, guild_id: int) -> dict[int, EventShown]:
        return await native_events.list_own_events(self._bot, self._guild(guild_id))

    async def load_event(self, guild_id: int, event_id: int) -> EventShown:
        return await native_events.load_event(self._guild(guild_id), event_id)

    async def create_event(self, guild_id: int, shown: EventShown) -> int:
        return await native_events.create_event(self._bot, guild_id, shown)

    async def edit_event(
        self, guild_id: int, event_id: int, was: EventShown, wanted: EventShown
    ) -> None:
        await native_events.edit_event(self._bot, guild_id, event_id, was, wanted)

    async def set_event_status(self, guild_id: int, event_id: int, status: EventStatus) -> None:
        await native_events.set_event_status(self._bot, guild_id, event_id, status)

    async def delete_event(self, guild_id: int, event_id: int) -> None:
        await native_events.delete_event(self._bot, guild_id, event_id)

    async def create_thread(self, guild_id: int, post: Post, action: Action) -> int:
        return await threads.create_thread(self._bot, post, action)

    async def rename_thread(self, guild_id: int, thread_id: int, action: Action) -> None:
        await threads.rename_thread(self._bot, self._guild(guild_id), thread_id, action)

    def _guild(self, guild_id: int) -> discord.Guild:
        guild = self._bot.get_guild(guild_id)
        if guild is None or guild.unavailable:
            raise SendFailed("unavailable", permanent=False)
        return guild

    async def _edit(self, server: Server, post: Post, view: discord.ui.LayoutView) -> None:
        message = self._message(server, post)
        with failures_told():
            await message.edit(view=view, allowed_mentions=SILENT)

    def _message(self, server: Server, post: Post) -> discord.PartialMessage:
        channel = self._bot.get_partial_messageable(post.channel_id, guild_id=server.guild_id)
        return channel.get_partial_message(post.message_id)

    @contextmanager
    def _noting(self, message: discord.PartialMessage) -> Iterator[None]:
        """Look up what a message carries where an edit of it has failed."""
        try:
            yield
        except BaseException:
            self._posters.forget(message.id)
            raise

    def _may_attach(self, guild_id: int, channel_id: int) -> bool:
        """Tell whether the bot may post pictures somewhere, so far as the gateway told of that."""
        guild = self._bot.get_guild(guild_id)
        channel = None if guild is None else guild.get_channel_or_thread(channel_id)
        return guild is None or channel is None or channel.permissions_for(guild.me).attach_files

    async def _draw(self, owed: OwedMessage, carried: Carried = _NO_POSTER) -> Drawn:
        """Draw a message with the files that it is posted with."""
        drawn = await self._draw_alone(owed, carried)
        return replace(drawn, files=[*drawn.files, *(carried.files or ())])

    async def _draw_alone(self, owed: OwedMessage, carried: Carried) -> Drawn:
        say = language(owed.server.language)
        if owed.delivery.kind is DeliveryKind.PREFLIGHT:
            return draw_preflight_message(say, owed, await self._find_flaws(owed))
        if owed.delivery.kind is not DeliveryKind.TALLY or owed.tally is None:
            return draw_message(say, owed, poster=carried.poster)
        chart = await self._chart_or_none(say, owed.tally, owed.server)
        return draw_message(say, owed, chart=chart)

    async def _chart_or_none(self, say: Language, tally: Tally, server: Server) -> bytes | None:
        """The tally's chart; a tally is worth posting without it."""
        try:
            return await self._chart(say, tally, server)
        except Exception:
            log.exception("the tally of action %s goes out without a chart", tally.action.number)
            return None


def _carries_poster(owed: OwedMessage) -> bool:
    return owed.delivery.kind is DeliveryKind.CARD or owed.delivery.kind in ON_MESSAGES


def nonce_of(delivery: Delivery) -> str:
    """A delivery's nonce, at most 25 characters: server and delivery id in base 36."""
    return _nonce(delivery.guild_id, delivery.message_id)


def _nonce(guild_id: int, row_id: int) -> str:
    return f"{_base36(guild_id)}-{_base36(row_id)}"


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


async def _post(
    channel: discord.PartialMessageable, drawn: Drawn, nonce: str, *, silent: bool = False
) -> discord.Message:
    if isinstance(drawn.view, discord.ui.LayoutView):
        return await channel.send(
            view=drawn.view,
            files=drawn.files,
            nonce=nonce,
            silent=silent,
            allowed_mentions=drawn.allowed_mentions,
        )
    return await channel.send(
        drawn.content,
        view=drawn.view,
        files=drawn.files,
        nonce=nonce,
        silent=silent,
        allowed_mentions=drawn.allowed_mentions,
        suppress_embeds=drawn.suppress_embeds,
    )
