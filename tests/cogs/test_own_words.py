"""What only one person sees is in their own language, actions as well; else in the channel's."""

from __future__ import annotations

from simcord.actors import MemberActor

from tests.cogs.test_calendars import events_of, file_of
from tests.cogs.test_languages import card_in, korean_channel
from tests.cogs.test_sharing import links_of, texts_in
from tests.fanserver import KOREAN, FanServer
from tests.shown import text_of, told

TITLE, IN_KOREAN = "Trend party", "트렌드 파티"
PROMPT, PROMPT_IN_KOREAN = "Your favourite stage", "가장 좋아하는 무대"


async def choose(server: FanServer, who: MemberActor, code: str) -> None:
    panel = await server.press_forged(who, "fc:my_language:0")
    await server.pick(who, panel, "my_language_pick", code)


async def publish(server: FanServer) -> None:
    """A trend party that is translated into Korean."""
    await server.publish("hashtag", title=TITLE, texts=("#OurDay", PROMPT))
    form = await server.slash(server.organiser, "translate", action="1", language="ko")
    await server.fill(server.organiser, form, IN_KOREAN, PROMPT_IN_KOREAN)


async def lists_of(server: FanServer, who: MemberActor) -> list[str]:
    """Wherever somebody finds the action that they joined."""
    listed = await server.slash(who, "actions")
    value = str(server.id_of())
    forged = {"type": 3, "options": [{"label": "x", "value": value}]}
    opened = await server.pick_forged(who, "fs:actions_open:0", value, **forged)
    own = await server.slash(who, "me")
    tally, tag = await server.slash(who, "tally"), await server.slash(who, "tag")
    added = await server.press_forged(who, f"fc:calendar:{value}")
    every = await server.press_forged(who, f"fc:calendar_all:{value}")
    files = [await file_of(added), await file_of(every)]
    return [*map(told, (listed, opened, own, tally, tag, added)), *files]


async def test_who_chose_a_language_reads_actions_in_it_and_others_as_they_are_written(
    server: FanServer,
) -> None:
    await publish(server)
    fan, other = server.fans[:2]
    await choose(server, fan, "ko")
    for who, title, not_that in ((fan, IN_KOREAN, TITLE), (other, TITLE, IN_KOREAN)):
        joined = await server.press(who, server.card(), "join")
        for text in (told(joined), *await lists_of(server, who)):
            assert title in text
            assert not_that not in text
    assert TITLE in text_of(server.card()), "everybody's stays as it is"


async def test_what_is_shared_is_in_ones_own_language_wherever_one_is(server: FanServer) -> None:
    channel = await korean_channel(server)
    await publish(server)
    korean, english, guest = server.fans[:3]
    await choose(server, korean, "ko")
    await choose(server, english, "en")
    await server.jump_to((await server.newest()).starts_at)
    main = server.message_with("It's time")
    there = server.messages(channel)[-1]
    assert "#OurDay" in text_of(there)
    shown = {
        (korean, main): PROMPT_IN_KOREAN,
        (guest, main): PROMPT,
        (guest, there): PROMPT_IN_KOREAN,
        (english, there): PROMPT,
    }
    for (who, message), prompt in shown.items():
        panel = await server.press(who, message, "share")
        assert texts_in(links_of(panel)) == {f"#OurDay {prompt}"}
        copied = await server.press(who, panel, "share_copy")
        assert prompt in told(copied)


async def test_without_a_translation_into_ones_own_the_channels_is_read(server: FanServer) -> None:
    channel = await korean_channel(server)
    await server.publish("hashtag", title="Another one")
    await choose(server, server.fan, "ko")
    got = await server.press(server.fan, card_in(server, channel), "calendar")
    (event,) = await events_of(got)
    assert event["summary"] == "Another one"
    assert KOREAN("calendar.again") in told(got)


async def test_organisers_are_told_directly_in_the_language_that_they_chose(
    server: FanServer,
) -> None:
    await publish(server)
    await choose(server, server.organiser, "ko")
    server.env.backend.delete_channel(server.announcements.id)
    await server.settle()
    (notice,) = [
        message.content
        for messages in server.env.backend.messages.values()
        for message in messages.values()
        if KOREAN("notice.mend.directly") in message.content
    ]
    assert IN_KOREAN in notice
