"""An exception becomes a sentence for the user and a line for the log."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import discord
from discord import app_commands

from bot.delivery import at_once, deliver, reply, take
from bot.language import Language, of_interaction, of_message
from retrieval.errors import FootnoteError

T = TypeVar("T")

_log = logging.getLogger(__name__)

Choice = app_commands.Choice[str]


class Refused(Exception):
    """Something that the bot will not do now; it tells the user why, and what to do."""

    def __init__(self, key: str, /, **arguments: Any) -> None:
        """Say why.

        Args:
            key: The catalogue's sentence.
            **arguments: What it speaks of; text must be escaped.
        """
        super().__init__(key)
        self.key = key
        self.arguments = arguments


def explain(say: Language, error: BaseException) -> str:
    """Return the sentence that tells a user what went wrong; log what they cannot mend."""
    if isinstance(error, app_commands.CommandInvokeError | app_commands.TransformerError):
        error = error.__cause__ or error
    if isinstance(error, Refused):
        return say(error.key, **error.arguments)
    if isinstance(error, app_commands.CheckFailure):
        return say("failure-permission")
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return say("failure-command-changed")
    if isinstance(error, discord.HTTPException) and error.status in (401, 403, 404):
        # An interaction that ran out, a permission taken away, a message deleted meanwhile:
        # nothing is broken.
        _log.warning("Discord refused: %s", error)
        return say("failure-discord")
    reference = secrets.token_hex(3)
    _log.error("Failure %s", reference, exc_info=error)
    if isinstance(error, FootnoteError):
        return say("failure-archive", reference=reference)
    return say("failure", reference=reference)


async def tell(interaction: discord.Interaction, error: BaseException) -> None:
    """Tell the user of an interaction what went wrong, whatever has been said to it so far."""
    text = explain(of_interaction(interaction), error)
    try:
        if not interaction.response.is_done():
            if not await at_once(
                lambda: interaction.response.send_message(text, ephemeral=True)
            ):  # it was acknowledged by an attempt that only seemed to fail
                await deliver(lambda: interaction.edit_original_response(content=text))
        elif interaction.response.type is _THINKING:
            await deliver(lambda: interaction.edit_original_response(content=text))
        else:
            await interaction.followup.send(text, ephemeral=True)
    except (discord.HTTPException, aiohttp.ClientError) as failure:
        # The interaction has run out or its message is gone: nobody is waiting.
        _log.warning("A failure could not be told: %s", failure)


_THINKING = discord.InteractionResponseType.deferred_channel_message


async def guard(interaction: discord.Interaction, act: Awaitable[None]) -> None:
    """Do what an interaction asks; every failure ends in a sentence for the user."""
    try:
        await act
    except Exception as error:
        await tell(interaction, error)


async def guard_choices(act: Awaitable[list[T]]) -> list[T]:
    """Return an autocomplete's choices; a failure, which it cannot tell, is logged: none then."""
    try:
        return await act
    except Exception as error:
        _log.error("An autocomplete failed", exc_info=error)
        return []


class GuardedTree(app_commands.CommandTree[discord.Client]):
    """A command tree in which every failure of a command ends in a sentence."""

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Leave alone what was told of before."""
        return take(interaction)

    async def on_error(
        self,
        interaction: discord.Interaction,
        error: app_commands.AppCommandError,
        /,
    ) -> None:
        """Tell the user what went wrong."""
        if interaction.type is discord.InteractionType.autocomplete:
            _log.error("An autocomplete failed", exc_info=error)
            return
        await tell(interaction, error)


async def guard_told(
    act: Awaitable[None], say: Language, tell: Callable[[str], Awaitable[object]]
) -> None:
    """Do something; every failure ends in a sentence.

    Args:
        act: What is done.
        say: The language of whoever waits.
        tell: Tells them the sentence.
    """
    try:
        await act
    except Exception as error:
        try:
            await tell(explain(say, error))
        except (discord.HTTPException, aiohttp.ClientError) as failure:
            # The bot may not write there, or is not there any more.
            _log.warning("A failure could not be told: %s", failure)


async def guard_chore(act: Awaitable[None]) -> bool:
    """Do what comes again by itself; a failure is logged and does not end it.

    Returns:
        Whether it was done.
    """
    try:
        await act
    except FootnoteError as error:
        _log.error("A chore failed, and is tried again. %s", error)
        return False
    except Exception as error:
        _log.error("A chore failed, and is tried again", exc_info=error)
        return False
    return True


async def guard_message(message: discord.Message, act: Awaitable[None]) -> None:
    """Do what a message asks; every failure ends in a sentence in reply to it."""
    reference = message.to_reference(fail_if_not_exists=False)
    await guard_told(
        act, of_message(message), lambda text: reply(message.channel, reference, content=text)
    )
