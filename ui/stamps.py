"""Stamps: what every message carries by which it is known which delivery it is.

Discord does not keep a message's nonce, but its components' ids and custom_ids.
"""

from __future__ import annotations

import re
from typing import Any

import discord

from domain.deliveries import Delivery

FIRST_STAMP = 1000
"""Discord numbers the components that have no id from 1 on, at most 40 in a message."""

_END = re.compile(r"~([0-9]+)$")


def stamp_of(delivery: Delivery) -> int:
    """A delivery's stamp: no other one of its server has the same.

    It is a 32-bit number (https://discord.com/developers/docs/components/reference).
    """
    return FIRST_STAMP + delivery.message_id


def put_stamp(view: discord.ui.View | discord.ui.LayoutView, delivery: Delivery) -> None:
    """Have a message say which delivery it is: by its first component, or a classic one's button.

    The ids of a classic message's components are not promised to be kept.
    """
    if not view.children:
        return
    _plain(view.children[0]).id = stamp_of(delivery)
    if isinstance(view, discord.ui.LayoutView):
        return
    for item in map(_plain, view.children):
        if isinstance(item, discord.ui.Button) and item.custom_id is not None:
            item.custom_id = f"{item.custom_id}~{stamp_of(delivery)}"
            return


def stamps_in(message: discord.Message) -> set[int]:
    """The stamps in a message, among other ids of its components."""
    found: set[int] = set()
    components: list[Any] = list(message.components)
    while components:
        component = components.pop()
        found.add(component.id)
        if end := _END.search(getattr(component, "custom_id", None) or ""):
            found.add(int(end[1]))
        components += getattr(component, "children", ())
    return found


def custom_ids_in(message: discord.Message) -> set[str]:
    """The custom_ids of the buttons in rows of a classic message."""
    rows = (getattr(row, "children", ()) for row in message.components)
    return {getattr(button, "custom_id", None) or "" for row in rows for button in row}


def urls_in(message: discord.Message) -> set[str]:
    """Where the link buttons of a classic message lead."""
    rows = (getattr(row, "children", ()) for row in message.components)
    return {getattr(button, "url", None) or "" for row in rows for button in row}


def _plain(item: discord.ui.Item[Any]) -> discord.ui.Item[Any]:
    """The item itself, of one that outlives restarts."""
    return item.item if isinstance(item, discord.ui.DynamicItem) else item
