"""InteractionRecord: one interaction from the press of a key to the last follow-up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from . import payloads
from .message_limits import EPHEMERAL, IS_COMPONENTS_V2, LOADING
from .state import Channel, ChannelType, Message, User
from .violations import Json
from .world import World

T = TypeVar("T")

COMMAND = 2
COMPONENT = 3
AUTOCOMPLETE = 4
MODAL_SUBMIT = 5

REPLY = 4
DEFERRED_REPLY = 5
DEFERRED_UPDATE = 6
UPDATE = 7
CHOICES = 8
MODAL = 9

ACKNOWLEDGE_SECONDS = 3.0
TOKEN_SECONDS = 900.0
MAX_USER_INSTALL_FOLLOW_UPS = 5


class InteractionRecord:
    """What a user did, and everything the bot answered.

    Attributes:
        payload: The INTERACTION_CREATE event's data.
        dispatched_at: When it was sent, on the server's clock.
        acknowledged_at: When the bot first answered, or None.
        callback: The first answer, as `{"type": …, "data": …}`, or None.
        original: The message that the first answer made, or the one it updated.
        followups: The messages sent after the first answer.
        source: The message whose component was used, or that a menu was opened on.
    """

    def __init__(
        self, world: World, user: User, channel: Channel, payload: Json, source: Message | None
    ) -> None:
        """Record an interaction that is about to be sent."""
        self._world = world
        self.user = user
        self.channel = channel
        self.payload = payload
        self.source = source
        self.dispatched_at = world.clock.now()
        self.acknowledged_at: float | None = None
        self.callback: Json | None = None
        self.original: Message | None = None
        self.followups: list[Message] = []

    def __repr__(self) -> str:
        """Return the kind of interaction and how far it has come."""
        name = self.payload["data"].get("name") or self.payload["data"].get("custom_id")
        return f"<InteractionRecord {name!r} callback={self.callback and self.callback['type']}>"

    @property
    def id(self) -> int:
        """Its snowflake."""
        return int(self.payload["id"])

    @property
    def token(self) -> str:
        """The token that follow-ups are sent with."""
        return str(self.payload["token"])

    @property
    def type(self) -> int:
        """Discord's number for its kind."""
        return int(self.payload["type"])

    @property
    def ack_seconds(self) -> float:
        """How long the bot took to acknowledge it.

        Raises:
            ValueError: It has not been acknowledged.
        """
        if self.acknowledged_at is None:
            raise ValueError(f"{self!r} has not been acknowledged")
        return self.acknowledged_at - self.dispatched_at

    @property
    def callback_type(self) -> int | None:
        """Discord's number for the kind of the first answer, or None."""
        return self.callback["type"] if self.callback else None

    @property
    def messages(self) -> list[Message]:
        """The original answer, if it is a message, and the follow-ups."""
        return [*([self.original] if self.original else []), *self.followups]

    @property
    def ephemeral(self) -> bool:
        """Whether the first answer is for the user alone."""
        if self.original is not None:
            return self.original.ephemeral
        return bool(self.data.get("flags", 0) & EPHEMERAL)

    @property
    def data(self) -> Json:
        """The data of the first answer, empty where there is none."""
        return (self.callback or {}).get("data") or {}

    @property
    def modal(self) -> Json | None:
        """The modal it was answered with, or None."""
        return self.data if self.callback_type == MODAL else None

    @property
    def choices(self) -> list[Json] | None:
        """The autocomplete choices it was answered with, or None."""
        return (self.data.get("choices") or []) if self.callback_type == CHOICES else None

    @property
    def outside_servers(self) -> bool:
        """Whether the application answers by a user install alone."""
        return "0" not in self.payload["authorizing_integration_owners"]

    @property
    def too_late(self) -> bool:
        """Whether the time for a first answer is over."""
        return self._age > ACKNOWLEDGE_SECONDS

    @property
    def expired(self) -> bool:
        """Whether the token has run out."""
        return self._age > TOKEN_SECONDS

    @property
    def _age(self) -> float:
        return self._world.clock.now() - self.dispatched_at

    def metadata(self) -> Json:
        """Return the `interaction_metadata` of the messages that answer it."""
        owners = self.payload["authorizing_integration_owners"]
        return {
            "id": str(self.id),
            "type": self.type,
            "user": payloads.user(self.user),
            "authorizing_integration_owners": owners,
        }

    def acknowledge(self, callback: Json) -> None:
        """Note the first answer."""
        self.callback = callback
        self.acknowledged_at = self._world.clock.now()

    async def acknowledged(self, timeout: float = 3.0) -> InteractionRecord:
        """Wait for the first answer of any kind, and return the record."""
        await self._until(lambda: self.callback, timeout, "acknowledgement")
        return self

    async def response(self, timeout: float = 5.0) -> Message:
        """Wait for a message with something in it (a deferral has nothing), and return it."""
        return await self._until(self._answered, timeout, "response")

    async def wait_for(self, predicate: Callable[[Message], bool], timeout: float = 5.0) -> Message:
        """Wait until one of the answering messages is as described, and return it."""

        def probe() -> Message | None:
            return next((m for m in self.messages if not m.deleted and predicate(m)), None)

        return await self._until(probe, timeout, "message as described")

    async def shown_modal(self, timeout: float = 3.0) -> Json:
        """Wait for a modal, and return it."""
        return await self._until(lambda: self.modal, timeout, "modal")

    def _answered(self) -> Message | None:
        if self.original is None or self.original.loading:
            return None
        if self.callback_type == DEFERRED_UPDATE and self.original.times[-1] < self.dispatched_at:
            return None
        return self.original

    async def _until(self, probe: Callable[[], T | None], timeout: float, what: str) -> T:
        return await self._world.until(probe, timeout, f"{what} for {self!r}")


def context(channel: Channel, world: World) -> int:
    """Return Discord's number for the place: a server, the bot's messages, or people's own."""
    if channel.guild is not None:
        return 0
    return 1 if channel.type == ChannelType.DM and world.is_visible(channel) else 2


def owners(world: World, user: User, channel: Channel) -> dict[str, str]:
    """Return who installed the application, for this user in this place.

    Raises:
        LookupError: Nobody did, so Discord would not offer the application here.
    """
    found: dict[str, str] = {}
    if channel.guild is not None and world.bot.id in channel.guild.members:
        found["0"] = str(channel.guild.id)
    elif channel.type == ChannelType.DM:
        found["0"] = "0"
    if user.installed:
        found["1"] = str(user.id)
    if not found:
        raise LookupError(f"the application is not installed for {user.name} in {channel.name!r}")
    return found


def loading_body(data: Json) -> Json:
    """Return the body of a deferral's placeholder."""
    return {"flags": (data.get("flags") or 0) & (EPHEMERAL | IS_COMPONENTS_V2) | LOADING}
