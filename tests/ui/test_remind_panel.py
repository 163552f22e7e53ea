"""The preview of a reminder by hand: whatever its words, it shows them and fits."""

from __future__ import annotations

import pytest

from domain.audit import Act, AuditEvent
from domain.deliveries import DeliveryKind
from domain.pings import PingDay
from domain.reminding import TEXT_LENGTH
from locales import Language
from tests.ui.subjects import ALL_LANGUAGES, HOUR, PING_ROLE, START, hashtag, owe
from ui.remind_panel import draw_remind


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
@pytest.mark.parametrize("text", ["*" * TEXT_LENGTH, "총" * TEXT_LENGTH])
def test_the_longest_words_are_shown_whole_with_what_is_said_about_them(
    say: Language, text: str
) -> None:
    action = hashtag(title="_" * 100, fields={"tag": "t" * 100, "prompt": "*" * 300})
    event = AuditEvent(0, 7, Act.REMINDED, START, 1, {"text": text})
    owed = owe(DeliveryKind.BY_HAND, action, START + HOUR, event=event)
    day = PingDay(cap=50, used=50, moments=12)
    shown = draw_remind(say, owed, day, PING_ROLE, START + 2 * HOUR)
    assert text in shown.replace("\\", "")
    assert say("remind.question") in shown
    assert len(shown) <= 2000
