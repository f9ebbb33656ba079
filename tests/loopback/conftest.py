"""Fixtures of the loopback Discord's own tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from . import Channel, Guild, LoopbackDiscord, User
from .openapi import locate


@pytest.fixture
def restored() -> Iterator[None]:
    """Give discord.py its own addresses back."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@pytest_asyncio.fixture
async def server(restored: None) -> AsyncIterator[LoopbackDiscord]:
    """Yield a server that discord.py is pointed at."""
    async with LoopbackDiscord(locate()) as server:
        Route.BASE = server.http_base
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
        yield server


@pytest.fixture
def reader(server: LoopbackDiscord) -> User:
    """Return a person who asks."""
    return server.create_user("ada")


@pytest.fixture
def guild(server: LoopbackDiscord, reader: User) -> Guild:
    """Return a server with the reader and the bot in it."""
    return server.add_guild("Library", members=[reader])


@pytest.fixture
def channel(server: LoopbackDiscord, guild: Guild) -> Channel:
    """Return a text channel of that server."""
    return server.add_channel(guild)
