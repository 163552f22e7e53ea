"""The pages of /setup about kinds: which may be created, and who is told of which."""

from __future__ import annotations

import pytest

from domain.kinds import Kind
from domain.servers import KindRole, RolePurpose, Server
from tests.fanserver import ENGLISH, KOREAN, FanServer
from tests.shown import ids_of, labels_of, picked_in, pings_of, text_of, told

NOT_ALLOWED = ENGLISH("refused.kind_not_allowed")


async def settings(server: FanServer) -> Server:
    return await server.services.servers.get(server.guild_id)


async def allow(server: FanServer, *kinds: Kind) -> None:
    page = await server.setup_page("kinds")
    shown = await server.pick(server.moderator, page, "setup_kinds_allowed", *kinds)
    assert sorted(picked_in(shown, "fs:setup_kinds_allowed")) == sorted(kinds)


async def test_all_kinds_may_be_created_until_a_moderator_chooses(server: FanServer) -> None:
    page = await server.setup_page("kinds")
    assert picked_in(page, "fs:setup_kinds_allowed") == list(Kind)
    action = await server.publish("hashtag")
    await allow(server, Kind.STREAM, Kind.VOTE)
    assert (await settings(server)).kinds == {Kind.STREAM, Kind.VOTE}
    joined = await server.press(server.fan, server.card(), "join")
    assert "You're in" in told(joined), "what runs already goes on"
    again = await server.press_forged(server.organiser, f"fc:duplicate:{action.action_id}")
    assert told(again) == NOT_ALLOWED
    await allow(server, *Kind)
    assert (await settings(server)).kinds is None


async def test_a_kind_that_is_not_allowed_is_neither_offered_nor_drafted(
    server: FanServer,
) -> None:
    await allow(server, Kind.STREAM)
    stream = (ENGLISH("kind.stream.name"), "stream")
    for command in ("action create", "action poll"):
        assert await server.completions(server.organiser, command, "kind", "") == [stream]
    typed = {"title": "Match a million", "when": "24 Nov 20:00"}
    for kind in ("hashtag", ENGLISH("kind.hashtag.name"), KOREAN("kind.hashtag.name")):
        refused = await server.slash(server.organiser, "action create", kind=kind, **typed)
        assert told(refused) == NOT_ALLOWED
    poll = await server.slash(server.organiser, "action poll", kind="hashtag", title="When?")
    assert told(poll) == NOT_ALLOWED
    unknown = await server.slash(server.organiser, "action create", kind="picnic", **typed)
    assert told(unknown) == ENGLISH("refused.no_such_kind", text="picnic")
    assert (await server.publish("stream")).kind is Kind.STREAM


async def test_a_kind_gets_a_role_that_members_take_and_announcements_ping(
    server: FanServer,
) -> None:
    page = await server.setup_page("alerts")
    page = await server.pick(server.moderator, page, "setup_kind:", "hashtag")
    first, second = await server.tap_twice(server.moderator, page, "Create a role for it")
    assert ENGLISH("setup.kind_self_service") in told(first)
    assert told(second) == ENGLISH("setup.has_kind_role")
    role = server.world.guild.roles["Trend party alerts"]
    assert (await settings(server)).kind_roles == {Kind.HASHTAG: KindRole(role.id, True)}
    back = await server.click(server.moderator, first, "Alert roles")
    assert f"<@&{role.id}>" in told(back)

    panel = await server.press_forged(server.fan, "fc:notifications:0")
    taken = await server.pick(server.fan, panel, "ping_kinds", "hashtag")
    assert picked_in(taken, "fs:ping_kinds") == ["hashtag"]
    member = server.env.backend.get_member(server.guild_id, server.fan.id)
    assert role.id in member.role_ids
    await server.publish("hashtag")
    assert pings_of(server.messages()[0])[1] == {role.id}
    await server.publish("stream")
    others = {role for message in server.messages()[2:] for role in pings_of(message)[1]}
    assert others == {server.world.trend_alerts.id}
    left = await server.pick(server.fan, taken, "ping_kinds")
    assert picked_in(left, "fs:ping_kinds") == []
    assert role.id not in member.role_ids


