"""What reaches somebody, as they see it: direct messages, how to stop them, quiet hours, zone."""

from __future__ import annotations

from datetime import timedelta

from simcord.actors import MemberActor
from simcord.results import InteractionResult, ResponseMessage
from sqlalchemy import update

from db.tables import delivery
from domain.deliveries import DeliveryKind, DeliveryState
from domain.direct import Direct
from domain.servers import RolePurpose
from tests.fanserver import ENGLISH, KOREAN, FanServer
from tests.shown import ids_of, labels_of, text_of, told

ON, OFF = ENGLISH("button.direct_on"), ENGLISH("button.direct_off")
STOP, LINK = ENGLISH("button.direct_stop"), ENGLISH("button.open_channel")
TITLE = "Match a million"


async def opt_in(server: FanServer, who: MemberActor) -> InteractionResult:
    joined = await server.click(who, server.card(), "I'm in")
    return await server.click(who, joined, ON)


def directs(server: FanServer, who: MemberActor) -> list[ResponseMessage]:
    """What the bot wrote to somebody, oldest first."""
    return server.messages(who.user.dm_channel)


async def state_of(server: FanServer, who: MemberActor) -> Direct:
    return await server.services.direct_messages.state_of(who.id, server.guild_id)


async def closed(server: FanServer, who: MemberActor) -> None:
    """Have Discord refuse what is sent to somebody."""
    path = f"/channels/{who.user.dm_channel.id}/messages"
    server.env.inject_error("POST", path, status=403, code=50007)


async def test_who_asks_for_it_is_messaged_ten_minutes_before(server: FanServer) -> None:
    action = await server.publish("hashtag")
    done = await opt_in(server, server.fan)
    assert told(done) == ENGLISH("direct.switched_on")
    assert labels_of(done) == [OFF]
    await server.click(server.fans[1], server.card(), "I'm in")
    await server.jump_to(action.starts_at)
    (message,) = directs(server, server.fan)
    first = text_of(message).splitlines()[0]
    assert TITLE in first
    assert "KST" in first, "the server's zone, as theirs is not known"
    assert labels_of(message) == [LINK, STOP]
    assert server.world.guild.name in text_of(message)
    assert directs(server, server.fans[1]) == [], "they did not ask"
    await server.jump(hours=2)
    assert "OnlyAtTheMoment" not in "".join(map(text_of, directs(server, server.fan)))


async def test_the_link_leads_to_the_card(server: FanServer) -> None:
    action = await server.publish()
    await opt_in(server, server.fan)
    card = server.card()
    await server.jump_to(action.starts_at)
    (message,) = directs(server, server.fan)
    urls = [b["url"] for row in message.components for b in row["components"] if b.get("url")]
    path = f"{server.guild_id}/{server.announcements.id}/{card.id}"
    assert urls == [f"https://discord.com/channels/{path}"]


async def test_one_tap_in_the_message_stops_them_also_after_a_restart(server: FanServer) -> None:
    action = await server.publish()
    await opt_in(server, server.fan)
    await server.jump_to(action.starts_at)
    await server.restart()
    (message,) = directs(server, server.fan)
    stopped = await server.fan.user.click(message, label=STOP)
    assert text_of(stopped) == ENGLISH("direct.stopped")
    assert await state_of(server, server.fan) is Direct.OFF
    await server.jump_to(action.log_until)
    assert len(directs(server, server.fan)) == 1


async def test_a_direct_message_is_answered_in_the_language_of_its_server(
    server: FanServer,
) -> None:
    action = await server.publish()
    await opt_in(server, server.fan)
    await server.jump_to(action.starts_at)
    (message,) = directs(server, server.fan)
    await server.services.servers.set_language(server.manager, server.guild_id, "ko")
    stopped = await server.fan.user.click(message, label=STOP)
    assert text_of(stopped) == KOREAN("direct.stopped")


