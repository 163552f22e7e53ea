"""The review panel: proofs that can be looked at, and that do nothing by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import discord
import pytest

from domain.entries import MOST_BYTES, EntryFile
from domain.kinds import Kind
from domain.ledger import Check, Verdict
from domain.reasons import Reason
from domain.reviewing import (
    MOST_VERDICTS,
    Appeal,
    Batch,
    Desk,
    Filter,
    Given,
    OwnVerdict,
    OwnVerdicts,
    Progress,
    Queue,
    Waiting,
)
from locales import Language, language
from tests.domain.ledgers import make_action, make_contribution
from tests.ui.subjects import ALL_LANGUAGES, START, hashtag, text_of
from ui.buttons import Press
from ui.review_batch import draw_batch
from ui.review_forms import correction_form
from ui.review_panel import draw_desk, draw_own
from ui.review_proofs import draw_proofs
from ui.selects import PickText
from ui.text import code

ENGLISH = language("en")


def waiting(proofs: tuple[tuple[str, str], ...], **values: Any) -> Waiting:
    found = Waiting(hashtag(), make_contribution(1), proofs, (), (), None, (), None)
    return replace(found, **values)


def labels_in(view: discord.ui.LayoutView) -> list[str | None]:
    """What a view's buttons say."""
    items: Iterator[Any] = view.walk_children()
    drawn = [item.to_component_dict() for item in items if isinstance(item, Press)]
    return [one.get("label") for one in drawn]


@pytest.mark.parametrize(("kind", "word"), [(Kind.FUNDRAISER, "금액"), (Kind.STREAM, "수량")])
async def test_what_is_corrected_is_called_by_its_unit(kind: Kind, word: str) -> None:
    async def submit(*_: Any) -> None:
        pass

    form = correction_form(language("ko"), make_action(kind=kind).unit, {}, submit)
    assert form.title == f"{word} 고치기"
    label: Any = form.children[0]
    assert label.text == f"올바른 {word}"


def lines_with(**proofs: str) -> list[str]:
    """Every line of the panel of a contribution with these proofs."""
    view, _ = draw_desk(ENGLISH, Desk(Queue(), waiting(tuple(proofs.items())), Progress()))
    items: Iterator[Any] = view.walk_children()
    texts = [item.content for item in items if isinstance(item, discord.ui.TextDisplay)]
    assert sum(map(len, texts)) <= 4000
    return "\n".join(texts).splitlines()


@pytest.mark.parametrize(
    ("link", "host", "address"),
    [
        ("https://example.org/a_b*c", "example.org", "https://example.org/a_b%2Ac"),
        ("https://example.org/x)[y](z", "example.org", "https://example.org/x%29%5By%5D%28z"),
        ("https://пример.example/총", "xn--e1afmkfd.example", None),
    ],
)
def test_a_link_is_shown_as_typed_and_can_be_opened(
    link: str, host: str, address: str | None
) -> None:
    address = address or f"https://{host}/%EC%B4%9D"
    shown = f"Link: `{link}` · `{host}`: [open the page](<{address}>)"
    assert shown in lines_with(link=link)


def test_a_code_that_is_a_link_can_be_opened_too() -> None:
    shown = "`https://example.org/r/1` · `example.org`: [open the page](<https://example.org/r/1>)"
    assert f"Confirmation code: {shown}" in lines_with(code="https://example.org/r/1")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "example", "https://", "http://[x"])
def test_what_leads_nowhere_is_no_link(link: str) -> None:
    assert f"Link: `{link}`" in lines_with(link=link)


def test_the_longest_link_and_note_fit() -> None:
    link = "https://example.org/" + "총" * 280
    assert f"Link: `{link}`" in lines_with(link=link, note="*" * 500)


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
@pytest.mark.parametrize("wanted", Filter)
def test_the_fullest_panel_fits_a_message(say: Language, wanted: Filter) -> None:
    link = "https://example.org/" + "총" * 280
    proofs = (("link", link), ("code", link), ("message", link), ("note", "*" * 500))
    refused = Check(5, 1, Verdict.NOT_COUNTED, START, reason="*" * 200, reason_code=Reason.EDITED)
    full = waiting(
        proofs,
        action=hashtag(title="*총@everyone" * 8),
        checks=(Given(refused, 9),) * 6,
        appeal=Appeal(1, 5, "*" * 500, START),
        outlier_above=3,
    )
    progress = Progress(10**6, 10**7, 10**6, 1001, 1001, 1001, 10**4, 1001)
    view, _ = draw_desk(say, Desk(Queue(wanted, 7), full, progress), done="x" * 300)
    assert view.content_length() <= 4000
    assert view.total_children_count <= 40
    assert ("1,000+" in text_of(view)) is True


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_an_appeal_is_read_however_often_it_was_decided_before(say: Language) -> None:
    checks = [Check(n, 1, Verdict.NOT_COUNTED, START, reason="*" * 200) for n in range(9)]
    given = tuple(Given(check, 9) for check in checks)
    appealed = waiting((), checks=given, appeal=Appeal(1, 8, "a" * 499 + "!", START))
    view, _ = draw_desk(say, Desk(Queue(), appealed, Progress()))
    assert "aaa!" in text_of(view)


