"""Logging what one did, and seeing and withdrawing it in /me."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from simcord.results import InteractionResult

from domain.actions import Action
from services.contributions import Contributions
from services.sign_ups import SignUps
from tests.fanserver import ENGLISH, TEXTS, FanServer
from tests.shown import boxes_of, form_of, id_of, ids_of, labels_of, pings_of, text_of, told

TITLE = "Match a million"


def texts(currency: str, cap: str = "") -> tuple[str, ...]:
    return (TEXTS["fundraiser"][0], currency, "", "", cap)


async def running(server: FanServer, **options: Any) -> Action:
    """An action that has started."""
    action = await server.publish(**options)
    await server.jump_to(action.starts_at)
    return action


async def total(server: FanServer) -> tuple[int, int, int]:
    """Logged, held and withdrawn, in minor units."""
    now = (await server.newest()).total
    return now.logged, now.held, now.withdrawn


def typed_in(form: InteractionResult) -> list[str]:
    """What stands in a form's texts."""
    return [box.get("value", "") for box in boxes_of(form) if "style" in box]


# ---- Logging


@pytest.mark.parametrize(
    ("currency", "typed", "minor", "shown"),
    [
        ("USD", "25", 2500, "US$25.00"),
        ("USD", "25.50", 2550, "US$25.50"),
        ("USD", "$1,234.5", 123450, "US$1,234.50"),
        ("IDR", "Rp50.000", 5000000, "IDR"),
        ("KRW", "3만", 30000, "₩30,000"),
        ("KWD", "1.234,5", 1234500, "KWD"),
    ],
)
async def test_amounts_are_read_as_people_write_them(
    server: FanServer, currency: str, typed: str, minor: int, shown: str
) -> None:
    """Nobody needs to have signed up."""
    await running(server, texts=texts(currency))
    logged = await server.log(server.fan, typed, "GIFT-1")
    assert "Logged: " in told(logged)
    assert shown in told(logged)
    assert await total(server) == (minor, 0, 0)
    assert "1 contribution" in text_of(server.card())


async def test_posts_are_counted_in_whole_numbers(server: FanServer) -> None:
    await running(server, kind="hashtag", title="Trend")
    logged = await server.log(server.fan, "12", "https://example.org/post/1")
    assert told(logged) == ENGLISH("logged.counted", amount="12 posts", title="Trend")
    assert "**Logged** 12 posts, by 1 contribution" in text_of(server.card())


async def test_the_form_asks_for_amount_proof_and_note(server: FanServer) -> None:
    await running(server)
    form = await server.log_form(server.fan)
    receipt, note = "Or pictures of the receipt", "Note for the reviewers"
    labels = ["How much did you give?", "Confirmation codes, one a line", receipt, note]
    assert form_of(form) == dict.fromkeys(labels, "")


async def test_without_a_code_it_counts_as_logged_and_not_as_proved(server: FanServer) -> None:
    await running(server)
    logged = await server.log(server.fan, "25")
    assert ENGLISH("logged.no_proof.code") in told(logged)
    now = (await server.newest()).total
    assert (now.logged, now.proved) == (2500, 0)


async def test_an_amount_that_can_be_read_two_ways_is_asked(server: FanServer) -> None:
    await running(server, texts=texts("KWD"))
    asked = await server.log(server.fan, "1.234", "GIFT-1", "from my aunt")
    assert told(asked) == ENGLISH("amount.which", text="`1.234`")
    assert await total(server) == (0, 0, 0)
    assert len(labels_of(asked)) == 2
    answered = await server.click(server.fan, asked, labels_of(asked)[0])
    assert "Logged: " in text_of(answered)
    assert await total(server) == (1234, 0, 0)
    waiting = await server.slash(server.reviewer, "review")
    assert "`GIFT-1`" in told(waiting)
    assert "from my aunt" in told(waiting)


