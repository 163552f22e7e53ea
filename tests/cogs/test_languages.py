"""Language channels, translations and one's own language, as moderators, translators and fans."""

from __future__ import annotations

import discord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.results import ResponseMessage

from domain.servers import LanguageChannel, RolePurpose
from tests.fanserver import ENGLISH, KOREAN, FanServer
from tests.shown import form_of, labels_of, text_of, told

TITLE = "Match a million"
NAME = "한국어"


async def korean_channel(server: FanServer, *, role_id: int | None = None) -> ChannelHandle:
    channel = server.world.guild.create_text_channel("korean")
    await server.env.settle()
    chosen = LanguageChannel("ko", channel.id, role_id)
    await server.services.servers.set_language_channel(server.manager, server.guild_id, chosen)
    return channel


async def a_translator(server: FanServer) -> MemberActor:
    role = server.world.guild.create_role("Translators")
    await server.services.servers.set_role(
        server.manager, server.guild_id, RolePurpose.TRANSLATOR, role.id
    )
    return server.join("minji", roles=(role,))


def card_in(server: FanServer, channel: ChannelHandle) -> ResponseMessage:
    (card,) = [m for m in server.messages(channel) if m.flags.components_v2]
    return card


# ---- Setting up


async def test_a_moderator_adds_a_language_and_what_is_open_is_posted_there(server: FanServer):
    await server.publish()
    channel = server.world.guild.create_text_channel("korean")
    role = server.world.guild.create_role("Korean fans")
    panel = await server.press_forged(server.moderator, "fc:setup_languages:0")
    assert ENGLISH("languages.heading") in told(panel)
    page = await server.pick(server.moderator, panel, "setup_language_open", "ko")
    assert ENGLISH("languages.choose_channel") in told(page)
    page = await server.pick(server.moderator, page, "setup_language_channel", channel)
    assert ENGLISH("languages.stored", channel=f"<#{channel.id}>") in told(page)
    assert TITLE in text_of(card_in(server, channel))
    assert KOREAN("button.join") in labels_of(card_in(server, channel))
    page = await server.pick(server.moderator, page, "setup_language_role", role)
    pinged = ENGLISH(
        "languages.pings", language=NAME, channel=f"<#{channel.id}>", role=f"<@&{role.id}>"
    )
    assert pinged in told(page)
    assert len(server.messages(channel)) == 1, "nothing else is repeated there"


async def test_the_servers_own_channel_is_refused_for_a_language(server: FanServer):
    panel = await server.press_forged(server.moderator, "fc:setup_languages:0")
    page = await server.pick(server.moderator, panel, "setup_language_open", "ko")
    refused = await server.pick(
        server.moderator, page, "setup_language_channel", server.announcements
    )
    where = f"<#{server.announcements.id}>"
    assert told(refused) == ENGLISH("setup.channel_is_main", channel=where)


async def test_a_language_is_removed_after_asking(server: FanServer):
    await server.publish()
    channel = await korean_channel(server)
    await server.settle()
    before = text_of(card_in(server, channel))
    panel = await server.press_forged(server.moderator, "fc:setup_languages:0")
    page = await server.pick(server.moderator, panel, "setup_language_open", "ko")
    asked = await server.press(server.moderator, page, "setup_language_remove")
    where = f"<#{channel.id}>"
    assert told(asked) == ENGLISH("languages.remove_ask", language=NAME, channel=where)
    left = await server.click(server.moderator, asked, ENGLISH("button.language_remove_yes"))
    assert ENGLISH("languages.removed", language=NAME) in told(left)
    await server.press(server.fan, server.card(), "join")
    assert text_of(card_in(server, channel)) == before, "it is edited no more"


async def test_nobody_but_moderators_sets_languages_up(server: FanServer):
    refused = ENGLISH("refused.needs_manage_server")
    for who in (server.fan, server.organiser):
        for verb in ("setup_languages", "setup_language_remove"):
            assert told(await server.press_forged(who, f"fc:{verb}:0.1")) == refused
        channel = await server.pick_forged(
            who, "fsc:setup_language_channel:0.1", server.general, type=8
        )
        assert told(channel) == refused


# ---- Signing up in a language channel


