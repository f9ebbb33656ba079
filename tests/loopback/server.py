"""LoopbackDiscord: the whole server, on an ephemeral port of this machine."""

from __future__ import annotations

import re
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from . import openapi
from .actors import Actors
from .faults import Bucket, Fault
from .gateway import Gateway
from .rest import BASE, Rest
from .violations import Json, Kind, Violation
from .world import TOKEN

MAX_BODY_BYTES = 32 * 1024 * 1024


class LoopbackDiscord(Actors):
    """A Discord of one's own: state, HTTP API, gateway, and people to act in it.

    Attributes:
        gateway: The WebSocket side.
    """

    def __init__(
        self,
        description: Path | None = None,
        *,
        token: str = TOKEN,
        approved_intents: int = 0,
        shards: int = 1,
    ) -> None:
        """Prepare a server; nothing listens before it is entered.

        Args:
            description: Discord's OpenAPI document. Without it only the limits are checked.
            token: The bot's token.
            approved_intents: The privileged intents that the application may ask for.
            shards: How many shards a client is told to use.
        """
        super().__init__(token=token, approved_intents=approved_intents, shards=shards)
        self.gateway = Gateway(self)
        self._rest = Rest(self, openapi.load(description) if description else None)
        self._port = 0
        application = web.Application(client_max_size=MAX_BODY_BYTES)
        application.router.add_get("/gateway/", self.gateway.handle)
        application.router.add_route("*", BASE + "/{path:.*}", self._rest.handle)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)

    @property
    def http_base(self) -> str:
        """The URL for `discord.http.Route.BASE`."""
        return f"http://127.0.0.1:{self._port}{BASE}"

    async def __aenter__(self) -> Self:
        """Listen on an ephemeral port of the loopback interface."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.gateway_url = f"ws://127.0.0.1:{self._port}/gateway/"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cut what is connected, and stop listening."""
        await self.gateway.drop()
        await self._runner.cleanup()

    def inject(
        self,
        method: str,
        path_regex: str,
        *,
        status: int | None = 500,
        times: int = 1,
        retry_after: float = 0.2,
        global_: bool = False,
        delay: float = 0.0,
        applied: bool = False,
        disconnect: bool = False,
        body: Json | None = None,
        share: float = 1.0,
    ) -> Fault:
        """Let the next requests of a kind go wrong, and return the fault to be looked at.

        Args:
            method: The HTTP method, or "*".
            path_regex: Searched in the path below `/api/v10`.
            status: The status of the answer; None answers as usual, after the delay.
            times: How many requests it hits.
            retry_after: Seconds that a 429 tells the client to wait.
            global_: Whether a 429 speaks for every route.
            delay: Seconds before the answer.
            applied: Whether the request takes effect and only its answer is lost.
            disconnect: Whether the connection is cut instead of answered.
            body: The JSON of the answer, if it is not Discord's usual one.
            share: The share of the requests of that kind that it hits, at random.
        """
        pattern = re.compile(path_regex)
        fault = Fault(method, pattern, times, status, retry_after, global_, delay)
        fault.applied, fault.disconnect, fault.body = applied, disconnect, body
        fault.share = share
        self._rest.faults.append(fault)
        return fault

    def limit(self, method: str, path_regex: str, *, limit: int, per: float) -> Bucket:
        """Keep a rate limit, with Discord's headers, and return it to be looked at.

        What the path's groups match is counted apart, as Discord counts each channel.
        """
        bucket = Bucket(method, re.compile(path_regex), limit, per)
        self._rest.buckets.append(bucket)
        return bucket

    def advance(self, seconds: float) -> None:
        """Let time pass at once: interactions grow old, tokens and nonces expire."""
        self.clock.advance(seconds)

    async def drop_gateway(self, code: int | None = None) -> None:
        """Close every gateway connection; without a code the sockets are cut."""
        await self.gateway.drop(code)

    def reconnect(self) -> None:
        """Send op 7 to every client."""
        self.gateway.ask_to_reconnect()

    def invalidate_session(self, *, resumable: bool = False) -> None:
        """Send op 9 to every client."""
        self.gateway.invalidate(resumable=resumable)

    def silence(self) -> None:
        """Keep the open gateway connections, and send nothing more on them."""
        self.gateway.silence()

    async def wait_until_identified(self, timeout: float = 10.0, *, shards: int = 1) -> None:
        """Wait until READY has been sent to so many shards."""

        def probe() -> bool | None:
            return len(self.gateway.connections) >= shards or None

        await self.until(probe, timeout, f"READY on {shards} shard(s)")

    async def wait_until_synced(self, timeout: float = 10.0) -> None:
        """Wait until there are application commands."""
        await self.until(lambda: self.commands or None, timeout, "command sync")

    def broken(self, *kinds: Kind) -> list[Violation]:
        """Return the violations of some kinds, or all of them."""
        return [each for each in self.violations if not kinds or each.kind in kinds]
