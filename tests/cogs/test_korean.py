"""One whole story in a Korean server: nobody reads an English sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from locales.catalogue import read_catalogue
from tests.fanserver import KOREAN, FanServer
from tests.shown import form_of, labels_of, text_of, told

NOT_SHOWN = ("config.", "cli.", "demo.", "command.")
"""What the operator reads in the terminal, and the commands, whose default is English."""

WORDS = re.compile(r"[A-Za-z'’]{2,}(?: [A-Za-z'’]+)+")


def english_fragments() -> set[str]:
    """Every run of two or more words in the English catalogue, between placeholders."""
    fragments: set[str] = set()
    for message in read_catalogue("en"):
        key = message.id if isinstance(message.id, str) else message.id[0]
        if not key or key.startswith(NOT_SHOWN):
            continue
        text = message.string or ""
        for form in [text] if isinstance(text, str) else text:
            fragments.update(WORDS.findall(re.sub(r"\{\w+\}", "\0", form)))
    return fragments


def strings_in(body: Any) -> Iterator[str]:
    match body:
        case str():
            yield body
        case dict():
            for value in body.values():
                yield from strings_in(value)
        case list():
            for value in body:
                yield from strings_in(value)


def english_in(server: FanServer) -> set[str]:
    """English sentences in anything that the bot sent, the commands apart."""
    bodies = [r.json for r in server.env.http_requests if not r.path.endswith("/commands")]
    said = "\n".join(text for body in bodies for text in strings_in(body))
    return {fragment for fragment in english_fragments() if fragment in said}


async def test_a_whole_story_is_told_in_korean(korean_server: FanServer) -> None:
    server = korean_server
    await server.slash(server.moderator, "setup")
    found = await server.completions(
        server.organiser, "action create", "when", "화요일 오후 8시", kind="hashtag"
    )
    ((name, value),) = found
    assert name.startswith("11월 24일 (화) 20:00 KST")
    refused = await server.slash(
        server.organiser, "action create", kind="hashtag", title="생일 총공", when="언젠가"
    )
    await server.click(server.organiser, refused, KOREAN("button.change_time"))
    asked = await server.slash(
        server.organiser, "action create", kind="hashtag", title="생일 총공", when="내일 8시"
    )
    assert len(labels_of(asked)) == 2
    preview = await server.draft(
        kind="hashtag", title="생일 총공", when=value, texts=("#생일축하해", "한마디", "5만", "")
    )
    assert "50,000" in told(preview)
    form = await server.press(server.organiser, preview, "my_time")
    await server.fill(server.organiser, form, "마닐라")
    await server.press(server.organiser, preview, "publish")
    action = await server.newest()
    joined = await server.press(server.fan, server.card(), "join")
    assert KOREAN("joined.now.in", title="생일 총공", place="1") in told(joined)
    await server.jump_to(action.starts_at)
    logged = await server.log(server.fan, "12", "https://example.org/post/1")
    assert "12" in told(logged)
    refused = await server.log(server.fan, "많이", "https://example.org/post/2")
    form = await server.click(server.fan, refused, KOREAN("button.try_again"))
    assert list(form_of(form).values())[:2] == ["많이", "https://example.org/post/2"]
    held = await server.log(server.fan, "301", "https://example.org/post/1")
    assert KOREAN("held.same_code.you") in told(held)
    mine = await server.contributions_of(server.fan)
    assert KOREAN("standing.held") in told(mine)
    waiting = await server.slash(server.reviewer, "review")
    form = await server.pick(server.reviewer, waiting, "not_counted", "own")
    await server.fill(server.reviewer, form, "같은 링크예요")
    await server.contributions_of(server.fan)
    await server.slash(server.fan, "me")
    await server.settings_of(server.fan)
    await server.slash(server.fans[1], "review")
    await server.slash(server.fan, "action create", kind="hashtag", title="x", when="내일 8시")
    await server.press_forged(server.fan, "fc:join:999")
    await server.jump_to(action.log_until)
    assert text_of(server.messages()[-1]).startswith("-# 최종 집계")
    assert english_in(server) == set()


async def test_the_search_finds_english(server: FanServer) -> None:
    await server.publish()
    assert {"Sign-ups are open", "to take part"} & english_in(server)
