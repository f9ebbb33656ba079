"""Listening: in channels that the operator names, questions are answered without a mention.

It speaks only where it is wanted: when a message is a question, nobody else has said
anything for a while, and the archive is sure of its answer. Else it is silent.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.ask import Ask
from bot.delivery import Seen, reply
from bot.desk import Question
from bot.failures import guard_told
from bot.hearing import from_a_person
from bot.interrogative import question_in
from bot.language import of_message
from bot.layout import add_line

if TYPE_CHECKING:
    from bot.client import FootnoteBot


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the bot listens, and when it speaks there.

    Attributes:
        channels: The channels, threads and posts below them included.
        wait: Seconds without a word of anybody else, after which it answers.
        confidence: How sure it must be, 0 to 1; never less sure than for a question asked of it.
    """

    channels: frozenset[int] = frozenset()
    wait: float = 20.0
    confidence: float = 0.8


@dataclass(slots=True)
class _Waiting:
    message: discord.Message
    task: asyncio.Task[None]


class Listen(commands.Cog):
    """Answers questions that nobody has answered, in the channels where it may."""

    def __init__(self, bot: FootnoteBot, ask: Ask) -> None:
        self.bot = bot
        self._ask = ask
        self._seen = Seen()
        self._waiting: dict[int, _Waiting] = {}

    async def cog_unload(self) -> None:
        """Answer nothing more."""
        for channel_id in list(self._waiting):
            self._drop(channel_id)

    # What is said in a channel.

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Begin to wait at a question; anybody else's word ends that, the asker's prolongs it."""
        if not self._listens(message.channel) or not from_a_person(message):
            return
        if self._seen.again(message.id):
            return
        held = self._waiting.get(message.channel.id)
        if await self._asks(message):
            self._wait(message)
        elif held is not None and held.message.author == message.author and not message.mentions:
            self._wait(held.message)
        else:
            self._drop(message.channel.id)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Wait anew for a question that was edited, unless it is none any more."""
        held = self._waiting.get(payload.channel_id)
        if held is None or held.message.id != payload.message_id:
            return
        if await self._asks(payload.message):
            self._wait(payload.message)
        else:
            self._drop(payload.channel_id)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Forget a question that is deleted."""
        self._forget(payload.channel_id, {payload.message_id})

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Forget a question that is deleted with others."""
        self._forget(payload.channel_id, payload.message_ids)

    def _listens(self, channel: object) -> bool:
        ids = {getattr(channel, name, None) for name in ("id", "parent_id")}
        return not ids.isdisjoint(self.bot.options.listening.channels)

    async def _asks(self, message: discord.Message) -> bool:
        """Tell whether a message is a question that is addressed to nobody."""
        addressed = message.mentions or message.role_mentions or message.mention_everyone
        if addressed or message.reference is not None or question_in(message.content) is None:
            return False
        if not isinstance(message.channel, discord.Thread):
            return True
        # In a thread on an answer every message follows that up.
        given_in = self.bot.archive.records.given_in
        return await self.bot.desk.look(given_in, message.channel.id) is None

    # Waiting, and answering.

    def _wait(self, message: discord.Message) -> None:
        self._drop(message.channel.id)
        task = asyncio.create_task(self._wait_and_answer(message))
        self._waiting[message.channel.id] = _Waiting(message, task)

    def _drop(self, channel_id: int) -> None:
        if held := self._waiting.pop(channel_id, None):
            held.task.cancel()

    def _forget(self, channel_id: int, message_ids: set[int]) -> None:
        held = self._waiting.get(channel_id)
        if held is not None and held.message.id in message_ids:
            self._drop(channel_id)

    async def _wait_and_answer(self, message: discord.Message) -> None:
        await asyncio.sleep(self.bot.options.listening.wait)
        # Nobody has asked it, so nobody is told of a failure; the log is.
        await guard_told(self._answer(message), of_message(message), _say_nothing)

    async def _answer(self, message: discord.Message) -> None:
        """Answer a question where that is sure; say nothing where it is not."""
        place = self.bot.place(message.channel, message.guild.id if message.guild else None)
        question = Question(
            text=question_in(message.content) or "",
            asker_id=message.author.id,
            reader=self.bot.options.access.reader(place),
            private=False,
            place=place,
            channel_id=message.channel.id,
            locale=of_message(message).locale,
            replied=True,
        )
        sure = await self._is_sure(question)
        # From here on it is not called off: a message that is being sent is out.
        self._waiting.pop(message.channel.id, None)
        if sure:
            self.bot.work(
                guard_told(self._speak(message, question), of_message(message), _say_nothing)
            )

    async def _is_sure(self, question: Question) -> bool:
        """Tell whether the archive answers a question surely; what it does not leaves no record."""
        most = self.bot.archive.search.longest_question
        if len(question.text) > most:
            return False
        ask = partial(self.bot.archive.ask, question.text, k=1, reader=question.reader)
        answer = await self.bot.desk.look(ask)
        return answer.answered and answer.confidence >= self.bot.options.listening.confidence

    async def _speak(self, message: discord.Message, question: Question) -> None:
        answer, record_id = await self.bot.desk.ask(question)
        view = self._ask.view(answer, record_id, question)
        add_line(view, of_message(message)("listening-note"))
        reference = message.to_reference(fail_if_not_exists=False)
        sent = await reply(message.channel, reference, view=view)
        await self._ask.note(record_id, sent)


async def _say_nothing(told: str) -> None:
    """Tell nobody."""
