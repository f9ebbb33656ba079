"""Messages: sending, editing and deleting them, with everything Discord does on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from . import payloads
from .components import numbered, texts
from .message_limits import EPHEMERAL, IS_COMPONENTS_V2, LOADING
from .state import Channel, File, Message, User
from .violations import Json
from .world import Event, World

NONCE_SECONDS = 300.0

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")


@dataclass(slots=True)
class Draft:
    """A message about to be sent.

    Attributes:
        channel: Where it goes.
        author: Whose it is.
        body: The message part of the request.
        files: The files that come with it.
        reply_to: The message it replies to.
        reply_ping: Whether the author of that message is pinged.
        interaction: The metadata of the interaction it answers.
        only_for: The user who alone sees it, if it is ephemeral.
        webhook: Whether a webhook sends it.
    """

    channel: Channel
    author: User
    body: Json
    files: list[File] = field(default_factory=list)
    reply_to: Message | None = None
    reply_ping: bool = False
    interaction: Json | None = None
    only_for: User | None = None
    webhook: bool = False


def send(world: World, draft: Draft) -> Message:
    """Create a message, ping whom it may ping, and tell the gateway."""
    body = draft.body
    message = Message(world.ids.next(), draft.channel, draft.author, {}, webhook=draft.webhook)
    message.payload = {
        "content": body.get("content") or "",
        "embeds": body.get("embeds") or [],
        "components": numbered(body.get("components") or []),
        "flags": body.get("flags") or 0,
        "attachments": _attachments(world, body, draft.files, []),
    }
    message.files = list(draft.files)
    message.nonce = body.get("nonce")
    message.interaction = draft.interaction
    message.only_for = draft.only_for if message.ephemeral else None
    if draft.reply_to is not None:
        _refer(message, draft.reply_to)
    _ping(world, message, draft)
    _remember(world, message, body)
    world.messages[message.id] = message
    announce(world, "MESSAGE_CREATE", message)
    return message


def edit(world: World, message: Message, body: Json, files: Iterable[File] = ()) -> Message:
    """Change a message; what the request leaves out stays as it was."""
    added = list(files)
    for key in ("content", "embeds"):
        if key in body:
            message.payload[key] = body[key] or ("" if key == "content" else [])
    if "content" in body and not message.author.bot:
        replied = message.reply_to is not None and message.reply_to.author in message.mentions
        draft = Draft(message.channel, message.author, body, reply_to=message.reply_to)
        draft.reply_ping = replied
        _ping(world, message, draft)
    if "components" in body:
        message.payload["components"] = numbered(body["components"] or [])
    if "attachments" in body or added:
        kept = message.payload["attachments"]
        message.payload["attachments"] = _attachments(world, body, added, kept)
    # Whether a message is ephemeral is settled when it is created, or deferred.
    settled = EPHEMERAL | IS_COMPONENTS_V2
    kept = message.flags & (settled if "flags" in body else ~LOADING)
    message.payload["flags"] = kept | (body.get("flags") or 0) & ~EPHEMERAL & ~LOADING
    message.files += added
    message.edited_at = datetime.now(UTC)
    _remember(world, message, body)
    announce(world, "MESSAGE_UPDATE", message)
    return message


def delete(world: World, message: Message) -> None:
    """Delete a message, and tell the gateway."""
    message.deleted = True
    data = {"id": str(message.id), "channel_id": str(message.channel.id)}
    guild = message.channel.guild
    if guild is not None:
        data["guild_id"] = str(guild.id)
    if world.is_visible(message.channel) and not message.ephemeral:
        world.dispatch(Event("MESSAGE_DELETE", data, guild))
    world.notify()


def announce(world: World, name: str, message: Message) -> None:
    """Tell the gateway about a message that others than its addressee can see."""
    if world.is_visible(message.channel) and not message.ephemeral:
        world.dispatch(Event(name, payloads.message(message), message.channel.guild))
    world.notify()


def same_nonce(world: World, author: User, body: Json) -> Message | None:
    """Return the recent message that an enforced nonce stands for."""
    if not body.get("enforce_nonce") or body.get("nonce") is None:
        return None
    since = world.clock.now() - NONCE_SECONDS
    for message in reversed(world.messages.values()):
        if message.author is author and message.nonce == body["nonce"] and message.times[0] > since:
            return message
    return None


def _remember(world: World, message: Message, body: Json) -> None:
    message.history.append(body)
    message.times.append(world.clock.now())


def _refer(message: Message, target: Message) -> None:
    message.reply_to = target
    message.reference = {
        "type": 0,
        "message_id": str(target.id),
        "channel_id": str(target.channel.id),
    }
    if target.channel.guild is not None:
        message.reference["guild_id"] = str(target.channel.guild.id)


def _ping(world: World, message: Message, draft: Draft) -> None:
    text = "\n".join([message.content, *texts(message.components)])
    allowed = draft.body.get("allowed_mentions")
    if allowed is None:
        allowed = {"parse": ["users", "roles", "everyone"], "replied_user": draft.reply_ping}
    parse = allowed.get("parse") or []
    named_users = {int(each) for each in allowed.get("users") or []}
    named_roles = {int(each) for each in allowed.get("roles") or []}
    users = dict.fromkeys(int(each) for each in _USER.findall(text))
    if draft.reply_to is not None and (draft.reply_ping or allowed.get("replied_user")):
        named_users.add(draft.reply_to.author.id)
        users[draft.reply_to.author.id] = None
    pinged = [each for each in users if "users" in parse or each in named_users]
    message.mentions = [world.users[each] for each in pinged if each in world.users]
    roles = dict.fromkeys(int(each) for each in _ROLE.findall(text))
    message.mention_roles = [r for r in roles if "roles" in parse or r in named_roles]
    message.mention_everyone = "everyone" in parse and bool(_EVERYONE.search(text))


def _attachments(world: World, body: Json, files: list[File], kept: list[Json]) -> list[Json]:
    described = {str(each["id"]): each for each in body.get("attachments") or []}
    stay = [each for each in kept if "attachments" not in body or each["id"] in described]
    added = [
        {
            "id": str(world.ids.next()),
            "filename": file.filename,
            "description": described.get(str(index), {}).get("description"),
            "size": len(file.data),
            "url": f"https://cdn.discordapp.com/attachments/{index}/{file.filename}",
            "proxy_url": f"https://media.discordapp.net/attachments/{index}/{file.filename}",
        }
        for index, file in enumerate(files)
    ]
    return stay + added
