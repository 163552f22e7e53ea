"""Who takes part, as organisers see it and as others may; and the pages of `/me`."""

from __future__ import annotations

import pytest
from simcord.actors import MemberActor

from domain.actions import Action
from domain.servers import LanguageChannel
from domain.sign_up_options import OptionLine
from locales import LANGUAGES
from tests.cogs.test_tasks import a_project, claim
from tests.fanserver import ENGLISH, KOREAN, FanServer
from tests.shown import ids_of, labels_of, message_of, pings_of, text_of, told

TITLE = "Match a million"
THINKING = 5
"""The answer with which Discord says that another one is being made."""


async def join(server: FanServer, *people: MemberActor) -> None:
    for who in people:
        await server.press(who, server.card(), "join")


async def show_choices(server: FanServer) -> None:
    await server.services.servers.set_choices_public(server.manager, server.guild_id, public=True)


def mention(who: MemberActor) -> str:
    return f"<@{who.id}>"


# ---- Organisers


async def test_an_organiser_looks_through_those_who_take_part(server: FanServer) -> None:
    await server.publish(capacity=2)
    await join(server, *server.fans[:3])
    panel = await server.slash(server.organiser, "action participants", action="1")
    assert "In: **2** of 2 · waitlist: **1**" in told(panel)
    assert f"`1` {mention(server.fans[0])} · joined <t:" in told(panel)
    assert mention(server.fans[2]) not in told(panel)
    assert pings_of(panel) == (set(), set(), False)
    waiting = await server.pick(server.organiser, panel, "participants_state", "waitlisted")
    assert mention(server.fans[2]) in told(waiting)
    assert mention(server.fans[0]) not in told(waiting)
    await server.press(server.fans[0], server.card(), "leave")
    left = await server.pick(server.organiser, waiting, "participants_state", "left")
    assert f"{mention(server.fans[0])} · left <t:" in told(left)


KOREAN_CHANNEL = str(LANGUAGES.index("ko") * 2 + 1)
"""What the select of parts offers for those who signed up in the Korean channel."""


async def test_they_are_told_apart_by_option_and_language_channel(server: FanServer) -> None:
    action = await server.publish()
    actor, host = server.actor(server.organiser), [OptionLine("can host")]
    await server.services.sign_up_settings.set_options(actor, *ids(action), host)
    channel = LanguageChannel("ko", server.general.id)
    await server.services.servers.set_language_channel(server.manager, server.guild_id, channel)
    await server.click(server.fans[0], server.card(), "can host")
    await server.click(server.fans[1], server.card(), "I'm in")
    panel = await server.press_forged(server.organiser, f"fc:participants:{action.action_id}")
    assert f"{mention(server.fans[0])} · can host · " in told(panel)
    assert KOREAN("participants.option", option="can host", n="1") in told(panel)
    (option,) = (await server.services.actions.find_whole(*ids(action))).parts.options
    some = await server.pick(
        server.organiser, panel, "participants_part", str(option.option_id * 2)
    )
    assert mention(server.fans[0]) in told(some)
    assert mention(server.fans[1]) not in told(some)
    nobody = await server.pick(server.organiser, panel, "participants_part", KOREAN_CHANNEL)
    assert KOREAN("participants.nobody") in told(nobody), "asked in the Korean channel"


def ids(action: Action) -> tuple[int, int]:
    return action.guild_id, action.action_id


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_the_file_comes_to_the_organiser_alone(server: FanServer, form: str) -> None:
    await server.publish()
    await join(server, server.fan)
    panel = await server.slash(server.organiser, "action participants", action="1")
    made = await server.press(server.organiser, panel, f"participants_{form}")
    assert told(made) == ENGLISH("participants.file")
    assert server.sent("/callback")[-1]["type"] == THINKING
    (file,) = message_of(made).attachments
    assert file.filename == f"participants-1.{form}"
    history = await server.press_forged(server.organiser, f"fc:history:{server.id_of()}")
    assert ENGLISH("history.exported", form=form.upper()) in told(history)
    assert mention(server.organiser) in told(history)


async def test_fans_and_other_organisers_are_refused(server: FanServer) -> None:
    action = await server.publish()
    await join(server, server.fan)
    other = server.join("other", roles=(server.world.organisers,))
    asked = await server.slash(other, "action participants", action="1")
    assert "**" not in told(asked)
    for who in (server.fan, server.outsider, server.reviewer, other):
        for verb in ("participants", "participants_csv", "participants_xlsx"):
            refused = await server.press_forged(who, f"fc:{verb}:{action.action_id}")
            assert mention(server.fan) not in told(refused)
            assert not refused.followups or not refused.followups[-1].attachments
    forged = {"type": 3, "options": [{"label": "x", "value": "nobody"}]}
    for select in ("participants_state", "participants_part"):
        picked = await server.pick_forged(
            server.organiser, f"fs:{select}:{action.action_id}.0", "nobody", **forged
        )
        assert told(picked) == ENGLISH("refused.unknown_button")
    gone = await server.press_forged(server.organiser, "fc:participants:4242424242")
    assert told(gone) == ENGLISH("refused.no_such_action")


# ---- Everybody


async def test_by_default_nobody_else_sees_who_is_in(server: FanServer) -> None:
    action = await server.publish()
    await join(server, server.fan)
    assert ENGLISH("button.who_is_in") not in labels_of(server.card())
    refused = await server.press_forged(server.fans[1], f"fc:who_is_in:{action.action_id}")
    assert told(refused) == ENGLISH("refused.choices_not_public", title=TITLE)


