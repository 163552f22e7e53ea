"""The messages about shifts, and what a card says of them: whom they ping, and that they fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import discord
import pytest

from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind
from domain.kinds import Kind
from domain.parts import Parts
from domain.shifts import MOST_BLOCKS, MOST_SESSIONS, OfferState, Shift, ShiftOffer, make_grid
from locales import Language, language
from tests.domain.ledgers import START
from tests.ui.subjects import ALL_LANGUAGES, HOUR, hashtag, owe, text_of
from ui.messages import draw_message
from ui.shift_grid_panel import draw_grid
from ui.shift_lines import shift_lines
from ui.shift_messages import MOST_MENTIONS
from ui.shift_panel import ShiftView, draw_shifts

MAX_CONTENT, MAX_TEXT, MAX_PARTS = 2000, 4000, 40
LONG = "*" * 100

languages = pytest.mark.parametrize("say", ALL_LANGUAGES, ids=lambda say: say.code)


def stream(*shifts: Shift, title: str = LONG, **values: object) -> Action:
    made = hashtag(kind=Kind.STREAM, unit_code="streams", title=title, fields={})
    return replace(made, parts=Parts(shifts=shifts), **values)


def block(number: int = 5, **values: object) -> Shift:
    starts = START + HOUR
    return replace(Shift(number, starts, starts + 2 * HOUR, 3, taken=1), **values)


def session(number: int = 6) -> Shift:
    return block(number, target=None, taken=0, title="*" * 80)


def pinged(allowed: discord.AllowedMentions) -> tuple[list[int], list[int], bool]:
    users = [user.id for user in allowed.users] if isinstance(allowed.users, list) else []
    roles = [role.id for role in allowed.roles] if isinstance(allowed.roles, list) else []
    return users, roles, bool(allowed.everyone)


@languages
@pytest.mark.parametrize("people", [1, MOST_MENTIONS, MOST_MENTIONS + 1, 1000])
def test_a_reminder_mentions_those_who_have_it_as_far_as_there_is_room(
    say: Language, people: int
) -> None:
    ids = tuple(10**19 + n for n in range(people))
    owed = owe(DeliveryKind.SHIFT, stream(block()), START, item=5, addressees=ids)
    drawn = draw_message(say, owed)
    assert drawn.content is not None
    assert len(drawn.content) <= MAX_CONTENT
    assert pinged(drawn.allowed_mentions) == (list(ids[:MOST_MENTIONS]), [], False)
    left_out = people - MOST_MENTIONS
    assert (say.many("shifts.more_people", left_out) in drawn.content) is (left_out > 0)


@languages
@pytest.mark.parametrize(("role_id", "expected"), [(None, []), (77, [77])])
def test_a_session_pings_the_actions_role_or_nobody(
    say: Language, role_id: int | None, expected: list[int]
) -> None:
    owed = owe(
        DeliveryKind.SHIFT, stream(session(), grants_role=True, role_id=role_id), START, item=6
    )
    before = replace(owed, now=owed.action.starts_at - timedelta(minutes=15))
    assert pinged(draw_message(say, before).allowed_mentions) == ([], expected, False)
    begun = replace(owed, now=owed.action.starts_at)
    assert pinged(draw_message(say, begun).allowed_mentions) == ([], [], False)


@languages
@pytest.mark.parametrize("back", [None, 6])
@pytest.mark.parametrize(
    ("state", "to", "expected"),
    [
        (OfferState.OPEN, 22, [22]),
        (OfferState.OPEN, None, []),
        (OfferState.ACCEPTED, 22, [11]),
        (OfferState.DECLINED, 22, [11]),
    ],
)
def test_an_offer_pings_the_one_it_is_for_and_its_answer_the_giver(
    say: Language, state: OfferState, to: int | None, back: int | None, expected: list[int]
) -> None:
    offer = ShiftOffer(3, 7, 5, 1, to and 2, to and back, state, START, 11, to)
    both = (11,) if to is None else (11, to)
    owed = owe(
        DeliveryKind.SHIFT_OFFER,
        stream(block(), block(6)),
        START,
        item=3,
        offer=offer,
        addressees=both,
    )
    drawn = draw_message(say, owed)
    assert pinged(drawn.allowed_mentions) == (expected, [], False)
    muted = draw_message(say, replace(owed, addressees=()))
    assert pinged(muted.allowed_mentions) == ([], [], False), "they have muted the action"
    assert muted.content == drawn.content
    assert drawn.content is not None
    assert "<@None>" not in drawn.content


@pytest.mark.parametrize(
    ("shifts", "people", "at", "pointless"),
    [
        ((block(),), (1,), START, False),
        ((block(),), (), START, True),
        ((), (1,), START, True),
        ((block(),), (1,), START + 3 * HOUR, True),
        ((session(5),), (), START, False),
    ],
)
def test_a_reminder_that_helps_nobody_is_pointless(
    shifts: tuple[Shift, ...], people: tuple[int, ...], at: object, pointless: bool
) -> None:
    owed = owe(DeliveryKind.SHIFT, stream(*shifts), at, item=5, addressees=people)  # type: ignore[arg-type]
    assert owed.pointless is pointless


def largest() -> Action:
    """As many blocks and sessions as there can be."""
    grid = make_grid(START, START + MOST_BLOCKS * 12 * HOUR, 12 * HOUR, 1000)
    blocks = [replace(block, shift_id=n) for n, block in enumerate(grid, 100)]
    return stream(*blocks, *(session(n) for n in range(MOST_SESSIONS)))


@languages
def test_the_largest_panels_fit_into_a_message(say: Language) -> None:
    action = largest()
    mine = {shift.shift_id for shift in action.parts.shifts if shift.shift_id % 2}
    offers = [ShiftOffer(1, 7, n, 1, 2, None, OfferState.OPEN, START, 10**19, 10**19) for n in mine]
    shown = ShiftView(action, mine, offers, "America/Argentina/Buenos_Aires", "UTC", START)
    for view in (
        draw_shifts(say, shown, page=1, note="x" * 300),
        draw_grid(say, action, "Asia/Seoul", START, note="x" * 300),
    ):
        assert view.content_length() <= MAX_TEXT
        assert len(list(view.walk_children())) <= MAX_PARTS


@languages
def test_a_card_shows_coverage_the_thinnest_block_and_the_next_session(say: Language) -> None:
    action = stream(block(), block(7, taken=0), session())
    lines = shift_lines(say, action, START - timedelta(days=1))
    assert len(lines) == 3
    assert say.many("shifts.places", 3, taken="0") in lines[1]
    assert shift_lines(say, stream(), START) == []


def test_the_card_of_what_was_cancelled_asks_nobody_for_a_shift() -> None:
    say, now = language("en"), START - timedelta(days=1)
    parts = (block(), session())
    assert len(shift_lines(say, stream(*parts), now)) == 3
    assert len(shift_lines(say, stream(*parts, state=ActionState.CANCELLED), now)) == 1
    assert text_of(draw_shifts(say, ShiftView(stream(), (), (), None, "UTC", START)))
