"""Commands: the synced ones, and the options a user fills in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import payloads
from .command_limits import CHAT_INPUT, SUBCOMMAND, SUBCOMMAND_GROUP
from .interactions import context, owners
from .permissions import Permission
from .state import Channel, Role, User
from .violations import Json
from .world import World

STRING = 3
INTEGER = 4

Name = str | tuple[str, ...]


class Resolved:
    """The objects that the options of one interaction point to."""

    def __init__(self) -> None:
        """Start with nothing pointed to."""
        self.data: Json = {}

    def add(self, value: object, channel: Channel) -> object:
        """Return what is sent for a value; an account, role or channel is sent by its id."""
        if isinstance(value, User):
            self.data.setdefault("users", {})[str(value.id)] = payloads.user(value)
            member = channel.guild.members.get(value.id) if channel.guild else None
            if member is not None:
                granted = {"permissions": str(channel.permissions(value))}
                shown = payloads.member(member, with_user=False) | granted
                self.data.setdefault("members", {})[str(value.id)] = shown
        elif isinstance(value, Role):
            self.data.setdefault("roles", {})[str(value.id)] = payloads.role(value, 1)
        elif isinstance(value, Channel):
            shown = payloads.channel(value) | {"permissions": "0"}
            self.data.setdefault("channels", {})[str(value.id)] = shown
        else:
            return value
        return str(value.id)


def find(world: World, name: Name, kind: int = CHAT_INPUT) -> tuple[Json, list[Json], list[Json]]:
    """Return a synced command, its sub-commands on the way to a name, and the leaf's options.

    Raises:
        LookupError: No such command is synced.
    """
    first, *rest = (name,) if isinstance(name, str) else name
    known = [each for each in world.commands if each["type"] == kind]
    command = _named(known, first)
    steps: list[Json] = []
    options: list[Json] = command.get("options") or []
    for part in rest:
        steps.append(_named(options, part))
        options = steps[-1].get("options") or []
    if any(option["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP) for option in options):
        raise LookupError(f"{name!r} is a group; name one of {[each['name'] for each in options]}")
    return command, steps, options


def visible(world: World, user: User, channel: Channel) -> list[str]:
    """Return the names of the commands that Discord shows a user in a channel."""
    granted = channel.permissions(user)
    shown = []
    for command in world.commands:
        needed = command["default_member_permissions"]
        administrator = granted & Permission.ADMINISTRATOR
        hidden = needed is not None and channel.guild is not None and not administrator
        if hidden and (int(needed) == 0 or int(needed) & granted != int(needed)):
            continue
        if offered(world, command, user, channel):
            shown.append(command["name"])
    return shown


def offered(world: World, command: Json, user: User, channel: Channel) -> bool:
    """Return whether a command exists in this kind of place, for this kind of install."""
    try:
        installs = {int(each) for each in owners(world, user, channel)}
    except LookupError:
        return False
    contexts = command["contexts"]
    if contexts is None:
        contexts = [0, 1, 2] if command["dm_permission"] else [0]
    return context(channel, world) in contexts and bool(
        installs & set(command["integration_types"])
    )


def filled(
    options: list[Json],
    values: Mapping[str, object],
    resolved: Resolved,
    channel: Channel,
    focused: str | None = None,
) -> list[Json]:
    """Return the options of an interaction, as Discord's client would let a user fill them.

    Args:
        options: The options as the command was synced with them.
        values: What the user gives, by name.
        resolved: Takes the objects that values point to.
        channel: Where it happens.
        focused: The option being typed, for autocomplete: nothing needs to be complete then.

    Raises:
        LookupError: An option is unknown, or a required one missing.
        ValueError: A value is one that Discord's client would not send.
    """
    for name in values:
        _named(options, name)
    sent = []
    for option in options:
        name = option["name"]
        if name not in values:
            if option.get("required") and focused is None:
                raise LookupError(f"the option {name!r} is required")
            continue
        if focused is None:
            _check(option, values[name])
        entry: Json = {"name": name, "type": option["type"]}
        entry["value"] = resolved.add(values[name], channel)
        sent.append(entry | {"focused": True} if name == focused else entry)
    return sent


def _check(option: Json, value: Any) -> None:
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise ValueError(f"{option['name']} is one of {choices}, not {value!r}")
    if option["type"] == STRING:
        least, most = option.get("min_length") or 0, option.get("max_length") or 6000
        if not least <= len(value) <= most:
            raise ValueError(f"{option['name']} has between {least} and {most} characters")
    for key, wrong in (("min_value", int.__gt__), ("max_value", int.__lt__)):
        limit = option.get(key)
        if option["type"] == INTEGER and limit is not None and wrong(limit, value):
            raise ValueError(f"{option['name']} breaks {key} {limit}: {value}")


def _named(entries: list[Json], name: str) -> Json:
    for entry in entries:
        if entry["name"] == name:
            return entry
    raise LookupError(f"no {name!r}; there are {[entry['name'] for entry in entries]}")
