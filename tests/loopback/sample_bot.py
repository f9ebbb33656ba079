"""SampleBot: a small real discord.py bot, in the server's own event loop, to prove the server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self

import discord
from discord import app_commands
from discord.ext import commands

from .server import LoopbackDiscord

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


class Useful(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.LayoutView]], template=r"useful:(?P<id>\d+)"
):
    """A button that works after a restart."""

    def __init__(self, number: int) -> None:
        """Make the button for one answer."""
        self.number = number
        super().__init__(discord.ui.Button(label="Useful", custom_id=f"useful:{number}"))

    @classmethod
    async def from_custom_id(
        cls,
        _interaction: discord.Interaction[Any],
        _item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """Make it again from what was clicked."""
        return cls(int(match["id"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Thank the reader, privately."""
        await interaction.response.send_message(f"Thanks for {self.number}", ephemeral=True)


class FollowUp(discord.ui.Modal, title="Follow up"):
    """A modal with one labelled input."""

    question = discord.ui.Label["FollowUp"](
        text="Question", component=discord.ui.TextInput(custom_id="question", max_length=200)
    )

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Repeat what was asked."""
        assert isinstance(self.question.component, discord.ui.TextInput)
        await interaction.response.send_message(f"You asked: {self.question.component.value}")


class AnswerView(discord.ui.LayoutView):
    """An answer: a text, its source, and a row of controls."""

    def __init__(self, text: str) -> None:
        """Lay out one answer."""
        super().__init__(timeout=None)
        container: discord.ui.Container[Self] = discord.ui.Container()
        container.add_item(discord.ui.TextDisplay(text))
        container.add_item(discord.ui.Separator())
        link: discord.ui.Button[Self] = discord.ui.Button(label="Open", url="https://example.org/a")
        container.add_item(discord.ui.Section(discord.ui.TextDisplay("A source"), accessory=link))
        self.add_item(container)
        row: discord.ui.ActionRow[Self] = discord.ui.ActionRow()
        row.add_item(Useful(7))
        row.add_item(discord.ui.Button(label="Follow up", custom_id="follow"))
        self.add_item(row)
        menu: discord.ui.ActionRow[Self] = discord.ui.ActionRow()
        options = [discord.SelectOption(label="Delete", value="delete")]
        menu.add_item(discord.ui.Select(custom_id="rest", options=options))
        self.add_item(menu)


class SampleBot(commands.Bot):
    """A bot with one command of every kind."""

    def __init__(self, intents: discord.Intents = INTENTS, **options: Any) -> None:
        """Prepare the bot; it mentions nobody."""
        super().__init__(
            commands.when_mentioned,
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            help_command=None,
            guild_ready_timeout=0.05,
            **options,
        )
        self.heard: list[discord.Message] = []
        self.resumed = 0

    async def setup_hook(self) -> None:
        """Register and sync the commands."""
        self.add_dynamic_items(Useful)
        every: list[Any] = [ask, boom, later, private, status, find, archive]
        for command in every:
            self.tree.add_command(command)
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify again at once, where discord.py would wait five seconds."""

    async def on_resumed(self) -> None:
        """Count the sessions that were resumed."""
        self.resumed += 1

    async def on_message(self, message: discord.Message, /) -> None:
        """Answer a mention, after showing that an answer is coming."""
        self.heard.append(message)
        if self.user is not None and self.user.mentioned_in(message) and not message.author.bot:
            await message.channel.typing()
            await message.reply(f"Heard: {message.content}", nonce=str(message.id)[-25:])

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the controls that no view of this run owns."""
        data: Any = interaction.data or {}
        custom_id = data.get("custom_id")
        if custom_id == "follow":
            await interaction.response.send_modal(FollowUp())
        elif custom_id == "rest":
            await interaction.response.defer()
            await interaction.edit_original_response(view=AnswerView("**Changed**"))


@app_commands.command()
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def ask(
    interaction: discord.Interaction[Any], question: str, source: str | None = None
) -> None:
    """Ask the archive."""
    await interaction.response.defer(thinking=True)
    await interaction.edit_original_response(view=AnswerView(f"**{question}** ({source})"))


@ask.autocomplete("source")
async def _sources(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    names = ["Almanac", "Atlas", "Bulletin"]
    return [app_commands.Choice(name=n, value=n) for n in names if n.startswith(current)]


@app_commands.command()
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def private(interaction: discord.Interaction[Any], times: int = 1) -> None:
    """Answer privately, with so many follow-ups."""
    await interaction.response.send_message("First", ephemeral=True)
    for number in range(times):
        file = discord.File(__file__, "page.txt")
        await interaction.followup.send(f"Follow-up {number}", ephemeral=True, file=file)


@app_commands.command()
async def later(interaction: discord.Interaction[Any]) -> None:
    """Answer privately after a while, then take it back."""
    await interaction.response.defer(ephemeral=True)
    await interaction.followup.send("In place of the placeholder")
    await interaction.delete_original_response()


@app_commands.command()
async def boom(interaction: discord.Interaction[Any]) -> None:
    """Send too much."""
    try:
        await interaction.response.send_message("x" * 2001)
    except discord.HTTPException as error:
        await interaction.response.send_message(f"{error.code}: {error.text}"[:200])


@app_commands.command()
async def status(interaction: discord.Interaction[Any], channel: discord.TextChannel) -> None:
    """Name a channel."""
    await interaction.response.send_message(f"{channel.name} in {interaction.guild}")


@app_commands.context_menu(name="Find in the archive")
async def find(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Answer a message privately."""
    await interaction.response.send_message(f"Found: {message.content}", ephemeral=True)


archive = app_commands.Group(
    name="archive",
    description="Look after the archive",
    default_permissions=discord.Permissions(manage_guild=True),
    guild_only=True,
)


@archive.command(name="status")
async def archive_status(interaction: discord.Interaction[Any], verbose: bool = False) -> None:
    """Tell how the archive is."""
    await interaction.response.send_message(f"well, verbose={verbose}")


@asynccontextmanager
async def running(
    server: LoopbackDiscord,
    intents: discord.Intents = INTENTS,
    *,
    bot_type: type[SampleBot] = SampleBot,
    **options: Any,
) -> AsyncIterator[SampleBot]:
    """Run the sample bot until the block ends."""
    bot = bot_type(intents, **options)
    task = asyncio.create_task(bot.start(server.token))
    try:
        await server.wait_until_identified()
        await bot.wait_until_ready()
        yield bot
    finally:
        await bot.close()
        await asyncio.wait_for(task, 5)


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is so on the client's side, for three seconds at most."""
    for _ in range(300):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError("the client has not come so far in three seconds")