async def test_a_moderator_has_it_shown_and_who_hides_it_is_counted_alone(
    server: FanServer,
) -> None:
    page = await server.setup_page("proof")
    shown = await server.press(server.moderator, page, "setup_choices")
    assert ENGLISH("setup.choices_public.on") in told(shown)
    await server.publish()
    joined = await server.press(server.fans[0], server.card(), "join")
    assert ENGLISH("button.who_is_in") in labels_of(joined)
    await join(server, server.fans[1])
    chosen = await server.settings_of(server.fans[1])
    assert ENGLISH("hides.off_public") in told(chosen)
    hidden = await server.press(server.fans[1], chosen, "choices_hide")
    assert told(hidden).startswith(ENGLISH("hides.done"))
    assert ENGLISH("hides.on") in told(hidden)
    who = await server.press(server.outsider, server.card(), "who_is_in")
    assert mention(server.fans[0]) in told(who)
    assert mention(server.fans[1]) not in told(who)
    assert "and 1 who keeps it to themselves" in told(who)
    back = await server.press(server.fans[1], hidden, "choices_show")
    assert told(back).startswith(ENGLISH("hides.undone"))
    again = await server.press(server.outsider, server.card(), "who_is_in")
    assert mention(server.fans[1]) in told(again)


async def test_a_fan_cannot_have_it_shown(server: FanServer) -> None:
    refused = await server.press_forged(server.fan, "fc:setup_choices:0.1")
    assert told(refused) == ENGLISH("refused.needs_manage_server")


async def test_who_hides_it_has_a_task_without_a_name(server: FanServer) -> None:
    await a_project(server)
    panel = await server.press(server.fan, server.card(), "tasks")
    assert ENGLISH("tasks.named_hint") in told(panel), "they read it before they take one"
    await claim(server, server.fan, panel)
    seen = await server.press(server.fans[1], server.card(), "tasks")
    assert ENGLISH("tasks.whose.claimed", who=mention(server.fan)) in told(seen)
    await server.press(server.fan, await server.settings_of(server.fan), "choices_hide")
    seen = await server.press(server.fans[1], server.card(), "tasks")
    assert mention(server.fan) not in told(seen)
    assert ENGLISH("tasks.whose.claimed_unnamed") in told(seen)
    mine = await server.press(server.fan, server.card(), "tasks")
    assert ENGLISH("tasks.whose.own") in told(mine)
    action = await server.newest()
    listed = await server.press_forged(server.organiser, f"fc:task_list:{action.action_id}")
    assert mention(server.fan) in told(listed)


# ---- The pages of /me


async def test_the_pages_of_me_lead_to_one_another(server: FanServer) -> None:
    await server.publish()
    await join(server, server.fan)
    mine = await server.slash(server.fan, "me")
    assert "#1 " in told(mine)
    assert "in, as number 1" in told(mine)
    tabs = [ENGLISH(f"button.me_tab.{name}") for name in ("contributions", "settings")]
    opens = ENGLISH("button.me_open")
    assert labels_of(mine) == [opens, *tabs], "its own can't be pressed"
    settings = await server.click(server.fan, mine, tabs[1])
    expected = {"own_zone", "my_language", "direct_on", "notifications", "name_me"}
    expected |= {"choices_hide", "share_settings", "me_tab"}
    assert expected <= {custom_id.split(":")[1] for custom_id in ids_of(settings)}
    logged = await server.click(server.fan, settings, tabs[0])
    assert ENGLISH("me.no_contributions") in told(logged)
    back = await server.click(server.fan, logged, ENGLISH("button.me_tab.sign_ups"))
    assert "in, as number 1" in told(back)
    listed = await server.click(server.fan, back, opens)
    assert ENGLISH("button.actions.joined") not in labels_of(listed), "it is the list that is shown"


async def test_more_than_ten_sign_ups_have_pages(server: FanServer) -> None:
    for _ in range(11):
        action = await server.publish()
        await server.services.sign_ups.join(server.actor(server.fan), *ids(action))
    mine = await server.slash(server.fan, "me")
    assert told(mine).count("in, as number") == 10
    older = await server.click(server.fan, mine, "Older")
    assert told(older).count("in, as number") == 1
    newer = await server.click(server.fan, older, "Newer")
    assert told(newer).count("in, as number") == 10


async def test_what_is_muted_is_unmuted_among_the_settings(server: FanServer) -> None:
    action = await server.publish()
    await join(server, server.fan)
    assert ENGLISH("me.nothing_muted") in told(await server.settings_of(server.fan))
    await server.press_forged(server.fan, f"fc:mute:{action.action_id}")
    settings = await server.settings_of(server.fan)
    done = await server.pick(server.fan, settings, "me_unmute", str(action.action_id))
    assert "Unmuted" in told(done)
    assert ENGLISH("me.nothing_muted") in told(done)


async def test_in_korean_too(server: FanServer) -> None:
    await server.configure("ko")
    await show_choices(server)
    await server.publish(when="11월 24일 20:00")
    await join(server, server.fan)
    panel = await server.slash(server.organiser, "action participants", action="1")
    assert KOREAN("participants.in", n="1") in told(panel)
    who = await server.click(server.fan, server.card(), KOREAN("button.who_is_in"))
    assert KOREAN("participants.shown_too") in text_of(who)
