"""What follows from a server's language channels being chosen, changed and given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import failures, posts, roles, sign_ups, spreading
from db.queries.references import list_unfinished
from db.queries.servers import list_channels, next_id
from domain.actions import Action
from domain.deliveries import Delivery, DeliveryKind, Post
from domain.errors import Refusal
from domain.language_channels import MAIN
from domain.mending import shows_card, unfinished
from domain.servers import LanguageChannel, Server
from services.group_commit import owes_more

MOST_CAUGHT_UP = 25
"""Actions whose cards are posted in a new language channel, those that start last; older ones have
drowned in the main channel too."""

CARD = DeliveryKind.CARD


async def follow_channels(
    conn: AsyncConnection, before: Server, after: Server, now: datetime
) -> None:
    """Owe cards in new language channels, and ping in the main one who read in one given up.

    Raises `Refusal` where an action was moved to a new one.
    """
    old = {channel.language: channel for channel in before.language_channels}
    new = {channel.language: channel for channel in after.language_channels}
    if old == new:
        return
    actions = await list_unfinished(conn, after.guild_id)
    for language in old.keys() - new.keys():
        await _give_up(conn, after.guild_id, language, actions, now)
    for language, channel in new.items():
        was = old.get(language)
        if actions and (was is None or was.channel_id != channel.channel_id):
            _require_free(channel, actions, now)
            await _catch_up(conn, channel, actions, now)


async def _give_up(
    conn: AsyncConnection, guild_id: int, language: str, actions: list[Action], now: datetime
) -> None:
    """Edit nothing there any more; who signed up there is given the main role of each action."""
    action_ids = [action.action_id for action in actions]
    await roles.move_out_of(conn, guild_id, language, action_ids, now)
    await sign_ups.move_out_of(conn, guild_id, language, action_ids)
    await posts.forget_posts_in(conn, guild_id, language)


def _require_free(channel: LanguageChannel, actions: Sequence[Action], now: datetime) -> None:
    """Refuse a channel in which an action is posted itself: it would stand there twice."""
    for action in actions:
        if action.channel_id == channel.channel_id and unfinished(action, now):
            place = f"<#{channel.channel_id}>"
            raise Refusal("setup.channel_has_action", channel=place, number=str(action.number))


async def require_no_language(conn: AsyncConnection, guild_id: int, channel_id: int | None) -> None:
    """Refuse to post an action itself in a language channel: it would stand there twice."""
    if channel_id in {each.channel_id for each in await list_channels(conn, guild_id)}:
        raise Refusal("setup.channel_taken", channel=f"<#{channel_id}>")


async def _catch_up(
    conn: AsyncConnection, channel: LanguageChannel, actions: list[Action], now: datetime
) -> None:
    """Owe the cards of what has one in the main channel, after all that is more urgent.

    What is being posted there just now follows once it stands (see `keep_card`).
    """
    guild_id, language = actions[0].guild_id, channel.language
    # Where the channel was given up just now, its roles are not deleted yet.
    action_ids = [action.action_id for action in actions]
    await roles.want_standing(conn, guild_id, language, action_ids, now)
    shown = [action.action_id for action in actions if shows_card(action, now)]
    cards = await posts.load_posts_of(conn, guild_id, shown[-MOST_CAUGHT_UP:], CARD)
    carded = [each for each in shown if MAIN in cards.get(each, {})]
    wanted = [each for each in carded if _lacks(channel, cards[each])]
    await _owe_cards(conn, guild_id, language, wanted, now)


def _lacks(channel: LanguageChannel, cards: Mapping[str, Post]) -> bool:
    """Tell whether an action's cards leave out a language channel, or stand where it was before."""
    there = {language: post.channel_id for language, post in cards.items()}
    return channel.channel_id not in (there.get(channel.language), there.get(MAIN))


async def owe_card(conn: AsyncConnection, action: Action, language: str, now: datetime) -> None:
    """Owe an action's card anew in a language channel, in place of the one that stood there."""
    await _owe_cards(conn, action.guild_id, language, [action.action_id], now)


async def _owe_cards(
    conn: AsyncConnection, guild_id: int, language: str, action_ids: Sequence[int], now: datetime
) -> None:
    if not action_ids:
        return
    coming = await spreading.list_cards_to_come(conn, guild_id, action_ids)
    wanted = [each for each in action_ids if (each, language) not in coming]
    if not wanted:
        return
    await posts.forget_cards(conn, guild_id, wanted, language)
    await failures.cancel_failed_of(conn, guild_id, wanted, CARD, language=language)
    first_id = await next_id(conn, guild_id, len(wanted))
    await spreading.insert_cards(conn, guild_id, wanted, language, first_id=first_id, now=now)
    owes_more.set(True)


async def keep_card(conn: AsyncConnection, card: Delivery, post: Post, now: datetime) -> None:
    """Remember where a card stands, and owe those that language channels lack by now.

    Who chooses a channel while a card is being posted can't see it yet: so it is looked once more
    which channels there are, in the transaction by which the card is marked as sent.
    """
    ids, of = (card.guild_id, card.action_id), card.language
    channels = {each.language: each for each in await list_channels(conn, card.guild_id)}
    if of != MAIN and of not in channels:
        return  # It was given up meanwhile; what was posted there stays as it is.
    await posts.save_post(conn, *ids, CARD, post, now, language=of)
    if not channels:
        return
    cards = await posts.load_posts(conn, *ids, CARD)
    lacking = [language for language, each in channels.items() if _lacks(each, cards)]
    left_off = await spreading.list_left_off(conn, *ids) if of == MAIN and lacking else ()
    for language in lacking:
        if language == of or (of == MAIN and language not in left_off):
            await _owe_cards(conn, card.guild_id, language, [card.action_id], now)
