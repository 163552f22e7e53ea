"""Zones as people name them: taken where the text means one, asked about else; fixed offsets."""

from __future__ import annotations

import pytest
from simcord.results import InteractionResult

from tests.fanserver import ENGLISH, FanServer
from tests.shown import id_of, labels_of, message_of, options_in, told


async def zone_of(server: FanServer) -> str | None:
    return (await server.services.servers.get(server.guild_id)).zone


# ---- /setup zone:


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Asia/Jakarta", "Asia/Jakarta"),
        ("asia/jakarta", "Asia/Jakarta"),
        ("US/Pacific", "US/Pacific"),
        ("UTC", "UTC"),
        ("UTC+9", "UTC+09:00"),
        ("são paulo", "America/Sao_Paulo"),
        ("India", "Asia/Kolkata"),
    ],
)
async def test_what_means_one_zone_is_taken(server: FanServer, typed: str, zone: str) -> None:
    shown = await server.slash(server.moderator, "setup", zone=typed)
    assert zone in told(shown)
    assert await zone_of(server) == zone


@pytest.mark.parametrize("typed", ["IST", "EST", "Brazil"])
async def test_what_may_mean_several_zones_is_asked(server: FanServer, typed: str) -> None:
    asked = await server.slash(server.moderator, "setup", zone=typed)
    assert told(asked) == ENGLISH("when.which_zone", text=typed)
    assert await zone_of(server) == "Asia/Seoul", "nothing is guessed"
    zone = options_in(asked, "")[-1]
    shown = await server.answer(server.moderator, asked, zone)
    assert ENGLISH("setup.zone_changed", zone=zone, before="Asia/Seoul") in told(shown)
    assert ENGLISH("setup.heading") in told(shown)
    assert await zone_of(server) == zone


async def test_a_question_about_zones_offers_at_most_25(server: FanServer) -> None:
    asked = await server.slash(server.moderator, "setup", zone="usa")
    assert len(options_in(asked, "")) == 25


# ---- The button of /setup


async def ask_zone(server: FanServer, typed: str) -> InteractionResult:
    form = await server.press(
        server.moderator, await server.slash(server.moderator, "setup"), "setup_zone"
    )
    return await server.fill(server.moderator, form, typed)


@pytest.mark.parametrize("typed", ["Lisbon", "Europe/Lisbon", "리스본"])
async def test_a_moderator_changes_the_zone_on_the_panel(server: FanServer, typed: str) -> None:
    action = await server.publish()
    shown = await ask_zone(server, typed)
    assert await zone_of(server) == "Europe/Lisbon"
    assert ENGLISH("setup.zone_changed", zone="Europe/Lisbon", before="Asia/Seoul") in told(shown)
    assert "12:00 WET" in told(shown)
    assert (await server.newest()).starts_at == action.starts_at, "what was announced stays"


async def test_a_zone_of_several_is_picked_or_typed_anew(server: FanServer) -> None:
    asked = await ask_zone(server, "IST")
    assert told(asked) == ENGLISH("when.which_zone", text="IST")
    form = await server.click(server.moderator, asked, ENGLISH("button.try_again"))
    assert "IST" in str(form.modal), "what was typed is kept"
    shown = await server.answer(server.moderator, asked, "Asia/Kolkata")
    assert ENGLISH("setup.heading") in told(shown)
    assert await zone_of(server) == "Asia/Kolkata"


async def test_which_zone_is_meant_is_asked_on_the_panel_and_nowhere_else(
    new_server: FanServer,
) -> None:
    server, who = new_server, new_server.moderator
    panel = await server.slash(who, "setup")
    form = await server.click(who, panel, ENGLISH("button.setup_zone_first"))
    asked = await server.fill(who, form, "IST")
    assert message_of(asked).id == message_of(panel).id
    assert ENGLISH("setup.heading") not in told(asked)
    shown = await server.click(who, asked, ENGLISH("button.setup_back"))
    assert ENGLISH("setup.heading") in told(shown)
    form = await server.click(who, shown, ENGLISH("button.setup_zone_first"))
    asked = await server.fill(who, form, "IST")
    shown = await server.answer(who, asked, "Asia/Kolkata")
    assert message_of(shown).id == message_of(panel).id
    assert ENGLISH("button.setup_zone") in labels_of(shown)
    assert ENGLISH("button.setup_zone_first") not in labels_of(shown)


