"""The tally's message: every number apart, what was said before, and all of it within limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actions import ActionState
from domain.editions import Edition
from domain.kinds import Kind
from domain.ledger import Check, Verdict
from domain.official_counts import OfficialCount
from domain.published import Difference, differences, numbers_of
from domain.tally import SourceTotal, Tally
from locales import Language, language
from tests.domain.ledgers import DAY, START, count_tally, make_action, make_contribution
from tests.ui.subjects import (
    ALL_LANGUAGES,
    HOUR,
    every_action,
    fundraiser,
    labels_of,
    make_server,
    some_tally,
    tally_of,
    text_of,
)
from tests.ui.test_cards import assert_fits
from ui.amending import draw_amendment
from ui.attendance_lines import tally_attendance
from ui.tallies import draw_tally

ENGLISH, SERVER = language("en"), make_server()
FILES = ("tally.csv", "tally.json")
LONG = "*_[x](http://a.b) 총" * 20


def edition(tally: Tally, number: int, reason: str | None = None) -> Edition:
    at = START + 2 * DAY + number * HOUR
    return Edition(number, at, at, numbers_of(tally), reason)


def full_tally() -> Tally:
    """One with more of everything than fits into a message."""
    codes = ("USD", "KRW", "JPY", "EUR", "KWD")
    action = fundraiser(fields={"currencies": " ".join(codes[1:])}, title=LONG)
    given = [make_contribution(n, unit_code=code) for n, code in enumerate(codes, 1)]
    tally = tally_of(action, *given, cut_off=START + 2 * DAY)
    counts = [
        OfficialCount(n, LONG[:60], LONG[:80], LONG[:80], "https://a.b/" + "x" * 280, START, START)
        for n in range(5)
    ]
    sources = [SourceTotal(code, f"{LONG[:50]}{n}", 10**14, n) for code in codes for n in range(30)]
    editions = (edition(tally, 1), *(edition(tally, n, LONG[:300]) for n in range(2, 20)))
    return replace(tally, officials=tuple(counts), sources=tuple(sources), editions=editions)


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_every_tally_fits(say: Language) -> None:
    for action, now in every_action():
        tally = tally_of(action, cut_off=now)
        assert_fits(draw_tally(say, tally, SERVER, chart=True, files=FILES, now=now))
    full = draw_tally(say, full_tally(), SERVER, chart=True, files=FILES, now=START + 3 * DAY)
    assert_fits(full)


def test_a_tally_keeps_its_numbers_apart() -> None:
    shown = text_of(draw_tally(ENGLISH, some_tally(), SERVER))
    assert "Final tally" in shown
    assert "**Logged** US$30.00, by 3 contributions from 2 people" in shown
    assert "**proved** US$20.00, by 2 contributions" in shown
    assert "**verified** US$0.00, by 0 contributions" in shown
    assert "**Waiting for a check** US$0.00" in shown
    assert "0% logged" in shown
    assert "**Before the start** US$500.00" in shown
    assert "what members did, not what it caused" in shown
    assert "attachment://" not in shown


def test_a_tally_before_the_window_closes_says_so() -> None:
    view = draw_tally(ENGLISH, tally_of(fundraiser(), cut_off=START + HOUR), SERVER)
    assert "Tally so far" in text_of(view)


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_a_final_tally_of_nothing_says_so_in_one_sentence(say: Language) -> None:
    nothing = tally_of(fundraiser(), cut_off=START + 2 * DAY)
    shown = text_of(draw_tally(say, nothing, SERVER))
    assert say("tally.nothing") in shown
    assert say.money(0, "USD") not in shown
    assert say("tally.caution") in shown
    assert "▱▱▱▱▱▱▱▱▱▱" in shown, "the goal stays"
    taken_back = make_contribution(1, withdrawn=True)
    for tally in (
        tally_of(fundraiser(), cut_off=START + HOUR),
        tally_of(fundraiser(), taken_back, cut_off=START + 2 * DAY),
    ):
        assert say("tally.nothing") not in text_of(draw_tally(say, tally, SERVER))


def test_a_gathering_to_which_nobody_came_says_who_would_have() -> None:
    gathering = make_action(kind=Kind.ATTENDANCE, unit_code="people")
    nobody = replace(tally_of(gathering, cut_off=START + 2 * DAY), pledged=12)
    shown = text_of(draw_tally(ENGLISH, nobody, SERVER))
    assert tally_attendance(ENGLISH, 12, 0) in shown
    assert "**verified**" not in shown


def test_a_tally_refers_to_its_files() -> None:
    shown = text_of(draw_tally(ENGLISH, some_tally(), SERVER, chart=True, files=FILES))
    for name in ("tally.png", *FILES):
        assert f"attachment://{name}" in shown
    assert "zipped" not in shown
    assert "too large" not in shown
    zipped = text_of(draw_tally(ENGLISH, some_tally(), SERVER, files=("tally.csv.zip",)))
    assert "are zipped, because Discord takes no files over 10 MiB" in zipped
    assert "tally.json is too large for Discord even zipped" in zipped
    assert "tally.csv is too large" not in zipped
    assert "too large for Discord" in text_of(draw_tally(ENGLISH, some_tally(), SERVER, files=()))


def test_where_it_was_done_is_told_where_there_are_several_places() -> None:
    given = [make_contribution(n, source=name) for n, name in enumerate(("Melon", "Spotify"), 1)]
    one, both = (tally_of(fundraiser(), *given[:n], cut_off=START + DAY) for n in (1, 2))
    shown = text_of(draw_tally(ENGLISH, both, SERVER))
    assert "- Melon: US$10.00, by 1 contribution" in shown
    assert "- Spotify: US$10.00, by 1 contribution" in shown
    assert "Melon" not in text_of(draw_tally(ENGLISH, one, SERVER))


def test_earlier_numbers_stay_with_the_reason_for_which_they_changed() -> None:
    tally = some_tally()
    editions = (edition(tally, 1), edition(tally, 2, "Late receipts"), edition(tally, 3, "*More*"))
    shown = text_of(draw_tally(ENGLISH, replace(tally, editions=editions), SERVER))
    assert "Final tally, amended on" in shown
    more, late = shown.index("Why they changed: \\\\*More"), shown.index("Late receipts")
    assert more < late, "the newest first"


def test_every_number_that_an_amendment_changed_stays_visible() -> None:
    """Of an amendment that only verified something the total says nothing."""
    action = fundraiser()
    given = [make_contribution(n, participant_id=n) for n in (1, 2)]
    checks = [Check(9, 1, Verdict.VERIFIED, START + HOUR)]
    unchecked = count_tally(
        action, sign_ups=[], contributions=given, checks=[], cut_off=START + 2 * DAY
    )
    checked = count_tally(
        action, sign_ups=[], contributions=given, checks=checks, cut_off=START + 2 * DAY
    )
    editions = (edition(unchecked, 1), edition(checked, 2, "Late receipts"))
    shown = text_of(draw_tally(ENGLISH, replace(checked, editions=editions), SERVER))
    verified = "Verified US$0.00 (0 contributions) → US$10.00 (1 contribution)"
    assert verified in shown
    assert "Logged** US$20.00 (2 contributions) →" not in shown
    for number in range(3, 60):
        editions += (edition((unchecked, checked)[number % 2], number, "x" * 200),)
    many = draw_tally(ENGLISH, replace(checked, editions=editions), SERVER)
    assert ENGLISH("tally.earlier_rest") in text_of(many)
    assert_fits(many)


def test_the_published_post_has_its_buttons_for_as_long_as_they_do_something() -> None:
    tally = some_tally(fundraiser(state=ActionState.FINAL))
    now = tally.action.log_until
    shown = labels_of(draw_tally(ENGLISH, tally, SERVER, now=now))
    assert shown[0] == "tally_pictures"
    assert shown[-1] == "log"
    later = labels_of(draw_tally(ENGLISH, tally, SERVER, now=now + timedelta(days=14)))
    assert later == shown[:-1]
    assert labels_of(draw_tally(ENGLISH, tally, SERVER)) == []


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_an_amendment_is_previewed_number_by_number_within_a_message(say: Language) -> None:
    before = numbers_of(some_tally())
    after: dict[str, Any] = numbers_of(full_tally())
    changes = tuple(differences(before, after))
    assert Difference("logged", "USD", 3000, 1000, 3, 1) in changes
    drawn = draw_amendment(say, full_tally(), changes, LONG[:300])
    assert say.money(1000, "USD") in drawn
    assert len(drawn) <= 2000
    assert not [*differences(after, after)]
