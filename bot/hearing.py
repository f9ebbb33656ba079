"""Asking by message: a mention, a direct message, a reply, a thread on an answer, an edit."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import aiohttp
import discord
from discord.ext import commands

from bot.ask import Ask, asked, entry_of
from bot.courtesy import courtesy
from bot.delivery import Seen, reply, while_typing
from bot.desk import Question
from bot.failures import guard_message, guard_told
from bot.journal import Entry
from bot.language import of_message, speaking
from bot.layout import add_line, sentence
from bot.replying import Replies, Spoken, shows
from bot.wording import MOST_QUESTIONS, questions, spoken
from retrieval.followup import context_after

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_EDITABLE = timedelta(minutes=5)
"""For how long after it was sent an edited message is heard again."""

_SETTLE = 5.0
"""Seconds, at most, that an edit waits in the place of the cooldown."""

_REMEMBERED = 2000
_SPOKEN = (discord.MessageType.default, discord.MessageType.reply)


def from_a_person(message: discord.Message) -> bool:
    """Tell whether a person wrote a message, and no bot, webhook or Discord itself."""
    machine = message.author.bot or message.webhook_id is not None
    return not machine and message.type in _SPOKEN


class Hear(commands.Cog):
    """Answers the messages that are addressed to the bot."""

    def __init__(self, bot: FootnoteBot, ask: Ask) -> None:
        self.bot = bot
        self._ask = ask
        self._replies = Replies(bot)
        self._hinted = Seen()
        self._heard = Seen()
        self._deleted: deque[int] = deque(maxlen=_REMEMBERED)
        # One message is heard at a time: an edit waits for the answer before it.
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    # What Discord tells of.

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is addressed to the bot; leave every other one alone."""
        if not from_a_person(message) or not self.bot.take(message.id):
            return
        if self._addressed(message):
            await self._in_turn(message, self._hear)
        elif message.reference is not None or isinstance(message.channel, discord.Thread):
            await self._in_turn(message, self._overhear)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Answer a message anew that was edited soon after it was sent, or now mentions the bot."""
        message = payload.message
        if not from_a_person(message) or message.edited_at is None:
            return
        recent = discord.utils.utcnow() - message.created_at < _EDITABLE
        if recent and self._addressed(message):
            # Where its edit is told of first, the message itself is no news afterwards.
            self.bot.take(message.id)
            await self._in_turn(message, self._rehear)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Note that a message is gone: who takes a question back is not answered."""
        self._deleted.append(payload.message_id)

    def _addressed(self, message: discord.Message) -> bool:
        return message.guild is None or self.bot.user in message.mentions

    async def _in_turn(
        self, message: discord.Message, hear: Callable[[discord.Message], Awaitable[None]]
    ) -> None:
        async with self._turns.setdefault(message.id, asyncio.Lock()):
            await guard_message(message, hear(message))

    # Which words are a question, and what it follows up.

    async def _overhear(self, message: discord.Message) -> None:
        """Hear what follows up an answer without a mention: a reply, or a message in its thread."""
        channel = message.channel
        if message.reference is not None:
            earlier = await self._referenced(message)
            if earlier is None or earlier.author != self.bot.user:
                return
        elif await self.bot.desk.look(self.bot.archive.records.given_in, channel.id) is None:
            # A thread has the id of the message that it was started on.
            return
        if message.content.strip():
            await self._hear(message)
        elif message.reference is not None or not self._hinted.again(channel.id):
            await self._replies.show(message, sentence(of_message(message)("unheard")))

    async def _rehear(self, message: discord.Message) -> None:
        """Hear an edited message, unless its question is still the one that was answered."""
        # It is not refused for coming too soon: typing errors are mended at once.
        await asyncio.sleep(min(self.bot.options.cooldown, _SETTLE))
        replies = await self._replies.given(message.channel, message.id)
        if not replies and self._heard.again(message.id):
            # Its reply was deleted, or cannot be found: another would stand beside that.
            return
        parts = questions(spoken(message.content))[:MOST_QUESTIONS]
        same = len(parts) == len(replies) and all(map(shows, replies, parts))
        if not same:
            await self._hear(message, replies)

    async def _hear(
        self, message: discord.Message, replies: Sequence[discord.Message] = ()
    ) -> None:
        """Answer a message.

        Args:
            message: The message.
            replies: What was replied to it before it was edited; that is replaced.
        """
        self._heard.again(message.id)
        words = spoken(message.content)
        say = of_message(message)
        line = courtesy(words) if words else "how-to-ask"
        if line:
            await self._replies.show(message, sentence(say(line)), 0, replies)
            return
        words = self.bot.desk.check(words)
        if not replies:
            self.bot.desk.admit(message.author.id)
        place = self.bot.place(message.channel, message.guild.id if message.guild else None)
        question = Question(
            text="\n".join(questions(words)[: MOST_QUESTIONS + 1]),
            asker_id=message.author.id,
            reader=self.bot.options.access.reader(place),
            private=False,
            place=place,
            channel_id=message.channel.id,
            context=await self._context_of(message),
            locale=say.locale,
            replied=True,
        )
        self.bot.journal.open(entry_of(message.id, question, None))
        await guard_message(message, self._answer(message, question, replies))
        self.bot.journal.close(message.id)

    async def _referenced(self, message: discord.Message) -> discord.Message | None:
        """Return the message that one replies to, None where it is gone."""
        reference = message.reference
        if reference is None or reference.message_id is None:
            return None
        if isinstance(reference.resolved, discord.Message):
            return reference.resolved
        if isinstance(reference.resolved, discord.DeletedReferencedMessage):
            return None
        try:
            return await message.channel.fetch_message(reference.message_id)
        except discord.HTTPException:
            return None

    async def _context_of(self, message: discord.Message) -> str | None:
        """Return the questions that a message follows up, None where it follows none."""
        earlier = await self._referenced(message)
        if earlier is None and isinstance(message.channel, discord.Thread):
            earlier = await self._started_on(message.channel)
        if earlier is not None and earlier.author == self.bot.user:
            return asked(earlier)
        return None

    async def _started_on(self, thread: discord.Thread) -> discord.Message | None:
        """Return the message that a thread was started on, None where it is gone or not ours."""
        given = await self.bot.desk.look(self.bot.archive.records.given_in, thread.id)
        if given is None or not isinstance(thread.parent, discord.abc.Messageable):
            return None
        try:
            return await thread.parent.fetch_message(thread.id)
        except discord.HTTPException:
            return None

    # Answering.

    async def _answer(
        self,
        message: Spoken,
        question: Question,
        replies: Sequence[discord.Message],
        first: int = 0,
    ) -> None:
        """Answer each question of a message, in a reply of its own.

        Args:
            message: The message.
            question: Its questions, a line each.
            replies: Replies that are replaced, in the order of the questions.
            first: Where in that order to begin.
        """
        parts = questions(question.text)
        context = question.context
        for place, words in enumerate(parts[:MOST_QUESTIONS]):
            if place >= first:
                each = replace(question, text=words, context=context)
                asking = self.bot.desk.ask(each)
                answer, record_id = await while_typing(message.channel, asking)
                view = self._ask.view(answer, record_id, each)
                if place + 1 == MOST_QUESTIONS < len(parts):
                    add_line(view, speaking(question.locale)("questions-most", count=place + 1))
                if message.id in self._deleted:
                    return
                sent = await self._replies.show(message, view, place, replies)
                await self._ask.note(record_id, sent)
            context = context_after(words, context)
        for left in replies[len(parts) :]:
            with contextlib.suppress(discord.HTTPException, aiohttp.ClientError):
                await left.delete()

    async def take_up(self, entry: Entry) -> None:
        """Answer a message that was acknowledged before a restart, or say why that failed."""
        channel = self.bot.get_partial_messageable(
            entry.channel_id or 0, guild_id=entry.place.guild_id
        )
        message = channel.get_partial_message(entry.id)
        reference = message.to_reference(fail_if_not_exists=False)
        await guard_told(
            self._resume(message, self._ask.restored(entry)),
            speaking(entry.locale),
            lambda text: reply(channel, reference, content=text),
        )
        self.bot.journal.close(entry.id)

    async def _resume(self, message: discord.PartialMessage, question: Question) -> None:
        """Answer the questions of a message that have no reply yet."""
        given = await self._replies.given(message.channel, message.id)
        try:
            await self._answer(message, question, (), len(given))
        except (discord.Forbidden, discord.NotFound):
            # Its channel is gone, or closed to the bot: nobody is waiting.
            return