async def test_the_question_is_answered_once(server: FanServer) -> None:
    """The buttons are gone with the answer; a second click that was under way logs nothing."""
    await running(server, texts=texts("KWD"))
    asked = await server.log(server.fan, "1.234", "GIFT-1")
    answered = await server.click(server.fan, asked, labels_of(asked)[1])
    assert labels_of(answered) == ["Add proof", "Log more", "Undo"]
    assert await total(server) == (1234000, 0, 0)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("lots", "I couldn't read “lots”"),
        ("0", "isn't more than zero"),
        ("-5", "isn't more than zero"),
        ("25.5055", "has more decimals than USD"),
        ("€25", "names another currency"),
        ("9" * 20, "more than I can count"),
        ("25 + 30", "I couldn't read “25 + 30”"),
        ("@everyone", "I couldn't read"),
    ],
)
async def test_a_refused_amount_keeps_code_and_note(
    server: FanServer, typed: str, why: str
) -> None:
    await running(server)
    refused = await server.log(server.fan, typed, "GIFT-1", "my note")
    assert why in told(refused)
    assert pings_of(refused) == (set(), set(), False)
    form = await server.click(server.fan, refused, "Try again")
    assert typed_in(form) == [typed, "GIFT-1", "my note"]
    logged = await server.fill(server.fan, form, "25")
    assert "Logged: US$25.00" in told(logged)
    assert await total(server) == (2500, 0, 0)


@pytest.mark.parametrize(
    ("kind", "typed", "key"),
    [("fundraiser", "없음", "proof.not_a_code"), ("hashtag", "no", "proof.not_a_link")],
)
async def test_a_word_is_no_proof_and_what_was_typed_is_kept(
    server: FanServer, kind: str, typed: str, key: str
) -> None:
    await running(server, kind=kind, title="Trend")
    refused = await server.log(server.fan, "25", typed, "my note")
    assert told(refused) == ENGLISH(key, text=typed, least=4)
    assert await total(server) == (0, 0, 0)
    form = await server.click(server.fan, refused, "Try again")
    assert typed_in(form) == ["25", typed, "my note"]
    await server.fill(server.fan, form, "25", "-")
    now = (await server.newest()).total
    assert (now.logged_count, now.proved_count) == (1, 0)


async def test_a_receipt_that_was_posted_is_no_code_and_its_author_is_asked_to_delete_it(
    server: FanServer,
) -> None:
    await running(server)
    refused = await server.log(server.fan, "25", "https://discord.com/channels/1/2/3", "my note")
    assert told(refused) == ENGLISH("proof.code_is_address")
    assert "please delete it there" in told(refused)
    assert await total(server) == (0, 0, 0)
    form = await server.click(server.fan, refused, "Try again")
    logged = await server.fill(server.fan, form, "25", "GIFT-1\nGIFT-2")
    assert "Logged: US$25.00" in told(logged)
    waiting = told(await server.slash(server.reviewer, "review"))
    assert "GIFT-1" in waiting
    assert "GIFT-2" in waiting


async def test_one_form_takes_several_links_and_names_the_one_that_is_none(
    server: FanServer,
) -> None:
    await running(server, kind="hashtag", title="Trend")
    one, other = "https://x.com/fan/status/1", "https://x.com/fan/status/2"
    refused = await server.log(server.fan, "2", f"{one} nope\n{other}")
    assert told(refused) == ENGLISH("proof.not_a_link", text="nope")
    form = await server.click(server.fan, refused, "Try again")
    await server.fill(server.fan, form, "2", f"{one} {other}")
    waiting = told(await server.slash(server.reviewer, "review"))
    assert one in waiting
    assert other in waiting
    refused = await server.log(
        server.fan, "30", "\n".join(f"https://x.com/fan/status/{n}" for n in range(21))
    )
    assert told(refused) == ENGLISH("proof.too_many", limit=20)


# ---- Held


@pytest.mark.parametrize("again", ["GIFT-1", " gift 1 ", "gift–1"])
async def test_the_same_code_again_is_held_and_said_so(server: FanServer, again: str) -> None:
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    held = await server.log(server.fan, "25", again)
    assert told(held).startswith(ENGLISH("logged.held", amount="US$25.00", title=TITLE))
    assert ENGLISH("held.same_code.you") in told(held)
    assert await total(server) == (2500, 2500, 0)


async def test_the_same_code_by_somebody_else_is_not_held(server: FanServer) -> None:
    """Else anybody could have another's donation held by guessing."""
    await running(server)
    await server.log(server.fans[0], "25", "GIFT-1")
    logged = await server.log(server.fans[1], "25", "GIFT-1")
    assert "Logged: " in told(logged)
    assert await total(server) == (5000, 0, 0)


