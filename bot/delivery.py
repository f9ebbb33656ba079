"""Send to Discord, again where the connection or Discord failed on the way; hear once."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import aiohttp
import discord

if TYPE_CHECKING:
    from bot.client import FootnoteBot

T = TypeVar("T")

_log = logging.getLogger(__name__)
_PAUSES = (0.5, 2.0, 5.0)
_REMEMBERED = 5000
_ACKNOWLEDGED = 40060
_NO_HISTORY = 160002


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


async def acknowledge(interaction: discord.Interaction, *, ephemeral: bool) -> None:
    """Show that an answer is being made; an attempt that only seemed to fail counts.

    Raises:
        discord.HTTPException: Discord refuses it, or failed to the last.
        aiohttp.ClientError: The connection failed to the last.
    """
    try:
        await deliver(lambda: interaction.response.defer(ephemeral=ephemeral, thinking=True))
    except discord.HTTPException as error:
        if error.code != _ACKNOWLEDGED:
            raise


async def reply(
    channel: discord.abc.Messageable,
    reference: discord.MessageReference,
    nonce: str | None = None,
    **shown: Any,
) -> discord.Message:
    """Reply to a message, once however often it is tried: Discord enforces the nonce.

    Where the bot may not read the channel's history it may not refer to a message
    either, and answers beside it.

    Args:
        channel: Where the message is.
        reference: The message.
        nonce: What tells this reply from others to the same message; the first needs none.
        **shown: What `send` takes to show.

    Raises:
        discord.HTTPException: Discord refuses it, or failed to the last.
        aiohttp.ClientError: The connection failed to the last.
    """
    nonce = nonce or str(reference.message_id)
    try:
        return await deliver(
            lambda: channel.send(reference=reference, mention_author=False, nonce=nonce, **shown)
        )
    except discord.HTTPException as error:
        if error.code != _NO_HISTORY:
            raise
    return await deliver(lambda: channel.send(nonce=nonce, **shown))


class Seen:
    """What came or was told lately: Discord may tell of a message or an interaction twice."""

    def __init__(self) -> None:
        self._ids: OrderedDict[Hashable, None] = OrderedDict()

    def again(self, key: Hashable) -> bool:
        """Tell whether a key was seen before, and remember it."""
        if key in self._ids:
            return True
        self._ids[key] = None
        if len(self._ids) > _REMEMBERED:
            self._ids.popitem(last=False)
        return False


def take(interaction: discord.Interaction) -> bool:
    """Take an interaction, unless the client was told of it before; a stop waits for it."""
    return cast("FootnoteBot", interaction.client).take(interaction.id)
