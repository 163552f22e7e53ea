"""`/action official`: entering, updating and taking off what everyone watches."""

from __future__ import annotations

from simcord.results import InteractionResult

from domain.actions import Action
from tests.fanserver import ENGLISH, FanServer
from tests.shown import form_of, id_of, labels_of, text_of, told

PAGE = ("Charity's page", "US$1.02M", "charity_example", "https://charity.example/_us", "")


async def open_panel(server: FanServer, action: Action) -> InteractionResult:
    return await server.slash(server.organiser, "action official", action=f"#{action.number}")


async def enter(server: FanServer, panel: InteractionResult, *typed: str) -> InteractionResult:
    form = await server.press(server.organiser, panel, "official_new")
    return await server.fill(server.organiser, form, *typed)


async def values(server: FanServer, action: Action) -> list[tuple[str, str]]:
    found = await server.services.actions.find_whole(server.guild_id, action.action_id)
    return [(count.name, count.value) for count in found.parts.officials]


async def test_an_organiser_enters_a_count_and_the_card_shows_it_apart(server: FanServer) -> None:
    await server.publish()
    manage = await server.slash(server.organiser, "action manage", action="#1")
    panel = await server.press(server.organiser, manage, "official")
    assert ENGLISH("official.none") in told(panel)
    panel = await enter(server, panel, *PAGE)
    now = int(server.clock.now().timestamp())
    line = (
        f"Charity's page: **US$1.02M** · read <t:{now}:f> (<t:{now}:R>) · "
        "[charity\\_example](<https://charity.example/_us>)"
    )
    card = text_of(server.card())
    assert line in card
    assert ENGLISH("official.heading") in card
    assert "= Sat 21 Nov 21:00 KST" in told(panel)
    assert (await server.newest()).total.logged == 0


async def test_a_count_is_updated_and_taken_off_by_its_button(server: FanServer) -> None:
    action = await server.publish()
    await enter(server, await open_panel(server, action), *PAGE)
    await server.jump(hours=1)
    panel = await open_panel(server, action)
    outdated = id_of(panel, "fc:official_update:")
    form = await server.click(server.organiser, panel, "Update “Charity's page”")
    assert list(form_of(form).values()) == [*PAGE]
    newer = await server.fill(server.organiser, form, None, "US$1.03M")
    assert await values(server, action) == [("Charity's page", "US$1.03M")]
    stale = await server.press_forged(server.organiser, outdated)
    assert told(stale) == ENGLISH("official.changed")
    form = await server.click(server.organiser, newer, "Update “Charity's page”")
    gone = await server.fill(server.organiser, form, None, "")
    assert ENGLISH("official.none") in told(gone)
    assert "US$1.03M" not in text_of(server.card())
    history = await server.press_forged(server.organiser, f"fc:history:{action.action_id}")
    for shown in ("Charity's page: US$1.02M", "Charity's page: US$1.03M", "Charity's page: –"):
        assert shown in told(history)


async def test_what_is_refused_is_given_back_as_it_was_typed(server: FanServer) -> None:
    action = await server.publish()
    for typed, why in (
        ((*PAGE[:3], "javascript:alert(1)", ""), "javascript:alert(1)"),
        ((*PAGE[:4], "tomorrow 20:00"), "lies ahead"),
        ((*PAGE[:4], "whenever"), "whenever"),
    ):
        refused = await enter(server, await open_panel(server, action), *typed)
        assert why in told(refused)
        form = await server.click(server.organiser, refused, "Try again")
        assert list(form_of(form).values()) == [*typed]
    assert await values(server, action) == []
    await server.fill(server.organiser, form, when="20:30")
    assert await values(server, action) == [("Charity's page", "US$1.02M")]
    assert f"<t:{int(server.clock.now().timestamp()) - 30 * 60}:f>" in text_of(server.card())


async def test_five_counts_fit_and_the_button_for_another_rests(server: FanServer) -> None:
    action = await server.publish()
    panel = await open_panel(server, action)
    for number in range(5):
        assert "Enter a new one" in labels_of(panel)
        panel = await enter(server, panel, f"Chart {number}", f"{number + 1}위", "앱", "", "now")
    assert "Enter a new one" not in labels_of(panel)
    assert len(await values(server, action)) == 5


async def test_fans_and_other_servers_are_kept_out(server: FanServer) -> None:
    action = await server.publish()
    role = f"<@&{server.world.organisers.id}>"
    for verb in ("official", "official_new", "official_update"):
        refused = await server.press_forged(server.fan, f"fc:{verb}:{action.action_id}.1")
        assert refused.modal is None
        assert told(refused) == ENGLISH("refused.needs_organiser", role=role)
        gone = await server.press_forged(server.organiser, f"fc:{verb}:{10**9}")
        assert told(gone) == ENGLISH("refused.no_such_action")
    server.show_command("action", server.fan)
    refused = await server.slash(server.fan, "action official", action="#1")
    assert told(refused) == ENGLISH("refused.needs_organiser", role=role)


async def test_the_daily_calls_show_them(server: FanServer) -> None:
    action = await server.publish()
    await enter(server, await open_panel(server, action), *PAGE)
    await server.jump_to(action.ends_at)
    calls = [m for m in server.messages() if ENGLISH("official.heading") in text_of(m)]
    assert len(calls) > 1
    assert all("Charity's page: **US$1.02M**" in text_of(call) for call in calls)


async def test_final_actions_are_offered_where_there_is_something_to_do_with_them(
    server: FanServer,
) -> None:
    """Counts may be entered afterwards; to change its times one that is over is of no use."""
    action = await server.publish(title="Match a million")
    await server.jump_to(action.log_until)
    for command, offered in (("official", 1), ("manage", 1), ("amend", 1), ("edit", 0)):
        found = await server.completions(server.organiser, f"action {command}", "action", "")
        assert len(found) == offered, command
    assert await server.completions(server.fan, "action official", "action", "") == []
    panel = await enter(server, await open_panel(server, action), *PAGE)
    assert "Charity's page" in told(panel)
