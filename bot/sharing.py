"""Show to a channel, once, what its asker alone has seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.delivery import deliver, reply
from bot.failures import Refused
from bot.language import of_interaction
from bot.layout import Layout, sentence
from retrieval.database import now
from retrieval.records import GivenAnswer
from retrieval.types import Reader

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_SHARED = "-shared"
"""What follows an answer's id in that of the answer that was shared."""


def refuse_again(bot: FootnoteBot, record_id: str) -> None:
    """Refuse to share what was shared before.

    Raises:
        Refused: It was.
    """
    before = bot.archive.records.given(record_id + _SHARED)
    if before is not None and before.message_id is not None:
        raise Refused("share-again")


def opened(record: GivenAnswer, reader: Reader, **changed: Any) -> GivenAnswer:
    """Return the record of what is shared of a private answer.

    Args:
        record: The private answer's record.
        reader: Everyone in the channel.
        **changed: What else differs.
    """
    held = reader.collections
    return replace(
        record,
        id=record.id + _SHARED,
        asked_at=now(),
        message_id=None,
        private=False,
        collections=None if held is None else tuple(sorted(held)),
        **changed,
    )


async def share(
    bot: FootnoteBot,
    interaction: discord.Interaction,
    about: int,
    record: GivenAnswer,
    view: Layout,
) -> None:
    """Post a message below the one that it is about, and tell who pressed, who was acknowledged.

    Args:
        bot: The bot.
        interaction: The press.
        about: The message that it is about.
        record: The record of what is shared; it is kept.
        view: The message.

    Raises:
        Refused: The bot may not write there.
    """
    channel = interaction.channel
    if not isinstance(channel, discord.abc.Messageable):
        raise Refused("refused-again")
    await bot.desk.keep(bot.archive.records.record, record)
    reference = discord.MessageReference(
        message_id=about, channel_id=channel.id, fail_if_not_exists=False
    )
    try:
        sent = await reply(channel, reference, record.id.removesuffix(_SHARED), view=view)
    except (discord.Forbidden, discord.NotFound) as error:
        raise Refused("share-forbidden") from error
    await bot.desk.note(bot.archive.records.sent, record.id, sent.channel.id, sent.id)
    done = sentence(of_interaction(interaction)("share-done", link=sent.jump_url))
    await deliver(lambda: interaction.edit_original_response(view=done))
