"""The roles that announcements of one kind ping: listed for moderators, and chosen one by one."""

from __future__ import annotations

from typing import Any

import discord

from domain.kinds import Kind
from domain.servers import Server
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.selects import PickText, pick_role, pick_text
from ui.setup_pages import ACCENT, NO_ACTION, SetupPage, draw_page_select, page_button

KINDS = tuple(Kind)
"""By their places here the kinds stand in custom_ids."""


def draw_kind_role(
    say: Language, server: Server, kind: Kind, *, gone: bool = False
) -> discord.ui.LayoutView:
    """Draw the page of one kind: its role, and the way to make one. `gone`: it was deleted."""
    role, item_id = server.kind_roles.get(kind), KINDS.index(kind)
    chosen = None if role is None or gone else role.role_id
    lines = [f"## {_name(say, kind)}"]
    if gone:
        lines.append(say("setup.gone_kind", kind=_name(say, kind)))
    lines.append(say("setup.label.kind_role"))
    if chosen is not None and role is not None and role.self_service:
        lines.append(say("setup.kind_self_service"))
    items: list[discord.ui.Item[Any]] = [
        draw_page_select(say, SetupPage.ALERTS),
        discord.ui.TextDisplay("\n".join(lines)),
        discord.ui.ActionRow[Any](
            pick_role(say, "setup_kind_role", NO_ACTION, item_id=item_id, chosen=chosen)
        ),
        discord.ui.ActionRow[Any](
            press(
                say, "setup_kind_create", NO_ACTION, item_id=item_id, disabled=chosen is not None
            ),
            page_button(say, SetupPage.ALERTS),
        ),
    ]
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*items, accent_colour=ACCENT))
    return view


def kind_role_lines(say: Language, server: Server) -> list[str]:
    """What roles of their own kinds have, one a line, with what such a role is for."""
    lines = [say("setup.kind_roles")]
    for kind in KINDS:
        role = server.kind_roles.get(kind)
        if role is not None:
            key = "setup.kind_role_offered" if role.self_service else "setup.kind_role"
            lines.append(say(key, kind=_name(say, kind), role=f"<@&{role.role_id}>"))
    return lines


def pick_kind(say: Language, server: Server) -> PickText:
    """The select by which the page of a kind is opened."""
    options = [
        discord.SelectOption(
            label=_name(say, kind),
            value=kind.value,
            description=say(
                "setup.kind_own" if kind in server.kind_roles else "setup.kind_general"
            ),
        )
        for kind in KINDS
    ]
    return pick_text(say, "setup_kind", NO_ACTION, options, leads_on=True)


def _name(say: Language, kind: Kind) -> str:
    return say(f"kind.{kind.value}.name")
