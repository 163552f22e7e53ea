"""The sealed tag: nobody but its organisers sees it anywhere before the reveal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from db.queries.audit import list_events
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, DeliveryState
from domain.outbox import Shelf
from domain.posters import PosterUse
from domain.seals import TOLD_BESIDE
from domain.servers import RolePurpose
from tests.cogs.leaks import Search, logged_as_operators_can
from tests.cogs.test_languages import a_translator, card_in, korean_channel
from tests.cogs.test_posters import choose, picture
from tests.cogs.test_posters import publish as publish_anew
from tests.fanserver import ENGLISH, KOREAN, TEXTS, FanServer
from tests.shown import form_of, labels_of, message_of, options_in, pings_of, text_of, told

TAG = "OnlyAtTheMoment"
SEALED, RESERVE = "별빛QuokkaZephyr", "MoonNarwhalJubilee"
WITH_TAG = (f"#{SEALED}", *TEXTS["hashtag"][1:])
HOUR = timedelta(hours=1)


async def add_helper(server: FanServer) -> MemberActor:
    """Somebody with the role of the server's helpers."""
    role = server.world.guild.create_role("Helpers")
    await server.services.servers.set_role(
        server.manager, server.guild_id, RolePurpose.HELPER, role.id
    )
    return server.join("helper", roles=(role,))


async def publish(server: FanServer, *, reserve: str = f"#{RESERVE}") -> Action:
    """A trend party with both tags, typed as organisers do."""
    preview = await server.draft(kind="hashtag", texts=WITH_TAG)
    if reserve:
        panel = await server.press(server.organiser, preview, "tag")
        form = await server.press(server.organiser, panel, "edit_more")
        preview = await server.fill(server.organiser, form, reserve)
    await server.press(server.organiser, preview, "publish")
    return await server.newest()


async def ask(server: FanServer, who: MemberActor) -> str:
    return told(await server.slash(who, "tag"))


async def panel_of(server: FanServer, who: MemberActor, action: Action):
    return await server.press_forged(who, f"fc:tag:{action.action_id}")