async def test_a_role_that_a_moderator_chose_is_not_for_taking(server: FanServer) -> None:
    page = await server.setup_page("alerts")
    page = await server.pick(server.moderator, page, "setup_kind:", "vote")
    page = await server.pick(server.moderator, page, "setup_kind_role", server.world.organisers)
    known = {Kind.VOTE: KindRole(server.world.organisers.id)}
    assert (await settings(server)).kind_roles == known
    panel = await server.press_forged(server.fan, "fc:notifications:0")
    assert not any("ping_kinds" in custom_id for custom_id in ids_of(panel))
    forged = {"options": [{"label": "x", "value": "vote"}], "type": 3}
    refused = await server.pick_forged(server.fan, "fs:ping_kinds:0", "vote", **forged)
    assert told(refused) == ENGLISH("ping.not_offered")
    await server.pick(server.moderator, page, "setup_kind_role")
    assert (await settings(server)).kind_roles == {}


async def test_a_deleted_role_of_a_kind_is_to_do_until_another_is_made(server: FanServer) -> None:
    role = server.world.guild.create_role("Votes")
    await server.services.servers.set_kind_role(
        server.manager, server.guild_id, Kind.VOTE, KindRole(role.id)
    )
    server.env.backend.delete_role(server.guild_id, role.id)
    shown = await server.slash(server.moderator, "setup")
    todo = ENGLISH("setup.gone_kind", kind=ENGLISH("kind.vote.name"))
    assert todo in text_of(shown)
    shown = await server.click(server.moderator, shown, "Alert roles")
    shown = await server.pick(server.moderator, shown, "setup_kind:", "vote")
    assert todo in told(shown)
    shown = await server.click(server.moderator, shown, "Create a role for it")
    assert todo not in told(shown)
    assert "Create a role for it" not in labels_of(shown)


async def test_the_role_that_helpers_have_is_of_no_kind(server: FanServer) -> None:
    """Members could take it, and see sealed tags with it."""
    page = await server.setup_page("alerts")
    page = await server.pick(server.moderator, page, "setup_kind:", "vote")
    await server.click(server.moderator, page, "Create a role for it")
    role = server.world.guild.roles[ENGLISH("setup.kind_role_name", kind=ENGLISH("kind.vote.name"))]
    roles = await server.setup_page("roles")
    refused = await server.pick(server.moderator, roles, "setup_helper", role)
    assert told(refused) == ENGLISH("setup.role_with_rights_is_taken")
    assert (await settings(server)).role(RolePurpose.HELPER) is None


@pytest.mark.parametrize("who", ["fan", "organiser"])
async def test_only_moderators_choose_kinds_and_their_roles(server: FanServer, who: str) -> None:
    person, before = getattr(server, who), await settings(server)
    refusal = ENGLISH("refused.needs_manage_server")
    forged = {"options": [{"label": "x", "value": "vote"}], "type": 3}
    for verb in ("setup_kinds_allowed", "setup_kind"):
        refused = await server.pick_forged(person, f"fs:{verb}:0", "vote", **forged)
        assert told(refused) == refusal
    created = await server.press_forged(person, "fc:setup_kind_create:0.1")
    assert told(created) == refusal
    role = server.world.trend_alerts
    picked = await server.pick_forged(person, "fsr:setup_kind_role:0.1", role, type=6)
    assert told(picked) == refusal
    assert await settings(server) == before


async def test_what_is_no_kind_cannot_be_picked(server: FanServer) -> None:
    forged = {"options": [{"label": "x", "value": "picnic"}], "type": 3}
    for verb in ("setup_kinds_allowed", "setup_kind"):
        refused = await server.pick_forged(server.moderator, f"fs:{verb}:0", "picnic", **forged)
        assert told(refused) == ENGLISH("refused.unknown_button")
    beyond = await server.press_forged(server.moderator, f"fc:setup_kind_create:0.{len(Kind)}")
    assert told(beyond) == ENGLISH("refused.unknown_button")
