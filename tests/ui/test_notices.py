"""Notices to organisers: a sentence for everything that can happen, and buttons that mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import discord
import pytest

from domain.audit import Act, AuditEvent
from domain.deliveries import DeliveryKind
from domain.mending import NOTICED, RoleUse
from domain.native_events import FOR_GOOD, ByHand
from domain.owed_messages import OwedMessage
from domain.servers import RolePurpose, Server
from locales import Language, language
from services.notices import UNTOLD
from tests.ui.subjects import ALL_LANGUAGES, GUILD, HOUR, SECRET, START, hashtag, owe, text_of
from ui.buttons import Press
from ui.messages import draw_message
from ui.notices import REASONS, draw_direct_notice, draw_way_back, way_back

CHANNEL, OTHER_CHANNEL, ORGANISERS = 4000, 4001, 4002


def happened() -> Iterator[tuple[Act, dict[str, Any]]]:
    """Everything of which organisers can be told."""
    for act in sorted(NOTICED):
        match act:
            case Act.ROLE_GONE:
                for use in (*RoleUse, *RolePurpose):
                    yield act, {"id": "5", "use": use.value}
            case Act.DELIVERY_FAILED:
                for reason in (*REASONS, "never heard of"):
                    yield act, {"error": reason, "kind": DeliveryKind.REMINDER.value}
                lacks = {"lacks": ["view_channel", "attach_files"], "channel": str(CHANNEL)}
                yield act, {"error": "forbidden", "kind": DeliveryKind.REMINDER.value, **lacks}
                for kind in set(DeliveryKind) - UNTOLD:
                    yield act, {"error": "forbidden", "kind": kind.value}
            case Act.ROLE_FAILED:
                yield act, {"error": "forbidden"}
                yield act, {"id": "5", "use": RolePurpose.THANKS.value}
            case Act.MOMENT_MISSED:
                yield act, {"delivery": 5, "due": START.isoformat()}
                yield act, {"delivery": 5, "due": START.isoformat(), "message": "reveal"}
            case Act.EVENT_GONE:
                for how in FOR_GOOD:
                    yield act, {"how": how.value}
            case Act.EVENT_MOVED:
                times = {"starts": START.isoformat(), "ends": (START + HOUR).isoformat()}
                yield act, {"how": ByHand.MOVED.value, "before": times, "after": times}
                yield act, {"how": ByHand.STARTED.value}
            case _:
                yield act, {"id": str(CHANNEL)}


def notice(act: Act, detail: dict[str, Any], **values: Any) -> OwedMessage:
    event = AuditEvent(9, 1, act, START - HOUR, None, detail)
    return owe(DeliveryKind.NOTICE, hashtag(), START - HOUR, event=event, **values)


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_everything_that_can_happen_has_its_sentences_and_pings_nobody(say: Language) -> None:
    for act, detail in happened():
        owed = notice(act, detail)
        drawn = draw_message(say, owed)
        assert drawn.content is not None
        assert drawn.content.startswith(f"<@{owed.action.organiser_user_id}>")
        assert len(drawn.content) <= 2000
        allowed = drawn.allowed_mentions
        assert [allowed.everyone, allowed.users, allowed.roles] == [False, False, False]
        assert SECRET not in text_of(drawn.view, drawn.content)
        there = "moment_missed_there" if act is Act.MOMENT_MISSED else "directly"
        direct = draw_direct_notice(say, owed)
        assert say(f"notice.mend.{there}") in direct
        assert SECRET not in direct
        assert len(direct) <= 2000


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_a_notice_sent_directly_names_the_permission_and_opens_the_server(say: Language) -> None:
    lacks = {"lacks": ["view_channel"], "channel": str(CHANNEL)}
    owed = notice(Act.DELIVERY_FAILED, {"error": "forbidden", "kind": "reminder", **lacks})
    text = draw_direct_notice(say, owed)
    assert say("permission.view_channel") in text
    assert f"<#{CHANNEL}>" in text
    (button,) = draw_way_back(say, owed, "Fans " * 40).children
    assert isinstance(button, discord.ui.Button)
    assert len(button.label or "") <= 80
    assert button.url == way_back(owed)
    others = [
        replace(owed, delivery=replace(owed.delivery, delivery_id=99)),
        replace(owed, server=replace(owed.server, guild_id=GUILD + 1)),
    ]
    assert button.url not in [way_back(other) for other in others]


def test_the_button_that_sends_again_does_not_ask_to_write_again_in_korean() -> None:
    detail = {"error": "forbidden", "kind": DeliveryKind.REMINDER.value}
    drawn = draw_message(language("ko"), notice(Act.DELIVERY_FAILED, detail))
    first = drawn.view.children[0]
    assert isinstance(first, Press)
    assert first.item.label == "다시 시도"


def test_a_notice_goes_to_organisers_first_and_else_to_where_the_action_is() -> None:
    server = Server(GUILD, announce_channel_id=CHANNEL, organiser_channel_id=ORGANISERS)
    detail = {"id": str(CHANNEL)}
    owed = notice(Act.CARD_GONE, detail, server=server)
    assert owed.channel_ids == (ORGANISERS, CHANNEL)
    moved = owe(DeliveryKind.NOTICE, hashtag(channel_id=OTHER_CHANNEL), START - HOUR, server=server)
    assert moved.channel_ids == (ORGANISERS, OTHER_CHANNEL, CHANNEL)
    reminder = owe(
        DeliveryKind.REMINDER, hashtag(channel_id=OTHER_CHANNEL), START - HOUR, server=server
    )
    assert reminder.channel_ids == (OTHER_CHANNEL,)


def test_what_was_not_announced_yet_is_mentioned_to_organisers_alone() -> None:
    server = Server(GUILD, announce_channel_id=CHANNEL, organiser_channel_id=ORGANISERS)
    draft = owe(DeliveryKind.NOTICE, hashtag(number=None), START - HOUR, server=server)
    assert draft.channel_ids == (ORGANISERS,)
    among_fans = Server(GUILD, announce_channel_id=CHANNEL, organiser_channel_id=CHANNEL)
    assert replace(draft, server=among_fans).channel_ids == (), "its organiser is told directly"
    here = replace(draft, action=hashtag(number=None, channel_id=ORGANISERS))
    assert here.channel_ids == ()
