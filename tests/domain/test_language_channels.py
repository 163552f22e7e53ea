"""Language channels: what a press in one means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.language_channels import MAIN, pressed_in
from domain.servers import LanguageChannel, Server
from tests.domain.test_seals import hashtag

SERVER = Server(1, announce_channel_id=500, language_channels=(LanguageChannel("ko", 501),))


@pytest.mark.parametrize(
    ("posted_in", "channel_id", "language"),
    [
        (None, 500, MAIN),
        (None, 501, "ko"),
        (None, 502, None),
        (None, None, None),
        (502, 502, MAIN),
        (502, 500, None),
        (501, 501, MAIN),  # its one card there: it was posted before the channel was Korean
    ],
)
def test_a_press_says_where_somebody_reads(
    posted_in: int | None, channel_id: int | None, language: str | None
) -> None:
    action = replace(hashtag(), channel_id=posted_in)
    assert pressed_in(action, SERVER, channel_id) == language