async def test_who_signs_up_in_a_language_channel_is_answered_and_pinged_there(server: FanServer):
    channel = await korean_channel(server)
    action = await server.publish()
    joined = await server.press(server.fan, card_in(server, channel), "join")
    assert told(joined).startswith(KOREAN("joined.now.in", title=TITLE, place="1"))
    whole = await server.services.changing.find(server.manager, server.guild_id, action.action_id)
    role_id = whole.parts.roles["ko"]
    role = server.env.backend.guilds[server.guild_id].roles[role_id]
    assert role.name == f"#1 {TITLE} · {NAME}"
    assert server.holders(role_id) == {server.fan.id}
    moved = await server.press(server.fan, server.card(), "join")
    assert ENGLISH("joined.relocated") in told(moved)
    assert server.holders(role_id) == set()
    whole = await server.services.changing.find(server.manager, server.guild_id, action.action_id)
    assert server.holders(whole.role_id) == {server.fan.id}
    assert (whole.signed_up, whole.arrivals) == (1, 1)


async def test_the_preview_and_the_deliveries_name_the_languages(server: FanServer):
    channel = await korean_channel(server, role_id=server.world.trend_alerts.id)
    preview = await server.draft()
    where, role = f"<#{channel.id}>", f"<@&{server.world.trend_alerts.id}>"
    line = ENGLISH("preview.elsewhere", language=NAME, channel=where, role=role)
    assert line in told(preview)
    await server.press(server.organiser, preview, "publish")
    shown = await server.slash(server.organiser, "action deliveries")
    sent = await server.pick(server.organiser, shown, "outbox_show", "sent")
    message = ENGLISH("outbox.kind.card")
    named = ENGLISH("outbox.in_language", message=message, language=NAME)
    assert named in told(sent)
    announcement = next(m for m in server.messages(channel) if not m.flags.components_v2)
    assert role in announcement.content


# ---- Translating


async def test_a_translator_writes_what_the_channel_shows(server: FanServer):
    translator, channel = await a_translator(server), await korean_channel(server)
    await server.publish("project", title="A fan book")
    form = await server.slash(translator, "translate", action="1", language="ko")
    texts = [value for _, value in sorted(form_of(form).items())]
    assert "A fan book" in texts, "it begins with the original"
    stored = await server.fill(translator, form, "팬북 만들기", "인쇄할 팬북")
    assert ENGLISH("translate.stored", language=NAME) in told(stored)
    assert "팬북 만들기" in text_of(card_in(server, channel))
    assert "인쇄할 팬북" in text_of(card_in(server, channel))
    assert "A fan book" in text_of(server.card())
    again = await server.slash(translator, "translate", action="#1", language=NAME)
    assert "팬북 만들기" in told(again)
    form = await server.press(translator, again, "translate")
    asked = await server.fill(translator, form, "", "")
    assert told(asked) == ENGLISH("translate.remove_ask", language=NAME)
    await server.click(translator, asked, ENGLISH("button.translate_remove_no"))
    assert "팬북 만들기" in text_of(card_in(server, channel))
    asked = await server.press(translator, again, "translate_remove")
    left = await server.click(translator, asked, ENGLISH("button.translate_remove_yes"))
    assert ENGLISH("translate.removed", language=NAME) in told(left)
    assert "A fan book" in text_of(card_in(server, channel))


async def test_what_was_refused_can_be_mended_without_typing_it_anew(server: FanServer):
    await korean_channel(server)
    await server.publish("hashtag", title="Trend party")
    form = await server.slash(server.organiser, "translate", action="1", language="ko")
    assert "OnlyAtTheMoment" not in str(form.modal)
    refused = await server.fill(server.organiser, form, "OnlyAtTheMoment 파티", "무대")
    assert told(refused) == ENGLISH("translate.tells_sealed")
    again = await server.click(server.organiser, refused, ENGLISH("button.try_again"))
    assert "OnlyAtTheMoment 파티" in form_of(again).values()
    stored = await server.fill(server.organiser, again, "트렌드 파티")
    assert ENGLISH("translate.stored", language=NAME) in told(stored)


async def test_without_a_channel_it_is_said_who_reads_a_translation(server: FanServer):
    await server.publish()
    form = await server.slash(server.organiser, "translate", action="1", language="ko")
    stored = await server.fill(server.organiser, form, "백만 채우기")
    assert ENGLISH("translate.stored_for_readers", language=NAME) in told(stored)


