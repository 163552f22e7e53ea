"""/action create: the time as people type it, never silently wrong, and nothing typed is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from simcord.results import InteractionResult

from tests.fanserver import ENGLISH, TEXTS, FanServer
from tests.shown import form_of, labels_of, options_in, text_of, told
from ui.text import stamp

EXAMPLES = ENGLISH("when.examples")


async def create(server: FanServer, when: str, **options: str | int) -> InteractionResult:
    typed = {"kind": "fundraiser", "title": "Match a million", "when": when} | options
    return await server.slash(server.organiser, "action create", **typed)


async def preview_of(server: FanServer, form: InteractionResult) -> str:
    """The preview that a form of the kind's fields leads to."""
    return told(await server.fill(server.organiser, form, *TEXTS["fundraiser"]))


async def preview_of_changed(server: FanServer, form: InteractionResult, when: str) -> str:
    """The preview that changing the time in a form leads to."""
    return told(await server.fill(server.organiser, form, starts=when))


def at(day: int, hour: int, minute: int = 0) -> str:
    """The Discord timestamp of an instant in November 2026, given in UTC."""
    return stamp(datetime(2026, 11, day, hour, minute, tzinfo=UTC))


async def complete(server: FanServer, typed: str, option: str = "when") -> list[tuple[str, str]]:
    return await server.completions(server.organiser, "action create", option, typed)


# ---- While typing


async def test_autocomplete_answers_with_the_instant_and_how_far_off_it_is(
    server: FanServer,
) -> None:
    for option in ("when", "end"):
        assert await complete(server, "tomorrow 8pm", option) == [
            ("Sun 22 Nov 20:00 KST · in 1 day", "2026-11-22 20:00 Asia/Seoul")
        ]


async def test_a_choice_of_autocomplete_reads_back_to_what_it_showed(server: FanServer) -> None:
    ((_, value),) = await complete(server, "tomorrow 8pm")
    assert at(22, 11) in await preview_of(server, await create(server, value))


@pytest.mark.parametrize("typed", ["", "  "])
async def test_nothing_typed_yet_gets_an_example(server: FanServer, typed: str) -> None:
    """Picking it is no time either, and is answered like anything that isn't understood."""
    ((name, value),) = await complete(server, typed)
    assert name == value == ENGLISH("when.type_it")
    refused = await create(server, value)
    assert told(refused).endswith(EXAMPLES)


@pytest.mark.parametrize("typed", ["tomorr", "blursday 8pm", "8pm tomorow", "x" * 100])
async def test_what_is_half_typed_or_nonsense_stays_as_it_is(server: FanServer, typed: str) -> None:
    ((name, value),) = await complete(server, typed)
    assert name
    assert value == typed


async def test_autocomplete_offers_each_reading_of_an_ambiguous_time(server: FanServer) -> None:
    found = await complete(server, "at 8")
    assert [value for _, value in found] == [
        "2026-11-22 08:00 Asia/Seoul",
        "2026-11-22 20:00 Asia/Seoul",
    ]


async def test_autocomplete_says_that_there_is_no_zone(new_server: FanServer) -> None:
    found = await new_server.completions(
        new_server.moderator, "action create", "when", "tomorrow 8pm"
    )
    assert [value for _, value in found] == ["tomorrow 8pm"]
    assert found[0][0].startswith("First choose the server's time zone")


# ---- Refused times


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("blursday 8pm", "Please write “blursday” another way"),
        ("tomorrow 8pm please", "Please write “please” another way"),
        ("today 8pm", "that has passed"),
        ("tomorrow", "Please add a time of day"),
        ("Monday 22 Nov 8pm", "Please correct the weekday or the date"),
    ],
)
async def test_a_refused_time_is_explained_with_examples_and_asked_again(
    server: FanServer, typed: str, why: str
) -> None:
    refused = await create(server, typed, capacity=40)
    assert why in told(refused)
    assert told(refused).endswith(EXAMPLES)
    form = await server.click(server.organiser, refused, "Change the time")
    assert form_of(form) == {
        "Title": "Match a million",
        "Starts": typed,
        "Ends": "",
        "Capacity": "40",
    }
    taken = await server.fill(server.organiser, form, starts="tomorrow 8pm")
    assert told(taken) == ENGLISH("when.taken")
    fields = await server.click(server.organiser, taken, "Go on")
    text = await preview_of(server, fields)
    assert at(22, 11) in text
    assert "0 of 40 places" in text


async def test_a_time_refused_twice_keeps_what_was_typed_last(server: FanServer) -> None:
    refused = await create(server, "blursday")
    form = await server.click(server.organiser, refused, "Change the time")
    again = await server.fill(server.organiser, form, "Another title", "blursdayy")
    assert "“blursdayy”" in told(again)
    form = await server.click(server.organiser, again, "Change the time")
    assert form_of(form)["Title"] == "Another title"
    assert form_of(form)["Starts"] == "blursdayy"


