"""What discord.py sends of its own accord is never flagged, whatever is asked of it."""

from __future__ import annotations

import io
from typing import Any

import discord
import pytest
from discord import app_commands

from . import LoopbackDiscord, User
from .sample_bot import running

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'audioop' is deprecated:DeprecationWarning"),
]


def page(name: str = "a.txt") -> discord.File:
    """Return a small file."""
    return discord.File(io.BytesIO(b"text"), name)


async def legacy_view() -> discord.ui.View:
    """Return a view with every component that needs no Components V2."""
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Link", url="https://example.org"))
    view.add_item(discord.ui.Button(emoji="👍", custom_id="up", disabled=True))
    options = [discord.SelectOption(label="A", value="a", description="An a", emoji="🅰️")]
    view.add_item(discord.ui.Select(custom_id="s", options=options, min_values=0, max_values=1))
    view.add_item(discord.ui.UserSelect(custom_id="u"))
    view.add_item(discord.ui.ChannelSelect(custom_id="c", channel_types=[discord.ChannelType.text]))
    view.add_item(discord.ui.MentionableSelect(custom_id="m"))
    return view


async def layout_view() -> discord.ui.LayoutView:
    """Return a view with every component of Components V2."""
    view = discord.ui.LayoutView(timeout=None)
    gallery: Any = discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://a.txt"))
    thumbnail: Any = discord.ui.Thumbnail("https://example.org/a.png", description="a")
    view.add_item(
        discord.ui.Container(
            discord.ui.TextDisplay("# Title"),
            discord.ui.Separator(visible=False, spacing=discord.SeparatorSpacing.large),
            discord.ui.Section("one", "two", accessory=thumbnail),
            gallery,
            discord.ui.File("attachment://a.txt", spoiler=True),
            discord.ui.ActionRow(discord.ui.RoleSelect(custom_id="r")),
            accent_colour=discord.Colour.blurple(),
        )
    )
    return view


async def test_messages_are_never_flagged(server: LoopbackDiscord, reader: User) -> None:
    """Messages of every make are sent and edited without a violation."""
    server.add_channel(server.add_guild(members=[reader]))
    async with running(server) as bot:
        place = next(iter(bot.guilds[0].text_channels))
        now = discord.utils.utcnow()
        embed = discord.Embed(title="t", url="https://example.org", timestamp=now)
        embed.set_author(name="a").set_footer(text="f").add_field(name="n", value="v")
        sent = await place.send("hello", embed=embed, view=await legacy_view(), silent=True)
        await sent.edit(content=None, embeds=[embed], view=None, suppress=True)
        await sent.reply("again", file=page(), mention_author=False)
        await place.send(files=[page("a.txt"), page("b.txt")])
        laid = await place.send(view=await layout_view(), file=page())
        # discord.py leaves the client's allowed_mentions out of an edit without content.
        await laid.edit(
            view=await layout_view(),
            attachments=[page(), *laid.attachments],
            allowed_mentions=discord.AllowedMentions.none(),
        )
        await place.send("you", allowed_mentions=discord.AllowedMentions(users=[discord.Object(1)]))
        assert sent == await place.fetch_message(sent.id)
        assert len([message async for message in place.history(limit=5)]) > 4
        thread = await sent.create_thread(name="More")
        await thread.send("inside")
        await (await bot.fetch_user(reader.id)).send("whisper")
        await sent.delete()
    assert server.violations == []
    assert server.unknown_routes == []


async def test_commands_are_never_flagged(server: LoopbackDiscord) -> None:
    """Commands with options of every kind are synced, fetched and changed."""

    @app_commands.command()
    @app_commands.describe(text="Some text")
    @app_commands.choices(number=[app_commands.Choice(name="one", value=1)])
    @app_commands.default_permissions(manage_guild=True)
    async def every(
        interaction: discord.Interaction[Any],
        text: app_commands.Range[str, 1, 6000],
        number: int,
        ratio: app_commands.Range[float, 0.0, 1.0],
        sure: bool,
        person: discord.Member | None = None,
        role: discord.Role | None = None,
        where: discord.TextChannel | None = None,
        who: discord.User | discord.Role | None = None,
        file: discord.Attachment | None = None,
    ) -> None:
        """Take an option of every kind."""

    server.add_guild()
    async with running(server) as bot:
        bot.tree.add_command(every)
        await bot.tree.sync()
        fetched = {each.name: each for each in await bot.tree.fetch_commands()}
        await fetched["every"].edit(description="Changed")
        await fetched["every"].delete()
        await bot.fetch_application_emojis()
        await bot.application_info()
    assert server.violations == []
    assert server.unknown_routes == []


class Every(discord.ui.Modal, title="Every"):
    """A modal with every kind of part."""

    note = discord.ui.TextDisplay[Any]("Fill this in")
    old = discord.ui.TextInput[Any](label="Old", custom_id="old", required=False)
    long = discord.ui.Label[Any](
        text="Long",
        description="A paragraph",
        component=discord.ui.TextInput(
            custom_id="long", style=discord.TextStyle.paragraph, default="given", min_length=2
        ),
    )
    pick = discord.ui.Label[Any](
        text="Pick",
        component=discord.ui.Select(
            custom_id="pick", options=[discord.SelectOption(label="A", value="a")]
        ),
    )

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Repeat what was filled in."""
        long: Any = self.long.component
        pick: Any = self.pick.component
        said = [self.old.value, long.value, pick.values]
        await interaction.response.send_message(str(said))


async def test_modals_are_never_flagged(server: LoopbackDiscord, reader: User) -> None:
    """Modals with inputs of every kind are shown and come back filled."""

    @app_commands.command()
    async def show(interaction: discord.Interaction[Any]) -> None:
        """Show the modal."""
        await interaction.response.send_modal(Every())

    channel = server.add_channel(server.add_guild(members=[reader]))
    async with running(server) as bot:
        bot.tree.add_command(show)
        await bot.tree.sync()
        record = await server.slash(reader, channel, "show")
        sent = await server.submit_modal(reader, record, {"pick": ["a"]})
        assert (await sent.response()).content == "['', 'given', ['a']]"
        with pytest.raises(LookupError, match="has no"):
            await server.submit_modal(reader, record, {"other": "x"})
        with pytest.raises(ValueError, match="between 2 and 4000"):
            await server.submit_modal(reader, record, {"long": "x", "pick": ["a"]})
    assert server.violations == []
