"""The preview of a reminder by hand: what it says, whom it pings, and what is left of the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.actions import Action
from domain.owed_messages import OwedMessage
from domain.pings import PingDay
from domain.reminding import TEXT_LENGTH
from locales import Language
from ui.forms import Form, Input, Submit
from ui.messages import draw_message
from ui.text import stamp

MAX_SHOWN = 1400
"""Of the reminder itself: the longest words of one's own, and what is said about it below."""


def draw_remind(
    say: Language, owed: OwedMessage, day: PingDay, role_id: int | None, waits: datetime | None
) -> str:
    """Draw the preview; it is for its organiser alone and pings nobody."""
    lines = draw_message(say, owed).content or ""
    kept = ""
    for line in lines.split("\n"):
        if len(kept) + len(line) + 3 > MAX_SHOWN:
            break
        kept += f"> {line}\n"
    return kept + "\n".join(["", say("remind.question"), *_notes(say, owed, day, role_id, waits)])


def _notes(
    say: Language, owed: OwedMessage, day: PingDay, role_id: int | None, waits: datetime | None
) -> Iterator[str]:
    people = say.many("count.people", owed.action.signed_up)
    channel = f"<#{next(iter(owed.channel_ids), 0)}>"
    if role_id is None:
        yield _silent_line(say, owed.action, channel, people)
    else:
        key = "remind.to_role" if day.room else "remind.used_up"
        yield say(key, channel=channel, role=f"<@&{role_id}>", people=people)
        yield cap_line(say, day)
        if owed.finished and day.room:
            yield say.many("remind.finished", owed.finished)
    if role_id is None or owed.finished or not day.room:
        yield say("remind.direct")
    if waits is not None:
        yield say("remind.waits", time=stamp(waits, "t"), relative=stamp(waits, "R"))


def _silent_line(say: Language, action: Action, channel: str, people: str) -> str:
    """That nobody is pinged, and what has to be there for that."""
    if action.grants_role:
        return say("remind.no_role_yet", channel=channel, people=people)
    settings = say("button.sign_up_settings")
    return say("remind.to_nobody", channel=channel, people=people, button=settings)


def cap_line(say: Language, day: PingDay) -> str:
    """How many pings of the day are used, and how many its moments still need."""
    line = say("pings.today", used=day.used, cap=day.cap)
    return line if not day.moments else f"{line} {say.many('pings.kept', day.moments)}"


def remind_form(say: Language, typed: str, submit: Submit) -> Form:
    """The organiser's own words; left empty, the bot's."""
    inputs = [Input("text", "remind_text", typed, False, TEXT_LENGTH, True)]
    return Form(say, say("modal.remind.title"), inputs, submit)
