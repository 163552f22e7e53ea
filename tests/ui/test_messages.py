"""Messages that the bot owes: whom they ping, what their first line says, what they keep sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from domain.actions import Action, ActionState, SignUpGate
from domain.deliveries import DeliveryKind
from domain.kinds import Kind
from locales import Language, language
from tests.domain.ledgers import DAY, START
from tests.ui.subjects import (
    ALL_LANGUAGES,
    HOUR,
    PING_ROLE,
    SECRET,
    every_action,
    fundraiser,
    hashtag,
    labels_of,
    make_server,
    owe,
    some_tally,
    text_of,
)
from ui.messages import draw_message

ENGLISH = language("en")
FAN = 99887766554433221
NOBODY = {"parse": []}
ROLE = 5_005
"""The participant role of an action."""

ONLY_ROLE = {"parse": [], "roles": [ROLE]}
ONLY_ALERTS = {"parse": [], "roles": [PING_ROLE]}
ONLY_FAN = {"parse": [], "users": [FAN]}


def allowed(mentions: discord.AllowedMentions) -> dict[str, object]:
    """Who may be pinged, as it goes to Discord; an empty list is the same as none."""
    given: dict[str, object] = dict(mentions.to_dict())
    given.pop("replied_user", None)
    return {name: value for name, value in given.items() if value or name == "parse"}


@pytest.mark.parametrize(
    ("kind", "pings"),
    [
        (DeliveryKind.ANNOUNCEMENT, ONLY_ALERTS),
        (DeliveryKind.REMINDER, ONLY_ROLE),
        (DeliveryKind.MOMENT, ONLY_ROLE),
        (DeliveryKind.PROMOTED, ONLY_FAN),
        (DeliveryKind.CLOSING, NOBODY),
        (DeliveryKind.CARD, NOBODY),
        (DeliveryKind.TALLY, NOBODY),
    ],
)
def test_each_kind_pings_only_whom_it_should(kind: DeliveryKind, pings: dict[str, object]) -> None:
    action = fundraiser(title="@everyone <@&5> <@6>", grants_role=True, role_id=ROLE)
    owed = owe(kind, action, START - HOUR, addressee=FAN, tally=some_tally(action))
    drawn = draw_message(ENGLISH, owed)
    assert allowed(drawn.allowed_mentions) == pings
    assert drawn.allowed_mentions.everyone is False
    shown = text_of(drawn.view, drawn.content)
    assert "@everyone" not in shown
    assert "<@&5>" not in shown
    assert (f"<@&{PING_ROLE}>" in shown) == (pings is ONLY_ALERTS)
    assert (f"<@&{ROLE}>" in shown) == (pings is ONLY_ROLE)


@pytest.mark.parametrize("kind", [DeliveryKind.ANNOUNCEMENT, DeliveryKind.REMINDER])
def test_without_a_role_to_ping_nobody_is_pinged(kind: DeliveryKind) -> None:
    owed = owe(kind, fundraiser(), START - HOUR, server=make_server(roles={}))
    drawn = draw_message(ENGLISH, owed)
    assert allowed(drawn.allowed_mentions) == NOBODY
    assert drawn.content is not None
    assert "<@" not in drawn.content


def test_a_promoted_fan_who_is_gone_is_not_mentioned() -> None:
    drawn = draw_message(ENGLISH, owe(DeliveryKind.PROMOTED, fundraiser(), START - HOUR))
    assert allowed(drawn.allowed_mentions) == NOBODY


CLASSIC = [
    DeliveryKind.ANNOUNCEMENT,
    DeliveryKind.REMINDER,
    DeliveryKind.MOMENT,
    DeliveryKind.PROMOTED,
    DeliveryKind.CLOSING,
]


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
@pytest.mark.parametrize("kind", CLASSIC)
def test_pinging_messages_are_classic_and_within_the_limits(
    say: Language, kind: DeliveryKind
) -> None:
    for action, now in every_action():
        owed = owe(kind, action, now, addressee=FAN, due_at=now - HOUR)
        drawn = draw_message(say, owed)
        assert isinstance(drawn.view, discord.ui.View)
        assert drawn.view.timeout is None
        assert drawn.content is not None
        assert len(drawn.content) <= 2000
        assert drawn.suppress_embeds
        assert not drawn.content.startswith(("\n", "#"))


FIRST_LINES = {
    DeliveryKind.ANNOUNCEMENT: "Fundraiser “Match a Million”: Sun 7 Jun 02:00 KST. Tap “I'm in”",
    DeliveryKind.REMINDER: "Coming up: Fundraiser “Match a Million”, Sun 7 Jun 02:00 KST.",
    DeliveryKind.MOMENT: "It's time: “Match a Million” has started. Give, then tap “I did it”",
    DeliveryKind.PROMOTED: "A place came free: you're in for “Match a Million”, Sun 7 Jun 02:00",
    DeliveryKind.CLOSING: "“Match a Million” has ended. Took part? Tap “I did it”",
}


@pytest.mark.parametrize("kind", CLASSIC)
def test_the_first_line_says_what_when_and_what_to_tap(kind: DeliveryKind) -> None:
    now = {DeliveryKind.MOMENT: START, DeliveryKind.CLOSING: START + DAY}.get(kind, START - HOUR)
    owed = owe(kind, fundraiser(), now, server=make_server(roles={}))
    content = draw_message(ENGLISH, owed).content
    assert content is not None
    assert content.startswith(FIRST_LINES[kind])


def test_a_reminder_shows_each_reader_their_own_time() -> None:
    content = draw_message(ENGLISH, owe(DeliveryKind.REMINDER, fundraiser(), START - HOUR)).content
    assert content is not None
    assert f"<t:{int(START.timestamp())}:R>" in content


def test_a_late_message_says_so_and_when_it_was_due() -> None:
    due_at = START - HOUR
    late = owe(DeliveryKind.REMINDER, fundraiser(), START - HOUR / 2, due_at=due_at)
    assert f"late: it was due <t:{int(due_at.timestamp())}:F>" in (
        draw_message(ENGLISH, late).content or ""
    )
    on_time = owe(DeliveryKind.REMINDER, fundraiser(), due_at + timedelta(seconds=9), due_at=due_at)
    assert "late" not in (draw_message(ENGLISH, on_time).content or "")


WITH_MORE = frozenset(
    {
        DeliveryKind.TALLY,
        DeliveryKind.STEP,
        DeliveryKind.NOTICE,
        DeliveryKind.SHIFT,
        DeliveryKind.SHIFT_OFFER,
        DeliveryKind.TASK,
        DeliveryKind.REDRAW,
        DeliveryKind.DIGEST,
    }
)
"""What is drawn of more than the action has tests of its own."""


@pytest.mark.parametrize("kind", [kind for kind in DeliveryKind if kind not in WITH_MORE])
def test_the_sealed_tag_is_in_no_message_before_the_moment(kind: DeliveryKind) -> None:
    for say in ALL_LANGUAGES:
        owed = owe(kind, hashtag(), START - timedelta(microseconds=1), addressee=FAN)
        drawn = draw_message(say, owed)
        assert SECRET not in text_of(drawn.view, drawn.content)


def test_the_moment_reveals_the_tag_to_copy_and_the_prompt() -> None:
    drawn = draw_message(ENGLISH, owe(DeliveryKind.MOMENT, hashtag(), START))
    assert drawn.content is not None
    assert f"```\n#{SECRET}\n```" in drawn.content
    assert drawn.content.count(SECRET) == 1
    assert "Say what the song means to you" in drawn.content


def test_messages_carry_the_buttons_that_apply() -> None:
    def verbs(kind: DeliveryKind, hours: int, **values: object) -> list[str]:
        owed = owe(kind, fundraiser(**values), START + hours * HOUR)
        return labels_of(draw_message(ENGLISH, owed).view)

    assert verbs(DeliveryKind.ANNOUNCEMENT, -2) == ["join", "leave"]
    assert verbs(DeliveryKind.MOMENT, 0) == ["join", "log", "leave", "share"]
    assert verbs(DeliveryKind.CLOSING, 24) == ["log"]
    assert verbs(DeliveryKind.CLOSING, 90, state=ActionState.FINAL) == ["tally"]


def test_a_closing_after_the_window_does_not_ask_to_log() -> None:
    owed = owe(DeliveryKind.CLOSING, fundraiser(state=ActionState.FINAL), START + 3 * DAY)
    content = draw_message(ENGLISH, owed).content
    assert content is not None
    assert "I did it" not in content
    assert "“Tally”" in content


def test_a_tally_brings_its_files(tmp_path: Path) -> None:
    (tmp_path / "tally.csv").write_text("record")
    now, files = START + 2 * DAY, (tmp_path / "tally.csv",)
    owed = owe(DeliveryKind.TALLY, fundraiser(), now, tally=some_tally(), files=files)
    drawn = draw_message(ENGLISH, owed, chart=b"png")
    assert [file.filename for file in drawn.files] == ["tally.png", "tally.csv"]
    for file in drawn.files:
        file.close()
    assert drawn.content is None
    assert draw_message(ENGLISH, replace(owed, files=None)).files == []


CALLS = (DeliveryKind.ANNOUNCEMENT, DeliveryKind.REMINDER)


def first_line(kind: DeliveryKind, action: Action, now: datetime) -> str:
    owed = owe(kind, action, now, server=make_server(roles={}))
    return (draw_message(ENGLISH, owed).content or "").splitlines()[0]


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize(
    "values", [{"sign_ups": SignUpGate.CLOSED}, {"sign_up_lead": 3 * HOUR}], ids=["by hand", "time"]
)
def test_who_can_not_sign_up_any_more_is_not_asked_to(
    kind: DeliveryKind, values: dict[str, Any]
) -> None:
    line = first_line(kind, fundraiser(**values), START - 2 * HOUR)
    assert line.endswith("Sun 7 Jun 02:00 KST. Sign-ups are closed.")
    assert "Tap" not in line


def deadline(**values: Any) -> Action:
    fields = {"recipient": "The band", "rules": "One drawing each"}
    return fundraiser(kind=Kind.SUBMISSION, unit_code="entries", fields=fields, **values)


def test_what_has_a_deadline_says_until_when() -> None:
    announced = first_line(DeliveryKind.ANNOUNCEMENT, deadline(), START - HOUR)
    assert announced.endswith("until Mon 8 Jun 02:00 KST. Tap “I'm in” to take part.")
    gate = deadline(sign_ups=SignUpGate.CLOSED)
    assert "“Send an entry”" in first_line(DeliveryKind.ANNOUNCEMENT, gate, START - HOUR)
    reminder = first_line(DeliveryKind.REMINDER, deadline(), START + HOUR)
    assert reminder.startswith("Closes Mon 8 Jun 02:00 KST: Submission drive “Match a Million”.")
    assert "“Send an entry”" in reminder
    for kind in (*CALLS, DeliveryKind.MOMENT):
        content = draw_message(ENGLISH, owe(kind, deadline(), START)).content or ""
        assert f"Closes <t:{int((START + DAY).timestamp())}:F>" in content


@pytest.mark.parametrize("kind", CALLS)
def test_after_the_deadline_nobody_is_asked_to_do_anything(kind: DeliveryKind) -> None:
    line = first_line(kind, deadline(state=ActionState.FINAL), START + 2 * DAY)
    assert line.endswith("until Mon 8 Jun 02:00 KST.")
