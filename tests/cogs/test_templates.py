"""Templates and duplicates: what was set up once serves again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from simcord.results import InteractionResult

from db.queries.options import insert_options
from domain.actions import Action
from domain.kinds import Kind
from domain.sign_ups import SignUpOption
from domain.templates import BUILT_IN, MOST_TEMPLATES, BuiltIn
from tests.fanserver import ENGLISH, KOREAN, TEXTS, FanServer
from tests.shown import form_of, labels_of, message_of, told

NAME = "Match again"
WHEN = "12 Dec 20:00"


async def save(server: FanServer, name: str = NAME, **draft: Any) -> InteractionResult:
    """Save a new draft as a template."""
    form = await server.press(server.organiser, await server.draft(**draft), "save_template")
    return await server.fill(server.organiser, form, name)


async def use(server: FanServer, template: str, **options: str) -> InteractionResult:
    wanted = {"template": template, "when": WHEN} | options
    return await server.slash(server.organiser, "action template use", **wanted)


async def newest_draft(server: FanServer) -> Action:
    who = server.actor(server.organiser)
    found = await server.services.actions.search_drafts(who, server.guild_id, "")
    newest = max(found, key=lambda action: action.action_id)
    return await server.services.changing.find(who, server.guild_id, newest.action_id)


# ---- Saving and using


async def test_a_template_is_saved_and_used(server: FanServer) -> None:
    saved = await save(server, end="24 Nov 23:30", capacity=40)
    assert told(saved) == ENGLISH("template.saved", name=NAME)
    found = await server.completions(
        server.organiser, "action template use", "template", "match", when=WHEN
    )
    assert [name for name, _ in found] == [NAME]
    form = await use(server, found[0][1], title="Once more")
    assert tuple(form_of(form).values()) == (
        "https://example.org/give",
        "USD",
        "10000.00",
        "500.00",
        "1000.00",
    )
    draft = told(await server.fill(server.organiser, form, goal="20,000"))
    assert "## Once more" in draft
    assert "Sat 12 Dec 20:00–23:30 KST" in draft
    assert "0 of 40 places" in draft
    assert "**Goal** US$20,000.00" in draft


async def test_what_is_sealed_is_not_saved(server: FanServer) -> None:
    await save(server, kind="hashtag")
    form = await use(server, NAME)
    assert form_of(form)["The tag"] == ""
    assert "Your favourite stage, and why" in form_of(form).values()
    refused = await server.fill(server.organiser, form, "two words")
    assert "would break as a tag" in told(refused)
    form = await server.click(server.organiser, refused, "Try again")
    preview = await server.fill(server.organiser, form, "#Another")
    assert "`#Another`" in told(preview)


async def test_a_time_that_is_refused_loses_nothing_of_the_template(server: FanServer) -> None:
    await save(server)
    refused = await use(server, NAME, when="blursday")
    form = await server.click(server.organiser, refused, "Change the time")
    again = await server.fill(server.organiser, form, starts=WHEN)
    form = await server.click(server.organiser, again, ENGLISH("button.go_on"))
    assert "https://example.org/give" in form_of(form).values()
    await server.fill(server.organiser, form)
    assert (await newest_draft(server)).goal == 1_000_000


async def test_a_name_that_is_taken_is_overwritten_only_on_request(server: FanServer) -> None:
    await save(server)
    asked = await save(server, NAME.upper(), kind="hashtag")
    assert told(asked) == ENGLISH("template.exists", name=NAME)
    form = await server.click(server.organiser, asked, "Another name")
    await server.fill(server.organiser, form, "Tag")
    asked = await save(server, NAME.upper(), kind="hashtag")
    done = await server.click(server.organiser, asked, "Overwrite it")
    assert told(done) == ENGLISH("template.saved", name=NAME.upper())
    own = await server.services.templates.list_own(server.manager, server.guild_id)
    assert {t.name: t.blueprint.kind for t in own} == {
        NAME.upper(): Kind.HASHTAG,
        "Tag": Kind.HASHTAG,
    }


async def test_a_published_action_can_be_saved_too(server: FanServer) -> None:
    action = await server.publish()
    button = f"fc:save_template:{action.action_id}"
    form = await server.press_forged(server.organiser, button)
    assert form_of(form) == {"Name": "Match a million"}
    refused = await server.fill(server.organiser, form, " ")
    assert told(refused) == ENGLISH("template.no_name")
    form = await server.click(server.organiser, refused, "Another name")
    assert told(await server.fill(server.organiser, form, NAME)).startswith("Saved")


async def test_deleting_asks_first(server: FanServer) -> None:
    await save(server)
    offered = await server.completions(server.organiser, "action template delete", "template", "")
    assert [name for name, _ in offered] == [NAME], "what is built in stays"
    asked = await server.slash(server.organiser, "action template delete", template=NAME)
    assert told(asked) == ENGLISH("template.ask_delete", name=NAME)
    await server.click(server.organiser, asked, "Yes, delete it")
    gone = await use(server, NAME)
    assert told(gone) == ENGLISH("template.none_fits", text=NAME)
    name = ENGLISH("template.concert.name")
    kept = await server.slash(server.organiser, "action template delete", template=name)
    assert told(kept) == ENGLISH("template.built_in_stays", name=name)


async def test_the_list_shows_the_servers_own_beside_the_built_in_ones(server: FanServer) -> None:
    empty = told(await server.slash(server.organiser, "action template list"))
    button = ENGLISH("button.save_template")
    assert ENGLISH("template.none_saved", button=button) in empty
    await save(server, "**Bold** @everyone")
    listed = told(await server.slash(server.organiser, "action template list"))
    assert "\\*\\*Bold\\*\\*" in listed
    assert all(ENGLISH(f"template.{t.key}.name") in listed for t in BUILT_IN)


async def test_templates_are_for_organisers(server: FanServer) -> None:
    await save(server)
    role = f"<@&{server.world.organisers.id}>"
    refusal = ENGLISH("refused.needs_organiser", role=role)
    for command, options in (
        ("use", {"template": NAME, "when": WHEN}),
        ("delete", {"template": NAME}),
        ("list", {}),
    ):
        refused = await server.slash(server.fan, f"action template {command}", **options)
        assert told(refused) == refusal
    draft = await newest_draft(server)
    refused = await server.press_forged(server.fan, f"fc:save_template:{draft.action_id}")
    assert told(refused) in (refusal, ENGLISH("refused.not_your_draft"))
    assert await server.completions(server.fan, "action template delete", "template", "") == []


# ---- Built-in templates


def a_form(kind: Kind) -> dict[str, str]:
    """What the built-in template of a kind leaves to its organiser."""
    match kind:
        case Kind.HASHTAG:
            return {"tag": "#Birthday"}
        case Kind.STREAM:
            return {"links": "https://example.org/list"}
        case Kind.FUNDRAISER:
            return {"charity": "https://example.org/give", "currency": "EUR"}
        case Kind.ATTENDANCE:
            return {"place": "Olympic Hall"}
        case Kind.SUBMISSION:
            return {"receives": "The artist"}
        case _:
            return {}


@pytest.mark.parametrize("built", BUILT_IN, ids=lambda built: built.key)
async def test_a_built_in_template_becomes_a_draft(server: FanServer, built: BuiltIn) -> None:
    form = await use(server, ENGLISH(f"template.{built.key}.name"))
    preview = await server.fill(server.organiser, form, **a_form(built.kind))
    draft = await newest_draft(server)
    assert (draft.kind, draft.title) == (built.kind, ENGLISH(f"template.{built.key}.title")), told(
        preview
    )
    assert draft.ends_at - draft.starts_at == built.length
    assert len(draft.parts.tasks) == len(built.tasks)
    assert len(draft.parts.options) == len(built.options)
    if built.block is not None:
        blocks = [(s.ends_at - s.starts_at, s.target) for s in draft.parts.shifts]
        assert blocks == [(built.block, built.target)] * 24
        assert draft.parts.shifts[-1].ends_at == draft.ends_at


async def test_built_in_templates_speak_the_servers_language(korean_server: FanServer) -> None:
    name = KOREAN("template.trend_party.name")
    form = await use(korean_server, name, when="12월 12일 20:00")
    assert KOREAN("template.trend_party.prompt") in form_of(form).values()


# ---- Duplicates


async def test_a_duplicate_keeps_everything_but_the_time(server: FanServer) -> None:
    await server.draft(end="24 Nov 23:30", capacity=40)
    original = await newest_draft(server)
    options = [SignUpOption(0, "Can host", 3), SignUpOption(0, "Late")]
    await server.services.commit.run(
        lambda conn: insert_options(conn, server.guild_id, original.action_id, options)
    )
    await server.press(
        server.organiser,
        await server.slash(server.organiser, "action draft", draft="million"),
        "publish",
    )
    form = await server.slash(server.organiser, "action duplicate", action="1")
    assert form_of(form)["Starts"] == "2026-12-01 20:00 Asia/Seoul"
    assert form_of(form)["Ends"] == ""
    shown = await server.fill(server.organiser, form)
    assert "Publish" in labels_of(shown)
    copy = await newest_draft(server)
    assert copy.number is None
    assert copy.starts_at - original.starts_at == timedelta(days=7)
    assert copy.ends_at - original.ends_at == timedelta(days=7)
    assert [(o.label, o.capacity) for o in copy.parts.options] == [("Can host", 3), ("Late", None)]
    assert (copy.title, copy.goal, copy.fields) == (original.title, original.goal, original.fields)
    await server.press(server.organiser, shown, "publish")
    assert (await server.newest()).number == 2


async def test_what_is_cancelled_is_duplicated_from_its_panel(server: FanServer) -> None:
    action = await server.publish()
    asked = await server.slash(server.organiser, "action cancel", action="1", reason="Rain")
    await server.click(server.organiser, asked, "Yes, cancel it")
    panel = await server.slash(server.organiser, "action manage", action="1")
    form = await server.click(server.organiser, panel, "Duplicate")
    shown = await server.fill(server.organiser, form)
    assert message_of(shown).id != message_of(panel).id, "the panel of the first one stays"
    assert "Publish" in labels_of(shown)
    assert (await newest_draft(server)).starts_at == action.starts_at + timedelta(days=7)
    button = f"fc:duplicate:{action.action_id}"
    refused = await server.press_forged(server.fan, button)
    role = f"<@&{server.world.organisers.id}>"
    assert told(refused) == ENGLISH("refused.needs_organiser", role=role)


async def test_a_duplicate_of_what_is_long_over_is_for_a_coming_week(server: FanServer) -> None:
    action = await server.publish()
    await server.jump_to(action.log_until + timedelta(days=15))
    form = await server.slash(server.organiser, "action duplicate", action="1")
    assert form_of(form)["Starts"] == "2026-12-15 20:00 Asia/Seoul"


async def test_a_time_that_is_refused_keeps_the_duplicate(server: FanServer) -> None:
    await server.publish()
    form = await server.slash(server.organiser, "action duplicate", action="1")
    refused = await server.fill(server.organiser, form, starts="yesterday")
    form = await server.click(server.organiser, refused, "Change the time")
    preview = await server.fill(server.organiser, form, starts=WHEN)
    assert "Server: Sat 12 Dec 20:00" in told(preview)


async def test_who_does_not_run_it_copies_no_sealed_tag(server: FanServer) -> None:
    await server.publish(kind="hashtag")
    other = server.join("other", roles=(server.world.organisers,))
    form = await server.slash(other, "action duplicate", action="1")
    asked = await server.fill(other, form)
    form = await server.click(other, asked, ENGLISH("button.go_on"))
    assert form_of(form)["The tag"] == ""
    assert TEXTS["hashtag"][0] not in form_of(form).values()
    form = await server.slash(server.organiser, "action duplicate", action="1")
    own = await server.fill(server.organiser, form)
    assert "`#OnlyAtTheMoment`" in told(own)
    warning = ENGLISH("preview.copied.tag", button="Edit")
    assert warning in told(own)
    form = await server.click(server.organiser, own, "Edit")
    assert warning not in told(await server.fill(server.organiser, form, "#Another"))
    role = f"<@&{server.world.organisers.id}>"
    refused = await server.slash(server.fan, "action duplicate", action="1")
    assert told(refused) == ENGLISH("refused.needs_organiser", role=role)


async def test_a_server_has_room_for_so_many_templates(server: FanServer) -> None:
    action = await server.publish()
    who, ids = server.actor(server.organiser), (server.guild_id, action.action_id)
    for number in range(MOST_TEMPLATES):
        await server.services.templates.save(who, *ids, f"Template {number}")
    form = await server.press_forged(server.organiser, f"fc:save_template:{action.action_id}")
    refused = await server.fill(server.organiser, form, "One more")
    assert told(refused) == ENGLISH("template.too_many", most=MOST_TEMPLATES)
    listed = await server.slash(server.organiser, "action template list")
    pages = [told(listed)]
    while ENGLISH("button.page_after") in labels_of(listed):
        listed = await server.click(server.organiser, listed, ENGLISH("button.page_after"))
        pages.append(told(listed))
    named = [line for page in pages for line in page.splitlines() if "Template " in line]
    assert len(named) == len(set(named)) == MOST_TEMPLATES
    back = await server.click(server.organiser, listed, ENGLISH("button.page_before"))
    assert told(back) == pages[-2]
    forged = await server.press_forged(server.fan, "fc:templates_page:0.1")
    role = f"<@&{server.world.organisers.id}>"
    assert told(forged) == ENGLISH("refused.needs_organiser", role=role)
