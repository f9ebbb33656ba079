"""Rest: Discord's HTTP API, from the bytes of a request to the bytes of its answer."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from . import account_routes, channel_routes, interaction_routes
from .call import Call, DiscordError, Handler
from .faults import Bucket, Fault, too_many
from .openapi import Description
from .state import File
from .violations import Kind
from .world import Request, World

BASE = "/api/v10"

# An interaction's token stands in the path, and is all the proof these routes ask for.
_BY_TOKEN = re.compile(r"/(webhooks/\d+/|interactions/)")


class Rest:
    """The HTTP API of one world."""

    def __init__(self, world: World, description: Description | None) -> None:
        """Serve a world, checking requests against a description where there is one."""
        self.faults: list[Fault] = []
        self.buckets: list[Bucket] = []
        self._world = world
        self._description = description
        tables = (account_routes.routes, channel_routes.routes, interaction_routes.routes)
        self._routes = [
            (method, _pattern(path), handler)
            for table in tables
            # Decorators run from the bottom up, so the more literal path is registered last.
            for method, path, handler in sorted(
                table.entries, key=lambda entry: entry[1].count("{")
            )
        ]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        world = self._world
        path = request.path.removeprefix(BASE)
        body, files = await _read(request)
        logged = Request(request.method, path, dict(request.query), body, files, world.clock.now())
        world.requests.append(logged)
        fault = next((each for each in self.faults if each.hits(logged.method, path)), None)
        if fault is not None:
            await asyncio.sleep(fault.delay)
        reply = self._limited(logged)
        if reply is None and (fault is None or fault.applied or fault.status is None):
            reply = self._answer(request, logged)
        if fault is not None and fault.status is not None:
            reply = _reply(fault.status, fault.answer(), fault.headers())
        if fault is not None and fault.disconnect and request.transport is not None:
            request.transport.abort()
        assert reply is not None, "a fault without a status lets the request through"
        logged.status = reply.status
        world.notify()
        return reply

    def _limited(self, logged: Request) -> web.Response | None:
        now = self._world.clock.now()
        for bucket in self.buckets:
            if bucket.meant(logged.method, logged.path):
                wait = bucket.take(now, logged.path)
                if wait is not None:
                    return _reply(429, too_many(wait), bucket.headers(now, logged.path))
        return None

    def _answer(self, request: web.Request, logged: Request) -> web.Response:
        try:
            if not _BY_TOKEN.match(logged.path):
                self._authorize(request)
            status, data = self._dispatch(logged)
        except DiscordError as error:
            status, data = error.status, error.body()
        now = self._world.clock.now()
        meant = [each for each in self.buckets if each.meant(logged.method, logged.path)]
        return _reply(status, data, meant[0].headers(now, logged.path) if meant else {})

    def _authorize(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bot {self._world.token}":
            raise DiscordError(401, 0, "401: Unauthorized")

    def _dispatch(self, logged: Request) -> tuple[int, Any]:
        handler, params = self._match(logged)
        call = Call(self._world, logged, params)
        found = []
        if self._description is not None:
            found = self._description.check(logged.method, logged.path, logged.query, logged.body)
        if handler is None:
            self._world.unknown_routes.append(f"{logged.method} {logged.path}")
            raise DiscordError(404, 0, "404: Not Found")
        # Discord has a few operations that its description leaves out.
        call.judge(each for each in found if each.kind is not Kind.ROUTE)
        data = handler(call)
        return (204, None) if data is None else (200, data)

    def _match(self, logged: Request) -> tuple[Handler | None, dict[str, str]]:
        for method, pattern, handler in self._routes:
            found = pattern.fullmatch(logged.path)
            if method == logged.method and found:
                return handler, {key: unquote(value) for key, value in found.groupdict().items()}
        return None, {}


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", _group, path))


def _group(match: re.Match[str]) -> str:
    name = match[1]
    return rf"(?P<{name}>\d+)" if name.endswith("_id") else rf"(?P<{name}>[^/]+)"


async def _read(request: web.Request) -> tuple[Any, list[File]]:
    if request.content_type != "multipart/form-data":
        text = await request.text()
        return (json.loads(text) if text else None), []
    body: Any = None
    files = []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader), "Discord takes no nested multipart"
        data = bytes(await part.read())
        if part.name == "payload_json":
            body = json.loads(data)
        else:
            files.append(File(part.filename or "", data))
    return body, files


def _reply(status: int, data: Any, headers: dict[str, str]) -> web.Response:
    # discord.py takes a 429 without this header for one of Cloudflare's, and gives up.
    headers = {"Via": "1.1 loopback", **headers}
    if status == 204:
        return web.Response(status=204, headers=headers)
    # discord.py parses a reply of exactly this type; aiohttp's json_response adds a charset.
    body = json.dumps(data).encode()
    return web.Response(
        status=status, body=body, headers={**headers, "Content-Type": "application/json"}
    )
