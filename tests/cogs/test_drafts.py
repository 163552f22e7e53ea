"""Drafts: the kind's own fields, the preview, and publishing, changing or discarding it."""

from __future__ import annotations

import pytest

from domain.actions import ActionState
from tests.fanserver import ENGLISH, TEXTS, FanServer
from tests.shown import form_of, id_of, labels_of, message_of, pings_of, text_of, told

LINK, CURRENCY, GOAL, BASELINE, CAP = TEXTS["fundraiser"]


# ---- The kind's own fields


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (("not a link", "USD", "10,000", "500", ""), "“not a link” isn't a web address"),
        (("javascript:alert(1)", "USD", "", "", ""), "isn't a web address"),
        (("https://user:pw@example.org/", "USD", "", "", ""), "isn't a web address"),
        ((LINK, "XXQ", "10,000", "", ""), "I don't know the currency “XXQ”"),
        ((LINK, "USD", "€10,000", "500", ""), "“€10,000” names another currency"),
        ((LINK, "USD", "lots", "", "1,000"), "“lots”"),
        ((LINK, "USD", "10.001,555", "", ""), "has more decimals than USD"),
        ((LINK, "KRW", "10.5", "", ""), "has more decimals than KRW"),
        ((LINK, "KWD", "1.234", "", ""), "can be read as two different amounts"),
        ((LINK, "USD", "0", "", ""), "isn't more than zero"),
        ((LINK, "USD", "1" + "0" * 18, "", ""), "is more than I can count"),
    ],
)
async def test_a_refused_field_is_asked_again_with_everything_typed(
    server: FanServer, texts: tuple[str, ...], why: str
) -> None:
    form = await server.slash(
        server.organiser, "action create", kind="fundraiser", title="Give", when="tomorrow 8pm"
    )
    refused = await server.fill(server.organiser, form, *texts)
    assert why in told(refused)
    form = await server.click(server.organiser, refused, "Try again")
    assert tuple(form_of(form).values()) == texts
    preview = await server.fill(server.organiser, form, *TEXTS["fundraiser"])
    assert "**Goal** US$10,000.00" in told(preview)


@pytest.mark.parametrize("tag", ["two words", "#", "12345", "a-b", "semi;colon"])
async def test_a_tag_that_would_break_is_refused(server: FanServer, tag: str) -> None:
    texts = (tag, "Your favourite stage", "5,000", "", "")
    refused = await server.draft(kind="hashtag", texts=texts)
    assert f"“{tag}” would break as a tag" in told(refused).replace("\\", "")
    form = await server.click(server.organiser, refused, "Try again")
    assert tuple(form_of(form).values()) == texts


async def test_the_preview_shows_the_card_with_what_is_sealed(server: FanServer) -> None:
    preview = await server.draft(kind="hashtag")
    text = told(preview)
    assert "Only you can see this" in text
    assert "**Tag** `#OnlyAtTheMoment`" in text
    assert "**Goal** 5,000 posts" in text
    assert "Your favourite stage, and why" in text
    assert "others see it" in text
    assert labels_of(preview)[:5] == [
        "Publish",
        "Edit",
        "Change the time",
        "I meant my time",
        "Discard",
    ]
    assert pings_of(preview) == (set(), set(), False)


async def test_the_preview_says_whom_reminders_ping_and_what_is_missing(
    new_server: FanServer,
) -> None:
    servers, guild_id = new_server.services.servers, new_server.guild_id
    await servers.set_zone(new_server.manager, guild_id, "UTC")
    assert ENGLISH("preview.reminders") in told(await new_server.draft(new_server.moderator))
    await servers.set_grants_roles(new_server.manager, guild_id, grants=False)
    text = told(await new_server.draft(new_server.moderator))
    settings = ENGLISH("button.sign_up_settings")
    assert ENGLISH("preview.reminders_silent", button=settings) in text
    assert ENGLISH("setup.todo_channel") in text


async def test_baseline_and_cap_are_optional(server: FanServer) -> None:
    preview = await server.draft(texts=(LINK, "usd", "", "", ""))
    assert "Goal" not in told(preview)
    action = await server.publish(texts=(LINK, "usd", "", "", ""))
    assert (action.goal, action.baseline, action.cap) == (None, None, None)
    assert action.unit_code == "USD"


