"""Posters: chosen by organisers, shown on the card and its messages, uploaded once."""

from __future__ import annotations

import io
from typing import Any

import discord
from PIL import Image
from simcord.backend.models import Overwrite
from simcord.components import walk_components
from simcord.enums import OverwriteType
from simcord.results import InteractionResult, ResponseMessage

from domain.actions import Action
from domain.posters import LONGEST_SIDE, PosterUse, poster_of
from domain.servers import LanguageChannel
from tests.fanserver import ENGLISH, FanServer
from tests.shown import Seen, boxes_of, labels_of, message_of, text_of, told

ROOF = "The group on a roof at night"
SECRET = "The tag in golden letters"


def picture(
    shade: int = 0, size: tuple[int, int] = (60, 90), kind: str = "PNG"
) -> tuple[str, bytes]:
    to = io.BytesIO()
    Image.new("RGB", size, (shade, 40, 90)).save(to, kind)
    return "photo.png", to.getvalue()


def gallery_of(seen: Seen) -> list[str]:
    """What the pictures in a layout are said to show."""
    parts = walk_components(message_of(seen).components)
    return [item["description"] for part in parts for item in part.get("items", ())]


def texts_in(form: InteractionResult) -> list[str]:
    return [box.get("value") or "" for box in boxes_of(form) if box["type"] == 4]


def files_of(message: ResponseMessage) -> list[str | None]:
    """What the files of a message are said to show."""
    return [file.description for file in message.attachments]


def uploads(server: FanServer) -> int:
    """How many messages so far were posted or edited with a picture that everybody sees."""
    path = f"/channels/{server.announcements.id}/messages"
    return sum(
        bool(request.json.get("attachments"))
        for request in server.env.http_requests
        if request.json and request.path.startswith(path)
    )


def forget(server: FanServer) -> None:
    server.env.http_requests.clear()


async def choose(
    server: FanServer,
    panel: InteractionResult,
    alt: str | None = ROOF,
    *,
    use: PosterUse = PosterUse.CARD,
    file: tuple[str, bytes] | None = None,
    who: Any = None,
) -> InteractionResult:
    """Choose a poster on the panel; returns what became of it."""
    who = who or server.organiser
    item = tuple(PosterUse).index(use)
    (verb,) = (i for i in _ids(panel) if i.startswith("fc:poster_set") and i.endswith(f".{item}"))
    form = await who.click(message_of(panel), custom_id=verb)
    return await server.fill(who, form, alt, files=[file] if file else ())


def _ids(seen: Seen) -> list[str]:
    parts = walk_components(message_of(seen).components)
    return [part["custom_id"] for part in parts if part.get("custom_id")]


async def with_posters(server: FanServer, *, kind: str = "hashtag") -> Action:
    """A published action with a poster for the card and another one for its reveal."""
    preview = await server.draft(kind=kind)
    panel = await server.press(server.organiser, preview, "poster")
    panel = await choose(server, panel, file=picture(1))
    await choose(server, panel, SECRET, use=PosterUse.REVEAL, file=picture(200))
    return await publish(server, preview)


async def publish(server: FanServer, preview: InteractionResult) -> Action:
    """Publish what is looked at once more, as it was changed since."""
    again = await server.press(server.organiser, preview, "publish")
    await server.press(server.organiser, again, "publish")
    return await server.newest()


async def test_a_draft_gets_a_poster_that_its_card_and_announcement_show(server: FanServer) -> None:
    preview = await server.draft()
    panel = await server.press(server.organiser, preview, "poster")
    assert ENGLISH("poster.none.card") in told(panel)
    done = await choose(server, panel, file=picture())
    assert told(done).startswith(ENGLISH("poster.done.card"))
    assert gallery_of(done) == [ROOF]
    await publish(server, preview)
    card = server.card()
    assert gallery_of(card) == files_of(card) == [ROOF]
    announcement = server.messages()[0]
    assert "Match a million" in announcement.content
    assert files_of(announcement) == [ROOF]


async def test_clicks_redraw_the_card_without_uploading_its_poster_again(server: FanServer) -> None:
    await with_posters(server)
    forget(server)
    await server.click(server.fan, server.card(), "I'm in")
    await server.click(server.fans[1], server.card(), "I'm in")
    assert "**In** 2 people" in text_of(server.card())
    assert gallery_of(server.card()) == [ROOF]
    assert uploads(server) == 0
    await server.restart()
    forget(server)
    await server.click(server.fans[2], server.card(), "I'm in")
    assert gallery_of(server.card()) == files_of(server.card()) == [ROOF]
    assert uploads(server) == 0, "what it carries is seen on Discord"


async def test_a_change_replaces_the_picture_wherever_it_is_shown_once(server: FanServer) -> None:
    action = await with_posters(server)
    panel = await server.press_forged(server.organiser, f"fc:poster:{action.action_id}")
    forget(server)
    changed = await choose(server, panel, "A stage", file=picture(90))
    assert gallery_of(server.card()) == files_of(server.card()) == ["A stage"]
    assert files_of(server.messages()[0]) == ["A stage"]
    assert uploads(server) == 2
    only_words = await choose(server, changed, "A stage, in the rain")
    assert gallery_of(only_words)[0] == gallery_of(server.card())[0] == "A stage, in the rain"
    assert files_of(server.messages()[0]) == files_of(server.card()) == ["A stage, in the rain"]


