"""Finding a message that may have been sent already: by what it carries, whatever its nonce."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import discord

from domain.deliveries import TO_ONE_PERSON, DeliveryKind, Post
from domain.errors import SendFailed
from domain.owed_messages import OwedMessage
from ui.direct_messages import stop_id
from ui.notices import way_back
from ui.send_failures import closed_told, failures_told
from ui.stamps import custom_ids_in, stamp_of, stamps_in, urls_in

MOST_SEARCHED = 1000
"""Messages looked through for one that may have been sent, the earliest first."""

CLOCKS_DIFFER = timedelta(minutes=2)
"""By how much this machine's clock may be ahead of Discord's."""

TOLD_DIRECTLY = frozenset({DeliveryKind.NOTICE, DeliveryKind.PREFLIGHT})
"""What an action's organisers are told by a direct message if no channel takes it."""


def told_directly(owed: OwedMessage) -> tuple[int, ...]:
    """The organisers of whom the first that can be reached is told what no channel takes.

    Of digests those who want direct messages.
    """
    if owed.delivery.kind is DeliveryKind.DIGEST:
        return owed.addressees
    if owed.delivery.kind not in TOLD_DIRECTLY:
        return ()
    everybody = (owed.action.organiser_user_id, *owed.action.parts.co_organisers)
    return tuple(user_id for user_id in everybody if user_id is not None)


async def find_post(bot: discord.Client, owed: OwedMessage, since: datetime) -> Post | None:
    """Look for a delivery's stamp in what the bot posted since an instant; raises `SendFailed`.

    Where the bot may not read the history it is None: Discord still knows a nonce for some
    minutes.
    """
    if owed.delivery.kind in TO_ONE_PERSON:
        return await _find_direct(bot, owed, since)
    stamp = stamp_of(owed.delivery)
    for channel_id in owed.channel_ids:
        channel = bot.get_partial_messageable(channel_id, guild_id=owed.server.guild_id)
        try:
            with failures_told():
                post = await _look(bot, channel, since, lambda m: stamp in stamps_in(m))
        except SendFailed as failure:
            if not failure.permanent:
                raise
            continue
        if post is not None:
            return post
    for user_id in told_directly(owed):
        post = await _find_at_organiser(bot, user_id, owed, since)
        if post is not None:
            return post
    return None


async def _find_direct(bot: discord.Client, owed: OwedMessage, since: datetime) -> Post | None:
    """Look for a direct message by its stop button: several servers' messages stand there."""
    button = stop_id(owed)
    with failures_told(), closed_told():
        channel = await bot.create_dm(discord.Object(owed.addressee or 0))
        return await _look(bot, channel, since, lambda m: button in custom_ids_in(m))


async def _find_at_organiser(
    bot: discord.Client, user_id: int, owed: OwedMessage, since: datetime
) -> Post | None:
    """Look for what an organiser may have been told directly, by the link below it."""
    url = way_back(owed)
    try:
        with failures_told():
            channel = await bot.create_dm(discord.Object(user_id))
            return await _look(bot, channel, since, lambda m: url in urls_in(m))
    except SendFailed as failure:
        if not failure.permanent:
            raise
        return None


async def _look(
    bot: discord.Client,
    channel: discord.abc.Messageable,
    since: datetime,
    is_it: Callable[[discord.Message], bool],
) -> Post | None:
    """Look through what the bot wrote in a channel since an instant, the earliest first."""
    async for message in channel.history(
        limit=MOST_SEARCHED, after=since - CLOCKS_DIFFER, oldest_first=True
    ):
        if message.author == bot.user and is_it(message):
            return Post(message.channel.id, message.id)
    return None
