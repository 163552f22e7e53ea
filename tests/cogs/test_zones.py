"""Zones as people name them: taken where the text means one, asked about else; fixed offsets."""

from __future__ import annotations

import pytest

from tests.fanserver import ENGLISH, FanServer
from tests.shown import id_of, labels_of, told


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
    assert told(asked) == ENGLISH("when.which_zone")
    assert await zone_of(server) == "Asia/Seoul", "nothing is guessed"
    label = labels_of(asked)[-1]
    shown = await server.click(server.moderator, asked, label)
    assert ENGLISH("setup.heading") in told(shown)
    assert f"({await zone_of(server)})" in label


async def test_a_question_about_zones_has_at_most_25_buttons(server: FanServer) -> None:
    asked = await server.slash(server.moderator, "setup", zone="usa")
    assert len(labels_of(asked)) == 25


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
    assert "Mon 23 Nov 08:00 KST" in told(moved)
    await server.press(server.organiser, moved, "publish")
    assert id_of(server.card(), "fc:join:")
