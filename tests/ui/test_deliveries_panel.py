"""The panel of deliveries and the list of what was missed fit Discord, whatever is in them."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from domain.deliveries import Delivery, DeliveryKind, DeliveryState, Post
from domain.outbox import DROPPED, HIDDEN, MISSED, Entry, Shelf
from domain.owed_messages import Missed
from locales import Language
from tests.domain.ledgers import START
from tests.ui.subjects import (
    ACTION,
    ALL_LANGUAGES,
    CHANNEL,
    GUILD,
    HOUR,
    fundraiser,
    make_server,
    owe,
    text_of,
)
from ui.deliveries_panel import PAGE, draw_deliveries, draw_delivery, late_by, shelf_of
from ui.missed_messages import draw_missed

MOST_COMPONENTS, MOST_CHARACTERS = 40, 4000
NASTY = fundraiser(title="*총@everyone" * 8)
SHOWN = [kind for kind in DeliveryKind if kind not in HIDDEN]
ERRORS = (None, "forbidden", "not_found", "unexpected", "http_503", MISSED, DROPPED)


def entry(kind: DeliveryKind, state: DeliveryState, error: str | None = None) -> Entry:
    delivery = Delivery(GUILD, 5, ACTION, kind, START, 1)
    sent_at = START + HOUR if state is DeliveryState.SENT else None
    post = Post(CHANNEL, CHANNEL) if sent_at else None
    return Entry(delivery, NASTY, state, START + 9 * HOUR, error, post, sent_at)


EVERYTHING = [entry(*each) for each in itertools.product(SHOWN, DeliveryState, ERRORS)]


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=lambda say: say.code)
def test_every_page_of_whatever_there_is_fits_a_message(say: Language) -> None:
    longest = sorted(EVERYTHING, key=lambda each: -drawn_length(say, each))[:PAGE]
    for page in (longest, EVERYTHING[:PAGE], []):
        for action, shelf in itertools.product((None, NASTY), Shelf):
            view = draw_deliveries(
                say, action, make_server(), page, START, shelf=shelf, page=1, more=True, note="x"
            )
            assert view.total_children_count <= MOST_COMPONENTS
            assert view.content_length() <= MOST_CHARACTERS


def drawn_length(say: Language, each: Entry) -> int:
    view = draw_delivery(
        say, each, make_server(), START, not_sent="over", not_dropped="tally", scope=0
    )
    assert view.content_length() <= MOST_CHARACTERS
    return view.content_length()


def test_what_was_sent_says_so_once_and_what_cannot_be_done_says_why() -> None:
    say = ALL_LANGUAGES[0]

    def drawn(state: DeliveryState, *whys: str) -> str:
        each, (not_sent, not_dropped) = entry(DeliveryKind.REMINDER, state), whys
        view = draw_delivery(
            say, each, make_server(), START, not_sent=not_sent, not_dropped=not_dropped, scope=0
        )
        return text_of(view)

    assert "can't" not in drawn(DeliveryState.SENT, "sent", "sent")
    assert say("refused.send.over") in drawn(DeliveryState.SKIPPED, "over", "let_be")


@pytest.mark.parametrize("state", DeliveryState)
def test_what_was_decided_is_found_again_where_it_stands(state: DeliveryState) -> None:
    shelf = shelf_of(entry(DeliveryKind.REMINDER, state))
    waiting = state in (DeliveryState.PENDING, DeliveryState.CLAIMED)
    assert (shelf is Shelf.COMING) is waiting
    assert (shelf is Shelf.SENT) is (state is DeliveryState.SENT)


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=lambda say: say.code)
@pytest.mark.parametrize("number", [1, 2, 500])
def test_a_long_list_of_what_was_missed_is_shortened_and_says_so(
    say: Language, number: int
) -> None:
    missed = tuple(Missed(n, DeliveryKind.REMINDER, START, NASTY) for n in range(number))
    content, view = draw_missed(say, owe(DeliveryKind.MISSED, NASTY, START, missed=missed))
    assert len(content) <= 2000
    listed = content.count("\n- ")
    assert 0 < listed <= number
    assert (say.many("missed.more", number - listed) in content) is (listed < number)
    assert "outbox_problems" in text_of(view)


def test_lateness_is_told_in_its_largest_unit() -> None:
    say = ALL_LANGUAGES[0]
    hours = (timedelta(minutes=6), HOUR, 20 * HOUR, 80 * HOUR)
    told = [late_by(say, late.total_seconds()) for late in hours]
    assert told == ["6 minutes", "60 minutes", "20 hours", "3 days"]
