"""Shifts by the buttons: own time and own night, offers that are answered, reminders, the grid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from domain.actions import Action
from tests.fanserver import ENGLISH, FanServer
from tests.shown import (
    Seen,
    _components,
    boxes_of,
    form_of,
    id_of,
    ids_of,
    labels_of,
    pings_of,
    text_of,
    told,
)

FRAME = ("2026-11-28 00:00 Asia/Seoul", "2026-11-30 00:00 Asia/Seoul")


def options_of(seen: Seen, select: str) -> list[tuple[str, str]]:
    """What a select offers: label and value of each."""
    (found,) = (p for p in _components(seen) if select in p.get("custom_id", ""))
    return [(option["label"], option["value"]) for option in found["options"]]


async def a_stream(server: FanServer, block: str = "2h", people: str = "1") -> Action:
    """A weekend of streaming in Seoul, cut into blocks by its organiser."""
    action = await server.publish("stream", when="28 Nov 00:00", end="30 Nov 00:00")
    await generate(server, action, block, people)
    return action


async def generate(
    server: FanServer, action: Action, block: str = "2h", people: str = "1", **changed: str
) -> InteractionResult:
    panel = await open_grid(server, server.organiser, action)
    form = await server.press(server.organiser, panel, "shift_generate")
    values = [changed.get("first"), changed.get("until"), block, people]
    return await server.fill(server.organiser, form, *values)


async def open_grid(server: FanServer, who: MemberActor, action: Action) -> InteractionResult:
    """Press *Set up shifts* as it stands on the organiser's panels."""
    return await server.press_forged(who, f"fc:shift_grid:{action.action_id}")


async def live_in(server: FanServer, who: MemberActor, city: str) -> InteractionResult:
    """Open the shifts from the card and name the city one lives in."""
    panel = await server.press(who, server.card(), "shifts")
    form = await server.press(who, panel, "own_zone")
    return await server.fill(who, form, city)


async def take(server: FanServer, who: MemberActor, label: str) -> InteractionResult:
    """Open the shifts and take the block whose label begins so."""
    panel = await server.press(who, server.card(), "shifts")
    (value,) = (v for name, v in options_of(panel, "shift_take") if name.startswith(label))
    return await server.pick(who, panel, "shift_take", value)


async def own_shift(server: FanServer, who: MemberActor) -> InteractionResult:
    """Open the one shift that somebody has."""
    panel = await server.press(who, server.card(), "shifts")
    return await server.press(who, panel, "shift_mine")


def newest(server: FanServer) -> Seen:
    return server.messages()[-1]


# ---- Own time, own night


async def test_three_fans_in_three_zones_see_their_own_time_and_never_their_night(
    server: FanServer,
) -> None:
    await a_stream(server)
    seen: dict[str, list[str]] = {}
    for fan, city in zip(server.fans, ("Seoul", "São Paulo", "Los Angeles"), strict=False):
        shown = await live_in(server, fan, city)
        assert "**Your time**" in told(shown)
        seen[city] = [label for label, _ in options_of(shown, "shift_take")]
    assert seen["Seoul"][0] == "Sat 28 Nov 08:00–10:00 · 0 of 1 person"
    assert seen["São Paulo"][0] == "Fri 27 Nov 12:00–14:00 · 0 of 1 person"
    assert seen["Los Angeles"][0] == "Fri 27 Nov 07:00–09:00 · 0 of 1 person"
    for labels in seen.values():
        for label in labels:
            start, _, end = label.split(" · ")[0].rsplit(" ", 1)[1].partition("–")
            assert "07:00" <= start < end <= "23:00"


async def test_who_has_not_said_where_they_live_is_asked_and_sees_the_servers_time(
    server: FanServer,
) -> None:
    await a_stream(server)
    panel = await server.press(server.fan, server.card(), "shifts")
    assert "What city are you in?" in told(panel)
    assert options_of(panel, "shift_take")[0][0] == "Sat 28 Nov 00:00–02:00 · 0 of 1 person"
    assert ENGLISH("shifts.offers_hint_any_hour") in told(panel)
    assert ENGLISH("shifts.offers_hint") in told(await live_in(server, server.fan, "Seoul"))


async def test_a_city_that_nobody_knows_keeps_what_was_typed(server: FanServer) -> None:
    await a_stream(server)
    refused = await live_in(server, server.fan, "Atlantis")
    assert "Atlantis" in told(refused)
    again = await server.click(server.fan, refused, "Try again")
    assert list(form_of(again).values()) == ["Atlantis"]
    shown = await server.fill(server.fan, again, "Seoul")
    assert "Seoul" in told(shown)


