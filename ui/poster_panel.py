"""The panel on which organisers choose an action's posters, and its form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

import discord

from domain.actions import Action
from domain.posters import MOST_ALT, PosterUse, poster_of, write_use
from locales import Language
from ui.base import Interaction, SafeLayout
from ui.buttons import press
from ui.forms import Form, Input
from ui.log_form import labelled
from ui.posters import draw_poster
from ui.text import heading_title, plain, stamp

SHOWN_ALT = 300
"""Characters of what is told of a poster that the panel shows."""

Uploads = Sequence[discord.Attachment]
SubmitPoster = Callable[[Interaction, str, Uploads], Awaitable[None]]
"""Takes what was typed of a picture, and the picture if one was chosen."""


def draw_poster_panel(
    say: Language, action: Action, *, attached: Collection[PosterUse], done: str = ""
) -> discord.ui.LayoutView:
    """Draw the panel; of the posters that are there, it shows those whose files are attached.

    The others are not for whoever reads this. `done` says what became of a press.
    """
    items: list[discord.ui.Item[Any]] = []
    if done:
        items.append(discord.ui.TextDisplay(done))
    heading = say("poster.heading", title=heading_title(action))
    items.append(discord.ui.TextDisplay(f"## {heading}\n{say('poster.explained')}"))
    for use in PosterUse:
        poster = poster_of(action.parts.posters, use)
        lines = [f"**{say(f'poster.use.{use.value}', time=stamp(action.revealed_at, 'f'))}**"]
        if poster is None:
            lines.append(say(f"poster.none.{use.value}"))
        elif use not in attached:
            lines.append(say("poster.hidden"))
        else:
            lines.append(f"-# {plain(poster.alt, SHOWN_ALT)}")
        items.append(discord.ui.TextDisplay("\n".join(lines)))
        if poster is not None and use in attached:
            items.append(draw_poster(poster))
        items.append(discord.ui.ActionRow[Any](*_buttons(say, action, use)))
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*items, accent_colour=action.rules.accent))
    return view


def draw_removal(say: Language, action: Action, use: PosterUse) -> discord.ui.LayoutView:
    """Ask whether a poster may be taken away."""
    item = write_use(use)
    danger = discord.ButtonStyle.danger
    text = say(f"poster.ask_remove.{use.value}", title=heading_title(action))
    row = discord.ui.ActionRow[Any](
        press(say, "poster_remove_yes", action.action_id, item_id=item, style=danger),
        press(say, "poster_keep", action.action_id),
    )
    view = SafeLayout(timeout=None)
    shown = discord.ui.TextDisplay[Any](text)
    view.add_item(discord.ui.Container(shown, row, accent_colour=action.rules.accent))
    return view


class PosterForm(Form):
    """A picture, and what is to be seen on it; without a picture the one there is stays."""

    def __init__(
        self,
        say: Language,
        use: PosterUse,
        alt: str,
        submit: SubmitPoster,
        *,
        needs_picture: bool,
    ) -> None:
        self._file: discord.ui.FileUpload[Any] = discord.ui.FileUpload(
            required=needs_picture, min_values=int(needs_picture), max_values=1
        )

        async def submit_all(interaction: Interaction, values: dict[str, str]) -> None:
            await submit(interaction, values["alt"], self._file.values)

        key = "poster_file" if needs_picture else "poster_other_file"
        parts = [
            labelled(say, key, self._file),
            Input("alt", "poster_alt", alt, True, MOST_ALT, True),
        ]
        super().__init__(say, say(f"modal.poster.{use.value}"), parts, submit_all)


def _buttons(say: Language, action: Action, use: PosterUse) -> list[discord.ui.Item[Any]]:
    there = poster_of(action.parts.posters, use) is not None
    item = write_use(use)
    label = "button.poster_change" if there else "button.poster_set"
    buttons: list[discord.ui.Item[Any]] = [
        press(say, "poster_set", action.action_id, item_id=item, label_key=label)
    ]
    if there:
        buttons.append(press(say, "poster_remove", action.action_id, item_id=item))
    return buttons