async def test_nobody_stops_anothers_messages(server: FanServer) -> None:
    action = await server.publish()
    for who in server.fans[:2]:
        await opt_in(server, who)
    await server.jump_to(action.starts_at)
    (message,) = directs(server, server.fan)
    (theirs,) = (i for i in ids_of(message) if "direct_stop" in i)
    other = server.fans[1].user
    forged = await server.forge(theirs, other.dm_channel)
    assert text_of(await other.click(forged, custom_id=theirs)) == ENGLISH("refused.not_yours")
    assert await state_of(server, server.fan) is Direct.ON
    own = f"fc:direct_stop:1@{server.guild_id + 1}.{other.id}"
    forged = await server.forge(own, other.dm_channel)
    await other.click(forged, custom_id=own)
    assert await state_of(server, server.fans[1]) is Direct.ON, "that was another server"


async def test_a_message_whose_answer_was_lost_is_found_and_not_sent_again(
    server: FanServer,
) -> None:
    action = await server.publish()
    await opt_in(server, server.fan)
    await server.jump_to(action.starts_at)
    async with server.database.write() as conn:
        await conn.execute(
            update(delivery)
            .where(delivery.c.kind == DeliveryKind.DIRECT)
            .values(
                state=DeliveryState.CLAIMED,
                unsure_since=action.starts_at - timedelta(minutes=10),
                message_id=None,
            )
        )
    await server.settle()
    await server.jump(minutes=2)
    assert len(directs(server, server.fan)) == 1
    assert await server.outcome(action, DeliveryKind.DIRECT) == [DeliveryState.SENT]


async def test_switching_needs_a_server(server: FanServer) -> None:
    user = server.fan.user
    for verb in ("direct_on", "direct_off", "notifications", "quiet_hours"):
        forged = f"fc:{verb}:0@{server.guild_id}.{user.id}"
        message = await server.forge(forged, user.dm_channel)
        result = await user.click(message, custom_id=forged)
        if verb != "quiet_hours":
            assert text_of(result) == ENGLISH("refused.not_here")
    assert await state_of(server, server.fan) is Direct.OFF


async def test_a_closed_message_is_told_once_at_the_next_click(server: FanServer) -> None:
    action = await server.publish()
    for who in server.fans[:2]:
        await opt_in(server, who)
    await closed(server, server.fan)
    await server.jump_to(action.starts_at)
    assert directs(server, server.fan) == []
    assert len(directs(server, server.fans[1])) == 1, "one closed one holds up nobody"
    assert await state_of(server, server.fan) is Direct.CLOSED
    other = await server.click(server.fans[1], server.card(), "I'm in")
    assert other.followups == []
    shown = await server.click(server.fan, server.card(), "I'm in")
    assert [text_of(f) for f in shown.followups] == [ENGLISH("direct.closed")]
    assert shown.followups[0].ephemeral
    assert await state_of(server, server.fan) is Direct.TOLD
    again = await server.click(server.fan, server.card(), "I'm in")
    assert again.followups == []
    tries = len(server.sent(f"/channels/{server.fan.user.dm_channel.id}/messages"))
    await server.jump_to(action.log_until)
    assert len(server.sent(f"/channels/{server.fan.user.dm_channel.id}/messages")) == tries == 1


async def test_after_a_command_they_are_told_too(server: FanServer) -> None:
    action = await server.publish()
    await opt_in(server, server.fan)
    await closed(server, server.fan)
    await server.jump_to(action.starts_at)
    await server.restart()
    me = await server.slash(server.fan, "me")
    await server.settle()
    assert ENGLISH("direct.closed") in [text_of(f) for f in me.followups]
    assert await state_of(server, server.fan) is Direct.TOLD


async def test_me_switches_them_and_leads_to_all_notifications(server: FanServer) -> None:
    me = await server.settings_of(server.fan)
    assert {ON, ENGLISH("button.notifications")} <= set(labels_of(me))
    panel = await server.click(server.fan, me, ON)
    assert ENGLISH("notifications.direct.on") in told(panel)
    assert await state_of(server, server.fan) is Direct.ON
    off = await server.click(server.fan, panel, OFF)
    assert ENGLISH("notifications.direct.off") in told(off)
    assert await state_of(server, server.fan) is Direct.OFF
    assert ENGLISH("button.ping_me") not in labels_of(off), "this server offers none"