async def test_who_may_not_translate_is_told_what_it_takes(server: FanServer):
    await server.publish()
    refused = await server.slash(server.fan, "translate", action="1", language="ko")
    assert told(refused) == ENGLISH("translate.no_role")
    translator = await a_translator(server)
    refused = await server.slash(server.fan, "translate", action="1", language="ko")
    assert told(refused).startswith("To translate this you need the role")
    refused = await server.slash(translator, "translate", action="1", language="en")
    assert told(refused) == ENGLISH("translate.is_original", language="English")
    refused = await server.slash(translator, "translate", action="1", language="klingon")
    assert "klingon" in told(refused)
    assert await server.completions(server.fan, "translate", "action", "") == []
    ((name, value),) = await server.completions(translator, "translate", "action", "")
    assert name.startswith(f"#1 {TITLE}")
    offered = await server.completions(translator, "translate", "language", "", action=value)
    assert offered == [(ENGLISH("translate.state.missing", language=NAME), "ko")]


async def test_its_organiser_sees_which_translation_is_out_of_date(server: FanServer):
    translator, _ = await a_translator(server), await korean_channel(server)
    await server.publish("project", title="A fan book")
    panel = await server.slash(server.organiser, "action manage", action="1")
    assert ENGLISH("translate.state.missing", language=NAME) in told(panel)
    form = await server.slash(translator, "translate", action="1", language="ko")
    await server.fill(translator, form, "팬북")
    form = await server.press(server.organiser, panel, "revise_fields")
    await server.fill(server.organiser, form, "Another brief")
    panel = await server.slash(server.organiser, "action manage", action="1")
    assert ENGLISH("translate.state.stale", language=NAME) in told(panel)
    shown = await server.slash(translator, "translate", action="1", language="ko")
    assert ENGLISH("translate.stale") in told(shown)
    assert ENGLISH("translate.changed") in told(shown)
    history = await server.press(server.organiser, panel, "history")
    assert ENGLISH("history.translated", language=NAME) in told(history)


# ---- One's own language


async def test_whoever_chooses_a_language_is_answered_in_it_everywhere(server: FanServer):
    channel = await korean_channel(server)
    await server.publish()
    panel = await server.press_forged(server.fan, "fc:my_language:0")
    assert ENGLISH("own_language.unset") in told(panel)
    chosen = await server.pick(server.fan, panel, "my_language_pick", "ko")
    assert KOREAN("own_language.changed") in told(chosen)
    joined = await server.press(server.fan, server.card(), "join")
    assert told(joined).startswith(KOREAN("joined.now.in", title=TITLE, place="1"))
    other = await server.press(server.fans[1], server.card(), "join")
    assert told(other).startswith(ENGLISH("joined.now.in", title=TITLE, place="2"))
    form = await server.press(server.fan, joined, "pledge")
    assert form.modal is not None
    assert form.modal["title"] == KOREAN("modal.pledge.title")
    await server.pick(server.fan, chosen, "my_language_pick", "en")
    left = await server.press(server.fan, card_in(server, channel), "leave")
    assert told(left) == ENGLISH("left.done", title=TITLE), "in the Korean channel too"
    forged = await server.pick_forged(
        server.fan,
        "fs:my_language_pick:0",
        "xx",
        type=3,
        options=[{"label": "x", "value": "xx"}],
    )
    assert told(forged) == ENGLISH("refused.unknown_button")


async def test_what_the_bot_lacks_in_a_language_channel_is_told_beforehand(server: FanServer):
    guild = server.world.guild
    mute = discord.PermissionOverwrite(attach_files=False)
    channel = guild.create_text_channel("korean", overwrites={guild.default_role: mute})
    await server.env.settle()
    chosen = LanguageChannel("ko", channel.id)
    await server.services.servers.set_language_channel(server.manager, server.guild_id, chosen)
    lacks = ENGLISH("permission.attach_files")
    line = ENGLISH("languages.missing", channel=f"<#{channel.id}>", permissions=lacks)
    preview = await server.draft()
    assert line in told(preview)
    panel = await server.press_forged(server.moderator, "fc:setup_languages:0")
    assert line in told(panel)
    await server.press(server.organiser, preview, "publish")
    manage = await server.slash(server.organiser, "action manage", action="1")
    checked = await server.press(server.organiser, manage, "preflight")
    assert f"<#{channel.id}>" in told(checked)
    assert lacks in told(checked)
