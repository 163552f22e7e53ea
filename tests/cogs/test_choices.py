"""Questions with buttons: answered once, however often and fast somebody taps."""

from __future__ import annotations

from tests.fanserver import ENGLISH, TEXTS, FanServer
from tests.shown import labels_of, told
from ui.choices import MOST_CHOICES, Choice, Choices


async def test_an_ambiguous_amount_is_logged_once(server: FanServer) -> None:
    texts = ("https://example.org/give", "KWD", "", "", "")
    action = await server.publish(texts=texts)
    await server.jump_to(action.starts_at)
    asked = await server.log(server.fan, "1.234")
    assert told(asked) == ENGLISH("amount.which", text="`1.234`")
    first, second = await server.tap_twice(server.fan, asked, labels_of(asked)[0])
    assert told(first).startswith("Logged: ")
    assert second.acknowledged
    assert not second.followups
    assert (await server.newest()).total.logged_count == 1


async def test_an_ambiguous_time_makes_one_draft(server: FanServer) -> None:
    options = {"kind": "fundraiser", "title": "x", "when": "today 21:10"}
    form = await server.slash(server.organiser, "action create", **options)
    server.clock.advance(11 * 60)
    refused = await server.fill(server.organiser, form, *TEXTS["fundraiser"])
    form = await server.click(server.organiser, refused, "Change the time")
    asked = await server.fill(server.organiser, form, starts="at 8")
    await server.tap_twice(server.organiser, asked, labels_of(asked)[0])
    drafts = server.services.actions.search_drafts
    found = await drafts(server.actor(server.organiser), server.guild_id, "")
    assert len(found) == 1


async def test_a_refused_answer_can_be_given_again(server: FanServer) -> None:
    preview = await server.draft(when="today 21:30")
    asked = await server.click(server.organiser, preview, "Discard")
    server.take_role(server.organiser, server.world.organisers)
    refused = await server.click(server.organiser, asked, "Yes, discard it")
    assert "This needs the role" in told(refused)
    member = server.env.backend.get_member(server.guild_id, server.organiser.id)
    member.role_ids.append(server.world.organisers.id)
    done = await server.click(server.organiser, asked, "Yes, discard it")
    assert told(done) == ENGLISH("discard.done", title="Match a million")


async def test_a_form_that_was_closed_can_be_opened_again(server: FanServer) -> None:
    refused = await server.draft(texts=("no link", "USD", "", "", ""))
    for _ in range(2):
        form = await server.click(server.organiser, refused, "Try again")
        assert form.modal is not None


async def test_a_question_has_as_many_buttons_as_a_message_takes() -> None:
    async def answer(_: object) -> None:
        """Nothing."""

    choices = [Choice(str(n), answer) for n in range(30)]
    assert len(Choices(choices).children) == MOST_CHOICES == 25