async def test_more_than_the_cap_is_held(server: FanServer) -> None:
    await running(server)
    assert "Logged: " in told(await server.log(server.fan, "1,000", "GIFT-1"))
    held = await server.log(server.fan, "1,000.01", "GIFT-2")
    assert ENGLISH("held.over_cap.you") in told(held)
    assert await total(server) == (100000, 100001, 0)


async def test_what_is_logged_before_the_moment_is_held(server: FanServer) -> None:
    action = await server.publish()
    panel = await server.press_forged(server.fan, f"fc:log:{action.action_id}")
    form = await server.press(server.fan, panel, "log_other")
    held = await server.fill(server.fan, form, "25", "GIFT-1")
    assert ENGLISH("held.outside_window.you") in told(held)


async def test_after_the_end_it_still_counts_until_the_window_closes(server: FanServer) -> None:
    action = await running(server)
    await server.jump_to(action.ends_at)
    assert "Logged: " in told(await server.log(server.fan, "25", "GIFT-1"))


# ---- Withdrawing


async def test_withdraw_asks_first_and_takes_it_out_of_the_card(server: FanServer) -> None:
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    asked = await server.click(server.fan, await server.contributions_of(server.fan), "Withdraw")
    assert told(asked) == ENGLISH("withdraw.ask")
    assert await total(server) == (2500, 0, 0)
    done = await server.click(server.fan, asked, "Yes, withdraw it")
    assert text_of(done) == ENGLISH("withdraw.done", amount="US$25.00", title=TITLE)
    assert labels_of(done) == []
    assert await total(server) == (0, 0, 2500)
    assert ENGLISH("card.nothing_logged") in text_of(server.card())
    mine = await server.contributions_of(server.fan)
    assert "withdrawn" in told(mine)
    assert "Withdraw" not in labels_of(mine)


async def test_withdrawing_twice_changes_nothing(server: FanServer) -> None:
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    mine = await server.contributions_of(server.fan)
    first = await server.click(server.fan, mine, "Withdraw")
    second = await server.click(server.fan, mine, "Withdraw")
    await server.click(server.fan, first, "Yes, withdraw it")
    done = await server.click(server.fan, second, "Yes, withdraw it")
    assert text_of(done) == ENGLISH("withdraw.done", amount="US$25.00", title=TITLE)
    assert await total(server) == (0, 0, 2500)


async def test_nobody_withdraws_what_another_logged(server: FanServer) -> None:
    await running(server)
    logged = await server.log(server.fans[0], "25", "GIFT-1")
    undo = id_of(logged, "fc:undo:")
    asked = await server.press_forged(server.fans[1], undo.replace("undo", "withdraw"))
    refused = await server.click(server.fans[1], asked, "Yes, withdraw it")
    assert told(refused) == ENGLISH("refused.not_your_contribution")
    refused = await server.press_forged(server.fans[1], undo)
    assert told(refused) == ENGLISH("refused.not_your_contribution")
    assert await total(server) == (2500, 0, 0)


async def test_what_does_not_exist_cannot_be_withdrawn(server: FanServer) -> None:
    await running(server)
    asked = await server.press_forged(server.fan, "fc:withdraw:1.999")
    refused = await server.click(server.fan, asked, "Yes, withdraw it")
    assert told(refused) == ENGLISH("refused.no_such_contribution")


async def test_two_weeks_after_the_final_tally_nothing_is_withdrawn(server: FanServer) -> None:
    action = await running(server)
    logged = await server.log(server.fan, "25", "GIFT-1")
    await server.jump_to(action.log_until)
    mine = await server.contributions_of(server.fan)
    assert "Withdraw" in labels_of(mine)
    await server.jump_to(action.late_until)
    mine = await server.contributions_of(server.fan)
    assert not {"Withdraw", "Add proof"} & set(labels_of(mine))
    refused = await server.press_forged(server.fan, id_of(logged, "fc:undo:"))
    assert told(refused) == ENGLISH("refused.state.final", title=TITLE)


# ---- /me


async def test_me_is_empty_at_first(server: FanServer) -> None:
    assert ENGLISH("me.no_sign_ups") in told(await server.slash(server.fan, "me"))
    assert ENGLISH("me.no_contributions") in told(await server.contributions_of(server.fan))


