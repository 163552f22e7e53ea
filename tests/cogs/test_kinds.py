"""Every kind of action, from the command to its final tally."""

from __future__ import annotations

import pytest

from domain.deliveries import DeliveryKind, DeliveryState
from domain.kinds import Kind, rules
from domain.tally_file import read_tally_csv, recount
from services.task_lists import NewTask
from tests.cogs.votes import published as published_vote
from tests.fanserver import ENGLISH, FanServer
from tests.shown import boxes_of, form_of, id_of, labels_of, text_of, told

TITLE = "Match a million"
OWN = {
    Kind.FUNDRAISER: ("**Give directly** at `example.org`", "25", "US$25.00"),
    Kind.HASHTAG: ("**Write about** Your favourite stage", "5", "5 posts"),
    Kind.STREAM: ("**Playlist** `open.spotify.com` · `music.apple.com`", "20", "20 streams"),
    Kind.VOTE: ("**How** Make your account a week ahead", "", "0 votes"),
    Kind.PROJECT: ("**Together** A fan book", "", "0 tasks"),
    Kind.ATTENDANCE: ("**Where** Gate 3", "", "0"),
    Kind.SUBMISSION: ("**Goes to** The birthday book", "", "0 entries"),
    Kind.CUSTOM: ("**Counts** letters", "12", "12 letters"),
}
"""What a kind's card says of its own, what is logged, and how that amount reads."""


@pytest.mark.parametrize("kind", list(Kind))
async def test_a_kind_goes_from_the_command_to_its_tally(server: FanServer, kind: Kind) -> None:
    own, logged, amount = OWN[kind]
    preview = await server.draft(kind=kind.value)
    assert own in text_of(preview)
    if kind is Kind.VOTE:
        action = await published_vote(server)
    else:
        await server.press(server.organiser, preview, "publish")
        action = await server.newest()
    if kind is Kind.PROJECT:
        by, ids = server.actor(server.organiser), (action.guild_id, action.action_id)
        await server.services.task_lists.add(by, *ids, [NewTask("Layout")])
        await server.settle()
    assert own in text_of(server.card())
    assert own in text_of(server.message_with("Tap “I'm in” to take part"))

    await server.jump_to(action.starts_at)
    step = ENGLISH(f"button.{rules(kind).steps[0]}")
    assert step in text_of(server.message_with("It's time"))
    assert step in labels_of(server.card())
    if logged:
        assert amount in told(await server.log(server.fan, logged))
        assert amount in text_of(server.card())
    await server.jump_to(action.log_until)
    assert await server.outcome(action, DeliveryKind.TALLY) == [DeliveryState.SENT]
    counted = amount if logged or kind is Kind.ATTENDANCE else ENGLISH("tally.nothing")
    assert counted in text_of(server.message_with("Final tally"))


async def test_every_kind_is_offered_and_found_by_a_part_of_its_name(server: FanServer) -> None:
    offered = await server.completions(server.organiser, "action create", "kind", "")
    assert [value for _, value in offered] == [kind.value for kind in Kind]
    assert await server.completions(server.organiser, "action create", "kind", "drive")


# ---- A fundraiser in several currencies

FIELDS = ("https://example.org/give", "USD, KRW, EUR", "20,000", "", "1,000")
MORE = ("KRW 0.00073\nEUR 1.08", "the bank, 20 November", "Moonlight", "5,000")


