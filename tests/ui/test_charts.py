"""The tally's chart: what it says, and the process that draws it."""

from __future__ import annotations

import asyncio
import json
import struct
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.curve import AFTER, BEFORE, DURING, Steps
from domain.ledger import HeldReason
from domain.message_plans import MessagePlan
from domain.official_counts import OfficialCount
from domain.spot_bounds import Bound, Found, Stratum
from domain.spot_checks import SpotCheck, SpotResult
from domain.tally import Tally
from locales import language
from tests.domain.ledgers import START, count_tally, make_contribution
from tests.ui.subjects import ALL_LANGUAGES, fundraiser, hashtag, make_server
from ui import charts
from ui.charts import ChartFailed, chart_document, draw_chart, run_chart_process

ENGLISH, KOREAN = language("en"), language("ko")
EVERY_SCRIPT = (
    "방탄소년단 해시태그 총공 アミ・漢字 ありがとう Café ♥ 💜🎂 ขอบคุณ شكرا $100$ $\\frac{$"
)


def tally_of(*contributions: Any, of: Any = fundraiser, **action: Any) -> Tally:
    return count_tally(
        of(**action),
        sign_ups=[],
        contributions=contributions,
        checks=[],
        cut_off=START + timedelta(hours=30),
    )


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def many(n: int) -> Tally:
    """A tally of so many contributions of 5 cents over a day."""
    tally, day = tally_of(goal=None), timedelta(days=1)
    steps = Steps(tally.action, tally.cut_off)
    for number in range(n):
        steps.add(START + day * number / n, 5)
    total = type(tally.total)(logged=5 * n, logged_count=n)
    return replace(tally, curve={"USD": steps.points()}, totals={"USD": total})


async def test_every_script_is_drawn_with_a_glyph_for_each_character_and_literally() -> None:
    tally = tally_of(make_contribution(), of=hashtag, title=EVERY_SCRIPT)
    document = chart_document(KOREAN, tally, make_server())
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "ui.chart_process"),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        cwd=charts.ROOT,
    )
    png, errors = await process.communicate(json.dumps(document).encode())
    assert (process.returncode, errors) == (0, b"")
    assert size_of(png)[0] == 1200


async def test_a_chart_with_nothing_in_it_and_a_strange_title_is_drawn_and_the_log_names_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tally = tally_of(goal=None, baseline=None, title="\U00016800" + "W" * 190)
    width, height = size_of(await draw_chart(ENGLISH, tally, make_server(zone=None), dark=False))
    assert width == 1200
    assert 1000 < height < 2200
    assert "glyphless: U+16800" in caplog.text


async def test_a_malformed_document_fails_and_the_log_says_why(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(ChartFailed):
        await run_chart_process({"dark": True})
    assert "KeyError" in caplog.text


class Started(list[Process]):
    """The processes that were started, and an event that tells of the first."""

    def __init__(self) -> None:
        super().__init__()
        self.some = asyncio.Event()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    processes = Started()
    start = asyncio.create_subprocess_exec

    async def remember(*args: Any, **options: Any) -> Process:
        processes.append(await start(*args, **options))
        processes.some.set()
        return processes[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", remember)
    return processes


async def test_cancelling_kills_the_process(started: Started) -> None:
    drawing = asyncio.create_task(draw_chart(ENGLISH, tally_of(), make_server()))
    await asyncio.wait_for(started.some.wait(), 5)
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert started[0].returncode not in (None, 0)


async def test_a_process_that_takes_too_long_is_killed(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "TIMEOUT", 0.01)
    with pytest.raises(ChartFailed):
        await draw_chart(ENGLISH, tally_of(), make_server())
    assert started[0].returncode not in (None, 0)


async def test_one_chart_is_drawn_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    running = most = 0

    async def draw(document: Any) -> bytes:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return b""

    monkeypatch.setattr(charts, "run_chart_process", draw)
    tally = tally_of()
    await asyncio.gather(*(draw_chart(ENGLISH, tally, make_server()) for _ in range(5)))
    assert most == 1


async def test_the_process_gets_none_of_the_bots_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}

    async def remember(*args: Any, **options: Any) -> Any:
        given.update(options["env"])
        raise InterruptedError

    monkeypatch.setenv("DISCORD_TOKEN", "made-up")
    monkeypatch.setattr(asyncio, "create_subprocess_exec", remember)
    with pytest.raises(InterruptedError):
        await run_chart_process({})
    assert "PATH" in given
    assert "DISCORD_TOKEN" not in given


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=lambda say: say.code)
def test_the_picture_says_the_published_numbers_apart(say: Any) -> None:
    tally = tally_of(
        make_contribution(1, amount=2884),
        make_contribution(2, amount=700, proof=None),
        make_contribution(3, amount=9900, held=HeldReason.OVER_CAP),
        make_contribution(4, amount=123, withdrawn=True),
    )
    document = chart_document(say, tally, make_server())
    amounts = {part["name"]: part["amount"] for part in document["states"] + document["parts"]}
    assert amounts == {
        "logged": 3584,
        "held": 9900,
        "not_counted": 0,
        "withdrawn": 123,
        "proved": 2884,
        "verified": 0,
    }
    assert say.money(3584, "USD") in document["headline"]
    assert document["title"] == "#12 Match a Million"
    assert "2020" in document["as_of"]
    assert "KST" in document["as_of"]
    # The baseline is named, and in no amount that is drawn.
    assert any(say.money(50_000, "USD") in line for line in document["lines"])
    assert document["curve"]["points"][-1][1] == 3584


