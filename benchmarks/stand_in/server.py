"""The stand-in as a web application: every request through limits, faults and latency."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from benchmarks.stand_in import channel_routes, control, errors, guild_routes, ids, interactions
from benchmarks.stand_in.api import Answer, Call, Route
from benchmarks.stand_in.faults import Fault, FaultKind
from benchmarks.stand_in.gateway import Gateway
from benchmarks.stand_in.limits import Refused
from benchmarks.stand_in.places import Json
from benchmarks.stand_in.taps import Taps
from benchmarks.stand_in.wire import to_json
from benchmarks.stand_in.world import World

API = "/api/v10"
GATEWAY = "/gateway"
ROUTES = (*channel_routes.ROUTES, *guild_routes.ROUTES, *interactions.ROUTES)
MAX_BODY = 30 << 20
"""Bytes; attachments of ten times what the bot sends."""

MAJOR = ("channel_id", "guild_id", "token")
"""What of a path has a bucket of its own."""


def application(world: World) -> web.Application:
    """Discord's API, its gateway and the control endpoints, over one world."""
    gateway = Gateway(world)
    taps = Taps(world, gateway)
    app = web.Application(client_max_size=MAX_BODY)
    for route in ROUTES:
        served = Served(route, world, gateway, taps)
        app.router.add_route(route.method, API + route.path, served.serve)
    app.router.add_get(GATEWAY, gateway.serve)
    control.add_to(app, world, gateway, taps)
    app.on_shutdown.append(lambda _: _hang_up(gateway))
    app[GATEWAY_KEY] = gateway
    return app


GATEWAY_KEY = web.AppKey("gateway", Gateway)


async def _hang_up(gateway: Gateway) -> None:
    await gateway.drop()


class Served:
    """One route as it is met from outside."""

    def __init__(self, route: Route, world: World, gateway: Gateway, taps: Taps) -> None:
        self._route = route
        self._world = world
        self._gateway = gateway
        self._taps = taps

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Accept a request halfway through its latency, and answer after the other half.

        Limits are counted as it arrives, as at Discord's edge.
        """
        refused = self._refused(request)
        delay = self._world.faults.delay(self._route.name) / 2
        if delay:
            await asyncio.sleep(delay)
        entry: Json = {"at": time.time(), "route": self._route.name, "fault": None}
        entry["channel_id"] = channel = _channel_of(request)
        fault = None
        if refused is None:
            fault = self._world.faults.strike(self._route.name, channel, entry["at"])
        if fault is not None:
            entry["fault"] = fault.kind.value
        if refused is None and fault is not None and fault.kind is FaultKind.RATE_LIMIT:
            self._world.limits.refused[fault.scope] += 1
            refused = Refused(fault.retry_after, fault.scope)
        response = await self._answer(request, refused, fault)
        entry["status"] = response.status
        self._world.record(entry)
        if delay:
            await asyncio.sleep(delay)
        if fault is not None and fault.kind in {FaultKind.CUT, FaultKind.LOST_ANSWER}:
            if request.transport is not None:
                request.transport.abort()
        return response

    async def _answer(
        self, request: web.Request, refused: Refused | None, fault: Fault | None
    ) -> web.Response:
        if refused is not None:
            return self._too_many(request, refused)
        if fault is not None and fault.kind is FaultKind.STATUS:
            return _json({"message": "stand-in fault", "code": 0}, fault.status)
        if fault is not None and fault.kind is FaultKind.CUT:
            return web.Response(status=502)
        try:
            if not self._route.by_path_token:
                _require_token(request)
            answer = await self._handle(request)
        except errors.ApiError as error:
            return _json(error.body, error.status, self._headers(request))
        if answer is None:
            return web.Response(status=204, headers=self._headers(request))
        return _json(answer, 200, self._headers(request))

    async def _handle(self, request: web.Request) -> Answer:
        call = Call(self._world, self._gateway, self._taps, request)
        try:
            return await self._route.handler(call)
        except (KeyError, TypeError, ValueError) as error:
            raise errors.invalid_form(repr(error)) from error
        except ConnectionResetError as error:  # the bot was killed while it was asking
            raise errors.invalid_form(repr(error)) from error

    def _refused(self, request: web.Request) -> Refused | None:
        token = request.headers.get("Authorization", "")
        limits = self._world.limits
        return limits.take(self._route.name, _place(request), token, time.monotonic())

    def _headers(self, request: web.Request) -> dict[str, str]:
        limits, wall = self._world.limits, time.time()
        return limits.headers(self._route.name, _place(request), time.monotonic(), wall)

    def _too_many(self, request: web.Request, refused: Refused) -> web.Response:
        is_global = refused.scope == "global"
        headers = {} if is_global else self._headers(request)
        # discord.py takes a 429 without Via for a ban by the proxy in front of Discord.
        headers |= {"Via": "1.1 stand-in", "X-RateLimit-Scope": refused.scope}
        headers["Retry-After"] = str(int(refused.retry_after) + 1)
        if is_global:
            headers["X-RateLimit-Global"] = "true"
        told: Json = {
            "message": "You are being rate limited.",
            "retry_after": round(refused.retry_after + 0.0005, 3),
            "global": is_global,
        }
        return _json(told, 429, headers)


def _require_token(request: web.Request) -> None:
    if request.headers.get("Authorization") != f"Bot {ids.TOKEN}":
        raise errors.unauthorized()


def _place(request: web.Request) -> str:
    return "+".join(request.match_info[name] for name in MAJOR if name in request.match_info)


def _channel_of(request: web.Request) -> int | None:
    named = request.match_info.get("channel_id", "")
    return int(named) if named.isdigit() else None


def _json(told: Answer, status: int, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        body=to_json(told), status=status, headers=headers, content_type="application/json"
    )


async def start(world: World, port: int = 0) -> tuple[web.AppRunner, str]:
    """Serve a world on this machine only; returns what to clean up, and the address."""
    app = application(world)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=4096)
    await site.start()
    host, bound = runner.addresses[0][:2]
    app[GATEWAY_KEY].url = f"ws://{host}:{bound}{GATEWAY}"
    return runner, f"http://{host}:{bound}"
