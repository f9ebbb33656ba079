"""Payloads: the state as Discord writes it in JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .permissions import Permission
from .state import Channel, ChannelType, Guild, Member, Message, Role, User
from .violations import Json

REPLY = 19
COMMAND_REPLY = 20


def user(account: User) -> Json:
    """Return a user object."""
    return {
        "id": str(account.id),
        "username": account.name,
        "global_name": None if account.bot else account.name.title(),
        "discriminator": "0",
        "avatar": None,
        "bot": account.bot,
        "public_flags": 0,
    }


def member(person: Member, *, with_user: bool = True) -> Json:
    """Return a member object; the one inside a message leaves the user out."""
    payload: Json = {
        "nick": None,
        "avatar": None,
        "roles": [str(each.id) for each in person.roles],
        "joined_at": person.joined_at.isoformat(),
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
    }
    return payload | {"user": user(person.user)} if with_user else payload


def role(each: Role, position: int) -> Json:
    """Return a role object."""
    return {
        "id": str(each.id),
        "name": each.name,
        "permissions": str(int(each.permissions)),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def roles(guild: Guild) -> list[Json]:
    """Return a server's roles, @everyone first."""
    return [role(each, position) for position, each in enumerate(guild.roles.values())]


def channel(place: Channel) -> Json:
    """Return a channel object of whatever kind it is."""
    payload: Json = {"id": str(place.id), "type": int(place.type), "flags": 0}
    payload["last_message_id"] = None
    if place.guild is None:
        return payload | {"recipients": [user(each) for each in place.recipients]}
    payload |= {"guild_id": str(place.guild.id), "name": place.name, "rate_limit_per_user": 0}
    if place.is_thread and place.parent:
        return payload | _thread(place, place.parent)
    if place.type in (ChannelType.VOICE, ChannelType.STAGE):
        payload |= {"bitrate": 64000, "user_limit": 0}
    if place.type in (ChannelType.FORUM, ChannelType.MEDIA):
        payload |= {
            "available_tags": [],
            "default_reaction_emoji": None,
            "default_sort_order": None,
        }
        payload |= {"default_forum_layout": 0, "default_auto_archive_duration": 1440}
    return payload | {
        "position": 0,
        "topic": None,
        "nsfw": False,
        "parent_id": None,
        "permission_overwrites": _overwrites(place),
    }


def _thread(place: Channel, parent: Channel) -> Json:
    return {
        "parent_id": str(parent.id),
        "owner_id": str(place.owner_id or 0),
        "message_count": 0,
        "total_message_sent": 0,
        "member_count": 1,
        "applied_tags": [],
        "thread_metadata": {
            "archived": place.archived,
            "auto_archive_duration": 1440,
            "archive_timestamp": "2024-01-01T00:00:00+00:00",
            "locked": place.locked,
            "create_timestamp": "2024-01-01T00:00:00+00:00",
        },
    }


def _overwrites(place: Channel) -> list[Json]:
    known_roles = place.guild.roles if place.guild else {}
    return [
        {
            "id": str(target),
            "type": 0 if target in known_roles else 1,
            "allow": str(int(overwrite.allow)),
            "deny": str(int(overwrite.deny)),
        }
        for target, overwrite in place.overwrites.items()
    ]


def guild(server: Guild, bot: User) -> Json:
    """Return the object of GUILD_CREATE: a bot without the members intent sees itself alone."""
    own = [member(server.members[bot.id])] if bot.id in server.members else []
    visible = [c for c in server.channels.values() if c.permissions(bot) & Permission.VIEW_CHANNEL]
    channels = [channel(each) for each in server.channels.values() if not each.is_thread]
    threads = [channel(each) for each in visible if each.is_thread]
    return guild_core(server) | {
        "joined_at": "2024-01-01T00:00:00+00:00",
        "large": False,
        "member_count": len(server.members),
        "members": own,
        "channels": channels,
        "threads": threads,
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def guild_core(server: Guild) -> Json:
    """Return the guild object of the HTTP API."""
    return {
        "id": str(server.id),
        "name": server.name,
        "icon": None,
        "owner_id": str(server.owner.id if server.owner else 0),
        "preferred_locale": server.locale,
        "features": [],
        "roles": roles(server),
        "emojis": [],
        "stickers": [],
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "vanity_url_code": None,
        "description": None,
        "banner": None,
        "splash": None,
        "discovery_splash": None,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "application_id": None,
        "widget_enabled": False,
        "premium_progress_bar_enabled": False,
    }


def message(note: Message, *, nested: bool = False) -> Json:
    """Return a message object; a message inside a message nests no further."""
    payload: Json = {
        "id": str(note.id),
        "channel_id": str(note.channel.id),
        "author": user(note.author),
        "content": note.content,
        "timestamp": note.created_at.isoformat(),
        "edited_timestamp": _time(note.edited_at),
        "tts": False,
        "mention_everyone": note.mention_everyone,
        "mentions": [user(each) for each in note.mentions],
        "mention_roles": [str(each) for each in note.mention_roles],
        "attachments": note.payload.get("attachments") or [],
        "embeds": note.embeds,
        "components": note.components,
        "pinned": False,
        "type": _message_type(note),
        "flags": note.flags,
    }
    server = note.channel.guild
    if server is not None:
        payload["guild_id"] = str(server.id)
        if note.author.id in server.members and not note.interaction:
            payload["member"] = member(server.members[note.author.id], with_user=False)
    if note.nonce is not None:
        payload["nonce"] = note.nonce
    if note.interaction is not None:
        # An interaction's reply is sent by the application's webhook, which shares the bot's id.
        payload |= {"interaction_metadata": note.interaction, "webhook_id": str(note.author.id)}
        payload["application_id"] = str(note.author.id)
    if note.webhook:
        payload["webhook_id"] = str(note.author.id)
    if note.reference is not None:
        payload["message_reference"] = note.reference
        if not nested:
            target = note.reply_to if note.reply_to and not note.reply_to.deleted else None
            payload["referenced_message"] = message(target, nested=True) if target else None
    return payload


def _message_type(note: Message) -> int:
    if note.reference is not None:
        return REPLY
    return COMMAND_REPLY if note.interaction is not None else 0


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def application(bot: User, owner: User, *, flags: int, shards: int) -> Json:
    """Return the application object."""
    installs: Any = {"oauth2_install_params": {"scopes": ["bot"], "permissions": "0"}}
    return {
        "id": str(bot.id),
        "name": bot.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": user(owner),
        "team": None,
        "verify_key": "0" * 64,
        "flags": flags,
        "approximate_guild_count": shards,
        "integration_types_config": {"0": installs, "1": installs},
        "bot": user(bot),
    }