async def test_a_question_repeats_no_more_than_the_beginning_of_what_was_typed(
    server: FanServer,
) -> None:
    asked = await server.slash(server.moderator, "setup", zone="korea " * 400)
    assert len(told(asked)) < 500
    assert "korea korea" in told(asked)


async def test_a_misspelt_city_is_answered_with_what_is_spelt_alike(server: FanServer) -> None:
    asked = await ask_zone(server, "Manilla*")
    assert told(asked) == ENGLISH("when.near_zones", text=r"Manilla\*")
    assert await zone_of(server) == "Asia/Seoul"
    await server.answer(server.moderator, asked, "Asia/Manila")
    assert await zone_of(server) == "Asia/Manila"


async def test_what_is_no_place_at_all_can_be_typed_better(server: FanServer) -> None:
    asked = await ask_zone(server, "Brigadoon")
    assert told(asked) == ENGLISH("setup.unknown_zone", text="Brigadoon")
    form = await server.click(server.moderator, asked, ENGLISH("button.try_again"))
    assert "Brigadoon" in str(form.modal)
    assert "Asia/Tokyo" in told(await server.fill(server.moderator, form, "Tokyo"))
    assert await zone_of(server) == "Asia/Tokyo"


@pytest.mark.parametrize("who", ["fan", "organiser"])
async def test_nobody_but_moderators_changes_the_zone(server: FanServer, who: str) -> None:
    refused = await server.press_forged(getattr(server, who), "fc:setup_zone:0")
    assert refused.modal is None
    assert told(refused) == ENGLISH("refused.needs_manage_server")


async def test_a_new_server_is_offered_to_choose_its_zone(new_server: FanServer) -> None:
    shown = await new_server.slash(new_server.moderator, "setup")
    form = await new_server.click(new_server.moderator, shown, ENGLISH("button.setup_zone_first"))
    shown = await new_server.fill(new_server.moderator, form, "Seoul")
    assert "21:00 KST" in told(shown)
    assert ENGLISH("button.setup_zone") in labels_of(shown)


# ---- A server whose zone is an offset


async def test_in_an_offset_zone_a_past_time_is_refused_in_words(new_server: FanServer) -> None:
    await new_server.configure(zone="UTC+09:00")
    options = {"kind": "fundraiser", "title": "x", "when": "today 8pm"}
    refused = await new_server.slash(new_server.organiser, "action create", **options)
    assert "would be Sat 21 Nov 20:00, and that has passed" in told(refused)
    found = await new_server.completions(new_server.organiser, "action create", "when", "today 8pm")
    assert "that has passed" in found[0][0]


@pytest.mark.real_charts
async def test_in_an_offset_zone_the_tally_has_its_chart(new_server: FanServer) -> None:
    await new_server.configure(zone="UTC+09:00")
    action = await new_server.publish()
    await new_server.jump_to(action.log_until)
    chart, *_ = new_server.messages()[-1].attachments
    assert (await chart.read()).startswith(b"\x89PNG")


async def test_a_draft_moves_to_an_offset_zone(server: FanServer) -> None:
    preview = await server.draft(when="tomorrow 8pm")
    form = await server.click(server.organiser, preview, "I meant my time")
    moved = await server.fill(server.organiser, form, "UTC-3")
    assert "Mon 23 Nov 08:00" in told(moved)
    await server.press(server.organiser, moved, "publish")
    assert id_of(server.card(), "fc:join:")