async def test_a_fundraiser_in_three_currencies_adds_them_up_by_its_rates_only(
    server: FanServer,
) -> None:
    preview = await server.draft(texts=FIELDS)
    assert "**Takes** USD, KRW, and EUR" in text_of(preview)
    form = await server.press(server.organiser, preview, "edit_more")
    preview = await server.fill(server.organiser, form, "KRW 0.00073", *MORE[1:])
    assert "EUR has no rate yet, so the goal's bar counts USD only" in text_of(preview)
    form = await server.press(server.organiser, preview, "edit_more")
    preview = await server.fill(server.organiser, form, *MORE)
    assert "≈ US$0.00 of US$20,000.00, at the rates of the bank, 20 November" in text_of(preview)
    await server.press(server.organiser, preview, "publish")
    action = await server.newest()
    await server.jump_to(action.starts_at)

    assert "US$500.00" in told(await server.log(server.fans[0], "500"))
    assert "₩30,000" in told(await server.log(server.fans[0], "₩30,000"))
    assert "€25.00" in told(await server.log(server.fans[1], "25 EUR"))
    over = await server.log(server.fans[2], "2,000,000 KRW")
    assert "more than this action counts without a check" in told(over)
    card = text_of(server.card())
    assert "**Logged** US$500.00, by 1 contribution\n**and** ₩30,000, by 1 contribution" in card
    assert "≈ US$548.90 of US$20,000.00" in card
    assert "Moonlight matches up to US$5,000.00: ≈ US$548.90 so far" in card

    await server.jump_to(action.log_until)
    post = server.message_with("Final tally")
    assert "**Waiting for a check** ₩2,000,000, by 1 contribution" in text_of(post)
    (file,) = (a for a in post.attachments if a.filename.endswith(".csv"))
    counted = recount(read_tally_csv(await file.read()))
    logged = {code: total.logged for code, total in counted.totals.items()}
    assert logged == {"USD": 50_000, "KRW": 30_000, "EUR": 2500}


async def test_a_currency_that_went_while_the_form_was_open_costs_nothing_that_was_typed(
    server: FanServer,
) -> None:
    action = await server.publish(texts=(FIELDS[0], "USD, KRW", "", "", ""))
    await server.jump_to(action.starts_at)
    form = await server.log_form(server.fan)
    changed = await server.slash(server.organiser, "action edit", action="1", what="fields")
    await server.fill(server.organiser, changed, FIELDS[0], "USD", "", "", "")
    refused = await server.fill(server.fan, form, "30,000 KRW", "GIFT-77", "for the seals")
    assert told(refused) == ENGLISH("refused.currency_gone", currency="USD")
    again = await server.click(server.fan, refused, ENGLISH("button.try_again"))
    kept = [value for value in form_of(again).values() if value]
    assert kept == ["30,000 KRW", "GIFT-77", "for the seals"]


async def test_an_amount_whose_sign_means_two_of_the_currencies_is_in_the_one_picked(
    server: FanServer,
) -> None:
    action = await server.publish(texts=(FIELDS[0], "USD, CAD", "", "", ""))
    await server.jump_to(action.starts_at)
    form = await server.log_form(server.fan)
    logged = await server.fill(server.fan, form, "$30", currency="CAD")
    assert "CA$30.00" in told(logged)


async def test_a_refused_second_form_opens_again_with_what_was_typed(server: FanServer) -> None:
    preview = await server.draft(texts=FIELDS)
    form = await server.press(server.organiser, preview, "edit_more")
    refused = await server.fill(server.organiser, form, "KRW 0,00073", *MORE[1:])
    assert "I can't read the rate “KRW 0,00073”" in told(refused)
    again = await server.click(server.organiser, refused, "Try again")
    assert [box.get("value") for box in boxes_of(again)] == ["KRW 0,00073", *MORE[1:]]
    preview = await server.fill(server.organiser, again, *MORE)
    assert "1 KRW = 0.00073 USD" in text_of(preview)


async def test_nobody_but_its_organiser_opens_the_second_form(server: FanServer) -> None:
    preview = await server.draft(texts=FIELDS)
    action_id = id_of(preview, "fc:edit_more:").split(":")[2]
    refused = await server.press_forged(server.fan, f"fc:edit_more:{action_id}")
    assert "This needs the role" in told(refused)


# ---- Streams


async def test_a_fan_who_logs_more_streams_in_a_day_than_is_believable_is_held(
    server: FanServer,
) -> None:
    action = await server.publish(kind="stream")
    await server.jump_to(action.starts_at)
    assert "Logged: 200 streams" in told(await server.log(server.fan, "200"))
    held = told(await server.log(server.fan, "200"))
    assert "Together with what you logged in the last 24 hours it is over 300 streams" in held
    assert "Logged: 200 streams" in told(await server.log(server.fans[1], "200"))
    shown = await server.slash(server.reviewer, "review")
    assert "with the same person's last 24 hours it is over 300 streams" in text_of(shown)


async def test_a_playlist_s_services_are_buttons_of_the_card(server: FanServer) -> None:
    await server.publish(kind="stream")
    assert {"open.spotify.com", "music.apple.com"} <= set(labels_of(server.card()))
    assert {"open.spotify.com", "music.apple.com"} <= set(
        labels_of(server.message_with("Tap “I'm in” to take part"))
    )
