"""Links: the same post is known again however its link is written, and tells when it was posted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.fields import fold_proof
from domain.kinds import ProofKind
from domain.links import normal_form, posted_at

X = "https://x.com/i/status/1990000000000000000"
VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
REEL = "https://www.instagram.com/p/DAbc_12-xY/"
TIKTOK = "https://www.tiktok.com/@fan.base/video/7300000000000000001"
THREAD = "https://www.threads.com/@fan/post/C8abcDEF_12"
SKY = "https://bsky.app/profile/fan.bsky.social/post/3kabcdefgh2a"
MESSAGE = "https://discord.com/channels/1108000000000000001/22/1442449182837346304"
WEVERSE = "https://weverse.io/artist/fanpost/4-123456789"
PAGE = "https://example.org/give/now?a=1&b=2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (X, "https://twitter.com/somebody/status/1990000000000000000"),
        (X, "https://x.com/somebody/status/1990000000000000000?s=20&t=AbCdEf"),
        (X, "http://mobile.twitter.com/somebody/status/1990000000000000000/"),
        (X, "https://x.com/somebody/status/1990000000000000000/photo/1"),
        (X, "https://x.com/i/web/status/1990000000000000000"),
        (X, "https://www.twitter.com/other_name/statuses/1990000000000000000"),
        (X, "https://fxtwitter.com/somebody/status/1990000000000000000/en"),
        (X, "https://vxtwitter.com/somebody/status/1990000000000000000"),
        (X, "https://nitter.net/somebody/status/1990000000000000000#m"),
        (X, "HTTPS://X.COM/Somebody/status/1990000000000000000"),
        (X, "  https://x.com/somebody/status/1990000000000000000  "),
        (VIDEO, "https://youtu.be/dQw4w9WgXcQ"),
        (VIDEO, "https://youtu.be/dQw4w9WgXcQ?si=abcdef&t=42"),
        (VIDEO, "https://m.youtube.com/watch?v=dQw4w9WgXcQ&feature=share"),
        (VIDEO, "https://www.youtube.com/shorts/dQw4w9WgXcQ"),
        (VIDEO, "https://youtube.com/live/dQw4w9WgXcQ?si=x"),
        (VIDEO, "https://www.youtube.com/embed/dQw4w9WgXcQ"),
        (VIDEO, "https://music.youtube.com/watch?v=dQw4w9WgXcQ&si=x"),
        (VIDEO, "https://www.youtube.com/watch?list=PL123&v=dQw4w9WgXcQ&t=4s"),
        (REEL, "https://instagram.com/reel/DAbc_12-xY/?igsh=MzRl"),
        (REEL, "https://www.instagram.com/some.fan/reel/DAbc_12-xY/"),
        (REEL, "https://www.instagram.com/reels/DAbc_12-xY"),
        (REEL, "https://m.instagram.com/p/DAbc_12-xY/?utm_source=ig_web_copy_link&img_index=2"),
        (TIKTOK, "https://m.tiktok.com/v/7300000000000000001.html"),
        (TIKTOK, "https://www.tiktok.com/@x/photo/7300000000000000001?is_from_webapp=1"),
        (TIKTOK, "https://www.tiktok.com/@fan.base/video/7300000000000000001?_r=1&_t=8x"),
        (THREAD, "https://threads.net/@fan/post/C8abcDEF_12?xmt=AQ"),
        (THREAD, "https://www.threads.net/t/C8abcDEF_12"),
        (SKY, "https://bsky.app/profile/Fan.bsky.social/post/3kabcdefgh2a?ref_src=embed"),
        (SKY, "https://fxbsky.app/profile/fan.bsky.social/post/3kabcdefgh2a"),
        (MESSAGE, MESSAGE.replace("discord.com", "ptb.discord.com")),
        (MESSAGE, MESSAGE.replace("discord.com", "canary.discord.com")),
        (MESSAGE, MESSAGE.replace("discord.com", "discordapp.com") + "/"),
        (WEVERSE, "https://m.weverse.io/artist/fanpost/4-123456789?hl=ko"),
        (PAGE, "http://example.org/give/now?b=2&a=1"),
        (PAGE, "https://www.example.org:443/give/now/?a=1&b=2#thanks"),
        (PAGE, "http://EXAMPLE.org:80/give/./old/../now?a=1&b=2"),
        (PAGE, "https://example.org/give/now?utm_source=x&utm_campaign=y&a=1&fbclid=z&b=2"),
        (PAGE, "https://example.org/%67ive/now?a=1&b=%32"),
        ("https://한국.kr/길", "https://xn--3e0b707e.kr/%EA%B8%B8"),
        ("https://example.org/%e2%82%ac", "https://example.org/€"),
        ("https://example.org", "http://www.example.org/"),
    ],
)
def test_the_same_link_is_known_again(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)
    assert fold_proof(ProofKind.LINK, one) == fold_proof(ProofKind.LINK, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (X, "https://x.com/i/status/1990000000000000001"),
        (X, "https://x.com/somebody"),
        (X, "https://x.example.com/i/status/1990000000000000000"),
        (X, "https://notx.com/i/status/1990000000000000000"),
        (X, "https://x.com:8443/i/status/1990000000000000000"),
        (VIDEO, "https://youtu.be/dQw4w9WgXcq"),
        (VIDEO, "https://youtube.com/watch?v=dQw4w9WgXc"),
        (VIDEO, "https://example.org/watch?v=dQw4w9WgXcQ"),
        (VIDEO, "https://www.youtube.com/playlist?list=PL123"),
        ("https://youtube.com/playlist?list=PL1", "https://youtube.com/playlist?list=PL2"),
        ("https://youtube.com/watch?v=", "https://youtube.com/watch?v=dQw4w9WgXcQ"),
        (REEL, "https://www.instagram.com/p/DAbc_12-xy/"),
        (TIKTOK, "https://www.tiktok.com/@fan.base/video/7300000000000000002"),
        ("https://www.tiktok.com/@fan.base", "https://www.tiktok.com/@fan.bass"),
        (THREAD, "https://threads.net/@fan/post/C8abcDEF_13"),
        (SKY, "https://bsky.app/profile/other.bsky.social/post/3kabcdefgh2a"),
        (MESSAGE, MESSAGE[:-1] + "5"),
        (WEVERSE, "https://weverse.io/artist/fanpost/4-123456780"),
        (PAGE, "https://example.org/give/now?a=2&b=1"),
        (PAGE, "https://example.org/Give/now?a=1&b=2"),
        (PAGE, "https://example.org:8443/give/now?a=1&b=2"),
        (PAGE, "https://other.example.org/give/now?a=1&b=2"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/?t=1", "https://example.org/?t=2"),
        ("https://x.com/search?q=a", "https://x.com/search?q=b"),
    ],
)
def test_another_link_is_another(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


HOSTS = st.sampled_from(
    "x.com youtube.com youtu.be m.tiktok.com www.instagram.com threads.net bsky.app"
    " discord.com example.org weverse.io 한국.kr www.m.example.org www.com m.www.x.com".split()
)
PIECES = st.text(st.sampled_from("ab1-_.~%/@é?&=#+ 한:;"), max_size=30)


@given(HOSTS, st.sampled_from(["", ":443", ":80", ":8080", ":x"]), PIECES)
@example("x.com", "", "i/status/1/photo/1")
@example("youtube.com", "", "watch?v=&v=a%2Fb")
def test_a_normal_form_is_its_own(host: str, port: str, rest: str) -> None:
    form = normal_form(f"http://{host}{port}/{rest}")
    assert normal_form(form) == form


@given(st.text(max_size=60))
def test_whatever_was_stored_as_a_link_has_a_form(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)


def test_a_post_on_x_tells_when_it_was_posted() -> None:
    # The example of en.wikipedia.org/wiki/Snowflake_ID.
    assert posted_at("https://twitter.com/Wikipedia/status/1541815603606036480?s=20") == datetime(
        2022, 6, 28, 16, 7, 40, 105000, tzinfo=UTC
    )
    assert posted_at("https://x.com/jack/status/20") is None


def test_a_message_on_discord_tells_when_it_was_sent() -> None:
    # The example of docs.discord.com/developers/reference#snowflakes.
    assert posted_at("https://ptb.discord.com/channels/1/2/175928847299117063") == datetime(
        2016, 4, 30, 11, 18, 25, 796000, tzinfo=UTC
    )


@pytest.mark.parametrize("url", [VIDEO, REEL, PAGE, "https://x.com/jack", "x", X + "000000000"])
def test_other_links_do_not_tell(url: str) -> None:
    assert posted_at(url) is None


@given(st.datetimes(datetime(2011, 1, 1), datetime(2060, 1, 1)))
def test_times_come_back_from_snowflakes_to_the_millisecond(wall: datetime) -> None:
    moment = wall.replace(tzinfo=UTC)
    number = int(moment.timestamp() * 1000 - 1_288_834_974_657) << 22
    found = posted_at(f"https://x.com/i/status/{number}")
    assert found is not None
    assert abs(found - moment) <= timedelta(milliseconds=1)