async def test_capacity_and_end_are_options_of_the_command(server: FanServer) -> None:
    action = await server.publish(when="24 Nov 20:00", end="24 Nov 22:00", capacity=40)
    assert action.capacity == 40
    assert (action.ends_at - action.starts_at).total_seconds() == 2 * 3600


# ---- Changing a draft


async def test_edit_opens_the_fields_as_they_stand(server: FanServer) -> None:
    preview = await server.draft()
    form = await server.click(server.organiser, preview, "Edit")
    typed = ("https://example.org/give", "USD", "10000.00", "500.00", "1000.00")
    assert tuple(form_of(form).values()) == typed
    changed = await server.fill(server.organiser, form, goal="20,000")
    assert message_of(changed).id == message_of(preview).id, "the preview is drawn in its place"
    assert "**Goal** US$20,000.00" in told(changed)


async def test_editing_back_and_forth_changes_nothing(server: FanServer) -> None:
    """What a form is prefilled with reads back to the same draft."""
    preview = await server.draft(end="24 Nov 22:00", capacity=40)
    before = told(preview)
    for button in ("Edit", "Change the time"):
        form = await server.click(server.organiser, preview, button)
        preview = await server.fill(server.organiser, form)
        assert told(preview) == before


async def test_change_the_time_keeps_the_fields(server: FanServer) -> None:
    preview = await server.draft()
    form = await server.click(server.organiser, preview, "Change the time")
    assert form_of(form)["Title"] == "Match a million"
    assert form_of(form)["Starts"] == "2026-11-24 20:00 Asia/Seoul"
    changed = await server.fill(
        server.organiser, form, "Another title", "25 Nov 21:00", ends="25 Nov 23:00", capacity="7"
    )
    text = told(changed)
    assert "## Another title" in text
    assert "Wed 25 Nov 21:00–23:00 KST" in text
    assert "0 of 7 places" in text
    assert "**Goal** US$10,000.00" in text


async def test_a_refused_change_leaves_the_draft_and_keeps_what_was_typed(
    server: FanServer,
) -> None:
    preview = await server.draft()
    form = await server.click(server.organiser, preview, "Change the time")
    refused = await server.fill(server.organiser, form, starts="blursday")
    assert "“blursday”" in told(refused)
    form = await server.click(server.organiser, refused, "Change the time")
    assert form_of(form)["Starts"] == "blursday"
    changed = await server.fill(server.organiser, form, starts="25 Nov 21:00")
    assert "Wed 25 Nov 21:00 – Thu 26 Nov 21:00 KST" in told(changed)
    published = await server.press(server.organiser, changed, "publish")
    assert "Published as #1" in text_of(published)


async def test_a_refused_field_of_a_draft_is_asked_again(server: FanServer) -> None:
    preview = await server.draft()
    form = await server.click(server.organiser, preview, "Edit")
    refused = await server.fill(server.organiser, form, goal="€20,000")
    assert "names another currency" in told(refused)
    form = await server.click(server.organiser, refused, "Try again")
    assert form_of(form)["Goal"] == "€20,000"
    changed = await server.fill(server.organiser, form, goal="20,000")
    assert "**Goal** US$20,000.00" in told(changed)
    drafts = await server.services.actions.search_drafts(
        server.actor(server.organiser), server.guild_id, ""
    )
    assert len(drafts) == 1, "it is still the same draft"


# ---- Publishing


async def test_publishing_posts_an_announcement_that_pings_and_a_card_that_does_not(
    server: FanServer,
) -> None:
    preview = await server.draft()
    done = await server.press(server.organiser, preview, "publish")
    assert text_of(done) == ENGLISH(
        "publish.done",
        number=1,
        title="Match a million",
        channel=f"<#{server.announcements.id}>",
    )
    assert labels_of(done) == []
    announcement, card = server.messages()
    assert pings_of(announcement) == (set(), {server.world.trend_alerts.id}, False)
    assert text_of(announcement).startswith(
        f"<@&{server.world.trend_alerts.id}> Fundraiser “Match a million”: Tue 24 Nov 20:00 KST."
    )
    assert pings_of(card) == (set(), set(), False)
    assert "Fundraiser · #1" in text_of(card)