async def test_me_shows_ones_zone_and_shifts(server: FanServer) -> None:
    await a_stream(server)
    await take(server, server.fan, "Sat 28 Nov 08:00")
    assert "**Shift** #1" in told(await server.slash(server.fan, "me"))
    chosen = await server.settings_of(server.fan)
    assert ENGLISH("own_zone.unknown") in told(chosen)
    form = await server.press(server.fan, chosen, "own_zone")
    known = await server.fill(server.fan, form, "Lisbon")
    assert "**Your time** 12:00 now in Europe/Lisbon" in told(known)


# ---- Taking and giving up


async def test_taking_a_shift_signs_one_up_and_shows_on_the_card(server: FanServer) -> None:
    await a_stream(server)
    taken = await take(server, server.fan, "Sat 28 Nov 08:00")
    assert "You have Sat 28 Nov 08:00–10:00 KST." in told(taken)
    card = text_of(server.card())
    assert "**In** 1 person" in card
    assert "1 of 24 places" in card
    assert "Needed most:" in card
    assert not any("08:00" in label for label, _ in options_of(taken, "shift_take")[:1])


async def test_a_shift_that_was_taken_meanwhile_is_refused_with_others(server: FanServer) -> None:
    await a_stream(server)
    late = await server.press(server.fans[1], server.card(), "shifts")
    await take(server, server.fans[0], "Sat 28 Nov 08:00")
    (value,) = (v for name, v in options_of(late, "shift_take") if "Sat 28 Nov 08:00" in name)
    refused = await server.pick(server.fans[1], late, "shift_take", value)
    assert "is full" in told(refused)
    assert "still need people" in told(refused)
    assert "**In** 1 person" in text_of(server.card())


async def test_a_shift_is_given_up_from_its_own_panel(server: FanServer) -> None:
    await a_stream(server)
    await take(server, server.fan, "Sat 28 Nov 08:00")
    given_up = await server.press(server.fan, await own_shift(server, server.fan), "shift_give_up")
    assert "Sat 28 Nov 08:00–10:00 KST is free again" in told(given_up)
    assert "0 of 24 places" in text_of(server.card())


async def test_many_blocks_are_paged(server: FanServer) -> None:
    await a_stream(server, "30m")
    panel = await server.press(server.fan, server.card(), "shifts")
    first = {value for _, value in options_of(panel, "shift_take")}
    more = await server.click(server.fan, panel, "More")
    second = {value for _, value in options_of(more, "shift_take")}
    assert (len(first), len(second), first & second) == (25, 25, set())
    assert "More" in labels_of(more)


# ---- Handing over and swapping


async def ask(
    server: FanServer, giver: MemberActor, other: MemberActor, choice: str
) -> InteractionResult:
    shown = await own_shift(server, giver)
    question = await server.pick(giver, shown, "shift_to:", other)
    (label,) = (label for label in labels_of(question) if label.startswith(choice))
    return await server.click(giver, question, label)


async def test_a_shift_is_handed_over_to_the_one_who_is_mentioned(server: FanServer) -> None:
    await a_stream(server)
    giver, other, stranger = server.fans[:3]
    await take(server, giver, "Sat 28 Nov 08:00")
    asked = await ask(server, giver, other, "Hand it over")
    assert "stays yours" in told(asked)
    question = newest(server)
    assert pings_of(question) == ({other.id}, set(), False)
    assert labels_of(question) == ["Take it", "No, thanks"]
    assert "1 of 24 places" in text_of(server.card())
    refused = await server.click(stranger, question, "Take it")
    assert told(refused) == ENGLISH("shifts.not_your_offer")
    taken = await server.click(other, question, "Take it")
    assert "You have Sat 28 Nov 08:00–10:00 KST" in told(taken)
    answer = newest(server)
    assert pings_of(answer) == ({giver.id}, set(), False)
    assert "takes your shift Sat 28 Nov 08:00–10:00 KST" in text_of(answer)
    assert labels_of(server.messages()[-2]) == [], "nobody can answer it any more"
    panel = await server.press(giver, server.card(), "shifts")
    assert ENGLISH("shifts.own_none") in told(panel)


async def test_an_offer_is_declined_or_taken_back(server: FanServer) -> None:
    await a_stream(server)
    giver, other, third = server.fans[:3]
    await take(server, giver, "Sat 28 Nov 08:00")
    await ask(server, giver, other, "Hand it over")
    no = await server.click(other, newest(server), "No, thanks")
    assert told(no) == ENGLISH("shifts.you_declined")
    assert labels_of(server.messages()[-2]) == []
    assert pings_of(newest(server)) == ({giver.id}, set(), False)
    assert "still yours" in text_of(newest(server))
    await ask(server, giver, third, "Hand it over")
    question = newest(server)
    shown = await own_shift(server, giver)
    assert f"<@{third.id}>" in told(shown)
    back = await server.press(giver, shown, "shift_withdraw")
    assert ENGLISH("shifts.offer_withdrawn") in told(back)
    assert told(await server.click(third, question, "Take it")) == ENGLISH("shifts.answered")


