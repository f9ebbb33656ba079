"""Reply to a message, replace what was replied before it was edited, or say why not aside."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.ask import asked
from bot.delivery import Seen, deliver, reply
from bot.language import Language, of_message
from bot.layout import Layout, sentence
from bot.markdown import CUT

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_log = logging.getLogger(__name__)

Spoken = discord.Message | discord.PartialMessage
"""A message, or what is left to know of one after a restart."""

_LOOKED_BACK = 50
"""Messages after a question among which its replies are looked for."""

_THREAD_LOCKED, _THREAD_ARCHIVED = 160005, 50083


class Replies:
    """The bot's replies to messages, one for each of a message's questions."""

    def __init__(self, bot: FootnoteBot) -> None:
        self.bot = bot
        self._told = Seen()

    async def show(
        self,
        message: Spoken,
        view: Layout,
        place: int = 0,
        replies: Sequence[discord.Message] = (),
    ) -> discord.Message:
        """Reply to a message, or replace an earlier reply to it.

        Where the bot may not write, its author is told so in a direct message.

        Args:
            message: The message.
            view: What is shown.
            place: Which of the message's replies it is, from 0.
            replies: The earlier replies.

        Raises:
            discord.HTTPException: Discord refuses it, or failed to the last.
            aiohttp.ClientError: The connection failed to the last.
        """
        if place < len(replies):
            earlier = replies[place]
            return await deliver(lambda: earlier.edit(content=None, view=view))
        nonce = _nonce(message, place)
        reference = message.to_reference(fail_if_not_exists=False)
        try:
            return await reply(message.channel, reference, nonce, view=view)
        except discord.HTTPException as error:
            if isinstance(message, discord.Message) and _may_not(error):
                await self._tell_aside(message, of_message(message))
            raise

    async def given(
        self, channel: discord.abc.Messageable, message_id: int
    ) -> list[discord.Message]:
        """Return the bot's replies to a message, oldest first; none where it may not look."""
        after = discord.Object(message_id)

        async def look() -> list[discord.Message]:
            return [
                note
                async for note in channel.history(limit=_LOOKED_BACK, after=after)
                if note.author == self.bot.user
                and note.reference is not None
                and note.reference.message_id == message_id
            ]

        try:
            return await deliver(look)
        except discord.HTTPException:
            return []

    async def _tell_aside(self, message: discord.Message, say: Language) -> None:
        """Tell an asker in a direct message, once a channel, that the bot may not reply there."""
        here = message.guild is not None and self.bot.get_guild(message.guild.id) is not None
        if not here or self._told.again((message.author.id, message.channel.id)):
            return
        told = sentence(say("reply-forbidden", channel=f"<#{message.channel.id}>"))
        try:
            await message.author.send(view=told)
        except (discord.HTTPException, aiohttp.ClientError) as error:
            _log.info("An asker takes no direct messages: %s", error)


def shows(given: discord.Message, question: str) -> bool:
    """Tell whether a reply's heading shows a question."""
    last = (asked(given) or "").splitlines()[-1:] or [""]
    plain = " ".join(question.split())
    return plain == last[0] or (last[0].endswith(CUT) and plain.startswith(last[0][: -len(CUT)]))


def _nonce(message: Spoken, place: int) -> str:
    """Return what tells a reply from the others to a message, its earlier wordings' included."""
    edited = message.edited_at if isinstance(message, discord.Message) else None
    # Discord takes 25 characters.
    head = f"{message.id % 10**9}-{edited.timestamp():.0f}" if edited else str(message.id)
    return f"{head}-{place}" if place else head


def _may_not(error: discord.HTTPException) -> bool:
    return error.status == 403 or error.code in (_THREAD_LOCKED, _THREAD_ARCHIVED)
