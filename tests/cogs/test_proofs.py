"""Proof of what one did: pictures in the form, proof that follows, and one's own messages."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from domain.actions import Action
from domain.kinds import Kind
from domain.pictures import MOST_BYTES
from domain.walls import Resolved, Wall
from services.actions import Typed
from tests.fanserver import ENGLISH, FanServer
from tests.shown import boxes_of, id_of, ids_of, labels_of, message_of, text_of, told

TREND = {"kind": "hashtag", "title": "Trend"}
LINK = "https://example.org/post/1"
MENU = "Use as proof"


def picture(shade: int = 0, name: str = "shot.png") -> tuple[str, bytes]:
    made = BytesIO()
    Image.new("RGB", (64, 64), (shade, 90, 120)).save(made, "PNG")
    return name, made.getvalue()


async def running(server: FanServer, **options: Any) -> Action:
    """An action that has started."""
    action = await server.publish(**options)
    await server.jump_to(action.starts_at)
    return action


async def proved(server: FanServer) -> tuple[int, int]:
    """How many contributions are logged, and how many of these are proved."""
    now = (await server.newest()).total
    return now.logged_count, now.proved_count


def texts_in(form: InteractionResult) -> list[str]:
    return [box.get("value", "") for box in boxes_of(form) if "style" in box]


# ---- In the form


async def test_several_pictures_prove_what_is_logged(server: FanServer) -> None:
    await running(server, **TREND)
    logged = await server.log(server.fan, "3", files=[picture(1), picture(2)])
    assert told(logged).startswith(ENGLISH("logged.counted", amount="3 posts", title="Trend"))
    assert ENGLISH.many("logged.pictures", 2) in told(logged)
    assert await proved(server) == (1, 1)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (("words.txt", b"Dear all"), "can't be opened as an image"),
        (("big.png", bytes(MOST_BYTES + 1)), "is over 8 MB"),
    ],
)
async def test_what_is_no_picture_is_refused_and_what_was_typed_is_kept(
    server: FanServer, file: tuple[str, bytes], why: str
) -> None:
    await running(server, **TREND)
    refused = await server.log(server.fan, "3", LINK, "my note", files=[picture(), file])
    assert why in told(refused)
    assert ENGLISH("proof.pictures_again") in told(refused)
    assert await proved(server) == (0, 0)
    form = await server.click(server.fan, refused, "Try again")
    assert texts_in(form) == ["3", LINK, "my note"]
    assert "Logged: " in told(await server.fill(server.fan, form, files=[picture()]))


async def test_a_file_that_only_calls_itself_a_picture_is_refused(server: FanServer) -> None:
    await running(server, **TREND)
    refused = await server.log(server.fan, "3", files=[("shot.png", b"MZ this is none")])
    assert "Try again" in labels_of(refused)
    assert await proved(server) == (0, 0)


# ---- Later


async def test_proof_follows_from_the_reply_as_often_as_one_likes(server: FanServer) -> None:
    await running(server, **TREND)
    logged = await server.log(server.fan, "3")
    assert await proved(server) == (1, 0)
    form = await server.click(server.fan, logged, "Add proof")
    done = await server.fill(server.fan, form, LINK)
    assert told(done) == ENGLISH("proved.done", amount="3 posts", title="Trend")
    assert await proved(server) == (1, 1)
    form = await server.click(server.fan, done, "Add more proof")
    more = await server.fill(server.fan, form, files=[picture(1), picture(2)])
    assert ENGLISH.many("logged.pictures", 2) in told(more)
    assert await proved(server) == (1, 1)


async def test_proof_follows_from_me_even_after_the_final_tally(server: FanServer) -> None:
    action = await running(server)
    await server.log(server.fan, "25")
    await server.jump_to(action.log_until)
    mine = await server.contributions_of(server.fan)
    form = await server.click(server.fan, mine, "Add proof")
    assert [box["label"] for box in boxes_of(form)] == [
        "Confirmation codes, one a line",
        "Or pictures of the receipt",
    ]
    done = await server.fill(server.fan, form, "GIFT-1")
    assert told(done).startswith(ENGLISH("proved.done", amount="US$25.00", title="Match a million"))


@pytest.mark.parametrize(
    ("typed", "why"), [("", "proof.nothing_given"), ("nope", "proof.not_a_link")]
)
async def test_a_refused_proof_can_be_mended(server: FanServer, typed: str, why: str) -> None:
    await running(server, **TREND)
    form = await server.click(server.fan, await server.log(server.fan, "3"), "Add proof")
    refused = await server.fill(server.fan, form, typed)
    assert told(refused) == ENGLISH(why, text=typed)
    form = await server.click(server.fan, refused, "Try again")
    assert texts_in(form) == [typed]
    await server.fill(server.fan, form, LINK)
    assert await proved(server) == (1, 1)


async def test_nobody_proves_what_another_logged(server: FanServer) -> None:
    await running(server, **TREND)
    logged = await server.log(server.fans[0], "3")
    form = await server.press_forged(server.fans[1], id_of(logged, "fc:add_proof:"))
    refused = await server.fill(server.fans[1], form, LINK)
    assert told(refused) == ENGLISH("refused.not_your_contribution")
    assert await proved(server) == (1, 0)


# ---- Use as proof


async def use(
    server: FanServer, who: MemberActor, author: MemberActor, *files: tuple[str, bytes]
) -> InteractionResult:
    """Post a message, and use it as proof."""
    message = await author.send(server.general, "I did it!", attachments=files)
    result = await who.context_menu(server.general, MENU, message)
    await server.settle()
    return result


async def choose(
    server: FanServer, seen: InteractionResult, placeholder: str, index: int
) -> InteractionResult:
    """Pick from one of the lists of what a message can prove."""
    rows = message_of(seen).components
    parts = [part for row in rows for part in row["components"]]
    (select,) = (part for part in parts if part.get("placeholder") == ENGLISH(placeholder))
    result = await server.fan.select(message_of(seen), [str(index)], custom_id=select["custom_id"])
    await server.settle()
    return result


async def test_ones_own_message_proves_the_one_thing_one_logged(server: FanServer) -> None:
    await running(server, **TREND)
    await server.log(server.fan, "3")
    asked = await use(server, server.fan, server.fan, picture(), ("words.txt", b"x"))
    assert ENGLISH.many("use_message.kept_with_pictures", 1) in told(asked)
    assert labels_of(asked) == ["3 posts · #1 Trend", "Log new: #1 Trend"]
    assert await proved(server) == (1, 0)
    done = await server.click(server.fan, asked, "3 posts · #1 Trend")
    assert told(done).startswith(ENGLISH("proved.done", amount="3 posts", title="Trend"))
    assert await proved(server) == (1, 1)


async def test_of_several_things_one_picks_which_it_proves(server: FanServer) -> None:
    await running(server, **TREND)
    for posts in ("1", "2", "4"):
        await server.log(server.fan, posts)
    asked = await use(server, server.fan, server.fan)
    done = await choose(server, asked, "use_message.pick_entry", 1)
    assert "2 posts" in told(done)
    now = (await server.newest()).total
    assert (now.proved, now.proved_count) == (2, 1)


async def test_something_new_is_logged_with_ones_message(server: FanServer) -> None:
    await running(server, **TREND)
    asked = await use(server, server.fan, server.fan, picture())
    form = await server.click(server.fan, asked, "Log new: #1 Trend")
    assert len(boxes_of(form)) == 2
    logged = await server.fill(server.fan, form, "6")
    assert told(logged).startswith(ENGLISH("logged.counted", amount="6 posts", title="Trend"))
    assert await proved(server) == (1, 1)


async def test_the_same_message_again_is_said_and_logs_nothing_twice(server: FanServer) -> None:
    await running(server, **TREND)
    message = await server.fan.send(server.general, "I did it!")
    for count in (1, 2):
        asked = await server.fan.context_menu(server.general, MENU, message)
        form = await server.click(server.fan, asked, "Log new: #1 Trend")
        logged = await server.fill(server.fan, form, "6")
        assert "Try again" not in labels_of(logged)
        now = (await server.newest()).total
        assert now.logged_count + now.held_count == count
        assert now.proved_count == 1


async def test_what_has_begun_is_offered_before_what_is_far_ahead(server: FanServer) -> None:
    begun = await running(server, **TREND)
    services, organiser = server.services, server.actor(server.organiser)
    ahead = server.clock.now() + timedelta(days=30)
    starts = Resolved(Wall(ahead.replace(tzinfo=None), "UTC"), ahead)
    typed = Typed(Kind.HASHTAG, "Ahead", starts, None, None, {"tag": "OurTag"})
    for _ in range(25):
        draft = await services.actions.draft(organiser, server.guild_id, typed, language="en")
        await services.actions.publish(organiser, server.guild_id, draft.action_id)
    asked = await use(server, server.fan, server.fan)
    form = await choose(server, asked, "use_message.pick_new", 0)
    logged = await server.fill(server.fan, form, "6")
    assert told(logged).startswith(ENGLISH("logged.counted", amount="6 posts", title=begun.title))


async def test_somebody_elses_message_proves_nothing(server: FanServer) -> None:
    await running(server, **TREND)
    await server.log(server.fan, "3")
    refused = await use(server, server.fan, server.fans[1], picture())
    assert told(refused) == ENGLISH("use_message.not_yours")
    assert await proved(server) == (1, 0)


async def test_a_receipt_in_a_channel_is_not_taken(server: FanServer) -> None:
    """Neither for what is logged already nor for something new; its author is told what to do."""
    await running(server)
    await server.log(server.fan, "25")
    before = len(server.messages(server.general))
    asked = await use(server, server.fan, server.fan, picture())
    refused = await server.click(server.fan, asked, "US$25.00 · #1 Match a million")
    assert told(refused) == ENGLISH("use_message.receipt", title="Match a million")
    assert await proved(server) == (1, 0)
    form = await server.click(server.fan, refused, "Add proof")
    await server.fill(server.fan, form, "GIFT-1")
    assert await proved(server) == (1, 1)
    asked = await use(server, server.fan, server.fan, picture())
    refused = await server.click(server.fan, asked, "Log new: #1 Match a million")
    assert told(refused) == ENGLISH("use_message.receipt_new", title="Match a million")
    assert len(server.messages(server.general)) == before + 2  # those of the fan


async def test_without_anything_to_prove_it_says_so(server: FanServer) -> None:
    refused = await use(server, server.fan, server.fan)
    assert told(refused) == ENGLISH("use_message.nothing")


async def test_a_title_does_nothing_where_a_message_is_used(server: FanServer) -> None:
    await running(server, kind="hashtag", title="@everyone **x** <@1>")
    await server.log(server.fan, "3")
    asked = await use(server, server.fan, server.fan)
    assert "@everyone" not in text_of(asked)
    assert len(ids_of(asked)) == len(set(ids_of(asked)))