async def test_two_fans_swap_their_shifts(server: FanServer) -> None:
    await a_stream(server)
    giver, other = server.fans[:2]
    await take(server, giver, "Sat 28 Nov 08:00")
    await take(server, other, "Sat 28 Nov 20:00")
    await ask(server, giver, other, "Swap for Sat 28 Nov 20:00–22:00")
    assert "would you swap?" in text_of(newest(server))
    await server.click(other, newest(server), "Take it")
    panel = await server.press(giver, server.card(), "shifts")
    assert "**Sat 28 Nov 20:00–22:00**" in told(panel)
    panel = await server.press(other, server.card(), "shifts")
    assert "**Sat 28 Nov 08:00–10:00**" in told(panel)


async def test_what_is_offered_to_anyone_pings_nobody(server: FanServer) -> None:
    await a_stream(server)
    giver, other, late = server.fans[:3]
    await take(server, giver, "Sat 28 Nov 08:00")
    await server.press(giver, await own_shift(server, giver), "shift_to_anyone")
    assert pings_of(newest(server)) == (set(), set(), False)
    assert labels_of(newest(server)) == ["Take it"]
    assert "Offer to anyone" not in labels_of(await own_shift(server, giver)), "it is already"
    own = await server.click(giver, newest(server), "Take it")
    assert told(own) == ENGLISH("shifts.to_yourself")
    take_it = id_of(newest(server), "fc:shift_accept:")
    await server.click(other, newest(server), "Take it")
    assert pings_of(newest(server)) == ({giver.id}, set(), False)
    assert labels_of(server.messages()[-2]) == []
    for who in (late, giver):
        assert told(await server.press_forged(who, take_it)) == ENGLISH("shifts.answered")


async def test_who_takes_a_shift_over_just_before_it_is_promised_no_reminder(
    server: FanServer,
) -> None:
    action = await a_stream(server)
    await take(server, server.fan, "Sat 28 Nov 08:00")
    await server.press(server.fan, await own_shift(server, server.fan), "shift_to_anyone")
    asked = newest(server)
    await server.jump_to(action.starts_at + timedelta(hours=7, minutes=50))
    taken = await server.press(server.fans[1], asked, "shift_accept")
    assert "so no reminder comes" in told(taken)


async def test_of_what_is_paused_or_over_nothing_is_said_to_be_full(server: FanServer) -> None:
    await a_stream(server)
    action_id = server.id_of()
    await server.slash(server.organiser, "action pause", action="1")
    shown = await server.press_forged(server.fan, f"fc:shifts:{action_id}")
    assert ENGLISH("shifts.no_offers") not in told(shown)
    assert "is paused by its organisers" in told(shown)


async def test_oneself_can_not_be_asked(server: FanServer) -> None:
    await a_stream(server)
    await take(server, server.fan, "Sat 28 Nov 08:00")
    shown = await own_shift(server, server.fan)
    refused = await server.pick(server.fan, shown, "shift_to:", server.fan)
    assert told(refused) == ENGLISH("shifts.to_yourself")


# ---- Reminders


async def test_a_reminder_mentions_only_those_who_have_the_shift(server: FanServer) -> None:
    action = await a_stream(server, people="3")
    for fan in server.fans[:2]:
        await take(server, fan, "Sat 28 Nov 08:00")
    await take(server, server.fans[2], "Sat 28 Nov 10:00")
    starts = action.starts_at + timedelta(hours=8)
    await server.jump_to(starts - timedelta(minutes=15))
    reminder = newest(server)
    assert pings_of(reminder) == ({fan.id for fan in server.fans[:2]}, set(), False)
    assert "your shift is Sat 28 Nov 08:00–10:00 KST" in text_of(reminder)
    assert "Shifts" in labels_of(reminder)


async def test_a_session_is_on_the_card_and_pings_nobody_once_some_may_have_finished(
    server: FanServer,
) -> None:
    action = await a_stream(server)
    panel = await open_grid(server, server.organiser, action)
    form = await server.press(server.organiser, panel, "shift_session")
    times = ("Listening @everyone party", "28 Nov 20:00", "28 Nov 22:00")
    added = await server.fill(server.organiser, form, *times)
    assert ENGLISH("shifts.session_added") in told(added)
    assert "Together: **Listening" in text_of(server.card())
    await server.press(server.fan, server.card(), "join")
    await server.jump_to(action.starts_at + timedelta(hours=19, minutes=45))
    assert pings_of(newest(server)) == (set(), set(), False)
    assert "is about to begin" in text_of(newest(server))


# ---- The organiser's grid


