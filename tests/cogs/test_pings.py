"""The page *Pings & quiet hours* of /setup."""

from __future__ import annotations

from domain.quiet import QuietHours
from tests.fanserver import ENGLISH, FanServer
from tests.shown import boxes_of, message_of, text_of, told


async def page(server: FanServer):
    return await server.setup_page("pings")


async def settings(server: FanServer):
    return await server.services.servers.get(server.guild_id)


async def test_cap_and_quiet_hours_are_set_and_explained(server: FanServer) -> None:
    shown = await page(server)
    assert ENGLISH("pings.cap", cap=10) in text_of(shown)
    assert ENGLISH("quiet.none") in text_of(shown)
    form = await server.press(server.moderator, shown, "setup_pings_edit")
    done = await server.fill(server.moderator, form, "4", "23:00", "8 am")
    assert message_of(done).id == message_of(shown).id, "it is drawn in its place"
    assert ENGLISH("pings.cap", cap=4) in text_of(done)
    text = ENGLISH("quiet.set", start="23:00", end="08:00", zone="Asia/Seoul")
    assert text in text_of(done)
    stored = await settings(server)
    assert (stored.ping_cap, stored.quiet) == (4, QuietHours(23 * 60, 8 * 60))
    form = await server.press(server.moderator, done, "setup_pings_edit")
    assert [box.get("value") for box in boxes_of(form)] == ["4", "23:00", "08:00"]
    done = await server.fill(server.moderator, form, "4", "", "")
    assert ENGLISH("quiet.none") in text_of(done)
    back = await server.press(server.moderator, done, "setup_back")
    assert ENGLISH("setup.heading") in text_of(back)


async def test_what_is_refused_stays_typed(server: FanServer) -> None:
    form = await server.press(server.moderator, await page(server), "setup_pings_edit")
    refused = await server.fill(server.moderator, form, "99", "11pm", "8 am")
    assert told(refused) == ENGLISH("quiet.bad_cap", text="99", most=50)
    again = await server.click(server.moderator, refused, "Try again")
    assert [box.get("value") for box in boxes_of(again)] == ["99", "11pm", "8 am"]
    refused = await server.fill(server.moderator, again, "9", "11", "8 am")
    assert told(refused) == ENGLISH("quiet.unclear", text="11")
    assert (await settings(server)).ping_cap == 10


async def test_only_moderators_get_there(server: FanServer) -> None:
    for verb in ("setup_pings", "setup_pings_edit"):
        refused = await server.press_forged(server.organiser, f"fc:{verb}:0")
        assert told(refused) == ENGLISH("refused.needs_manage_server")
