"""Session: what Discord keeps for one shard of a client, and the connection it may have."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets

from aiohttp import web

from .violations import Json

DISPATCH = 0


class Session:
    """What Discord keeps for one shard of a client, connected or not.

    Attributes:
        id: The id it is resumed by.
        intents: What it asked to hear.
        shard: Its number, and how many there are.
        seq: The number of its last event.
        connection: Its connection, or None while there is none.
    """

    def __init__(self, intents: int, shard: tuple[int, int]) -> None:
        """Open a session with nothing sent."""
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.shard = shard
        self.seq = 0
        self.connection: Connection | None = None
        self._sent: list[Json] = []

    def push(self, name: str, data: Json) -> None:
        """Number an event, keep it for a RESUME, and send it if there is a connection."""
        self.seq += 1
        frame = {"op": DISPATCH, "t": name, "s": self.seq, "d": data}
        self._sent.append(frame)
        if self.connection is not None:
            self.connection.send(frame)

    def missed(self, seq: int) -> list[Json]:
        """Return the events after a number."""
        return [frame for frame in self._sent if frame["s"] > seq]


class Connection:
    """One WebSocket, with a queue so that sending never waits.

    Attributes:
        silent: Whether nothing is sent any more, though the socket stays open.
        heartbeats: How many heartbeats have come.
    """

    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        """Wrap a socket that is ready."""
        self.request = request
        self.socket = socket
        self.silent = False
        self.heartbeats = 0
        self._queue: asyncio.Queue[Json] = asyncio.Queue()

    def send(self, frame: Json) -> None:
        """Queue a frame; a silent connection loses it."""
        if not self.silent:
            self._queue.put_nowait(frame)

    async def pump(self) -> None:
        """Send what is queued, for as long as the socket is open."""
        while True:
            frame = await self._queue.get()
            # The client may have gone; its session keeps what it missed.
            with contextlib.suppress(ConnectionError):
                await self.socket.send_str(json.dumps(frame))

    async def close(self, code: int | None) -> None:
        """Close with a code, or cut the connection without a word."""
        if code is not None:
            await self.socket.close(code=code)
        elif self.request.transport is not None:
            self.request.transport.abort()
