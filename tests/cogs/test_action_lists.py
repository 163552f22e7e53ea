"""`/actions`: what a fan finds there, and what not."""

from __future__ import annotations

from tests.fanserver import ENGLISH, FanServer
from tests.shown import ids_of, labels_of, picked_in, told, urls_of

COMING, JOINED, TO_LOG = (f"button.actions.{name}" for name in ("coming", "joined", "to_log"))


async def test_a_fan_sees_what_comes_and_their_place_in_it(server: FanServer) -> None:
    action = await server.publish(title="Match a million")
    await server.publish("hashtag", title="Trend party", when="25 Nov 20:00")
    await server.press(server.fan, server.card(), "join")
    shown = told(await server.slash(server.fan, "actions"))
    first, second = shown.index("#1 [Match a million](https://discord.com/"), shown.index("#2 [")
    assert first < second
    unix = int(action.starts_at.timestamp())
    assert f"<t:{unix}:f> · <t:{unix}:R>" in shown[first:second]
    assert ENGLISH("actions.in") in shown[first:second]
    assert ENGLISH("actions.in") not in shown[second:]
    assert str(server.card().id) in shown
    others = told(await server.slash(server.fans[1], "actions"))
    assert ENGLISH("actions.in") not in others


async def test_each_list_is_a_tap_away_and_says_what_to_do_where_it_is_empty(
    server: FanServer,
) -> None:
    shown = await server.slash(server.fan, "actions")
    assert ENGLISH("actions.empty.coming", button="") in told(shown)
    for key, name in ((JOINED, "joined"), (TO_LOG, "to_log"), (COMING, "coming")):
        shown = await server.click(server.fan, shown, ENGLISH(key))
        join = ENGLISH("button.join")
        assert ENGLISH(f"actions.empty.{name}", button=join) in told(shown)
        assert ENGLISH(key) not in labels_of(shown)  # where one is


async def test_what_waits_for_a_log_is_logged_from_there(server: FanServer) -> None:
    action = await server.publish("hashtag", title="Trend party")
    await server.press(server.fan, server.card(), "join")
    await server.jump_to(action.starts_at)
    shown = await server.slash(server.fan, "actions")
    shown = await server.click(server.fan, shown, ENGLISH(TO_LOG))
    assert ENGLISH("actions.not_logged") in told(shown)
    opened = await server.pick(server.fan, shown, "actions_open", str(action.action_id))
    assert "## Trend party" in told(opened)
    await server.log_form(server.fan, opened)
    back = await server.click(server.fan, opened, ENGLISH("button.back"))
    assert ENGLISH("actions.list.to_log") in told(back)


async def test_a_list_is_of_one_kind_and_has_pages(server: FanServer) -> None:
    for n in range(7):
        await server.publish(title=f"Giving {n}")
    await server.publish("hashtag", title="Trend party")
    shown = await server.slash(server.fan, "actions")
    assert "Trend party" not in told(shown)
    later = await server.click(server.fan, shown, ENGLISH("button.page_next"))
    assert "Trend party" in told(later)
    assert "Giving 6" in told(later)
    assert "Giving 0" not in told(later)
    earlier = await server.click(server.fan, later, ENGLISH("button.page_previous"))
    assert "Giving 0" in told(earlier)
    tags = await server.pick(server.fan, earlier, "actions_kind", "hashtag")
    assert "Trend party" in told(tags)
    assert "Giving" not in told(tags)
    assert picked_in(tags, "fs:actions_kind") == ["hashtag"]
    votes = await server.pick(server.fan, tags, "actions_kind", "vote")
    assert ENGLISH("actions.empty.kind", button="") in told(votes)
    assert len(ids_of(votes)) == len(set(ids_of(votes)))


async def test_an_opened_action_leads_to_its_card_and_to_what_can_be_done(
    server: FanServer,
) -> None:
    action = await server.publish()
    shown = await server.slash(server.fan, "actions")
    opened = await server.pick(server.fan, shown, "actions_open", str(action.action_id))
    assert any(url.endswith(str(server.card().id)) for url in urls_of(opened))
    offered = labels_of(opened)
    for key in ("join", "calendar", "to_card", "back"):
        assert ENGLISH(f"button.{key}") in offered
    joined = await server.press(server.fan, opened, "join")
    assert "Match a million" in told(joined)


async def test_nothing_unannounced_is_listed_or_opened(server: FanServer) -> None:
    preview = await server.draft(title="Nobody knows of this")
    draft_id = next(i for i in ids_of(preview) if i.startswith("fc:publish:")).split(":")[2]
    draft_id = draft_id.partition(".")[0]
    for who in (server.fan, server.organiser):
        assert "Nobody knows" not in told(await server.slash(who, "actions"))
    select = {"type": 3, "options": [{"label": "x", "value": draft_id}]}
    opened = await server.pick_forged(server.fan, "fs:actions_open:0.0", draft_id, **select)
    assert told(opened) == ENGLISH("refused.no_such_action")
    select = {"type": 3, "options": [{"label": "x", "value": "dance"}]}
    forged = await server.pick_forged(server.fan, "fs:actions_kind:0.0", "dance", **select)
    assert told(forged) == ENGLISH("refused.unknown_button")


async def test_a_name_in_autocomplete_says_how_it_stands_however_long_it_is(
    server: FanServer,
) -> None:
    action = await server.publish(title="Éclair " + "총공" * 40)
    ((name, value),) = await server.completions(server.fan, "tally", "action", "ÉCLAIR")
    assert len(name) <= 100
    assert name.startswith("#1 Éclair")
    assert name.endswith("… · open · Tue 24 Nov")
    assert value == f"id:{action.action_id}"
    await server.jump_to(action.starts_at)
    ((name, _),) = await server.completions(server.fan, "tally", "action", "#1")
    assert name.endswith(" · live · Tue 24 Nov")