def test_many_contributions_become_few_points_that_end_in_the_exact_amount() -> None:
    curve = chart_document(ENGLISH, many(20_000), make_server())["curve"]
    points = curve["points"]
    assert len(points) <= BEFORE + DURING + AFTER + 2
    assert points == sorted(points)
    assert points[0][1] == 0
    assert points[-1][1] == 100_000


def milestones_of(tally: Tally) -> list[tuple[float, int, str]]:
    """Amount and label of each milestone, with its hours from the start."""
    marks = chart_document(ENGLISH, tally, make_server())["curve"]["milestones"]
    return [((at - START.timestamp()) / 3600, amount, label) for at, amount, label in marks]


def test_milestones_stand_where_the_curve_crosses_them() -> None:
    hour = timedelta(hours=1)
    given = [make_contribution(n, amount=3000, at=START + n * hour) for n in (1, 2, 3)]
    plan = MessagePlan(milestones=("4000", "25%", "50%", "75%", "100%"))
    tally = tally_of(*given, goal=10_000, plan=plan)
    assert milestones_of(tally) == [
        (1, 2500, "25%"),
        (2, 4000, "US$40.00"),
        (2, 5000, "50%"),
        (3, 7500, "75%"),
    ]


def test_without_a_goal_or_by_rates_no_part_of_it_is_marked() -> None:
    assert milestones_of(tally_of(make_contribution(), goal=None)) == []
    fields = {"link": "https://a.example", "currencies": "EUR", "rates": "EUR 1.1"}
    assert milestones_of(tally_of(make_contribution(), goal=1000, fields=fields)) == []


def test_official_counts_stand_apart_with_their_source_and_time() -> None:
    at = START + timedelta(hours=5)
    count = OfficialCount(1, "صفحة", "US$1.02M 𝓑𝓣𝓢", "charity.example", None, at, at)
    tally = replace(tally_of(make_contribution()), officials=(count,))
    document = chart_document(ENGLISH, tally, make_server())
    heading, line = document["officials"]
    assert heading == ENGLISH("chart.officials")
    assert line == "\u2068صفحة\u2069: US$1.02M BTS (charity.example, Sun 7 Jun 07:00 KST)"
    assert document["headline"] == "US$10.00 logged"
    assert chart_document(ENGLISH, tally_of(), make_server())["officials"] == []


def test_a_spot_check_that_is_done_comes_first_of_the_notes() -> None:
    check = SpotCheck(1, START, (Stratum("USD", 1, 5000, 1000, 500_000, 200),))
    done = SpotResult(check, "seal", (Found(200, 194),), (Bound(939, 450_000),))
    notes = chart_document(ENGLISH, replace(tally_of(), spot=done), make_server())["notes"]
    assert notes[0] == (
        "200 of the 1,000 contributions were drawn at random and checked: 194 held. "
        "So at least 939 of them hold, and US$4,500.00 of US$5,000.00, with 95% confidence."
    )
    begun = replace(done, found=(Found(100, 97),), bounds=())
    document = chart_document(ENGLISH, replace(tally_of(), spot=begun), make_server())
    assert len(document["notes"]) == 2


def test_the_method_takes_two_sentences_and_the_caution_stands_last() -> None:
    for say in ALL_LANGUAGES:
        *_, method, caution = chart_document(say, tally_of(), make_server())["notes"]
        assert method.count(".") == 2
        assert caution == say("tally.caution")


def test_what_was_logged_before_the_moment_is_where_the_curve_begins() -> None:
    early = make_contribution(1, at=START - timedelta(days=30))
    curve = chart_document(ENGLISH, tally_of(early, make_contribution(2)), make_server())["curve"]
    low, high = curve["x"]
    assert (low, high) == (
        (START - timedelta(hours=6)).timestamp(),
        (START + timedelta(hours=24)).timestamp(),
    )
    assert all(low <= at <= high for at, _ in curve["points"])
    assert curve["points"][-1][1] == 2000


def test_the_axes_have_a_few_round_labels_in_the_servers_zone() -> None:
    curve = chart_document(ENGLISH, tally_of(goal=1_000_000), make_server())["curve"]
    assert [label for _, label in curve["y_ticks"]] == [
        *("0", "2,000", "4,000", "6,000", "8,000", "10,000")
    ]
    assert [lines for _, lines in curve["x_ticks"]] == [
        ["06:00", "Sun 7 Jun"],
        ["12:00"],
        ["18:00"],
        ["00:00", "Mon 8 Jun"],
    ]
