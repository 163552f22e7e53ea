"""What organisers type into a kind's fields is read, or refused by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import Refusal
from domain.fields import (
    fields_as_text,
    fold_proof,
    read_capacity,
    read_fields,
    read_given,
    read_proof,
    read_proofs,
    read_title,
    read_url,
    require_sealed,
)
from domain.kinds import KINDS, FieldKind, Kind, ProofKind, rules
from locales import language
from tests.domain.ledgers import make_action

FUNDRAISER = {"link": "https://example.org/give", "currency": "usd"}


def refused(work: object, *arguments: object) -> str:
    """The key of the refusal that a call ends in."""
    with pytest.raises(Refusal) as caught:
        work(*arguments)  # type: ignore[operator]  # pyright: ignore[reportCallIssue]
    return caught.value.key


@pytest.mark.parametrize(
    "typed",
    [
        "example.org",
        "ftp://example.org",
        "javascript:alert(1)",
        "https://",
        "https://localhost",
        "https://user@example.org",
        "https://example.org/a b",
        "https://example.org/](x)",
        "https://[::1",
        "https://.",
        "https://a..b",
        "https://-a.org",
        "https://a_b.org",
        "https://ex%61mple.org",
        "https://☃",
        "https://192.168.0.1/",
        f"https://{'a' * 64}.org",
        "https://example.org:abc",
        "https://example.org:99999",
        "https://example.org:0",
        "https://:pw@example.org/",
        "https://@example.org/",
        "https://example.org/\u202e",
    ],
)
def test_what_is_no_web_address_is_refused(typed: str) -> None:
    assert refused(read_url, typed) == "field.link.invalid"


def test_a_web_address_is_taken_as_it_is() -> None:
    assert read_url(" https://example.org/give?x=1#top ") == "https://example.org/give?x=1#top"
    assert read_url("https://example.org:8443/Ä?q=총") == "https://example.org:8443/Ä?q=총"


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("HTTPS://Example.ORG:/Give", "https://example.org/Give"),
        ("https://한국.kr/총", "https://xn--3e0b707e.kr/총"),
        ("https://faß.de", "https://xn--fa-hia.de"),  # Another owner's than fass.de.
        ("https://аpple.com", "https://xn--pple-43d.com"),  # With a Cyrillic а.
        ("https://example。org", "https://example.org"),
    ],
)
def test_a_host_is_written_as_browsers_ask_for_it(typed: str, taken: str) -> None:
    assert read_url(typed) == taken


@pytest.mark.parametrize("typed", ["", " \n", "-", " — ", "👍", "?!"])
@pytest.mark.parametrize("kind", list(ProofKind))
def test_who_has_no_proof_types_nothing_or_a_dash(kind: ProofKind, typed: str) -> None:
    assert read_proof(kind, typed) is None


@pytest.mark.parametrize(
    "typed", ["no", "n/a", "없음", "none", "nothing", "A-1", "12.", "thank you", "총"]
)
def test_a_word_is_no_code(typed: str) -> None:
    assert refused(read_proof, ProofKind.CODE, typed) == "proof.not_a_code"


@pytest.mark.parametrize("typed", ["MM-0001-3F2A", "1234", "ab12", "접수 2026", "Ref. 77 / A"])
def test_a_code_is_taken_as_it_is(typed: str) -> None:
    assert read_proof(ProofKind.CODE, f" {typed}\n") == typed


@pytest.mark.parametrize("typed", ["no", "없음", "MM-0001", "example.org/post/1", "https://a..b"])
def test_what_is_no_link_proves_no_post(typed: str) -> None:
    assert refused(read_proof, ProofKind.LINK, typed) == "proof.not_a_link"


def test_a_link_is_taken_as_proof() -> None:
    assert read_proof(ProofKind.LINK, " https://Youtu.be/AbC-d ") == "https://youtu.be/AbC-d"


@pytest.mark.parametrize(
    "typed",
    [
        "https://discord.com/channels/1/2/3",
        "discord.com/channels/1/2/3",
        "Receipt 1234: https://cdn.discordapp.com/attachments/1/2/receipt.png",
        "WWW.example.org/receipt1",
        "<https://pic.example.org/1>",
    ],
)
def test_the_address_of_a_receipt_is_no_code(typed: str) -> None:
    assert refused(read_proof, ProofKind.CODE, typed) == "proof.code_is_address"


def test_several_links_stand_in_a_line_or_on_one_each() -> None:
    typed = "https://x.com/a/status/1  https://x.com/a/status/2\n\n https://youtu.be/a "
    links = "https://x.com/a/status/1\nhttps://x.com/a/status/2\nhttps://youtu.be/a"
    assert read_proofs(ProofKind.LINK, typed) == links
    assert read_proofs(ProofKind.LINK, " \n-") == ""


def test_several_codes_stand_on_a_line_each() -> None:
    assert read_proofs(ProofKind.CODE, " MM-0001 3F2A\n\nMM-0002\n") == "MM-0001 3F2A\nMM-0002"


def test_of_several_links_the_one_that_is_none_is_named() -> None:
    with pytest.raises(Refusal) as caught:
        read_proofs(ProofKind.LINK, "https://youtu.be/a nope https://youtu.be/b")
    assert (caught.value.key, caught.value.values["text"]) == ("proof.not_a_link", "nope")


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        (ProofKind.CODE, "Ab-12 cd", "AB12CD", True),
        (ProofKind.CODE, "ab–12‑cd", "ab12cd", True),
        (ProofKind.CODE, "ab12", "ab13", False),
        (ProofKind.LINK, "https://youtu.be/AbC-d", "https://youtu.be/abcd", False),
        (ProofKind.LINK, "https://youtu.be/AbC-d", "https://youtu.be/AbC-D", False),
        (ProofKind.LINK, "https://youtu.be?v=A", "https://youtu.be?v=a", False),
        (ProofKind.LINK, "HTTPS://Youtu.BE/AbC-d", "https://youtu.be/AbC-d", True),
    ],
)
def test_the_same_proof_is_known_again(kind: ProofKind, one: str, other: str, same: bool) -> None:
    assert (fold_proof(kind, one) == fold_proof(kind, other)) is same


def test_a_title_is_one_line_of_at_most_a_hundred_characters() -> None:
    assert read_title("  Match \n the   million ") == "Match the million"
    assert refused(read_title, " \n ") == "field.title.empty"
    assert refused(read_title, "x" * 101) == "field.title.too_long"


@pytest.mark.parametrize(
    "typed", ["\u200b\u200d", "\u202e\u2066\u200f", "\u3164", "\u2800", "\ufe0f", "\u0301", "\xad"]
)
def test_a_title_that_shows_nothing_is_refused(typed: str) -> None:
    assert refused(read_title, f" {typed} ") == "field.title.invisible"
    assert read_title(f"{typed}👍") == f"{typed}👍"


def test_a_field_that_shows_nothing_is_empty() -> None:
    hashtag = rules(Kind.HASHTAG)
    assert "prompt" not in read_fields(hashtag, {"tag": "#Tag", "prompt": "\u200b"}, "en").texts
    assert refused(read_fields, hashtag, {"tag": "\u3164"}, "en") == "field.tag.missing"


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("OurDay", "OurDay"),
        ("OurDay", "Trend party for #ourday!"),
        ("OurDay", "Our Day, at eight"),
        ("OurDay", "Our our day"),
        ("Our_Day", "our-day"),
        ("OurDay", "ＯｕｒＤａｙ"),
        ("별빛컴백", "오늘은 별빛컴백을 함께"),
        ("별빛컴백", "별빛 컴백 총공"),
        ("星光", "今夜の星光トレンド"),
        ("BTS컴백", "bts 컴백총공"),
        ("OurDay", "#OurDay를 달고 올려 주세요"),
        ("OurDay", "今夜OurDay2nd、OurDayで"),
    ],
)
def test_the_sealed_tag_stands_nowhere_else(tag: str, text: str) -> None:
    hashtag = rules(Kind.HASHTAG)
    assert refused(require_sealed, hashtag, text, {"tag": tag}) == "field.sealed.title"
    beside = {"tag": tag, "prompt": text}
    assert refused(require_sealed, hashtag, "Trend party", beside) == "field.sealed.prompt"


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("ART", "start of the party"),
        ("OurDay", "Our Days"),
        ("OurDay", "your day"),
        ("Day1", "Day 10"),
        ("별빛컴백", "별빛 총공"),
    ],
)
def test_other_words_tell_no_tag(tag: str, text: str) -> None:
    require_sealed(rules(Kind.HASHTAG), text, {"tag": tag, "prompt": text})


def test_nothing_is_sealed_in_a_fundraiser() -> None:
    require_sealed(rules(Kind.FUNDRAISER), "https://example.org", {"link": "https://example.org"})


@pytest.mark.parametrize("kind", list(Kind))
def test_every_field_beside_a_sealed_one_has_its_sentence(kind: Kind) -> None:
    fields = rules(kind).fields
    if any(field.sealed for field in fields):
        open_texts = [f.name for f in fields if f.kind in (FieldKind.TEXT, FieldKind.URL)]
        for name in ("title", *open_texts):
            assert language("en")(f"field.sealed.{name}", text="x")


def test_a_capacity_is_read_as_people_write_numbers() -> None:
    assert read_capacity("1,000", "en") == 1000
    assert read_capacity("2천", "ko") == 2000
    assert read_capacity("  ", "en") is None
    assert refused(read_capacity, "2000000", "en") == "field.capacity.too_large"
    assert refused(read_capacity, "many", "en") == "amount.not_understood"
    assert refused(read_capacity, "0", "en") == "amount.not_positive"


def test_amounts_are_read_in_the_currency_whatever_the_order_of_the_fields() -> None:
    read = read_fields(
        rules(Kind.FUNDRAISER), {"goal": "10,000", "baseline": "500.50", **FUNDRAISER}, "en"
    )
    assert (read.unit_code, read.goal, read.baseline) == ("USD", 1_000_000, 50_050)
    assert read.texts == {"link": "https://example.org/give"}


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"currency": ""}, "field.currency.missing"),
        ({"currency": "XYZ"}, "field.currency.unknown"),
        ({"link": ""}, "field.link.missing"),
        ({"goal": "€500"}, "amount.other_currency"),
        ({"goal": "a lot"}, "amount.not_understood"),
        ({"currency": "KWD", "goal": "1.234"}, "amount.ambiguous"),
    ],
)
def test_a_field_that_cant_be_taken_is_named(typed: dict[str, str], key: str) -> None:
    assert refused(read_fields, rules(Kind.FUNDRAISER), {**FUNDRAISER, **typed}, "en") == key


def test_the_kinds_cap_holds_where_none_is_typed() -> None:
    read = read_fields(rules(Kind.HASHTAG), {"tag": "#Tag"}, "en")
    assert read.cap == rules(Kind.HASHTAG).default_cap == 300
    assert read_fields(rules(Kind.HASHTAG), {"tag": "#Tag", "cap": "50"}, "en").cap == 50


@pytest.mark.parametrize("kind", list(Kind))
def test_a_kinds_form_fits_into_a_modal_and_names_no_field_twice(kind: Kind) -> None:
    fields = KINDS[kind].fields
    assert len({field.name for field in fields}) == len(fields)
    pages = [field.page for field in fields]
    assert set(pages) <= {1, 2}
    assert all(pages.count(page) <= 5 for page in pages)


def test_a_draft_is_written_so_that_it_reads_back_the_same() -> None:
    draft = replace(
        make_action(),
        kind=Kind.FUNDRAISER,
        unit_code="KWD",
        goal=1_234_500,
        baseline=1,
        cap=999_000,
        fields={"link": "https://example.org"},
    )
    read = read_fields(draft.rules, fields_as_text(draft), "en")
    assert (read.unit_code, read.goal, read.baseline, read.cap, read.texts) == (
        draft.unit_code,
        draft.goal,
        draft.baseline,
        draft.cap,
        draft.fields,
    )


def test_several_currencies_are_read_the_first_one_first() -> None:
    read = read_fields(rules(Kind.FUNDRAISER), FUNDRAISER | {"currency": "usd, krw EUR"}, "en")
    assert read.unit_code == "USD"
    assert read.texts["currencies"] == "KRW EUR"
    assert "currencies" not in read_fields(rules(Kind.FUNDRAISER), FUNDRAISER, "en").texts


@pytest.mark.parametrize(
    ("texts", "key"),
    [
        ({"currency": "USD, XYZ"}, "field.currency.unknown"),
        ({"currency": "USD KRW usd"}, "field.currency.twice"),
        ({"currency": "USD KRW EUR JPY BRL PHP"}, "field.currency.too_many"),
        ({"currency": " , "}, "field.currency.missing"),
        ({"currency": "USD, KRW", "rates": "KRW 0.0007"}, "field.rates_source.missing"),
        ({"rates": "KRW 0.0007", "rates_source": "ECB"}, "field.rates.other_currency"),
        ({"matcher": "Moonlight"}, "field.match_limit.missing"),
        ({"match_limit": "5,000"}, "field.matcher.missing"),
    ],
)
def test_what_does_not_go_together_in_a_fundraiser_is_refused(
    texts: dict[str, str], key: str
) -> None:
    assert refused(read_fields, rules(Kind.FUNDRAISER), FUNDRAISER | texts, "en") == key


def test_the_second_page_of_a_fundraiser_is_read_back_as_it_was_typed() -> None:
    texts = FUNDRAISER | {
        "currency": "USD, KRW",
        "rates": "KRW 0.00073",
        "rates_source": "ECB, 20 November",
        "matcher": "Moonlight Records",
        "match_limit": "5,000",
    }
    read = read_fields(rules(Kind.FUNDRAISER), texts, "en")
    assert read.texts["match_limit"] == "500000"
    again = fields_as_text(make_action(fields=read.texts))
    assert again["currency"] == "USD, KRW"
    assert again["match_limit"] == "5000.00"
    assert read_fields(rules(Kind.FUNDRAISER), again, "en") == read


def test_links_are_kept_one_a_line_and_each_once() -> None:
    typed = "https://a.example/1\nhttps://b.example/2 https://a.example/1"
    read = read_fields(rules(Kind.STREAM), {"links": typed}, "en")
    assert read.texts["links"] == "https://a.example/1\nhttps://b.example/2"
    eleven = "\n".join(f"https://a.example/{n}" for n in range(11))
    assert refused(read_fields, rules(Kind.STREAM), {"links": eleven}, "en") == (
        "field.links.too_many"
    )
    assert refused(read_fields, rules(Kind.STREAM), {"links": "spotify"}, "en") == (
        "field.link.invalid"
    )


@pytest.mark.parametrize("unit", ["letters", "편지", "hand-written letters", "cartas d’amor"])
def test_a_unit_is_what_its_organiser_calls_it(unit: str) -> None:
    assert read_fields(rules(Kind.CUSTOM), {"unit": f" {unit} "}, "en").texts["unit"] == unit


@pytest.mark.parametrize("unit", ["12", "*letters*", "@everyone", "-letters", "[x](y)", "#1"])
def test_a_unit_of_signs_is_refused(unit: str) -> None:
    assert refused(read_fields, rules(Kind.CUSTOM), {"unit": unit}, "en") == "field.unit.invalid"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("30", [(3000, "USD")]),
        ("25 EUR", [(2500, "EUR")]),
        ("€25", [(2500, "EUR")]),
        ("₩30,000", [(30_000, "KRW")]),
        ("3만원", [(30_000, "KRW")]),
        ("$30", [(3000, "USD"), (3000, "CAD")]),
        ("US$30", [(3000, "USD")]),
    ],
)
def test_what_was_given_is_read_in_the_currency_that_it_names(
    typed: str, expected: list[tuple[int, str]]
) -> None:
    action = make_action(fields={"currencies": "KRW EUR CAD"})
    given = read_given(typed, action, "en")
    assert [(one.amount, one.unit_code) for one in given] == expected


def test_what_names_a_currency_that_is_not_taken_is_refused() -> None:
    action = make_action(fields={"currencies": "KRW"})
    assert refused(read_given, "25 EUR", action, "en") == "amount.other_currency"
    assert refused(read_given, "a lot", action, "en") == "amount.not_understood"
    assert refused(read_given, "25 EUR", make_action(), "en") == "amount.other_currency"


def test_money_without_a_currency_is_in_the_one_picked_and_a_typed_one_goes_first() -> None:
    action = make_action(fields={"currencies": "CAD KRW"})
    for typed, code in (("25", "CAD"), ("$25", "CAD"), ("25 USD", "USD"), ("25 KRW", "KRW")):
        assert [one.unit_code for one in read_given(typed, action, "en", "CAD")] == [code]
    assert [one.unit_code for one in read_given("25", action, "en", "EUR")] == ["USD"]