def test_a_unit_stands_in_options_as_it_was_typed() -> None:
    """There is no markdown in them that would have to be escaped."""
    action = make_action(kind=Kind.CUSTOM, unit_code="custom", fields={"unit": "fan_arts"})
    item = waiting((), action=action)
    own = OwnVerdict(Check(1, 1, Verdict.VERIFIED, START), item)
    batch, _ = draw_batch(ENGLISH, Batch(Queue(), [item], 1, Progress()))
    for view in (batch, draw_own(ENGLISH, OwnVerdicts([own]), Queue())):
        items = [i.item for i in view.walk_children() if isinstance(i, PickText)]
        options = [option for each in items for option in each.options]
        assert [("fan_arts" in option.label) for option in options] == [True]


def test_an_empty_page_says_how_far_the_checking_is_and_offers_what_lies_behind() -> None:
    progress = Progress(checked=20, total=400)
    for behind, labels in ((77, ["Next ones", "One by one"]), (None, ["One by one"])):
        view, _ = draw_batch(ENGLISH, Batch(Queue(), [], 1, progress, behind))
        assert labels_in(view) == labels
        assert "20 of 400" in text_of(view)
        items: Iterator[Any] = view.walk_children()
        ids = [item.custom_id for item in items if isinstance(item, Press)]
        assert any(each.endswith(".77") for each in ids) is (behind is not None)


@pytest.mark.parametrize("wanted", Filter)
def test_several_are_offered_only_where_several_can_be_checked(wanted: Filter) -> None:
    view, _ = draw_desk(ENGLISH, Desk(Queue(wanted), None, Progress()))
    one_by_one = wanted in (Filter.HELD, Filter.APPEALS)
    assert ("Check several" in labels_in(view)) is not one_by_one


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_all_of_ones_own_verdicts_fit(say: Language) -> None:
    action = hashtag(title="*" * 100)
    checks = [
        Check(n, n, Verdict.CORRECTED, START, amount=10**12, reason="*" * 200)
        for n in range(MOST_VERDICTS)
    ]
    own = [OwnVerdict(check, waiting((), action=action)) for check in checks]
    assert draw_own(say, OwnVerdicts(own, 1), Queue()).content_length() <= 4000


@pytest.mark.parametrize(
    ("sizes", "sent"), [([1] * 12, 10), ([MOST_BYTES] * 3 + [1], 3), ([1] * 10, 10)]
)
def test_more_files_than_a_message_takes_are_counted(sizes: list[int], sent: int) -> None:
    files = [EntryFile(f"{n}.webp", "image/webp", bytes(size)) for n, size in enumerate(sizes)]
    view, uploads = draw_desk(ENGLISH, Desk(Queue(), waiting((), files=files), Progress()))
    assert len(uploads) == sent
    left_out = len(files) - sent
    said = ENGLISH.many("files.left_out", left_out) if left_out else "message"
    assert (said in text_of(view)) is bool(left_out)


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
@pytest.mark.parametrize("sizes", [[1] * 20, [MOST_BYTES] * 5, []])
def test_everything_that_was_handed_in_can_be_seen(say: Language, sizes: list[int]) -> None:
    """Twenty links and codes and as many files, page by page, each once."""
    proofs = [("link", f"https://example.org/{n}*" + "총" * 270) for n in range(12)]
    proofs += [("code", f"`@everyone` {n:03}") for n in range(8)]
    files = [EntryFile(f"{n}.webp", "image/webp", bytes(size)) for n, size in enumerate(sizes)]
    full = waiting(tuple(proofs), files=files)
    view, _ = draw_desk(say, Desk(Queue(), full, Progress()))
    assert say("button.all_proofs") in labels_in(view)
    text, names, page = "", list[str](), 0
    while True:
        drawn, uploads = draw_proofs(say, full, page)
        assert drawn.content_length() <= 4000
        assert len(uploads) <= 10
        text += text_of(drawn)
        names += [upload.filename for upload in uploads]
        if say("button.page_after") not in labels_in(drawn):
            break
        page += 1
    for _, value in proofs:
        assert text.count(code(value)) == 1
    assert len(set(names)) == len(names) == len(sizes)
    assert text_of(draw_proofs(say, full, 10**9)[0]) == text_of(drawn), "the last one"


def test_what_is_shown_whole_has_no_further_page() -> None:
    files = [EntryFile("a.webp", "image/webp", b"x")] * 10
    few = waiting((("link", "https://example.org"), ("code", "A1")), files=files)
    view, _ = draw_desk(ENGLISH, Desk(Queue(), few, Progress()))
    assert ENGLISH("button.all_proofs") not in labels_in(view)
