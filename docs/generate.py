"""Write the handbook's generated parts anew, or check that they are up to date.

`python docs/generate.py` rewrites them in place; with `--check` it changes nothing,
names the pages that are stale, and exits with 1 where there are any. A part stands
between two comments, which readers of the page do not see.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer.main
import yaml

from bot.cli import USER_MISTAKES, app
from config.settings import DEFAULTS
from retrieval import errors

HANDBOOK = Path(__file__).resolve().parent / "handbook"

COMMON = frozenset({"--config", "--data-dir", "--help"})
"""Options of every sub-command, which the page of commands describes once."""


def _sentence(words: str) -> str:
    """Return words as they go on behind a colon: no capital, one full stop."""
    words = words.strip().rstrip(".") + "."
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


# Settings, from the file of defaults and its comments.


def _comment(lines: list[str], line: int) -> str:
    """Return the comment that stands right above a line."""
    found: list[str] = []
    while line > 0 and (above := lines[line - 1].strip()).startswith("#"):
        found.insert(0, above.lstrip("# "))
        line -= 1
    return " ".join(found)


def _settings(
    node: yaml.MappingNode, lines: list[str], within: str = ""
) -> Iterator[tuple[str, str, yaml.Node]]:
    """Yield every setting's dotted name, its comment and its value's node, groups included."""
    for key, value in node.value:
        name = f"{within}{key.value}"
        yield name, _comment(lines, key.start_mark.line), value
        if isinstance(value, yaml.MappingNode):
            yield from _settings(value, lines, f"{name}.")


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value
    shown = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000
    )
    return shown.removesuffix("\n").removesuffix("\n...")


def settings_part() -> str:
    """Return a list item for every setting: its name, its default, its comment."""
    text = DEFAULTS.read_text(encoding="utf-8")
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    items: list[str] = []
    for name, comment, node in _settings(root, text.splitlines()):
        words = f": {_sentence(comment)}" if comment else ""
        if isinstance(node, yaml.MappingNode) and node.value:
            items += [f"- `{name}`{words}"] if comment else []
            continue
        value = _shown(yaml.SafeLoader("").construct_object(node, deep=True))
        if comment:
            items.append(f"- `{name}`, by default `{value}`{words}")
        else:  # its group's comment speaks for it
            items[-1] += f" `{name}` is `{value}` by default."
    return "\n".join(items)


# Sub-commands, from the command line itself.


def sub_commands() -> dict[str, Any]:
    """Return the commands of the `footnote` command, by name."""
    group: Any = typer.main.get_command(app)
    return dict(group.commands)


def options(command: Any) -> list[str]:
    """Return the spellings of a command's own options and of those it shares with all others."""
    spelled = [name for parameter in command.params for name in parameter.opts]
    return [name for name in spelled if name.startswith("-")]


def _parameter(parameter: Any) -> str:
    spelled = ", ".join(parameter.opts)
    if not spelled.startswith("-"):
        optional = "" if parameter.required else ", optional"
        return f"- `{parameter.name.upper()}`{optional}: {_sentence(parameter.help)}"
    if parameter.is_flag:
        return f"- `{spelled}`: {_sentence(parameter.help)}"
    counted = isinstance(parameter.default, int)
    value = "N" if counted else parameter.metavar or parameter.name.upper()
    given = f", by default `{parameter.default}`" if parameter.default is not None else ""
    if parameter.max is not None:
        given += f", at most `{parameter.max}`"
    return f"- `{spelled} {value}`{given}: {_sentence(parameter.help)}"


def commands_part() -> str:
    """Return a section for every sub-command: its help, its arguments and its options."""
    sections = []
    for name, command in sub_commands().items():
        lines = [f"### `footnote {name}`", "", command.help.strip()]
        own = [p for p in command.params if not COMMON & set(p.opts)]
        if own:
            lines += ["", *map(_parameter, own)]
        sections.append("\n".join(lines))
    return "\n\n".join(sections)


# Errors, from the classes and their docstrings.


def error_classes() -> list[type[errors.FootnoteError]]:
    """Return the error classes, in the order in which they are written down."""
    found = [value for value in vars(errors).values() if inspect.isclass(value)]
    return [value for value in found if issubclass(value, errors.FootnoteError)]


def errors_part() -> str:
    """Return a list item for every error class: its name, its exit code, its meaning."""
    items = []
    for error in error_classes():
        depth = len(error.__mro__) - len(errors.FootnoteError.__mro__)
        code = 2 if issubclass(error, USER_MISTAKES) else 1
        meaning = _sentence(inspect.getdoc(error) or "")
        items.append(f"{'  ' * depth}- `{error.__name__}`, exit code {code}: {meaning}")
    return "\n".join(items)


# Pages.

PARTS: dict[str, tuple[str, Callable[[], str]]] = {
    "settings.md": ("settings", settings_part),
    "commands.md": ("commands", commands_part),
    "errors.md": ("errors", errors_part),
}
"""The pages with a generated part: its name, and what makes it."""


def between(name: str) -> re.Pattern[str]:
    """Return the pattern of a generated part, its two comments around it."""
    start, end = f"<!-- generated: {name} -->", f"<!-- end of generated: {name} -->"
    return re.compile(f"(?<={re.escape(start)}\n).*?(?={re.escape(end)})", re.DOTALL)


def renew(page: str, text: str) -> str:
    """Return a page's text with its generated part made anew.

    Raises:
        ValueError: The page has lost the comments around the part.
    """
    name, make = PARTS[page]
    made, count = between(name).subn(lambda _: f"\n{make()}\n\n", text)
    if count != 1:
        raise ValueError(f"{page} needs one pair of `generated: {name}` comments; put them back.")
    return made


def main() -> int:
    """Renew or check every page; return the exit code."""
    parser = argparse.ArgumentParser(description="Write the handbook's generated parts anew.")
    parser.add_argument("--check", action="store_true", help="only say which pages are stale")
    check = parser.parse_args().check
    stale = 0
    for page in PARTS:
        path = HANDBOOK / page
        text = path.read_text(encoding="utf-8")
        if (made := renew(page, text)) == text:
            continue
        stale += 1
        if check:
            sys.stderr.write(f"{path} is stale; run `python docs/generate.py`.\n")
        else:
            path.write_text(made, encoding="utf-8")
            sys.stdout.write(f"{path} is renewed.\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
