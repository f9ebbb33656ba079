"""A Discord on loopback: Discord's protocol over real sockets, for the bot to be tested against.

`LoopbackDiscord` is the server, `BotProcess` the bot beside it in a process of its own.
"""

from .components import Button, buttons, selects, visible_text
from .interactions import InteractionRecord
from .openapi import Description
from .permissions import Permission
from .process import BotProcess
from .server import LoopbackDiscord
from .state import (
    Channel,
    ChannelType,
    File,
    Guild,
    Member,
    Message,
    Role,
    User,
)
from .violations import Kind, Violation
from .world import Request

__all__ = [
    "BotProcess",
    "Button",
    "Channel",
    "ChannelType",
    "Description",
    "File",
    "Guild",
    "InteractionRecord",
    "Kind",
    "LoopbackDiscord",
    "Member",
    "Message",
    "Permission",
    "Request",
    "Role",
    "User",
    "Violation",
    "buttons",
    "selects",
    "visible_text",
]
