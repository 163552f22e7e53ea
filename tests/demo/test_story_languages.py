"""The story, lived through in Korean and in the language that nobody speaks: nothing else is read.

Of the chapters only the fundraiser with its 356 donors is left out, which takes as long as all the
others: what is drawn of a fundraiser is tested card by card.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.chapters.match_a_million import match_a_million
from demo.clock import StoryClock
from demo.run import running_demo
from demo.story import BEGINNING, CHAPTERS, live_through
from demo.telling import Story
from domain.errors import Refusal
from domain.servers import Server
from domain.tally import Tally
from locales import Language, catalogue
from tests.demo.read_by_people import Drawn, Read, Reading
from tests.fanserver import PIXEL, ErrorLog, cause
from tests.pseudo import FILLER, pseudo_language
from tests.recorded import record_requests, requests_file
from ui.charts import chart_document

KOREAN = "ko"

BRANDS = (
    "Discord Bluesky Facebook Google Instagram Mastodon Outlook Reddit Spotify Telegram Threads"
    " TikTok Tumblr Weverse WhatsApp Android Mac iPhone"
)
ZONES = "EDT KST PDT UTC America Asia Los Angeles New York Sao Paulo Seoul"
"""Abbreviations, and the names of zones in the IANA's database, which are typed just so."""

FORMATS = "CSV GIF JPEG PNG WebP XLSX"

IN_EVERY_LANGUAGE = frozenset(f"{BRANDS} {ZONES} {FORMATS} English".split())
"""The last one is what that language is called in each list of languages."""

IN_KOREAN = frozenset(("DM", "ID", "STAR"))
"""Two words of Korean by now, and an example of a code."""

COMMAND = re.compile(r"`/[^`]+`")
"""Commands have their English names in all languages into which those are not translated."""

SURFACES = {
    "/callback": "answers, forms and what is offered while one types",
    "/messages": "messages in channels, direct ones too",
    "/threads": "names of threads",
    "/roles": "names of roles",
    "/scheduled-events": "Discord's own events",
    ".ics": "calendars",
    "a chart": "charts",
    "the terminal": "the story itself",
}
"""Where something has to be found for the search to have looked there.

The tallies' and participants' tables are not among them: their columns are for programs and have
one form in all languages, as docs/tallies.md says. Commands are in all languages at once.
"""


@dataclass(frozen=True)
class Lived:
    """What was read of the bot during the story, and in the channel of another language."""

    as_planned: bool
    here: list[Read]
    elsewhere: list[Read]
    reading: Reading
    errors: list[str]


async def live(capsys: pytest.CaptureFixture[str]) -> Lived:
    """Live through the story in a Korean server."""
    drawn: list[Drawn] = []

    async def chart(say: Language, tally: Tally, server: Server) -> bytes:
        # A language channel's messages are drawn for the server as it is there.
        drawn.append((server.announce_channel_id, chart_document(say, tally, server)))
        return PIXEL

    clock, log = StoryClock(BEGINNING), ErrorLog()
    logging.getLogger().addHandler(log)
    try:
        async with running_demo(clock, redraw_interval=0, chart=chart) as demo:
            reading = Reading(demo, drawn)
            story = Story(demo, clock, KOREAN)
            chapters = [chapter for chapter in CHAPTERS if chapter is not match_a_million]
            as_planned = await live_through(story, chapters)
            record_requests(demo.env, requests_file())
            texts = await reading.texts()
            server = await demo.services.servers.get(demo.world.guild.id)
            wrong = [repr(e) for e in map(cause, demo.env.errors) if not isinstance(e, Refusal)]
    finally:
        logging.getLogger().removeHandler(log)
    others = {channel.channel_id for channel in server.language_channels}
    elsewhere = [read for read in texts if read.channel_id in others]
    here = [read for read in texts if read.channel_id not in others]
    told = [line for line in capsys.readouterr().out.splitlines() if "#english" not in line]
    here += (Read("the terminal", line) for line in told)
    return Lived(as_planned, here, elsewhere, reading, [*log.texts, *wrong])


def surfaces(texts: Collection[Read]) -> set[str]:
    """Where texts were found, so far as SURFACES names it."""
    return {end for end in SURFACES if any(read.where.endswith(end) for read in texts)}


def texts_with(letters: str, texts: Collection[Read]) -> list[str]:
    return [read.text for read in texts if re.search(letters, read.text)]


@pytest.fixture(autouse=True)
def story_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The story keeps its tallies in the folder from which it is begun."""
    monkeypatch.chdir(tmp_path)


async def test_in_a_korean_server_everything_is_korean(capsys: pytest.CaptureFixture[str]) -> None:
    lived = await live(capsys)
    assert (lived.errors, lived.as_planned) == ([], True)
    assert surfaces(lived.here) == set(SURFACES)
    assert "a chart" in surfaces(lived.elsewhere)
    known = IN_EVERY_LANGUAGE | IN_KOREAN
    assert lived.reading.foreign(lived.here, known) == {}
    assert lived.reading.foreign(lived.elsewhere, known), "the search finds English"
    assert texts_with("[가-힣]", lived.elsewhere) == []


async def test_nothing_is_said_but_in_the_words_of_a_catalogue(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The language that nobody speaks takes Korean's place, so that it is chosen in /setup."""
    load = catalogue._load
    spoken = {KOREAN: pseudo_language()}
    monkeypatch.setattr(catalogue, "_load", lambda code: spoken.get(code) or load(code))
    lived = await live(capsys)
    assert (lived.errors, lived.as_planned) == ([], True)
    assert surfaces(lived.here) == set(SURFACES)
    assert "a chart" in surfaces(lived.elsewhere)
    assert lived.reading.foreign(lived.here, IN_EVERY_LANGUAGE, apart=COMMAND) == {}
    assert lived.reading.foreign(lived.elsewhere, IN_EVERY_LANGUAGE), "the search finds English"
    assert texts_with(FILLER, lived.elsewhere) == []
