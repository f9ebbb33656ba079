"""Privacy: what an application without the message content intent does not get to read."""

from __future__ import annotations

from .violations import Json

GUILDS = 1 << 0
GUILD_MEMBERS = 1 << 1
GUILD_PRESENCES = 1 << 8
GUILD_MESSAGES = 1 << 9
DIRECT_MESSAGES = 1 << 12
MESSAGE_CONTENT = 1 << 15

PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT


def readable(message: Json, intents: int, bot_id: int) -> Json:
    """Return a message object as an application with these intents receives it.

    Direct messages, mentions of the bot and its own messages are always whole; everything else
    comes without content, embeds, attachments and components unless the intent is there.
    """
    own = message["author"]["id"] == str(bot_id)
    mentioned = any(each["id"] == str(bot_id) for each in message["mentions"])
    shown = dict(message)
    if message.get("referenced_message"):
        shown["referenced_message"] = readable(message["referenced_message"], intents, bot_id)
    if not (intents & MESSAGE_CONTENT or own or mentioned or "guild_id" not in message):
        shown |= {"content": "", "embeds": [], "attachments": [], "components": []}
    return shown
