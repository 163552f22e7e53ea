"""Setting up the apps of a vote: from the preview and from a published vote."""

from __future__ import annotations

import pytest
from simcord.results import InteractionResult

from domain.actions import Action
from tests.cogs.votes import APP, add_app, drafted, published
from tests.fanserver import ENGLISH, FanServer
from tests.shown import form_of, ids_of, labels_of, text_of, told


async def open_apps(server: FanServer, action: Action) -> InteractionResult:
    return await server.press_forged(server.organiser, f"fc:apps:{action.action_id}")


async def names(server: FanServer, action: Action) -> list[str]:
    whole = await server.services.actions.find_whole(server.guild_id, action.action_id)
    return [app.name for app in whole.parts.apps]


async def test_a_vote_is_set_up_from_its_preview(server: FanServer) -> None:
    preview = await drafted(server)
    refused = await server.press(server.organiser, preview, "publish")
    assert "add at least one app" in told(refused)
    panel = await server.press(server.organiser, preview, "apps")
    assert ENGLISH("apps.none") in told(panel)
    panel = await add_app(server, panel)
    assert "**Mubeat** · 10 votes a day · resets 23:30 KST · example.org" in told(panel)
    panel = await add_app(server, panel, "Star Planet", "1,000", "00:00 UTC", "", "")
    assert "**Star Planet** · 1,000 votes a day · resets 00:00 UTC = 09:00 KST" in told(panel)
    preview = await server.press(server.organiser, panel, "app_done")
    assert "**Mubeat** · 10 votes a day" in text_of(preview)
    await server.press(server.organiser, preview, "publish")
    action = await server.newest()
    assert await names(server, action) == ["Mubeat", "Star Planet"]
    assert "**Star Planet** · 1,000 votes a day" in text_of(server.card())


async def test_the_form_asks_for_five_things(server: FanServer) -> None:
    panel = await server.press(server.organiser, await drafted(server), "apps")
    form = await server.press(server.organiser, panel, "app_add")
    labels = (
        "Name",
        "Votes per person and day",
        "When its day resets",
        "From – until",
        "Notes and link",
    )
    assert form_of(form) == dict.fromkeys(labels, "")


@pytest.mark.parametrize(
    ("field", "typed", "why"),
    [
        (1, "lots", "I couldn't read “lots”"),
        (2, "whenever", "whenever"),
        (2, "tomorrow 8pm", "names a day"),
        (3, "soon", "I couldn't read “soon”"),
        (4, "https://localhost", "localhost"),
    ],
)
async def test_what_is_refused_can_be_mended(
    server: FanServer, field: int, typed: str, why: str
) -> None:
    panel = await server.press(server.organiser, await drafted(server), "apps")
    values = [*APP]
    values[field] = typed
    refused = await add_app(server, panel, *values)
    assert why in told(refused)
    form = await server.click(server.organiser, refused, "Try again")
    assert list(form_of(form).values()) == values
    values[field] = APP[field]
    assert "**Mubeat**" in told(await server.fill(server.organiser, form, *values))


async def test_an_abbreviation_of_two_zones_is_asked(server: FanServer) -> None:
    panel = await server.press(server.organiser, await drafted(server), "apps")
    asked = await add_app(server, panel, "Starpass", "5", "8pm PST", "", "")
    assert told(asked) == ENGLISH("apps.which", text="`8pm PST`")
    assert labels_of(asked) == ["20:00 America/Los_Angeles", "20:00 Asia/Manila"]
    panel = await server.click(server.organiser, asked, "20:00 Asia/Manila")
    assert "resets 20:00 PST (UTC+08:00) = 21:00 KST" in text_of(panel)