async def test_publishing_twice_is_refused_and_posts_once(server: FanServer) -> None:
    preview = await server.draft()
    button = id_of(preview, "fc:publish:")
    await server.press(server.organiser, preview, "publish")
    again = await server.press_forged(server.organiser, button)
    assert told(again).startswith("“Match a million” is published already, as #1.")
    assert len(server.messages()) == 2


async def test_a_published_action_is_no_draft_any_more(server: FanServer) -> None:
    action = await server.publish()
    for verb in ("edit_fields", "edit_when", "my_time", "discard"):
        refused = await server.press_forged(server.organiser, f"fc:{verb}:{action.action_id}")
        assert "is published already" in told(refused)


async def test_numbers_are_given_when_publishing(server: FanServer) -> None:
    first = await server.draft(title="First")
    assert (await server.publish(title="Second")).number == 1
    await server.press(server.organiser, first, "publish")
    assert (await server.newest()).number == 2


async def test_a_draft_whose_start_has_passed_is_not_published(server: FanServer) -> None:
    preview = await server.draft(when="today 21:30")
    await server.jump(hours=1)
    refused = await server.press(server.organiser, preview, "publish")
    assert told(refused) == ENGLISH("publish.past", title="Match a million")
    assert server.messages() == []


async def test_without_a_channel_the_draft_is_kept(new_server: FanServer) -> None:
    server = new_server
    await server.services.servers.set_zone(server.manager, server.guild_id, "UTC")
    preview = await server.draft(server.moderator)
    refused = await server.press(server.moderator, preview, "publish")
    assert told(refused) == ENGLISH("publish.no_channel")
    await server.services.servers.set_channel(
        server.manager, server.guild_id, server.announcements.id
    )
    await server.press(server.moderator, preview, "publish")
    assert (await server.newest()).state is ActionState.OPEN


# ---- Discarding and finding again


async def test_discard_asks_first(server: FanServer) -> None:
    preview = await server.draft()
    asked = await server.click(server.organiser, preview, "Discard")
    assert told(asked) == ENGLISH("discard.ask", title="Match a million")
    found = await server.completions(server.organiser, "action draft", "draft", "")
    assert [name for name, _ in found] == ["Match a million · draft · Tue 24 Nov"]
    done = await server.click(server.organiser, asked, "Yes, discard it")
    assert text_of(done) == ENGLISH("discard.done", title="Match a million")
    assert labels_of(done) == []
    assert await server.completions(server.organiser, "action draft", "draft", "") == []
    refused = await server.press(server.organiser, preview, "publish")
    assert told(refused) == ENGLISH("refused.no_such_draft")


async def test_a_draft_is_found_again(server: FanServer) -> None:
    await server.draft(title="Match a million")
    await server.draft(title="Trend for her birthday", kind="hashtag")
    found = await server.completions(server.organiser, "action draft", "draft", "BIRTH")
    assert [name for name, _ in found] == ["Trend for her birthday · draft · Tue 24 Nov"]
    shown = await server.slash(server.organiser, "action draft", draft=found[0][1])
    assert "#OnlyAtTheMoment" in told(shown)
    by_hand = await server.slash(server.organiser, "action draft", draft="million")
    assert "## Match a million" in told(by_hand)
    await server.press(server.organiser, by_hand, "publish")
    assert (await server.newest()).title == "Match a million"


@pytest.mark.parametrize("typed", ["", "a", "nothing like it", "id:999", "id:" + "9" * 40])
async def test_a_draft_that_is_not_clear_is_refused(server: FanServer, typed: str) -> None:
    await server.draft(title="aa")
    await server.draft(title="ab")
    refused = await server.slash(server.organiser, "action draft", draft=typed or "zz")
    assert told(refused) in (
        ENGLISH("refused.no_draft_fits", text=typed or "zz"),
        ENGLISH("refused.no_such_draft"),
    )


async def test_drafts_belong_to_their_organiser_and_to_moderators(server: FanServer) -> None:
    preview = await server.draft()
    button = id_of(preview, "fc:publish:")
    other = server.join("other", roles=(server.world.organisers,))
    assert await server.completions(other, "action draft", "draft", "") == []
    for verb in ("publish", "edit_fields", "edit_when", "my_time", "discard"):
        refused = await server.press_forged(other, button.replace("publish", verb))
        assert told(refused) == ENGLISH("refused.not_your_draft")
    await server.press_forged(server.moderator, button)
    assert (await server.newest()).organiser_user_id == server.organiser.id


