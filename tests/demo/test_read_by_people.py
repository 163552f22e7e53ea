"""What counts as people's own words, when a story is searched for words of another language."""

from __future__ import annotations

import pytest

from tests.demo.read_by_people import Typed, inputs_in, own_words, shown_in

NOTE, TIME, BEGUN = "Bring your light stick", "in 2 days", "Three o'clock, at the gate"
POST = "Look%20at%20the%20moon"


@pytest.mark.parametrize(
    "typed",
    [TIME, "2h", "tomorrow 8pm", "23:30 KST", "Sat 19 Dec 20:00", "00:00 America/New_York", "50"],
)
def test_times_are_nobodys_words_as_the_bot_writes_them_anew(typed: str) -> None:
    assert list(own_words([Typed(typed)], ())) == []


def test_what_a_form_began_with_is_somebodys_words_only_once_it_was_changed() -> None:
    form = {"data": {"components": [{"type": 4, "custom_id": "note", "value": BEGUN}]}}
    begun = {*inputs_in(form)}
    assert list(own_words([Typed(BEGUN, "note")], begun)) == []
    assert list(own_words([Typed(NOTE, "note")], begun)) == [NOTE]
    assert list(own_words([Typed(BEGUN)], begun)) == [BEGUN]


@pytest.mark.parametrize(
    "url",
    [
        f"https://x.com/intent/post?text={POST}",
        f"https://t.me/share/url?url={POST}",
        f"https://calendar.google.com/calendar/render?dates=2020&details={POST}&ctz=Asia/Seoul",
    ],
)
def test_what_a_link_takes_along_is_read(url: str) -> None:
    body = {"components": [{"type": 2, "style": 5, "label": "Share", "url": url}]}
    assert list(shown_in(body)) == ["Share", "Look at the moon"]
    assert list(shown_in({"url": "https://example.org/list?page=2&url=https://example.org"})) == []
