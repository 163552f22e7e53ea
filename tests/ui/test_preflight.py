"""What organisers read before the moment: each flaw in words, and texts that can be copied."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from domain.deliveries import DeliveryKind
from domain.faults import FaultReport
from domain.kinds import Kind
from domain.mending import RoleUse
from domain.preflight import Flaw, Found
from domain.servers import RolePurpose
from locales import Language, language
from tests.domain.ledgers import START, make_action
from tests.ui.subjects import (
    ALL_LANGUAGES,
    CHANNEL,
    HOUR,
    PING_ROLE,
    SECRET,
    fundraiser,
    hashtag,
    owe,
)
from ui.fault_messages import draw_faults
from ui.permissions import NEEDED
from ui.preflight import (
    draw_direct_preflight,
    draw_preflight,
    draw_preflight_message,
    draw_spare_texts,
)

ENGLISH = language("en")
NASTY = "*_`@everyone <@1> [x](http://a.b)"
BEFORE = START - HOUR / 2

ABOUT: dict[Flaw, dict[str, Any]] = {
    Flaw.PERMISSIONS: {"channel_id": CHANNEL, "names": NEEDED},
    Flaw.CHANNEL_GONE: {"channel_id": CHANNEL},
    Flaw.ROLE_SILENT: {"role_id": PING_ROLE},
    Flaw.ROLE_ABOVE: {"role_id": PING_ROLE},
    Flaw.UNSET: {"names": ("tag", "prompt")},
    Flaw.APPS_WITHOUT_LINK: {"names": (NASTY,) * 20},
}


def every_flaw() -> list[Found]:
    uses = (*RoleUse, RolePurpose.PING)
    gone = [Found(Flaw.ROLE_GONE, role_id=PING_ROLE, names=(use.value,)) for use in uses]
    others = [Found(flaw, **ABOUT.get(flaw, {})) for flaw in Flaw if flaw is not Flaw.ROLE_GONE]
    return gone + others


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_every_flaw_has_its_sentence_and_all_together_fit(say: Language) -> None:
    for found in every_flaw():
        text, _ = draw_preflight(say, hashtag(), [found], BEFORE)
        assert "None" not in text
        assert text.count("▸") == 1
    owed = owe(DeliveryKind.PREFLIGHT, hashtag(), BEFORE)
    drawn = draw_preflight_message(say, owed, every_flaw())
    assert len(drawn.content or "") <= 2000
    assert NASTY not in (drawn.content or "")
    assert SECRET not in (drawn.content or "")


def test_what_to_change_is_named() -> None:
    lacking = Found(Flaw.PERMISSIONS, CHANNEL, names=("attach_files", "embed_links"))
    text, _ = draw_preflight(ENGLISH, hashtag(), [lacking], BEFORE)
    assert f"<#{CHANNEL}>" in text
    assert "Attach Files and Embed Links" in text
    assert "something has to be put right" in text
    text, _ = draw_preflight(ENGLISH, hashtag(), [Found(Flaw.NO_PING)], BEFORE)
    assert "everything is ready" in text, "it may be meant so"
    assert ENGLISH("preflight.by_the_way") in text


def test_its_organiser_is_pinged_only_if_they_have_to_act() -> None:
    owed = owe(DeliveryKind.PREFLIGHT, hashtag(organiser_user_id=77), BEFORE)
    ready = draw_preflight_message(ENGLISH, owed, [Found(Flaw.NO_CODE)])
    assert ready.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()
    faulty = draw_preflight_message(ENGLISH, owed, [Found(Flaw.NO_CHANNEL)])
    assert faulty.allowed_mentions.to_dict() == {"parse": [], "users": [77]}
    assert (faulty.content or "").startswith("<@77> ")
    direct = draw_direct_preflight(ENGLISH, owed, [Found(Flaw.NO_CHANNEL)])
    assert ENGLISH("button.preflight") in direct, "where the buttons are"


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_the_moments_text_is_one_block_to_copy_with_the_tag(say: Language) -> None:
    action = hashtag(fields={"tag": SECRET, "prompt": "``` " + NASTY}, grants_role=True, role_id=78)
    kinds = (DeliveryKind.MOMENT, DeliveryKind.REMINDER, DeliveryKind.LAST_HOUR)
    texts = [owe(kind, action, START) for kind in (*kinds, DeliveryKind.CLOSING)]
    intro, moment, *others = draw_spare_texts(say, texts, CHANNEL)
    assert f"<#{CHANNEL}>" in intro.content
    for text in (moment, *others):
        assert text.content.count("```") == 2
        assert text.content.endswith("\n```")
    assert f"\n#{SECRET}\n" in moment.content, "on a line of its own"
    assert "<@&78>" in moment.content, "posted by hand it pings as the bot's does"


def test_links_stand_in_full_and_a_long_text_is_a_file() -> None:
    address = f"https://example.org/{'a' * 480}"
    fields = {"links": "\n".join(f"{address}{number}" for number in range(4)), "guide": "_" * 600}
    playlists = make_action(kind=Kind.STREAM, unit_code="streams", fields=fields)
    long = draw_spare_texts(ENGLISH, [owe(DeliveryKind.MOMENT, playlists, START)], None)[1]
    assert len(long.content) <= 2000
    (file,) = long.files
    assert file.fp.read().decode().endswith(f"\n{address}3")
    give = draw_spare_texts(ENGLISH, [owe(DeliveryKind.MOMENT, fundraiser(), START)], None)[1]
    assert "\nhttps://example.org/give?a=b_c\n```" in give.content


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_the_operator_reads_how_many_faults_and_which(say: Language) -> None:
    lines = tuple((f"services.courier: {'x' * 400} {n}", n) for n in range(1, 11))
    text = draw_faults(say, FaultReport(60, 10, lines))
    assert len(text) <= 2000
    assert "60" in text
    assert "× 10" in text
    assert say.many("faults.more", 5) in text
    assert "MORE" not in draw_faults(say, FaultReport(1, 1, (("a", 1),))).upper().split("\n")[1]