async def test_the_poster_of_the_reveal_is_its_organisers_secret_until_then(
    server: FanServer,
) -> None:
    action = await with_posters(server)
    verb = f"fc:poster:{action.action_id}"
    seen = await server.press_forged(server.organiser, verb)
    assert gallery_of(seen) == [ROOF, SECRET]
    moderated = await server.press_forged(server.moderator, verb)
    assert gallery_of(moderated) == [ROOF]
    assert ENGLISH("poster.hidden") in told(moderated)
    form = await server.press_forged(server.moderator, f"fc:poster_set:{action.action_id}.1")
    assert texts_in(form) == [""]
    refused = await server.press_forged(server.fan, verb)
    assert SECRET not in told(refused)
    assert gallery_of(refused) == []
    everything = [str(message.components) + str(files_of(message)) for message in server.messages()]
    assert not any(SECRET in shown for shown in everything)
    await server.jump_to(action.starts_at)
    assert gallery_of(server.card()) == files_of(server.card()) == [SECRET]
    assert files_of(server.messages()[-1]) == [SECRET], "the message at the moment"


async def test_removing_asks_first_and_leaves_nothing_behind(server: FanServer) -> None:
    action = await with_posters(server)
    panel = await server.press_forged(server.organiser, f"fc:poster:{action.action_id}")
    remove = f"fc:poster_remove:{action.action_id}.0"
    asked = await server.organiser.click(message_of(panel), custom_id=remove)
    assert labels_of(asked) == ["Remove it", "Keep it"]
    kept = await server.click(server.organiser, asked, "Keep it")
    assert gallery_of(kept) == [ROOF, SECRET]
    asked = await server.organiser.click(message_of(kept), custom_id=remove)
    await server.click(server.organiser, asked, "Remove it")
    assert gallery_of(server.card()) == files_of(server.card()) == []
    assert files_of(server.messages()[0]) == []
    history = await server.press_forged(server.organiser, f"fc:history:{action.action_id}")
    assert ENGLISH("history.poster_changed.card") in told(history)
    again = await server.press_forged(
        server.organiser, f"fc:poster_remove_yes:{action.action_id}.0"
    )
    assert told(again) == ENGLISH("poster.none_there")


async def test_a_refusal_keeps_what_was_typed_and_the_picture(server: FanServer) -> None:
    preview = await server.draft()
    panel = await server.press(server.organiser, preview, "poster")
    refused = await choose(server, panel, file=("words.txt", b"Dear all"))
    assert "can't be opened as an image" in told(refused)
    form = await server.click(server.organiser, refused, "Try again")
    assert texts_in(form) == [ROOF]
    refused = await server.fill(server.organiser, form, "  ", files=[picture()])
    assert told(refused) == ENGLISH("poster.no_alt")
    form = await server.click(server.organiser, refused, "Try again")
    assert not any(box.get("required") for box in boxes_of(form) if box["type"] == 19)
    done = await server.fill(server.organiser, form, ROOF)
    assert gallery_of(done) == [ROOF]


async def test_others_get_no_further_by_forged_buttons(server: FanServer) -> None:
    action = await with_posters(server)
    for verb in ("poster", "poster_keep", "poster_set", "poster_remove", "poster_remove_yes"):
        for who in (server.fan, server.outsider):
            refused = await server.press_forged(who, f"fc:{verb}:{action.action_id}.0")
            assert told(refused).startswith("This needs the role"), verb
    assert gallery_of(server.card()) == [ROOF]
    unknown = await server.press_forged(server.organiser, f"fc:poster_set:{action.action_id}.7")
    assert told(unknown) == ENGLISH("refused.unknown_button")


async def test_where_pictures_may_not_be_posted_a_card_goes_without_one(
    server: FanServer,
) -> None:
    denied = discord.Permissions(attach_files=True).value
    bot = server.env.backend.bot_user.id
    overwrite = Overwrite(target_id=bot, type=OverwriteType.MEMBER, deny=denied)
    server.env.backend.set_overwrite(server.announcements.id, overwrite)
    await with_posters(server)
    await server.click(server.fan, server.card(), "I'm in")
    assert "**In** 1 person" in text_of(server.card())
    assert gallery_of(server.card()) == files_of(server.card()) == []


async def test_a_card_in_a_language_channel_shows_it_too(server: FanServer) -> None:
    services, korean = server.services, server.general
    channel = LanguageChannel("ko", korean.id, None)
    await services.servers.set_language_channel(server.manager, server.guild_id, channel)
    await with_posters(server)
    (card,) = (each for each in server.messages(korean) if each.flags.components_v2)
    assert gallery_of(card) == files_of(card) == [ROOF]


async def test_a_large_photo_is_fitted_and_stripped(server: FanServer) -> None:
    preview = await server.draft()
    panel = await server.press(server.organiser, preview, "poster")
    await choose(server, panel, file=picture(5, (4000, 3000), "JPEG"))
    action = await publish(server, preview)
    found = await server.services.changing.find(server.manager, server.guild_id, action.action_id)
    poster = poster_of(found.parts.posters, PosterUse.CARD)
    assert poster is not None
    assert (poster.width, poster.height) == (LONGEST_SIDE, LONGEST_SIDE * 3 // 4)
    assert poster.media_type == "image/webp"