async def test_the_end_has_to_come_after_the_start(server: FanServer) -> None:
    refused = await create(server, "tomorrow 8pm", end="tomorrow 7pm")
    assert told(refused).startswith(ENGLISH("when.end_before_start"))
    form = await server.click(server.organiser, refused, "Change the time")
    taken = await server.fill(server.organiser, form, ends="tomorrow 10pm")
    fields = await server.click(server.organiser, taken, "Go on")
    text = await preview_of(server, fields)
    assert at(22, 11) in text
    assert f"**Until** {at(22, 13)}" in text


async def test_a_refused_end_is_asked_for_like_a_refused_start(server: FanServer) -> None:
    refused = await create(server, "tomorrow 8pm", end="whenever")
    assert "“whenever”" in told(refused)
    form = await server.click(server.organiser, refused, "Change the time")
    assert form_of(form)["Ends"] == "whenever"


@pytest.mark.parametrize("typed", ["0", "-3", "many", "1000001", "2.5"])
async def test_a_capacity_that_is_none_is_asked_for_again(server: FanServer, typed: str) -> None:
    """Options of the command are numbers, but the form takes any text."""
    refused = await create(server, "blursday")
    form = await server.click(server.organiser, refused, "Change the time")
    refused = await server.fill(server.organiser, form, starts="tomorrow 8pm", capacity=typed)
    assert EXAMPLES not in told(refused)
    form = await server.click(server.organiser, refused, "Try again")
    assert form_of(form)["Starts"] == "tomorrow 8pm"
    assert form_of(form)["Capacity"] == typed
    taken = await server.fill(server.organiser, form, capacity="1,200")
    fields = await server.click(server.organiser, taken, "Go on")
    assert "0 of 1,200 places" in await preview_of(server, fields)


async def test_a_title_of_spaces_is_asked_for_again(server: FanServer) -> None:
    refused = await create(server, "tomorrow 8pm", title="   ")
    assert told(refused) == ENGLISH("field.title.empty")
    form = await server.click(server.organiser, refused, "Try again")
    taken = await server.fill(server.organiser, form, "A title")
    fields = await server.click(server.organiser, taken, "Go on")
    assert "## A title" in await preview_of(server, fields)


async def test_without_a_zone_no_time_is_taken(new_server: FanServer) -> None:
    refused = await new_server.slash(
        new_server.moderator, "action create", kind="hashtag", title="x", when="tomorrow 8pm"
    )
    assert told(refused) == ENGLISH("when.no_zone")


# ---- Times that can be read in several ways


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("at 8", {"Sun 22 Nov 08:00 KST": at(21, 23), "Sun 22 Nov 20:00 KST": at(22, 11)}),
        (
            "tomorrow 8pm PST",
            {
                "Sun 22 Nov 20:00 PST (UTC+08:00)": at(22, 12),
                "Sun 22 Nov 20:00 PST (UTC-08:00)": at(23, 4),
            },
        ),
    ],
)
async def test_an_ambiguous_time_has_a_button_for_each_reading(
    server: FanServer, typed: str, readings: dict[str, str]
) -> None:
    asked = await create(server, typed)
    assert f"`{typed}`" in told(asked)
    labels = labels_of(asked)
    assert [label.partition(" · ")[0] for label in labels] == list(readings)
    for label, instant in zip(labels, readings.values(), strict=True):
        form = await server.click(server.organiser, asked, label)
        assert instant in await preview_of(server, form)


async def test_both_start_and_end_can_be_ambiguous(server: FanServer) -> None:
    asked = await create(server, "tomorrow at 8", end="tomorrow at 10")
    asked = await server.click(server.organiser, asked, labels_of(asked)[0])
    assert "`tomorrow at 10`" in told(asked)
    form = await server.click(server.organiser, asked, labels_of(asked)[1])
    text = await preview_of(server, form)
    assert f"**When** {at(21, 23)}" in text
    assert f"**Until** {at(22, 13)}" in text


async def test_an_hour_that_comes_twice_is_asked_about(new_server: FanServer) -> None:
    await new_server.configure(zone="America/New_York")
    asked = await create(new_server, "7 Nov 2027 1:30am")
    assert told(asked).startswith("The clocks go back that night")
    assert len(labels_of(asked)) == 2
    assert "EDT" in labels_of(asked)[0]
    assert "EST" in labels_of(asked)[1]


async def test_an_hour_that_does_not_exist_is_refused(new_server: FanServer) -> None:
    await new_server.configure(zone="America/New_York")
    assert "doesn't exist" in told(await create(new_server, "14 Mar 2027 2:30am"))


async def test_day_and_month_that_can_be_swapped_are_asked_about(new_server: FanServer) -> None:
    """In a zone of no country nothing tells which order people write."""
    await new_server.configure(zone="UTC")
    asked = await create(new_server, "1/12/2027 8pm")
    assert told(asked).startswith("In `1/12/2027 8pm` day and month can be read both ways")
    days = [label.partition(" 20:00")[0] for label in labels_of(asked)]
    assert days == ["Tue 12 Jan", "Wed 1 Dec"]


