"""Call: one request to Discord's HTTP API, as a handler sees it, and the answers it may get."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from .state import Channel, Message
from .violations import Json, Kind, Violation, errors_tree
from .world import Request, World


class DiscordError(Exception):
    """An error answer of Discord's HTTP API."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        """Hold the HTTP status, Discord's code and words, and the errors tree of a bad form."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.errors = errors

    def body(self) -> Json:
        """Return the JSON that Discord would send."""
        answer: Json = {"message": str(self), "code": self.code}
        return answer | {"errors": self.errors} if self.errors is not None else answer


UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
UNKNOWN_GUILD = (404, 10004, "Unknown Guild")
UNKNOWN_MEMBER = (404, 10007, "Unknown Member")
UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
UNKNOWN_USER = (404, 10013, "Unknown User")
UNKNOWN_WEBHOOK = (404, 10015, "Unknown Webhook")
UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
UNKNOWN_COMMAND = (404, 10063, "Unknown application command")
TOO_MANY_FOLLOW_UPS = (
    400,
    40094,
    "This interaction has reached the maximum number of follow up messages",
)
ACKNOWLEDGED = (400, 40060, "Interaction has already been acknowledged.")
MISSING_ACCESS = (403, 50001, "Missing Access")
NOT_ITS_AUTHOR = (403, 50005, "Cannot edit a message authored by another user")
CANNOT_MESSAGE_USER = (403, 50007, "Cannot send messages to this user")
NOT_A_TEXT_CHANNEL = (400, 50008, "Cannot send messages in a non-text channel")
MISSING_PERMISSIONS = (403, 50013, "Missing Permissions")
INVALID_WEBHOOK_TOKEN = (401, 50027, "Invalid Webhook Token")
INVALID_FORM = (400, 50035, "Invalid Form Body")
NO_HISTORY = (400, 160002, "Cannot reply without permission to read message history")
THREAD_LOCKED = (403, 160005, "This thread is locked")
EMPTY_MESSAGE = (400, 50006, "Cannot send an empty message")


@dataclass(slots=True)
class Call:
    """One request, matched to its route.

    Attributes:
        world: The Discord it is made to.
        request: The request as logged.
        params: The parts of the path.
    """

    world: World
    request: Request
    params: dict[str, str]

    @property
    def body(self) -> Any:
        """The parsed JSON, an empty object where there is none."""
        return {} if self.request.body is None else self.request.body

    def channel(self) -> Channel:
        """Return the channel that the path names, if the bot may see it."""
        channel = self.world.channels.get(int(self.params["channel_id"]))
        if channel is None:
            raise DiscordError(*UNKNOWN_CHANNEL)
        if not self.world.is_visible(channel):
            raise DiscordError(*MISSING_ACCESS)
        return channel

    def message(self) -> Message:
        """Return the message that the path names; an ephemeral one is nobody's but its token's."""
        message = self.world.messages.get(int(self.params["message_id"]))
        gone = message is None or message.deleted or message.ephemeral
        if message is None or gone or message.channel is not self.channel():
            raise DiscordError(*UNKNOWN_MESSAGE)
        return message

    def judge(self, violations: Iterable[Violation]) -> None:
        """Record violations, and refuse the request as Discord would.

        Raises:
            DiscordError: At least one of them is not merely noted.
        """
        route = f"{self.request.method} {self.request.path}"
        noted = [self.world.record(violation, route) for violation in violations]
        refused = [violation for violation in noted if violation.rejected]
        if any(violation.kind is Kind.EMPTY for violation in refused):
            raise DiscordError(*EMPTY_MESSAGE)
        if refused:
            raise DiscordError(*INVALID_FORM, errors=errors_tree(refused))

    def refuse(self, kind: Kind, error: tuple[int, int, str]) -> DiscordError:
        """Record a violation, and return the error that Discord answers it with."""
        status, code, message = error
        route = f"{self.request.method} {self.request.path}"
        self.world.record(Violation(kind, (), message, str(code)), route)
        return DiscordError(status, code, message)


Answer: TypeAlias = Json | list[Json] | None
Handler: TypeAlias = Callable[[Call], Answer]


class Routes:
    """A table of handlers by method and path; an answer of None is Discord's 204."""

    def __init__(self) -> None:
        """Start with no routes."""
        self.entries: list[tuple[str, str, Handler]] = []

    def on(self, method: str, path: str) -> Callable[[Handler], Handler]:
        """Return a decorator that registers a handler."""

        def register(handler: Handler) -> Handler:
            self.entries.append((method, path, handler))
            return handler

        return register
