"""Hostile text: what could form markup, mentions, links or a mess, and how to see that it did."""

from __future__ import annotations

import re

from hypothesis import strategies as st

HOSTILE = (
    "@everyone @here <@1> <@!1> <@&2> <#3> <id:home> </ask:1>",
    "[click](https://evil.example) [x](<https://evil.example>) <https://evil.example>",
    "https://evil.example/a_b http://evil.example steam://run discord://x ftp://h",
    "discord.gg/abcd discord.com/invite/abcd evil.example www.evil.example",
    "www.discord.com/invite/a ptb.discord.com/channels/1/2 discordapp.com/invite/a discord.new/a",
    "mailto:a@evil.example tel:+123456 +1 555 010 0100",
    "<a@evil.example> <mailto:a@evil.example> <tel:+123456> <sms:+123456> <+1 555 010 0100>",
    "<id:customize> <id:browse> <id:guide> <id:linked-roles> </ask about it:12345678901234567>",
    "[a [b](https://evil.example)](https://evil.example 'title') ![i](https://evil.example/i.png)",
    "```py\nprint()\n``` `code` ``co`de``",
    "||spoiler|| ~~gone~~ **bold** *it* __under__ _it_ ***all***",
    "# one\n## two\n### three\n-# small",
    "> quoted\n>>> all of it\n> > twice",
    "- item\n* item\n+ item\n  - deeper\n1. one\n2) two\n1986. A year",
    ":wave: :a: <:cat:7> <a:cat:7> :skin-tone-2:",
    "<t:0:R> <t:1700000000>",
    "\u202eright to left \u2067isolated \u202a\u202b\u202d embedded",
    "Z\u0334\u0315\u0322a\u0301\u0302\u0303l\u0336g\u0335o\u0334",
    "\\ \\\\ \\* \\\\* \\",
    "_snake_case_ and __init__ and a_b",
    "****** ______ ~~~~~~ ``````` |||||| >>>>>>",
    "a\u200db\u2063c\u3164 \U000e0001\ufe0f\u20e3",
    "#\ufe0f\u20e3 *\ufe0f\u20e3 1\ufe0f\u20e3. ¯\\_(ツ)_/¯",
    "🏴\U000e0067\U000e0062\U000e007f 👩‍👩‍👧‍👦 🇩🇪🇫🇷",
    "שלום: עולם (ثلاثة) 3 \u200fend",
    "> - # -# 1. > >>> all\n-# # > small",
    "🦆" * 40,
    "👩‍👩‍👧‍👦" * 40,
    "🇩🇪" * 80,
    "Z" + "\u0334\u0315\u0322" * 200,
    "x" * 300,
)
"""Attacks on what Discord shows, one a line."""

_SIGNS = "*_`~|<>[]()@#:.-+\\/&!?0123456789 \n"

hostile_texts = st.one_of(
    st.text(max_size=200),
    st.text(
        alphabet=_SIGNS + "abhtps\u202e\u202b\u202c\u2067\u2069\u0301\u200d🦆🇩é中ש", max_size=200
    ),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4).map(" ".join),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4).map("\n\n".join),
).map(lambda text: text.replace("\r", " "))
"""Text of any kind, attacks among it; articles hold no carriage return."""

_ESCAPE = re.compile(r"\\[^\w\s]|\\_")

_ACTIVE = re.compile(
    r"[*`~|<>\[\]@]"  # emphasis, code, spoilers, mentions, links, emoji, quotations
    r"|_"  # emphasis
    r"|(?:^|\n)\s*(?:#|-\#|[-+] |\d+[.)] )"  # headings, small print, list items
    r"|[a-z]+://"  # links
    r"|(?:mailto|tel):[\w+]"
    r"|:[\w+-]+:"  # emoji by name
    r"|\bdiscord\.(?:gg|com)/"  # invites
    r"|\w\.[A-Za-z]{2,}/",
)


def active_markup(text: str) -> list[str]:
    """Return what Discord would act upon in text of a message: its escapes are taken out first."""
    return _ACTIVE.findall(_ESCAPE.sub("\x00", text))


def read(shown: str) -> tuple[str, list[str]]:
    """Return markdown as a reader sees it: the text, and the parts of it that stand in bold."""
    text, bold, part = "", [], None
    shown = re.sub(r"(?m)^(?:-#|###) ", "", shown)  # the signs of headings; a text's are escaped
    for escaped, mark, plain in re.findall(r"\\([^\w\s]|_)|(\*\*)|(.)", shown, re.DOTALL):
        if mark:
            if part is not None:
                bold.append(part)
            part = "" if part is None else None
            continue
        text += escaped + plain
        part = None if part is None else part + escaped + plain
    assert part is None, f"bold that does not end: {shown!r}"
    return text, bold


_DIRECTIONS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def undirected(text: str) -> str:
    """Return text without the invisible marks that turn its direction, or end that."""
    return text.translate(_DIRECTIONS)
