"""Routes of accounts: signing in, the application and its commands, servers and members."""

from __future__ import annotations

from . import payloads
from .call import (
    MISSING_ACCESS,
    UNKNOWN_COMMAND,
    UNKNOWN_GUILD,
    UNKNOWN_MEMBER,
    UNKNOWN_USER,
    Answer,
    Call,
    DiscordError,
    Routes,
)
from .command_limits import CHAT_INPUT, command_violations
from .privacy import GUILD_MEMBERS, GUILD_PRESENCES, MESSAGE_CONTENT
from .state import Guild
from .violations import Json

routes = Routes()

# The flags of an application in few servers, which Discord has not verified.
_APPLICATION_FLAGS = {GUILD_PRESENCES: 1 << 13, GUILD_MEMBERS: 1 << 15, MESSAGE_CONTENT: 1 << 19}
_COMMAND_DEFAULTS: Json = {
    "type": CHAT_INPUT,
    "description": "",
    "options": [],
    "name_localizations": None,
    "description_localizations": None,
    "default_member_permissions": None,
    "dm_permission": True,
    "contexts": None,
    "integration_types": [0],
    "nsfw": False,
}
_COMMANDS = "/applications/{application_id}/commands"


@routes.on("GET", "/users/@me")
def get_me(call: Call) -> Json:
    """Return the bot's own account."""
    return payloads.user(call.world.bot)


@routes.on("GET", "/users/@me/guilds")
def list_own_guilds(call: Call) -> list[Json]:
    """Return the servers the bot is in."""
    bot = call.world.bot.id
    return [payloads.guild_core(g) for g in call.world.guilds.values() if bot in g.members]


@routes.on("GET", "/users/{user_id}")
def get_user(call: Call) -> Json:
    """Return an account."""
    user = call.world.users.get(int(call.params["user_id"]))
    if user is None:
        raise DiscordError(*UNKNOWN_USER)
    return payloads.user(user)


@routes.on("GET", "/oauth2/applications/@me")
@routes.on("GET", "/applications/@me")
@routes.on("GET", "/applications/{application_id}")
def get_application(call: Call) -> Json:
    """Return the application, with the flags that tell its privileged intents."""
    world = call.world
    flags = sum(
        flag for intent, flag in _APPLICATION_FLAGS.items() if world.approved_intents & intent
    )
    return payloads.application(world.bot, world.owner, flags=flags, shards=len(world.guilds))


@routes.on("GET", "/applications/{application_id}/emojis")
def list_emojis(call: Call) -> Json:
    """Return the application's emojis: none."""
    return {"items": []}


@routes.on("GET", "/applications/{application_id}/entitlements")
@routes.on("GET", "/applications/{application_id}/skus")
def list_nothing(call: Call) -> list[Json]:
    """Return the application's sales: none."""
    return []


@routes.on("GET", _COMMANDS)
def list_commands(call: Call) -> list[Json]:
    """Return the global commands."""
    return call.world.commands


@routes.on("PUT", _COMMANDS)
def replace_commands(call: Call) -> list[Json]:
    """Replace the global commands; one that keeps its name keeps its id."""
    wanted = call.request.body or []
    call.judge(command_violations(wanted))
    call.world.commands = [_command(call, each) for each in wanted]
    call.world.notify()
    return call.world.commands


@routes.on("POST", _COMMANDS)
def add_command(call: Call) -> Json:
    """Create a global command, or replace the one of that name."""
    made = _command(call, call.body)
    others = [each for each in call.world.commands if each["id"] != made["id"]]
    call.judge(command_violations([*others, call.body]))
    call.world.commands = [*others, made]
    call.world.notify()
    return made


@routes.on("GET", f"{_COMMANDS}/{{command_id}}")
def get_command(call: Call) -> Json:
    """Return a global command."""
    return _existing_command(call)


@routes.on("PATCH", f"{_COMMANDS}/{{command_id}}")
def edit_command(call: Call) -> Json:
    """Change a global command."""
    command = _existing_command(call)
    others = [each for each in call.world.commands if each is not command]
    call.judge(command_violations([*others, command | call.body]))
    command.update(call.body)
    return command


@routes.on("DELETE", f"{_COMMANDS}/{{command_id}}")
def delete_command(call: Call) -> None:
    """Delete a global command."""
    call.world.commands.remove(_existing_command(call))


@routes.on("GET", "/guilds/{guild_id}")
def get_guild(call: Call) -> Json:
    """Return a server."""
    return payloads.guild_core(_guild(call))


@routes.on("GET", "/guilds/{guild_id}/channels")
def list_channels(call: Call) -> list[Json]:
    """Return a server's channels, threads left out."""
    channels = _guild(call).channels.values()
    return [payloads.channel(each) for each in channels if not each.is_thread]


@routes.on("GET", "/guilds/{guild_id}/roles")
def list_roles(call: Call) -> list[Json]:
    """Return a server's roles."""
    return payloads.roles(_guild(call))


@routes.on("GET", "/guilds/{guild_id}/members/{user_id}")
def get_member(call: Call) -> Json:
    """Return a member of a server."""
    member = _guild(call).members.get(int(call.params["user_id"]))
    if member is None:
        raise DiscordError(*UNKNOWN_MEMBER)
    return payloads.member(member)


@routes.on("GET", "/gateway")
@routes.on("GET", "/gateway/bot")
def get_gateway(call: Call) -> Answer:
    """Return where the gateway is, and how many shards it wants."""
    limits = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
    world = call.world
    return {"url": world.gateway_url, "shards": world.shards, "session_start_limit": limits}


def _guild(call: Call) -> Guild:
    guild = call.world.guilds.get(int(call.params["guild_id"]))
    if guild is None:
        raise DiscordError(*UNKNOWN_GUILD)
    if call.world.bot.id not in guild.members:
        raise DiscordError(*MISSING_ACCESS)
    return guild


def _existing_command(call: Call) -> Json:
    for command in call.world.commands:
        if command["id"] == call.params["command_id"]:
            return command
    raise DiscordError(*UNKNOWN_COMMAND)


def _command(call: Call, wanted: Json) -> Json:
    given = {key: value for key, value in wanted.items() if value is not None}
    made = _COMMAND_DEFAULTS | given
    identity = (made["name"], made["type"])
    known = {(each["name"], each["type"]): each["id"] for each in call.world.commands}
    made["id"] = known.get(identity) or str(call.world.ids.next())
    permissions = made["default_member_permissions"]
    made["default_member_permissions"] = None if permissions is None else str(permissions)
    return made | {"application_id": str(call.world.bot.id), "version": str(call.world.ids.next())}
