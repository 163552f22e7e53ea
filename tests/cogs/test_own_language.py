"""Translated actions, named as each reads them; organisers see theirs as they wrote them."""

from __future__ import annotations

from domain.actions import Action
from domain.translating import texts_of
from tests.cogs.test_reviews import number_of, running
from tests.fanserver import ENGLISH, KOREAN, FanServer
from tests.shown import told

IN_KOREAN = "팬레터"


async def in_korean(server: FanServer, action: Action) -> None:
    """Translate an action's title, and have the first fan and the organiser read Korean."""
    find, save = server.services.translating.find, server.services.translating.save
    original = texts_of(await find(server.manager, server.guild_id, action.action_id))
    ids, texts = (server.guild_id, action.action_id), {"title": IN_KOREAN}
    await save(server.manager, *ids, "ko", texts, original)
    for who in (server.fan, server.organiser):
        await server.services.languages.choose(who.id, "ko")


async def test_what_one_handed_in_is_called_as_one_reads_it(server: FanServer):
    call = await server.publish("submission", title="Fan letters")
    await in_korean(server, call)
    form = await server.press(server.fan, server.card(), "enter")
    done = await server.fill(server.fan, form, "", "https://example.org/letter")
    assert told(done) == KOREAN("entries.taken", title=IN_KOREAN)
    meeting = await server.publish("attendance", title="Fan meeting", texts=("Hall 3",))
    await in_korean(server, meeting)
    await server.jump_to(meeting.starts_at)
    done = await server.press_forged(server.fan, f"fc:check_in:{meeting.action_id}")
    assert told(done) == KOREAN("check_in.done", title=IN_KOREAN)


async def test_an_appeal_names_the_action_as_one_reads_it(server: FanServer):
    action = await running(server)
    await in_korean(server, action)
    number = number_of(await server.log(server.fan, "25", "GIFT-1"))
    shown = await server.slash(server.reviewer, "review")
    await server.pick(server.reviewer, shown, "not_counted", "unreadable")
    form = await server.press_forged(server.fan, f"fc:appeal:{number}")
    done = await server.fill(server.fan, form, "Please look again")
    assert told(done) == KOREAN("appeal.taken", title=IN_KOREAN)


async def test_autocomplete_is_in_the_language_of_whoever_types(server: FanServer):
    await in_korean(server, await server.publish("hashtag", title="Trend party"))
    for command in ("tally", "tag"):
        for typed in ("trend", IN_KOREAN):
            ((name, _),) = await server.completions(server.fan, command, "action", typed)
            assert name.startswith(f"#1 {IN_KOREAN}")
            assert KOREAN("offer.state.open") in name
            ((name, _),) = await server.completions(server.fans[1], command, "action", typed)
            assert name.startswith("#1 Trend party")
            assert ENGLISH("offer.state.open") in name
    ((name, _),) = await server.completions(server.organiser, "action manage", "action", "")
    assert name.startswith("#1 Trend party"), "organisers see it as they wrote it"
    assert KOREAN("offer.state.open") in name
    panel = await server.slash(server.organiser, "action participants", action="1")
    assert "Trend party" in told(panel)
    assert IN_KOREAN not in told(panel)