async def test_an_app_is_changed_in_the_panel(server: FanServer) -> None:
    action = await published(server)
    panel = await server.pick(server.organiser, await open_apps(server, action), "app_pick", "1")
    assert labels_of(panel) == ["Change it", "Close it", "Remove it", "Back to the list"]
    form = await server.press(server.organiser, panel, "app_edit")
    texts = list(form_of(form).values())
    assert texts == ["Mubeat", "10", "23:30 Asia/Seoul", "", "Save up\nhttps://example.org/mubeat"]
    panel = await server.fill(server.organiser, form, "Mubeat", "20")
    assert "**Mubeat** · 20 votes a day" in told(panel)
    assert "**Mubeat** · 20 votes a day" in text_of(server.card())


async def test_removing_asks_and_an_app_with_votes_is_only_closed(server: FanServer) -> None:
    action = await published(server)
    panel = await server.pick(server.organiser, await open_apps(server, action), "app_pick", "2")
    sure = await server.press(server.organiser, panel, "app_remove")
    assert "Remove **Idolchamp**" in told(sure)
    assert await names(server, action) == ["Mubeat", "Idolchamp"]
    panel = await server.press(server.organiser, sure, "app_remove_yes")
    assert await names(server, action) == ["Mubeat"]
    await server.jump_to(action.starts_at)
    ticks = await server.press(server.fan, server.card(), "ticks")
    await server.click(server.fan, ticks, "Mubeat")
    panel = await server.pick(server.organiser, panel, "app_pick", "1")
    assert "Remove it" not in labels_of(panel)
    forged = f"fc:app_remove_yes:{action.action_id}.1"
    assert "it can't be removed" in told(await server.press_forged(server.organiser, forged))
    sure = await server.press(server.organiser, panel, "app_close")
    await server.press(server.organiser, sure, "app_close_yes")
    assert "**Mubeat** · closed · 10 votes logged" in text_of(server.card())


async def test_only_those_who_run_the_vote_set_it_up(server: FanServer) -> None:
    action = await published(server)
    verbs = ("apps", "app_add", "app_list", "app_edit", "app_remove", "app_remove_yes")
    for verb in (*verbs, "app_close", "app_close_yes", "app_done"):
        custom_id = f"fc:{verb}:{action.action_id}.1"
        refused = await server.press_forged(server.fan, custom_id)
        assert refused.modal is None
        role = f"<@&{server.world.organisers.id}>"
        assert told(refused) == ENGLISH("refused.needs_organiser", role=role)
    assert await names(server, action) == ["Mubeat", "Idolchamp"]
    moderated = await server.press_forged(server.moderator, f"fc:apps:{action.action_id}")
    assert "**Mubeat**" in told(moderated)


async def test_forged_app_buttons_are_refused(server: FanServer) -> None:
    action = await published(server)
    unknown = ENGLISH("refused.unknown_button")
    gone = ENGLISH("refused.no_such_app")
    for item, refusal in (("", unknown), (".9", gone), (f".{2**63 - 1}", gone)):
        custom_id = f"fc:app_edit:{action.action_id}{item}"
        assert told(await server.press_forged(server.organiser, custom_id)) == refusal
    other = await server.publish()
    for verb in ("apps", "app_add"):
        pressed = await server.press_forged(server.organiser, f"fc:{verb}:{other.action_id}")
        assert told(pressed) == unknown
    assert not [i for i in ids_of(server.card(2)) if "apps" in i]


async def test_the_card_says_when_an_app_opens_and_that_it_is_closed(server: FanServer) -> None:
    window = ("Later", "3", "23:30 KST", "26 Nov 12:00 – 27 Nov 12:00", "")
    action = await published(server, APP, window)
    await server.jump_to(action.starts_at)
    assert "**Later** · 3 votes a day · opens" in text_of(server.card())
    found = await server.services.actions.find_whole(server.guild_id, action.action_id)
    (app,) = [app for app in found.parts.apps if app.name == "Later"]
    assert app.opens_at is not None
    assert app.closes_at is not None
    await server.jump_to(app.opens_at)
    assert "**Later** · 3 votes a day · resets" in text_of(server.card())
    await server.jump_to(app.closes_at)
    assert f"**Later** · {ENGLISH('card.app_closed')}" in text_of(server.card())