async def test_the_alert_role_is_switched_in_the_panel(server: FanServer) -> None:
    await server.services.servers.set_role(
        server.manager,
        server.guild_id,
        RolePurpose.PING,
        server.world.trend_alerts.id,
        self_service=True,
    )
    server.take_role(server.fan, server.world.trend_alerts)
    me = await server.settings_of(server.fan)
    panel = await server.press(server.fan, me, "notifications")
    assert ENGLISH("notifications.not_pinged") in told(panel)
    given = await server.press(server.fan, panel, "ping_me")
    assert ENGLISH("notifications.pinged") in told(given)
    assert server.world.trend_alerts.id in server.actor(server.fan).role_ids


async def test_ones_clock_says_where_one_lives(server: FanServer) -> None:
    """It is 21:00 in Seoul, and 9 in the morning in São Paulo."""
    me = await server.settings_of(server.fan)
    form = await server.press(server.fan, me, "own_zone")
    asked = await server.fill(server.fan, form, "9:00 am")
    offered = await server.services.preferences.zone_of(server.fan.id)
    assert offered is None
    assert told(asked) == ENGLISH("own_zone.which")
    taken = await server.answer(server.fan, asked, "America/Sao_Paulo")
    assert "09:00" in told(taken)
    assert await server.services.preferences.zone_of(server.fan.id) == "America/Sao_Paulo"
    action = await server.publish()
    await opt_in(server, server.fan)
    await server.jump_to(action.starts_at)
    (message,) = directs(server, server.fan)
    assert "UTC-03:00" in text_of(message).splitlines()[0]


async def test_what_is_no_time_and_no_place_is_refused_and_not_lost(server: FanServer) -> None:
    me = await server.settings_of(server.fan)
    form = await server.press(server.fan, me, "own_zone")
    refused = await server.fill(server.fan, form, "Brigadoon")
    assert told(refused) == ENGLISH("own_zone.not_understood", text="Brigadoon")
    again = await server.click(server.fan, refused, ENGLISH("button.try_again"))
    assert again.modal is not None
    city = await server.fill(server.fan, again, "Seoul")
    assert "21:00" in told(city)


async def test_a_misspelt_city_of_ones_own_is_answered_with_what_is_spelt_alike(
    server: FanServer,
) -> None:
    form = await server.press(server.fan, await server.settings_of(server.fan), "own_zone")
    asked = await server.fill(server.fan, form, "Manilla")
    assert told(asked) == ENGLISH("when.near_zones", text="Manilla")
    form = await server.click(server.fan, asked, ENGLISH("button.try_again"))
    asked = await server.fill(server.fan, form, "Lisbonn")
    assert told(asked) == ENGLISH("when.near_zones", text="Lisbonn")
    taken = await server.answer(server.fan, asked, "Europe/Lisbon")
    assert await server.services.preferences.zone_of(server.fan.id) == "Europe/Lisbon"
    assert "12:00" in told(taken)
    assert labels_of(taken) == [], "the question gave way to what was answered"


async def test_quiet_hours_ask_for_the_zone_first_and_are_kept_when_refused(
    server: FanServer,
) -> None:
    me = await server.settings_of(server.fan)
    panel = await server.press(server.fan, me, "notifications")
    first = await server.press(server.fan, panel, "quiet_hours")
    assert told(first) == ENGLISH("quiet.zone_first")
    form = await server.press(server.fan, first, "own_zone")
    await server.fill(server.fan, form, "Seoul")
    form = await server.press(server.fan, panel, "quiet_hours")
    refused = await server.fill(server.fan, form, "23:00", "")
    assert told(refused) == ENGLISH("quiet.half")
    again = await server.click(server.fan, refused, ENGLISH("button.try_again"))
    taken = await server.fill(server.fan, again, None, "7:30")
    assert ENGLISH("notifications.quiet", start="23:00", end="07:30") in told(taken)
    form = await server.press(server.fan, taken, "quiet_hours")
    none = await server.fill(server.fan, form, "", "")
    assert ENGLISH("notifications.no_quiet") in told(none)