async def test_a_moderator_finds_everybodys_drafts(server: FanServer) -> None:
    await server.draft(title="Match a million")
    await server.draft(server.moderator, title="Mine")
    found = await server.completions(server.moderator, "action draft", "draft", "")
    titles = [name.partition(" · ")[0] for name, _ in found]
    assert titles == ["Mine", "Match a million"]
    for draft in (found[1][1], "million"):
        shown = await server.slash(server.moderator, "action draft", draft=draft)
        assert "## Match a million" in told(shown)


# ---- Who may


async def test_a_member_without_the_role_is_told_which_one(server: FanServer) -> None:
    refused = await server.slash(
        server.fan, "action create", kind="fundraiser", title="x", when="tomorrow 8pm"
    )
    role = f"<@&{server.world.organisers.id}>"
    assert told(refused) == ENGLISH("refused.needs_organiser", role=role)
    assert pings_of(refused) == (set(), set(), False)
    draft = id_of(await server.draft(), "fc:discard:").removeprefix("fc:discard:")
    for named in (f"id:{draft}", "nothing like it"):
        refused = await server.slash(server.fan, "action draft", draft=named)
        assert told(refused) == ENGLISH("refused.needs_organiser", role=role)


async def test_before_a_role_is_chosen_only_managers_create(new_server: FanServer) -> None:
    refused = await new_server.slash(
        new_server.organiser, "action create", kind="fundraiser", title="x", when="tomorrow 8pm"
    )
    assert told(refused) == ENGLISH("refused.no_organiser_role")


async def test_an_organiser_who_loses_the_role_publishes_nothing(server: FanServer) -> None:
    preview = await server.draft()
    form = await server.click(server.organiser, preview, "Edit")
    server.take_role(server.organiser, server.world.organisers)
    refusal = ENGLISH("refused.needs_organiser", role=f"<@&{server.world.organisers.id}>")
    for verb in ("publish", "edit_fields", "edit_when", "my_time", "discard"):
        assert told(await server.press(server.organiser, preview, verb)) == refusal
    assert told(await server.fill(server.organiser, form, goal="1")).startswith(refusal)
    assert server.messages() == []


async def test_a_discard_that_was_asked_before_the_role_was_lost_is_refused(
    server: FanServer,
) -> None:
    preview = await server.draft()
    asked = await server.click(server.organiser, preview, "Discard")
    server.take_role(server.organiser, server.world.organisers)
    refused = await server.click(server.organiser, asked, "Yes, discard it")
    assert "This needs the role" in told(refused)


# ---- Titles


async def test_a_title_does_nothing_but_stand_there(server: FanServer) -> None:
    title = "@everyone **x** [a](http://b) <@1> <@&2> # `c`"
    action = await server.publish(title=title)
    assert action.title == title
    role = server.world.trend_alerts.id
    for message in server.messages():
        text = text_of(message)
        assert "@everyone" not in text
        assert "**x**" not in text
        assert "[a](" not in text
        assert "<@1>" not in text
    users = {u for message in server.messages() for u in pings_of(message)[0]}
    roles = {r for message in server.messages() for r in pings_of(message)[1]}
    assert (users, roles) == (set(), {role})
    assert not any(pings_of(message)[2] for message in server.messages())
    for body in server.sent("/messages"):
        allowed = body["allowed_mentions"]
        assert "everyone" not in allowed["parse"]
        assert allowed.get("roles", []) in ([], [role])


async def test_the_longest_title_fits_everywhere(server: FanServer) -> None:
    action = await server.publish(title="총" * 100, kind="hashtag")
    assert action.title == "총" * 100
    await server.click(server.fan, server.card(), "I'm in")
    await server.jump_to(action.starts_at)
    await server.log(server.fan, "5")
    assert "총" in told(await server.slash(server.fan, "me"))
    assert "총" in told(await server.contributions_of(server.fan))
    assert "총" in told(await server.slash(server.fan, "tally"))
    await server.jump(days=3)
    assert (await server.newest()).state is ActionState.FINAL
