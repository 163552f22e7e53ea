"""What follows from a server's language channels being chosen, changed and given up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import failures, posts, roles, sign_ups
from db.queries.deliveries import insert_card, is_on_its_way
from db.queries.references import list_unfinished
from db.queries.servers import next_id
from domain.actions import Action
from domain.deliveries import DeliveryKind, Post
from domain.language_channels import MAIN
from domain.mending import shows_card
from domain.servers import LanguageChannel, Server
from services.group_commit import owes_more

MOST_CAUGHT_UP = 25
"""Actions whose cards are posted in a new language channel, those that start last; older ones have
drowned in the main channel too."""

CARD = DeliveryKind.CARD


async def follow_channels(
    conn: AsyncConnection, before: Server, after: Server, now: datetime
) -> None:
    """Owe cards in new language channels, and ping in the main one who read in one given up."""
    old = {channel.language: channel for channel in before.language_channels}
    new = {channel.language: channel for channel in after.language_channels}
    if old == new:
        return
    actions = await list_unfinished(conn, after.guild_id)
    for language in old.keys() - new.keys():
        await _give_up(conn, after.guild_id, language, actions, now)
    for language, channel in new.items():
        was = old.get(language)
        if was is None or was.channel_id != channel.channel_id:
            await _catch_up(conn, channel, actions, now)


async def _give_up(
    conn: AsyncConnection, guild_id: int, language: str, actions: list[Action], now: datetime
) -> None:
    """Edit nothing there any more; who signed up there is given the main role of each action."""
    action_ids = [action.action_id for action in actions]
    await roles.move_out_of(conn, guild_id, language, action_ids, now)
    await sign_ups.move_out_of(conn, guild_id, language, action_ids)
    await posts.forget_posts_in(conn, guild_id, language)


async def _catch_up(
    conn: AsyncConnection, channel: LanguageChannel, actions: list[Action], now: datetime
) -> None:
    """Owe the cards of what has one in the main channel, after all that is more urgent."""
    shown = [action for action in actions if shows_card(action, now)]
    for action in actions:
        ids, language = (action.guild_id, action.action_id), channel.language
        standing = (await roles.list_roles(conn, *ids)).get(language)
        if standing is not None and action.grants_role:
            # The channel was given up just now, and its role is not deleted yet.
            await roles.want_everyone(conn, *ids, now, language=language, role_id=standing)
    for action in shown[-MOST_CAUGHT_UP:]:
        cards = await posts.load_posts(conn, action.guild_id, action.action_id, CARD)
        post = cards.get(channel.language)
        if MAIN in cards and (post is None or post.channel_id != channel.channel_id):
            await owe_card(conn, action, channel.language, post, now)


async def owe_card(
    conn: AsyncConnection, action: Action, language: str, post: Post | None, now: datetime
) -> None:
    """Owe an action's card anew in a language channel, in place of the one that stood at `post`."""
    ids = (action.guild_id, action.action_id)
    if await is_on_its_way(conn, *ids, CARD, language=language):
        return
    if post is not None:
        await posts.forget_post(conn, *ids, CARD, post)
    await failures.cancel_failed(conn, *ids, CARD, language=language)
    delivery_id = await next_id(conn, action.guild_id)
    await insert_card(conn, *ids, language, delivery_id=delivery_id, now=now)
    owes_more.set(True)
