"""Send to Discord, again where the connection or Discord failed on the way; hear once."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import aiohttp
import discord
from discord import ui

if TYPE_CHECKING:
    from bot.client import FootnoteBot

T = TypeVar("T")

_log = logging.getLogger(__name__)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 60.0
_PATIENCE = 10 * 60.0
"""Seconds for which an answer is sent anew: Discord takes it for fifteen minutes."""

_AT_ONCE = 3.0
"""Seconds for which Discord takes the first answer to an interaction."""

_PROMPT = 0.7
"""Seconds that a press may wait for what it asks, before it is acknowledged."""

_TYPING = 1.0
"""Seconds that an answer waits, at most, for its announcement."""

_REMEMBERED = 5000
_ACKNOWLEDGED = 40060
_NO_HISTORY = 160002
_TOO_MANY = 429


async def deliver(send: Callable[[], Awaitable[T]], patience: float = _PATIENCE) -> T:
    """Send, and try again after a failure that may pass.

    discord.py repeats a few times what Discord answers with most 5xx and with 429; a
    cut connection, a 503 and what goes on for longer it raises. What is sent must be
    safe to send twice: an edit, or a message with an enforced nonce.

    Args:
        send: Starts one attempt.
        patience: Seconds after which no further attempt is made.

    Raises:
        discord.HTTPException: Discord refuses it, or failed to the last.
        aiohttp.ClientError: The connection failed to the last.
    """
    loop = asyncio.get_running_loop()
    ends, pause = loop.time() + patience, _FIRST_PAUSE
    while True:
        try:
            return await send()
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            if not _may_pass(error) or loop.time() + pause > ends:
                raise
            _log.warning("Discord failed (%s); trying again.", type(error).__name__)
        await asyncio.sleep(pause)
        pause = min(4 * pause, _LONGEST_PAUSE)


def _may_pass(error: Exception) -> bool:
    if isinstance(error, discord.HTTPException):
        return error.status >= 500 or error.status == _TOO_MANY
    return True


async def at_once(send: Callable[[], Awaitable[object]]) -> bool:
    """Send the first answer to an interaction; an attempt that only seemed to fail counts.

    Returns:
        Whether it was sent, not having been answered by an earlier attempt.

    Raises:
        discord.HTTPException: Discord refuses it, or failed to the last.
        aiohttp.ClientError: The connection failed to the last.
    """
    try:
        await deliver(send, _AT_ONCE)
    except discord.HTTPException as error:
        if error.code != _ACKNOWLEDGED:
            raise
        return False
    return True


async def acknowledge(
    interaction: discord.Interaction, *, ephemeral: bool, thinking: bool = True
) -> None:
    """Show that an answer is being made.

    Args:
        interaction: The interaction.
        ephemeral: Whether the answer is for its user alone.
        thinking: Whether it is a message of its own, and not a change of the one pressed.

    Raises:
        discord.HTTPException: Discord refuses it, or failed to the last.
        aiohttp.ClientError: The connection failed to the last.
    """
    await at_once(lambda: interaction.response.defer(ephemeral=ephemeral, thinking=thinking))


async def respond(
    interaction: discord.Interaction,
    making: Coroutine[Any, Any, ui.LayoutView],
    *,
    in_place: bool = False,
) -> None:
    """Answer a press with what is made for it; what takes long is acknowledged first.

    Args:
        interaction: The press.
        making: Makes the answer.
        in_place: Whether the answer takes the place of the message that was pressed;
            else it is a message for its user alone.

    Raises:
        discord.HTTPException: Discord refuses it, or failed to the last.
        aiohttp.ClientError: The connection failed to the last.
    """
    task = asyncio.create_task(making)
    try:
        await asyncio.wait({task}, timeout=_PROMPT)
        if not task.done():
            await acknowledge(interaction, ephemeral=True, thinking=not in_place)
            view = await task
            await deliver(lambda: interaction.edit_original_response(view=view))
            return
    finally:
        task.cancel()
    view = task.result()
    if in_place:
        await at_once(lambda: interaction.response.edit_message(view=view))
    else:
        await at_once(lambda: interaction.response.send_message(view=view, ephemeral=True))


async def while_typing(channel: discord.abc.Messageable, making: Awaitable[T]) -> T:
    """Return what is made, and show meanwhile that an answer is being written.

    A call that fails, or waits for a rate limit, holds the answer up for a second at most.
    """
    typing = asyncio.create_task(_type(channel))
    made = await making
    # Shown after the answer, it would stand below it for ten seconds. It is never
    # cancelled: discord.py would hold every request for ever if that hit a global limit.
    await asyncio.wait({typing}, timeout=_TYPING)
    return made


async def _type(channel: discord.abc.Messageable) -> None:
    try:
        await channel.typing()
    except (discord.HTTPException, aiohttp.ClientError, OSError):
        # The answer matters, its announcement does not.
        return


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