async def test_me_shows_only_ones_own(server: FanServer) -> None:
    await running(server)
    await server.click(server.fans[0], server.card(), "I'm in")
    await server.log(server.fans[0], "25", "GIFT-1")
    assert "US$25.00" not in told(await server.contributions_of(server.fans[1]))
    mine = told(await server.contributions_of(server.fans[0]))
    assert "**US$25.00** for #1 Match a million" in mine
    assert "logged, with proof" in mine
    assert "**#1 Match a million**" in told(await server.slash(server.fans[0], "me"))


async def test_me_pages_through_more_than_five_entries(server: FanServer) -> None:
    await running(server)
    for amount in range(1, 13):
        await server.log(server.fan, f"{amount}", f"GIFT-{amount}")
    page = await server.contributions_of(server.fan)
    seen: list[list[str]] = []
    while True:
        lines = told(page).splitlines()
        seen.append(
            [line.partition("**")[2].partition("**")[0] for line in lines if "for #" in line]
        )
        if "Older" not in labels_of(page):
            break
        page = await server.click(server.fan, page, "Older")
    amounts = [f"US${n}.00" for n in range(12, 0, -1)]
    assert seen == [amounts[:5], amounts[5:10], amounts[10:]]
    back = await server.click(server.fan, page, "Newer")
    assert "US$7.00" in told(back)
    assert {"Newer", "Older"} <= set(labels_of(back))
    assert len(ids_of(back)) == len(set(ids_of(back)))


async def test_five_entries_need_no_pages(server: FanServer) -> None:
    await running(server)
    for amount in range(1, 6):
        await server.log(server.fan, f"{amount}")
    assert "Older" not in labels_of(await server.contributions_of(server.fan))


async def test_an_entry_is_withdrawn_from_any_page(server: FanServer) -> None:
    await running(server)
    for amount in range(1, 8):
        await server.log(server.fan, f"{amount}", f"GIFT-{amount}")
    page = await server.click(server.fan, await server.contributions_of(server.fan), "Older")
    oldest = [i for i in ids_of(page) if i.startswith("fc:withdraw:")][-1]
    asked = await server.fan.click(page.response, custom_id=oldest)  # type: ignore[arg-type]
    await server.click(server.fan, asked, "Yes, withdraw it")
    assert await total(server) == (2700, 0, 100)


async def test_notes_and_codes_are_harmless_where_reviewers_read_them(server: FanServer) -> None:
    await running(server)
    note = "@everyone **x** <@1> ||spoiler|| [a](http://b)"
    await server.log(server.fan, "25", "`@here` <@&1>", note)
    waiting = await server.slash(server.reviewer, "review")
    text = told(waiting)
    assert pings_of(waiting) == (set(), set(), False)
    assert "@everyone" not in text
    assert "<@1>" not in text
    assert "[a](http://b)" not in text
    assert "`@here`" not in text


# ---- When the database is slow, or breaks


async def test_a_slow_commit_is_deferred_and_then_answered(
    server: FanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.replies.PATIENCE", 0.01)
    await running(server)
    join, log = SignUps.join, Contributions.log

    async def join_slowly(*given: Any, **named: Any) -> Any:
        await asyncio.sleep(0.05)
        return await join(*given, **named)

    async def log_slowly(*given: Any, **named: Any) -> Any:
        await asyncio.sleep(0.05)
        return await log(*given, **named)

    monkeypatch.setattr(SignUps, "join", join_slowly)
    monkeypatch.setattr(Contributions, "log", log_slowly)
    joined = await server.click(server.fan, server.card(), "I'm in")
    assert told(joined).startswith(ENGLISH("joined.now.in", title=TITLE, place="1"))
    logged = await server.log(server.fan, "25", "GIFT-1")
    assert "Logged: US$25.00" in told(logged)


async def test_an_error_is_told_with_an_id_and_nothing_is_logged_as_done(
    server: FanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await running(server)

    async def break_down(*given: Any, **named: Any) -> Any:
        raise RuntimeError("postgresql://secret")

    monkeypatch.setattr(Contributions, "log", break_down)
    failed = await server.log(server.fan, "25", "GIFT-1")
    assert "on my side" in told(failed)
    assert "secret" not in told(failed)
    server.expect_error("unexpected error")
    assert [type(error) for error in server.env.errors] == [RuntimeError]
    server.forgive(RuntimeError)
    assert await total(server) == (0, 0, 0)
