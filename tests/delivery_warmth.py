"""What the processes to be killed are forked from: it has sent a message, and knows the statements.

To import this module is to warm up. Children compile nothing then, which most of their time went
into, and nothing that they share with their parent is copied because of the garbage collector.
"""

from __future__ import annotations

import asyncio
import gc
import tempfile
from pathlib import Path

from db.engine import Database
from db.migrate import migrate
from services.application import assemble, running
from services.clock import SystemClock
from tests import delivery_child
from tests.databases import sqlite_url_of
from tests.services.stand_ins import RecordingSender


async def send_one() -> None:
    """Send one message of a database that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url_of(Path(folder) / "warmth.sqlite")
        await migrate(url)
        await delivery_child.owe_messages(url, servers=1, each=1)
        database, sender = await Database.open(url), RecordingSender()
        services = assemble(database, SystemClock(), sender)
        async with running(services):
            await services.dispatcher.send_due()
        await database.close()
        assert sender.sent, "the statements of sending are what is wanted"


asyncio.run(send_one())
gc.freeze()
