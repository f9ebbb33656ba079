"""Send to Discord, again where the connection or Discord failed on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
import discord

T = TypeVar("T")

_log = logging.getLogger(__name__)
_PAUSES = (0.5, 2.0, 5.0)


async def deliver(send: Callable[[], Awaitable[T]]) -> T:
    """Send, and try again after a failure that may pass.

    discord.py repeats what Discord answers with most 5xx and with 429; a cut
    connection and a 503 it raises. What is sent must be safe to send twice: an
    edit, or a message with an enforced nonce.

    Args:
        send: Starts one attempt.

    Raises:
        discord.HTTPException: Discord refuses it, or failed to the last.
        aiohttp.ClientError: The connection failed to the last.
    """
    for pause in _PAUSES:
        try:
            return await send()
        except (discord.DiscordServerError, aiohttp.ClientError, OSError) as error:
            _log.warning("Discord failed (%s); trying again.", type(error).__name__)
            await asyncio.sleep(pause)
    return await send()