async def test_the_grid_begins_with_the_actions_own_time(server: FanServer) -> None:
    action = await server.publish("stream", when="28 Nov 00:00", end="30 Nov 00:00")
    panel = await open_grid(server, server.organiser, action)
    assert ENGLISH("shifts.grid_none") in told(panel)
    form = await server.press(server.organiser, panel, "shift_generate")
    assert list(form_of(form).values()) == [*FRAME, "2h", "3"]
    shown = await server.fill(server.organiser, form)
    assert ENGLISH("shifts.generated") in told(shown)
    assert "Sat 28 Nov · 00:00 `░░░░░░░░░░░░`" in told(shown)
    assert "0 of 72 places" in told(shown)


@pytest.mark.parametrize(
    ("block", "people", "changed", "said"),
    [
        ("a while", "3", {}, "a while"),
        ("10 minutes", "3", {}, "30 minutes to 12 hours"),
        ("2h", "many", {}, "many"),
        ("2h", "2000", {}, "1 to 1,000"),
        ("2h", "3", {"until": "1 Dec 00:00"}, "within the action"),
        ("2h", "3", {"first": "the other day"}, "the other day"),
    ],
)
async def test_a_grid_that_is_refused_keeps_what_was_typed(
    server: FanServer, block: str, people: str, changed: dict[str, str], said: str
) -> None:
    action = await server.publish("stream", when="28 Nov 00:00", end="30 Nov 00:00")
    refused = await generate(server, action, block, people, **changed)
    assert said in told(refused)
    again = await server.click(server.organiser, refused, "Try again")
    typed = [changed.get("first", FRAME[0]), changed.get("until", FRAME[1]), block, people]
    assert [box.get("value") for box in boxes_of(again)] == typed
    shown = await server.fill(server.organiser, again, *FRAME, "4h", "2")
    assert ENGLISH("shifts.generated") in told(shown)


async def test_a_time_with_two_meanings_is_asked_back(server: FanServer) -> None:
    action = await server.publish("stream", when="28 Nov 00:00", end="30 Nov 00:00")
    asked = await generate(server, action, first="28 Nov at 8")
    morning = next(label for label in labels_of(asked) if "08:00" in label)
    shown = await server.click(server.organiser, asked, morning)
    assert "Sat 28 Nov · 08:00" in told(shown)


async def test_clearing_is_asked_first(server: FanServer) -> None:
    action = await a_stream(server)
    panel = await open_grid(server, server.organiser, action)
    sure = await server.press(server.organiser, panel, "shift_clear")
    assert told(sure) == ENGLISH("shifts.ask_clear_free")
    await take(server, server.fan, "Sat 28 Nov 08:00")
    refused = await generate(server, action, "3h")
    assert "so nothing was changed" in told(refused)
    panel = await open_grid(server, server.organiser, action)
    sure = await server.press(server.organiser, panel, "shift_clear")
    assert told(sure) == ENGLISH.many("shifts.ask_clear", 1)
    cleared = await server.click(server.organiser, sure, "Yes, remove them")
    assert ENGLISH("shifts.cleared") in told(cleared)
    assert "places" not in text_of(server.card())


async def test_a_fan_can_not_set_up_shifts(server: FanServer) -> None:
    action = await a_stream(server)
    role = f"<@&{server.world.organisers.id}>"
    for verb in ("shift_grid", "shift_generate", "shift_session", "shift_clear"):
        refused = await server.press_forged(server.fan, f"fc:{verb}:{action.action_id}")
        assert told(refused) == ENGLISH("refused.needs_organiser", role=role)


async def test_forged_ids_are_refused(server: FanServer) -> None:
    action = await a_stream(server)
    other = await server.publish("fundraiser")
    for custom_id, key in (
        (f"fc:shift_give_up:{action.action_id}.999999", "shifts.gone"),
        (f"fc:shift_give_up:{action.action_id}", "refused.unknown_button"),
        (f"fc:shift_mine:{action.action_id}.999999", "shifts.not_yours"),
        (f"fc:shift_to_anyone:{action.action_id}.999999", "shifts.gone"),
        (f"fc:shift_accept:{action.action_id}.999999", "shifts.no_such_offer"),
        (f"fc:shift_withdraw:{action.action_id}.999999", "shifts.no_such_offer"),
        ("fc:shifts:999999", "refused.no_such_action"),
    ):
        assert told(await server.press_forged(server.fan, custom_id)) == ENGLISH(key)
    nothing = await server.press_forged(server.fan, f"fc:shifts:{other.action_id}")
    assert ENGLISH("shifts.none") in told(nothing)
    assert not any("shift_take" in i for i in ids_of(nothing))


async def test_the_shifts_speak_korean(korean_server: FanServer) -> None:
    server = korean_server
    await a_stream(server, "2시간")
    shown = await live_in(server, server.fan, "서울")
    assert options_of(shown, "shift_take")[0][0] == "11월 28일 (토) 08:00–10:00 · 1명 중 0명"
