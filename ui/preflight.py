"""What organisers read before the moment: whether all is ready, and the texts to post by hand."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action
from domain.owed_messages import OwedMessage
from domain.preflight import Flaw, Found
from locales import Language
from ui.buttons import press
from ui.limits import MAX_CONTENT
from ui.messages import Drawn, draw_message
from ui.text import heading_title, plain, stamp

SET_BY = {
    Flaw.UNSET: "button.revise_fields",
    Flaw.NO_CODE: "button.revise_fields",
    Flaw.NO_APPS: "button.apps",
    Flaw.APPS_WITHOUT_LINK: "button.apps",
    Flaw.NO_TASKS: "button.task_list",
    Flaw.CHANNEL_GONE: "button.sign_up_settings",
    Flaw.NO_PING: "button.sign_up_settings",
}
"""The button of the panel under which a flaw is put right."""

MAX_NAME = 100
MOST_NAMES = 10
FENCE = re.compile(r"```\n?|\n```")
TEXT_FILE = "text.txt"


@dataclass(frozen=True)
class SpareText:
    """A text to copy, under a heading; one that is too long for a message comes as a file."""

    content: str
    files: Sequence[discord.File] = ()


def draw_preflight(
    say: Language, action: Action, found: Sequence[Found], now: datetime
) -> tuple[str, discord.ui.View]:
    """What is wrong and how to put it right, or that all is ready; with the texts behind it."""
    view = discord.ui.View(timeout=None)
    for verb in ("spare_texts", "preflight"):
        view.add_item(press(say, verb, action.action_id))
    lines = preflight_lines(say, action, found, now)
    return _join([*lines, say("preflight.texts_below")]), view


def draw_preflight_message(say: Language, owed: OwedMessage, found: Sequence[Found]) -> Drawn:
    """The same for everybody who runs actions; its organiser is pinged if they have to act."""
    text, view = draw_preflight(say, owed.action, found, owed.now)
    organiser = owed.action.organiser_user_id
    if organiser is None or not any(one.grave for one in found):
        return Drawn(text, view)
    users = [discord.Object(organiser)]
    pinged = discord.AllowedMentions(everyone=False, users=users, roles=False, replied_user=False)
    return Drawn(f"<@{organiser}> {text}", view, [], pinged)


def draw_direct_preflight(say: Language, owed: OwedMessage, found: Sequence[Found]) -> str:
    """The same for its organiser alone, where the server has no channel for organisers."""
    lines = preflight_lines(say, owed.action, found, owed.now)
    return _join([*lines, say("preflight.texts_elsewhere", button=say("button.preflight"))])


def preflight_lines(
    say: Language, action: Action, found: Sequence[Found], now: datetime
) -> list[str]:
    """Whether an action is ready, and each flaw with what to change, the grave ones first."""
    grave = [one for one in found if one.grave]
    others = [one for one in found if not one.grave]
    when = "not_ready" if grave else "ready"
    tense = "starts" if now < action.starts_at else "runs"
    lines = [
        say(
            f"preflight.{when}_{tense}",
            title=heading_title(action),
            number=action.number,
            when=stamp(action.starts_at, "f"),
            relative=stamp(action.starts_at, "R"),
        ),
        *(f"▸ {flaw_line(say, action, one)}" for one in grave),
    ]
    if others:
        lines += [
            say("preflight.by_the_way"),
            *(f"▸ {flaw_line(say, action, one)}" for one in others),
        ]
    return lines


def flaw_line(say: Language, action: Action, found: Found) -> str:
    """What is wrong, and what to change."""
    match found.flaw:
        case Flaw.ROLE_GONE:
            (use,) = found.names
            return f"{say(f'notice.role_gone.{use}')} {say(f'notice.mend.role_gone.{use}')}"
        case Flaw.CANNOT_GRANT:
            return say("preflight.flaw.cannot_grant")
        case Flaw.ROLE_ABOVE:
            return say("roles.above_bot", role=f"<@&{found.role_id}>")
        case Flaw.PERMISSIONS:
            names = [say(f"permission.{name}") for name in found.names]
        case Flaw.UNSET:
            kind = action.kind.value
            names = [say(f"modal.{kind}_{name}.label") for name in found.names]
        case _:
            names = [plain(name, MAX_NAME) for name in found.names[:MOST_NAMES]]
    return say(
        f"preflight.flaw.{found.flaw.value}",
        channel=f"<#{found.channel_id}>",
        role=f"<@&{found.role_id}>",
        names=say.listing(names),
        button=say(SET_BY[found.flaw]) if found.flaw in SET_BY else "",
    )


def draw_spare_texts(
    say: Language, texts: Sequence[OwedMessage], channel_id: int | None
) -> list[SpareText]:
    """The messages as the bot would post them at their time, each ready to copy.

    They show what is sealed until the moment, so they are for those alone who run the action.
    """
    channel = say("preflight.no_channel_yet") if channel_id is None else f"<#{channel_id}>"
    return [
        SpareText(say("preflight.texts", channel=channel)),
        *(_spare_text(say, owed) for owed in texts),
    ]


def _spare_text(say: Language, owed: OwedMessage) -> SpareText:
    kind = owed.delivery.kind.value
    heading = say(f"preflight.text.{kind}", time=stamp(owed.delivery.due_at, "f"))
    text = _copyable(draw_message(say, owed))
    content = f"{heading}\n```\n{text}\n```"
    if len(content) <= MAX_CONTENT:
        return SpareText(content)
    return SpareText(heading, [discord.File(io.BytesIO(text.encode()), filename=TEXT_FILE)])


def _copyable(drawn: Drawn) -> str:
    """A message as text alone: its links in full, since nobody can post buttons by hand."""
    children: Sequence[discord.ui.Item[Any]] = drawn.view.children
    links = [item.url for item in children if isinstance(item, discord.ui.Button) and item.url]
    # A tag stands in a block of its own there; within this one its fence would end it.
    return "\n".join([FENCE.sub("", drawn.content or ""), *links])


def _join(lines: Sequence[str]) -> str:
    """The lines that fit into a message with a mention before them, whole ones only."""
    kept: list[str] = []
    room = MAX_CONTENT - 30
    for line in lines:
        if (room := room - len(line) - 1) < 0:
            break
        kept.append(line)
    return "\n".join(kept)
