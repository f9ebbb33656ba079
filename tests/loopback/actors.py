"""Actors: what people do in Discord, for tests to drive."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from . import commands, messages, modals, payloads
from .command_limits import MESSAGE_MENU
from .commands import Name, Resolved
from .components import SELECTS, ComponentType, find, option_value
from .interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL_SUBMIT,
    InteractionRecord,
    context,
    owners,
)
from .state import Channel, Message, User
from .violations import Json
from .world import Event, Typing, World

ATTACHMENT_LIMIT = 10 * 1024 * 1024


class Actors(World):
    """A world whose people act."""

    async def slash(
        self,
        user: User,
        channel: Channel,
        name: Name,
        options: Mapping[str, object] | None = None,
        *,
        locale: str = "en-US",
    ) -> InteractionRecord:
        """Use a slash command; a sub-command is named by a tuple.

        Permissions are not looked at, as a server's admins can override the defaults.

        Raises:
            LookupError: It is not synced, or not offered in this kind of place.
        """
        command, steps, wanted = commands.find(self, name)
        self._require_offered(command, user, channel)
        resolved = Resolved()
        filled = commands.filled(wanted, options or {}, resolved, channel)
        data = self._command_data(command, steps, filled, resolved)
        return self._interact(COMMAND, user, channel, data, locale=locale)

    async def autocomplete(
        self,
        user: User,
        channel: Channel,
        name: Name,
        focused: str,
        value: str,
        others: Mapping[str, object] | None = None,
        *,
        timeout: float = 3.0,
    ) -> list[Json]:
        """Type into an option, and return the choices; the record is the last of `interactions`."""
        command, steps, wanted = commands.find(self, name)
        self._require_offered(command, user, channel)
        resolved = Resolved()
        typed = {**(others or {}), focused: value}
        filled = commands.filled(wanted, typed, resolved, channel, focused)
        data = self._command_data(command, steps, filled, resolved)
        record = self._interact(AUTOCOMPLETE, user, channel, data)
        await record.acknowledged(timeout)
        return record.choices or []

    async def message_menu(
        self, user: User, message: Message, name: str, *, locale: str = "en-US"
    ) -> InteractionRecord:
        """Choose a command from a message's menu."""
        command, _, _ = commands.find(self, name, MESSAGE_MENU)
        self._require_offered(command, user, message.channel)
        data = self._command_data(command, [], [], Resolved())
        data["target_id"] = str(message.id)
        data["resolved"] = {"messages": {str(message.id): payloads.message(message)}}
        return self._interact(COMMAND, user, message.channel, data, locale=locale)

    async def click(
        self, user: User, message: Message, wanted: str, *, locale: str = "en-US"
    ) -> InteractionRecord:
        """Press the button with a custom id or a label.

        Raises:
            LookupError: There is no such button that this user can press.
        """
        part = self._usable(user, message, wanted)
        if part["type"] != ComponentType.BUTTON or part.get("url"):
            raise LookupError(f"{wanted!r} is no button that sends an interaction")
        return self._use(user, message, part, {}, locale)

    async def select(
        self,
        user: User,
        message: Message,
        custom_id: str,
        values: list[str],
        *,
        locale: str = "en-US",
    ) -> InteractionRecord:
        """Choose from a select menu, by the options' values or labels.

        Raises:
            LookupError: There is no such menu or option.
        """
        part = self._usable(user, message, custom_id)
        if part["type"] not in SELECTS:
            raise LookupError(f"{custom_id!r} is no select menu")
        if part["type"] == ComponentType.STRING_SELECT:
            values = [option_value(part, value) for value in values]
        return self._use(user, message, part, {"values": values}, locale)

    async def submit_modal(
        self, user: User, record: InteractionRecord, values: Mapping[str, modals.Value]
    ) -> InteractionRecord:
        """Fill in the modal that answered an interaction, and send it.

        Args:
            user: Who fills it in.
            record: The interaction that was answered with the modal; it is waited for.
            values: What is filled in, by custom id; the rest keeps what the modal offered.

        Raises:
            LookupError: The modal has no such input, or a required one is empty.
        """
        data = modals.filled(await record.shown_modal(), values)
        source = record.source if record.type in (COMPONENT, MODAL_SUBMIT) else None
        return self._interact(MODAL_SUBMIT, user, record.channel, data, source=source)

    async def replay(self, record: InteractionRecord) -> InteractionRecord:
        """Do the same again, as a second interaction with an id and token of its own."""
        copy = record.payload
        return self._interact(
            record.type, record.user, record.channel, copy["data"], source=record.source
        )

    def redeliver(self, record: InteractionRecord) -> None:
        """Send the same interaction a second time, as a gateway that repeats itself would."""
        self._emit(record)

    async def say(
        self,
        user: User,
        channel: Channel,
        content: str,
        *,
        mention_bot: bool = False,
        reply_to: Message | None = None,
        reply_ping: bool = True,
        webhook: bool = False,
    ) -> Message:
        """Post a message as a person, or as a webhook that looks like one."""
        text = f"{self.bot.mention} {content}" if mention_bot else content
        draft = messages.Draft(channel, user, {"content": text})
        draft.webhook = webhook
        draft.reply_to, draft.reply_ping = reply_to, reply_ping and reply_to is not None
        return messages.send(self, draft)

    async def edit_message(self, message: Message, content: str) -> Message:
        """Change what a message says."""
        return messages.edit(self, message, {"content": content})

    async def delete_message(self, message: Message) -> None:
        """Delete a message."""
        messages.delete(self, message)

    def bot_messages(self, channel: Channel) -> list[Message]:
        """Return the bot's messages in a channel, ephemeral ones included, oldest first."""
        mine = (m for m in self.messages.values() if m.author is self.bot and not m.deleted)
        return [message for message in mine if message.channel is channel]

    async def wait_for_message(
        self,
        channel: Channel,
        predicate: Callable[[Message], bool] = lambda _: True,
        timeout: float = 5.0,
        *,
        after: Message | None = None,
    ) -> Message:
        """Wait for a message of the bot that is no placeholder, and return the first such.

        Args:
            channel: Where it is awaited.
            predicate: What it has to be like.
            timeout: Seconds to wait.
            after: A message it has to be newer than.
        """
        since = after.id if after else 0

        def probe() -> Message | None:
            ready = (m for m in self.bot_messages(channel) if not m.loading and m.id > since)
            return next((m for m in ready if predicate(m)), None)

        return await self.until(probe, timeout, f"message of the bot in {channel.name!r}")

    async def wait_for_typing(self, channel: Channel, timeout: float = 3.0) -> Typing:
        """Wait for a typing call in a channel, and return the last one."""

        def probe() -> Typing | None:
            return next((t for t in reversed(self.typings) if t.channel is channel), None)

        return await self.until(probe, timeout, f"typing in {channel.name!r}")

    def visible_commands(self, user: User, channel: Channel) -> list[str]:
        """Return the names of the commands that Discord shows a user in a channel."""
        return commands.visible(self, user, channel)

    def _require_offered(self, command: Json, user: User, channel: Channel) -> None:
        if not commands.offered(self, command, user, channel):
            raise LookupError(f"{command['name']!r} is not offered to {user.name} here")

    def _command_data(
        self, command: Json, steps: list[Json], filled: list[Json], resolved: Resolved
    ) -> Json:
        options = filled
        for step in reversed(steps):
            options = [{"name": step["name"], "type": step["type"], "options": options}]
        data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
        data["options"] = options
        return data | {"resolved": resolved.data} if resolved.data else data

    def _usable(self, user: User, message: Message, wanted: str) -> Json:
        if message.deleted:
            raise LookupError("the message is deleted")
        if message.only_for not in (None, user):
            raise LookupError(f"{user.name} does not see the message")
        part = find(message, wanted)
        if part.get("disabled"):
            raise LookupError(f"{wanted!r} is disabled")
        return part

    def _use(
        self, user: User, message: Message, part: Json, extra: Json, locale: str
    ) -> InteractionRecord:
        data = {"custom_id": part["custom_id"], "component_type": part["type"], "id": part["id"]}
        return self._interact(
            COMPONENT, user, message.channel, data | extra, source=message, locale=locale
        )

    def _interact(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: Json,
        *,
        source: Message | None = None,
        locale: str = "en-US",
    ) -> InteractionRecord:
        payload: Json = {
            "id": str(self.ids.next()),
            "application_id": str(self.bot.id),
            "type": kind,
            "token": secrets.token_hex(24),
            "version": 1,
            "data": data,
            "channel_id": str(channel.id),
            "channel": payloads.channel(channel) | {"permissions": str(channel.permissions(user))},
            "locale": locale,
            "entitlements": [],
            "authorizing_integration_owners": owners(self, user, channel),
            "context": context(channel, self),
            "app_permissions": str(channel.permissions(self.bot) if channel.guild else 0),
            "attachment_size_limit": ATTACHMENT_LIMIT,
        }
        payload |= self._who(user, channel)
        if source is not None:
            payload["message"] = payloads.message(source)
        record = InteractionRecord(self, user, channel, payload, source)
        self.interactions.append(record)
        self._emit(record)
        return record

    def _who(self, user: User, channel: Channel) -> Json:
        guild = channel.guild
        if guild is None:
            return {"user": payloads.user(user)}
        member = payloads.member(guild.members[user.id])
        return {
            "guild_id": str(guild.id),
            "guild_locale": guild.locale,
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "member": member | {"permissions": str(channel.permissions(user))},
        }

    def _emit(self, record: InteractionRecord) -> None:
        event = Event("INTERACTION_CREATE", record.payload, record.channel.guild, for_bot=True)
        self.dispatch(event)
