"""Gateway: Discord's WebSocket, with sessions that outlive their connections."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import WSMsgType, web

from . import payloads
from .permissions import Permission
from .privacy import (
    DIRECT_MESSAGES,
    GUILD_MEMBERS,
    GUILD_MESSAGES,
    GUILDS,
    PRIVILEGED,
    readable,
)
from .session import Connection, Session
from .violations import Json
from .world import Event, World

HEARTBEAT = 1
IDENTIFY = 2
PRESENCE = 3
VOICE_STATE = 4
RESUME = 6
RECONNECT = 7
REQUEST_MEMBERS = 8
INVALID_SESSION = 9
HELLO = 10
HEARTBEAT_ACK = 11

UNKNOWN_OPCODE = 4001
DECODE_ERROR = 4002
NOT_AUTHENTICATED = 4003
AUTHENTICATION_FAILED = 4004
ALREADY_AUTHENTICATED = 4005
DISALLOWED_INTENTS = 4014


class Gateway:
    """The gateway of one world.

    Attributes:
        sessions: The sessions that may be resumed, by id.
        identifies: The data of every IDENTIFY.
        resumes: The data of every RESUME.
        presences: The data of every presence update.
        heartbeat_seconds: The interval told to new connections.
    """

    def __init__(self, world: World) -> None:
        """Listen to a world."""
        self.sessions: dict[str, Session] = {}
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self.presences: list[Json] = []
        self.heartbeat_seconds = 41.25
        self._world = world
        self._connections: set[Connection] = set()
        world.subscribe(self._hear)

    @property
    def connections(self) -> list[Connection]:
        """The open connections that belong to a session."""
        return [s.connection for s in self.sessions.values() if s.connection is not None]

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection until it closes."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(request, socket)
        self._connections.add(connection)
        pump = asyncio.create_task(connection.pump())
        interval_ms = int(self.heartbeat_seconds * 1000)
        connection.send({"op": HELLO, "d": {"heartbeat_interval": interval_ms}})
        try:
            await self._converse(connection)
        finally:
            pump.cancel()
            self._connections.discard(connection)
            for session in self.sessions.values():
                if session.connection is connection:
                    session.connection = None
            self._world.notify()
        return socket

    async def drop(self, code: int | None = None) -> None:
        """Close every connection; without a code the sockets are cut."""
        for connection in list(self._connections):
            self._detach(connection)
            await connection.close(code)

    def ask_to_reconnect(self) -> None:
        """Tell every client to reconnect and resume."""
        for connection in self.connections:
            connection.send({"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is invalid, and forget it unless it may resume."""
        for session in list(self.sessions.values()):
            if session.connection is not None:
                session.connection.send({"op": INVALID_SESSION, "d": resumable})
            if not resumable:
                self.sessions.pop(session.id)

    def forget(self) -> None:
        """Forget every session, so that the next RESUME is refused."""
        self.sessions.clear()

    def silence(self) -> None:
        """Send nothing more on the open connections, not even acknowledgements."""
        for connection in self._connections:
            connection.silent = True

    def _detach(self, connection: Connection) -> None:
        # At once rather than when the socket notices, so that what is sent next is missed.
        for session in self.sessions.values():
            if session.connection is connection:
                session.connection = None

    async def _converse(self, connection: Connection) -> None:
        async for frame in connection.socket:
            if frame.type is not WSMsgType.TEXT:
                await connection.close(DECODE_ERROR)
                return
            code = self._take(connection, json.loads(frame.data))
            if code is not None:
                await connection.close(code)
                return

    def _take(self, connection: Connection, frame: Json) -> int | None:
        op: int = frame["op"]
        data: Any = frame.get("d")
        if op == HEARTBEAT:
            connection.heartbeats += 1
            connection.send({"op": HEARTBEAT_ACK})
            return None
        if op == IDENTIFY:
            return self._identify(connection, data)
        if op == RESUME:
            return self._resume(connection, data)
        session = self._session_of(connection)
        if session is None:
            return NOT_AUTHENTICATED
        if op == REQUEST_MEMBERS:
            self._send_members(session, data)
        elif op == PRESENCE:
            self.presences.append(data)
        elif op != VOICE_STATE:
            return UNKNOWN_OPCODE
        return None

    def _identify(self, connection: Connection, data: Json) -> int | None:
        self.identifies.append(data)
        if self._session_of(connection) is not None:
            return ALREADY_AUTHENTICATED
        if data["token"] != self._world.token:
            return AUTHENTICATION_FAILED
        if data["intents"] & PRIVILEGED & ~self._world.approved_intents:
            return DISALLOWED_INTENTS
        shard, count = data.get("shard", (0, 1))
        session = Session(data["intents"], (shard, count))
        session.connection = connection
        self.sessions[session.id] = session
        self._greet(session)
        self._world.notify()
        return None

    def _greet(self, session: Session) -> None:
        world = self._world
        mine = [
            guild
            for guild in world.guilds.values()
            if world.bot.id in guild.members and _shard_of(guild.id, session) == session.shard[0]
        ]
        ready = {
            "v": 10,
            "user": payloads.user(world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in mine],
            "session_id": session.id,
            "resume_gateway_url": world.gateway_url,
            "shard": list(session.shard),
            "application": {"id": str(world.bot.id), "flags": 0},
        }
        session.push("READY", ready)
        for guild in mine:
            # discord.py takes a server without this key for one that was just joined.
            data = payloads.guild(guild, world.bot) | {"unavailable": False}
            self._deliver(session, Event("GUILD_CREATE", data, guild))

    def _resume(self, connection: Connection, data: Json) -> int | None:
        self.resumes.append(data)
        if data["token"] != self._world.token:
            return AUTHENTICATION_FAILED
        session = self.sessions.get(data["session_id"])
        if session is None:
            connection.send({"op": INVALID_SESSION, "d": False})
            return None
        session.connection = connection
        for frame in session.missed(data["seq"] or 0):
            connection.send(frame)
        session.push("RESUMED", {})
        self._world.notify()
        return None

    def _session_of(self, connection: Connection) -> Session | None:
        found = (s for s in self.sessions.values() if s.connection is connection)
        return next(found, None)

    def _hear(self, event: Event) -> None:
        for session in self.sessions.values():
            self._deliver(session, event)

    def _deliver(self, session: Session, event: Event) -> None:
        if not event.for_bot and not self._may_hear(session, event):
            return
        if event.guild is not None and _shard_of(event.guild.id, session) != session.shard[0]:
            return
        if event.guild is None and session.shard[0] != 0:
            return
        data = event.data
        if event.name in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
            data = readable(data, session.intents, self._world.bot.id)
        session.push(event.name, data)

    def _may_hear(self, session: Session, event: Event) -> bool:
        if event.guild is not None and self._world.bot.id not in event.guild.members:
            return False
        if event.name.startswith("MESSAGE_"):
            channel = self._world.channels[int(event.data["channel_id"])]
            seen = channel.permissions(self._world.bot) & Permission.VIEW_CHANNEL
            wanted = GUILD_MESSAGES if event.guild is not None else DIRECT_MESSAGES
            return bool(session.intents & wanted and seen)
        members = event.name.startswith("GUILD_MEMBER")
        return bool(session.intents & (GUILD_MEMBERS if members else GUILDS))

    def _send_members(self, session: Session, data: Json) -> None:
        guild = self._world.guilds[int(data["guild_id"])]
        asked = data.get("user_ids") or []
        ids = {int(each) for each in (asked if isinstance(asked, list) else [asked])}
        query = str(data.get("query") or "")
        found = [
            payloads.member(member)
            for member in guild.members.values()
            if (not ids or member.user.id in ids) and member.user.name.startswith(query)
        ]
        chunk = {"guild_id": str(guild.id), "members": found, "chunk_index": 0, "chunk_count": 1}
        chunk |= {"not_found": [], "presences": [], "nonce": data.get("nonce")}
        session.push("GUILD_MEMBERS_CHUNK", chunk)


def _shard_of(guild_id: int, session: Session) -> int:
    return (guild_id >> 22) % session.shard[1]
