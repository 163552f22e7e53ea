"""Share links: each platform's own way to count, what is cut, and addresses that say it all."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import Action, ActionState
from domain.errors import Gone, Refusal
from domain.kinds import Kind
from domain.share_links import (
    COPIED,
    FILLED_IN,
    PLATFORMS,
    SHOWN,
    ShareChoice,
    ShareText,
    count,
    may_share,
    read_instance,
    read_platforms,
    require_sharing,
    share,
    share_text_of,
)
from tests.domain.ledgers import DAY, START, make_action

HOUR = timedelta(hours=1)
INSTANCE = "mastodon.social"
X, THREADS, BLUESKY, MASTODON, FACEBOOK, REDDIT = (
    PLATFORMS[key] for key in ("x", "threads", "bluesky", "mastodon", "facebook", "reddit")
)


def hashtag(**values: object) -> Action:
    fields = {"tag": "OurDay", "prompt": "Your first concert?"}
    defaults = {"kind": Kind.HASHTAG, "unit_code": "posts", "fields": fields}
    return make_action(**(defaults | values))


SCRIPTS = [
    ("Latin", "#OurDay2027", "Which song got you through a bad day?", 49, 49, 49),
    ("Hangul", "#별빛컴백_2027", "언제 팬이 됐나요? 나만의 말로 적어 주세요.", 57, 36, 36),
    ("kana, kanji", "#星の記念日", "ライブで一番好きな曲は？", 36, 19, 19),
    ("Thai", "#วันของเรา", "เพลงไหนทำให้คุณยิ้มได้", 33, 33, 26),
    ("Arabic", "#يومنا_معا", "ما الأغنية التي غيّرت يومك؟", 38, 38, 37),
    ("Cyrillic", "#НашДень2027", "Какая песня вам помогла?", 37, 37, 37),
    ("Devanagari", "#हमारादिन", "किस गाने ने आपका दिन बनाया? 👩‍👩‍👧‍👦💜", 42, 67, 29),
]


@pytest.mark.parametrize(("script", "tag", "words", "x", "threads", "bluesky"), SCRIPTS)
def test_posts_in_seven_scripts_are_as_long_as_each_platform_counts(
    script: str, tag: str, words: str, x: int, threads: int, bluesky: int
) -> None:
    whole = ShareText(tag, words)
    platforms = (X, THREADS, BLUESKY, MASTODON)
    assert [share(p, whole, INSTANCE).length for p in platforms] == [x, threads, bluesky, bluesky]
    assert not any(share(platform, whole).shortened for platform in FILLED_IN)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        # The lengths that twitter-text's own conformance file documents.
        ("This is a test.", 15),
        ("http://test.com", 23),
        ("https://test.com", 23),
        ("test.com", 23),
        ("Test https://test.com test https://test.com test.com test", 86),
        ("저찀쯿쿿", 8),
        ("H🐱☺👨‍👩‍👧‍👦", 7),
        # Composed and decomposed, it is the same text.
        ("카페", 4),
        ("\u110f\u1161\u1111\u1166", 4),
    ],
)
def test_x_counts_as_twitter_text_does(text: str, length: int) -> None:
    assert count(X, text) == length


@pytest.mark.parametrize(
    ("text", "bluesky", "mastodon", "threads"),
    [
        ("Give https://example.org/" + "a" * 80, 105, 28, 105),
        ("👍🏽", 1, 1, 8),
        ("❤️", 1, 1, 6),
        ("1 © ☆", 5, 5, 5),
        ("🇰🇷", 1, 1, 8),
    ],
)
def test_others_count_as_they_say(text: str, bluesky: int, mastodon: int, threads: int) -> None:
    counted = [count(platform, text) for platform in (BLUESKY, MASTODON, THREADS)]
    assert counted == [bluesky, mastodon, threads]


def test_a_long_prompt_is_cut_and_the_tag_never_is() -> None:
    shared = share(X, ShareText("#별빛컴백", "언제 팬이 됐나요? " * 30))
    assert shared.text is not None
    assert shared.text.startswith("#별빛컴백 언제 팬이")
    assert shared.text.endswith("…")
    assert shared.shortened
    assert 276 <= shared.length <= 280
    family = share(BLUESKY, ShareText("#a", "👩‍👩‍👧‍👦" * 300))
    assert family.text == "#a " + "👩‍👩‍👧‍👦" * 296 + "…"


def test_what_is_too_long_even_without_its_words_has_no_link() -> None:
    whole = ShareText("", "Give", "https://example.org/" + "a" * 300)
    assert share(BLUESKY, whole).url is None
    assert share(BLUESKY, whole).too_long
    assert share(MASTODON, whole, INSTANCE).length == 28
    assert share(REDDIT, whole).length == 4


def test_a_platform_for_links_alone_takes_the_link_and_nothing_else() -> None:
    shared = share(FACEBOOK, ShareText("", "Give", "https://example.org/a?b=c"))
    assert (shared.text, shared.length) == (None, 0)
    assert shared.url is not None
    assert parse_qs(urlsplit(shared.url).query) == {"u": ["https://example.org/a?b=c"]}
    assert share(FACEBOOK, ShareText("#OurDay", "Your first concert?")).url is None


def test_mastodon_has_a_link_once_its_server_is_known() -> None:
    assert share(MASTODON, ShareText("#a")).url is None
    assert share(MASTODON, ShareText("#a"), INSTANCE).url == f"https://{INSTANCE}/share?text=%23a"


@pytest.mark.parametrize("platform", COPIED, ids=lambda platform: platform.key)
def test_where_nothing_can_be_filled_in_there_is_no_link(platform) -> None:
    assert share(platform, ShareText("#a", "b", "https://example.org")).url is None


_WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]) | st.just(" "), max_size=400)
_TAGS = st.from_regex(regex.compile(r"#\w{1,50}").pattern, fullmatch=True) | st.just("")
_LINKS = st.sampled_from(["", "https://example.org/give?a=b&c=d#e", "https://b.example/총공"])


@given(_TAGS, _WORDS, _LINKS, st.sampled_from(FILLED_IN))
def test_a_links_address_decodes_to_the_text_whole(tag, words, link, platform) -> None:
    whole = ShareText(tag, " ".join(words.split()), link)
    shared = share(platform, whole, INSTANCE)
    if shared.url is None:
        assert shared.too_long or (platform is FACEBOOK and not link)
        return
    assert shared.url.isascii()
    assert not regex.search(r"[\s<>()\[\]+]", shared.url)
    values = [each for found in parse_qs(urlsplit(shared.url).query).values() for each in found]
    if shared.text:
        assert shared.text in values
        assert shared.text.startswith(tag)
    assert link == "" or any(link in value for value in values)
    assert platform.limit is None or shared.length <= platform.limit
    assert shared.shortened == (shared.text is not None and whole.words not in shared.text)


# ---- What is shared of an action


def test_a_tag_comes_with_what_to_write_about_and_other_kinds_with_title_and_link() -> None:
    assert share_text_of(hashtag()).text == "#OurDay Your first concert?"
    assert share_text_of(hashtag(fields={"tag": "OurDay"})).text == "#OurDay"
    fundraiser = make_action(fields={"link": "https://example.org/give"})
    assert share_text_of(fundraiser).text == "Match a Million https://example.org/give"
    links = "https://a.example/1\nhttps://b.example/2"
    stream = make_action(kind=Kind.STREAM, unit_code="streams", fields={"links": links})
    assert share_text_of(stream) == ShareText("", "Match a Million", "https://a.example/1")
    secret = {"place": "Hall 1", "code": "QUOKKA"}
    coming = make_action(kind=Kind.ATTENDANCE, unit_code="people", fields=secret)
    assert share_text_of(coming).text == "Match a Million"


def test_several_lines_and_decomposed_letters_become_one_composed_line() -> None:
    prompt = "Cafe\u0301?\n\nWhy  there?"
    assert (
        share_text_of(hashtag(fields={"tag": "a", "prompt": prompt})).text == "#a Café? Why there?"
    )


def test_a_tag_is_shared_from_its_reveal_on_until_the_end() -> None:
    before, action = START - timedelta(microseconds=1), hashtag()
    assert [may_share(action, now) for now in (before, START, START + DAY)] == [False, True, False]
    assert may_share(make_action(), before)
    with pytest.raises(Refusal) as sealed:
        require_sharing(action, before)
    assert (sealed.value.key, sealed.value.values["time"]) == ("share.sealed", START)
    require_sharing(action, START)


@pytest.mark.parametrize("state", [ActionState.PAUSED, ActionState.CANCELLED, ActionState.FINAL])
def test_what_is_stopped_or_over_is_not_shared(state: ActionState) -> None:
    stopped = hashtag(state=state, stopped_at=START + HOUR)
    assert not may_share(stopped, START + 2 * HOUR)
    with pytest.raises(Refusal) as refused:
        require_sharing(stopped, START + 2 * HOUR)
    assert refused.value.key == f"refused.state.{state.value}"


def test_what_nobody_knows_of_is_not_shared() -> None:
    with pytest.raises(Gone):
        require_sharing(make_action(number=None, state=ActionState.DRAFT), START)


# ---- Where somebody shares to


def test_the_usual_platforms_are_shown_until_somebody_chooses() -> None:
    assert [platform.key for platform in SHOWN] == ["x", "threads", "bluesky"]
    assert ShareChoice().platforms == SHOWN
    assert ShareChoice(("reddit", "x", "gone")).platforms == (X, REDDIT)
    assert ShareChoice(("gone",)).platforms == SHOWN


def test_only_platforms_that_there_are_can_be_picked() -> None:
    assert read_platforms(["bluesky", "x"]) == ("x", "bluesky")
    for forged in ([], ["x", "myspace"], ["tiktok"]):
        with pytest.raises(Refusal):
            read_platforms(forged)


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("mastodon.social", "mastodon.social"),
        (" Mastodon.Social ", "mastodon.social"),
        ("https://mastodon.social/@me", "mastodon.social"),
        ("mastodon.social/@me", "mastodon.social"),
        ("@me@mastodon.social", "mastodon.social"),
        ("https://mastodon.social/?lang=ko#top", "mastodon.social"),
        ("me@bücher.example", "xn--bcher-kva.example"),
        ("마스토돈.한국", "xn--lq1bu7iosio7p.xn--3e0b707e"),
    ],
)
def test_a_mastodon_server_is_read_however_it_is_named(typed: str, host: str) -> None:
    assert read_instance(typed) == host


NO_SERVERS = ("", "me", "@me", "my server", "1.2.3.4", "localhost", "mastodon.social:99999")


@pytest.mark.parametrize(
    "typed", [*NO_SERVERS, "a..b", "x" * 300 + ".social", "a.example\\b", "{text}.io"]
)
def test_what_is_no_server_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_instance(typed)
    assert refused.value.key == "share.instance_invalid"
