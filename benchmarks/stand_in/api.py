"""What every route of the stand-in is given: the world, the gateway and one request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from benchmarks.stand_in import errors
from benchmarks.stand_in.gateway import Gateway
from benchmarks.stand_in.places import Json
from benchmarks.stand_in.wire import from_json
from benchmarks.stand_in.world import World

if TYPE_CHECKING:
    from benchmarks.stand_in.taps import Taps


@dataclass(frozen=True)
class Call:
    """One request: where it goes and what it brings."""

    world: World
    gateway: Gateway
    taps: Taps
    request: web.Request

    def number(self, name: str) -> int:
        """An id in the path."""
        try:
            return int(self.request.match_info[name])
        except ValueError:
            raise errors.invalid_form(name) from None

    async def body(self) -> Any:
        """The JSON of the request, also where files come with it; the files are not kept."""
        if self.request.content_type != "multipart/form-data":
            raw = await self.request.read()
            return from_json(raw) if raw else {}
        body: Json = {}
        reader = await self.request.multipart()
        while (part := await reader.next()) is not None:
            if isinstance(part, BodyPartReader) and part.name == "payload_json":
                body = from_json(await part.read())
        return body


Answer = Any
"""What Discord answers: JSON with status 200, or None for 204."""

Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True)
class Route:
    """A method and a path of Discord's API, and what does it; its name is the function's.

    Interactions carry a token of their own in the path instead of the bot's in a header.
    """

    method: str
    path: str
    handler: Handler
    by_path_token: bool = False

    @property
    def name(self) -> str:
        return self.handler.__name__
