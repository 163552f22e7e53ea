"""The control endpoints, by which a benchmark asks what happened and says what shall happen.

All take and give JSON. To ask: `GET /control/` `counts`, `log/{accepted,edits,journal}?after=N`,
`taps?after=N`, `taps/unsettled?after=N`, `taps/ID`. To tell: `POST /control/` `taps`, `faults`,
`limits`, `channels/ID`, `members`, `people/ID`, `gateway/drop`, `gateway/dispatch`; and
`DELETE /control/messages/CHANNEL/ID`.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from itertools import islice

from aiohttp import web

from benchmarks.stand_in import errors
from benchmarks.stand_in.gateway import Gateway
from benchmarks.stand_in.limits import Rule
from benchmarks.stand_in.places import Json
from benchmarks.stand_in.taps import Taps
from benchmarks.stand_in.wire import from_json, to_json
from benchmarks.stand_in.world import World

Endpoint = Callable[[web.Request], Awaitable[object]]


def add_to(app: web.Application, world: World, gateway: Gateway, taps: Taps) -> None:
    """Add the endpoints to a stand-in's application."""
    panel = Panel(world, gateway, taps)
    for method, path, endpoint in (
        ("GET", "counts", panel.counts),
        ("GET", "log/{kind}", panel.log),
        ("GET", "taps", panel.list_taps),
        ("GET", "taps/unsettled", panel.count_unsettled),
        ("GET", "taps/{id}", panel.one_tap),
        ("POST", "taps", panel.tap),
        ("POST", "faults", panel.set_faults),
        ("POST", "limits", panel.set_limits),
        ("POST", "channels/{id}", panel.change_channel),
        ("POST", "members", panel.change_member),
        ("POST", "people/{id}", panel.change_person),
        ("POST", "gateway/drop", panel.drop),
        ("POST", "gateway/dispatch", panel.dispatch),
        ("DELETE", "messages/{channel}/{id}", panel.delete_message),
    ):
        app.router.add_route(method, f"/control/{path}", _served(endpoint))


def _served(endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        try:
            told, status = await endpoint(request), 200
        except errors.ApiError as error:
            told, status = error.body, error.status
        except (KeyError, TypeError, ValueError) as error:
            told, status = {"message": repr(error)}, 400
        return web.Response(body=to_json(told), status=status, content_type="application/json")

    return serve


def _id(request: web.Request, name: str = "id") -> int:
    return int(request.match_info[name])


async def _told(request: web.Request) -> Json:
    raw = await request.read()
    return from_json(raw) if raw else {}


class Panel:
    """What each endpoint does."""

    def __init__(self, world: World, gateway: Gateway, taps: Taps) -> None:
        self._world = world
        self._gateway = gateway
        self._taps = taps

    async def counts(self, request: web.Request) -> Json:
        """Counters of everything, and the sessions at the gateway."""
        sessions = self._gateway.sessions.values()
        return self._world.counts() | {
            "taps": len(self._taps.by_id),
            "connections": self._gateway.connected,
            "resumed": self._gateway.resumed,
            "sessions": [
                {
                    "shard": session.shard_id,
                    "session_id": session.session_id,
                    "connected": session.connection is not None,
                    "complete": session.complete,
                }
                for session in sessions
            ],
        }

    async def log(self, request: web.Request) -> list[Json]:
        """Everything of a log from an index on; an index is how many one has read."""
        kinds = {
            "accepted": self._world.accepted,
            "edits": self._world.edits,
            "journal": self._world.journal,
        }
        after = int(request.query.get("after", 0))
        return kinds[request.match_info["kind"]][after:]

    async def list_taps(self, request: web.Request) -> list[Json]:
        after = int(request.query.get("after", 0))
        return [tap.summary() for tap in islice(self._taps.by_id.values(), after, None)]

    async def count_unsettled(self, request: web.Request) -> int:
        """How many taps, from an index on, have neither been answered in full nor given up."""
        after = int(request.query.get("after", 0))
        return sum(not tap.settled for tap in islice(self._taps.by_id.values(), after, None))

    async def one_tap(self, request: web.Request) -> Json:
        return self._taps.by_id[_id(request)].shown()

    async def tap(self, request: web.Request) -> list[int]:
        """Have people do things, all at one instant; see `Taps.perform`."""
        told = await _told(request)
        return await self._taps.perform(told["taps"])

    async def set_faults(self, request: web.Request) -> None:
        """Replace seed, faults, latency; see `Faults.replace`."""
        self._world.faults.replace(await _told(request))

    async def set_limits(self, request: web.Request) -> None:
        """Change the bot's budget a second (`global`) and buckets (`rules`: limit, seconds)."""
        told, limits = await _told(request), self._world.limits
        limits.global_limit = int(told.get("global", limits.global_limit))
        for route, (limit, per_s) in told.get("rules", {}).items():
            limits.rules[route] = Rule(int(limit), float(per_s))

    async def change_channel(self, request: web.Request) -> None:
        """Deny the bot permissions in a channel (`denied`), or delete it; the bot is told."""
        channel, told = self._world.channel(_id(request)), await _told(request)
        channel.denied = int(told.get("denied", channel.denied))
        channel.deleted = bool(told.get("deleted", channel.deleted))
        event = "CHANNEL_DELETE" if channel.deleted else "CHANNEL_UPDATE"
        await self._gateway.dispatch(event, channel.guild_id, channel.shown())

    async def change_member(self, request: web.Request) -> None:
        """Give a member of a server exactly the roles that are named."""
        told = await _told(request)
        guild = self._world.guild(int(told["guild_id"]))
        guild.roles_of[int(told["user_id"])] = {int(role) for role in told["roles"]}

    async def change_person(self, request: web.Request) -> None:
        """Close somebody's direct messages (`closed_dms`), or let them leave (`gone`)."""
        told, person = await _told(request), _id(request)
        for name, people in (("closed_dms", self._world.closed_dms), ("gone", self._world.gone)):
            if name in told:
                (people.add if told[name] else people.discard)(person)

    async def drop(self, request: web.Request) -> Json:
        """Cut the bot's connections: with `code`, `resumable` or not, and closed for `down_s`."""
        told = await _told(request)
        self._gateway.refuses_until = time.time() + float(told.pop("down_s", 0.0))
        return {"cut": await self._gateway.drop(**told)}

    async def dispatch(self, request: web.Request) -> Json:
        """Tell the bot of any event of a server."""
        told = await _told(request)
        guild_id = None if told.get("guild_id") is None else int(told["guild_id"])
        return {"heard": await self._gateway.dispatch(told["event"], guild_id, told["data"])}

    async def delete_message(self, request: web.Request) -> None:
        channel = self._world.channel(_id(request, "channel"))
        del channel.messages[_id(request)]