async def test_a_time_that_passes_while_the_form_is_open_is_refused(server: FanServer) -> None:
    form = await create(server, "today 21:10")
    server.clock.advance(11 * 60)
    refused = await server.fill(server.organiser, form, *TEXTS["fundraiser"])
    assert "that has passed" in told(refused)
    form = await server.click(server.organiser, refused, "Change the time")
    assert await preview_of_changed(server, form, "tomorrow 8pm")


# ---- What the preview spells out


@pytest.mark.parametrize("typed", ["22 Nov 24:00", "23 Nov 00:00", "midnight tomorrow"])
async def test_midnight_is_spelled_out(server: FanServer, typed: str) -> None:
    asked = await create(server, typed)
    if asked.modal is None:
        label = next(label for label in labels_of(asked) if "Sun 22 Nov to Mon 23 Nov" in label)
        asked = await server.click(server.organiser, asked, label)
    text = await preview_of(server, asked)
    assert "the night of Sun 22 Nov to Mon 23 Nov, 00:00 KST" in text


async def test_the_preview_has_both_the_servers_time_and_each_readers(server: FanServer) -> None:
    text = await preview_of(server, await create(server, "tomorrow 8pm"))
    assert f"**When** {at(22, 11)}" in text
    assert "Server: Sun 22 Nov 20:00 – Mon 23 Nov 20:00 KST" in text


async def test_a_time_with_a_zone_of_its_own_is_read_there(server: FanServer) -> None:
    text = await preview_of(server, await create(server, "tomorrow 8pm São Paulo"))
    assert f"**When** {at(22, 23)}" in text


async def test_a_pasted_timestamp_is_taken(server: FanServer) -> None:
    text = await preview_of(server, await create(server, at(24, 10, 30)))
    assert f"**When** {at(24, 10, 30)}" in text


# ---- I meant my time


async def my_time(server: FanServer, preview: InteractionResult, city: str) -> InteractionResult:
    form = await server.click(server.organiser, preview, "I meant my time")
    return await server.fill(server.organiser, form, city)


async def test_i_meant_my_time_reads_the_same_wall_time_in_another_city(server: FanServer) -> None:
    preview = await server.draft(when="tomorrow 8pm", end="tomorrow 10pm")
    moved = await my_time(server, preview, "São Paulo")
    assert f"**When** {at(22, 23)}" in told(moved)
    assert f"**Until** {at(23, 1)}" in told(moved)
    published = await server.press(server.organiser, moved, "publish")
    assert "Published as #1" in text_of(published)
    assert (await server.newest()).starts_at == datetime(2026, 11, 22, 23, tzinfo=UTC)


async def test_of_several_cities_one_is_chosen(server: FanServer) -> None:
    preview = await server.draft(when="tomorrow 8pm")
    asked = await my_time(server, preview, "Brazil")
    assert told(asked) == ENGLISH("when.which_zone", text="Brazil")
    assert len(options_in(asked, "")) == 16, "every zone of Brazil"
    moved = await server.answer(server.organiser, asked, "America/Sao_Paulo")
    assert f"**When** {at(22, 23)}" in told(moved)


async def test_an_unknown_city_is_refused_and_the_draft_stays(server: FanServer) -> None:
    preview = await server.draft(when="tomorrow 8pm")
    refused = await my_time(server, preview, "Brigadoon")
    assert told(refused) == ENGLISH("setup.unknown_zone", text="Brigadoon")
    assert f"**When** {at(22, 11)}" in text_of(preview)
    again = await server.click(server.organiser, refused, ENGLISH("button.try_again"))
    assert "Brigadoon" in str(again.modal), "what was typed is kept"
    moved = await server.fill(server.organiser, again, "São Paulo")
    assert f"**When** {at(22, 23)}" in told(moved)


async def test_a_city_where_the_time_has_passed_is_refused(server: FanServer) -> None:
    preview = await server.draft(when="today 21:30")
    refused = await my_time(server, preview, "Auckland")
    assert "that time has passed already" in told(refused)


async def test_a_time_that_comes_twice_there_is_asked_about(server: FanServer) -> None:
    preview = await server.draft(when="7 Nov 2027 1:30am", end="7 Nov 2027 3am", capacity=40)
    asked = await my_time(server, preview, "New York")
    assert told(asked).startswith("The clocks go back that night")
    moved = await server.click(server.organiser, asked, labels_of(asked)[1])
    assert f"**When** {stamp(datetime(2027, 11, 7, 6, 30, tzinfo=UTC))}" in told(moved)
    assert f"**Until** {stamp(datetime(2027, 11, 7, 8, tzinfo=UTC))}" in told(moved)
    assert "0 of 40 places" in told(moved)
    assert "**Goal** US$10,000.00" in told(moved)
    await server.press(server.organiser, moved, "publish")
    assert (await server.newest()).starts_at == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)


async def test_a_time_that_does_not_exist_there_is_refused(server: FanServer) -> None:
    preview = await server.draft(when="14 Mar 2027 2:30am")
    refused = await my_time(server, preview, "New York")
    assert "doesn't exist" in told(refused)
    assert "Sun 14 Mar 02:30 – Mon 15 Mar 02:30 KST" in text_of(preview)
