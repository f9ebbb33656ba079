"""The guide: does what people do in Discord, and notes what was done and what came back."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.loopback import Channel, LoopbackDiscord, Message, Permission, User, buttons, selects
from tests.loopback.components import walk
from tests.loopback.interactions import DEFERRED_UPDATE, InteractionRecord
from tests.loopback.state import ChannelType

from .scenes import Choices, Deed, Gone, Picture, Scene, Shown

PATIENCE = 30.0
"""Seconds that the guide waits for the bot."""

_LISTENING = {"wait": 0.1, "confidence": 0.5}
"""The bot answers at once what nobody has answered: nobody else is there."""

_PLACE = re.compile(r"<#(\d+)>|https://discord\.com/channels/\d+/(\d+)/\d+")


class Guide:
    """Leads through the steps; each deed waits for what comes of it, and returns that.

    Attributes:
        server: The Discord.
        articles: The folder of articles that the archive is made from.
        ada: A reader.
        ben: Another reader, who is a moderator.
        olga: Who administers the archive.
        guild: The server that the tour is in; the bot joins it in the first step.
        talk: A channel that everyone reads.
        board_room: A channel to which a collection is granted.
        ferry: A channel in which the bot listens.
        locale: The language that people have set in Discord.
        kept: What a step leaves to those after it, by name.
        scenes: What happened so far.
        pictures: The messages that pictures are made of.
    """

    def __init__(self, server: LoopbackDiscord, articles: Path) -> None:
        """Set the scene."""
        self.server = server
        self.articles = articles
        self.ada, self.ben, self.olga = (server.create_user(n) for n in ("ada", "ben", "olga"))
        self.guild = server.add_guild("Sandrey", members=[self.ada, self.olga], with_bot=False)
        server.add_member(self.guild, self.ben, permissions=Permission.MANAGE_MESSAGES)
        self.talk = server.add_channel(self.guild, "talk")
        self.board_room = server.add_channel(self.guild, "board-room")
        self.ferry = server.add_channel(self.guild, "ferry")
        self.locale = "en-GB"
        self.kept: dict[str, Message] = {}
        self.scenes: list[Scene] = []
        self.pictures: list[Picture] = []
        self._suggested: dict[object, str] = {}

    def settings(self) -> dict[str, Any]:
        """Return the settings of the bot that is shown."""
        return {
            "sources": [{"path": str(self.articles), "source": "Sandrey Gazette"}],
            # What is found must be the same on every machine.
            "model": {"runtime": "fp32"},
            "discord": {
                "cooldown": 0,
                "admins": [self.olga.id],
                "listening": {"channels": [self.ferry.id], **_LISTENING},
            },
            "access": {"channels": {self.board_room.id: ["board"]}},
        }

    async def play(self, step: Step) -> None:
        """Play a step."""
        self.scenes.append(Scene(step.title, step.about))
        await step.act(self)

    # What people do.

    async def slash(self, user: User, channel: Channel, command: str, **options: object) -> Message:
        """Use a slash command; return the reply."""
        seen = {name: self._suggested.get(value, value) for name, value in options.items()}
        given = "".join(f" `{name}: {value}`" for name, value in seen.items())
        self._do(user, channel, f"uses `/{command}`{given}", command=f"/{command}")
        record = await self.server.slash(
            user, channel, tuple(command.split()), options, locale=self.locale
        )
        return await self._answered(record)

    async def complete(
        self, user: User, channel: Channel, command: str, option: str, typed: str
    ) -> list[str]:
        """Type into an option of a command; return what the suggestions stand for."""
        self._do(user, channel, f"types “{typed}” into `{option}` of `/{command}`")
        found = await self.server.autocomplete(user, channel, tuple(command.split()), option, typed)
        self._suggested |= {choice["value"]: str(choice["name"]) for choice in found}
        self.scenes[-1].lines.append(Choices(tuple(str(choice["name"]) for choice in found)))
        return [str(choice["value"]) for choice in found]

    async def write(self, user: User, channel: Channel, words: str) -> Message:
        """Write a message that is not for the bot; return it."""
        self._do(user, channel, f"writes: “{words}”", said=words)
        return await self.server.say(user, channel, words)

    async def say(
        self,
        user: User,
        channel: Channel,
        words: str,
        *,
        mention: bool = False,
        reply_to: Message | None = None,
        replies: int = 1,
    ) -> Message:
        """Write a message, and wait for the bot's replies; return the message."""
        said = f"@footnote {words}" if mention else words
        how = "replies" if reply_to else "writes"
        self._do(user, channel, f"{how}: “{said}”", said=said)
        message = await self.server.say(
            user, channel, words, mention_bot=mention, reply_to=reply_to, reply_ping=mention
        )
        for count in range(replies):
            self.show(await self.reply(message, count))
        return message

    async def reply(self, message: Message, count: int = 0) -> Message:
        """Return the bot's reply to a message that has so many before it."""

        def awaited(found: Message) -> bool:
            return found in self._replies(message)[count:]

        return await self.server.wait_for_message(message.channel, awaited, PATIENCE, after=message)

    def _replies(self, message: Message) -> list[Message]:
        return [m for m in self.server.bot_messages(message.channel) if m.reply_to is message]

    async def edit(self, message: Message, words: str) -> Message:
        """Edit a message that mentioned the bot; return the reply, once it is another."""
        reply = await self.reply(message)
        before = reply.components
        said = f"@footnote {words}"
        self._do(message.author, message.channel, f"edits it: “{said}”", said=said)
        await self.server.edit_message(message, f"{self.server.bot.mention} {words}")

        def probe() -> Message | None:
            return reply if reply.components != before else None

        return self.show(await self.server.until(probe, PATIENCE, "answer that is replaced"))

    async def menu(self, user: User, message: Message, command: str) -> Message:
        """Choose a command from a message's menu; return the reply."""
        what = f"chooses `{command}` from the menu of that message"
        self._do(user, message.channel, what, command=command)
        record = await self.server.message_menu(user, message, command, locale=self.locale)
        return await self._answered(record)

    async def press(self, user: User, message: Message, label: str) -> Message:
        """Press a button; return the reply, or the message where it changes."""
        self._do(user, message.channel, f"presses `{label}`")
        return await self._answered(
            await self.server.click(user, message, label, locale=self.locale)
        )

    async def choose(self, user: User, message: Message, label: str) -> Message:
        """Choose from the menu that has it; return the reply, or the message where it changes.

        A label that ends with … stands for the first that begins so, as a menu may name days.
        """
        begins = label.removesuffix("…")
        menu, label = next(
            (menu, option["label"])
            for menu in selects(message)
            for option in menu["options"]
            if option["label"] == label or (begins != label and option["label"].startswith(begins))
        )
        self._do(user, message.channel, f"chooses `{label}` from the menu")
        record = await self.server.select(
            user, message, menu["custom_id"], [label], locale=self.locale
        )
        return await self._answered(record)

    async def open(self, user: User, message: Message, label: str) -> InteractionRecord:
        """Press a button that opens a modal; return what `submit` takes."""
        self._do(user, message.channel, f"presses `{label}`")
        record = await self.server.click(user, message, label, locale=self.locale)
        modal = await record.shown_modal(PATIENCE)
        self.scenes[-1].lines.append(
            Shown("", copy.deepcopy(modal["components"]), user.name, modal["title"])
        )
        return record

    async def submit(self, user: User, opened: InteractionRecord, **values: str) -> Message:
        """Fill in a modal and send it; return the reply."""
        given = ", ".join(f"“{value}”" for value in values.values())
        self._do(user, opened.channel, f"fills in {given} and sends it")
        return await self._answered(await self.server.submit_modal(user, opened, values))

    def note(self, user: User, channel: Channel, what: str) -> None:
        """Note a deed that a step does itself."""
        self._do(user, channel, what)

    # What comes of it.

    def show(self, message: Message) -> Message:
        """Note a message of the bot as it stands."""
        seen_by = message.only_for.name if message.only_for else None
        shown = Shown(message.content, self._named(message.components), seen_by)
        self.scenes[-1].lines.append(Gone() if message.deleted else shown)
        return message

    def _named(self, components: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return components with channels, and messages in them, named as Discord shows them."""
        shown = copy.deepcopy(components)
        for _, part in walk(shown):
            if "content" in part:
                part["content"] = _PLACE.sub(self._place, part["content"])
        return shown

    def _place(self, found: re.Match[str]) -> str:
        name = self.server.channels[int(found[1] or found[2])].name
        return f"<#{name}>" if found[1] else f"<#{name} › 💬>"

    def picture(self, name: str, caption: str) -> None:
        """Have a picture made of what was shown last."""
        lines = self.scenes[-1].lines
        deed = next(line for line in reversed(lines) if isinstance(line, Deed))
        shown = next(line for line in reversed(lines) if isinstance(line, Shown))
        self.pictures.append(Picture(name, caption, deed, shown))

    def labels(self, message: Message) -> list[str]:
        """Return the labels of a message's buttons."""
        return [button.label for button in buttons(message)]

    async def outcome(self, message: Message) -> Message:
        """Wait until a message is deleted or has other controls than now, and note it."""
        before = _controls(message)

        def probe() -> Message | None:
            return message if message.deleted or _controls(message) != before else None

        return self.show(await self.server.until(probe, PATIENCE, "change of a message"))

    async def _answered(self, record: InteractionRecord) -> Message:
        await record.acknowledged(PATIENCE)
        if record.callback_type == DEFERRED_UPDATE and record.source is not None:
            return await self.outcome(record.source)
        return self.show(await record.response(PATIENCE))

    def _do(self, user: User, channel: Channel, what: str, **more: str) -> None:
        direct = channel.type == ChannelType.DM
        where = "a direct message" if direct else f"#{channel.name}"
        if not self.locale.startswith("en"):
            where += f" (Discord in `{self.locale}`)"
        self.scenes[-1].lines.append(Deed(user.name, where, what, **more))


def _controls(message: Message) -> list[str]:
    parts = [part for _, part in walk(message.components)]
    return [part["custom_id"] for part in parts if "custom_id" in part]


Act = Callable[[Guide], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the tour.

    Attributes:
        title: Its title.
        act: What is done.
    """

    title: str
    act: Act

    @property
    def about(self) -> str:
        """One sentence on it: what its act says of itself."""
        return inspect.getdoc(self.act) or ""


class Script:
    """Steps in their order; each is registered by decorating what it does."""

    def __init__(self) -> None:
        """Start with no steps."""
        self.steps: list[Step] = []

    def step(self, title: str) -> Callable[[Act], None]:
        """Return a decorator that appends a step."""

        def register(act: Act) -> None:
            self.steps.append(Step(title, act))

        return register
