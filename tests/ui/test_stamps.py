"""The stamp by which a message that may have been sent is found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import discord
import pytest
from simcord.env import Env

from domain.deliveries import DeliveryKind
from domain.errors import SendFailed
from domain.owed_messages import OwedMessage
from tests.ui.subjects import some_tally
from tests.ui.test_sender import Desk

HISTORY = "/channels/*/messages*"


@pytest.fixture
def desk(simcord_env: Env) -> Desk:
    return Desk(simcord_env)


def another(owed: OwedMessage, delivery_id: int) -> OwedMessage:
    return replace(owed, delivery=replace(owed.delivery, delivery_id=delivery_id))


@pytest.mark.parametrize(
    "kind",
    [
        DeliveryKind.ANNOUNCEMENT,
        DeliveryKind.CARD,
        DeliveryKind.MOMENT,
        DeliveryKind.CLOSING,
        DeliveryKind.TALLY,
    ],
)
async def test_what_was_sent_is_found_among_what_else_was(desk: Desk, kind: DeliveryKind) -> None:
    owed = desk.owe(kind, **({"tally": some_tally()} if kind is DeliveryKind.TALLY else {}))
    since = discord.utils.utcnow()
    await desk.sender.send(another(owed, 6))
    post = await desk.sender.send(owed)
    await desk.sender.send(another(owed, 7))
    assert await desk.sender.find(owed, since) == post
    assert await desk.sender.find(another(owed, 8), since) is None


async def test_only_what_was_posted_since_is_looked_through(desk: Desk) -> None:
    owed = desk.owe(DeliveryKind.ANNOUNCEMENT)
    await desk.sender.send(owed)
    later = discord.utils.utcnow() + timedelta(hours=1)
    assert await desk.sender.find(owed, later) is None


async def test_where_the_history_may_not_be_read_nothing_is_found(desk: Desk) -> None:
    owed = desk.owe(DeliveryKind.ANNOUNCEMENT)
    await desk.sender.send(owed)
    desk.env.inject_error("GET", HISTORY, status=403, code=50013)
    assert await desk.sender.find(owed, discord.utils.utcnow()) is None


async def test_an_outage_while_looking_is_no_answer(desk: Desk) -> None:
    """Else what stands there already would be sent once more."""
    owed = desk.owe(DeliveryKind.ANNOUNCEMENT)
    desk.env.inject_error("GET", HISTORY, status=503, code=0)
    with pytest.raises(SendFailed) as failed:
        await desk.sender.find(owed, discord.utils.utcnow())
    assert not failed.value.permanent


async def test_nobody_else_s_message_is_taken_for_ours(desk: Desk) -> None:
    owed = desk.owe(DeliveryKind.ANNOUNCEMENT)
    await desk.fan.send(desk.channel, "1005")
    assert await desk.sender.find(owed, discord.utils.utcnow()) is None
