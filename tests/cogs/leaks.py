"""Looking for texts where they must not be: in everything that a bot sends, logs and stores."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from simcord.actors import MemberActor
from simcord.results import ResponseMessage
from sqlalchemy import Row, Table, select

from bot import TALKATIVE, set_up_logging
from db.tables import metadata
from domain.posters import PosterUse
from tests.fanserver import FanServer


@cache
def forms_of(text: str) -> frozenset[str]:
    """The ways in which a text can stand somewhere: as it is, in JSON, in an address."""
    written = {text, json.dumps(text).strip('"'), quote(text), quote_plus(text)}
    return frozenset(form.casefold() for form in written)


def texts_of(content: bytes) -> str:
    """What a file says, unpacked where it is packed and joined where its lines are folded."""
    if zipfile.is_zipfile(io.BytesIO(content)):  # a spreadsheet is one too
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "\n".join(texts_of(packed.read(name)) for name in packed.namelist())
    return content.replace(b"\r\n ", b"").decode("utf-8", "replace")


def says(haystack: str, texts: Collection[str]) -> bool:
    """Tell whether one of the texts is in it, in any case and however it is written."""
    folded = haystack.casefold()
    return any(form in folded for text in texts for form in forms_of(text))


@contextmanager
def logged_as_operators_can(caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """Log all that an operator can have the bot log: everything, as it is set up for `DEBUG`."""
    loggers = [logging.getLogger(name) for name in (*TALKATIVE, "sqlalchemy")]
    before = [logger.level for logger in loggers]
    with caplog.at_level(logging.DEBUG):
        set_up_logging("DEBUG")
        try:
            yield
        finally:
            for logger, level in zip(loggers, before, strict=True):
                logger.setLevel(level)


@dataclass
class Search:
    """Where texts are found in a server, outside what its `holders` were answered."""

    server: FanServer
    caplog: pytest.LogCaptureFixture
    texts: tuple[str, ...]
    holders: tuple[MemberActor, ...]

    async def everywhere(self) -> list[str]:
        """Each place where one of the texts is found, in words."""
        return [
            *self.requests(),
            *(f"logged by {r.name}" for r in self.caplog.records if self._logged(r)),
            *await self._files(),
            *await self._rows(),
        ]

    def requests(self) -> Iterator[str]:
        """The requests with a text, apart from answers to those who may see it."""
        holders = {who.id for who in self.holders}
        interactions = self.server.env.backend.interactions.values()
        own = {i.token for i in interactions if i.user_id in holders}
        for request in self.server.env.http_requests:
            body = json.dumps([request.params, request.json, request.reason], ensure_ascii=False)
            # A file may be passed on by whoever got it; its name goes with it.
            names = "\n".join(file["filename"] for file in _attached(request.json))
            told = says(body, self.texts) and not own.intersection(request.path.split("/"))
            told = told or says(names, self.texts)
            if told or says(request.path, self.texts):
                yield f"{request.method} {request.path}"

    def _logged(self, record: logging.LogRecord) -> bool:
        shown = logging.Formatter("%(name)s %(message)s").format(record)  # with its traceback
        return says(shown, self.texts)

    async def _files(self) -> list[str]:
        """The files in all messages and answers, whoever got them: they can be passed on."""
        env = self.server.env
        return [
            f"{file.filename} in {channel_id}"
            for channel_id, messages in env.backend.messages.items()
            for stored in messages.values()
            for file in ResponseMessage(env, stored).attachments
            if says(texts_of(await file.read()), self.texts)
        ]

    async def _rows(self) -> list[str]:
        """What is stored, apart from the action's own row and what is shown from the reveal on."""
        places: list[str] = []
        async with self.server.database.read() as conn:
            for table in metadata.sorted_tables:
                if table.name == "action":
                    continue
                rows = await conn.execute(select(table))
                found = [row for row in rows if says(repr(tuple(row)), self.texts)]
                found = [row for row in found if not _is_shown_later(table, row)]
                places += [f"a row of {table.name}"] * len(found)
        return places


def _attached(body: Any) -> list[dict[str, Any]]:
    """The files that a request says it has with it."""
    if not isinstance(body, dict):
        return []
    found: dict[str, Any] = body
    return [*found.get("attachments", ()), *_attached(found.get("data"))]


def _is_shown_later(table: Table, row: Row[Any]) -> bool:
    return table.name == "poster" and row.use == PosterUse.REVEAL