async def test_the_newest_tag_is_found_however_many_actions_have_none(
    server: FanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.tags.MOST_SEARCHED", 1)
    action = await publish(server)
    await server.publish(title="A fundraiser, published since")
    assert action.title in await ask(server, server.fan)
    assert await server.completions(server.fan, "tag", "action", "") != []


# ---- The search


async def try_the_draft(server: FanServer, *people: MemberActor) -> None:
    """Whatever others can do about somebody's draft."""
    for who in people:
        await server.slash(who, "action draft", draft="id:1")
        await server.completions(who, "action draft", "draft", "")
        for verb in ("edit_fields", "edit_more", "edit_when", "tag", "my_time", "save_template"):
            await server.press_forged(who, f"fc:{verb}:1")


async def do_what_fans_do(server: FanServer, *people: MemberActor) -> None:
    """Sign up, leave, log early, and look wherever members can look."""
    action_id = server.id_of()
    for who in people:
        await server.click(who, server.card(), "I'm in")
        await server.slash(who, "me")
        await server.press_forged(who, "fc:direct_on:0")
        await server.slash(who, "tag")
        await server.slash(who, "tag", action=f"id:{action_id}")
        await server.slash(who, "tally")
        for command in ("tally", "tag"):
            await server.completions(who, command, "action", "")
            await server.completions(who, command, "action", SEALED[:4])
        for verb in ("tally", "tag", "open_seal", "reveal_now", "switch_tag", "spare_texts"):
            await server.press_forged(who, f"fc:{verb}:{action_id}")
        await server.press_forged(who, f"fc:log:{action_id}")
        for verb in ("share", "share_copy", "share_settings"):
            await server.press_forged(who, f"fc:{verb}:{action_id}")
        await server.press_forged(who, f"fc:publish:{action_id}")
    await look_around(server, people[-1])
    await server.click(people[0], server.card(), "Leave")


async def look_around(server: FanServer, who: MemberActor) -> None:
    """The lists, calendars, and pages that anybody opens, and what they are refused."""
    action_id = server.id_of()
    await server.slash(who, "help")
    await server.slash(who, "actions")
    await server.pick_forged(who, "fs:actions_open:0", str(action_id), **a_select(str(action_id)))
    for verb in ("calendar", "calendar_all"):
        got = await server.press_forged(who, f"fc:{verb}:{action_id}")
        assert [file.filename[-4:] for file in message_of(got).attachments] == [".ics"]
    await server.contributions_of(who)
    await server.settings_of(who)
    for verb in ("who_is_in", "poster", "participants_csv", "my_numbers", "task_list", "messages"):
        await server.press_forged(who, f"fc:{verb}:{action_id}")
    await server.slash(who, "translate", action=f"id:{action_id}", language="ko")
    for text in ("", SEALED[:4], SEALED, RESERVE[:4]):
        await server.completions(who, "translate", "action", text)


def a_select(value: str) -> dict[str, Any]:
    """What makes a forged part a select."""
    return {"type": 3, "options": [{"label": "x", "value": value}]}


async def do_what_staff_does(server: FanServer, *people: MemberActor) -> None:
    """What moderators and other organisers can do, up to opening forms with what is there."""
    action_id = server.id_of()
    for who in people:
        await server.slash(who, "action deliveries")
        await server.slash(who, "action manage", action="1")
        await server.slash(who, "action edit", action="1", what="fields")
        await server.slash(who, "action duplicate", action="1")
        for text in ("", SEALED[:4], SEALED, RESERVE[:4]):
            await server.completions(who, "action manage", "action", text)
        for verb in ("revise_fields", "revise_more", "tag", "preflight", "spare_texts", "history"):
            await server.press_forged(who, f"fc:{verb}:{action_id}")
        await server.press_forged(who, f"fc:open_seal:{action_id}")  # asked, and left unanswered
        await server.press_forged(who, f"fc:switch_tag:{action_id}")
    await look_at_deliveries(server, people[-1])
    await look_around(server, people[-1])
    await server.slash(server.reviewer, "review")


async def look_at_deliveries(server: FanServer, who: MemberActor) -> None:
    """Each message that is owed or was sent, those to language channels among them."""
    action_id = server.id_of()
    for shelf in Shelf:
        custom_id = f"fs:outbox_show:{action_id}"
        shown = await server.pick_forged(who, custom_id, shelf.value, **a_select(shelf.value))
        for entry in options_in(shown, "fs:outbox_pick"):
            custom_id = f"fs:outbox_pick:{action_id}"
            await server.pick_forged(who, custom_id, entry, **a_select(entry))


async def hand_out_files(server: FanServer) -> None:
    """What an organiser gets as a file and passes on: calendars and who takes part."""
    panel = await server.slash(server.organiser, "action participants", action="1")
    for verb in ("participants_csv", "participants_xlsx"):
        got = await server.press(server.organiser, panel, verb)
        assert message_of(got).attachments
    for verb in ("calendar", "calendar_all"):
        await server.press_forged(server.organiser, f"fc:{verb}:{server.id_of()}")


async def add_posters(server: FanServer, preview: InteractionResult) -> None:
    """One for all to see, and one for the reveal, whose file and text say the tag."""
    panel = await server.press(server.organiser, preview, "poster")
    told_by_it = f"The stage, and #{SEALED} on it"
    refused = await choose(server, panel, told_by_it, file=picture(1))
    assert told(refused) == ENGLISH("poster.tells_sealed")
    panel = await choose(server, panel, file=(f"{SEALED}.png", picture(1)[1]))
    secret = (f"{SEALED}.png", picture(200)[1])
    await choose(server, panel, told_by_it, use=PosterUse.REVEAL, file=secret)


async def translate(server: FanServer, translator: MemberActor, *words: str) -> None:
    """Into Korean, first with what would tell a tag: that is refused without saying so."""
    for told_by_it in (f"#{RESERVE}로 달려요", f"{SEALED.lower()} 파티"):
        form = await server.slash(translator, "translate", action="1", language="ko")
        refused = await server.fill(translator, form, told_by_it)
        # Answered to them alone, with what they typed themselves nowhere in it.
        assert told(refused) == ENGLISH("translate.tells_sealed")
    form = await server.slash(translator, "translate", action="1", language="ko")
    shown = await server.fill(translator, form, *words)
    assert words[0] in told(shown)


async def break_a_form(server: FanServer) -> None:
    """The organiser's form with the tag is refused, then fails in the database and on Discord."""
    form = await server.press_forged(server.organiser, f"fc:revise_fields:{server.id_of()}")
    refused = await server.fill(server.organiser, form, f"#{SEALED}", f"Write about {SEALED}")
    assert told(refused) == ENGLISH("field.sealed.prompt")
    await fail_to_store(server)
    form = await server.press_forged(server.organiser, f"fc:revise_fields:{server.id_of()}")
    server.env.inject_error("POST", "/interactions/*/*/callback", status=500, times=1)
    await server.fill(server.organiser, form, f"#{SEALED}", "Other words")
    server.env.backend.faults.clear()


async def tell_it_beside(server: FanServer) -> None:
    """Its organiser tells it where everybody would read it: nothing is done, and all is kept."""
    who, again = server.organiser, ENGLISH("button.try_again")
    words = {"reason": f"#{SEALED} is blocked"}
    refused = await server.slash(who, "action cancel", action="1", **words)
    assert told(refused) == ENGLISH(TOLD_BESIDE)
    form = await server.click(who, refused, again)
    assert list(form_of(form).values()) == [words["reason"]]
    refused = await server.fill(who, form, f"It's {RESERVE} now")
    assert told(refused) == ENGLISH(TOLD_BESIDE)
    refused = await server.slash(who, "action remind", action="1", text=f"Ready for {SEALED}?")
    assert told(refused) == ENGLISH(TOLD_BESIDE)
    form = await server.click(who, refused, again)
    assert list(form_of(form).values()) == [f"Ready for {SEALED}?"]
    form = await server.press_forged(who, f"fc:sign_up_options:{server.id_of()}")
    refused = await server.fill(who, form, f"{SEALED} crew | 5")
    assert told(refused) == ENGLISH(TOLD_BESIDE)
    form = await server.click(who, refused, again)
    assert list(form_of(form).values()) == [f"{SEALED} crew | 5"]
    refused = await server.slash(who, "action poll", kind="hashtag", title=f"When is #{SEALED}?")
    assert told(refused) == ENGLISH(TOLD_BESIDE)


async def fail_to_store(server: FanServer) -> None:
    form = await server.press_forged(server.organiser, f"fc:revise_fields:{server.id_of()}")
    async with server.database.write() as conn:
        await conn.execute(
            sql(
                "CREATE TRIGGER full BEFORE UPDATE OF title ON action"
                " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            )
        )
    await server.fill(server.organiser, form, f"#{SEALED}", "More words")
    async with server.database.write() as conn:
        await conn.execute(sql("DROP TRIGGER full"))


async def test_a_sealed_tag_is_nowhere_outside_its_holders_eyes_before_the_reveal(
    server: FanServer, caplog: pytest.LogCaptureFixture
) -> None:
    """A whole story, searched: requests, answers, forms, logs, files and what is stored."""
    helper, other = await add_helper(server), server.join("other", roles=(server.world.organisers,))
    services, guild_id = server.services, server.guild_id
    await services.servers.set_organiser_channel(server.manager, guild_id, server.general.id)
    await services.servers.set_threads(server.manager, guild_id, makes=True)
    await services.servers.set_native_events(server.manager, guild_id, makes=True)
    await services.servers.set_choices_public(server.manager, guild_id, public=True)
    korean = await korean_channel(server, role_id=server.world.trend_alerts.id)
    translator = await a_translator(server)
    search = Search(server, caplog, (SEALED, RESERVE), (server.organiser,))
    with logged_as_operators_can(caplog):
        preview = await server.draft(kind="hashtag", texts=WITH_TAG, capacity=4)
        panel = await server.press(server.organiser, preview, "tag")
        form = await server.press(server.organiser, panel, "edit_more")
        preview = await server.fill(server.organiser, form, f"#{RESERVE}")
        assert f"`#{RESERVE}`" in told(preview)
        form = await server.press(server.organiser, preview, "save_template")
        await server.fill(server.organiser, form, "Ours")
        await try_the_draft(server, other, server.moderator, server.fan, helper)
        panel = await server.press(server.organiser, preview, "tag")
        form = await server.press(server.organiser, panel, "reveal_time")
        panel = await server.fill(server.organiser, form, "24 Nov 19:59")
        await server.pick(server.organiser, panel, "helpers_lead", str(3600))
        await server.slash(server.organiser, "action draft", draft="id:1")
        preview = await server.slash(server.organiser, "action draft", draft="id:1")
        await add_posters(server, preview)
        action = await publish_anew(server, preview)
        assert action.title in text_of(card_in(server, korean))
        assert (await whole(server)).thread_id is not None
        assert server.env.backend.get_guild(guild_id).scheduled_events
        await translate(server, translator, "트렌드 파티", "좋아하는 무대")
        assert "트렌드 파티" in text_of(card_in(server, korean))
        await server.click(server.fans[5], card_in(server, korean), KOREAN("button.join"))
        assert action.revealed_at == action.starts_at - timedelta(minutes=1)
        await do_what_fans_do(server, *server.fans[:2], helper)
        await do_what_staff_does(server, other, server.moderator)
        await server.slash(other, "action template use", template="Ours", when="12 Dec 20:00")
        await hand_out_files(server)
        await break_a_form(server)
        await tell_it_beside(server)
        await run_others(server)
        await server.jump_to(action.revealed_at - HOUR - timedelta(seconds=1))
        await server.restart()
        await do_what_fans_do(server, server.fan, helper)
        await do_what_staff_does(server, server.moderator)
        assert await search.everywhere() == []
        await server.jump_to(action.revealed_at - timedelta(seconds=1))
        assert DeliveryState.SENT in await server.outcome(action, DeliveryKind.DIRECT)
        assert f"#{SEALED}" in await ask(server, helper)
        assert await search.everywhere() != [], "the search finds what it is for"
        search.holders = (server.organiser, helper)
        assert await search.everywhere() == []
        await server.jump_to(action.revealed_at)
        assert f"#{SEALED}" in text_of(server.message_with("is out"))
        await server.jump_to(action.log_until)
    search.texts = (RESERVE,)
    assert await search.everywhere() == [], "the reserve is nobody's but its organisers'"
    search.texts = (SEALED,)
    assert not [place for place in await search.everywhere() if "logged" in place]
    server.expect_error("the disk is full")
    server.expect_error("injected by test")
    server.forgive(IntegrityError, discord.HTTPException)


async def whole(server: FanServer) -> Action:
    return await server.services.actions.find_whole(server.guild_id, server.id_of())


async def run_others(server: FanServer) -> None:
    """An action that is final before the reveal, with its files, and one that is cancelled."""
    final = await server.publish(title="Quick one", when="21 Nov 22:00", end="21 Nov 23:00")
    await server.jump_to(final.starts_at)
    await server.log(server.fan, "10", "ABCD1234", number=2)
    rained_off = await server.publish(title="Rained off", when="25 Nov 20:00")
    number = str(rained_off.number)
    asked = await server.slash(server.organiser, "action cancel", action=number, reason="Rain")
    await server.click(server.organiser, asked, ENGLISH("button.cancel_yes"))
    await server.jump_to(final.log_until)
    assert server.message_with("Final tally").attachments


# ---- Who sees it before


async def test_everybody_is_told_when_it_comes_and_then_what_it_is(server: FanServer) -> None:
    action = await publish(server)
    shown = await ask(server, server.fan)
    assert f"<t:{int(action.starts_at.timestamp())}:R>" in shown
    assert SEALED not in shown
    assert f"```\n#{SEALED}\n```" in await ask(server, server.organiser)
    assert "Don't post it before" in await ask(server, server.organiser)
    await server.jump_to(action.starts_at)
    shown = await ask(server, server.fan)
    assert f"```\n#{SEALED}\n```" in shown
    assert TEXTS["hashtag"][1] in shown
    assert "Don't post" not in shown
    labels = labels_of(await server.slash(server.fan, "tag"))
    assert any(label.startswith("X ") for label in labels), "it can be shared from there"


async def test_a_moderator_sees_a_draft_and_its_forms_without_the_tag(server: FanServer) -> None:
    await server.draft(kind="hashtag", texts=WITH_TAG)
    preview = await server.slash(server.moderator, "action draft", draft="id:1")
    assert SEALED not in told(preview)
    form = await server.press(server.moderator, preview, "edit_fields")
    assert "The tag" not in form_of(form)
    shown = await server.fill(server.moderator, form, "Other words")
    assert "Other words" in told(shown)
    own = await server.slash(server.organiser, "action draft", draft="id:1")
    assert f"`#{SEALED}`" in told(own), "what the form left out stays as it was"
    panel = await panel_of(server, server.moderator, await newest_draft(server))
    assert ENGLISH("tag.sealed_for_you") in told(panel)
    assert ENGLISH("button.tag_reserve") not in labels_of(panel)


async def newest_draft(server: FanServer) -> Action:
    (found,) = await server.services.actions.search_drafts(server.manager, server.guild_id, "")
    return found


async def test_a_moderator_opens_the_seal_after_a_question_and_it_is_in_the_history(
    server: FanServer,
) -> None:
    action = await publish(server)
    panel = await server.slash(server.moderator, "action manage", action="1")
    asked = await server.click(server.moderator, panel, ENGLISH("button.open_seal"))
    assert SEALED not in told(asked)
    opened = await server.click(server.moderator, asked, ENGLISH("button.open_seal_yes"))
    assert f"#{SEALED}" in told(opened)
    assert RESERVE not in told(opened)
    history = await server.press_forged(server.organiser, f"fc:history:{action.action_id}")
    assert ENGLISH("history.seal_opened") in told(history)
    assert f"<@{server.moderator.id}>" in told(history)
    async with server.database.read() as conn:
        events = await list_events(conn, server.guild_id, action.action_id, limit=9)
    assert [event.act for event in events] == [Act.SEAL_OPENED, Act.PUBLISHED]
    own = await server.slash(server.organiser, "action manage", action="1")
    assert ENGLISH("button.open_seal") not in labels_of(own)


async def test_a_fan_opens_no_seal(server: FanServer) -> None:
    action = await publish(server)
    assert ENGLISH("button.open_seal") not in labels_of(await server.slash(server.fan, "tag"))
    refused = await server.press_forged(server.fan, f"fc:open_seal:{action.action_id}")
    assert told(refused) == ENGLISH("refused.needs_manage_server")


# ---- The reveal


async def test_another_time_is_typed_refused_typed_better_and_taken_back(
    server: FanServer,
) -> None:
    action = await publish(server)
    panel = await panel_of(server, server.organiser, action)
    form = await server.press(server.organiser, panel, "reveal_time")
    refused = await server.fill(server.organiser, form, "24 Nov 21:00")
    assert "People need the tag by" in told(refused)
    form = await server.click(server.organiser, refused, ENGLISH("button.try_again"))
    assert form_of(form) == {"Reveal": "24 Nov 21:00"}
    await server.fill(server.organiser, form, "24 Nov 19:00")
    moved = await server.newest()
    assert moved.revealed_at == action.starts_at - HOUR
    stamp = f"<t:{int(moved.revealed_at.timestamp())}"
    assert stamp in text_of(server.card())
    panel = await panel_of(server, server.organiser, action)
    await server.press(server.organiser, panel, "reveal_moment")
    assert (await server.newest()).reveal is None
    assert stamp not in text_of(server.card())


async def test_it_is_one_new_message_that_pings_who_is_in_with_the_tag_and_the_buttons(
    server: FanServer,
) -> None:
    action = await publish(server)
    await server.click(server.fan, server.card(), "I'm in")
    asked = await server.press_forged(server.organiser, f"fc:reveal_now:{action.action_id}")
    assert SEALED not in text_of(server.card()), "one is asked first"
    before = len(server.messages())
    await server.click(server.organiser, asked, ENGLISH("button.reveal_now_yes"))
    (message,) = server.messages()[before:]
    role_id = (await server.newest()).role_id
    assert pings_of(message) == (set(), {role_id}, False)
    assert text_of(message).splitlines()[0].endswith("It starts Tue 24 Nov 20:00 KST.")
    assert f"```\n#{SEALED}\n```" in text_of(message)
    assert "I'm in" in labels_of(message)
    assert f"`#{SEALED}`" in text_of(server.card())
    await server.jump_to(action.starts_at)
    assert f"#{SEALED}" in text_of(server.message_with("It's time"))


async def test_a_missed_reveal_is_asked_about_by_its_name(server: FanServer) -> None:
    action = await publish(server)
    panel = await panel_of(server, server.organiser, action)
    form = await server.press(server.organiser, panel, "reveal_time")
    await server.fill(server.organiser, form, "24 Nov 12:00")
    revealed_at = (await server.newest()).revealed_at
    await server.restart(after=revealed_at + timedelta(minutes=30) - server.clock.now())
    question = server.message_with("needs you")
    assert "When the tag was to be revealed" in text_of(question)
    await server.click(server.organiser, question, "Send now")
    assert f"#{SEALED}" in text_of(server.message_with("is out"))


# ---- The reserve


async def test_a_reserve_is_chosen_on_the_panel_which_doubts_it_at_once(server: FanServer) -> None:
    action = await publish(server, reserve="")
    panel = await panel_of(server, server.organiser, action)
    assert ENGLISH("tag.reserve_none") in told(panel)
    refused = await server.press_forged(server.moderator, f"fc:tag_reserve:{action.action_id}")
    assert told(refused) == ENGLISH("refused.sealed_for_you", title="Match a million")
    form = await server.press(server.organiser, panel, "tag_reserve")
    panel = await server.fill(server.organiser, form, "#Another Day")
    form = await server.click(server.organiser, panel, ENGLISH("button.try_again"))
    assert "#Another Day" in form_of(form).values()
    panel = await server.fill(server.organiser, form, "#ОtherDay")
    assert ENGLISH("tag.done_reserve") in told(panel)
    assert "`О` (CYRILLIC CAPITAL LETTER O)" in told(panel)
    form = await server.press(server.organiser, panel, "tag_reserve")
    panel = await server.fill(server.organiser, form, "")
    assert ENGLISH("tag.done_no_reserve") in told(panel)
    form = await server.press(server.organiser, panel, "tag_reserve")
    assert ENGLISH("edit.nothing") in told(await server.fill(server.organiser, form, ""))


async def test_no_reserve_is_asked_for_where_there_is_no_tag_to_keep_one_for(
    server: FanServer,
) -> None:
    action = await server.publish()
    refused = await server.press_forged(server.organiser, f"fc:tag_reserve:{action.action_id}")
    assert refused.modal is None
    assert told(refused) == ENGLISH("tag.none", title=action.title)


async def test_a_leak_before_the_reveal_is_put_right_without_telling_either_tag(
    server: FanServer,
) -> None:
    action = await publish(server)
    await server.click(server.fan, server.card(), "I'm in")
    panel = await panel_of(server, server.organiser, action)
    assert f"`#{RESERVE}`" in told(panel)
    asked = await server.press(server.organiser, panel, "switch_tag")
    assert "it names neither tag" in told(asked)
    await server.click(server.organiser, asked, ENGLISH("button.switch_tag_yes"))
    message = server.message_with("has changed")
    assert pings_of(message)[1] == {(await server.newest()).role_id}
    assert not {SEALED, RESERVE} & set(text_of(message).replace("#", " ").split())
    await server.jump_to(action.starts_at)
    assert f"```\n#{RESERVE}\n```" in text_of(server.message_with("It's time"))
    assert all(SEALED not in text_of(message) for message in server.messages())


async def test_after_the_reveal_the_new_tag_is_told_and_what_was_posted_says_it(
    server: FanServer,
) -> None:
    action = await publish(server)
    await server.click(server.fan, server.card(), "I'm in")
    await server.jump_to(action.starts_at + timedelta(minutes=1))
    asked = await server.press_forged(server.organiser, f"fc:switch_tag:{action.action_id}")
    await server.click(server.organiser, asked, ENGLISH("button.switch_tag_yes"))
    message = server.message_with("has changed")
    assert f"```\n#{RESERVE}\n```" in text_of(message)
    assert pings_of(message)[1] == {(await server.newest()).role_id}
    assert f"`#{RESERVE}`" in text_of(server.card())
    assert f"#{RESERVE}" in text_of(server.message_with("It's time"))
    assert f"#{RESERVE}" in await ask(server, server.fan)
    states = await server.outcome(action, DeliveryKind.MOMENT)
    assert states == [DeliveryState.SENT], "it is edited, not sent once more"
    again = await server.press_forged(server.organiser, f"fc:switch_tag:{action.action_id}")
    await server.click(server.organiser, again, ENGLISH("button.switch_tag_yes"))
    assert len([m for m in server.messages() if "has changed" in text_of(m)]) == 1


async def test_no_tag_is_taken_that_a_translation_or_a_poster_tells_already(
    server: FanServer,
) -> None:
    translator, korean = await a_translator(server), await korean_channel(server)
    preview = await server.draft(kind="hashtag", texts=WITH_TAG)
    panel = await server.press(server.organiser, preview, "poster")
    await choose(server, panel, "A lighthouse at night", file=picture())
    action = await publish_anew(server, preview)
    form = await server.slash(translator, "translate", action="1", language="ko")
    await server.fill(translator, form, "고래등대 파티")
    for verb, typed, key in (
        ("revise_fields", "#고래등대", "field.sealed.translation"),
        ("revise_more", "#등대파티", "field.sealed.translation"),
        ("revise_fields", "#Lighthouse", "poster.tells_sealed"),
    ):
        form = await server.press_forged(server.organiser, f"fc:{verb}:{action.action_id}")
        assert told(await server.fill(server.organiser, form, typed)) == ENGLISH(key)
    assert (await server.newest()).fields["tag"] == SEALED
    assert "고래등대 파티" in text_of(card_in(server, korean))
    form = await server.slash(translator, "translate", action="1", language="ko")
    form = await server.press(translator, form, "translate")
    await server.fill(translator, form, "바다 파티")
    form = await server.press_forged(server.organiser, f"fc:revise_fields:{action.action_id}")
    await server.fill(server.organiser, form, "#고래등대")
    assert (await server.newest()).fields["tag"] == "고래등대"


async def test_what_may_be_wrong_with_a_tag_is_said_in_the_preview_and_stops_nobody(
    server: FanServer,
) -> None:
    preview = await server.draft(kind="hashtag", texts=("#StаrDay", *WITH_TAG[1:]))
    letter = "`а` (CYRILLIC SMALL LETTER A)"
    assert f"Look twice: in the tag, {letter} looks like another letter" in told(preview)
    await server.press(server.organiser, preview, "publish")
    assert (await server.newest()).fields["tag"] == "StаrDay"
