"""Routes of channels: messages, threads, typing, direct messages."""

from __future__ import annotations

from . import messages, payloads
from .call import (
    CANNOT_MESSAGE_USER,
    INVALID_FORM,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    NO_HISTORY,
    NOT_A_TEXT_CHANNEL,
    NOT_ITS_AUTHOR,
    THREAD_LOCKED,
    UNKNOWN_USER,
    Call,
    DiscordError,
    Routes,
)
from .message_limits import message_violations
from .permissions import Permission
from .privacy import readable
from .state import Channel, ChannelType, Message
from .violations import Json
from .world import Typing

routes = Routes()

_WITHOUT_MESSAGES = frozenset({ChannelType.CATEGORY, ChannelType.FORUM, ChannelType.MEDIA})


@routes.on("GET", "/channels/{channel_id}")
def get_channel(call: Call) -> Json:
    """Return a channel."""
    return payloads.channel(call.channel())


@routes.on("POST", "/channels/{channel_id}/typing")
def type_in_channel(call: Call) -> None:
    """Show that the bot is typing."""
    channel = call.channel()
    _require_sending(call, channel)
    call.world.typings.append(Typing(channel, call.world.clock.now()))
    call.world.notify()


@routes.on("POST", "/channels/{channel_id}/messages")
def create_message(call: Call) -> Json:
    """Send a message, or return the earlier one that an enforced nonce stands for."""
    channel = call.channel()
    _require_sending(call, channel)
    files = call.request.files
    if files:
        _require(call, channel, Permission.ATTACH_FILES)
    call.judge(message_violations(call.body, has_files=bool(files)))
    earlier = messages.same_nonce(call.world, call.world.bot, call.body)
    if earlier is not None:
        earlier.resent += 1
        return payloads.message(earlier)
    channel.archived = False
    draft = messages.Draft(channel, call.world.bot, call.body, files)
    draft.reply_to = _reply_to(call, channel)
    draft.reply_ping = call.body.get("allowed_mentions") is None
    return payloads.message(messages.send(call.world, draft))


@routes.on("GET", "/channels/{channel_id}/messages")
def list_messages(call: Call) -> list[Json]:
    """Return messages, newest first; none without leave to read the history."""
    channel = call.channel()
    _require_view(call, channel)
    if not channel.permissions(call.world.bot) & Permission.READ_MESSAGE_HISTORY:
        return []
    query = call.request.query
    before, after = int(query.get("before", 1 << 64)), int(query.get("after", 0))
    found = [
        note
        for note in call.world.messages.values()
        if note.channel is channel and not note.deleted and not note.ephemeral
        if after < note.id < before
    ]
    limit = int(query.get("limit", 50))
    page = found[:limit] if "after" in query else found[-limit:]
    return [_readable(call, note) for note in reversed(page)]


@routes.on("GET", "/channels/{channel_id}/messages/{message_id}")
def get_message(call: Call) -> Json:
    """Return a message."""
    channel = call.channel()
    _require_view(call, channel)
    _require(call, channel, Permission.READ_MESSAGE_HISTORY)
    return _readable(call, call.message())


@routes.on("PATCH", "/channels/{channel_id}/messages/{message_id}")
def edit_message(call: Call) -> Json:
    """Edit one of the bot's messages."""
    _require_view(call, call.channel())
    message = call.message()
    if message.author is not call.world.bot:
        raise DiscordError(*NOT_ITS_AUTHOR)
    call.judge(message_violations(call.body, flags_before=message.flags, editing=True))
    messages.edit(call.world, message, call.body, call.request.files)
    return payloads.message(message)


@routes.on("DELETE", "/channels/{channel_id}/messages/{message_id}")
def delete_message(call: Call) -> None:
    """Delete a message: the bot's own, or another's with leave to manage messages."""
    channel = call.channel()
    _require_view(call, channel)
    message = call.message()
    if message.author is not call.world.bot:
        _require(call, channel, Permission.MANAGE_MESSAGES)
    messages.delete(call.world, message)


@routes.on("POST", "/channels/{channel_id}/messages/{message_id}/threads")
@routes.on("POST", "/channels/{channel_id}/threads")
def create_thread(call: Call) -> Json:
    """Open a thread, from a message or without one."""
    channel = call.channel()
    _require(call, channel, Permission.CREATE_PUBLIC_THREADS)
    thread = call.world.add_thread(channel, call.body["name"], owner=call.world.bot)
    return payloads.channel(thread)


@routes.on("POST", "/users/@me/channels")
def open_dm(call: Call) -> Json:
    """Open the direct messages with a user."""
    user = call.world.users.get(int(call.body["recipient_id"]))
    if user is None:
        raise DiscordError(*UNKNOWN_USER)
    return payloads.channel(call.world.dm(user))


def _readable(call: Call, message: Message) -> Json:
    world = call.world
    return readable(payloads.message(message), world.approved_intents, world.bot.id)


def _require_view(call: Call, channel: Channel) -> None:
    if not channel.permissions(call.world.bot) & Permission.VIEW_CHANNEL:
        raise DiscordError(*MISSING_ACCESS)


def _require(call: Call, channel: Channel, permission: Permission) -> None:
    if not channel.permissions(call.world.bot) & permission:
        raise DiscordError(*MISSING_PERMISSIONS)


def _require_sending(call: Call, channel: Channel) -> None:
    if channel.type in _WITHOUT_MESSAGES:
        raise DiscordError(*NOT_A_TEXT_CHANNEL)
    if channel.type == ChannelType.DM and not channel.recipients[0].dms_open:
        raise DiscordError(*CANNOT_MESSAGE_USER)
    _require_view(call, channel)
    threads = Permission.SEND_MESSAGES_IN_THREADS
    _require(call, channel, threads if channel.is_thread else Permission.SEND_MESSAGES)
    if channel.locked and not channel.permissions(call.world.bot) & Permission.MANAGE_THREADS:
        raise DiscordError(*THREAD_LOCKED)


def _reply_to(call: Call, channel: Channel) -> Message | None:
    reference = call.body.get("message_reference")
    if not reference:
        return None
    if not channel.permissions(call.world.bot) & Permission.READ_MESSAGE_HISTORY:
        raise DiscordError(*NO_HISTORY)
    target = call.world.messages.get(int(reference["message_id"]))
    if target is not None and not target.deleted and target.channel is channel:
        return target
    if reference.get("fail_if_not_exists", True):
        error = {"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}
        raise DiscordError(*INVALID_FORM, errors={"message_reference": {"_errors": [error]}})
    return None
