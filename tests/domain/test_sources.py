"""Sources: the platforms on which an action is streamed, as its links name them."""

from __future__ import annotations

import pytest

from domain.actions import Action
from domain.errors import Refusal
from domain.kinds import Kind
from domain.sources import OTHER, read_source, sources_of
from tests.domain.ledgers import make_action


def a_drive(*links: str) -> Action:
    fields = {"links": "\n".join(links)}
    return make_action(kind=Kind.STREAM, unit_code="streams", fields=fields)


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://www.youtube.com/watch?v=AbC-d", "YouTube"),
        ("https://music.youtube.com/playlist?list=PL1", "YouTube"),
        ("https://youtu.be/AbC-d", "YouTube"),
        ("https://open.spotify.com/track/1", "Spotify"),
        ("https://music.apple.com/kr/album/1", "Apple Music"),
        ("https://www.melon.com/song/detail.htm?songId=1", "Melon"),
        ("https://m.genie.co.kr/detail/songInfo?xgnm=1", "Genie"),
        ("https://music.bugs.co.kr/track/1", "Bugs"),
        ("https://vibe.naver.com/track/1", "VIBE"),
        ("https://play.anghami.com/song/1", "Anghami"),
        ("https://notyoutube.com/1", "notyoutube.com"),
        ("https://www.radio.example.org:8443/live", "radio.example.org"),
    ],
)
def test_a_link_names_its_platform_or_its_host(link: str, name: str):
    assert sources_of(a_drive(link)) == (name, OTHER)


def test_several_links_to_a_platform_are_one_in_the_order_of_the_links():
    drive = a_drive("https://youtu.be/a", "https://open.spotify.com/b", "https://youtube.com/c")
    assert sources_of(drive) == ("YouTube", "Spotify", OTHER)


def test_other_kinds_have_none_whatever_they_link_to():
    assert sources_of(make_action(fields={"link": "https://youtu.be/a"})) == ()
    assert read_source(make_action(), None) is None


def test_no_platform_is_guessed_and_one_without_a_link_is_taken():
    one = a_drive("https://youtu.be/a")
    assert read_source(one, None) is None
    assert read_source(one, "YouTube") == "YouTube"
    assert read_source(one, OTHER) == OTHER


@pytest.mark.parametrize("action", [make_action(), a_drive("https://youtu.be/a")])
def test_what_is_none_of_the_actions_is_refused(action: Action):
    with pytest.raises(Refusal) as caught:
        read_source(action, "Melon")
    assert caught.value.key == "refused.source_gone"
